//! The ledger on a real disk: durable, balanced, and refused when it is not what we wrote.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;
use tempfile::TempDir;

use super::{CaseKind, Ledger, LedgerError};
use crate::channel::ChannelKind;
use crate::till::{
    Attempt, AttemptNumber, Counters, Currency, Event, Fate, Line, Money, Order, PaymentId, Record, Refund,
    RefundReason, Rules, Share, Split, Till, Timing, View, Way,
};

fn id() -> PaymentId {
    PaymentId::new("p1").unwrap()
}

fn number(text: &str) -> AttemptNumber {
    AttemptNumber::new(text).unwrap()
}

fn attempt(text: &str) -> Attempt {
    Attempt {
        number: number(text),
        channel: ChannelKind::Alipay,
        way: Way::Shown,
        amount: Money::new(300, Currency::CNY),
        subject: "茶".into(),
        opened_at_ms: 1,
        agreement: None,
        instalment: None,
    }
}

fn order() -> Order {
    let line = Line { sku: "tea".into(), quantity: 1, unit_price: 300 };
    Order {
        lines: vec![line],
        total: Money::new(300, Currency::CNY),
        subject: "茶".into(),
        priced: None,
        member: None,
        campaign: None,
        instalment: None,
        session: None,
    }
}

fn paid(text: &str, fate: Fate) -> Record {
    let amount = Money::new(300, Currency::CNY);
    let (channel, channel_ref) = (ChannelKind::Alipay, "T1".into());
    Record::Paid {
        id: id(),
        number: number(text),
        channel,
        channel_ref,
        amount,
        at_ms: 3,
        fate,
        off: None,
        pledge: None,
    }
}

/// A payment that was paid twice, the second going back.
fn story() -> Vec<Record> {
    let amount = Money::new(300, Currency::CNY);
    let refund = Refund::whole(number("AAAAAA02"), amount, RefundReason::PaidTwice);
    vec![
        Record::Begun { id: id(), order: order(), at_ms: 1 },
        Record::Opening { id: id(), attempt: attempt("AAAAAA00") },
        Record::Opening { id: id(), attempt: attempt("AAAAAA01") },
        paid("AAAAAA00", Fate::Accepted { pickup: 1, split: None }),
        paid("AAAAAA01", Fate::Returned(refund.clone())),
        Record::Refunded {
            id: id(),
            number: number("AAAAAA01"),
            channel: ChannelKind::Alipay,
            refund,
            at_ms: 4,
        },
    ]
}

fn view(records: &[Record]) -> View {
    let rules = Rules {
        tag: "AAAAAA".into(),
        channels: vec![],
        terms: BTreeMap::new(),
        plans: Default::default(),
        timing: Timing::default(),
    };
    Till::replay(rules, Counters::default(), records).view(&id()).unwrap()
}

const COUNTERS: Counters = Counters { numbers: 3, pickups: 1 };

fn written(dir: &TempDir) -> std::path::PathBuf {
    let path = dir.path().join("ledger.sqlite");
    let (mut ledger, _) = Ledger::open(&path).unwrap();
    for record in story() {
        ledger.append(5, std::slice::from_ref(&record), &[view(&story())], COUNTERS).unwrap();
    }
    path
}

#[test]
fn what_was_written_is_there_again_and_balanced() {
    let dir = tempfile::tempdir().unwrap();
    let path = written(&dir);
    let (mut ledger, memory) = Ledger::open(&path).unwrap();
    assert_eq!((memory.records, memory.counters), (story(), COUNTERS));
    let expected = [("channel:alipay", 300), ("owed", 0), ("sales", -300)];
    let balances = ledger.balances().unwrap();
    assert_eq!(balances.iter().map(|(a, _, m)| (a.as_str(), *m)).collect::<Vec<_>>(), expected);
    assert_eq!(ledger.view(&id()).unwrap(), Some(view(&story())));
    assert_eq!(ledger.recent(10).unwrap().len(), 1);
    ledger.settle(&[id()]);
    ledger.flush().unwrap();
    drop(ledger);
    let (ledger, memory) = Ledger::open(&path).unwrap();
    assert!(memory.records.is_empty(), "a settled payment is replayed");
    assert_eq!(ledger.view(&id()).unwrap(), Some(view(&story())), "a settled payment is forgotten");
}

#[test]
fn what_staff_must_look_at_is_listed_until_somebody_has() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, _) = Ledger::open(&written(&dir)).unwrap();
    let cases = ledger.cases(10).unwrap();
    assert_eq!(cases.len(), 1);
    assert_eq!((cases[0].kind, cases[0].amount.minor(), cases[0].seq), (CaseKind::PaidTwice, 300, 5));
    assert_eq!(ledger.case_of(5).unwrap(), Some((id(), CaseKind::PaidTwice)));
    let closed = Record::CaseClosed { id: id(), seq: 5, by: "s1".into(), at_ms: 6, pass: false };
    ledger.append(6, &[closed], &[], COUNTERS).unwrap();
    assert!(ledger.cases(10).unwrap().is_empty());
    assert_eq!(ledger.case_of(5).unwrap(), None);
}

