//! The ledger: every record in a hash chain, double-entry lines beside it, in one SQLite file with one writer.
//!
//! A write is durable when [`Ledger::append`] returns (WAL, `synchronous=FULL`). Opening checks everything; a file
//! that fails is refused, so that the till stays locked, and is never replaced by an empty one.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

use aws_lc_rs::digest;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Transaction, params};

use crate::offline::{Queue, Rules as OfflineRules};
use crate::promotion::Rules as Offers;
use crate::till::{AttemptNumber, Counters, Currency, Fate, PaymentId, Record, View, entry};

pub mod agreement;
mod cases;
mod check;
pub mod day;
pub mod desk;
pub mod finance;
pub mod member;
mod menu;
mod offers;
mod office;
pub mod offline;
pub mod promotion;
pub mod reader;
pub mod reconcile;
pub mod risk;
mod schema;
mod takings;

pub use cases::{Case, CaseKind};
pub use check::Checked;
pub use day::CloseError;
pub use reconcile::Changes;
pub use risk::Note;

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
    /// An offer was used up before its order could be written; nothing was.
    #[error("{0}")]
    Offer(String),
    /// An agreement does not allow a charge (any more); nothing was written.
    #[error("{0}")]
    Agreement(String),
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
    /// Payments that need no replay any more, to be written with the next records: a sync of its own would only
    /// make the next start quicker.
    settled: Vec<PaymentId>,
    /// By what offers are claimed and points earned.
    offers: Offers,
    /// Entries for the school's back office.
    offline: Queue,
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
        let mut db = Connection::open(path)?;
        schema::expect(&db)?;
        db.pragma_update(None, "journal_mode", "WAL")?;
        db.pragma_update(None, "synchronous", "FULL")?;
        db.pragma_update(None, "foreign_keys", "ON")?;
        schema::renew(&mut db)?;
        let (last, offline) = check::whole(&db, day::Depth::Newest, &mut check::Checked::default())?;
        let memory = check::memory(&db)?;
        let offers = Offers::default();
        Ok((Self { db, last, settled: Vec::new(), offers, offline, _lock: lock }, memory))
    }

    /// The ledger with the rules by which offers are claimed and points earned; without them there are none.
    #[must_use]
    pub fn with_offers(self, rules: Offers) -> Self {
        Self { offers: rules, ..self }
    }

    /// The ledger with the rules by which payments are taken while the school's back office is away.
    #[must_use]
    pub fn with_offline(self, rules: OfflineRules, currency: Currency) -> Self {
        Self { offline: self.offline.with_rules(rules, currency), ..self }
    }

    /// Entries for the school's back office, as they are durable.
    #[must_use]
    pub const fn offline(&self) -> &Queue {
        &self.offline
    }

    /// Writes records, their lines and the payments as they are now, all or nothing, durably: any number of payments'
    /// records in one commit, so that those who wait together wait for one sync of the disk.
    pub fn append(
        &mut self,
        now_ms: u64,
        records: &[Record],
        views: &[View],
        counters: Counters,
    ) -> Result<(), LedgerError> {
        self.append_noted(now_ms, records, &[], views, counters)
    }

    /// The same with what the risk rules are to remember, in the same commit.
    pub fn append_noted(
        &mut self,
        now_ms: u64,
        records: &[Record],
        notes: &[Note],
        views: &[View],
        counters: Counters,
    ) -> Result<(), LedgerError> {
        if records.is_empty() && notes.is_empty() {
            return Ok(());
        }
        let now_ms = i64::try_from(now_ms).unwrap_or(i64::MAX);
        let (mut seq, mut hash) = self.last.clone();
        let mut changes = Vec::new();
        let tx = self.db.transaction()?;
        for record in records {
            let text = serde_json::to_string(record)?;
            seq += 1;
            hash = chain(&hash, seq, &text);
            tx.prepare_cached("INSERT INTO event(seq, payment, record, chain) VALUES(?1, ?2, ?3, ?4)")?
                .execute(params![seq, record.payment().as_str(), text, hash])?;
            enter(&tx, now_ms, seq, record)?;
            offers::enter(&tx, &self.offers, now_ms, seq, record)?;
            changes.extend(offline::enter(&tx, now_ms, record)?);
            agreement::enter(&tx, now_ms, record)?;
        }
        for note in notes {
            risk::enter(&tx, note)?;
        }
        for view in views {
            tx.prepare_cached(
                "INSERT INTO payment(id, first_seq, view, open) VALUES(?1, ?2, ?3, 1)
                 ON CONFLICT(id) DO UPDATE SET view = excluded.view, open = 1",
            )?
            .execute(params![view.id.as_str(), seq, serde_json::to_string(view)?])?;
        }
        for id in &self.settled {
            if views.iter().all(|view| &view.id != id) {
                tx.prepare_cached("UPDATE payment SET open = 0 WHERE id = ?1")?
                    .execute(params![id.as_str()])?;
            }
        }
        tx.prepare_cached("UPDATE counter SET numbers = ?1, pickups = ?2")?
            .execute(params![i64::try_from(counters.numbers).unwrap_or(i64::MAX), counters.pickups])?;
        tx.commit()?;
        self.settled.clear();
        self.last = (seq, hash);
        for change in changes {
            match change {
                offline::Change::Appended(link) => self.offline.appended(*link),
                offline::Change::Answered(sequence, answer) => {
                    // What was answered is durable; one that was not the next is found by the next start's check.
                    if let Err(error) = self.offline.answered(sequence, answer) {
                        tracing::error!(%error, "offline");
                    }
                }
            }
        }
        Ok(())
    }

    /// Payments that need no replay at a later start; written with the next records, or by [`Self::flush`].
    pub fn settle(&mut self, ids: &[PaymentId]) {
        self.settled.extend_from_slice(ids);
    }

    /// Writes what [`Self::settle`] left, before a clean end. Lost by a power cut, it only costs the next start time.
    pub fn flush(&mut self) -> Result<(), LedgerError> {
        let tx = self.db.transaction()?;
        for id in &self.settled {
            tx.prepare_cached("UPDATE payment SET open = 0 WHERE id = ?1")?.execute(params![id.as_str()])?;
        }
        tx.commit()?;
        self.settled.clear();
        Ok(())
    }

    /// Whose a channel's order number, a refund's or a split's is.
    pub fn payment_of(&self, number: &AttemptNumber) -> Result<Option<PaymentId>, LedgerError> {
        let text: Option<String> = self
            .db
            .prepare_cached("SELECT payment FROM number WHERE number = ?1")?
            .query_row(params![number.as_str()], |row| row.get(0))
            .optional()?;
        text.map(|text| PaymentId::new(&text))
            .transpose()
            .map_err(|_no_id| LedgerError::Broken("a payment's id is none"))
    }

    /// Every record of a payment, in order.
    pub fn records_of(&self, id: &PaymentId) -> Result<Vec<Record>, LedgerError> {
        let mut rows = self.db.prepare_cached("SELECT record FROM event WHERE payment = ?1 ORDER BY seq")?;
        let texts = rows.query_map(params![id.as_str()], |row| row.get::<_, String>(0))?;
        texts.map(|text| Ok(serde_json::from_str(&text?)?)).collect()
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

    /// What staff must look at, oldest first.
    pub fn cases(&self, limit: u32) -> Result<Vec<Case>, LedgerError> {
        cases::open(&self.db, limit)
    }

    /// Whose payment an open case is about, and why it was opened.
    pub fn case_of(&self, seq: i64) -> Result<Option<(PaymentId, CaseKind)>, LedgerError> {
        cases::about(&self.db, seq)
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

/// The numbers that a record gives out, so that what a channel tells of one finds its payment.
fn numbers(record: &Record) -> Vec<&AttemptNumber> {
    match record {
        Record::Opening { attempt, .. } | Record::Charging { attempt, .. } => vec![&attempt.number],
        Record::Paid { fate: Fate::Returned(refund), .. } | Record::RefundAsked { refund, .. } => {
            vec![&refund.number]
        }
        Record::Free { number, .. } | Record::FreeReturned { number, .. } => vec![number],
        Record::Paid { fate: Fate::Accepted { split: Some(split), .. }, .. } => vec![&split.number],
        _ => Vec::new(),
    }
}

/// Numbers and double-entry lines of a record. The pair (number, event) is unique, so that nothing is booked twice.
fn enter(tx: &Transaction<'_>, now_ms: i64, seq: i64, record: &Record) -> Result<(), LedgerError> {
    for number in numbers(record) {
        tx.prepare_cached("INSERT INTO number(number, payment) VALUES(?1, ?2)")?
            .execute(params![number.as_str(), record.payment().as_str()])?;
    }
    cases::enter(tx, now_ms, seq, record)?;
    let Some(entry) = entry(record) else { return Ok(()) };
    tx.prepare_cached("INSERT INTO entry(seq, number, event, at_ms) VALUES(?1, ?2, ?3, ?4)")?
        .execute(params![seq, entry.number.as_str(), entry.event, now_ms])?;
    for (account, money) in &entry.lines {
        tx.prepare_cached("INSERT INTO line(seq, account, minor, currency) VALUES(?1, ?2, ?3, ?4)")?
            .execute(params![seq, account.name(), money.minor(), money.currency().code()])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
