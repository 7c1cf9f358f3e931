//! No cent appears or vanishes, whoever gets what, in whatever order, in however many parts it goes back.
#![allow(clippy::arithmetic_side_effects)]

mod fees;
mod plans;

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{SplitError, Weight, back, divide};
use crate::till::{Currency, Money, Share};

pub(super) fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn share(party: &str, minor: i64) -> Share {
    Share { party: party.to_owned(), amount: cny(minor) }
}

/// `a 7, b 2` as weights.
fn weights(text: &str) -> Vec<Weight<'_>> {
    text.split(", ")
        .map(|part| {
            let (name, weight) = part.split_once(' ').expect("a name and a weight");
            Weight { name, weight: weight.parse().expect("a weight") }
        })
        .collect()
}

#[test]
fn known_divisions() {
    for (amount, by, shares) in [
        (100, "issuer 7, acquirer 2, network 1", vec![70, 20, 10]),
        (1, "issuer 7, acquirer 2, network 1", vec![1, 0, 0]),
        // 4.2, 1.2, 0.6: the sixth cent goes to the largest fraction.
        (6, "issuer 7, acquirer 2, network 1", vec![4, 1, 1]),
        // Equal fractions: by name, not by place.
        (100, "a 1, b 1, c 1", vec![34, 33, 33]),
        (100, "c 1, b 1, a 1", vec![33, 33, 34]),
        (101, "b 1, c 1, a 1", vec![34, 33, 34]),
        (0, "a 1, b 5", vec![0, 0]),
        (5, "a 0, b 5", vec![0, 5]),
        (i64::MAX, "a 18446744073709551615, b 18446744073709551615", vec![i64::MAX / 2 + 1, i64::MAX / 2]),
    ] {
        let divided = divide(cny(amount), &weights(by)).unwrap();
        assert_eq!(divided.iter().map(Money::minor).collect::<Vec<_>>(), shares, "{amount} by {by}");
    }
    assert_eq!(divide(cny(5), &[]), Err(SplitError::NoWeight));
    assert_eq!(divide(cny(5), &weights("a 0")), Err(SplitError::NoWeight));
    assert_eq!(divide(cny(-1), &weights("a 1")), Err(SplitError::Amount));
}

#[test]
fn more_cannot_go_back_than_was_paid_or_got() {
    let shares = [share("a", 30)];
    let usd = Money::new(1, Currency::parse("USD").unwrap());
    for (refunded, before, now, wrong) in [
        (0, vec![], cny(101), SplitError::TooMuchBack),
        (60, vec![share("a", 20)], cny(41), SplitError::TooMuchBack),
        (60, vec![share("a", 31)], cny(1), SplitError::TooMuchBack),
        (10, vec![share("a", 11)], cny(1), SplitError::TooMuchBack),
        (0, vec![], cny(-1), SplitError::Amount),
        (0, vec![], usd, SplitError::Amount),
    ] {
        assert_eq!(back(cny(100), &shares, cny(refunded), &before, now), Err(wrong), "{refunded} then {now}");
    }
    assert_eq!(back(cny(100), &shares, cny(0), &[], cny(10)), Ok(vec![share("a", 3)]));
    assert_eq!(back(cny(100), &[], cny(0), &[], cny(10)), Ok(vec![]));
}

fn parties() -> impl Strategy<Value = Vec<(String, u64)>> {
    let weight = prop_oneof![0_u64..20, 0_u64..10_000, Just(u64::MAX), any::<u64>()];
    prop::collection::btree_map("[a-z]{1,3}", weight, 1..12)
        .prop_map(|map| map.into_iter().collect::<Vec<_>>())
        .prop_filter("somebody has a weight", |all| all.iter().any(|(_, weight)| *weight > 0))
}

fn by_name(amount: i64, parties: &[(String, u64)]) -> BTreeMap<String, i64> {
    let weights: Vec<_> = parties.iter().map(|(name, weight)| Weight { name, weight: *weight }).collect();
    let divided = divide(cny(amount), &weights).unwrap();
    parties.iter().zip(divided).map(|((name, _), money)| (name.clone(), money.minor())).collect()
}

