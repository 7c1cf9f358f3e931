//! Every limit at its edge, forwarding in order, and a chain in which no byte can be changed.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use proptest::prelude::*;

use super::{Answer, Asked, Case, Conflict, DenyList, GENESIS, Head, Link, NotNext, Queue, Taken};
use crate::member::{IdentityKind, Token, TokenKey};
use crate::offline::{Instrument, RefusedOffline, Rules};
use crate::promotion::Serial;
use crate::till::{Currency, Money, PaymentId};

const NOW: u64 = 1_790_000_000_000;
const HOUR: u64 = 3_600_000;

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn token(name: &str) -> Token {
    TokenKey::new(&[7; 32]).unwrap().token(IdentityKind::Card, name.as_bytes())
}

fn purse(card: &str, counter: u32) -> Instrument {
    Instrument::Purse { card: token(card), counter, mac: [1; 8] }
}

fn voucher(n: u8) -> Instrument {
    Instrument::Voucher { serial: Serial::new([n; 16]), text: "DV1.x".into() }
}

fn owes(name: &str, limit: i64) -> Instrument {
    Instrument::Member { member: token(name), limit, tap: None }
}

fn asked(payment: &str, instrument: Instrument, amount: i64) -> Asked {
    Asked { payment: PaymentId::new(payment).unwrap(), instrument, amount: cny(amount) }
}

fn deny() -> DenyList {
    DenyList { version: 3, current_at_ms: NOW, denied: [token("lost")].into() }
}

fn rules() -> Rules {
    Rules { per_transaction: 100, per_instrument: 150, total: 300, count_max: 5, ..Rules::default() }
}

fn queue() -> Queue {
    Queue::replay(rules(), Currency::CNY, [])
}

/// Takes it, or says why not.
fn take(queue: &mut Queue, asked: &Asked, now: u64) -> Result<u64, RefusedOffline> {
    match queue.offer(asked, &deny(), now)? {
        Taken::Before(sequence) => Ok(sequence),
        Taken::New(link) => {
            let sequence = link.entry.sequence;
            queue.appended(*link);
            Ok(sequence)
        }
    }
}

#[test]
fn every_limit_holds_at_its_edge() {
    use RefusedOffline as No;
    let serial = Serial::new([1; 16]);
    for (name, before, ask, expect) in [
        ("the most at once", vec![], (purse("a", 1), 100), Ok(1)),
        ("more at once", vec![], (purse("a", 1), 101), Err(No::PerTransaction(cny(100)))),
        ("nothing", vec![], (purse("a", 1), 0), Err(No::BadAmount)),
        ("the most of one card", vec![(purse("a", 1), 50)], (purse("a", 2), 100), Ok(2)),
        (
            "more of one card",
            vec![(purse("a", 1), 51)],
            (purse("a", 2), 100),
            Err(No::PerInstrument(cny(99))),
        ),
        ("another card", vec![(purse("a", 1), 100)], (purse("b", 1), 100), Ok(2)),
        ("the most of all", vec![(purse("a", 1), 100), (purse("b", 1), 100)], (purse("c", 1), 100), Ok(3)),
        (
            "more of all",
            vec![(purse("a", 1), 100), (purse("b", 1), 100), (voucher(1), 1)],
            (purse("c", 1), 100),
            Err(No::Full),
        ),
        ("too many", (1..6).map(|n| (voucher(n), 1)).collect(), (voucher(9), 1), Err(No::Full)),
        ("a lost card", vec![], (purse("lost", 1), 1), Err(No::Denied)),
        ("a closed member", vec![], (owes("lost", 100), 1), Err(No::Denied)),
        ("a voucher again", vec![(voucher(1), 1)], (voucher(1), 1), Err(No::VoucherUsed(serial))),
        ("a debit again", vec![(purse("a", 7), 1)], (purse("a", 7), 1), Err(No::CardRepeats)),
        ("an older debit", vec![(purse("a", 7), 1)], (purse("a", 6), 1), Err(No::CardRepeats)),
        ("a member's limit", vec![(owes("m", 60), 40)], (owes("m", 60), 20), Ok(2)),
        (
            "more than a member's limit",
            vec![(owes("m", 60), 40)],
            (owes("m", 60), 21),
            Err(No::MemberLimit(cny(20))),
        ),
    ] {
        let mut queue = queue();
        for (n, (instrument, amount)) in before.into_iter().enumerate() {
            take(&mut queue, &asked(&format!("b{n}"), instrument, amount), NOW).unwrap();
        }
        assert_eq!(take(&mut queue, &asked("p", ask.0, ask.1), NOW), expect, "{name}");
    }
    let yen = Asked { amount: Money::new(1, Currency::parse("JPY").unwrap()), ..asked("p", voucher(1), 1) };
    assert_eq!(take(&mut queue(), &yen, NOW), Err(No::BadAmount));
    let off = Queue::replay(Rules { enabled: false, ..rules() }, Currency::CNY, []);
    assert_eq!(off.offer(&asked("p", voucher(1), 1), &deny(), NOW), Err(No::Disabled));
}

