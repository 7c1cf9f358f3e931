//! Largest-remainder division: everybody gets the whole part of what is due, and the cents that are left go to those
//! whose fractions are largest. The shares add up to the amount exactly, and each is within one cent of what is due.

use std::cmp::Reverse;

use super::SplitError;
use crate::till::Money;

/// What somebody is due of an amount, against the others' weights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Weight<'a> {
    /// Decides ties: of two equal fractions the name that sorts first gets the cent, however the list is ordered.
    pub name: &'a str,
    /// The weight; amounts serve as weights too.
    pub weight: u64,
}

/// Divides `amount` (0 or more) by weight, in the order of `weights`.
///
/// # Errors
/// [`SplitError::NoWeight`], and [`SplitError::Amount`] for a negative amount.
pub fn divide(amount: Money, weights: &[Weight<'_>]) -> Result<Vec<Money>, SplitError> {
    let minor = u64::try_from(amount.minor()).map_err(|_negative| SplitError::Amount)?;
    let total: u128 = weights.iter().map(|w| u128::from(w.weight)).sum();
    if total == 0 {
        return Err(SplitError::NoWeight);
    }
    let mut shares = Vec::with_capacity(weights.len());
    let mut fractions = Vec::with_capacity(weights.len());
    let mut left = minor;
    for (index, weight) in weights.iter().enumerate() {
        let due = u128::from(minor).checked_mul(u128::from(weight.weight)).ok_or(SplitError::Amount)?;
        let whole = due.checked_div(total).and_then(|w| u64::try_from(w).ok()).ok_or(SplitError::Amount)?;
        left = left.checked_sub(whole).ok_or(SplitError::Amount)?;
        fractions.push((Reverse(due.checked_rem(total).unwrap_or(0)), weight.name, index));
        shares.push(whole);
    }
    // The fractions add up to `left`, and each is below one, so there are more of them than cents that are left.
    fractions.sort_unstable();
    let mut next = fractions.iter();
    while let Some(fewer) = left.checked_sub(1) {
        let share = next.next().and_then(|(_, _, index)| shares.get_mut(*index)).ok_or(SplitError::Amount)?;
        *share = share.checked_add(1).ok_or(SplitError::Amount)?;
        left = fewer;
    }
    let money = |minor| i64::try_from(minor).map(|minor| Money::new(minor, amount.currency()));
    shares.into_iter().map(|minor| money(minor).map_err(|_large| SplitError::Amount)).collect()
}
