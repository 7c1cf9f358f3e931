//! What is to be printed, and what became of it: a file beside the ledger.
//!
//! A receipt is here before the first byte of it goes to the printer, with the mark that will prove it. Power may fail
//! at any time: what was being printed is in doubt at the next start, is told to staff, and is printed again only when
//! they ask for it, as a copy.

use std::path::Path;
use std::time::Duration;

use api::receipts::ReceiptState;
use printer::{Mark, Receipt};
use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior, params};

/// Version of the tables, in `user_version`.
const VERSION: i64 = 1;
/// Receipts that are kept after they were printed: some weeks of a canteen, for staff who look for one.
const KEPT: i64 = 10_000;
/// After so long an unbegun receipt is not printed any more by itself: its payer is gone, and a printer that comes back
/// after a night must not print yesterday's. Staff may still print it.
const STALE_MS: u64 = 15 * 60_000;

/// How long a till that is just ending may hold the file, for one transaction.
const BUSY_WITHIN: Duration = Duration::from_secs(5);

const TABLES: &str = "
CREATE TABLE receipt (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    payment TEXT NOT NULL UNIQUE,
    text TEXT NOT NULL,
    state INTEGER NOT NULL CHECK (state BETWEEN 1 AND 6),
    copy INTEGER NOT NULL DEFAULT 0 CHECK (copy IN (0, 1)),
    mark INTEGER,
    paid_ms INTEGER NOT NULL,
    asked_ms INTEGER NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX receipt_open ON receipt(state) WHERE state <> 3;
CREATE TABLE counter (marks INTEGER NOT NULL, since_ms INTEGER NOT NULL) STRICT;
";

/// Why the spool cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SpoolError {
    /// SQLite.
    #[error("the file of receipts cannot be used: look at the disk ({0})")]
    Database(#[from] rusqlite::Error),
    /// It is damaged, or a newer Dais made it.
    #[error("the file of receipts is damaged or of another version: move it away, then start again")]
    Broken,
}

/// A receipt and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Whose payment.
    pub payment: String,
    /// What became of it.
    pub state: ReceiptState,
    /// Whether the last printing was, or is to be, a copy.
    pub copy: bool,
    /// Since when, milliseconds since 1970 UTC.
    pub changed_ms: u64,
}

/// Numbers of receipts by what staff want to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// To be printed.
    pub waiting: u32,
    /// In doubt, or too late to be printed by itself.
    pub in_doubt: u32,
}

/// The file.
#[derive(Debug)]
pub struct Spool {
    db: Connection,
    /// What was paid before has no receipt here: the printer came later than the till.
    since_ms: u64,
}

impl Spool {
    /// Opens the file, or makes it. What was being printed when the power failed is in doubt from now on.
    ///
    /// # Errors
    /// [`SpoolError`].
    pub fn open(path: &Path, now_ms: u64) -> Result<Self, SpoolError> {
        let mut db = Connection::open(path)?;
        db.busy_timeout(BUSY_WITHIN)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        match change.query_row("PRAGMA user_version", [], |row| row.get::<_, i64>(0))? {
            0 => {
                change.execute_batch(TABLES)?;
                change.execute("INSERT INTO counter VALUES (0, ?1)", [signed(now_ms)])?;
                change.pragma_update(None, "user_version", VERSION)?;
            }
            VERSION => {}
            _ => return Err(SpoolError::Broken),
        }
        change.execute(
            "UPDATE receipt SET state = ?1, changed_ms = ?2 WHERE state = ?3",
            params![state(ReceiptState::Unproved), signed(now_ms), state(ReceiptState::Printing)],
        )?;
        change.execute(
            "DELETE FROM receipt WHERE state IN (?1, ?2) AND seq <= (SELECT MAX(seq) FROM receipt) - ?3",
            params![state(ReceiptState::Printed), state(ReceiptState::Handed), KEPT],
        )?;
        change.commit()?;
        let sound: String = db.query_row("PRAGMA quick_check", [], |row| row.get(0))?;
        let since_ms: Option<i64> =
            db.query_row("SELECT since_ms FROM counter", [], |row| row.get(0)).optional()?;
        match since_ms.and_then(|since| u64::try_from(since).ok()) {
            Some(since_ms) if sound == "ok" => Ok(Self { db, since_ms }),
            _ => Err(SpoolError::Broken),
        }
    }

