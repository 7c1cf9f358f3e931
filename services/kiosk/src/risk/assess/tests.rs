//! Each rule at its edges, the most severe verdict, shadow mode, and facts that nobody made.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use std::collections::{BTreeMap, BTreeSet};

use super::{Asked, Count, Facts, Measure, assess, measures};
use crate::member::{IdentityKind, TokenKey};
use crate::promotion::Day;
use crate::risk::rules::{Action, Activity, Rules, Verdict};

fn rules(when: &str) -> Rules {
    toml::from_str(&format!("shadow = false\n[[rule]]\nname = \"x\"\nverdict = \"refuse\"\nwhen = {when}"))
        .unwrap()
}

fn at(clock_minutes: u64) -> u64 {
    Day::parse("2026-10-01").unwrap().start_ms() + clock_minutes * 60_000
}

fn facts(action: Action, amount: i64, count: Option<(Measure, Count)>) -> Facts {
    let known: BTreeSet<_> = [IdentityKind::Card, IdentityKind::Kiosk, IdentityKind::Staff].into();
    Facts { action, amount, known, counts: count.into_iter().collect() }
}

#[test]
fn every_rule_speaks_from_its_edge_on() {
    let count = |times, amount, elsewhere| Count { times, amount, elsewhere };
    let card = "{ velocity = { of = \"card\", minutes = 10, more_than = 5 } }";
    let much = "{ velocity = { of = \"card\", minutes = 10, amount_above = 500 } }";
    let dead = "{ dead-codes = { of = \"kiosk\", minutes = 10, more_than = 3 } }";
    let staff = "{ refunds = { of = \"staff\", minutes = 10, more_than = 2, amount_above = 900 } }";
    let places = "{ kiosk-mismatch = { of = \"card\", minutes = 10 } }";
    let band = "{ amount = { from = 100, below = 200 } }";
    let night = "{ night = { from = \"23:00\", until = \"05:00\", amount_above = 100 } }";
    let lunch = "{ night = { from = \"12:00\", until = \"13:00\", amount_above = 100 } }";
    use Action::{Charge, Refund};
    for (when, action, amount, counted, minute, speaks) in [
        (card, Charge, 1, count(4, 0, 0), 0, false),
        (card, Charge, 1, count(5, 0, 0), 0, true),
        (card, Refund, 1, count(5, 0, 0), 0, false),
        (much, Charge, 100, count(1, 400, 0), 0, false),
        (much, Charge, 101, count(1, 400, 0), 0, true),
        (much, Charge, i64::MAX, count(1, i64::MAX, 0), 0, true),
        (dead, Charge, 1, count(3, 0, 0), 0, false),
        (dead, Charge, 1, count(4, 0, 0), 0, true),
        (staff, Refund, 1, count(1, 0, 0), 0, false),
        (staff, Refund, 1, count(2, 0, 0), 0, true),
        (staff, Refund, 900, count(0, 0, 0), 0, false),
        (staff, Refund, 901, count(0, 0, 0), 0, true),
        (staff, Charge, 901, count(9, 0, 0), 0, false),
        (places, Charge, 1, count(9, 0, 0), 0, false),
        (places, Charge, 1, count(9, 0, 1), 0, true),
        (band, Charge, 99, count(0, 0, 0), 0, false),
        (band, Charge, 100, count(0, 0, 0), 0, true),
        (band, Charge, 199, count(0, 0, 0), 0, true),
        (band, Charge, 200, count(0, 0, 0), 0, false),
        (night, Charge, 101, count(0, 0, 0), 22 * 60 + 59, false),
        (night, Charge, 101, count(0, 0, 0), 23 * 60, true),
        (night, Charge, 101, count(0, 0, 0), 0, true),
        (night, Charge, 101, count(0, 0, 0), 4 * 60 + 59, true),
        (night, Charge, 101, count(0, 0, 0), 5 * 60, false),
        (night, Charge, 100, count(0, 0, 0), 0, false),
        (lunch, Charge, 101, count(0, 0, 0), 12 * 60, true),
        (lunch, Charge, 101, count(0, 0, 0), 13 * 60, false),
    ] {
        let rules = rules(when);
        let key = TokenKey::new(&[7; 32]).unwrap();
        let subject = |kind| (kind, key.token(kind, b"1"));
        let subjects =
            BTreeMap::from([IdentityKind::Card, IdentityKind::Kiosk, IdentityKind::Staff].map(subject));
        let needed = measures(&rules, &Asked { action, amount, subjects });
        let facts = facts(action, amount, needed.first().map(|measure| (*measure, counted)));
        let decision = assess(&rules, &facts, at(minute));
        let expect = if speaks { Verdict::Refuse } else { Verdict::Allow };
        assert_eq!(decision.verdict, expect, "{when} {action:?} {amount} {counted:?} at {minute}");
        assert_eq!(decision.reasons.len(), usize::from(speaks));
        assert_eq!(assess(&rules, &facts, at(minute)), decision, "decided the same again");
    }
}

#[test]
fn the_most_severe_reason_is_the_verdict_and_shadow_hinders_nobody() {
    let mut rules: Rules = toml::from_str(
        "shadow = false
         [[rule]]\nname = \"b\"\nverdict = \"refuse\"\nwhen = { amount = { from = 200 } }
         [[rule]]\nname = \"a\"\nverdict = \"review\"\nwhen = { amount = { from = 100 } }",
    )
    .unwrap();
    let verdict = |rules: &Rules, amount| {
        let decision = assess(rules, &facts(Action::Charge, amount, None), 0);
        let names: Vec<String> = decision.reasons.iter().map(|reason| reason.rule.clone()).collect();
        (decision.verdict, decision.enforced(), names.join(" "))
    };
    use Verdict::{Allow, Refuse, Review};
    assert_eq!(verdict(&rules, 99), (Allow, Allow, String::new()));
    assert_eq!(verdict(&rules, 100), (Review, Review, "a".into()));
    assert_eq!(verdict(&rules, 200), (Refuse, Refuse, "b a".into()));
    rules.shadow = true;
    assert_eq!(verdict(&rules, 200), (Refuse, Allow, "b a".into()));
}

#[test]
fn a_subject_that_is_not_known_says_nothing_and_a_count_that_is_missing_asks_for_review() {
    let rules = rules("{ velocity = { of = \"card\", minutes = 10, more_than = 0 } }");
    let missing = assess(&rules, &facts(Action::Charge, 1, None), 0);
    assert_eq!((missing.verdict, missing.reasons[0].seen.as_str()), (Verdict::Review, "not counted"));
    let other = Measure { activity: Activity::Charge, of: IdentityKind::Card, minutes: 11 };
    let wrong = assess(&rules, &facts(Action::Charge, 1, Some((other, Count::default()))), 0);
    assert_eq!(wrong.verdict, Verdict::Review);
    let nobody = Facts { known: BTreeSet::new(), ..facts(Action::Charge, 1, None) };
    assert_eq!(assess(&rules, &nobody, 0).verdict, Verdict::Allow);
    let asked = Asked { action: Action::Charge, amount: 1, subjects: BTreeMap::new() };
    assert!(measures(&rules, &asked).is_empty());
}
