//! Schedules computed by hand, and sums that hold whatever is paid, paid off and refunded.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use proptest::prelude::*;

use super::{Schedule, ScheduleError};
use crate::instalment::{Bearer, Plan, PlanError, Plans};
use crate::promotion::Day;
use crate::till::{Currency, Money};

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn plan(parts: u32, fee_bp: u32, bearer: Bearer) -> Plan {
    Plan { parts, fee_bp, bearer, from: 100 }
}

fn first() -> Day {
    Day::parse("2026-10-31").unwrap()
}

fn short(schedule: &Schedule) -> String {
    let parts: Vec<String> = schedule
        .parts
        .iter()
        .map(|p| format!("{}+{}{}", p.principal, p.fee, if p.paid { "*" } else { "" }))
        .collect();
    format!(
        "{} fee {}/{}: {}",
        schedule.total.minor(),
        schedule.buyer_fee.minor(),
        schedule.seller_fee.minor(),
        parts.join(" ")
    )
}

#[test]
fn schedules_computed_by_hand() {
    for (total, plan, expect) in [
        (10_000, plan(3, 230, Bearer::Buyer), "10000 fee 230/0: 3334+78 3333+76 3333+76"),
        (10_000, plan(3, 230, Bearer::Seller), "10000 fee 0/230: 3334+0 3333+0 3333+0"),
        (
            10_001,
            plan(6, 450, Bearer::Buyer),
            "10001 fee 451/0: 1671+76 1666+75 1666+75 1666+75 1666+75 1666+75",
        ),
        (300, plan(3, 0, Bearer::Buyer), "300 fee 0/0: 100+0 100+0 100+0"),
    ] {
        assert_eq!(short(&Schedule::new(cny(total), &plan, first()).unwrap()), expect);
    }
    let year = Schedule::new(cny(1_200), &plan(12, 0, Bearer::Buyer), first()).unwrap();
    let due: Vec<String> = year.parts.iter().map(|part| part.due.to_string()).collect();
    assert_eq!(
        (due[0].as_str(), due[1].as_str(), due[4].as_str(), due[11].as_str()),
        ("2026-10-31", "2026-11-30", "2027-02-28", "2027-09-30")
    );
    assert_eq!(Schedule::new(cny(99), &plan(3, 0, Bearer::Buyer), first()), Err(ScheduleError::BadAmount));
    assert_eq!(
        Schedule::new(cny(i64::MAX), &plan(3, 3_000, Bearer::Buyer), first()).map(|s| s.left() >= 0),
        Ok(true)
    );
}

#[test]
fn parts_are_paid_in_order_and_an_early_end_waives_later_fees() {
    let mut schedule = Schedule::new(cny(10_000), &plan(3, 230, Bearer::Buyer), first()).unwrap();
    assert_eq!(schedule.pay(1), Err(ScheduleError::NotDue));
    schedule.pay(0).unwrap();
    assert_eq!(schedule.pay(0), Err(ScheduleError::NotDue));
    assert_eq!((schedule.left(), schedule.payoff()), (6_818, cny(6_742)));
    let ended = schedule.paid_off();
    assert_eq!(short(&ended), "10000 fee 154/0: 3334+78* 3333+76* 3333+0*");
    assert_eq!((ended.left(), ended.payoff(), ended.next()), (0, cny(0), None));
}

#[test]
fn a_part_refund_makes_the_rest_less_and_only_the_excess_goes_back() {
    let mut schedule = Schedule::new(cny(10_000), &plan(3, 230, Bearer::Buyer), first()).unwrap();
    schedule.pay(0).unwrap();
    let half = schedule.refund(cny(3_333)).unwrap();
    assert_eq!(
        (short(&half.schedule), half.back),
        ("6667 fee 154/0: 3334+78* 1667+38 1666+38".into(), cny(0))
    );
    let more = schedule.refund(cny(7_000)).unwrap();
    assert_eq!((short(&more.schedule), more.back), ("3000 fee 78/0: 3000+78* 0+0 0+0".into(), cny(334)));
    let all = schedule.refund(cny(10_000)).unwrap();
    assert_eq!((all.back, all.schedule.left()), (cny(3_334), 0));
    for amount in [0, -1, 10_001] {
        assert_eq!(schedule.refund(cny(amount)), Err(ScheduleError::TooMuch));
    }
}

#[test]
fn plans_that_cannot_be_meant_are_refused() {
    let check = |plans: &[Plan]| Plans { plans: plans.to_vec() }.check();
    assert_eq!(Plans::default().check(), Ok(()));
    assert_eq!(Plans::default().for_amount(59_999).count(), 0);
    assert_eq!(Plans::default().for_amount(60_000).count(), 3);
    let good = plan(3, 0, Bearer::Buyer);
    assert_eq!(check(&[good, good]), Err(PlanError::Parts));
    assert_eq!(check(&[Plan { parts: 4, ..good }]), Err(PlanError::Parts));
    assert_eq!(check(&[Plan { fee_bp: 3_001, ..good }]), Err(PlanError::Fee));
    assert_eq!(check(&[Plan { from: 2, ..good }]), Err(PlanError::Fee));
    assert!(
        toml::from_str::<Plans>("[[plan]]\nparts = 3\nfees = 1").unwrap_err().to_string().contains("fees")
    );
}

proptest! {
    #[test]
    fn parts_sum_exactly_whatever_is_paid_and_refunded(
        total in 100_i64..100_000_000,
        parts in prop::sample::select(vec![3_u32, 6, 12]),
        fee_bp in 0_u32..=3_000,
        seller in any::<bool>(),
        paid in 0_usize..=12,
        refunds in prop::collection::vec(1_i64..60_000_000, 0..5),
    ) {
        let bearer = if seller { Bearer::Seller } else { Bearer::Buyer };
        let mut schedule = Schedule::new(cny(total), &plan(parts, fee_bp, bearer), first()).unwrap();
        let fee = schedule.buyer_fee.minor() + schedule.seller_fee.minor();
        prop_assert!(fee * 10_000 >= total * i64::from(fee_bp) && (fee - 1) * 10_000 < total * i64::from(fee_bp));
        let sums = |schedule: &Schedule| {
            let principal: i64 = schedule.parts.iter().map(|part| part.principal).sum();
            let fees: i64 = schedule.parts.iter().map(|part| part.fee).sum();
            (principal, fees) == (schedule.total.minor(), schedule.buyer_fee.minor())
                && schedule.parts.iter().all(|part| part.principal >= 0 && part.fee >= 0)
        };
        prop_assert!(sums(&schedule));
        let (a, b) = (schedule.parts[0], schedule.parts[1]);
        prop_assert!(a.principal >= b.principal && a.principal - b.principal < i64::from(parts));
        for number in 0..paid.min(parts as usize) {
            schedule.pay(number).unwrap();
        }
        for refund in refunds {
            let Ok(reduced) = schedule.refund(cny(refund)) else { continue };
            // What goes back and what need not be paid any more is the refund and the fee on it.
            let fee_less = schedule.buyer_fee.minor() - reduced.schedule.buyer_fee.minor();
            prop_assert_eq!(schedule.left() - reduced.schedule.left() + reduced.back.minor(), refund + fee_less);
            prop_assert!(fee_less >= 0 && sums(&reduced.schedule));
            schedule = reduced.schedule;
        }
        prop_assert!(sums(&schedule.paid_off()));
        prop_assert!(schedule.payoff().minor() <= schedule.left());
    }
}
