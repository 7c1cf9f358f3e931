//! The screen follows the property, whatever the order of events.

use super::*;

fn payment(id: &str, state: PaymentState) -> Payment {
    Payment {
        id: id.into(),
        state: state.to_wire(),
        total: 100,
        currency: "CNY".into(),
        ..Payment::default()
    }
}

#[test]
fn every_state_of_the_till_has_a_stage_of_its_own() {
    let mut seen = Vec::new();
    for state in PaymentState::ALL {
        let mut till = TillCopy { here: true, ..TillCopy::default() };
        assert_eq!(till.take_payment(payment("a", *state)), has_ended(*state));
        assert!(!seen.contains(&till.stage()), "{state:?}");
        seen.push(till.stage());
    }
}

#[test]
fn every_notice_of_the_till_has_words_of_its_own() {
    let mut seen = vec![Notice::None];
    for told in Told::ALL.iter().filter(|told| **told != Told::None) {
        assert!(!seen.contains(&notice(*told)), "{told:?}");
        seen.push(notice(*told));
    }
}

#[test]
fn an_end_is_news_once() {
    let mut till = TillCopy { here: true, ..TillCopy::default() };
    assert!(till.take_payment(payment("a", PaymentState::Paid)));
    assert_eq!(till.seconds_left, PAID_SECONDS);
    till.seconds_left = 3;
    assert!(!till.take_payment(payment("a", PaymentState::Paid)));
    assert_eq!(till.seconds_left, 3);
    assert!(till.take_payment(payment("b", PaymentState::Paid)));
}

#[test]
fn an_asked_payment_shows_at_once_and_yields_to_the_property() {
    let mut till = TillCopy { here: true, awaited: Some(("a".into(), 250)), ..TillCopy::default() };
    assert_eq!((till.stage(), till.amount()), (Stage::Opening, 250));
    assert!(!till.take_payment(payment("a", PaymentState::Waiting)));
    assert_eq!((till.stage(), till.amount(), till.awaited.clone()), (Stage::Waiting, 100, None));
}

#[test]
fn a_till_that_goes_away_while_money_may_move_says_do_not_pay_again() {
    let mut till = TillCopy { here: true, ..TillCopy::default() };
    let mut waiting = payment("a", PaymentState::Waiting);
    waiting.codes = vec![(1, "https://qr.example/1".into())];
    till.take_payment(waiting);
    assert_eq!(till.codes().len(), 1);
    till.lose();
    assert_eq!(till.codes().len(), 0);
    assert_eq!(till.notice(), Notice::DoNotPayAgain);
}
