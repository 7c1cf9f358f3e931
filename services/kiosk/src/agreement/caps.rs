//! How much may be charged without a password: per transaction, per day and per month at GMT+8. The caps are ours and
//! stand before the channel's own; the payer agreed to them.

use serde::{Deserialize, Serialize};

use super::state::AgreementState;
use crate::channel::ChannelKind;
use crate::member::Token;
use crate::promotion::Day;
use crate::till::{Currency, Money};

/// Caps in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Caps {
    /// Most of one charge.
    pub per_transaction: i64,
    /// Most of one day.
    pub per_day: i64,
    /// Most of one calendar month.
    pub per_month: i64,
}

impl Default for Caps {
    /// A lunch, a day and a month on campus.
    fn default() -> Self {
        Self { per_transaction: 5_000, per_day: 10_000, per_month: 100_000 }
    }
}

/// Caps that cannot be meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("caps must be above 0, rise (per_transaction, per_day, per_month) and stay within the school's own")]
pub struct CapsError;

impl Caps {
    /// Refuses what cannot be meant.
    ///
    /// # Errors
    /// [`CapsError`].
    pub const fn check(&self) -> Result<(), CapsError> {
        let rise = 0 < self.per_transaction
            && self.per_transaction <= self.per_day
            && self.per_day <= self.per_month;
        if rise { Ok(()) } else { Err(CapsError) }
    }
}

/// An agreement without its number, which only [`super::Seal`] opens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Our own name of it, which is no secret.
    pub id: String,
    /// Whose it is.
    pub member: Token,
    /// Where it was signed.
    pub channel: ChannelKind,
    /// The currency of its caps.
    pub currency: Currency,
    /// What it allows.
    pub caps: Caps,
    /// Where it is in its life.
    pub state: AgreementState,
    /// From when on it counts no more, milliseconds since 1970 UTC.
    pub expires_ms: u64,
}

/// What was charged by an agreement already, charges under way among it, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct History {
    /// The day of which this tells.
    pub day: Day,
    /// On that day.
    pub today: i64,
    /// In its month, that day among it.
    pub this_month: i64,
}

/// Why an agreement may not be charged now. The payer reads the text, and pays another way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Capped {
    /// Not active.
    #[error("the agreement is {0:?}; pay another way or sign a new one")]
    NotActive(AgreementState),
    /// Its time is over.
    #[error("the agreement has expired; sign a new one")]
    Expired,
    /// Nothing, or another currency.
    #[error("this amount cannot be charged by an agreement")]
    BadAmount,
    /// Too much at once.
    #[error("without a password at most {0} can be paid at once; pay another way")]
    PerTransaction(Money),
    /// Too much today.
    #[error("without a password {0} can still be paid today; pay another way")]
    PerDay(Money),
    /// Too much this month.
    #[error("without a password {0} can still be paid this month; pay another way")]
    PerMonth(Money),
    /// The history is of another day: midnight came between.
    #[error("midnight came between; try again")]
    AnotherDay,
}

/// Whether an amount may be charged now, after what was charged before.
///
/// # Errors
/// [`Capped`], with what is left where a cap stands in the way.
pub fn may_charge(
    agreement: &Agreement,
    amount: Money,
    history: &History,
    now_ms: u64,
) -> Result<(), Capped> {
    if agreement.state != AgreementState::Active {
        return Err(Capped::NotActive(agreement.state));
    }
    if now_ms >= agreement.expires_ms {
        return Err(Capped::Expired);
    }
    if amount.minor() <= 0 || amount.currency() != agreement.currency {
        return Err(Capped::BadAmount);
    }
    if history.day != Day::of(now_ms) {
        return Err(Capped::AnotherDay);
    }
    let caps = &agreement.caps;
    let money = |minor| Money::new(minor, agreement.currency);
    let left = |cap: i64, used: i64| cap.saturating_sub(used).max(0);
    if amount.minor() > caps.per_transaction {
        return Err(Capped::PerTransaction(money(caps.per_transaction)));
    }
    let (today, month) = (left(caps.per_day, history.today), left(caps.per_month, history.this_month));
    if amount.minor() > today {
        return Err(Capped::PerDay(money(today)));
    }
    if amount.minor() > month {
        return Err(Capped::PerMonth(money(month)));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
