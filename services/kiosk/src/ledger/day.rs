//! Day closes: made once, in order, chained by hash to each other and to the ledger's own chain, and checked again.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::digest;
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use time::Date;

use super::LedgerError;
use super::finance::{Wanted, currency, date, postings};
use crate::channel::ChannelKind;
use crate::finance::{
    Ahead, ChannelDay, CloseRefused, Closed, DayClose, Posting, business_day, day_bounds, may_close,
};
use crate::split::ChannelName;
use crate::till::{AttemptNumber, Currency, Fate, Record};

/// A close, its rows and what it carried over.
pub const TABLES: &str = "
CREATE TABLE day_close(day TEXT PRIMARY KEY, head INTEGER NOT NULL, chain BLOB NOT NULL, open_cases INTEGER NOT NULL,
    closed_by TEXT NOT NULL, at_ms INTEGER NOT NULL, digest BLOB NOT NULL) STRICT;
CREATE TABLE day_channel(day TEXT NOT NULL REFERENCES day_close(day), channel TEXT NOT NULL, currency TEXT NOT NULL,
    payments INTEGER NOT NULL, gross INTEGER NOT NULL, refunds INTEGER NOT NULL, refunded INTEGER NOT NULL,
    fees INTEGER NOT NULL, divided INTEGER NOT NULL, PRIMARY KEY(day, channel, currency)) STRICT;
CREATE TABLE day_carried(day TEXT NOT NULL REFERENCES day_close(day), number TEXT NOT NULL,
    PRIMARY KEY(day, number)) STRICT;
";

/// Why a day was not closed.
#[derive(Debug, thiserror::Error)]
pub enum CloseError {
    /// It may not be.
    #[error(transparent)]
    Refused(#[from] CloseRefused),
    /// The ledger cannot be read or written.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl From<rusqlite::Error> for CloseError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Ledger(error.into())
    }
}

/// All closed days, in order.
pub(super) fn closes(db: &Connection) -> Result<Vec<Closed>, LedgerError> {
    let mut rows = db.prepare_cached("SELECT day, head FROM day_close ORDER BY day")?;
    let rows = rows.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get(1)?)))?;
    rows.map(|row| {
        let (day, head) = row?;
        Ok(Closed { day: date(&day)?, head })
    })
    .collect()
}

/// Numbers of attempts and refunds, begun before the end of a day, of which nobody can say what became of them.
pub fn doubts(db: &Connection, day: Date) -> Result<Vec<String>, LedgerError> {
    let end = u64::try_from(day_bounds(day).1).unwrap_or(0);
    let mut open: BTreeSet<AttemptNumber> = BTreeSet::new();
    let mut rows = db.prepare_cached(
        "SELECT record FROM event WHERE payment IN (SELECT id FROM payment WHERE open = 1) ORDER BY seq",
    )?;
    for text in rows.query_map([], |row| row.get::<_, String>(0))? {
        match serde_json::from_str(&text?)? {
            Record::Opening { attempt, .. } | Record::Charging { attempt, .. }
                if attempt.opened_at_ms < end =>
            {
                open.insert(attempt.number);
            }
            Record::RefundAsked { refund, at_ms, .. } if at_ms < end => {
                open.insert(refund.number);
            }
            Record::Paid { number, at_ms, fate, .. } => {
                open.remove(&number);
                if let Fate::Returned(refund) = fate
                    && at_ms < end
                {
                    open.insert(refund.number);
                }
            }
            Record::Closed { number, .. } => {
                open.remove(&number);
            }
            Record::Doubted { number, .. } => {
                open.insert(number);
            }
            Record::Refunded { refund, .. } | Record::RefundRefused { refund, .. } => {
                open.remove(&refund.number);
            }
            _ => {}
        }
    }
    Ok(open.into_iter().map(String::from).collect())
}