/// An attempt, a refund and a division in yen that nobody answers for.
#[test]
fn a_case_has_the_currency_of_its_payment_and_what_it_is_about() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, _) = Ledger::open(&dir.path().join("l")).unwrap();
    let currency = Currency::parse("JPY").unwrap();
    let yen = |minor| Money::new(minor, currency);
    let share = |party: &str, minor| Share { party: party.into(), amount: yen(minor) };
    let split = Split { number: number("AAAAAA02"), shares: vec![share("farm", 100), share("bank", 50)] };
    let refund = Refund::whole(number("AAAAAA03"), yen(120), RefundReason::Asked);
    let channel = ChannelKind::Alipay;
    let asked = Record::RefundAsked {
        id: id(),
        number: number("AAAAAA00"),
        channel,
        ask: id(),
        refund,
        by: "s1".into(),
        back: vec![],
        at_ms: 5,
    };
    let attempt = |text| Attempt { amount: yen(500), ..attempt(text) };
    let fate = Fate::Accepted { pickup: 1, split: Some(split) };
    let (channel_ref, amount) = ("T1".into(), yen(500));
    let case = |text| Record::Case { id: id(), number: number(text) };
    let records = [
        Record::Begun { id: id(), order: Order { total: yen(500), ..order() }, at_ms: 1 },
        Record::Opening { id: id(), attempt: attempt("AAAAAA01") },
        case("AAAAAA01"),
        Record::Charging { id: id(), attempt: attempt("AAAAAA00") },
        Record::Paid {
            id: id(),
            number: number("AAAAAA00"),
            channel,
            channel_ref,
            amount,
            at_ms: 3,
            fate,
            off: None,
            pledge: None,
        },
        asked,
        case("AAAAAA02"),
        Record::DivisionRefused { id: id(), number: number("AAAAAA00"), split: number("AAAAAA02") },
        case("AAAAAA03"),
        case("AAAAAA09"),
    ];
    ledger.append(5, &records, &[], COUNTERS).unwrap();
    let told: Vec<_> =
        ledger.cases(10).unwrap().iter().map(|case| (case.number.clone(), case.amount)).collect();
    let expected =
        [("AAAAAA01", 500), ("AAAAAA02", 150), ("AAAAAA02", 150), ("AAAAAA03", 120), ("AAAAAA09", 0)];
    assert_eq!(told, expected.map(|(number, minor)| (number.to_owned(), yen(minor))));
}

#[test]
fn a_channels_number_finds_its_payment() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, _) = Ledger::open(&written(&dir)).unwrap();
    for (text, of) in [("AAAAAA00", Some(id())), ("AAAAAA02", Some(id())), ("AAAAAA09", None)] {
        assert_eq!(ledger.payment_of(&number(text)).unwrap(), of, "{text}");
    }
    assert_eq!(ledger.records_of(&id()).unwrap(), story());
}

/// 1970-01-01 at GMT+8: one sale of 3 yuan, and one that went back whole.
#[test]
fn fees_are_expected_of_each_payment_and_given_back_with_each_refund() {
    let dir = tempfile::tempdir().unwrap();
    let (ledger, _) = Ledger::open(&written(&dir)).unwrap();
    let day = time::macros::date!(1970 - 01 - 01);
    let rules: crate::split::Fees =
        toml::from_str("[[fee]]\nchannel = 'alipay'\nbasis_points = 100\non_refund = 'returned'\n").unwrap();
    let fees = ledger.fees(&rules, day, day).unwrap();
    assert_eq!(fees.len(), 1);
    assert_eq!((fees[0].booked.minor(), fees[0].expected.unwrap().minor()), (0, 3));
    let figures = ledger.figures(day, day).unwrap();
    assert_eq!(figures.len(), 1);
    let row = &figures[0].1;
    assert_eq!((row.payments, row.gross, row.refunds, row.refunded), (2, 600, 1, 300));
    assert!(ledger.figures(day.next_day().unwrap(), day.next_day().unwrap()).unwrap().is_empty());
}

#[test]
fn tags_differ_between_ledgers_and_last() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let tag = |dir: &TempDir| Ledger::open(&dir.path().join("l")).unwrap().1.tag;
    assert_eq!(tag(&one), tag(&one));
    assert_ne!(tag(&one), tag(&two));
}

