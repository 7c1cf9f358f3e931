//! Prices that were computed by hand, and the laws that hold for all of them.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use proptest::prelude::*;

use super::{Offer, PointsOffer, PriceError, Priced, Source, best_coupons, price};
use crate::promotion::coupon::{Coupon, Cut, NotApplicable, Presented};
use crate::promotion::day::Day;
use crate::promotion::rules::Rules;
use crate::promotion::voucher::{Serial, Voucher, Worth};
use crate::till::{Currency, Line, Money};

fn now() -> u64 {
    Day::parse("2026-10-01").unwrap().start_ms()
}

fn line(sku: &str, quantity: u32, unit_price: i64) -> Line {
    Line { sku: sku.into(), quantity, unit_price }
}

pub(in crate::promotion) fn coupon(id: &str, cut: Cut) -> Coupon {
    Coupon {
        id: id.into(),
        cut,
        minimum_spend: 0,
        first_day: Day::parse("2026-09-01").unwrap(),
        last_day: Day::parse("2026-10-31").unwrap(),
        per_member: None,
        total: None,
        alone: false,
        group: None,
        by_grant: false,
        skus: Vec::new(),
    }
}

fn percent(id: &str, basis_points: u32, cap: i64) -> Coupon {
    coupon(id, Cut::Percent { basis_points, cap })
}

fn fresh(coupon: &Coupon) -> Presented<'_> {
    Presented { coupon, used_by_member: Some(0), used_by_all: 0, granted: 1 }
}

pub(in crate::promotion) fn voucher(serial: u8, worth: Worth) -> Voucher {
    Voucher {
        serial: Serial::new([serial; 16]),
        issuer: "i".into(),
        audience: "dais".into(),
        expires_s: 2_000_000_000,
        worth,
    }
}

fn fen(minor: i64) -> Worth {
    Worth::Money(Money::new(minor, Currency::CNY))
}

/// `total: source amount, ...` in few words.
fn short(priced: &Priced) -> String {
    let one = |source: &Source| match source {
        Source::Coupon(id) => id.clone(),
        Source::Voucher(serial) => format!("voucher {}", serial.as_bytes()[0]),
        Source::Points(points) => format!("{points} points"),
    };
    let discounts: Vec<String> = priced
        .discounts
        .iter()
        .map(|d| format!("{} {}={:?}", one(&d.source), d.amount.minor(), d.shares))
        .collect();
    format!("{}: {}", priced.total.minor(), discounts.join(", "))
}

#[test]
fn prices_computed_by_hand() {
    let rules = Rules::default();
    let lines = [line("noodles", 2, 1800), line("tea", 1, 300), line("rice", 1, 1205)];
    let tenth = percent("tenth", 1000, 10_000);
    let capped = percent("capped", 1000, 200);
    let three = coupon("three", Cut::Amount(300));
    let tea = Coupon { skus: vec!["tea".into()], ..coupon("tea", Cut::Amount(500)) };
    let offer = |coupons: &[&'static Coupon]| Offer {
        coupons: coupons.iter().map(|c| fresh(c)).collect(),
        ..Offer::default()
    };
    let leak = |coupon: &Coupon| -> &'static Coupon { Box::leak(Box::new(coupon.clone())) };
    let (tenth, capped, three, tea) = (leak(&tenth), leak(&capped), leak(&three), leak(&tea));
    let mut all = offer(&[three, tenth]);
    all.vouchers = vec![voucher(9, fen(500)), voucher(1, Worth::Dish("noodles".into()))];
    all.points = Some(PointsOffer { points: 100_000 });
    let vouchers = |vouchers| Offer { vouchers, ..Offer::default() };
    let points = |points| Offer { points: Some(PointsOffer { points }), ..Offer::default() };
    for (name, offer, expect) in [
        ("nothing", Offer::default(), "5105: "),
        ("a tenth, rounded down", offer(&[tenth]), "4595: tenth 510=[360, 30, 120]"),
        ("a tenth with a cap", offer(&[capped]), "4905: capped 200=[141, 12, 47]"),
        ("one dish's coupon takes that dish at most", offer(&[tea]), "4805: tea 300=[0, 300, 0]"),
        (
            "percent first, then amounts",
            offer(&[three, tenth]),
            "4295: tenth 510=[360, 30, 120], three 300=[211, 18, 71]",
        ),
        (
            "a dish voucher pays one",
            vouchers(vec![voucher(1, Worth::Dish("noodles".into()))]),
            "3305: voucher 1 1800=[1800, 0, 0]",
        ),
        (
            "a large voucher pays all",
            vouchers(vec![voucher(1, fen(9_999))]),
            "0: voucher 1 5105=[3600, 300, 1205]",
        ),
        (
            "a second one stays unused",
            vouchers(vec![voucher(2, fen(5105)), voucher(1, fen(5105))]),
            "0: voucher 1 5105=[3600, 300, 1205]",
        ),
        ("points in whole hundreds", points(399), "4805: 300 points 300=[211, 18, 71]"),
        ("points pay half at most", points(1_000_000), "2605: 2500 points 2500=[1763, 147, 590]"),
        ("a debt of points pays nothing", points(-500), "5105: "),
        (
            "everything",
            all,
            // 5105 - 1800 = 3305; a tenth 330 -> 2975; 300 -> 2675; 500 -> 2175; half of it is 1087, so 1000.
            "1175: voucher 1 1800=[1800, 0, 0], tenth 330=[180, 30, 120], three 300=[163, 27, 110], voucher 9 500=[272, 46, 182], 1000 points 1000=[545, 90, 365]",
        ),
    ] {
        let priced = price(&lines, &offer, &rules, now()).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(short(&priced), expect, "{name}");
    }
}

