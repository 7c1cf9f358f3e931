//! Notes on a real disk: with the records of their commit or not at all, and there again after a restart.

use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::channel::ChannelKind;
use crate::ledger::{CaseKind, Ledger, LedgerError, Note};
use crate::till::{
    Attempt, AttemptNumber, Counters, Currency, Line, Money, Order, PaymentId, Record, Rules as TillRules,
    Till, Timing, View, Way,
};

fn id(text: &str) -> PaymentId {
    PaymentId::new(text).unwrap()
}

fn number(text: &str) -> AttemptNumber {
    AttemptNumber::new(text).unwrap()
}

fn begun() -> Record {
    let line = Line { sku: "tea".into(), quantity: 1, unit_price: 300 };
    let total = Money::new(300, Currency::CNY);
    let order = Order {
        lines: vec![line],
        total,
        subject: "茶".into(),
        priced: None,
        member: None,
        campaign: None,
        instalment: None,
        session: None,
    };
    Record::Begun { id: id("p1"), order, at_ms: 1 }
}

fn charging(text: &str) -> Record {
    let attempt = Attempt {
        number: number(text),
        channel: ChannelKind::Campus,
        way: Way::Card,
        amount: Money::new(300, Currency::CNY),
        subject: "茶".into(),
        opened_at_ms: 2,
        agreement: None,
        instalment: None,
    };
    Record::Charging { id: id("p1"), attempt }
}

fn stopped(again: bool) -> Record {
    let amount = Money::new(300, Currency::CNY);
    Record::Stopped { id: id("p1"), review: true, again, amount, at_ms: 2 }
}

fn till(memory: &crate::ledger::Memory) -> Till {
    let rules = TillRules {
        tag: memory.tag.clone(),
        channels: vec![ChannelKind::Campus],
        terms: BTreeMap::new(),
        plans: Default::default(),
        timing: Timing::default(),
    };
    Till::replay(rules, memory.counters, &memory.records)
}

fn view(path: &Path) -> View {
    till(&Ledger::open(path).unwrap().1).view(&id("p1")).unwrap()
}

fn happened(reference: &str, at_ms: u64) -> Note {
    let asked = asked(Action::Charge, 300, &[(IdentityKind::Card, "a"), (IdentityKind::Kiosk, "here")]);
    Note::Happened { activity: Activity::Charge, reference: reference.into(), asked, at_ms }
}

fn decided(reference: &str, at_ms: u64) -> Note {
    let rules = Arc::new(Rules::default());
    let facts = facts(&tables(), &rules, &asked(Action::Charge, 300, &[]), at_ms).unwrap();
    let decision = assess(&rules, &facts, at_ms);
    Note::Decided { reference: reference.into(), decision, facts, rules, at_ms }
}

const COUNTERS: Counters = Counters { numbers: 1, pickups: 0 };

/// The ledger with one payment.
fn opened(path: &Path) -> Ledger {
    let (mut ledger, memory) = Ledger::open(path).unwrap();
    let mut memory = memory;
    memory.records = vec![begun()];
    let view = till(&memory).view(&id("p1")).unwrap();
    ledger.append(1, &[begun()], &[view], COUNTERS).unwrap();
    ledger
}

