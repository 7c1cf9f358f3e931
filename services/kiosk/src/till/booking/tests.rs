//! Every record that moves money makes lines that add up to zero; a story of them leaves the right balances.

#![allow(clippy::arithmetic_side_effects)]

use std::collections::BTreeMap;

use super::entry;
use crate::channel::ChannelKind;
use crate::till::{
    AttemptNumber, Currency, Fate, Money, PaymentId, Record, Refund, RefundReason, Share, Split, TakenOff,
};

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn number(text: &str) -> AttemptNumber {
    AttemptNumber::new(text).expect("a number")
}

fn refund(text: &str, minor: i64, reason: RefundReason) -> Refund {
    Refund::whole(number(text), cny(minor), reason)
}

fn share(party: &str, minor: i64) -> Share {
    Share { party: party.to_owned(), amount: cny(minor) }
}

fn paid(minor: i64, fate: Fate) -> Record {
    Record::Paid {
        id: PaymentId::new("p").expect("an id"),
        number: number("ATTEMPT1"),
        channel: ChannelKind::Alipay,
        channel_ref: "T".to_owned(),
        amount: cny(minor),
        at_ms: 1,
        fate,
        off: None,
        pledge: None,
    }
}

fn asked(minor: i64, back: Vec<Share>) -> Record {
    Record::RefundAsked {
        id: PaymentId::new("p").expect("an id"),
        number: number("ATTEMPT1"),
        channel: ChannelKind::Alipay,
        ask: PaymentId::new("r").expect("an id"),
        refund: refund("REFUND1", minor, RefundReason::Asked),
        by: "s1".to_owned(),
        back,
        at_ms: 2,
    }
}

fn refunded(minor: i64, reason: RefundReason) -> Record {
    let (id, number) = (PaymentId::new("p").expect("an id"), number("ATTEMPT1"));
    let refund = refund("REFUND1", minor, reason);
    Record::Refunded { id, number, channel: ChannelKind::Alipay, refund, at_ms: 3 }
}

fn refused(minor: i64, reason: RefundReason, back: Vec<Share>) -> Record {
    let (id, number) = (PaymentId::new("p").expect("an id"), number("ATTEMPT1"));
    let refund = refund("REFUND1", minor, reason);
    Record::RefundRefused { id, number, channel: ChannelKind::Alipay, refund, back, gathered: false }
}

#[track_caller]
fn check(story: &[Record], balances: &str) {
    let mut sums: BTreeMap<String, i64> = BTreeMap::new();
    for record in story {
        let entry = entry(record).map_or(Vec::new(), |entry| entry.lines);
        assert_eq!(entry.iter().map(|(_, money)| money.minor()).sum::<i64>(), 0, "{record:?}");
        for (account, money) in entry {
            *sums.entry(account.name()).or_default() += money.minor();
        }
    }
    let told: Vec<String> =
        sums.iter().filter(|(_, sum)| **sum != 0).map(|(account, sum)| format!("{account} {sum}")).collect();
    assert_eq!(told.join(", "), balances);
}