#[test]
fn what_does_not_count_is_refused_by_name() {
    let rules = Rules::default();
    let lines = [line("noodles", 1, 1800), line("tea", 1, 300)];
    let tenth = percent("tenth", 1000, 10_000);
    let with = |presented: &[Presented<'_>], day: &str| {
        let offer = Offer { coupons: presented.to_vec(), ..Offer::default() };
        price(&lines, &offer, &rules, Day::parse(day).unwrap().start_ms()).unwrap_err()
    };
    let id = || "tenth".to_owned();
    let today = "2026-10-01";
    let dear = Coupon { minimum_spend: 2101, ..tenth.clone() };
    let cake = Coupon { skus: vec!["cake".into()], ..tenth.clone() };
    let once = Coupon { per_member: Some(1), ..tenth.clone() };
    let few = Coupon { total: Some(5), ..tenth.clone() };
    let given = Coupon { by_grant: true, per_member: Some(3), ..tenth.clone() };
    let anybody = |coupon| Presented { used_by_member: None, ..fresh(coupon) };
    let used = |coupon, by_member, used_by_all| Presented {
        used_by_member: Some(by_member),
        used_by_all,
        ..fresh(coupon)
    };
    for (presented, day, expect) in [
        (fresh(&tenth), "2026-08-31", NotApplicable::NotYet(id(), tenth.first_day)),
        (fresh(&tenth), "2026-11-01", NotApplicable::Expired(id(), tenth.last_day)),
        (fresh(&dear), today, NotApplicable::SpendMore(id())),
        (fresh(&cake), today, NotApplicable::SpendMore(id())),
        (anybody(&once), today, NotApplicable::MembersOnly(id())),
        (used(&once, 1, 1), today, NotApplicable::UsedByMember(id())),
        (used(&few, 0, 5), today, NotApplicable::UsedUp(id())),
        (used(&given, 1, 1), today, NotApplicable::UsedByMember(id())),
        (anybody(&given), today, NotApplicable::MembersOnly(id())),
    ] {
        assert_eq!(with(&[presented], day), PriceError::Coupon(expect));
    }
    let alone = Coupon { alone: true, ..coupon("alone", Cut::Amount(1)) };
    let grouped = |id: &str| Coupon { group: Some("g".into()), ..coupon(id, Cut::Amount(1)) };
    let (a, b, c) = (grouped("a"), grouped("b"), coupon("c", Cut::Amount(1)));
    let clash = |x: &Coupon, y: &Coupon| {
        assert_eq!(with(&[fresh(x), fresh(y)], today), PriceError::NotTogether(x.id.clone(), y.id.clone()));
    };
    clash(&alone, &c);
    clash(&c, &alone);
    clash(&a, &b);
    clash(&c, &c);
    assert_eq!(with(&[fresh(&a), fresh(&c), fresh(&tenth)], today), PriceError::TooMany(2, 4));
}

#[test]
fn vouchers_that_do_not_fit_are_refused_by_name() {
    let rules = Rules::default();
    let lines = [line("noodles", 1, 1800)];
    let with = |vouchers: Vec<Voucher>, lines: &[Line]| {
        price(lines, &Offer { vouchers, ..Offer::default() }, &rules, now()).unwrap_err()
    };
    let noodles = |n| voucher(n, Worth::Dish("noodles".into()));
    let yen = Currency::parse("JPY").unwrap();
    let old = Voucher { expires_s: now() / 1_000, ..noodles(1) };
    for (vouchers, expect) in [
        (vec![noodles(1), noodles(1)], PriceError::VoucherTwice(Serial::new([1; 16]))),
        (vec![old], PriceError::VoucherExpired(Serial::new([1; 16]))),
        (vec![voucher(1, Worth::Dish("tea".into()))], PriceError::DishMissing("tea".into())),
        (vec![noodles(1), noodles(2)], PriceError::DishMissing("noodles".into())),
        (vec![voucher(1, Worth::Money(Money::new(1, yen)))], PriceError::Currency(yen)),
    ] {
        assert_eq!(with(vouchers, &lines), expect);
    }
    for lines in [vec![], vec![line("a", 0, 5)], vec![line("a", 1, -5)], vec![line("a", u32::MAX, i64::MAX)]]
    {
        assert_eq!(with(vec![], &lines), PriceError::BadLines);
    }
}

