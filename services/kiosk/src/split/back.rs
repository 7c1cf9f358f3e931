//! What each party gives back of a part refund: in proportion to what it got, and so that any parts which make up
//! the whole give back exactly the whole of each.
//!
//! Dividing each part by itself would not do: the rounding of many small parts adds up, and dividing the sum so far
//! anew can take a cent back from a party that had given it. So each part is what is due by then of the sum so far,
//! less what was given before, never below nothing.

use super::SplitError;
use crate::till::{Money, Share};

/// One side of a sale while it goes back: a party, or the merchant at the end of the list.
struct Side {
    got: i128,
    gave: i128,
    /// Gives now, before the cents that are left are dealt out.
    gives: i128,
    /// What is due and not given, in parts of the amount paid.
    rest: i128,
}

/// What the parties of `shares` give back of `now`, where `amount` was paid, and `refunded` has gone back already, of
/// which the parties gave `before` (any number of shares, added up by party; refunds that the channel refused left
/// out). Parties that give nothing are left out; what is missing to `now` the merchant gives.
///
/// # Errors
/// [`SplitError::TooMuchBack`] where more would go back than was paid or got, [`SplitError::Amount`] for negative
/// amounts and mixed currencies.
pub fn back(
    amount: Money,
    shares: &[Share],
    refunded: Money,
    before: &[Share],
    now: Money,
) -> Result<Vec<Share>, SplitError> {
    let currency = amount.currency();
    let minor = |money: Money| {
        let minor = i128::from(money.minor());
        if money.currency() == currency && minor >= 0 { Ok(minor) } else { Err(SplitError::Amount) }
    };
    let (paid, gone, now_minor) = (minor(amount)?, minor(refunded)?, minor(now)?);
    let mut sides = Vec::with_capacity(shares.len().saturating_add(1));
    let (mut own_got, mut own_gave) = (paid, gone);
    // By name, so that ties do not depend on how the list is ordered; the merchant has no name and comes last.
    let mut order: Vec<&Share> = shares.iter().collect();
    order.sort_by(|a, b| a.party.cmp(&b.party));
    for share in &order {
        let got = minor(share.amount)?;
        let mut gave = 0_i128;
        for earlier in before.iter().filter(|earlier| earlier.party == share.party) {
            gave = gave.saturating_add(minor(earlier.amount)?);
        }
        own_got = own_got.saturating_sub(got);
        own_gave = own_gave.saturating_sub(gave);
        sides.push(Side { got, gave, gives: 0, rest: 0 });
    }
    sides.push(Side { got: own_got, gave: own_gave, gives: 0, rest: 0 });
    let then = gone.saturating_add(now_minor);
    if then > paid || sides.iter().any(|side| side.gave < 0 || side.gave > side.got) {
        return Err(SplitError::TooMuchBack);
    }
    deal(&mut sides, paid, then, now_minor)?;
    let mut given = Vec::new();
    for (share, side) in order.iter().zip(&sides) {
        if side.gives > 0 {
            let minor = i64::try_from(side.gives).map_err(|_large| SplitError::Amount)?;
            given.push(Share { party: share.party.clone(), amount: Money::new(minor, currency) });
        }
    }
    Ok(given)
}

/// Deals out `now` of `paid`, after which `then` has gone back in all.
fn deal(sides: &mut [Side], paid: i128, then: i128, now: i128) -> Result<(), SplitError> {
    let mut left = now;
    for side in sides.iter_mut() {
        let due = then.checked_mul(side.got).ok_or(SplitError::Amount)?;
        side.rest =
            side.gave.checked_mul(paid).and_then(|gave| due.checked_sub(gave)).ok_or(SplitError::Amount)?;
        side.gives = side.rest.checked_div(paid).unwrap_or(0).max(0);
        let given = side.gives.checked_mul(paid).ok_or(SplitError::Amount)?;
        side.rest = side.rest.checked_sub(given).ok_or(SplitError::Amount)?;
        left = left.saturating_sub(side.gives);
    }
    let mut order: Vec<usize> = (0..sides.len()).collect();
    order.sort_by_key(|index| sides.get(*index).map(|side| std::cmp::Reverse(side.rest)));
    // Whoever gave a cent too much before gives none now, and another must not give it twice: the least due wait.
    for index in order.iter().rev() {
        if let Some(side) = sides.get_mut(*index).filter(|side| left < 0 && side.gives > 0) {
            side.gives = side.gives.saturating_sub(1);
            left = left.saturating_add(1);
        }
    }
    for index in &order {
        if let Some(side) = sides.get_mut(*index).filter(|side| left > 0 && side.rest > 0) {
            side.gives = side.gives.saturating_add(1);
            left = left.saturating_sub(1);
        }
    }
    if left == 0 { Ok(()) } else { Err(SplitError::TooMuchBack) }
}
