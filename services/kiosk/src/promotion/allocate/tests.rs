//! Shares sum exactly, stay within a unit of the exact part, and never exceed what there is to share.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use proptest::prelude::*;

use super::allocate;

#[test]
fn shares_of_known_divisions() {
    for (amount, weights, shares) in [
        (100, vec![1, 1, 1], vec![34, 33, 33]),
        (10, vec![7, 2, 1], vec![7, 2, 1]),
        (1, vec![1, 2, 3], vec![0, 0, 1]),
        (5, vec![0, 3], vec![0, 5]),
        (0, vec![0, 0], vec![0, 0]),
    ] {
        assert_eq!(allocate(amount, &weights), Some(shares), "{amount} over {weights:?}");
    }
    for (amount, weights) in
        [(1, vec![]), (1, vec![0]), (-1, vec![1]), (1, vec![-1, 3]), (1, vec![i64::MAX, 1])]
    {
        assert_eq!(allocate(amount, &weights), None, "{amount} over {weights:?}");
    }
}

proptest! {
    #[test]
    fn shares_sum_exactly_and_stay_near_the_exact_part(
        weights in prop::collection::vec(0_i64..10_000_000_000, 1..64),
        amount in 0_i64..10_000_000_000,
    ) {
        let whole: i64 = weights.iter().sum();
        prop_assume!(whole > 0);
        let shares = allocate(amount, &weights).unwrap();
        prop_assert_eq!(shares.iter().sum::<i64>(), amount);
        for (share, weight) in shares.iter().zip(&weights) {
            let exact = i128::from(amount) * i128::from(*weight);
            let off = i128::from(*share) * i128::from(whole) - exact;
            prop_assert!(off.abs() < i128::from(whole));
            prop_assert!(amount > whole || share <= weight);
        }
    }
}
