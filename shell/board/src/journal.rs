//! A board on disk: an append-only file of ops, each checked by itself. The only file here that does I/O.
//!
//! Format, little-endian: a header of 16 bytes (`DaisBord`, version 2 as u32, CRC-32C of those twelve bytes),
//! then records: length of the payload (u32), CRC-32C of that length and the payload (u32), the payload
//! (see `codec`). Nothing in the file is ever changed; only a torn last record is cut off.
use std::{
    collections::VecDeque,
    fs::{File, OpenOptions, TryLockError},
    io::{self, Read},
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
};

use crate::{
    codec::{decode, encode},
    op::Op,
    person::PersonId,
};

const MAGIC: &[u8; 8] = b"DaisBord";
const VERSION: u32 = 2;
const HEADER: usize = 16;
const RECORD_HEAD: usize = 8;
/// The shortest payload that can be an op.
const SHORTEST: usize = 6;
/// The longest record: rubbing out a full page in one sweep takes a few megabytes.
const LONGEST: usize = 64 << 20;
/// How much waits in memory while the disk takes nothing, in bytes: hours of a class writing.
const MOST_PENDING: usize = 256 << 20;
/// How much is written at a time, in bytes: a queue that has grown long must not need its double.
const BATCH: usize = 4 << 20;

/// Why a journal cannot be opened or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    #[error("the board's file {path} cannot be opened: check that the disk is there and may be written", path = .path.display())]
    Open { path: PathBuf, source: io::Error },
    #[error("the board's file {path} is in use: is another copy of the shell running?", path = .path.display())]
    InUse { path: PathBuf },
    #[error("{path} is not a board: move it away, or choose another folder", path = .path.display())]
    NotABoard { path: PathBuf },
    #[error("{path} was written by a newer version ({version}): update this device", path = .path.display())]
    Newer { path: PathBuf, version: u32 },
    #[error("{path} was written before the first release ({version}): move it away, or choose another folder", path = .path.display())]
    Older { path: PathBuf, version: u32 },
    #[error("the disk is full: delete something; the board is kept in memory and written as soon as it fits")]
    Full(#[source] io::Error),
    #[error(
        "the disk refuses to write: check it; the board is kept in memory and written as soon as it can be"
    )]
    Write(#[source] io::Error),
    #[error("the disk has taken nothing for too long: new ink is shown, but no longer kept for a restart")]
    TooFarBehind,
}

/// What was found when a journal was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Recovery {
    /// Whole records, all of which were read.
    pub records: usize,
    /// Bytes of a last record that was not written to its end (a power cut), now cut off.
    pub torn_bytes: u64,
    /// Bytes in the midst of the file that no longer are what was written (a failing disk). They are left
    /// where they are, and what follows them was read.
    pub damaged_bytes: u64,
}

impl Recovery {
    pub fn is_clean(&self) -> bool {
        self.torn_bytes == 0 && self.damaged_bytes == 0
    }
}

/// Where a journal's bytes go.
pub trait Medium {
    /// Writes all of `bytes` at a place in the file.
    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()>;
    /// Returns when everything written would outlive a power cut.
    fn sync(&mut self) -> io::Result<()>;
}

impl Medium for File {
    fn write_at(&mut self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.write_all_at(bytes, at)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_data()
    }
}

/// An open journal.
pub struct Journal<M = File> {
    medium: M,
    /// Up to here everything is on the disk.
    end: u64,
    pending: VecDeque<Vec<u8>>,
    pending_bytes: usize,
}

impl Journal<File> {
    /// Opens a board's file, or makes it, and reads what it holds. The file stays locked while it is open.
    pub fn open(path: &Path) -> Result<(Journal<File>, Vec<Op>, Recovery), JournalError> {
        let mut ops = Vec::new();
        let (journal, recovery) = Journal::open_each(path, |op| ops.push(op))?;
        Ok((journal, ops, recovery))
    }

    /// The same, one op at a time: a long lesson's ops need twice the memory of the board that they make.
    pub fn open_each(path: &Path, each: impl FnMut(Op)) -> Result<(Journal<File>, Recovery), JournalError> {
        let failed = |source| JournalError::Open { path: path.to_owned(), source };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => JournalError::InUse { path: path.to_owned() },
            TryLockError::Error(source) => failed(source),
        })?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(failed)?;
        let (recovery, end) = read(&bytes, path, each)?;
        if recovery.torn_bytes > 0 {
            file.set_len(end).map_err(failed)?;
            file.sync_all().map_err(failed)?;
        }
        let mut journal = Journal { medium: file, end, pending: VecDeque::new(), pending_bytes: 0 };
        if end == 0 {
            journal.pending.push_back(header());
            // The file's name must outlive a power cut as well.
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            File::open(folder.unwrap_or(Path::new(".")))
                .and_then(|folder| folder.sync_all())
                .map_err(failed)?;
        }
        Ok((journal, recovery))
    }
}

