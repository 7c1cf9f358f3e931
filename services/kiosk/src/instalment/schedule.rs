//! The schedule: the parts sum to the total and the buyer's fee exactly; the first carries what does not divide.

use serde::{Deserialize, Serialize};

use super::plan::{Bearer, Plan};
use crate::promotion::{Day, allocate, portion};
use crate::till::Money;

/// One part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// When it is due, at GMT+8.
    pub due: Day,
    /// Of the price, in minor units.
    pub principal: i64,
    /// Of the buyer's fee, in minor units.
    pub fee: i64,
    /// Whether it was paid.
    pub paid: bool,
}

impl Part {
    /// What the buyer pays with it, in minor units.
    #[must_use]
    pub fn sum(&self) -> i64 {
        self.principal.saturating_add(self.fee)
    }
}

/// A schedule. Kept with the order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The price.
    pub total: Money,
    /// The buyer's fee, 0 where the seller bears it.
    pub buyer_fee: Money,
    /// The seller's fee, 0 where the buyer bears it.
    pub seller_fee: Money,
    /// The parts, a month apart.
    pub parts: Vec<Part>,
}

/// Why there is no schedule, or it cannot change so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    /// Too small for the plan, or too large.
    #[error("this amount cannot be paid in these parts; choose another plan")]
    BadAmount,
    /// Parts are paid in order, each once.
    #[error("another part is due first, or this one is paid")]
    NotDue,
    /// More than was bought.
    #[error("more would go back than was bought")]
    TooMuch,
}

/// What a part refund did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reduced {
    /// The schedule from now on.
    pub schedule: Schedule,
    /// What the buyer gets back now, because the parts that are left were smaller than the refund.
    pub back: Money,
}

impl Schedule {
    /// Divides a price; the first part is due on `first`, the others monthly after it.
    ///
    /// # Errors
    /// [`ScheduleError::BadAmount`].
    pub fn new(total: Money, plan: &Plan, first: Day) -> Result<Self, ScheduleError> {
        let minor = total.minor();
        if minor < plan.from || minor < i64::from(plan.parts) || plan.parts == 0 {
            return Err(ScheduleError::BadAmount);
        }
        let fee = fee(minor, plan.fee_bp).ok_or(ScheduleError::BadAmount)?;
        let (buyer, seller) = if plan.bearer == Bearer::Buyer { (fee, 0) } else { (0, fee) };
        let principal = divide(minor, plan.parts).ok_or(ScheduleError::BadAmount)?;
        let fees = divide(buyer, plan.parts).ok_or(ScheduleError::BadAmount)?;
        let parts = (0..plan.parts).zip(principal.into_iter().zip(fees)).map(|(month, (principal, fee))| {
            Part { due: first.plus_months(month), principal, fee, paid: false }
        });
        let money = |minor| Money::new(minor, total.currency());
        Ok(Self { total, buyer_fee: money(buyer), seller_fee: money(seller), parts: parts.collect() })
    }

    /// What is still to be paid, in minor units.
    #[must_use]
    pub fn left(&self) -> i64 {
        self.open().fold(0_i64, |sum, part| sum.saturating_add(part.sum()))
    }