#[test]
fn notes_are_there_again_after_a_restart_with_those_of_a_payments_numbers_under_its_id() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("l");
    let mut ledger = opened(&path);
    // Without any record, as of a refund that was stopped.
    ledger.append_noted(2, &[], &[decided("p1", 2)], &[], COUNTERS).unwrap();
    let notes = [happened("AAAAAA00", 3), decided("AAAAAA00", 3)];
    ledger.append_noted(3, &[charging("AAAAAA00")], &notes, &[], COUNTERS).unwrap();
    let dead = Note::Dead { number: number("AAAAAA00"), at_ms: 4 };
    drop(ledger);
    let (mut ledger, _) = Ledger::open(&path).unwrap();
    // What was charged before the restart is dead after it, and said twice it is dead once.
    ledger.append_noted(4, &[], &[dead.clone(), dead], &[], COUNTERS).unwrap();
    drop(ledger);
    let (ledger, _) = Ledger::open(&path).unwrap();
    let references = |of: &str| -> Vec<(String, u64)> {
        ledger.decisions(of).unwrap().into_iter().map(|kept| (kept.reference, kept.at_ms)).collect()
    };
    assert_eq!(references("p1"), [("p1".to_owned(), 2), ("AAAAAA00".to_owned(), 3)]);
    assert_eq!(references("AAAAAA00"), [("AAAAAA00".to_owned(), 3)]);
    assert_eq!(ledger.risk_subjects(&number("AAAAAA00")).unwrap().len(), 2);
    let rules: Rules = toml::from_str(
        "[[rule]]\nname = 'd'\nverdict = 'review'\nwhen = { dead-codes = { of = 'card', minutes = 9, more_than = 9 } }
         [[rule]]\nname = 'v'\nverdict = 'review'\nwhen = { velocity = { of = 'card', minutes = 9, more_than = 9 } }",
    )
    .unwrap();
    let card = asked(Action::Charge, 1, &[(IdentityKind::Card, "a")]);
    let counts = ledger.risk_facts(&rules, &card, 5).unwrap().counts;
    let counted: Vec<(Activity, u32)> = counts.iter().map(|(of, count)| (of.activity, count.times)).collect();
    assert_eq!(counted, [(Activity::Charge, 1), (Activity::DeadCode, 1)]);
}

#[test]
fn a_full_disk_keeps_neither_record_nor_note() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("l");
    let mut ledger = opened(&path);
    ledger.refuse_writes(true).unwrap();
    let notes = [happened("AAAAAA00", 3), decided("AAAAAA00", 3)];
    let full = ledger.append_noted(3, &[charging("AAAAAA00")], &notes, &[], COUNTERS);
    assert!(matches!(full, Err(LedgerError::Full(_))), "{full:?}");
    ledger.refuse_writes(false).unwrap();
    drop(ledger);
    let (ledger, memory) = Ledger::open(&path).unwrap();
    assert_eq!(memory.records, [begun()]);
    assert!(ledger.risk_subjects(&number("AAAAAA00")).unwrap().is_empty());
    assert!(ledger.decisions("p1").unwrap().is_empty() && ledger.decisions("AAAAAA00").unwrap().is_empty());
}

#[test]
fn a_stop_is_one_case_and_the_pass_outlives_a_restart_until_it_is_used() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("l");
    let mut ledger = opened(&path);
    ledger.append(2, &[stopped(false), stopped(true)], &[], COUNTERS).unwrap();
    let cases = ledger.cases(9).unwrap();
    assert_eq!(cases.len(), 1);
    assert_eq!(
        (cases[0].kind, cases[0].number.as_str(), cases[0].amount.minor()),
        (CaseKind::Stopped, "p1", 300)
    );
    assert_eq!(ledger.case_of(cases[0].seq).unwrap(), Some((id("p1"), CaseKind::Stopped)));
    drop(ledger);
    assert_eq!(view(&path).notice, crate::till::Notice::SeeStaff);
    let (mut ledger, memory) = Ledger::open(&path).unwrap();
    assert!(!till(&memory).passes(&id("p1")));
    let closed =
        Record::CaseClosed { id: id("p1"), seq: cases[0].seq, by: "01".into(), at_ms: 3, pass: true };
    ledger.append(3, &[closed], &[], COUNTERS).unwrap();
    assert!(ledger.cases(9).unwrap().is_empty());
    drop(ledger);
    let (mut ledger, memory) = Ledger::open(&path).unwrap();
    assert!(till(&memory).passes(&id("p1")));
    ledger.append(4, &[charging("AAAAAA00")], &[], COUNTERS).unwrap();
    drop(ledger);
    assert!(!till(&Ledger::open(&path).unwrap().1).passes(&id("p1")));
}

/// Written before a case could let anything pass.
#[test]
fn an_old_record_of_a_closed_case_lets_nothing_pass() {
    let old = r#"{"CaseClosed":{"id":"p1","seq":5,"by":"s1","at_ms":6}}"#;
    let record: Record = serde_json::from_str(old).unwrap();
    assert_eq!(record, Record::CaseClosed { id: id("p1"), seq: 5, by: "s1".into(), at_ms: 6, pass: false });
}
