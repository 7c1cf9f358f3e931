//! The card reader as people use it and abuse it: two cards at once, a phone that taps, a cable pulled while a purse is
//! debited.

use std::time::Duration;

use api::kiosk::{Channel, DeviceState, Notice, PaymentState};
use suite::{Parts, STRANGER_CARD, STUDENT_CARD, Suite};

use crate::Stage;
use crate::cards::{BEFORE_COMMIT, BEFORE_DEBIT, assert_charged, begin_afresh, until_paid, until_told};
use crate::till::{begin, until_reader};

/// As long as a person holds a phone there; a shown link is opened in a third of it.
const HELD: Duration = Duration::from_millis(500);

/// Waits until the phone has opened something.
async fn until_opened(suite: &Suite) -> String {
    let mut beat = tokio::time::interval(Duration::from_millis(20));
    let opened = async {
        loop {
            let opened = suite.reader.opened().await.unwrap();
            if !opened.is_empty() {
                return opened;
            }
            beat.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), opened).await.expect("the phone opened nothing")
}

/// Waits until a phone that is held there for a while opens nothing.
async fn until_withdrawn(suite: &Suite) {
    let withdrawn = async {
        loop {
            suite.reader.hold_phone().await.unwrap();
            tokio::time::sleep(HELD).await;
            if suite.reader.take_phone().await.unwrap().is_empty() {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), withdrawn).await.expect("the link is still shown");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_cards_none_is_charged_until_one_lies_there_alone() {
    let stage = Stage::till().await;
    let suite = &stage.suite;
    until_reader(suite, DeviceState::Ready).await;
    begin(suite, "two-cards").await;
    suite.until_payment(&[PaymentState::Waiting]).await.unwrap();
    suite.reader.put_both(STUDENT_CARD, STRANGER_CARD).await.unwrap();
    until_told(suite, PaymentState::Waiting, Notice::OneCard).await;
    suite.reader.take_one(STRANGER_CARD).await.unwrap();
    until_paid(suite, "two-cards", Channel::Campus).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_taps_opens_the_very_link_of_the_code_and_only_while_it_lives() {
    let stage = Stage::with(|state| Parts { outside: true, ..Parts::till(state) }).await;
    let suite = &stage.suite;
    until_reader(suite, DeviceState::Ready).await;
    let any = Channel::Any.to_wire();
    for id in ["phone-1", "phone-2"] {
        begin(suite, id).await;
        let linked = |payment: &api::kiosk::Payment| payment.codes.iter().any(|(of, _)| *of == any);
        let payment = suite.until_payment_is("the one code for every wallet", linked).await.unwrap();
        let (_, link) = payment.codes.iter().find(|(of, _)| *of == any).unwrap();
        suite.reader.hold_phone().await.unwrap();
        assert_eq!(&until_opened(suite).await, link, "{id}");
        suite.reader.take_phone().await.unwrap();
        // Cards are still read between two looks for a phone.
        suite.reader.put(STUDENT_CARD).await.unwrap();
        until_paid(suite, id, Channel::Campus).await;
        suite.reader.take().await.unwrap();
        until_withdrawn(suite).await;
    }
    // The phone is there before the payment.
    suite.reader.hold_phone().await.unwrap();
    begin(suite, "phone-3").await;
    let opened = until_opened(suite).await;
    let payment = suite.till().await.unwrap().payment().await.unwrap();
    assert!(payment.codes.contains(&(any, opened)), "an old link");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cable_pulled_during_a_debit_is_told_and_the_same_purse_pays_exactly_once() {
    let stage = Stage::till().await;
    let suite = &stage.suite;
    let mut charged = Vec::new();
    for (round, (answers, obeyed)) in
        [(BEFORE_DEBIT, false), (BEFORE_DEBIT, true), (BEFORE_COMMIT, false), (BEFORE_COMMIT, true)]
            .into_iter()
            .enumerate()
    {
        let id = format!("pulled-{round}");
        let price = begin_afresh(suite, &id).await;
        suite.reader.unplug_after(answers, obeyed).await.unwrap();
        suite.reader.put_purse().await.unwrap();
        until_told(suite, PaymentState::Confirming, Notice::CardAgain).await;
        until_reader(suite, DeviceState::Missing).await;
        // The card still lies there when the reader is back, and that is enough.
        suite.reader.plug().await.unwrap();
        until_paid(suite, &id, Channel::Campus).await;
        charged.push(price);
        assert_charged(suite, &charged).await;
    }
    stage.end().await;
}