    /// Writes down what was paid; once, however often it is told. Nothing where it was paid before there was a printer.
    ///
    /// # Errors
    /// [`SpoolError`].
    pub fn paid(&mut self, receipt: &Receipt, paid_ms: u64, now_ms: u64) -> Result<(), SpoolError> {
        if paid_ms < self.since_ms {
            return Ok(());
        }
        self.insert(receipt, paid_ms, paid_ms, now_ms)
    }

    /// Wants it printed: what was never begun for the first time, everything else as a copy.
    ///
    /// # Errors
    /// [`SpoolError`].
    pub fn reprint(&mut self, receipt: &Receipt, paid_ms: u64, now_ms: u64) -> Result<(), SpoolError> {
        self.insert(receipt, paid_ms, now_ms, now_ms)?;
        if self.db.changes() > 0 && paid_ms >= self.since_ms {
            // It has a first printing that is not known here any more, or not yet: then too a copy is the honest word.
            self.db.execute("UPDATE receipt SET copy = 1 WHERE payment = ?1", [&receipt.order])?;
        }
        self.db.execute(
            "UPDATE receipt SET state = ?1, asked_ms = ?2, changed_ms = ?2, copy = (copy OR mark IS NOT NULL), text = ?5
             WHERE payment = ?3 AND state NOT IN (?1, ?4)",
            params![
                state(ReceiptState::Waiting),
                signed(now_ms),
                receipt.order,
                state(ReceiptState::Printing),
                // What has gone back since it was printed first belongs on the copy.
                serde_json::to_string(receipt).map_err(|_shape| SpoolError::Broken)?
            ],
        )?;
        Ok(())
    }

    fn insert(&self, receipt: &Receipt, paid_ms: u64, asked_ms: u64, now_ms: u64) -> Result<(), SpoolError> {
        let text = serde_json::to_string(receipt).map_err(|_shape| SpoolError::Broken)?;
        self.db.execute(
            "INSERT INTO receipt (payment, text, state, paid_ms, asked_ms, changed_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (payment) DO NOTHING",
            params![
                receipt.order,
                text,
                state(ReceiptState::Waiting),
                signed(paid_ms),
                signed(asked_ms),
                signed(now_ms)
            ],
        )?;
        Ok(())
    }

