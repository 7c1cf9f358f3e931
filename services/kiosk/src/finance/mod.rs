//! The books as an accountant reads them: chart of accounts, trial balance, fees, expected settlements, day closes,
//! and the journal in formats that accountants' programs take. Pure; rows come from `ledger::{finance, day}`.
#![deny(clippy::float_arithmetic, clippy::as_conversions, clippy::arithmetic_side_effects)]

mod balance;
mod chart;
mod close;
mod day;
pub mod export;
mod fees;
mod settle;
mod takings;

pub use balance::{Balance, TrialBalance, trial_balance};
pub use chart::{Chart, Kind};
pub use close::{Ahead, CHANNELS_MAX, ChannelDay, CloseRefused, DayClose, may_close};
pub use day::{Closed, GMT8_MS, business_day, day_bounds, parse_day, posted_on};
pub use fees::{FeeLine, fee_report};
pub use settle::{Calendar, CalendarError, Expected, Settlement, Term, forecast};
pub use takings::{DayTakings, Sum, Takings};

use time::Date;

use crate::till::Money;

/// One line of the double-entry journal with what it belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    /// Its entry, as [`EntryId`] prints it.
    pub entry: EntryId,
    /// The day on which it counts; never a closed one, see [`posted_on`].
    pub day: Date,
    /// The account as the ledger names it, such as `channel:alipay`.
    pub account: String,
    /// Above zero on the debit side, below on the credit side.
    pub amount: Money,
    /// What happened: `paid`, `refund-asked`, `refunded`, `refund-refused`, `divided`, `fees`.
    pub event: String,
    /// The number at the channel, of an attempt, a refund or a split; the bill's day for fees.
    pub reference: String,
}

/// Which entry of the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntryId {
    /// A record of the till, by its number in the ledger.
    Till(i64),
    /// An entry that reconciliation made from a channel's bill.
    Bill(i64),
}

impl std::fmt::Display for EntryId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Till(number) => write!(f, "T{number}"),
            Self::Bill(number) => write!(f, "B{number}"),
        }
    }
}

/// What is wrong with the books or with what was asked of them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FinanceError {
    /// An account that the chart does not know: a bug of ours, or a newer ledger.
    #[error("the account {0:?} is not in the chart of accounts; use the Dais version that wrote the ledger")]
    UnknownAccount(String),
    /// A sum beyond 64 bits.
    #[error("a sum in the books is too large to be right")]
    TooLarge,
    /// The lines do not add up.
    #[error("the entries in {0} do not add up to zero but to {1}; keep the ledger and call the maker")]
    Unbalanced(crate::till::Currency, i64),
    /// CSV could not be written to memory.
    #[error("the CSV file cannot be written")]
    Csv,
}

#[cfg(test)]
mod tests;
