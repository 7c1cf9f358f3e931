//! The journal for the accountant: the till's entries and those made from bills, with the day on which each counts.
//! Every figure that is shown can be asked for its entries here.

use rusqlite::{Connection, Transaction, params};
use time::Date;

use super::{LedgerError, day};
use crate::channel::ChannelKind;
use crate::finance::{
    EntryId, FinanceError, Posting, TrialBalance, day_bounds, parse_day, posted_on, trial_balance,
};
use crate::till::{Currency, Money};

/// Entries that reconciliation makes from a channel's statement; `day` is the first day that was open then.
pub const TABLES: &str = "
CREATE TABLE bill_entry(id INTEGER PRIMARY KEY, bill_day TEXT NOT NULL, channel TEXT NOT NULL, day TEXT NOT NULL,
    at_ms INTEGER NOT NULL) STRICT;
CREATE INDEX bill_entry_day ON bill_entry(day);
CREATE INDEX bill_entry_bill ON bill_entry(bill_day, channel);
CREATE TABLE bill_line(id INTEGER NOT NULL REFERENCES bill_entry(id), account TEXT NOT NULL, minor INTEGER NOT NULL,
    currency TEXT NOT NULL) STRICT;
CREATE INDEX bill_line_id ON bill_line(id);
";

/// Which postings are wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// From this day on.
    pub from: Date,
    /// Up to and with this day.
    pub to: Date,
    /// Of this account only, by its name in the ledger.
    pub account: Option<String>,
}

impl From<FinanceError> for LedgerError {
    fn from(error: FinanceError) -> Self {
        match error {
            FinanceError::UnknownAccount(_) => Self::Broken("an account is not in the chart"),
            FinanceError::TooLarge => Self::Broken("a sum is too large"),
            FinanceError::Unbalanced(..) => Self::Broken("its lines do not add up to zero"),
            FinanceError::Csv => Self::Broken("its journal cannot be written"),
        }
    }
}

pub(super) fn currency(code: &str) -> Result<Currency, LedgerError> {
    Currency::parse(code).map_err(|_bad| LedgerError::Broken("a line has no currency"))
}

pub(super) fn date(text: &str) -> Result<Date, LedgerError> {
    parse_day(text).ok_or(LedgerError::Broken("a day is none"))
}

/// All postings of some days, in the order of their entries: what an export writes and a figure consists of. Holds
/// them all in memory, some 200 bytes each.
///
/// # Errors
/// [`LedgerError`].
pub fn postings(db: &Connection, wanted: &Wanted) -> Result<Vec<Posting>, LedgerError> {
    let closes = day::closes(db)?;
    let (from_ms, _) = day_bounds(wanted.from);
    let (_, to_ms) = day_bounds(wanted.to);
    // What came after the day before was closed may count here though it is of an older day.
    let before = closes.iter().rev().find(|closed| Some(closed.day) == wanted.from.previous_day());
    let late = before.map_or(i64::MAX, |closed| closed.head);
    // Nothing that came after the last day was closed counts on it or before; without this bound, figures of an old
    // day would read all that came since.
    let end = closes.iter().find(|closed| closed.day == wanted.to).map_or(i64::MAX, |closed| closed.head);
    let mut found = Vec::new();
    let mut rows = db.prepare_cached(
        "SELECT seq, at_ms, account, minor, currency, event, number FROM entry JOIN line USING(seq)
         WHERE at_ms < ?2 AND seq <= ?5 AND (at_ms >= ?1 OR seq > ?3) AND (?4 IS NULL OR account = ?4)
         ORDER BY seq, line.rowid",
    )?;
    let mut rows = rows.query(params![from_ms, to_ms, late, wanted.account, end])?;
    while let Some(row) = rows.next()? {
        let (seq, at_ms): (i64, i64) = (row.get(0)?, row.get(1)?);
        let day = posted_on(u64::try_from(at_ms).unwrap_or(0), seq, &closes);
        if day >= wanted.from && day <= wanted.to {
            let amount = Money::new(row.get(3)?, currency(&row.get::<_, String>(4)?)?);
            let (account, event, reference) = (row.get(2)?, row.get(5)?, row.get(6)?);
            found.push(Posting { entry: EntryId::Till(seq), day, account, amount, event, reference });
        }
    }
    let mut rows = db.prepare_cached(
        "SELECT id, day, account, minor, currency, bill_day FROM bill_entry JOIN bill_line USING(id)
         WHERE day >= ?1 AND day <= ?2 AND (?3 IS NULL OR account = ?3) ORDER BY id, bill_line.rowid",
    )?;
    let mut rows = rows.query(params![wanted.from.to_string(), wanted.to.to_string(), wanted.account])?;
    while let Some(row) = rows.next()? {
        let amount = Money::new(row.get(3)?, currency(&row.get::<_, String>(4)?)?);
        let (entry, day) = (EntryId::Bill(row.get(0)?), date(&row.get::<_, String>(1)?)?);
        let (account, event, reference) = (row.get(2)?, "fees".to_owned(), row.get(5)?);
        found.push(Posting { entry, day, account, amount, event, reference });
    }
    Ok(found)
}