/// The figures of a day, closed or not, from its entries.
pub fn figures(db: &Connection, day: Date) -> Result<Vec<ChannelDay>, LedgerError> {
    let mut days: BTreeMap<(ChannelKind, Currency), ChannelDay> = BTreeMap::new();
    for posting in postings(db, &Wanted { from: day, to: day, account: None })? {
        let Some(name) = posting.account.strip_prefix("channel:") else { continue };
        let ChannelName(channel) =
            ChannelName::parse(name).map_err(|_no| LedgerError::Broken("a channel has no known name"))?;
        let currency = posting.amount.currency();
        let (payments, gross, refunds, refunded, fees, divided) = (0, 0, 0, 0, 0, 0);
        let row = days.entry((channel, currency)).or_insert(ChannelDay {
            channel,
            currency,
            payments,
            gross,
            refunds,
            refunded,
            fees,
            divided,
        });
        add(row, &posting).ok_or(LedgerError::Broken("a sum is too large"))?;
    }
    Ok(days.into_values().collect())
}

fn add(row: &mut ChannelDay, posting: &Posting) -> Option<()> {
    let minor = posting.amount.minor();
    match posting.event.as_str() {
        "paid" => {
            row.payments = row.payments.checked_add(1)?;
            row.gross = row.gross.checked_add(minor)?;
        }
        // What parties gave of it came in by the same entry.
        "refunded" if minor < 0 => {
            row.refunds = row.refunds.checked_add(1)?;
            row.refunded = row.refunded.checked_sub(minor)?;
        }
        "fees" => row.fees = row.fees.checked_sub(minor)?,
        // What else leaves a channel's account goes to other parties.
        _ => row.divided = row.divided.checked_sub(minor)?,
    }
    Some(())
}

/// Closes a day for good. `carry` names every attempt and refund in doubt, `by` is who closes.
///
/// # Errors
/// [`CloseError::Refused`], after which nothing was written.
pub fn close(
    tx: &Transaction<'_>,
    now_ms: u64,
    day: Date,
    carry: &[String],
    by: &str,
) -> Result<DayClose, CloseError> {
    let first: Option<i64> = tx.query_row("SELECT MIN(at_ms) FROM entry", [], |row| row.get(0))?;
    let ahead = Ahead {
        last: closes(tx)?.last().map(|closed| closed.day),
        first: first.map(|at_ms| business_day(u64::try_from(at_ms).unwrap_or(0))),
        doubts: doubts(tx, day)?,
    };
    may_close(day, business_day(now_ms), &ahead, carry, by)?;
    let head = tx
        .query_row("SELECT seq, chain FROM event ORDER BY seq DESC LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?
        .unwrap_or_default();
    let open_cases: u32 =
        tx.query_row("SELECT COUNT(*) FROM staff_case WHERE closed_by IS NULL", [], |row| row.get(0))?;
    let channels = figures(tx, day)?;
    let (carried, by) = (ahead.doubts, by.to_owned());
    let close = DayClose { day, channels, open_cases, carried, head, by, at_ms: now_ms };
    write(tx, &close, &hash(&close, &last_digest(tx, day)?))?;
    Ok(close)
}

fn last_digest(db: &Connection, before: Date) -> Result<Vec<u8>, LedgerError> {
    let digest = db
        .prepare_cached("SELECT digest FROM day_close WHERE day < ?1 ORDER BY day DESC LIMIT 1")?
        .query_row([before.to_string()], |row| row.get(0))
        .optional()?;
    Ok(digest.unwrap_or_default())
}

fn hash(close: &DayClose, before: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, close.text(before).as_bytes()).as_ref().to_vec()
}

fn write(tx: &Transaction<'_>, close: &DayClose, digest: &[u8]) -> Result<(), LedgerError> {
    let (day, at_ms) = (close.day.to_string(), i64::try_from(close.at_ms).unwrap_or(i64::MAX));
    tx.execute(
        "INSERT INTO day_close(day, head, chain, open_cases, closed_by, at_ms, digest)
         VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![day, close.head.0, close.head.1, close.open_cases, close.by, at_ms, digest],
    )?;
    for row in &close.channels {
        tx.execute(
            "INSERT INTO day_channel(day, channel, currency, payments, gross, refunds, refunded, fees, divided)
             VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                day,
                row.channel.name(),
                row.currency.code(),
                row.payments,
                row.gross,
                row.refunds,
                row.refunded,
                row.fees,
                row.divided
            ],
        )?;
    }
    for number in &close.carried {
        tx.execute("INSERT INTO day_carried(day, number) VALUES(?1, ?2)", params![day, number])?;
    }
    Ok(())
}

