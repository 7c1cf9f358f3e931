//! Limits of what is taken without the network, as data, and every reason to say no.

use serde::{Deserialize, Serialize};

use crate::promotion::Serial;
use crate::till::Money;

/// An hour in milliseconds.
const HOUR_MS: u64 = 3_600_000;
/// Nobody honours an entry that is older than a month.
const AGE_HOURS_MAX: u32 = 744;
/// The queue is held in memory and checked at every start.
const COUNT_MAX: u32 = 10_000;

/// The limits: money in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// Whether anything is taken at all.
    pub enabled: bool,
    /// Most of one order.
    pub per_transaction: i64,
    /// Most that one card or member may have unforwarded.
    pub per_instrument: i64,
    /// Most that may be unforwarded altogether: what the school can lose.
    pub total: i64,
    /// Most entries that may be unforwarded.
    pub count_max: u32,
    /// While an entry older than this is unforwarded, nothing more is taken.
    pub age_max_hours: u32,
    /// While the deny list is older than this, nothing is taken.
    pub deny_list_age_max_hours: u32,
}

impl Default for Rules {
    /// 25 yuan an order, 250 orders, 7 days: as certified store-and-forward terminals have it by default.
    fn default() -> Self {
        Self {
            enabled: true,
            per_transaction: 2_500,
            per_instrument: 5_000,
            total: 250_000,
            count_max: 250,
            age_max_hours: 168,
            deny_list_age_max_hours: 24,
        }
    }
}

/// What is wrong with the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// Caps that do not rise.
    #[error("offline caps must be above 0 and rise: per_transaction, per_instrument, total")]
    Caps,
    /// Too many or none.
    #[error("count_max must be 1 to 10000")]
    Count,
    /// Too old or not at all.
    #[error("age_max_hours and deny_list_age_max_hours must be 1 to 744")]
    Age,
}

impl Rules {
    /// Refuses what cannot be meant.
    ///
    /// # Errors
    /// [`RulesError`].
    pub const fn check(&self) -> Result<(), RulesError> {
        let rise = 0 < self.per_transaction
            && self.per_transaction <= self.per_instrument
            && self.per_instrument <= self.total;
        if !rise {
            return Err(RulesError::Caps);
        }
        if self.count_max == 0 || self.count_max > COUNT_MAX {
            return Err(RulesError::Count);
        }
        let (age, list) = (self.age_max_hours, self.deny_list_age_max_hours);
        if age == 0 || age > AGE_HOURS_MAX || list == 0 || list > AGE_HOURS_MAX {
            return Err(RulesError::Age);
        }
        Ok(())
    }

    pub(super) fn age_max_ms(&self) -> u64 {
        HOUR_MS.saturating_mul(u64::from(self.age_max_hours))
    }

    pub(super) fn deny_list_age_max_ms(&self) -> u64 {
        HOUR_MS.saturating_mul(u64::from(self.deny_list_age_max_hours))
    }
}

/// Why something is not taken without the network. The payer reads the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefusedOffline {
    /// Switched off.
    #[error("there is no network; come back later")]
    Disabled,
    /// A wallet's code lives about a minute, so nobody would honour it later.
    #[error("there is no network: {0} cannot be used now; pay by campus card")]
    WalletCode(&'static str),
    /// A card that proves nothing but its number.
    #[error("there is no network: this card cannot sign a payment; use another way")]
    UnsignedCard,
    /// Only the terminal may decide about bank cards.
    #[error("there is no network: bank cards cannot be used now; pay by campus card")]
    BankCard,
    /// Agreements are charged by the channel.
    #[error("there is no network: paying without a password is not possible now; pay by campus card")]
    Agreement,
    /// Money goes back only where the network says that it came.
    #[error("there is no network: refunds are possible when it is back")]
    Refund,
    /// Nothing, or another currency.
    #[error("this amount cannot be taken without the network")]
    BadAmount,
    /// Too much at once.
    #[error("without the network at most {0} can be paid at once")]
    PerTransaction(Money),
    /// Too much by one card or member.
    #[error("without the network {0} more can be paid by this card or member")]
    PerInstrument(Money),
    /// Too much of a member's debt.
    #[error("the member's limit leaves {0}")]
    MemberLimit(Money),
    /// Too much altogether.
    #[error("this kiosk takes no more without the network; tell the staff")]
    Full,
    /// The oldest entry waits too long.
    #[error("this kiosk was without the network for too long; tell the staff")]
    TooOld,
    /// Nobody knows whether the card is lost.
    #[error("this kiosk's list of lost cards is too old; tell the staff")]
    DenyListStale,
    /// Lost or closed.
    #[error("this card or member is blocked; ask at the office")]
    Denied,
    /// In the queue already.
    #[error("the voucher {0} was used before")]
    VoucherUsed(Serial),
    /// The card's counter did not go on: a copy, or the same debit again.
    #[error("the card repeats an earlier payment; hold it to the reader again")]
    CardRepeats,
    /// The same id for another order.
    #[error("this payment id was used for another order; make a new one")]
    IdReused,
}

#[cfg(test)]
mod tests;
