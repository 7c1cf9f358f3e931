//! The trial balance: what lies on each account, and the proof that it adds up to zero in each currency.

use std::collections::BTreeMap;

use super::{Chart, FinanceError, Kind, Posting};
use crate::till::{Currency, Money};

/// One account's turnover.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// The account, as the ledger names it.
    pub account: String,
    /// What kind it is.
    pub kind: Kind,
    /// Currency of the sums.
    pub currency: Currency,
    /// Sum of its debits, 0 or more minor units.
    pub debit: i64,
    /// Sum of its credits, 0 or more minor units.
    pub credit: i64,
}

impl Balance {
    /// Debits less credits.
    ///
    /// # Errors
    /// [`FinanceError::TooLarge`].
    pub fn net(&self) -> Result<Money, FinanceError> {
        let net = self.debit.checked_sub(self.credit).ok_or(FinanceError::TooLarge)?;
        Ok(Money::new(net, self.currency))
    }
}

/// All accounts, by kind, then by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrialBalance {
    /// One row an account and currency.
    pub rows: Vec<Balance>,
}

/// Adds up the sums of an account's debits and credits (both 0 or more), or single lines of it.
///
/// # Errors
/// [`FinanceError::Unbalanced`] where a currency does not add up to zero, and what [`Chart::of`] refuses.
pub fn trial_balance<'a>(
    lines: impl IntoIterator<Item = (&'a str, Currency, i64, i64)>,
) -> Result<TrialBalance, FinanceError> {
    let mut rows: BTreeMap<(Kind, String, Currency), (i64, i64)> = BTreeMap::new();
    let mut sums: BTreeMap<Currency, i128> = BTreeMap::new();
    for (account, currency, debit, credit) in lines {
        let kind = Chart::of(account)?.kind;
        let row = rows.entry((kind, account.to_owned(), currency)).or_default();
        row.0 = row.0.checked_add(debit).ok_or(FinanceError::TooLarge)?;
        row.1 = row.1.checked_add(credit).ok_or(FinanceError::TooLarge)?;
        let sum = sums.entry(currency).or_default();
        *sum = sum.saturating_add(i128::from(debit)).saturating_sub(i128::from(credit));
    }
    if let Some((currency, sum)) = sums.iter().find(|(_, sum)| **sum != 0) {
        return Err(FinanceError::Unbalanced(*currency, i64::try_from(*sum).unwrap_or(i64::MAX)));
    }
    let rows = rows.into_iter().map(|((kind, account, currency), (debit, credit))| Balance {
        account,
        kind,
        currency,
        debit,
        credit,
    });
    Ok(TrialBalance { rows: rows.collect() })
}

impl Posting {
    /// As a line of [`trial_balance`].
    pub fn sides(&self) -> (&str, Currency, i64, i64) {
        let minor = self.amount.minor();
        (&self.account, self.amount.currency(), minor.max(0), minor.min(0).saturating_neg())
    }
}
