//! The chain through the ledger's own door: it comes back whole, and whatever is done to it locks the till by name.

use std::path::Path;

use rusqlite::Connection;

use crate::channel::ChannelKind;
use crate::ledger::{CaseKind, Ledger, LedgerError};
use crate::member::{IdentityKind, TokenKey};
use crate::offline::{Answer, Conflict, Instrument, Pledge, Rules};
use crate::till::{
    Attempt, AttemptNumber, Counters, Currency, Fate, Money, PaymentId, Record, Refund, RefundReason, Way,
};

fn number(n: u64) -> AttemptNumber {
    AttemptNumber::new(&format!("AAAAAA{n:02}")).unwrap()
}

fn id(n: u64) -> PaymentId {
    PaymentId::new(&format!("p{n}")).unwrap()
}

fn charging(n: u64) -> Record {
    let attempt = Attempt {
        number: number(n),
        channel: ChannelKind::Campus,
        way: Way::Card,
        amount: Money::new(300, Currency::CNY),
        subject: "茶".into(),
        opened_at_ms: 1,
        agreement: None,
        instalment: None,
    };
    Record::Charging { id: id(n), attempt }
}

fn pledge(n: u64) -> Pledge {
    let card = TokenKey::new(&[7; 32]).unwrap().token(IdentityKind::Card, b"c");
    Pledge { instrument: Instrument::Purse { card, counter: n as u32, mac: [1; 8] }, deny_list: 7 }
}

fn paid(n: u64, fate: Fate, pledge: Option<Pledge>) -> Record {
    let amount = Money::new(300, Currency::CNY);
    let (channel, channel_ref) = (ChannelKind::Campus, format!("C{n}"));
    Record::Paid {
        id: id(n),
        number: number(n),
        channel,
        channel_ref,
        amount,
        at_ms: 3,
        fate,
        off: None,
        pledge,
    }
}

fn sale(n: u64) -> [Record; 2] {
    let fate = Fate::Accepted { pickup: n as u32, split: None };
    [charging(n), paid(n, fate, Some(pledge(n)))]
}

fn answered(n: u64, answer: Answer) -> Record {
    let amount = Money::new(300, Currency::CNY);
    Record::Forwarded { id: id(n), number: number(n), sequence: n, amount, answer, at_ms: 4 }
}

/// Two sales, of which the first was answered.
fn written(path: &Path) {
    let (ledger, _) = Ledger::open(path).unwrap();
    let mut ledger = ledger.with_offline(Rules::default(), Currency::CNY);
    let mut append = |records: &[Record]| ledger.append(5, records, &[], Counters::default());
    append(&sale(1)).unwrap();
    append(&[&sale(2)[..], &[answered(1, Answer::Conflict(Conflict::NotGenuine))]].concat()).unwrap();
    assert_eq!((ledger.offline().waiting(), ledger.offline().head().sequence), ((1, 300), 2));
}

#[test]
fn entries_and_answers_are_there_again_and_a_repeated_counter_is_known() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("l");
    written(&path);
    let (ledger, _) = Ledger::open(&path).unwrap();
    let next = ledger.offline().next().unwrap();
    assert_eq!((next.entry.sequence, &next.entry.payment, next.entry.deny_list), (2, &id(2), 7));
    assert_eq!(next.entry.instrument, pledge(2).instrument);
    assert!(ledger.offline().holds(&id(2)) && !ledger.offline().holds(&id(1)));
    assert_eq!(ledger.cases(10).unwrap().len(), 1);
}

#[test]
fn staff_who_close_the_case_settle_the_conflict() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("l");
    written(&path);
    let (mut ledger, _) = Ledger::open(&path).unwrap();
    let case = &ledger.cases(10).unwrap()[0];
    assert_eq!((case.kind, case.payment.as_str(), case.amount.minor()), (CaseKind::NotHonoured, "p1", 300));
    let open = super::cases(&ledger.db).unwrap();
    assert_eq!(
        open.iter().map(|case| (case.sequence, case.conflict)).collect::<Vec<_>>(),
        [(1, Conflict::NotGenuine)]
    );
    let closed = Record::CaseClosed { id: id(1), seq: case.seq, by: "s1".into(), at_ms: 6, pass: false };
    ledger.append(6, &[closed], &[], Counters::default()).unwrap();
    assert!(ledger.cases(10).unwrap().is_empty() && super::cases(&ledger.db).unwrap().is_empty());
}

#[test]
fn money_that_goes_back_and_sales_without_a_pledge_make_no_entry() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, _) = Ledger::open(&dir.path().join("l")).unwrap();
    let back = Refund::whole(number(9), Money::new(300, Currency::CNY), RefundReason::PaidLate);
    let accepted = Fate::Accepted { pickup: 1, split: None };
    let records =
        [charging(1), paid(1, Fate::Returned(back), Some(pledge(1))), charging(2), paid(2, accepted, None)];
    ledger.append(5, &records, &[], Counters::default()).unwrap();
    assert_eq!(ledger.offline().head().sequence, 0);
}

#[test]
fn a_full_disk_appends_no_entry() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("l");
    let (mut ledger, _) = Ledger::open(&path).unwrap();
    ledger.refuse_writes(true).unwrap();
    assert!(matches!(ledger.append(5, &sale(1), &[], Counters::default()), Err(LedgerError::Full(_))));
    assert_eq!(ledger.offline().head().sequence, 0);
    ledger.refuse_writes(false).unwrap();
    ledger.append(5, &sale(1), &[], Counters::default()).unwrap();
    assert_eq!(ledger.offline().waiting(), (1, 300));
}

#[test]
fn a_chain_that_is_not_ours_locks_the_till_by_name() {
    for (spoil, named) in [
        (
            "UPDATE offline_entry SET entry = replace(entry, '300', '200') WHERE sequence = 2",
            "changed or is missing",
        ),
        ("UPDATE offline_entry SET chain = zeroblob(32) WHERE sequence = 2", "changed or is missing"),
        ("UPDATE offline_entry SET payment = 'p9' WHERE sequence = 2", "another payment"),
        ("DELETE FROM offline_case; DELETE FROM offline_entry WHERE sequence = 1", "changed or is missing"),
        ("DELETE FROM offline_entry WHERE sequence = 2", "last offline entries are missing"),
        ("UPDATE offline_head SET sequence = 3", "last offline entries are missing"),
        // The end cut off with its mark, and all of it: the records know better.
        (
            "DELETE FROM offline_entry WHERE sequence = 2; UPDATE offline_head SET sequence = 1,
             chain = (SELECT chain FROM offline_entry WHERE sequence = 1)",
            "not those that its records make",
        ),
        (
            "DELETE FROM offline_case; DELETE FROM offline_entry; DELETE FROM offline_head",
            "not those that its records make",
        ),
    ] {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("l");
        written(&path);
        Connection::open(&path).unwrap().execute_batch(spoil).unwrap();
        match Ledger::open(&path) {
            Err(LedgerError::Broken(why)) => assert!(why.contains(named), "{spoil}: {why}"),
            other => panic!("{spoil}: {other:?}"),
        }
    }
}