#[test]
fn time_ends_it() {
    let mut queue = queue();
    let (first, second) = (asked("p", voucher(1), 1), asked("q", voucher(2), 1));
    take(&mut queue, &first, NOW).unwrap();
    assert_eq!(queue.offer(&second, &deny(), NOW + 24 * HOUR + 1), Err(RefusedOffline::DenyListStale));
    assert!(queue.offer(&second, &deny(), NOW + 24 * HOUR).is_ok());
    let week = NOW + 168 * HOUR;
    let fresh = DenyList { current_at_ms: week, ..deny() };
    assert!(queue.offer(&second, &fresh, week).is_ok());
    assert_eq!(queue.offer(&second, &fresh, week + 1), Err(RefusedOffline::TooOld));
    assert_eq!(queue.offer(&first, &fresh, week + 1), Ok(Taken::Before(1)), "what was said stays said");
    queue.answered(1, Answer::Accepted).unwrap();
    assert!(queue.offer(&second, &fresh, week + 1).is_ok());
}

#[test]
fn the_same_is_taken_once_and_its_id_for_nothing_else() {
    let mut queue = queue();
    assert_eq!(take(&mut queue, &asked("p", purse("a", 1), 10), NOW), Ok(1));
    assert_eq!(take(&mut queue, &asked("p", purse("a", 1), 10), NOW), Ok(1));
    assert_eq!(queue.waiting(), (1, 10));
    for other in [asked("p", purse("a", 1), 11), asked("p", purse("a", 2), 10)] {
        assert_eq!(take(&mut queue, &other, NOW), Err(RefusedOffline::IdReused));
    }
}

#[test]
fn entries_are_forwarded_in_order_until_each_is_answered() {
    let mut queue = queue();
    for n in 1..4 {
        take(&mut queue, &asked(&format!("p{n}"), voucher(n), 10), NOW).unwrap();
    }
    let next = |queue: &Queue| queue.next().map(|link| link.entry.sequence);
    assert_eq!((next(&queue), next(&queue)), (Some(1), Some(1)));
    assert_eq!(queue.answered(2, Answer::Accepted), Err(NotNext(2)));
    assert_eq!(queue.answered(1, Answer::Accepted), Ok(None));
    assert_eq!(queue.answered(1, Answer::Accepted), Err(NotNext(1)));
    let case = queue.answered(2, Answer::Conflict(Conflict::RedeemedElsewhere)).unwrap().unwrap();
    let payment = PaymentId::new("p2").unwrap();
    assert_eq!(case, Case { sequence: 2, payment, amount: cny(10), conflict: Conflict::RedeemedElsewhere });
    assert_eq!((next(&queue), queue.waiting()), (Some(3), (1, 10)));
    queue.answered(3, Answer::Accepted).unwrap();
    assert_eq!((next(&queue), queue.waiting()), (None, (0, 0)));
    assert_eq!(take(&mut queue, &asked("p4", voucher(4), 1), NOW), Ok(4), "the sequence goes on");
}

/// The chain's hash as this crate's documentation states it, computed by Python's hashlib over the printed text.
#[test]
fn the_chain_is_sha256_over_hash_sequence_and_text() {
    let mut queue = queue();
    take(&mut queue, &asked("p1", voucher(1), 10), NOW).unwrap();
    take(&mut queue, &asked("p2", owes("m", 60), 20), NOW + 1).unwrap();
    let mut links = queue.open.values();
    let (first, second) = (links.next().unwrap(), links.next().unwrap());
    assert_eq!(
        first.text,
        "{\"sequence\":1,\"at_ms\":1790000000000,\"payment\":\"p1\",\"instrument\":{\"Voucher\":{\"serial\":\"01010101010101010101010101010101\",\"text\":\"DV1.x\"}},\"amount\":{\"minor\":10,\"currency\":\"CNY\"},\"deny_list\":3}"
    );
    let hex = |hash: &[u8]| hash.iter().map(|b| format!("{b:02x}")).collect::<String>();
    assert_eq!(hex(&first.hash), "119d3365410766c0cd9d696ae7d5677f455980d057f0f39cda4bbd681854e3e9");
    assert_ne!(first.hash, second.hash);
    let again = Link::read(&first.head(), 2, second.text.clone(), &second.hash).unwrap();
    assert_eq!(&again, second);
}

proptest! {
    #[test]
    fn no_byte_of_an_entry_can_be_changed(at in any::<prop::sample::Index>(), to in 0x20_u8..0x7f, in_hash in any::<bool>()) {
        let mut queue = queue();
        take(&mut queue, &asked("p1", voucher(1), 10), NOW).unwrap();
        let link = queue.next().unwrap().clone();
        let (mut text, mut hash) = (link.text.clone().into_bytes(), link.hash);
        if in_hash {
            hash[at.index(32)] = to;
        } else {
            let at = at.index(text.len());
            text[at] = to;
        }
        let same = text == link.text.as_bytes() && hash == link.hash;
        let start = Head { sequence: 0, hash: GENESIS };
        prop_assert_eq!(Link::read(&start, 1, String::from_utf8(text).unwrap(), &hash).is_ok(), same);
        prop_assert!(Link::read(&start, 2, link.text.clone(), &link.hash).is_err());
        prop_assert!(Link::read(&link.head(), 1, link.text.clone(), &link.hash).is_err());
    }
}
