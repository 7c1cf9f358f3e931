//! The ledger: every record in a hash chain, double-entry lines beside it, in one SQLite file with one writer.
//!
//! A write is durable when [`Ledger::append`] returns (WAL, `synchronous=FULL`). Opening checks everything; a file
//! that fails is refused, so that the till stays locked, and is never replaced by an empty one.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, params};

use crate::till::{AttemptNumber, Counters, Fate, PaymentId, Record, View};

mod check;
mod schema;

/// Why the ledger cannot be used or written.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Nothing was written; what was asked must not happen.
    #[error("the ledger's disk is full or cannot be written; free space, then the till goes on by itself")]
    Full(#[source] rusqlite::Error),
    /// The file is not what we wrote.
    #[error("the ledger fails its check ({0}); keep the file, restore a copy or call the maker")]
    Broken(&'static str),
    /// Another till holds it.
    #[error("another process holds the ledger; stop it first")]
    Held,
    /// A rule of the ledger itself would be broken: a bug of ours.
    #[error("a record breaks a rule of the ledger")]
    Rule(#[source] rusqlite::Error),
    /// SQLite.
    #[error("the ledger cannot be read")]
    Database(#[source] rusqlite::Error),
    /// The file system.
    #[error("the ledger's file cannot be opened or made")]
    Io(#[from] std::io::Error),
    /// A record that this version cannot write or read.
    #[error("a record cannot be encoded")]
    Encoding(#[from] serde_json::Error),
}

impl From<rusqlite::Error> for LedgerError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(
                ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked,
            ) => Self::Full(error),
            Some(ErrorCode::ConstraintViolation) => Self::Rule(error),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::Broken("SQLite calls it corrupt")
            }
            _ => Self::Database(error),
        }
    }
}

/// What a ledger remembers for the till.
#[derive(Debug)]
pub struct Memory {
    /// Starts every channel order number; unlike any other ledger's.
    pub tag: String,
    /// Numbers given out so far.
    pub counters: Counters,
    /// Every record of every payment that is not settled, in order.
    pub records: Vec<Record>,
}

/// An open ledger.
#[derive(Debug)]
pub struct Ledger {
    db: Connection,
    /// Number and hash of the last record.
    last: (i64, Vec<u8>),
    /// Held for as long as the ledger is open, so that no second till writes it.
    _lock: File,
}

impl Ledger {
    /// Opens the ledger, or makes it where there is none yet, and checks all of it.
    pub fn open(path: &Path) -> Result<(Self, Memory), LedgerError> {
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(beside(path, ".lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LedgerError::Held),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        match path.metadata() {
            Ok(file) if file.len() == 0 => return Err(LedgerError::Broken("it is empty")),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if beside(path, "-wal").exists() {
                    return Err(LedgerError::Broken("its main file is missing"));
                }
                schema::make(path, &beside(path, ".new"))?;
            }
            Err(error) => return Err(error.into()),
        }
        let db = Connection::open(path)?;
        schema::expect(&db)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "foreign_keys", "ON")?;
        let last = check::whole(&db)?;
        let memory = check::memory(&db)?;
        Ok((Self { db, last, _lock: lock }, memory))
    }

    /// Writes records, their lines and the payments as they are now, all or nothing, durably.
    pub fn append(
        &mut self,
        records: &[Record],
        views: &[View],
        counters: Counters,
    ) -> Result<(), LedgerError> {
        if records.is_empty() {
            return Ok(());
        }
        let (mut seq, mut hash) = self.last.clone();
        let tx = self.db.transaction()?;
        for record in records {
            let text = serde_json::to_string(record)?;
            seq += 1;
            hash = chain(&hash, seq, &text);
            tx.prepare_cached("INSERT INTO event(seq, payment, record, chain) VALUES(?1, ?2, ?3, ?4)")?
                .execute(params![seq, record.payment().as_str(), text, hash])?;
            enter(&tx, seq, record)?;
        }
        for view in views {
            tx.prepare_cached(
                "INSERT INTO payment(id, first_seq, view, open) VALUES(?1, ?2, ?3, 1)
                 ON CONFLICT(id) DO UPDATE SET view = excluded.view, open = 1",
            )?
            .execute(params![view.id.as_str(), seq, serde_json::to_string(view)?])?;
        }
        tx.execute(
            "UPDATE counter SET numbers = ?1, pickups = ?2",
            params![i64::try_from(counters.numbers).unwrap_or(i64::MAX), counters.pickups],
        )?;
        tx.commit()?;
        self.last = (seq, hash);
        Ok(())
    }

    /// Payments that need no replay at the next start.
    pub fn settle(&mut self, ids: &[PaymentId]) -> Result<(), LedgerError> {
        for id in ids {
            self.db
                .prepare_cached("UPDATE payment SET open = 0 WHERE id = ?1")?
                .execute(params![id.as_str()])?;
        }
        Ok(())
    }

    /// A payment as it was last written.
    pub fn view(&self, id: &PaymentId) -> Result<Option<View>, LedgerError> {
        let text: Option<String> = self
            .db
            .prepare_cached("SELECT view FROM payment WHERE id = ?1")?
            .query_row(params![id.as_str()], |row| row.get(0))
            .optional()?;
        Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
    }

    /// The newest payments, newest first.
    pub fn recent(&self, limit: u32) -> Result<Vec<View>, LedgerError> {
        let mut rows = self.db.prepare_cached("SELECT view FROM payment ORDER BY first_seq DESC LIMIT ?1")?;
        let texts = rows.query_map(params![limit], |row| row.get::<_, String>(0))?;
        texts.map(|text| Ok(serde_json::from_str(&text?)?)).collect()
    }

    /// What lies on each account, in minor units by currency; the sum of all is zero.
    pub fn balances(&self) -> Result<Vec<(String, String, i64)>, LedgerError> {
        let mut rows = self.db.prepare_cached(
            "SELECT account, currency, SUM(minor) FROM line GROUP BY account, currency ORDER BY account, currency",
        )?;
        let all = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        Ok(all.collect::<Result<_, _>>()?)
    }

    #[cfg(test)]
    pub(crate) fn limit_pages(&self, pages: i64) -> Result<(), LedgerError> {
        Ok(self.db.pragma_update(None, "max_page_count", pages)?)
    }

    /// As if the disk took no byte more.
    #[cfg(test)]
    pub(crate) fn refuse_writes(&self, refuse: bool) -> Result<(), LedgerError> {
        Ok(self.db.pragma_update(None, "query_only", refuse)?)
    }
}

fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// The hash of a record and all before it.
fn chain(before: &[u8], seq: i64, text: &str) -> Vec<u8> {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(before);
    context.update(&seq.to_le_bytes());
    context.update(text.as_bytes());
    context.finish().as_ref().to_vec()
}

/// The double-entry lines of a record. `channel:*` is what a channel holds for us, `sales` what we sold, `owed` what
/// goes back to payers.
fn enter(tx: &Transaction<'_>, seq: i64, record: &Record) -> Result<(), LedgerError> {
    match record {
        Record::Opening { id, attempt } | Record::Charging { id, attempt } => {
            let channel = format!("channel:{:?}", attempt.channel).to_lowercase();
            tx.prepare_cached("INSERT INTO attempt(number, payment, account) VALUES(?1, ?2, ?3)")?
                .execute(params![attempt.number.as_str(), id.as_str(), channel])?;
        }
        Record::Paid { number, amount, fate, .. } => {
            let other = match fate {
                Fate::Accepted { .. } => "sales",
                Fate::Returned(_) => "owed",
            };
            let currency = amount.currency();
            let entry = Entry { seq, number, event: "paid", currency: currency.code() };
            entry.write(tx, account(tx, number)?.as_str(), other, amount.minor())?;
        }
        Record::Refunded { number, .. } => {
            let (minor, currency): (i64, String) = tx
                .prepare_cached("SELECT minor, currency FROM line JOIN entry USING(seq) WHERE number = ?1 AND event = 'paid' AND minor > 0")?
                .query_row(params![number.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let entry = Entry { seq, number, event: "refunded", currency: &currency };
            entry.write(tx, "owed", account(tx, number)?.as_str(), minor)?;
        }
        _ => {}
    }
    Ok(())
}

fn account(tx: &Transaction<'_>, number: &AttemptNumber) -> Result<String, LedgerError> {
    Ok(tx
        .prepare_cached("SELECT account FROM attempt WHERE number = ?1")?
        .query_row(params![number.as_str()], |row| row.get(0))?)
}

/// One booking; the pair (attempt number, event) is unique, so that nothing is booked twice.
struct Entry<'a> {
    seq: i64,
    number: &'a AttemptNumber,
    event: &'static str,
    currency: &'a str,
}

impl Entry<'_> {
    fn write(&self, tx: &Transaction<'_>, debit: &str, credit: &str, minor: i64) -> Result<(), LedgerError> {
        tx.prepare_cached("INSERT INTO entry(seq, number, event) VALUES(?1, ?2, ?3)")?.execute(params![
            self.seq,
            self.number.as_str(),
            self.event
        ])?;
        let negative = minor.checked_neg().ok_or(LedgerError::Broken("an amount cannot be negated"))?;
        for (account, minor) in [(debit, minor), (credit, negative)] {
            tx.prepare_cached("INSERT INTO line(seq, account, minor, currency) VALUES(?1, ?2, ?3, ?4)")?
                .execute(params![self.seq, account, minor, self.currency])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