#[test]
fn the_best_coupons_are_found() {
    let rules = Rules::default();
    let lines = [line("noodles", 1, 2000)];
    let alone = Coupon { alone: true, ..coupon("alone", Cut::Amount(450)) };
    let (a, b) = (coupon("a", Cut::Amount(250)), percent("b", 1000, 1_000));
    let c = coupon("c", Cut::Amount(100));
    let dead = Coupon { total: Some(1), ..coupon("dead", Cut::Amount(2000)) };
    let used = Presented { used_by_all: 1, ..fresh(&dead) };
    let found = |at_hand: &[Presented<'_>]| -> Vec<String> {
        best_coupons(&lines, at_hand, &Offer::default(), &rules, now())
            .iter()
            .map(|p| p.coupon.id.clone())
            .collect()
    };
    assert_eq!(found(&[fresh(&c), fresh(&alone), fresh(&b), fresh(&a), used]), ["alone"]);
    let b = percent("b", 1500, 1_000);
    assert_eq!(found(&[fresh(&c), fresh(&alone), fresh(&b), fresh(&a), used]), ["b", "a"]);
    assert!(found(&[used]).is_empty() && found(&[]).is_empty());
}

fn cuts() -> impl Strategy<Value = Cut> {
    prop_oneof![
        (1_u32..=10_000, 1_i64..5_000).prop_map(|(basis_points, cap)| Cut::Percent { basis_points, cap }),
        (1_i64..5_000).prop_map(Cut::Amount),
    ]
}

pub(in crate::promotion) fn priced() -> impl Strategy<Value = Priced> {
    let lines = prop::collection::vec((0_usize..3, 1_u32..5, 1_i64..3_000), 1..6);
    let coupons = prop::collection::vec((cuts(), any::<bool>()), 0..3);
    let vouchers = prop::collection::vec(prop::option::of(1_i64..4_000), 0..5);
    (lines, coupons, vouchers, prop::option::of(-100_i64..20_000), any::<prop::sample::Index>()).prop_map(
        |(lines, coupons, vouchers, points, turn)| {
            let skus = ["a", "b", "c"];
            let lines: Vec<Line> = lines.into_iter().map(|(sku, n, p)| line(skus[sku], n, p)).collect();
            let coupons: Vec<Coupon> = coupons
                .into_iter()
                .enumerate()
                .map(|(n, (cut, all))| Coupon {
                    skus: if all { vec![] } else { vec![lines[0].sku.clone()] },
                    ..coupon(&format!("c{n}"), cut)
                })
                .collect();
            let vouchers: Vec<Voucher> = (0..)
                .zip(vouchers)
                .enumerate()
                .map(|(at, (n, minor))| match minor {
                    // Each line has one dish that a voucher may pay.
                    None if at < lines.len() => voucher(n, Worth::Dish(lines[at].sku.clone())),
                    minor => voucher(n, fen(minor.unwrap_or(7))),
                })
                .collect();
            let mut offer = Offer {
                coupons: coupons.iter().map(fresh).collect(),
                vouchers,
                points: points.map(|points| PointsOffer { points }),
            };
            let rules = Rules { coupons_max: 8, vouchers_max: 8, ..Rules::default() };
            let priced = price(&lines, &offer, &rules, now()).unwrap();
            if !offer.coupons.is_empty() {
                let middle = turn.index(offer.coupons.len());
                offer.coupons.rotate_left(middle);
            }
            offer.vouchers.reverse();
            assert_eq!(
                price(&lines, &offer, &rules, now()).unwrap(),
                priced,
                "the order presented does not matter"
            );
            priced
        },
    )
}

proptest! {
    #[test]
    fn discounts_sum_exactly_and_no_line_goes_below_nothing(priced in priced()) {
        let taken: i64 = priced.discounts.iter().map(|d| d.amount.minor()).sum();
        prop_assert_eq!(priced.gross.minor() - taken, priced.total.minor());
        prop_assert!(priced.total.minor() >= 0);
        for discount in &priced.discounts {
            prop_assert!(discount.amount.minor() > 0 && discount.shares.iter().all(|share| *share >= 0));
            prop_assert_eq!(discount.shares.iter().sum::<i64>(), discount.amount.minor());
        }
        for (index, line) in priced.lines.iter().enumerate() {
            let shares: i64 = priced.discounts.iter().map(|d| d.shares[index]).sum();
            prop_assert_eq!(line.gross - shares, line.net);
            prop_assert!(line.net >= 0);
        }
    }
}
