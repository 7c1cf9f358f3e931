//! What is held to the counter while nobody pays: a card shows its owner what it holds, once and for a while; a code
//! that is scanned for the sheet of offers counts there, and a pay code is not charged.

use api::counter::{CounterProxy, Presented, Wanted};
use api::kiosk::{DeviceState, PaymentState};
use api::shell::Element;
use suite::{IN_PURSE, Parts, STRANGER_CARD, STUDENT_CARD};

use crate::Stage;
use crate::till::until_reader;

#[tokio::test(flavor = "multi_thread")]
async fn a_card_shows_what_it_holds_and_a_scanned_code_goes_to_the_sheet() {
    let parts = |state| Parts {
        role: "kiosk",
        size: (1080, 1920),
        inference: false,
        sense: None,
        ..Parts::all(state)
    };
    let mut stage = Stage::with(parts).await;
    let screen = stage.suite.screen().await.unwrap();
    until_reader(&stage.suite, DeviceState::Ready).await;
    screen.find("dish-rice-bowl").await.unwrap();
    let says = async |name: &str, label: &str| {
        let seen = async |all: &[Element]| {
            all.iter().any(|element| element.name == name && element.label.contains(label)).then_some(())
        };
        screen.until(&format!("no {name} that says {label}"), seen).await.unwrap();
    };
    // A screen that has just come up may not listen yet; then the card is held to it again.
    let balance = async |all: &[Element]| {
        let seen =
            all.iter().any(|element| element.name == "card-balance" && element.label.contains("200.00"));
        if !seen && all.iter().all(|element| element.name != "card-told") {
            stage.suite.reader.take().await.unwrap();
            stage.suite.reader.put(STUDENT_CARD).await.unwrap();
        }
        seen.then_some(())
    };
    screen.until("the card shows nothing", balance).await.unwrap();
    // The next card replaces it, and shows nothing of the one before.
    stage.suite.reader.put(STRANGER_CARD).await.unwrap();
    says("card-told", "shows nothing").await;
    stage.suite.reader.put_purse().await.unwrap();
    says("card-purse", &format!("{}.{:02}", IN_PURSE / 100, IN_PURSE % 100)).await;
    stage.suite.touch("close-card").await.unwrap();
    let counter = CounterProxy::new(&stage.suite.connection).await.unwrap();
    assert_eq!(counter.take().await.unwrap().kind, Presented::Nothing.to_wire(), "it is told once");
    // Gathering offers: what is scanned goes to the sheet, and nothing is paid by it.
    stage.suite.touch("dish-rice-bowl").await.unwrap();
    stage.suite.touch("offers").await.unwrap();
    screen.find("offers-rub").await.unwrap();
    stage.suite.gun.scan("281234567890123456").await.unwrap();
    says("offers-total", "not charged").await;
    stage.suite.gun.scan("autumn").await.unwrap();
    // Whether it counts today is the till's to say; it was asked, which is what the sheet is for.
    let asked = async |all: &[Element]| {
        let total = all.iter().find(|element| element.name == "offers-total")?;
        (!total.label.contains("not charged")).then_some(())
    };
    screen.until("the code does not come to the sheet", asked).await.unwrap();
    let payment = stage.suite.till().await.unwrap().payment().await.unwrap();
    assert_eq!(payment.state, PaymentState::Idle.to_wire());
    counter.want(Wanted::Nothing.to_wire(), 0).await.unwrap();
    stage.end().await;
}
