//! Why the accounts could not do something, in words for whoever can mend it.

use super::super::deny::BadDenyList;
use crate::till::BadCurrency;

/// Why the accounts could not do it; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CampusError {
    /// The key is too short.
    #[error(
        "the credential campus_card_key is shorter than 16 bytes: make a new one with `openssl rand -hex 32`"
    )]
    KeyTooShort,
    /// SQLite says no: disk full, file not ours, file locked.
    #[error("the campus accounts cannot be read or written, check the disk: {0}")]
    Store(#[from] rusqlite::Error),
    /// The file fails SQLite's own check.
    #[error("the campus accounts are damaged: restore them from the last backup")]
    Broken,
    /// Made by a newer version.
    #[error("the campus accounts have version {0}, which this program does not know: install the newer one")]
    OtherVersion(i64),
    /// No thread.
    #[error("no thread for the campus accounts: {0}")]
    Thread(std::io::Error),
    /// The card has an account already.
    #[error("this card has an account already")]
    AlreadyEnrolled,
    /// The card has none.
    #[error("this card has no account: enrol it first")]
    NotEnrolled,
    /// Zero or less, or beyond 64 bits.
    #[error("an amount must be more than nothing")]
    BadAmount,
    /// An entry holds no currency.
    #[error("the campus accounts hold a strange currency: restore them from the last backup")]
    BadCurrency(#[from] BadCurrency),
    /// The number was used for something else.
    #[error("this number was used for something else before: use a new one")]
    NumberUsed,
    /// The deny list is older than the one in force.
    #[error(
        "a deny list of version {have} is in force already; version {got} is older: fetch the newest one"
    )]
    OldDenyList {
        /// In force.
        have: i64,
        /// Offered.
        got: i64,
    },
    /// The deny list cannot be used.
    #[error(transparent)]
    DenyList(#[from] BadDenyList),
    /// No such debit, or it is proved.
    #[error("no debit with this number waits for proof: look at the card's statement")]
    NotUnproved,
    /// A day whose file could still get another line.
    #[error("this day is not over: write its settlement file after midnight in China (UTC+8)")]
    NotOver,
    /// The crypto library fails.
    #[error("no random numbers; restart the kiosk")]
    NoRandom,
    /// A day beyond the calendar, an amount beyond the card's.
    #[error("a number is beyond what the campus accounts can hold")]
    OutOfRange,
}
