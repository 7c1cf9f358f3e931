//! What is shown while nobody is there: it comes over a kiosk, a board and a locked room after the seconds that
//! `shell.toml` says, the touch that wakes does nothing else, and it never comes while something goes on.

use api::kiosk::{Channel, PaymentState};
use api::shell::Element;
use suite::{Parts, Screen};

use crate::Stage;
use crate::session::SOLD;

/// Seconds without a touch, and over a board; so long that a slow machine's fingers come back in time.
const AFTER: (u32, u32) = (3, 4);
/// Seconds for which something that goes on is watched: longer than both.
const WATCHED: i64 = 6;

fn there<'e>(all: &'e [Element], name: &str) -> Option<&'e Element> {
    all.iter().find(|element| element.name == name)
}

async fn covered(screen: &Screen) -> Element {
    screen
        .until("nothing is shown though nobody is there", async |all| there(all, "signage").cloned())
        .await
        .unwrap()
}

/// Touches what covers the screen, at the place of something that lies under it, and waits until it is gone.
async fn wake(stage: &mut Stage, screen: &Screen, under: &str) {
    covered(screen).await;
    let place = screen.find(under).await.unwrap();
    screen.picture().await.unwrap();
    stage.suite.fingers.tap(place.x + place.width / 2, place.y + place.height / 2).await.unwrap();
    let gone = async |all: &[Element]| there(all, "signage").is_none().then_some(());
    screen.until("a touch does not take it away", gone).await.unwrap();
}

/// Looks on until the clock of `name` has gone on for [`WATCHED`] seconds; nothing covers it meanwhile.
async fn never_covered(screen: &Screen, name: &str) {
    let since = std::cell::Cell::new(None);
    let watched = async |all: &[Element]| {
        assert!(there(all, "signage").is_none(), "{name} is covered");
        let now = seconds(&there(all, name)?.label)?;
        let began = since.get().unwrap_or(now);
        since.set(Some(began));
        ((began - now).abs() >= WATCHED).then_some(())
    };
    screen.until(&format!("{name} stands still"), watched).await.unwrap();
}

/// The first time in a label, in seconds: `107`, `4:53`.
fn seconds(label: &str) -> Option<i64> {
    let from = label.find(|c: char| c.is_ascii_digit())?;
    let clock = label[from..].split(|c: char| !c.is_ascii_digit() && c != ':').next()?;
    clock.split(':').try_fold(0, |sum, part| Some(sum * 60 + part.parse::<i64>().ok()?))
}

#[test]
fn times_are_read_off_labels() {
    assert_eq!(seconds("These codes are good for 107 seconds"), Some(107));
    assert_eq!((seconds("04:53"), seconds("1:00:02"), seconds("no time")), (Some(293), Some(3_602), None));
}

#[tokio::test(flavor = "multi_thread")]
async fn it_covers_a_kiosk_that_nobody_uses_and_never_a_payment() {
    let mut stage = Stage::with(|state| Parts {
        role: "kiosk",
        size: (1080, 1920),
        inference: false,
        sense: None,
        signage: Some(AFTER),
        ..Parts::all(state)
    })
    .await;
    let screen = stage.suite.screen().await.unwrap();
    assert!(covered(&screen).await.label.contains("order"));
    wake(&mut stage, &screen, "dish-rice-bowl").await;
    stage.suite.touch("dish-rice-bowl").await.unwrap();
    stage.suite.touch("pay").await.unwrap();
    let (_, menu) = stage.suite.till().await.unwrap().menu().await.unwrap();
    let rice = menu.iter().find(|dish| dish.sku == "rice-bowl").unwrap().price;
    let waiting =
        stage.suite.until_payment_is("two codes", |payment| payment.codes.len() == 2).await.unwrap();
    assert_eq!(waiting.total, rice, "the touch that woke the screen put nothing on the tray");
    never_covered(&screen, "good-for").await;
    stage.suite.pay_shown(Channel::Alipay).await.unwrap();
    stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    stage.suite.touch("dismiss").await.unwrap();
    covered(&screen).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_covers_a_board_with_whatever_was_left_open_and_never_a_countdown() {
    let mut stage = Stage::with(|state| Parts {
        role: "panel",
        inference: false,
        sense: None,
        signage: Some(AFTER),
        ..Parts::all(state)
    })
    .await;
    let screen = stage.suite.screen().await.unwrap();
    wake(&mut stage, &screen, "settings").await;
    for open in ["find", "tools", "lay-ruler", "classroom", "tool-dice"] {
        stage.suite.touch(open).await.unwrap();
    }
    screen.find("close-dice").await.unwrap();
    wake(&mut stage, &screen, "close-dice").await;
    // It is all there as it was left, also the tool whose cross lay under the finger; and the finger wrote nothing.
    for open in ["close-finder", "close-dice"] {
        screen.find(open).await.unwrap();
    }
    let elements = screen.shell().elements().await.unwrap();
    assert!(there(&elements, "set-board-green").is_none(), "the settings were not opened");
    assert!(!there(&elements, "undo-1").unwrap().enabled, "nothing was written");
    for step in ["close-dice", "classroom", "tool-timer", "timer-go"] {
        stage.suite.touch(step).await.unwrap();
    }
    never_covered(&screen, "timer-digits").await;
    stage.suite.touch("timer-go").await.unwrap();
    covered(&screen).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_covers_a_locked_room_and_never_time_that_is_paid() {
    let mut stage = Stage::with(|state| Parts {
        role: "panel",
        inference: false,
        sense: None,
        time: Some(SOLD),
        signage: Some(AFTER),
        ..Parts::all(state)
    })
    .await;
    let screen = stage.suite.screen().await.unwrap();
    assert!(covered(&screen).await.label.contains("room"));
    wake(&mut stage, &screen, "time-more").await;
    let elements = screen.shell().elements().await.unwrap();
    assert!(there(&elements, "time-count").unwrap().label.starts_with("1 in a row"), "only woken");
    assert!(there(&elements, "locked").is_some() && there(&elements, "new-page").is_none());
    stage.suite.touch("pay-time").await.unwrap();
    stage.suite.until_payment_is("two codes", |payment| payment.codes.len() == 2).await.unwrap();
    never_covered(&screen, "good-for").await;
    stage.suite.pay_shown(Channel::Wechat).await.unwrap();
    stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    stage.suite.touch("dismiss").await.unwrap();
    screen.find("new-page").await.unwrap();
    never_covered(&screen, "time-left").await;
    stage.end().await;
}
