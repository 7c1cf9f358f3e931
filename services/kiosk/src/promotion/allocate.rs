//! Exact shares of whole amounts. Every division of money in offers goes through these two functions.

/// `amount * part / whole`, rounded towards zero. None where `whole` is 0 or the result is beyond 64 bits.
#[must_use]
pub fn portion(amount: i64, part: i64, whole: i64) -> Option<i64> {
    let exact = i128::from(amount).checked_mul(i128::from(part))?.checked_div(i128::from(whole))?;
    i64::try_from(exact).ok()
}

/// Divides `amount` over `weights` by the largest remainder: the shares sum to `amount` exactly, each is within one
/// unit of its exact part, and equal remainders go to the earlier one. Where `amount` is at most the weights' sum, no
/// share is above its weight. None where a number is negative, the weights are all 0, or they are beyond 64 bits.
#[must_use]
pub fn allocate(amount: i64, weights: &[i64]) -> Option<Vec<i64>> {
    if amount == 0 {
        return Some(vec![0; weights.len()]);
    }
    if amount < 0 || weights.iter().any(|weight| *weight < 0) {
        return None;
    }
    let whole = weights.iter().try_fold(0_i64, |sum, weight| sum.checked_add(*weight))?;
    if whole == 0 {
        return None;
    }
    let mut shares = Vec::with_capacity(weights.len());
    let mut remainders = Vec::with_capacity(weights.len());
    let mut left = amount;
    for (index, weight) in weights.iter().enumerate() {
        let share = portion(amount, *weight, whole)?;
        let exact = i128::from(amount).checked_mul(i128::from(*weight))?;
        remainders.push((exact.checked_rem(i128::from(whole))?, index));
        left = left.checked_sub(share)?;
        shares.push(share);
    }
    remainders.sort_by(|(a, first), (b, second)| b.cmp(a).then(first.cmp(second)));
    for (_, index) in remainders.into_iter().take(usize::try_from(left).ok()?) {
        let share = shares.get_mut(index)?;
        *share = share.checked_add(1)?;
    }
    Some(shares)
}

#[cfg(test)]
mod tests;
