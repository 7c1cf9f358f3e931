//! What the office does with the ledger: closes days, keeps and reconciles bills, reads balances and the journal.
//! Each change is one transaction of the same writer that the till uses.

use time::Date;

use super::day::CloseError;
use super::finance::Wanted;
use super::reconcile::Changes;
use super::{Ledger, LedgerError};
use crate::channel::Bill;
use crate::finance::{Balance, DayClose, Posting};
use crate::reconcile::{Outcome, Reading};

impl Ledger {
    /// Closes a business day for good; `carry` names every attempt and refund that is still in doubt.
    ///
    /// # Errors
    /// [`CloseError`]; then nothing was written.
    pub fn close_day(
        &mut self,
        now_ms: u64,
        day: Date,
        carry: &[String],
        by: &str,
    ) -> Result<DayClose, CloseError> {
        let tx = self.db.transaction().map_err(LedgerError::from)?;
        let close = super::day::close(&tx, now_ms, day, carry, by)?;
        tx.commit().map_err(LedgerError::from)?;
        Ok(close)
    }

    /// A closed day as it was written.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn closed_day(&self, day: Date) -> Result<Option<DayClose>, LedgerError> {
        super::day::closed(&self.db, day)
    }

    /// Keeps a channel's bill and holds orders and ledger against it; the same again changes nothing.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn reconcile(
        &mut self,
        now_ms: u64,
        bill: &Bill,
        reading: &Reading,
    ) -> Result<(Outcome, Changes), LedgerError> {
        let tx = self.db.transaction()?;
        super::reconcile::keep_bill(&tx, now_ms, bill)?;
        let run = super::reconcile::run(&tx, now_ms, bill.channel, bill.day, reading)?;
        tx.commit()?;
        run.ok_or(LedgerError::Broken("a bill that was just kept is not there"))
    }

    /// What lies on every account up to and with a day.
    ///
    /// # Errors
    /// [`LedgerError::Broken`] where it does not add up.
    pub fn trial_balance(&self, to: Date) -> Result<Vec<Balance>, LedgerError> {
        Ok(super::finance::trial(&self.db, to)?.rows)
    }

    /// The postings of some days, for an export.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn postings(&self, from: Date, to: Date) -> Result<Vec<Posting>, LedgerError> {
        super::finance::postings(&self.db, &Wanted { from, to, account: None })
    }
}