    fn open(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| !part.paid)
    }

    /// The next part, where one is left.
    #[must_use]
    pub fn next(&self) -> Option<&Part> {
        self.open().next()
    }

    /// The part of this number, from 0, was paid.
    ///
    /// # Errors
    /// [`ScheduleError::NotDue`].
    pub fn pay(&mut self, number: usize) -> Result<(), ScheduleError> {
        let next = self.parts.iter().position(|part| !part.paid);
        let part = next.filter(|next| *next == number).and_then(|next| self.parts.get_mut(next));
        part.ok_or(ScheduleError::NotDue)?.paid = true;
        Ok(())
    }

    /// What ends it today: the price that is left, and the fee of the part that is running. Fees of later parts are
    /// waived, because the money is back earlier.
    #[must_use]
    pub fn payoff(&self) -> Money {
        let principal = self.open().fold(0_i64, |sum, part| sum.saturating_add(part.principal));
        let running = self.next().map_or(0, |part| part.fee);
        Money::new(principal.saturating_add(running), self.total.currency())
    }

    /// Ends it by [`Self::payoff`].
    #[must_use]
    pub fn paid_off(&self) -> Self {
        let mut schedule = self.clone();
        let mut waived = 0_i64;
        for (index, part) in schedule.parts.iter_mut().filter(|part| !part.paid).enumerate() {
            if index > 0 {
                waived = waived.saturating_add(part.fee);
                part.fee = 0;
            }
            part.paid = true;
        }
        let fee = self.buyer_fee.minor().saturating_sub(waived);
        schedule.buyer_fee = Money::new(fee, self.total.currency());
        schedule
    }

    /// A part of the price goes back: what is left to pay becomes less, evenly, and the fee of what is left with it in
    /// proportion, rounded in the buyer's favour. Only what exceeds that goes back as money. The seller's fee stays
    /// with the channel.
    ///
    /// # Errors
    /// [`ScheduleError::TooMuch`].
    pub fn refund(&self, amount: Money) -> Result<Reduced, ScheduleError> {
        let (total, minor) = (self.total.minor(), amount.minor());
        if amount.currency() != self.total.currency() || minor <= 0 || minor > total {
            return Err(ScheduleError::TooMuch);
        }
        let principal: Vec<i64> = self.open().map(|part| part.principal).collect();
        let fees: Vec<i64> = self.open().map(|part| part.fee).collect();
        let sum = |parts: &[i64]| parts.iter().fold(0_i64, |sum, part| sum.saturating_add(*part));
        let (left, fee) = (sum(&principal), sum(&fees));
        let less = minor.min(left);
        let kept = left.saturating_sub(less);
        let fee_kept = if left == 0 { Some(fee) } else { portion(fee, kept, left) };
        let fee_kept = fee_kept.ok_or(ScheduleError::TooMuch)?;
        let principal = allocate(kept, &principal).ok_or(ScheduleError::TooMuch)?;
        let fees = allocate(fee_kept, &fees).ok_or(ScheduleError::TooMuch)?;
        let mut schedule = self.clone();
        let open = schedule.parts.iter_mut().filter(|part| !part.paid);
        for (part, (principal, fee)) in open.zip(principal.into_iter().zip(fees)) {
            (part.principal, part.fee) = (principal, fee);
        }
        let money = |minor| Money::new(minor, self.total.currency());
        schedule.total = money(total.saturating_sub(minor));
        let waived = fee.saturating_sub(fee_kept);
        schedule.buyer_fee = money(self.buyer_fee.minor().saturating_sub(waived));
        let back = minor.saturating_sub(less);
        // Money that goes back was paid with parts that are paid already; they keep what is left of it.
        let mut gone = back;
        for part in schedule.parts.iter_mut().rev().filter(|part| part.paid) {
            let taken = part.principal.min(gone);
            part.principal = part.principal.saturating_sub(taken);
            gone = gone.saturating_sub(taken);
        }
        Ok(Reduced { schedule, back: money(back) })
    }
}

/// The fee, rounded up to a whole minor unit: a channel never takes less.
fn fee(minor: i64, basis_points: u32) -> Option<i64> {
    let product = i128::from(minor).checked_mul(i128::from(basis_points))?;
    let up = product.checked_add(9_999)?.checked_div(10_000)?;
    i64::try_from(up).ok()
}

/// Equal parts, the first with what does not divide.
fn divide(amount: i64, parts: u32) -> Option<Vec<i64>> {
    let parts = i64::from(parts);
    let (each, rest) = (amount.checked_div(parts)?, amount.checked_rem(parts)?);
    let mut all = vec![each; usize::try_from(parts).ok()?];
    let first = all.first_mut()?;
    *first = first.checked_add(rest)?;
    Some(all)
}

#[cfg(test)]
mod tests;
