//! Lunch for a student who sees nothing, and for one who has one hand and two switches.

use std::collections::BTreeSet;
use std::time::Duration;

use api::kiosk::{Channel, PaymentState};
use api::shell::Element;
use suite::{Key, Parts};

use crate::Stage;

/// Presses that lead from anywhere to anything; more mean that the frame never gets there.
const PRESSES_MAX: usize = 120;

fn kiosk(state: std::path::PathBuf) -> Parts {
    Parts {
        role: "kiosk",
        size: (1080, 1920),
        inference: false,
        admin: false,
        sense: None,
        ..Parts::all(state)
    }
}

/// Whether the frame is around the middle of an element.
fn holds(frame: &Element, element: &Element) -> bool {
    let (x, y) = (element.x + element.width / 2, element.y + element.height / 2);
    (frame.x..frame.x + frame.width).contains(&x) && (frame.y..frame.y + frame.height).contains(&y)
}

fn place(element: &Element) -> (i32, i32, i32, i32) {
    (element.x, element.y, element.width, element.height)
}

/// Chooses an element by the two switches alone, as somebody does who watches the frame.
async fn choose(stage: &mut Stage, name: &str) {
    let screen = stage.suite.screen().await.unwrap();
    let wanted = screen.find(name).await.unwrap();
    let seek =
        async |elements: &[Element]| elements.iter().find(|element| element.name == "scan-frame").cloned();
    let press = |stage: &mut Stage, key| stage.suite.switches.as_mut().unwrap().press(key).unwrap();
    // The first press brings the frame.
    if screen.shell().elements().await.unwrap().iter().all(|element| element.name != "scan-frame") {
        press(stage, Key::Choose);
    }
    let mut frame = screen.until("no frame", seek).await.unwrap();
    for _ in 0..PRESSES_MAX {
        let inside = holds(&frame, &wanted);
        if inside && frame.label == wanted.label {
            return press(stage, Key::Choose);
        }
        let before = place(&frame);
        press(stage, if inside { Key::Choose } else { Key::Step });
        let moved = async |elements: &[Element]| {
            let frame = elements.iter().find(|element| element.name == "scan-frame");
            frame.filter(|frame| place(frame) != before).cloned()
        };
        frame = screen.until("the frame stands still", moved).await.unwrap();
    }
    panic!("the frame never came to {name}");
}

#[tokio::test(flavor = "multi_thread")]
async fn lunch_is_chosen_and_paid_by_switches_alone() {
    let mut stage = Stage::with(|state| Parts { switches: true, ..kiosk(state) }).await;
    let till = stage.suite.till().await.unwrap();
    let (_, labels) = till.labels().await.unwrap();
    let drink =
        labels.iter().find(|label| label.category == "drinks" && !label.sold_out).unwrap().sku.clone();
    choose(&mut stage, "category-drinks").await;
    choose(&mut stage, &format!("dish-{drink}")).await;
    choose(&mut stage, "pay").await;
    stage.suite.until_payment_is("two codes", |payment| payment.codes.len() == 2).await.unwrap();
    stage.suite.pay_shown(Channel::Alipay).await.unwrap();
    stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    choose(&mut stage, "dismiss").await;
    stage.suite.screen().await.unwrap().find("read-aloud").await.unwrap();
    stage.end().await;
}

/// So many samples of a raw file of 16 bits are loud.
fn loud(path: &std::path::Path) -> usize {
    let bytes = std::fs::read(path).unwrap_or_default();
    let samples = bytes.as_chunks::<2>().0.iter().map(|two| i16::from_le_bytes(*two));
    samples.filter(|sample| sample.unsigned_abs() > 1500).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_touched_is_heard_before_it_acts() {
    let mut stage = Stage::with(|state| Parts { sound: Some(state.join("heard.raw")), ..kiosk(state) }).await;
    let heard = stage.suite.parts.sound.clone().unwrap();
    let louder = async |than: usize| {
        let mut beat = tokio::time::interval(Duration::from_millis(50));
        let wait = async {
            while loud(&heard) <= than {
                beat.tick().await;
            }
            loud(&heard)
        };
        tokio::time::timeout(Duration::from_secs(30), wait).await.expect("nothing more is heard")
    };
    assert_eq!(loud(&heard), 0);
    stage.suite.touch("read-aloud").await.unwrap();
    let greeted = louder(2000).await;
    let screen = stage.suite.screen().await.unwrap();
    let on =
        async |all: &[Element]| all.iter().any(|one| one.name == "read-aloud" && one.chosen).then_some(());
    screen.until("reading aloud is not on", on).await.unwrap();
    let elements = screen.shell().elements().await.unwrap();
    let dishes: BTreeSet<&str> = elements
        .iter()
        .filter(|one| one.enabled && one.name.starts_with("dish-"))
        .map(|one| &*one.name)
        .collect();
    let dish = *dishes.first().unwrap();
    stage.suite.touch(dish).await.unwrap();
    louder(greeted + 2000).await;
    let pay = async |all: &[Element]| all.iter().find(|one| one.name == "pay").cloned();
    assert!(!screen.until("no pay", pay).await.unwrap().enabled, "the first touch puts nothing on the tray");
    stage.suite.touch(dish).await.unwrap();
    screen.find("pay").await.unwrap();
    stage.end().await;
}