#[test]
fn nothing_is_booked_twice() {
    let dir = tempfile::tempdir().unwrap();
    let (mut ledger, _) = Ledger::open(&written(&dir)).unwrap();
    let before = ledger.balances().unwrap();
    let again =
        ledger.append(5, &[paid("AAAAAA00", Fate::Accepted { pickup: 2, split: None })], &[], COUNTERS);
    assert!(matches!(again, Err(LedgerError::Rule(_))), "{again:?}");
    assert_eq!(ledger.balances().unwrap(), before);
}

#[test]
fn a_full_disk_writes_nothing_and_recovers() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("l");
    let (mut ledger, _) = Ledger::open(&path).unwrap();
    ledger.limit_pages(1).unwrap();
    let many: Vec<Record> =
        (0..500).map(|n| Record::Opening { id: id(), attempt: attempt(&format!("AAAAAA{n:03}")) }).collect();
    assert!(matches!(ledger.append(5, &many, &[], COUNTERS), Err(LedgerError::Full(_))));
    ledger.limit_pages(100_000).unwrap();
    ledger.append(5, &story(), &[view(&story())], COUNTERS).unwrap();
    drop(ledger);
    assert_eq!(Ledger::open(&path).unwrap().1.records, story());
}

#[test]
fn only_one_till_holds_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("l");
    let held = Ledger::open(&path).unwrap();
    assert!(matches!(Ledger::open(&path), Err(LedgerError::Held)));
    drop(held);
    assert!(Ledger::open(&path).is_ok());
}

/// Whatever is done to the file, it is refused by name and left as it is.
#[test]
fn a_ledger_that_is_not_ours_is_refused_and_kept() {
    let sql =
        |text: &'static str| move |path: &Path| Connection::open(path).unwrap().execute_batch(text).unwrap();
    type Spoil = Box<dyn Fn(&Path)>;
    let cases: Vec<(&str, Spoil)> = vec![
        ("emptied", Box::new(|path| std::fs::write(path, b"").unwrap())),
        ("overwritten", Box::new(|path| std::fs::write(path, vec![b'x'; 20_000]).unwrap())),
        ("amount changed", Box::new(sql("UPDATE line SET minor = 200 WHERE account = 'sales'"))),
        ("line lost", Box::new(sql("DELETE FROM line WHERE account IN ('sales', 'channel:alipay')"))),
        (
            "record changed",
            Box::new(sql("UPDATE event SET record = replace(record, '300', '200') WHERE seq = 1")),
        ),
        (
            "last record but one lost",
            Box::new(sql("PRAGMA foreign_keys=OFF; DELETE FROM event WHERE seq = 2")),
        ),
        ("another version", Box::new(sql("PRAGMA user_version = 1"))),
        ("another program's", Box::new(sql("PRAGMA application_id = 7"))),
    ];
    for (name, spoil) in cases {
        let dir = tempfile::tempdir().unwrap();
        let path = written(&dir);
        spoil(&path);
        let spoilt = std::fs::read(&path).unwrap();
        let opened = Ledger::open(&path);
        assert!(matches!(opened, Err(LedgerError::Broken(_))), "{name}: {opened:?}");
        assert_eq!(std::fs::read(&path).unwrap(), spoilt, "{name}: the file was touched");
    }
}

#[test]
fn a_half_made_ledger_is_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("l");
    std::fs::write(dir.path().join("l.new"), b"half").unwrap();
    assert!(Ledger::open(&path).is_ok());
    std::fs::rename(&path, dir.path().join("gone")).unwrap();
    std::fs::write(dir.path().join("l-wal"), b"left").unwrap();
    assert!(matches!(Ledger::open(&path), Err(LedgerError::Broken(_))));
}

/// A live till through a real ledger and back.
#[test]
fn a_till_goes_on_from_its_ledger() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("l");
    let (mut ledger, memory) = Ledger::open(&path).unwrap();
    let rules = |tag| Rules {
        tag,
        channels: vec![ChannelKind::Alipay],
        terms: BTreeMap::new(),
        plans: Default::default(),
        timing: Timing::default(),
    };
    let mut till = Till::replay(rules(memory.tag), memory.counters, &memory.records);
    let effects = till.step(10, Event::Begin { id: id(), order: order() }).unwrap();
    let records: Vec<Record> = effects
        .into_iter()
        .filter_map(
            |effect| if let crate::till::Effect::Append(record) = effect { Some(record) } else { None },
        )
        .collect();
    ledger.append(5, &records, &[till.view(&id()).unwrap()], till.counters()).unwrap();
    drop(ledger);
    let (_ledger, memory) = Ledger::open(&path).unwrap();
    let again = Till::replay(rules(memory.tag), memory.counters, &memory.records);
    assert_eq!((again.shown(), again.counters()), (till.shown(), till.counters()));
}
