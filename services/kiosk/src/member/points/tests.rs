//! Points sum to their entries whatever happens, expire in order, and a debt is said.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use proptest::prelude::*;

use super::{Entry, EntryKind, Points, PointsError};
use crate::member::rules::Rules;
use crate::promotion::Day;

fn earned(points: i64, expires_ms: u64) -> Entry {
    Entry { kind: EntryKind::Earned, points, expires_ms }
}

#[test]
fn points_that_expire_first_are_spent_first() {
    let mut points = Points::replay(&[earned(10, 300), earned(20, 100), earned(5, 100)]).unwrap();
    assert_eq!((points.balance(), points.available(99), points.available(100)), (35, 35, 10));
    points.apply(&points.spend(26, 0).unwrap()).unwrap();
    assert_eq!((points.balance(), points.available(100)), (9, 9));
    assert_eq!(points.spend(10, 0), Err(PointsError::TooFew(9)));
    assert_eq!(points.spend(0, 0), Err(PointsError::BadCount));
    let gone = points.expire(300).unwrap();
    assert_eq!((gone.kind, gone.points, points.expire(299)), (EntryKind::Expired, -9, None));
    assert_eq!(points.spend(1, 300), Err(PointsError::TooFew(0)), "expired ones cannot be spent");
}

#[test]
fn a_debt_is_said_and_paid_first() {
    let mut points = Points::replay(&[earned(10, 100)]).unwrap();
    let (entry, owes) = points.claw_back(25).unwrap();
    assert_eq!(owes, 15);
    points.apply(&entry).unwrap();
    assert_eq!((points.balance(), points.available(0)), (-15, 0));
    points.apply(&earned(20, 200)).unwrap();
    assert_eq!((points.balance(), points.available(0)), (5, 5));
    assert_eq!(points.claw_back(5).unwrap().1, 0);
    assert_eq!(points.claw_back(-1), Err(PointsError::BadCount));
    assert_eq!(points.apply(&earned(i64::MAX, 1)), Err(PointsError::BadCount));
    assert_eq!(points.balance(), 5);
}

#[test]
fn tiers_and_occasions_multiply_and_parts_of_a_point_are_not_given() {
    let rules = Rules::default();
    for (spent, net, times, bonus, expect) in [
        (0, 99, 1, 0, 0),
        (0, 1_850, 1, 0, 18),
        (99_999, 1_850, 1, 0, 18),
        (100_000, 1_850, 1, 0, 37),
        (300_000, 1_850, 2, 50, 160),
        (-5, 100, 1, 0, 1),
        (0, -100, 1, 0, 0),
    ] {
        assert_eq!(rules.earned(spent, net, times, bonus), expect, "{spent} {net} {times} {bonus}");
    }
    let noon = Day::parse("2026-03-01").unwrap().start_ms() + 43_200_000;
    assert_eq!(rules.expiry_ms(noon), Day::parse("2027-03-02").unwrap().start_ms());
}

proptest! {
    #[test]
    fn a_balance_is_the_sum_of_its_entries(
        acts in prop::collection::vec((0_u8..5, 1_i64..500, 1_u64..50), 0..100),
    ) {
        let (mut points, mut entries, mut now) = (Points::default(), Vec::new(), 0);
        for (act, count, time) in acts {
            let entry = match act {
                0 | 1 => Some(earned(count, now + time)),
                2 => points.spend(count, now).ok(),
                3 => { now += time; points.expire(now) }
                _ => Some(points.claw_back(count).unwrap().0),
            };
            let Some(entry) = entry else { continue };
            let before = points.balance();
            points.apply(&entry).unwrap();
            entries.push(entry);
            prop_assert_eq!(points.balance(), before + entry.points);
            if entry.kind == EntryKind::Expired {
                prop_assert_eq!(points.expire(now), None);
            }
            prop_assert!(entry.kind == EntryKind::ClawedBack || before < 0 || points.balance() >= 0);
        }
        prop_assert_eq!(points.balance(), entries.iter().map(|entry| entry.points).sum::<i64>());
        prop_assert!(points.available(now) >= 0 && points.available(now) <= points.balance().max(0));
        let text = serde_json::to_string(&points).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Points>(&text).unwrap(), &points);
        prop_assert_eq!(Points::replay(&entries).unwrap(), points);
    }
}
