//! Is the ledger whole? Asked at every start, before the first order is taken.

use rusqlite::Connection;

use super::{LedgerError, Memory, chain};
use crate::till::{Counters, Record};

/// Checks SQLite's structure, the chain of records and the sums of lines; answers the chain's end.
pub(super) fn whole(db: &Connection) -> Result<(i64, Vec<u8>), LedgerError> {
    let verdict: String = db.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
    if verdict != "ok" {
        return Err(LedgerError::Broken("SQLite's integrity check"));
    }
    let (mut last, mut hash) = (0_i64, Vec::new());
    let mut rows = db.prepare("SELECT seq, record, chain FROM event ORDER BY seq")?;
    let mut rows = rows.query([])?;
    while let Some(row) = rows.next()? {
        let (seq, text, kept): (i64, String, Vec<u8>) = (row.get(0)?, row.get(1)?, row.get(2)?);
        if seq != last + 1 {
            return Err(LedgerError::Broken("a record is missing"));
        }
        hash = chain(&hash, seq, &text);
        if hash != kept {
            return Err(LedgerError::Broken("a record was changed"));
        }
        last = seq;
    }
    let unbalanced: i64 = db.query_row(
        "SELECT COUNT(*) FROM (SELECT seq FROM line GROUP BY seq, currency HAVING SUM(minor) <> 0)",
        [],
        |row| row.get(0),
    )?;
    if unbalanced != 0 {
        return Err(LedgerError::Broken("its lines do not add up to zero"));
    }
    let unbooked: i64 = db.query_row(
        "SELECT COUNT(*) FROM entry WHERE (SELECT COUNT(*) FROM line WHERE line.seq = entry.seq) <> 2",
        [],
        |row| row.get(0),
    )?;
    if unbooked != 0 {
        return Err(LedgerError::Broken("an entry has lost a line"));
    }
    Ok((last, hash))
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
