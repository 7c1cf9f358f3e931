//! Is the ledger whole? Asked at every start, before the first order is taken.

use rusqlite::{Connection, Statement};
use time::Date;

use super::day::Depth;
use super::{LedgerError, Memory, chain};
use crate::offline::{Head, Queue, Rules};
use crate::till::{Counters, Currency, Record, entry};

/// How far a check came; where it fails, the fault lies in what comes next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// SQLite's own structure holds.
    pub structure: bool,
    /// Records that hold, from the first.
    pub records: i64,
    /// All lines add up to zero and belong to entries.
    pub sums: bool,
    /// Closed days that hold.
    pub days: u32,
    /// The last of them.
    pub last_day: Option<Date>,
    /// Every day that was to be checked holds.
    pub closes: bool,
}

/// Checks SQLite's structure, the chain of records, the sums of lines and the chain of offline entries; answers the
/// chain's end and the entries.
///
/// All of it is read at every start, and not only what came after the last close, though a close is chained to all
/// before it: a hash that was right yesterday says nothing about a disk that forgot a record since, and refunds and
/// balances are computed from old records too.
pub(super) fn whole(
    db: &Connection,
    depth: Depth,
    checked: &mut Checked,
) -> Result<((i64, Vec<u8>), Queue), LedgerError> {
    let verdict: String = db.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
    if verdict != "ok" {
        return Err(LedgerError::Broken("SQLite's integrity check"));
    }
    checked.structure = true;
    let (mut last, mut hash, mut offline) = (0_i64, Vec::new(), Head::START);
    let mut rows = db.prepare("SELECT seq, record, chain FROM event ORDER BY seq")?;
    let mut rows = rows.query([])?;
    let mut lines = db.prepare("SELECT account, minor, currency FROM line WHERE seq = ?1 ORDER BY rowid")?;
    while let Some(row) = rows.next()? {
        let (seq, text, kept): (i64, String, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if seq != last + 1 {
            return Err(LedgerError::Broken("a record is missing"));
        }
        hash = chain(&hash, seq, &text);
        if hash != kept {
            return Err(LedgerError::Broken("a record was changed"));
        }
        let record = booked(&mut lines, seq, &text)?;
        offline = super::offline::follow(offline, &record);
        last = seq;
        checked.records = seq;
    }
    let unbalanced: i64 = db.query_row(
        "SELECT COUNT(*) FROM (SELECT seq FROM line GROUP BY seq, currency HAVING SUM(minor) <> 0)",
        [],
        |row| row.get(0),
    )?;
    if unbalanced != 0 {
        return Err(LedgerError::Broken("its lines do not add up to zero"));
    }
    let foreign: i64 =
        db.query_row("SELECT COUNT(*) FROM line WHERE seq NOT IN (SELECT seq FROM entry)", [], |row| {
            row.get(0)
        })?;
    if foreign != 0 {
        return Err(LedgerError::Broken("a line belongs to no entry"));
    }
    checked.sums = true;
    super::day::verify(db, depth, |day| {
        checked.days = checked.days.saturating_add(1);
        checked.last_day = Some(day);
    })?;
    checked.closes = true;
    super::member::check(db)?;
    let queue = super::offline::queue(db, Rules::default(), Currency::CNY)?;
    if queue.head() != offline {
        return Err(LedgerError::Broken("the offline entries are not those that its records make"));
    }
    Ok(((last, hash), queue))
}

/// The record, if the lines beside it are those that it makes.
fn booked(lines: &mut Statement<'_>, seq: i64, text: &str) -> Result<Record, LedgerError> {
    let record: Record =
        serde_json::from_str(text).map_err(|_| LedgerError::Broken("a record cannot be read"))?;
    let expected: Vec<(String, i64, String)> = entry(&record)
        .map_or(Vec::new(), |entry| entry.lines)
        .into_iter()
        .map(|(account, money)| (account.name(), money.minor(), money.currency().to_string()))
        .collect();
    let kept = lines.query_map([seq], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let kept: Vec<(String, i64, String)> = kept.collect::<Result<_, _>>()?;
    if kept == expected { Ok(record) } else { Err(LedgerError::Broken("a record's lines are not its own")) }
}

/// What the till needs to go on.
pub(super) fn memory(db: &Connection) -> Result<Memory, LedgerError> {
    let (tag, numbers, pickups): (String, i64, u32) =
        db.query_row("SELECT tag, numbers, pickups FROM counter", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    let numbers = u64::try_from(numbers).map_err(|_| LedgerError::Broken("a counter is negative"))?;
    let mut rows = db.prepare(
        "SELECT record FROM event WHERE payment IN (SELECT id FROM payment WHERE open = 1) ORDER BY seq",
    )?;
    let texts = rows.query_map([], |row| row.get::<_, String>(0))?;
    let records: Result<Vec<Record>, LedgerError> = texts
        .map(|text| serde_json::from_str(&text?).map_err(|_| LedgerError::Broken("a record cannot be read")))
        .collect();
    Ok(Memory { tag, counters: Counters { numbers, pickups }, records: records? })
}
