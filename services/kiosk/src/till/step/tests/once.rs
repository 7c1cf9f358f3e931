//! What must not happen twice, or end by a word that may be old: scenes that need more than one event after a state.

use super::{code, id, order, rules, scan};
use crate::channel::{
    ChannelKind, Opened, PaidProof, PendingReason, Proof, Refunded, Refusal, Revoked, Terms, Told,
};
use crate::till::{
    Answer, AttemptNumber, Counters, Currency, Effect, Ending, Event, Money, Notice, Phase, Record, Refused,
    ReturnState, Tender, Till,
};

const NOW: u64 = 1_000_000;

/// Takes an event; answers what is charged and what is sent back or asked about by it.
fn take(till: &mut Till, event: Event) -> Vec<Effect> {
    till.step(NOW, event).expect("the script is taken")
}

/// A till that waits for a payer, and the number of its last attempt.
fn waiting() -> Till {
    let mut till = Till::replay(rules(), Counters::default(), []);
    take(&mut till, Event::Started);
    let opened = take(&mut till, Event::Begin { id: id("p"), order: order(300) });
    let number = attempt(&opened);
    let code = Opened::Code("https://qr/a".into());
    take(&mut till, Event::Answer { number, answer: Answer::Opened(code) });
    till
}

fn attempt(effects: &[Effect]) -> AttemptNumber {
    let number = |effect: &Effect| match effect {
        Effect::Append(Record::Opening { attempt, .. } | Record::Charging { attempt, .. }) => {
            Some(attempt.number.clone())
        }
        _ => None,
    };
    effects.iter().rev().find_map(number).expect("an attempt")
}

#[test]
fn a_code_that_was_tried_is_not_charged_again() {
    let mut till = waiting();
    let charged = take(&mut till, scan("280000000000000001"));
    assert!(matches!(charged.as_slice(), [Effect::Append(Record::Charging { .. }), Effect::Charge(..), ..]));
    let dead = Answer::Proof(Proof::NotPaid(Refusal::InsufficientFunds));
    take(&mut till, Event::Answer { number: attempt(&charged), answer: dead });
    assert_eq!(till.shown().map(|view| view.phase), Some(Phase::Waiting));
    let again = take(&mut till, scan("280000000000000001"));
    assert!(!again.iter().any(|effect| matches!(effect, Effect::Charge(..))), "{again:?}");
    assert_eq!(till.shown().map(|view| view.notice), Some(Notice::CodeUsed));
    // Another code is another try.
    let tender = code("280000000000000002");
    let other = Event::Tender { id: None, tender, channel: Some(ChannelKind::Alipay) };
    let other = take(&mut till, other);
    assert!(other.iter().any(|effect| matches!(effect, Effect::Charge(..))), "{other:?}");
}

#[test]
fn a_told_refusal_of_a_refund_only_makes_us_ask() {
    let mut till = waiting();
    let charged = take(&mut till, scan("280000000000000001"));
    let paid = PaidProof { channel_ref: "T1".into(), amount: Money::new(300, Currency::CNY) };
    let paid = Answer::Proof(Proof::Paid(paid));
    take(&mut till, Event::Answer { number: attempt(&charged), answer: paid });
    let amount = Money::new(100, Currency::CNY);
    let asked = take(&mut till, Event::Refund { id: id("p"), ask: id("r1"), amount, by: "s1".into() });
    let number = asked.iter().find_map(|effect| match effect {
        Effect::Append(Record::RefundAsked { refund, .. }) => Some(refund.number.clone()),
        _ => None,
    });
    let number = number.expect("a refund");
    let state = |till: &Till| till.view(&id("p")).map(|view| view.refunds.first().map(|back| back.state));

    let told = Told::Refund { number: number.clone(), refunded: Refunded::Refused };
    let heard = take(&mut till, Event::Told { channel: ChannelKind::Alipay, told });
    assert!(!heard.iter().any(|effect| matches!(effect, Effect::Append(_))), "{heard:?}");
    assert_eq!(state(&till), Some(Some(ReturnState::Open)), "an old word ends nothing");
    // The channel's answer to our own call does.
    let refused = Answer::Refunded(Refunded::Refused);
    take(&mut till, Event::Answer { number, answer: refused });
    assert_eq!(state(&till), Some(Some(ReturnState::Refused)));
}

#[test]
fn a_sale_at_the_terminal_can_be_given_up_at_once_and_stands_if_it_was_paid() {
    let mut rules = rules();
    rules.channels.push(ChannelKind::Terminal);
    rules.terms.insert(ChannelKind::Terminal, Terms::default());
    for paid in [false, true] {
        let mut till = Till::replay(rules.clone(), Counters::default(), []);
        take(&mut till, Event::Started);
        take(&mut till, Event::Begin { id: id("p"), order: order(300) });
        let opened: Vec<AttemptNumber> =
            till.live.values().flat_map(|p| &p.tries).map(|t| t.attempt.number.clone()).collect();
        for number in opened {
            let code = Answer::Opened(Opened::Code("https://qr/a".into()));
            take(&mut till, Event::Answer { number, answer: code });
        }
        let card = Event::Tender { id: None, tender: Tender::BankCard, channel: Some(ChannelKind::Terminal) };
        let sale = attempt(&take(&mut till, card));
        assert_eq!(
            till.step(NOW, Event::Cancel { id: id("p") }),
            Err(Refused::Busy),
            "the sale is being sent"
        );
        let waits = Answer::Proof(Proof::Pending(PendingReason::PayerConfirms));
        take(&mut till, Event::Answer { number: sale.clone(), answer: waits });
        assert_eq!(till.shown().map(|view| view.notice), Some(Notice::UseTerminal));
        let given_up = take(&mut till, Event::Cancel { id: id("p") });
        let stops = |effect: &Effect| matches!(effect, Effect::Revoke(attempt) if attempt.number == sale);
        assert!(given_up.iter().any(stops), "the terminal is told to stop, at once");
        assert!(!till.closes_unmet(), "a card may have been charged meanwhile");
        // The terminal proves what became of it, and only that ends it.
        let proof = if paid {
            Answer::Proof(Proof::Paid(PaidProof {
                channel_ref: "T".into(),
                amount: Money::new(300, Currency::CNY),
            }))
        } else {
            Answer::Revoked(Revoked::Done)
        };
        take(&mut till, Event::Answer { number: sale, answer: proof });
        let phase = till.shown().map(|view| view.phase);
        assert_eq!(phase == Some(Phase::Paid), paid, "{phase:?}");
        assert_eq!(till.closes_unmet(), !paid, "what is left are codes that nobody has used");
    }
}

#[test]
fn how_long_a_payment_waits_is_known_while_it_waits() {
    let empty = Till::replay(rules(), Counters::default(), []);
    assert_eq!((empty.waits(), empty.closes_unmet()), (None, false));
    let mut till = waiting();
    let limit = rules().timing.waiting_limit_ms;
    assert_eq!((till.waits(), till.closes_unmet()), (Some((NOW, NOW + limit)), false));
    take(&mut till, Event::Cancel { id: id("p") });
    assert_eq!(till.shown().map(|view| view.phase), Some(Phase::Reversing(Ending::Cancelled)));
    assert_eq!(
        (till.waits(), till.closes_unmet()),
        (None, true),
        "nothing was sent that could have been charged"
    );
}
