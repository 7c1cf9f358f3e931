//! A trace of a bad day is replayed to the same decisions, which stand in a text file; counts are held against a
//! naive model. `DAIS_BLESS=1` writes the file anew; then read the difference.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::*;
use rusqlite::Connection;

use super::{Kept, TABLES, decided, decisions, facts, forget, note};
use crate::member::{IdentityKind, Token, TokenKey};
use crate::promotion::Day;
use crate::risk::{Action, Activity, Asked, COUNTED_MAX, Count, Decision, Rules, assess};

mod notes;

const MINUTE: u64 = 60_000;

fn tables() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(TABLES).unwrap();
    db
}

fn token(kind: IdentityKind, name: &str) -> Token {
    TokenKey::new(&[7; 32]).unwrap().token(kind, name.as_bytes())
}

fn asked(action: Action, amount: i64, who: &[(IdentityKind, &str)]) -> Asked {
    let subjects = who.iter().map(|(kind, name)| (*kind, token(*kind, name))).collect();
    Asked { action, amount, subjects }
}

/// As the actor will: count, decide, keep, and note what then happens.
fn ask(db: &mut Connection, rules: &Rules, reference: &str, asked: &Asked, now: u64) -> Decision {
    let tx = db.transaction().unwrap();
    let facts = facts(&tx, rules, asked, now).unwrap();
    let decision = assess(rules, &facts, now);
    decided(&tx, reference, &decision, &facts, rules, now).unwrap();
    let activity = if asked.action == Action::Charge { Activity::Charge } else { Activity::Refund };
    note(&tx, activity, reference, asked, now).unwrap();
    note(&tx, activity, reference, asked, now).expect("the same again is not counted");
    tx.commit().unwrap();
    decision
}

/// `day time action amount kind=name ...`, one event a line.
const TRACE: &str = include_str!("tests/trace.txt");

fn replay(rules: &Rules) -> (Connection, String) {
    let (mut db, mut table) = (tables(), String::new());
    for (number, line) in TRACE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).enumerate()
    {
        let mut words = line.split_whitespace();
        let (day, clock, what, amount) =
            (words.next().unwrap(), words.next().unwrap(), words.next().unwrap(), words.next().unwrap());
        let (hour, minute) = clock.split_once(':').unwrap();
        let minutes = hour.parse::<u64>().unwrap() * 60 + minute.parse::<u64>().unwrap();
        let now = Day::parse(day).unwrap().start_ms() + minutes * MINUTE;
        let who: Vec<(IdentityKind, &str)> = words
            .map(|word| {
                let (kind, name) = word.split_once('=').unwrap();
                (serde_json::from_str(&format!("\"{kind}\"")).unwrap(), name)
            })
            .collect();
        let action = if what == "refund" { Action::Refund } else { Action::Charge };
        let asked = asked(action, amount.parse().unwrap(), &who);
        let reference = format!("e{number}");
        if what == "dead" {
            let tx = db.transaction().unwrap();
            note(&tx, Activity::DeadCode, &reference, &asked, now).unwrap();
            tx.commit().unwrap();
            continue;
        }
        let decision = ask(&mut db, rules, &reference, &asked, now);
        let reasons: Vec<String> =
            decision.reasons.iter().map(|reason| format!("{} ({})", reason.rule, reason.seen)).collect();
        let verdict = format!("{:?}", decision.verdict);
        writeln!(table, "{line:<70} {verdict:<7} {}", reasons.join(", ")).unwrap();
    }
    (db, table)
}

#[test]
fn a_trace_is_decided_as_the_table_says_and_the_same_again() {
    let rules = Rules::default();
    let (db, table) = replay(&rules);
    assert_eq!(replay(&rules).1, table);
    let kept = concat!(env!("CARGO_MANIFEST_DIR"), "/src/ledger/risk/tests/table.txt");
    if std::env::var_os("DAIS_BLESS").is_some() {
        std::fs::write(kept, &table).expect("the table is written");
    }
    let kept = std::fs::read_to_string(kept).expect("the table");
    for (number, (was, is)) in kept.lines().zip(table.lines()).enumerate() {
        assert_eq!(was, is, "line {}", number + 1);
    }
    assert_eq!(kept.lines().count(), table.lines().count());
    // What is kept of each decision is enough to make it again.
    let mut count = 0;
    for number in 0..TRACE.lines().count() {
        for Kept { at_ms, decision, facts, rules_version, rules_hash, .. } in
            decisions(&db, &format!("e{number}")).unwrap()
        {
            assert_eq!(assess(&rules, &facts, at_ms), decision);
            assert_eq!((rules_version, rules_hash), (1, rules.hash()));
            count += 1;
        }
    }
    assert_eq!(count, table.lines().count());
}

