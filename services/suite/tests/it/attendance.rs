//! A class walks past the reader of its panel: cards become names, and while they are counted nobody pays by card, even
//! where a payment waits for one.

use std::path::Path;
use std::time::Duration;

use api::attendance::{AttendanceProxy, Came};
use api::kiosk::{Channel, DeviceState, Notice, PaymentState};
use api::shell::Element;
use suite::{Parts, STRANGER_CARD, STUDENT_CARD, Screen, Suite};

use crate::Stage;
use crate::cards::{booked, until_paid, until_told};
use crate::till::{begin, until_reader};

/// Longer than the reader is kept from the till after a count.
const GUARD: Duration = Duration::from_millis(2_500);

async fn says(screen: &Screen, name: &str, label: &str) {
    let seen = async |all: &[Element]| {
        all.iter().any(|element| element.name == name && element.label.contains(label)).then_some(())
    };
    screen.until(&format!("no {name} that says {label}"), seen).await.unwrap();
}

/// Nothing that any process has written holds one of these.
fn assert_unsaid(logs: &Path, secrets: &[&str]) {
    let mut read = 0;
    for log in std::fs::read_dir(logs).unwrap() {
        let path = log.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        read += 1;
        let text = text.to_lowercase();
        for secret in secrets {
            assert!(!text.contains(&secret.to_lowercase()), "{} names somebody", path.display());
        }
    }
    assert!(read > 0, "there are no logs in {}", logs.display());
}

async fn took(suite: &Suite) -> Vec<(u32, String)> {
    let attendance = AttendanceProxy::new(&suite.connection).await.unwrap();
    let taken = attendance.take().await.unwrap();
    taken.into_iter().map(|tapped| (tapped.came, tapped.name)).collect()
}

/// What is held to the reader once something is.
async fn heard(suite: &Suite) -> Vec<(u32, String)> {
    let mut beat = tokio::time::interval(Duration::from_millis(50));
    let wait = async {
        loop {
            let taken = took(suite).await;
            if !taken.is_empty() {
                return taken;
            }
            beat.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("the reader hears nothing")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_card_that_is_counted_does_not_pay_and_the_next_one_does() {
    let stage = Stage::till().await;
    let suite = &stage.suite;
    until_reader(suite, DeviceState::Ready).await;
    let attendance = AttendanceProxy::new(&suite.connection).await.unwrap();
    assert!(attendance.listen("lesson-1", 60).await.unwrap());
    let price = begin(suite, "while-counted").await;
    suite.until_payment(&[PaymentState::Waiting]).await.unwrap();
    suite.reader.put_both(STUDENT_CARD, STRANGER_CARD).await.unwrap();
    assert_eq!(heard(suite).await[0].0, Came::TwoCards.to_wire());
    suite.reader.take_one(STRANGER_CARD).await.unwrap();
    let first = heard(suite).await;
    assert_eq!(first[0].0, Came::Card.to_wire());
    assert!(!first[0].1.to_lowercase().contains(STUDENT_CARD), "a name, no number");
    suite.reader.put(STRANGER_CARD).await.unwrap();
    assert_ne!(heard(suite).await, first);
    // It still counts although somebody pays, and on another list the card has another name.
    assert!(attendance.listen("lesson-2", 60).await.unwrap());
    suite.reader.put(STUDENT_CARD).await.unwrap();
    let other = heard(suite).await;
    assert!(other[0].0 == first[0].0 && other[0].1 != first[0].1);
    let payment = suite.till().await.unwrap().payment().await.unwrap();
    let untouched = (PaymentState::Waiting.to_wire(), Notice::None.to_wire());
    assert_eq!((payment.state, payment.notice), untouched, "the till saw no card");
    // The count ends with the card still lying there: it does not pay either, until it is held there anew.
    assert!(!attendance.listen("lesson-2", 0).await.unwrap());
    tokio::time::sleep(GUARD).await;
    assert!(!attendance.listen("lesson-3", 60).await.unwrap(), "the till waits for a card now");
    let payment = suite.till().await.unwrap().payment().await.unwrap();
    assert_eq!((payment.state, payment.notice), untouched);
    suite.reader.put(STRANGER_CARD).await.unwrap();
    until_told(suite, PaymentState::Waiting, Notice::CardUnknown).await;
    suite.reader.put(STUDENT_CARD).await.unwrap();
    until_paid(suite, "while-counted", Channel::Campus).await;
    let (charges, _) = booked(suite, STUDENT_CARD, "account").await;
    assert_eq!(charges, [price], "once");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_class_is_counted_on_its_board_and_a_palette_gets_its_owner() {
    let names = ["Wang Xiaoming", "Li Hua", "Ada"];
    let parts = |state: std::path::PathBuf| {
        let classes = state.join("lessons/classes");
        std::fs::create_dir_all(&classes).unwrap();
        std::fs::write(classes.join("7A.txt"), names.join("\n")).unwrap();
        Parts { role: "panel", inference: false, sense: None, ..Parts::all(state) }
    };
    let mut stage = Stage::with(parts).await;
    let screen = stage.suite.screen().await.unwrap();
    until_reader(&stage.suite, DeviceState::Ready).await;
    stage.suite.touch("board").await.unwrap();
    stage.suite.touch("classroom").await.unwrap();
    stage.suite.touch("tool-attendance").await.unwrap();
    says(&screen, "roll-told", "Hold your card").await;
    stage.suite.reader.put(STUDENT_CARD).await.unwrap();
    says(&screen, "roll-told", "Whose card").await;
    stage.suite.touch("roll-name-1").await.unwrap();
    says(&screen, "roll-here", "1 of 3").await;
    stage.suite.reader.put(STRANGER_CARD).await.unwrap();
    says(&screen, "roll-told", "Whose card").await;
    stage.suite.touch("roll-aside").await.unwrap();
    stage.suite.reader.put(STUDENT_CARD).await.unwrap();
    says(&screen, "roll-told", "Li Hua is here already").await;
    stage.suite.touch("close-attendance").await.unwrap();
    // The same card says whose palette it is.
    stage.suite.touch("more-1").await.unwrap();
    stage.suite.touch("claim-1").await.unwrap();
    says(&screen, "claim-told-1", "Hold your card").await;
    stage.suite.reader.put(STRANGER_CARD).await.unwrap();
    says(&screen, "claim-told-1", "Nobody knows").await;
    stage.suite.touch("claim-end-1").await.unwrap();
    stage.suite.touch("more-1").await.unwrap();
    stage.suite.touch("claim-1").await.unwrap();
    says(&screen, "claim-told-1", "Hold your card").await;
    stage.suite.reader.put(STUDENT_CARD).await.unwrap();
    says(&screen, "owner-1", "Li Hua").await;
    let logs = stage.state.path().join("logs");
    assert_unsaid(&logs, &[STUDENT_CARD, "Li Hua", "Wang Xiaoming"]);
    stage.end().await;
}