#[test]
fn stories_leave_the_right_balances() {
    let accepted = |split| Fate::Accepted { pickup: 1, split };
    let returned = Fate::Returned(refund("REFUND1", 300, RefundReason::PaidLate));
    let split = Split { number: number("SPLIT001"), shares: vec![share("farm", 200), share("bank", 100)] };
    let divided = Record::Divided {
        id: PaymentId::new("p").expect("an id"),
        number: number("ATTEMPT1"),
        channel: ChannelKind::Alipay,
        split: split.clone(),
        at_ms: 2,
    };
    let back = || -> Vec<Share> { vec![share("farm", 100), share("bank", 50)] };
    check(&[paid(300, accepted(None))], "channel:alipay 300, sales -300");
    check(&[paid(300, returned.clone())], "channel:alipay 300, owed -300");
    check(&[paid(300, returned.clone()), refunded(300, RefundReason::PaidLate)], "");
    check(
        &[paid(300, returned), refused(300, RefundReason::PaidLate, vec![])],
        "channel:alipay 300, owed -300",
    );
    let sold = paid(300, accepted(None));
    check(&[sold.clone(), asked(100, vec![])], "channel:alipay 300, owed -100, refunds 100, sales -300");
    check(
        &[sold.clone(), asked(100, vec![]), refunded(100, RefundReason::Asked)],
        "channel:alipay 200, refunds 100, sales -300",
    );
    check(
        &[sold, asked(100, vec![]), refused(100, RefundReason::Asked, vec![])],
        "channel:alipay 300, sales -300",
    );
    let shared = paid(1000, accepted(Some(split)));
    check(
        std::slice::from_ref(&shared),
        "channel:alipay 1000, payable:bank -100, payable:farm -200, sales -700",
    );
    check(&[shared.clone(), divided.clone()], "channel:alipay 700, sales -700");
    let with = |refund: Refund, back| Refund { back, split: Some(number("SPLIT001")), ..refund };
    let done = |back| Record::Refunded {
        id: PaymentId::new("p").expect("an id"),
        number: number("ATTEMPT1"),
        channel: ChannelKind::Alipay,
        refund: with(refund("REFUND1", 500, RefundReason::Asked), back),
        at_ms: 3,
    };
    let story = |end: Record| [shared.clone(), divided.clone(), asked(500, back()), end];
    check(&story(done(back())), "channel:alipay 350, refunds 350, sales -700");
    // The bank withholds its part, so it owes it.
    check(
        &story(done(vec![share("farm", 100)])),
        "channel:alipay 300, payable:bank 50, refunds 350, sales -700",
    );
    check(&story(refused(500, RefundReason::Asked, back())), "channel:alipay 700, sales -700");
    let after_back = Record::RefundRefused {
        id: PaymentId::new("p").expect("an id"),
        number: number("ATTEMPT1"),
        channel: ChannelKind::Alipay,
        refund: with(refund("REFUND1", 500, RefundReason::Asked), back()),
        back: back(),
        gathered: true,
    };
    check(&story(after_back), "channel:alipay 850, payable:bank -50, payable:farm -100, sales -700");
    check(
        &[shared, asked(500, back())],
        "channel:alipay 1000, owed -500, payable:bank -50, payable:farm -100, refunds 350, sales -700",
    );
    // Nothing is left for us where the parties get everything.
    let all = Split { number: number("SPLIT001"), shares: vec![share("farm", 300)] };
    check(&[paid(300, accepted(Some(all)))], "channel:alipay 300, payable:farm -300");
}

#[test]
fn what_offers_took_off_is_sold_too() {
    // What offers took off is sold too; the parties' shares are of what was paid.
    let mut cheaper = paid(200, Fate::Accepted { pickup: 1, split: None });
    if let Record::Paid { off, .. } = &mut cheaper {
        *off = Some(TakenOff { discounts: cny(70), points: cny(30) });
    }
    check(&[cheaper], "channel:alipay 200, discounts 70, points 30, sales -300");
}

/// Offers took 100 of 300; refunds in parts give back their part, one that is refused takes it again.
#[test]
fn a_refund_gives_back_the_part_of_what_offers_took_off() {
    let off = |discounts, points| Some(TakenOff { discounts: cny(discounts), points: cny(points) });
    let with = |mut record: Record, is: Option<TakenOff>| {
        match &mut record {
            Record::Paid { off, .. } => *off = is,
            Record::RefundAsked { refund, .. }
            | Record::Refunded { refund, .. }
            | Record::RefundRefused { refund, .. } => refund.off = is,
            other => panic!("{other:?}"),
        }
        record
    };
    let sold = with(paid(200, Fate::Accepted { pickup: 1, split: None }), off(70, 30));
    let all = with(asked(200, vec![]), off(70, 30));
    let done = |minor, is| with(refunded(minor, RefundReason::Asked), is);
    check(&[sold.clone(), all.clone()], "channel:alipay 200, owed -200, refunds 300, sales -300");
    check(&[sold.clone(), all.clone(), done(200, off(70, 30))], "refunds 300, sales -300");
    let half = with(asked(100, vec![]), off(35, 15));
    check(
        &[sold.clone(), half.clone(), done(100, off(35, 15))],
        "channel:alipay 100, discounts 35, points 15, refunds 150, sales -300",
    );
    check(
        &[sold, half, with(refused(100, RefundReason::Asked, vec![]), off(35, 15))],
        "channel:alipay 200, discounts 70, points 30, sales -300",
    );
    let (id, number) = (PaymentId::new("p").expect("an id"), number("FREE0001"));
    let taken = TakenOff { discounts: cny(250), points: cny(50) };
    let free = Record::Free { id: id.clone(), number: number.clone(), pickup: 1, at_ms: 1, off: taken };
    check(std::slice::from_ref(&free), "discounts 250, points 50, sales -300");
    let back =
        Record::FreeReturned { id: id.clone(), number, ask: id, by: "s1".to_owned(), at_ms: 2, off: taken };
    check(&[free, back], "refunds 300, sales -300");
}

#[test]
fn what_moves_nothing_makes_no_lines() {
    let id = PaymentId::new("p").expect("an id");
    for record in [
        Record::Left { id: id.clone() },
        Record::Case { id: id.clone(), number: number("ATTEMPT1") },
        Record::DivisionRefused { id, number: number("ATTEMPT1"), split: number("SPLIT001") },
    ] {
        assert_eq!(entry(&record), None);
    }
}