#[test]
fn no_table_holds_an_identifier() {
    let (mut db, rules) = (tables(), Rules::default());
    let asked =
        asked(Action::Charge, 100, &[(IdentityKind::Card, "04a1b2c3"), (IdentityKind::CodePrefix, "281234")]);
    ask(&mut db, &rules, "a", &asked, 0);
    for sql in
        ["SELECT hex(subject) || reference FROM risk_event", "SELECT decision || facts FROM risk_decision"]
    {
        let mut rows = db.prepare(sql).unwrap();
        for text in rows.query_map([], |row| row.get::<_, String>(0)).unwrap() {
            let text = text.unwrap().to_lowercase();
            assert!(!text.contains("04a1b2c3") && !text.contains("281234"), "{text}");
        }
    }
}

/// Every count reads one range of the table's own key, however full the table is.
#[test]
fn counts_come_from_an_index() {
    let db = tables();
    let plan: String = db
        .query_row(
            "EXPLAIN QUERY PLAN SELECT minor, kiosk FROM risk_event WHERE activity = 'charge' AND kind = 'card'
             AND subject = x'00' AND at > 1 AND at <= 9 ORDER BY at DESC LIMIT 1000",
            [],
            |row| row.get(3),
        )
        .unwrap();
    assert!(plan.contains("SEARCH") && plan.contains("at>?"), "{plan}");
}

#[test]
fn events_beyond_every_window_are_forgotten_and_counts_are_bounded() {
    let mut db = tables();
    let one = asked(Action::Charge, 1, &[(IdentityKind::Card, "a")]);
    let tx = db.transaction().unwrap();
    for n in 0..1_500_u64 {
        note(&tx, Activity::Charge, &format!("n{n}"), &one, 1 + n).unwrap();
    }
    tx.commit().unwrap();
    let rules: Rules = toml::from_str(
        "[[rule]]\nname = \"x\"\nverdict = \"review\"\nwhen = { velocity = { of = \"card\", minutes = 44640, more_than = 1 } }",
    )
    .unwrap();
    let now = 44_640 * MINUTE + 1_000;
    let counted = |db: &Connection| facts(db, &rules, &one, now).unwrap().counts[0].1.times;
    // The window is open at its start: the event of 1000 ms is out, those of 1001 to 1500 are in.
    assert_eq!(counted(&db), 500);
    assert_eq!(facts(&db, &rules, &one, 1_500).unwrap().counts[0].1.times, COUNTED_MAX);
    let tx = db.transaction().unwrap();
    assert_eq!(forget(&tx, now).unwrap(), 1_000);
    tx.commit().unwrap();
    assert_eq!(counted(&db), 500);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn counts_equal_a_naive_model(
        events in prop::collection::vec((0_u64..60, 0_usize..2, 0_usize..2, 0_i64..100), 0..60),
        minutes in 1_u32..60,
    ) {
        let mut db = tables();
        let rules: Rules = toml::from_str(&format!(
            "[[rule]]\nname = \"x\"\nverdict = \"review\"\nwhen = {{ velocity = {{ of = \"card\", minutes = {minutes}, more_than = 1 }} }}"
        )).unwrap();
        let cards = ["a", "b"];
        let (now, mut model): (u64, BTreeMap<&str, Count>) = (60 * MINUTE, BTreeMap::new());
        let tx = db.transaction().unwrap();
        for (n, (at, card, kiosk, amount)) in events.into_iter().enumerate() {
            let who = [(IdentityKind::Card, cards[card]), (IdentityKind::Kiosk, cards[kiosk])];
            note(&tx, Activity::Charge, &format!("n{n}"), &asked(Action::Charge, amount, &who), at * MINUTE).unwrap();
            if at + u64::from(minutes) > 60 {
                let count = model.entry(cards[card]).or_default();
                count.times += 1;
                count.amount += amount;
                count.elsewhere += u32::from(kiosk != 0);
            }
        }
        tx.commit().unwrap();
        for card in cards {
            let who = [(IdentityKind::Card, card), (IdentityKind::Kiosk, "a")];
            let facts = facts(&db, &rules, &asked(Action::Charge, 1, &who), now).unwrap();
            prop_assert_eq!(facts.counts[0].1, model.get(card).copied().unwrap_or_default());
        }
    }
}
