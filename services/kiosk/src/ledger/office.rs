//! What the office does with the ledger: closes days, keeps and reconciles bills, reads balances and the journal.
//! Each change is one transaction of the same writer that the till uses.

use rusqlite::OptionalExtension;
use time::Date;

use super::day::CloseError;
use super::finance::Wanted;
use super::reconcile::Changes;
use super::{Ledger, LedgerError};
use crate::channel::{Bill, ChannelKind};
use crate::finance::{Balance, ChannelDay, DayClose, FeeLine, Posting, fee_report};
use crate::reconcile::{Outcome, Reading};
use crate::split::{ChannelName, Fees};
use crate::till::{Currency, Money, Record};

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

    /// Each day's figures, from the first to the last, closed or not.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn figures(&self, from: Date, to: Date) -> Result<Vec<(Date, ChannelDay)>, LedgerError> {
        let mut all = Vec::new();
        let mut day = Some(from);
        while let Some(today) = day.filter(|day| *day <= to) {
            all.extend(super::day::figures(&self.db, today)?.into_iter().map(|row| (today, row)));
            day = today.next_day();
        }
        Ok(all)
    }

    /// What each channel kept by its bills, beside what its contract lets one expect of the payments and refunds.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn fees(&self, rules: &Fees, from: Date, to: Date) -> Result<Vec<FeeLine>, LedgerError> {
        let (mut booked, mut payments, mut refunds) = (Vec::new(), Vec::new(), Vec::new());
        for posting in self.postings(from, to)? {
            let channel = |front| -> Option<ChannelKind> {
                let ChannelName(kind) = ChannelName::parse(posting.account.strip_prefix(front)?).ok()?;
                Some(kind)
            };
            if let Some(channel) = channel("fees:") {
                booked.push((channel, posting.amount));
            } else if let Some(channel) = channel("channel:") {
                match posting.event.as_str() {
                    "paid" => payments.push((channel, posting.amount)),
                    "refunded" => {
                        let paid = self.paid_before(&posting.reference)?;
                        let back = posting.amount.negated();
                        if let (Some(paid), Ok(back)) = (paid, back) {
                            refunds.push((channel, paid, back));
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(fee_report(rules, &booked, &payments, &refunds)?)
    }

    /// What was paid by the attempt that a refund is of.
    fn paid_before(&self, refund: &str) -> Result<Option<Money>, LedgerError> {
        let record: Option<String> = self
            .db
            .prepare_cached(
                "SELECT record FROM event WHERE seq = (SELECT seq FROM entry WHERE number = ?1 AND event = 'refunded')",
            )?
            .query_row([refund], |row| row.get(0))
            .optional()?;
        let Some(Record::Refunded { number, .. }) =
            record.map(|text| serde_json::from_str(&text)).transpose()?
        else {
            return Ok(None);
        };
        let paid: Option<(i64, String)> = self
            .db
            .prepare_cached(
                "SELECT minor, currency FROM entry JOIN line USING(seq)
                 WHERE number = ?1 AND event = 'paid' AND account LIKE 'channel:%'",
            )?
            .query_row([number.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let money = |(minor, code): (i64, String)| Some(Money::new(minor, Currency::parse(&code).ok()?));
        Ok(paid.and_then(money))
    }
}
