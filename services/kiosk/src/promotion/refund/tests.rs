//! Refunds in any steps give back exactly what was paid and taken off, and vouchers at the very last.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use proptest::prelude::*;

use super::{GivenBack, RefundError, Returned, by_amount, by_lines};
use crate::promotion::price::tests::priced;
use crate::promotion::price::{Discount, Priced, PricedLine, Source};
use crate::promotion::voucher::Serial;
use crate::till::{Currency, Money};

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

/// Two noodles of 18 yuan and a tea of 3; a coupon of 5 yuan and 100 points.
fn order() -> Priced {
    let line = |quantity, gross, net| PricedLine { quantity, gross, net };
    let discount =
        |source, amount, shares: &[i64]| Discount { source, amount: cny(amount), shares: shares.to_vec() };
    Priced {
        gross: cny(3900),
        discounts: vec![
            discount(Source::Coupon("five".into()), 500, &[461, 39]),
            discount(Source::Voucher(Serial::new([7; 16])), 300, &[277, 23]),
            discount(Source::Points(100), 100, &[92, 8]),
        ],
        total: cny(3000),
        lines: vec![line(2, 3600, 2770), line(1, 300, 230)],
    }
}

#[test]
fn a_refund_of_one_dish_gives_back_its_part() {
    let first = by_lines(&order(), Returned { before: &[0, 0], now: &[1, 0] }).unwrap();
    assert_eq!((first.money, first.points, first.full), (cny(1385), 46, false));
    let amounts: Vec<i64> = first.discounts.iter().map(|(_, amount)| amount.minor()).collect();
    assert_eq!(amounts, [230, 138, 46]);
    assert!(first.vouchers.is_empty() && first.coupons.is_empty());
    let rest = by_lines(&order(), Returned { before: &[1, 0], now: &[1, 1] }).unwrap();
    assert_eq!((rest.money, rest.points, rest.full), (cny(1615), 54, true));
    assert_eq!((rest.vouchers, rest.coupons), (vec![Serial::new([7; 16])], vec!["five".to_owned()]));
}

#[test]
fn a_refund_of_an_amount_gives_back_its_part() {
    let third = by_amount(&order(), 0, 1000).unwrap();
    assert_eq!((third.money, third.points, third.full), (cny(1000), 33, false));
    let rest = by_amount(&order(), 1000, 2000).unwrap();
    assert_eq!((rest.money, rest.points, rest.full), (cny(2000), 67, true));
    assert_eq!((rest.vouchers.len(), rest.coupons.len()), (1, 1));
}

#[test]
fn too_much_and_nothing_are_refused() {
    for (before, now, expect) in [
        ([0, 0], [0, 0], RefundError::Nothing),
        ([0, 0], [3, 0], RefundError::TooMuch),
        ([2, 0], [1, 0], RefundError::TooMuch),
        ([u32::MAX, 0], [1, 0], RefundError::TooMuch),
    ] {
        assert_eq!(by_lines(&order(), Returned { before: &before, now: &now }), Err(expect));
    }
    assert_eq!(by_lines(&order(), Returned { before: &[0], now: &[1] }), Err(RefundError::TooMuch));
    for (before, now, expect) in [
        (0, 0, RefundError::Nothing),
        (0, 3001, RefundError::TooMuch),
        (3000, 1, RefundError::TooMuch),
        (10, -5, RefundError::Nothing),
        (i64::MAX, 1, RefundError::TooMuch),
    ] {
        assert_eq!(by_amount(&order(), before, now), Err(expect), "{before} {now}");
    }
}

/// What is given back in sum holds for both ways.
fn check(priced: &Priced, steps: &[GivenBack]) {
    let money: i64 = steps.iter().map(|step| step.money.minor()).sum();
    assert_eq!(money, priced.total.minor());
    assert!(steps.iter().all(|step| step.money.minor() >= 0 && step.points >= 0));
    for discount in &priced.discounts {
        let back =
            steps.iter().flat_map(|step| &step.discounts).filter(|(source, _)| *source == discount.source);
        assert_eq!(back.map(|(_, amount)| amount.minor()).sum::<i64>(), discount.amount.minor());
        let points: i64 = steps.iter().map(|step| step.points).sum();
        if let Source::Points(spent) = discount.source {
            assert_eq!(points, spent);
        }
    }
    let (last, before) = steps.split_last().unwrap();
    assert!(
        last.full
            && before.iter().all(|step| !step.full && step.vouchers.is_empty() && step.coupons.is_empty())
    );
    let kept = priced.discounts.iter().filter(|d| !matches!(d.source, Source::Points(_))).count();
    assert_eq!(last.vouchers.len() + last.coupons.len(), kept);
}

proptest! {
    #[test]
    fn returns_of_dishes_in_any_steps_sum_exactly(priced in priced(), picks in prop::collection::vec(any::<prop::sample::Index>(), 30)) {
        let mut before = vec![0; priced.lines.len()];
        let mut steps = Vec::new();
        for pick in picks {
            let left: Vec<usize> = (0..before.len()).filter(|i| before[*i] < priced.lines[*i].quantity).collect();
            if left.is_empty() { break; }
            let mut now = vec![0; before.len()];
            now[left[pick.index(left.len())]] = 1;
            steps.push(by_lines(&priced, Returned { before: &before, now: &now }).unwrap());
            for (before, now) in before.iter_mut().zip(now) { *before += now; }
        }
        check(&priced, &steps);
    }

    #[test]
    fn returns_of_amounts_in_any_steps_sum_exactly(priced in priced(), cuts in prop::collection::vec(1_i64..2_000, 0..6)) {
        let (mut before, mut steps) = (0, Vec::new());
        for cut in cuts {
            if before + cut >= priced.total.minor() { break; }
            steps.push(by_amount(&priced, before, cut).unwrap());
            before += cut;
        }
        steps.push(by_amount(&priced, before, priced.total.minor() - before).unwrap());
        check(&priced, &steps);
    }
}