/// Cuts `amount` into parts at random places.
fn parts() -> impl Strategy<Value = (i64, Vec<i64>)> {
    (0_i64..200_000).prop_flat_map(|amount| {
        prop::collection::vec(0..=amount, 0..12).prop_map(move |mut cuts| {
            cuts.extend([0, amount]);
            cuts.sort_unstable();
            (amount, cuts.windows(2).map(|pair| pair[1] - pair[0]).collect())
        })
    })
}

proptest! {
    #[test]
    fn shares_add_up_and_are_within_a_cent_in_any_order(
        amount in prop_oneof![0_i64..1_000, 0_i64..=i64::MAX],
        parties in parties(),
        seed in any::<u64>(),
    ) {
        let shares = by_name(amount, &parties);
        prop_assert_eq!(shares.values().map(|minor| i128::from(*minor)).sum::<i128>(), i128::from(amount));
        let total: u128 = parties.iter().map(|(_, weight)| u128::from(*weight)).sum();
        for (name, weight) in &parties {
            // |share - amount * weight / total| < 1, without fractions.
            let due = u128::try_from(amount).unwrap() * u128::from(*weight);
            let whole = due / total;
            let share = u128::try_from(shares[name]).unwrap();
            let nearest = if due % total == 0 { share == whole } else { share == whole || share == whole + 1 };
            prop_assert!(nearest, "{} got {} of due {}/{}", name, share, due, total);
        }
        let mut shuffled = parties.clone();
        shuffled.sort_by_key(|(name, _)| name.bytes().fold(seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x100_0000_01b3)));
        prop_assert_eq!(by_name(amount, &shuffled), shares);
    }

    #[test]
    fn whatever_the_parts_everybody_gives_back_exactly_what_it_got(
        (amount, parts) in parts(),
        parties in parties(),
    ) {
        let mut sides = by_name(amount, &parties);
        // The last stands for the merchant, who has no share.
        let own = sides.pop_last().map_or(0, |(_, minor)| minor);
        let shares: Vec<Share> = sides.iter().map(|(party, minor)| share(party, *minor)).collect();
        let (mut refunded, mut before) = (0, Vec::<Share>::new());
        for part in parts {
            let given = back(cny(amount), &shares, cny(refunded), &before, cny(part)).unwrap();
            let sum: i64 = given.iter().map(|share| share.amount.minor()).sum();
            prop_assert!(given.iter().all(|share| share.amount.minor() > 0) && sum <= part);
            before.extend(given);
            refunded += part;
            for party in &shares {
                let gave: i64 =
                    before.iter().filter(|s| s.party == party.party).map(|s| s.amount.minor()).sum();
                prop_assert!(gave <= party.amount.minor());
                let off = i128::from(gave) * i128::from(amount) - i128::from(refunded) * i128::from(party.amount.minor());
                prop_assert!(off.abs() < 2 * i128::from(amount.max(1)), "{} gave {} of {}", party.party, gave, party.amount);
            }
        }
        let mut left = sides;
        for share in &before {
            *left.get_mut(&share.party).unwrap() -= share.amount.minor();
        }
        prop_assert!(left.values().all(|minor| *minor == 0), "left {left:?}");
        let parties_gave: i64 = before.iter().map(|share| share.amount.minor()).sum();
        prop_assert_eq!(amount - parties_gave, own);
    }

    #[test]
    fn a_refund_cent_by_cent_stays_in_proportion(amount in 1_i64..300, first in 0_i64..300, second in 0_i64..300) {
        let shares = [share("a", first.min(amount)), share("b", second.min(amount - first.min(amount)))];
        let mut before = Vec::<Share>::new();
        for gone in 0..amount {
            before.extend(back(cny(amount), &shares, cny(gone), &before, cny(1)).unwrap());
            for party in &shares {
                let gave: i64 = before.iter().filter(|s| s.party == party.party).map(|s| s.amount.minor()).sum();
                let off = gave * amount - (gone + 1) * party.amount.minor();
                prop_assert!(off.abs() < 2 * amount, "{} gave {gave} after {gone}", party.party);
            }
        }
        prop_assert_eq!(before.iter().map(|s| s.amount.minor()).sum::<i64>(), shares.iter().map(|s| s.amount.minor()).sum::<i64>());
    }
}