/// The trial balance of everything that counts up to and with a day.
///
/// # Errors
/// [`LedgerError::Broken`] where it does not add up.
pub fn trial(db: &Connection, to: Date) -> Result<TrialBalance, LedgerError> {
    let head = day::closes(db)?.iter().find(|closed| closed.day == to).map_or(i64::MAX, |closed| closed.head);
    let mut rows = db.prepare_cached(
        "SELECT account, currency, SUM(MAX(minor, 0)), SUM(MAX(-minor, 0)) FROM
            (SELECT account, currency, minor FROM entry JOIN line USING(seq) WHERE at_ms < ?1 AND seq <= ?2
             UNION ALL
             SELECT account, currency, minor FROM bill_entry JOIN bill_line USING(id) WHERE day <= ?3)
         GROUP BY account, currency",
    )?;
    let sums = rows.query_map(params![day_bounds(to).1, head, to.to_string()], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?))
    })?;
    let mut lines = Vec::new();
    for sum in sums {
        let (account, code, debit, credit): (String, String, i64, i64) = sum?;
        lines.push((account, currency(&code)?, debit, credit));
    }
    Ok(trial_balance(
        lines.iter().map(|(account, code, debit, credit)| (&**account, *code, *debit, *credit)),
    )?)
}

/// Books what a channel kept of a day by its statement, less what was booked of it before; a corrected bill makes an
/// entry of the difference. Counts on the bill's day, or on the first that is open. Answers whether it booked.
///
/// # Errors
/// [`LedgerError`].
pub fn book_fees(
    tx: &Transaction<'_>,
    now_ms: u64,
    channel: ChannelKind,
    bill_day: Date,
    fees: Money,
) -> Result<bool, LedgerError> {
    let account = format!("fees:{}", channel.name());
    let (bill, code) = (bill_day.to_string(), fees.currency());
    let before: i64 = tx
        .prepare_cached(
            "SELECT COALESCE(SUM(minor), 0) FROM bill_entry JOIN bill_line USING(id)
             WHERE bill_day = ?1 AND channel = ?2 AND account = ?3 AND currency = ?4",
        )?
        .query_row(params![bill, channel.name(), account, code.code()], |row| row.get(0))?;
    let too_large = LedgerError::Broken("a sum is too large");
    let Some(more) = fees.minor().checked_sub(before) else { return Err(too_large) };
    let Some(less) = more.checked_neg() else { return Err(too_large) };
    if more == 0 {
        return Ok(false);
    }
    let open = day::closes(tx)?.last().and_then(|closed| closed.day.next_day());
    let day = open.map_or(bill_day, |open| open.max(bill_day));
    let at_ms = i64::try_from(now_ms).unwrap_or(i64::MAX);
    tx.prepare_cached("INSERT INTO bill_entry(bill_day, channel, day, at_ms) VALUES(?1, ?2, ?3, ?4)")?
        .execute(params![bill, channel.name(), day.to_string(), at_ms])?;
    let id = tx.last_insert_rowid();
    for (account, minor) in [(account, more), (format!("channel:{}", channel.name()), less)] {
        tx.prepare_cached("INSERT INTO bill_line(id, account, minor, currency) VALUES(?1, ?2, ?3, ?4)")?
            .execute(params![id, account, minor, code.code()])?;
    }
    Ok(true)
}