/// A closed day as it was written.
pub fn closed(db: &Connection, day: Date) -> Result<Option<DayClose>, LedgerError> {
    let text = day.to_string();
    let row = db
        .prepare_cached("SELECT head, chain, open_cases, closed_by, at_ms FROM day_close WHERE day = ?1")?
        .query_row([&text], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?, row.get(3)?, row.get(4)?)))
        .optional()?;
    let Some((head, open_cases, by, at_ms)) = row else { return Ok(None) };
    let at_ms = loaded(at_ms);
    let mut rows = db.prepare_cached(
        "SELECT channel, currency, payments, gross, refunds, refunded, fees, divided FROM day_channel WHERE day = ?1",
    )?;
    let mut rows = rows.query([&text])?;
    let mut channels = Vec::new();
    while let Some(row) = rows.next()? {
        let ChannelName(channel) = ChannelName::parse(&row.get::<_, String>(0)?)
            .map_err(|_no| LedgerError::Broken("a channel has no known name"))?;
        channels.push(ChannelDay {
            channel,
            currency: currency(&row.get::<_, String>(1)?)?,
            payments: row.get(2)?,
            gross: row.get(3)?,
            refunds: row.get(4)?,
            refunded: row.get(5)?,
            fees: row.get(6)?,
            divided: row.get(7)?,
        });
    }
    channels.sort_by_key(|row| (row.channel, row.currency));
    let mut numbers = db.prepare_cached("SELECT number FROM day_carried WHERE day = ?1 ORDER BY number")?;
    let carried = numbers.query_map([&text], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(Some(DayClose { day, channels, open_cases, carried, head, by, at_ms }))
}

/// Which closes are checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// The newest [`NEWEST_CLOSES`].
    Newest,
    /// Every one.
    All,
}

/// Closes that are checked when the till opens: the longest month, the days of its reconciliation, and some to spare.
/// Whatever a till or its staff still work with (bills, settlements, the month's accounts) lies within them, and a till
/// of ten years starts as fast as one of two months. `dais-kiosk books verify` checks them all.
pub const NEWEST_CLOSES: usize = 40;

/// Checks closes: each one's own hash, the ledger's chain at its head, and its figures against its entries. The first
/// that is checked takes the hash of the one before it as it is. `seen` is told each day that holds.
///
/// # Errors
/// [`LedgerError::Broken`], with what does not hold.
pub fn verify(db: &Connection, depth: Depth, mut seen: impl FnMut(Date)) -> Result<(), LedgerError> {
    let closes = closes(db)?;
    let skipped = match depth {
        Depth::Newest => closes.len().saturating_sub(NEWEST_CLOSES),
        Depth::All => 0,
    };
    let checked = closes.get(skipped..).unwrap_or_default();
    let mut before = match checked.first() {
        Some(first) => last_digest(db, first.day)?,
        None => Vec::new(),
    };
    for Closed { day, .. } in checked.iter().copied() {
        let close = closed(db, day)?.ok_or(LedgerError::Broken("a day close is missing"))?;
        let digest: Vec<u8> =
            db.query_row("SELECT digest FROM day_close WHERE day = ?1", [day.to_string()], |row| row.get(0))?;
        if hash(&close, &before) != digest {
            return Err(LedgerError::Broken("a day close was changed"));
        }
        let chain: Option<Vec<u8>> = db
            .query_row("SELECT chain FROM event WHERE seq = ?1", [close.head.0], |row| row.get(0))
            .optional()?;
        if chain.unwrap_or_default() != close.head.1 {
            return Err(LedgerError::Broken("a day close belongs to another ledger"));
        }
        if figures(db, day)? != close.channels {
            return Err(LedgerError::Broken("the entries of a closed day were changed"));
        }
        before = digest;
        seen(day);
    }
    Ok(())
}

/// A stored moment.
fn loaded(at_ms: i64) -> u64 {
    u64::try_from(at_ms).unwrap_or(0)
}

#[cfg(test)]
mod tests;