/// Reads a board's file that somebody else has open for writing, and changes nothing: a record that is just being
/// written at its end is left out.
pub fn read_journal(path: &Path, each: impl FnMut(Op)) -> Result<(), JournalError> {
    let bytes = std::fs::read(path).map_err(|source| JournalError::Open { path: path.to_owned(), source })?;
    read(&bytes, path, each).map(|_| ())
}

impl<M: Medium> Journal<M> {
    /// A new journal on an empty medium.
    pub fn new(medium: M) -> Journal<M> {
        Journal { medium, end: 0, pending: VecDeque::from([header()]), pending_bytes: 0 }
    }

    /// Queues an op. It is safe after the next [`Journal::flush`] that returns `Ok`.
    pub fn append(&mut self, op: &Op) -> Result<(), JournalError> {
        let record = record(&encode(op));
        if self.pending_bytes + record.len() > MOST_PENDING {
            return Err(JournalError::TooFarBehind);
        }
        self.pending_bytes += record.len();
        self.pending.push_back(record);
        Ok(())
    }

    /// Writes what is queued and waits until it would outlive a power cut. After an error everything not yet
    /// safe is still queued, for the same place in the file: call again later.
    pub fn flush(&mut self) -> Result<(), JournalError> {
        while !self.pending.is_empty() {
            let mut batch = Vec::new();
            let mut records = 0;
            for record in &self.pending {
                if records > 0 && batch.len() + record.len() > BATCH {
                    break;
                }
                batch.extend_from_slice(record);
                records += 1;
            }
            let written = self.medium.write_at(self.end, &batch).and_then(|()| self.medium.sync());
            written.map_err(|error| match error.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => JournalError::Full(error),
                _ => JournalError::Write(error),
            })?;
            self.end += batch.len() as u64;
            self.pending.drain(..records);
            self.pending_bytes = self.pending_bytes.saturating_sub(batch.len());
        }
        Ok(())
    }

    /// How many records are not on the disk yet.
    pub fn pending(&self) -> usize {
        self.pending.len()
    }
}

fn header() -> Vec<u8> {
    let mut header = MAGIC.to_vec();
    header.extend_from_slice(&VERSION.to_le_bytes());
    header.extend_from_slice(&crc32c::crc32c(&header).to_le_bytes());
    header
}

fn record(payload: &[u8]) -> Vec<u8> {
    let length = (payload.len() as u32).to_le_bytes();
    let check = crc32c::crc32c_append(crc32c::crc32c(&length), payload);
    let mut record = Vec::with_capacity(RECORD_HEAD + payload.len());
    record.extend_from_slice(&length);
    record.extend_from_slice(&check.to_le_bytes());
    record.extend_from_slice(payload);
    record
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// The whole record at a place, and where it ends.
fn record_at(bytes: &[u8], at: usize) -> Option<(Op, usize)> {
    let length =
        usize::try_from(number(bytes, at)?).ok().filter(|length| (SHORTEST..=LONGEST).contains(length))?;
    let (start, end) = (at + RECORD_HEAD, at + RECORD_HEAD + length);
    let payload = bytes.get(start..end)?;
    // A cheap look first: this is tried at every byte when looking for the record after a damaged one.
    PersonId::new(payload[0])?;
    let check = crc32c::crc32c_append(crc32c::crc32c(&bytes[at..at + 4]), payload);
    if Some(check) != number(bytes, at + 4) {
        return None;
    }
    decode(payload).ok().map(|op| (op, end))
}

/// Reads all records, and says where the last whole one ends.
fn read(bytes: &[u8], path: &Path, mut each: impl FnMut(Op)) -> Result<(Recovery, u64), JournalError> {
    let expected = header();
    let mut recovery = Recovery::default();
    if bytes.len() < HEADER {
        if !expected.starts_with(bytes) {
            return Err(JournalError::NotABoard { path: path.to_owned() });
        }
        recovery.torn_bytes = bytes.len() as u64;
        return Ok((recovery, 0));
    }
    let whole_header = number(bytes, 12) == Some(crc32c::crc32c(&bytes[..12])) && bytes.starts_with(MAGIC);
    match number(bytes, 8) {
        Some(version) if whole_header && version > VERSION => {
            return Err(JournalError::Newer { path: path.to_owned(), version });
        }
        Some(version) if whole_header && version < VERSION => {
            return Err(JournalError::Older { path: path.to_owned(), version });
        }
        _ => {}
    }
    let (mut at, mut end) = (HEADER, HEADER);
    while at < bytes.len() {
        match record_at(bytes, at) {
            Some((op, next)) => {
                each(op);
                recovery.records += 1;
                recovery.damaged_bytes += (at - end) as u64;
                (at, end) = (next, next);
            }
            None => at += 1,
        }
    }
    if !whole_header {
        // Records that check out are ours whatever became of the header; a file without any is not.
        if recovery.records == 0 {
            return Err(JournalError::NotABoard { path: path.to_owned() });
        }
        recovery.damaged_bytes += HEADER as u64;
    }
    recovery.torn_bytes = (bytes.len() - end) as u64;
    Ok((recovery, end as u64))
}
