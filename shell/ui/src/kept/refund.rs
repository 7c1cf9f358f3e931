//! The refund that was asked and not answered: asked again with the same name it is one refund, whatever happened.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The one file; one kiosk sends back one payment at a time.
const FILE: &str = "refund.toml";

/// A refund that the till was asked for, or is about to be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KeptRefund {
    /// Whose payment.
    pub payment: String,
    /// Our name of it: the reason and 32 random digits, below the till's 64 characters.
    pub ask: String,
    /// In minor units.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
}

/// Where it is kept.
#[derive(Clone, Debug)]
pub struct RefundKeeper {
    folder: PathBuf,
}

impl RefundKeeper {
    pub(super) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The refund to ask for. One that is still unanswered comes first, by its own name, whatever is wanted now: asked
    /// under another it could be a second. Otherwise a fresh name, which is durable before it is returned.
    ///
    /// # Errors
    /// When it cannot be kept; then nothing may be asked.
    pub fn begin(&self, payment: &str, reason: &str, amount: i64, currency: &str) -> io::Result<KeptRefund> {
        if let Some(kept) = self.recall() {
            return Ok(kept);
        }
        let ask = format!("{reason}-{}", super::new_id()?);
        let kept = KeptRefund { payment: payment.to_owned(), ask, amount, currency: currency.to_owned() };
        super::keep(&self.folder, FILE, &kept)?;
        Ok(kept)
    }

    /// What was asked before and not answered.
    pub fn recall(&self) -> Option<KeptRefund> {
        super::recall(&self.folder, FILE)
    }

    /// The till has answered.
    pub fn forget(&self) {
        super::forget(&self.folder, FILE);
    }
}

#[cfg(test)]
mod tests {
    //! One press or many, one refund; a second rightful one is a second.
    use super::*;

    #[test]
    fn a_repeated_press_is_one_refund_and_a_second_refund_is_a_second() {
        let folder = tempfile::tempdir().unwrap();
        let keeper = RefundKeeper::new(folder.path());
        let first = keeper.begin("lunch-1", "wrong-dish", 300, "CNY").unwrap();
        assert!(first.ask.starts_with("wrong-dish-") && first.ask.len() <= 64);
        // Nobody has answered: whatever is pressed next, this one comes first, and a restart changes nothing.
        assert_eq!(keeper.begin("lunch-1", "not-good", 300, "CNY").unwrap(), first);
        assert_eq!(keeper.begin("lunch-2", "not-good", 900, "CNY").unwrap(), first);
        assert_eq!(RefundKeeper::new(folder.path()).recall(), Some(first.clone()));
        keeper.forget();
        assert_eq!(keeper.recall(), None);
        let second = keeper.begin("lunch-1", "wrong-dish", 300, "CNY").unwrap();
        assert_ne!(second.ask, first.ask);
    }
}