    /// The receipt to print next, the oldest; those that wait for too long are late from now on.
    ///
    /// # Errors
    /// [`SpoolError`].
    pub fn next(&mut self, now_ms: u64) -> Result<Option<Receipt>, SpoolError> {
        self.db.execute(
            "UPDATE receipt SET state = ?1, changed_ms = ?2 WHERE state = ?3 AND asked_ms < ?4",
            params![
                state(ReceiptState::Late),
                signed(now_ms),
                state(ReceiptState::Waiting),
                signed(now_ms.saturating_sub(STALE_MS))
            ],
        )?;
        let row: Option<(String, bool)> = self
            .db
            .prepare_cached("SELECT text, copy FROM receipt WHERE state = ?1 ORDER BY asked_ms, seq LIMIT 1")?
            .query_row([state(ReceiptState::Waiting)], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        row.map(|(text, copy)| {
            let receipt: Receipt = serde_json::from_str(&text).map_err(|_shape| SpoolError::Broken)?;
            Ok(Receipt { copy, ..receipt })
        })
        .transpose()
    }

    /// It is being printed from now on, and this mark will prove it.
    ///
    /// # Errors
    /// [`SpoolError`].
    pub fn begin(&mut self, payment: &str, now_ms: u64) -> Result<Mark, SpoolError> {
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let number = next_mark(&change)?;
        change.execute(
            "UPDATE receipt SET state = ?1, mark = ?2, changed_ms = ?3 WHERE payment = ?4",
            params![state(ReceiptState::Printing), number, signed(now_ms), payment],
        )?;
        change.commit()?;
        Ok(Mark::numbered(number))
    }

    /// A mark for what is no receipt.
    ///
    /// # Errors
    /// [`SpoolError`].
    pub fn mark(&mut self) -> Result<Mark, SpoolError> {
        let change = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let number = next_mark(&change)?;
        change.commit()?;
        Ok(Mark::numbered(number))
    }

    /// What became of a printing that was begun.
    ///
    /// # Errors
    /// [`SpoolError`].
    pub fn ended(&mut self, payment: &str, how: ReceiptState, now_ms: u64) -> Result<(), SpoolError> {
        // Not a byte left: then there is no earlier printing that a later one would be a copy of.
        let unbegun = how == ReceiptState::Waiting;
        self.db.execute(
            "UPDATE receipt SET state = ?1, changed_ms = ?2, mark = CASE WHEN ?3 AND NOT copy THEN NULL ELSE mark END
             WHERE payment = ?4 AND state = ?5",
            params![state(how), signed(now_ms), unbegun, payment, state(ReceiptState::Printing)],
        )?;
        Ok(())
    }

    /// A proof that came late: answers whether it ended a doubt.
    ///
    /// # Errors
    /// [`SpoolError`].
    pub fn proved(&mut self, mark: Mark, now_ms: u64) -> Result<bool, SpoolError> {
        let mut rows = self.db.prepare_cached("SELECT payment, mark FROM receipt WHERE state = ?1")?;
        let doubts = rows.query_map([state(ReceiptState::Unproved)], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, u32>(1)?))
        })?;
        let doubts: Vec<(String, u32)> = doubts.collect::<Result<_, _>>()?;
        drop(rows);
        let Some((payment, _)) = doubts.iter().find(|(_, number)| Mark::numbered(*number) == mark) else {
            return Ok(false);
        };
        self.db.execute(
            "UPDATE receipt SET state = ?1, changed_ms = ?2 WHERE payment = ?3",
            params![state(ReceiptState::Printed), signed(now_ms), payment],
        )?;
        Ok(true)
    }

    /// The newest receipts, newest first.
    ///
    /// # Errors
    /// [`SpoolError`].
    pub fn newest(&self, limit: u32) -> Result<Vec<Entry>, SpoolError> {
        let mut rows = self.db.prepare_cached(
            "SELECT payment, state, copy, changed_ms FROM receipt ORDER BY seq DESC LIMIT ?1",
        )?;
        let found = rows.query_map([limit], entry)?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// How many wait, and how many staff must look at.
    ///
    /// # Errors
    /// [`SpoolError`].
    pub fn counts(&self) -> Result<Counts, SpoolError> {
        let mut rows =
            self.db.prepare_cached("SELECT state, COUNT(*) FROM receipt WHERE state <> 3 GROUP BY state")?;
        let found = rows.query_map([], |row| Ok((row.get::<_, u32>(0)?, row.get::<_, u32>(1)?)))?;
        let mut counts = Counts::default();
        for row in found {
            let (kind, count) = row?;
            match ReceiptState::from_wire(kind) {
                ReceiptState::Waiting | ReceiptState::Printing => counts.waiting += count,
                ReceiptState::Unproved | ReceiptState::Late => counts.in_doubt += count,
                _ => {}
            }
        }
        Ok(counts)
    }
}

fn next_mark(db: &Connection) -> Result<u32, SpoolError> {
    db.execute("UPDATE counter SET marks = (marks + 1) % 857375", [])?;
    Ok(db.query_row("SELECT marks FROM counter", [], |row| row.get(0))?)
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let changed: i64 = row.get(3)?;
    Ok(Entry {
        payment: row.get(0)?,
        state: ReceiptState::from_wire(row.get(1)?),
        copy: row.get(2)?,
        changed_ms: u64::try_from(changed).unwrap_or(0),
    })
}

fn state(state: ReceiptState) -> u32 {
    state.to_wire()
}

fn signed(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests;
