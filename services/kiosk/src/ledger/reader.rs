//! The ledger read beside a running till: one snapshot, no lock of the till's, not a byte written.
//!
//! A till that runs keeps its newest records in the file `-wal` beside the ledger, and SQLite lets any number of readers
//! see one state of both while it writes. Where there is no such file, no till runs, and SQLite would make one for us
//! (for a folder that we may write) or give up (for a copy on a read-only disk): then the ledger is opened as
//! *immutable*, which makes and locks nothing. Should a till start meanwhile, what was read may be of two times, so it
//! is thrown away and read again.

use std::fs::{self, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};
use time::Date;

use super::check::{self, Checked};
use super::day::{self, Depth};
use super::finance::{self, Wanted};
use super::{Case, LedgerError, beside, cases, schema};
use crate::finance::{Balance, DayClose, EntryId, Posting};
use crate::till::Record;

/// How often it is read anew because a till started meanwhile: a till starts once, and only a crash loop twice.
const READ_TRIES: u32 = 3;

/// Why the ledger cannot be read. The texts are for the one at the keyboard.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// No such file.
    #[error("there is no ledger at {0}; name it with --ledger FILE, or let the till start once")]
    Missing(PathBuf),
    /// Not for this user.
    #[error("{0} may not be read by this user; ask as root or as the till's user")]
    Forbidden(PathBuf),
    /// The file is not ours, or nothing of it is left.
    #[error(
        "{0} is no ledger of this Dais ({1}); check the path and the version; if it was one, it is destroyed: keep it, \
         and restore a copy"
    )]
    NotOurs(PathBuf, &'static str),
    /// What it says does not hold.
    #[error("the ledger does not hold: {0}")]
    Broken(&'static str),
    /// SQLite cannot get at it.
    #[error(
        "the ledger cannot be opened; a copy needs the file -wal beside it, where there is one, and then a folder that \
         may be written"
    )]
    Unreadable(#[source] LedgerError),
    /// The till starts and ends all the time.
    #[error(
        "a till started while the ledger was read, {READ_TRIES} times; look whether it keeps crashing, then ask again"
    )]
    Moving,
    /// The file system.
    #[error("the ledger's file cannot be looked at")]
    Io(#[from] io::Error),
}

impl From<LedgerError> for ReadError {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Broken(what) => Self::Broken(what),
            other => Self::Unreadable(other),
        }
    }
}

/// A snapshot of a ledger.
#[derive(Debug)]
pub struct Reader {
    db: Connection,
}

/// One thing that moved money on a day, with the record that says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// The record's number in the ledger.
    pub seq: i64,
    /// When, milliseconds since 1970 UTC.
    pub at_ms: i64,
    /// The record.
    pub record: Record,
}

/// Asks one snapshot of the ledger at `path`.
///
/// # Errors
/// [`ReadError`], or what `question` answers.
pub fn read<T, E: From<ReadError>>(path: &Path, question: impl Fn(&Reader) -> Result<T, E>) -> Result<T, E> {
    let opened = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => ReadError::Missing(path.to_owned()),
        io::ErrorKind::PermissionDenied => ReadError::Forbidden(path.to_owned()),
        _other => error.into(),
    };
    for _try in 0..READ_TRIES {
        let before = path.metadata().map_err(opened)?;
        if !before.is_file() || before.len() == 0 {
            return Err(ReadError::NotOurs(path.to_owned(), "it is empty or no file").into());
        }
        fs::File::open(path).map_err(opened)?;
        let live = beside(path, "-wal").exists();
        let answer = Reader::open(path, live).map_err(E::from).and_then(|reader| question(&reader));
        // An error may come of two times as well as an answer.
        if live || stood_still(path, &before) {
            return answer;
        }
    }
    Err(ReadError::Moving.into())
}

/// Whether no till has started since.
fn stood_still(path: &Path, before: &Metadata) -> bool {
    let key = |file: &Metadata| (file.ino(), file.len(), file.mtime(), file.mtime_nsec());
    !beside(path, "-wal").exists() && path.metadata().is_ok_and(|now| key(&now) == key(before))
}

impl Reader {
    fn open(path: &Path, live: bool) -> Result<Self, ReadError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = if live {
            Connection::open_with_flags(path, flags)
        } else {
            Connection::open_with_flags(immutable(path), flags | OpenFlags::SQLITE_OPEN_URI)
        };
        let db = db.map_err(LedgerError::from)?;
        let begun = db.pragma_update(None, "query_only", true).and_then(|()| db.execute_batch("BEGIN"));
        begun.map_err(LedgerError::from)?;
        // The first question takes the snapshot.
        match schema::expect(&db) {
            Ok(()) => Ok(Self { db }),
            Err(LedgerError::Broken(what)) => Err(ReadError::NotOurs(path.to_owned(), what)),
            Err(other) => Err(other.into()),
        }
    }

    /// What lies on every account up to and with a day.
    ///
    /// # Errors
    /// [`ReadError::Broken`] where it does not add up.
    pub fn trial_balance(&self, to: Date) -> Result<Vec<Balance>, ReadError> {
        Ok(finance::trial(&self.db, to)?.rows)
    }

    /// The postings of some days; holds them all in memory, some 200 bytes each.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn postings(&self, from: Date, to: Date) -> Result<Vec<Posting>, ReadError> {
        Ok(finance::postings(&self.db, &Wanted { from, to, account: None })?)
    }

    /// The closed days from the first to the last.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn days(&self, from: Date, to: Date) -> Result<Vec<DayClose>, ReadError> {
        let closes = day::closes(&self.db)?;
        let mut days = Vec::new();
        for closed in closes.iter().filter(|closed| closed.day >= from && closed.day <= to) {
            days.extend(day::closed(&self.db, closed.day)?);
        }
        Ok(days)
    }

    /// Cases that nobody has closed, oldest first.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn cases(&self, limit: u32) -> Result<Vec<Case>, ReadError> {
        Ok(cases::open(&self.db, limit)?)
    }

    /// Everything that was booked on a day by the till, in order; the same entries as in the journal.
    ///
    /// # Errors
    /// [`ReadError`].
    pub fn moved(&self, day: Date) -> Result<Vec<Moved>, ReadError> {
        let mut moved: Vec<Moved> = Vec::new();
        let mut record = self
            .db
            .prepare("SELECT at_ms, record FROM entry JOIN event USING(seq) WHERE seq = ?1")
            .map_err(LedgerError::from)?;
        for posting in self.postings(day, day)? {
            let EntryId::Till(seq) = posting.entry else { continue };
            if moved.last().is_none_or(|last| last.seq != seq) {
                let (at_ms, text): (i64, String) = record
                    .query_row([seq], |row| Ok((row.get(0)?, row.get(1)?)))
                    .map_err(LedgerError::from)?;
                let record = serde_json::from_str(&text)
                    .map_err(|_no_record| ReadError::Broken("a record cannot be read"))?;
                moved.push(Moved { seq, at_ms, record });
            }
        }
        Ok(moved)
    }

    /// Checks everything: SQLite's structure, the chain of all records, their lines, and every closed day. Answers how
    /// far it came, and what does not hold there.
    pub fn verify(&self) -> (Checked, Result<(), ReadError>) {
        let mut checked = Checked::default();
        let whole = check::whole(&self.db, Depth::All, &mut checked);
        (checked, whole.map(|_last| ()).map_err(ReadError::from))
    }
}

/// The path as a URI by which SQLite makes and locks nothing. Source: sqlite.org/uri.html.
fn immutable(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                uri.push(char::from(*byte))
            }
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    uri
}

#[cfg(test)]
mod tests;
