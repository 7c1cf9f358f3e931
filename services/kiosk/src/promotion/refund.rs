//! What a refund gives back: money, and the part of each discount that belonged to what is returned.
//!
//! Every part is the difference of two cumulative parts, so that refunds in any steps sum to the whole exactly, and
//! the last step takes what rounding left. Money is rounded down until then. Vouchers and coupons come back when all
//! of an order has gone back, points as their discount does.

use super::allocate::portion;
use super::price::{Discount, Priced, Source};
use super::voucher::Serial;
use crate::till::Money;

/// How often each line was or is returned, in the order's order.
#[derive(Clone, Copy, Debug)]
pub struct Returned<'a> {
    /// Before this refund.
    pub before: &'a [u32],
    /// By this refund.
    pub now: &'a [u32],
}

/// What goes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenBack {
    /// To the payer's channel.
    pub money: Money,
    /// Of each discount, in the price's order; those that give back nothing are left out.
    pub discounts: Vec<(Source, Money)>,
    /// Points to the member.
    pub points: i64,
    /// Vouchers that may be used again.
    pub vouchers: Vec<Serial>,
    /// Coupons whose use counts no more.
    pub coupons: Vec<String>,
    /// Whether now all of the order has gone back.
    pub full: bool,
}

/// Why nothing can go back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefundError {
    /// More than was bought, or than is left.
    #[error("more would go back than was bought; look at the order's earlier refunds")]
    TooMuch,
    /// Nothing at all.
    #[error("choose what goes back")]
    Nothing,
}

/// A refund of dishes.
///
/// # Errors
/// [`RefundError`].
pub fn by_lines(priced: &Priced, returned: Returned<'_>) -> Result<GivenBack, RefundError> {
    let lines = &priced.lines;
    if returned.before.len() != lines.len() || returned.now.len() != lines.len() {
        return Err(RefundError::TooMuch);
    }
    if returned.now.iter().all(|count| *count == 0) {
        return Err(RefundError::Nothing);
    }
    let mut after = Vec::with_capacity(lines.len());
    for (line, (before, now)) in lines.iter().zip(returned.before.iter().zip(returned.now)) {
        let sum = before.checked_add(*now).filter(|sum| *sum <= line.quantity);
        after.push(sum.ok_or(RefundError::TooMuch)?);
    }
    let part = |amounts: &[i64], counts: &[u32]| -> Option<i64> {
        let mut sum = 0_i64;
        for ((amount, line), count) in amounts.iter().zip(lines).zip(counts) {
            sum = sum.checked_add(portion(*amount, i64::from(*count), i64::from(line.quantity))?)?;
        }
        Some(sum)
    };
    let net: Vec<i64> = lines.iter().map(|line| line.net).collect();
    let full = lines.iter().zip(&after).all(|(line, count)| line.quantity == *count);
    let steps = |amounts: &[i64]| Some((part(amounts, returned.before)?, part(amounts, &after)?));
    assemble(priced, full, steps(&net), |discount| steps(&discount.shares))
}

/// A refund of an amount that staff names, of an order of which `before` minor units went back earlier.
///
/// # Errors
/// [`RefundError`].
pub fn by_amount(priced: &Priced, before: i64, now: i64) -> Result<GivenBack, RefundError> {
    let total = priced.total.minor();
    let after = before.checked_add(now).filter(|after| *after <= total && before >= 0);
    let after = after.ok_or(RefundError::TooMuch)?;
    // An order that vouchers paid wholly goes back wholly, without money.
    if now < 0 || (now == 0 && total != 0) {
        return Err(RefundError::Nothing);
    }
    let steps = |amount: i64| match total {
        0 => Some((0, amount)),
        _ => Some((portion(amount, before, total)?, portion(amount, after, total)?)),
    };
    assemble(priced, after == total, Some((before, after)), |discount| steps(discount.amount.minor()))
}

/// Builds the answer from cumulative parts before and after.
fn assemble(
    priced: &Priced,
    full: bool,
    money: Option<(i64, i64)>,
    steps: impl Fn(&Discount) -> Option<(i64, i64)>,
) -> Result<GivenBack, RefundError> {
    let currency = priced.total.currency();
    let difference = |steps: Option<(i64, i64)>| -> Result<i64, RefundError> {
        steps.and_then(|(before, after)| after.checked_sub(before)).ok_or(RefundError::TooMuch)
    };
    let money = Money::new(difference(money)?, currency);
    let mut back = GivenBack {
        money,
        discounts: Vec::new(),
        points: 0,
        vouchers: Vec::new(),
        coupons: Vec::new(),
        full,
    };
    for discount in &priced.discounts {
        let cumulative = steps(discount);
        let amount = difference(cumulative)?;
        match &discount.source {
            Source::Points(points) => {
                let of_points = |part: i64| portion(*points, part, discount.amount.minor());
                let points =
                    cumulative.and_then(|(before, after)| Some((of_points(before)?, of_points(after)?)));
                back.points = difference(points)?;
            }
            Source::Voucher(serial) if full => back.vouchers.push(*serial),
            Source::Coupon(id) if full => back.coupons.push(id.clone()),
            Source::Voucher(_) | Source::Coupon(_) => {}
        }
        if amount != 0 {
            back.discounts.push((discount.source.clone(), Money::new(amount, currency)));
        }
    }
    Ok(back)
}

#[cfg(test)]
mod tests;
