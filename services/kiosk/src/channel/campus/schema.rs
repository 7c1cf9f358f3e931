//! The accounts' file: its tables, and what must hold before it is used.
//!
//! Every movement is one row with a source and a target, so the sum over all accounts is zero by construction.
//! Rows are never changed; money that goes back is a row of its own.

use rusqlite::Connection;
use std::time::Duration;

use super::CampusError;

/// Version of the tables, in `user_version`.
const VERSION: i64 = 1;
/// How long another process (the office enrolling a card) may hold the file; each holds it for one transaction.
const BUSY_WITHIN: Duration = Duration::from_secs(5);

/// Where topped-up money comes from.
pub(super) const OFFICE: i64 = 1;
/// Where charged money goes.
pub(super) const CANTEEN: i64 = 2;

const TABLES: &str = "
CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    card BLOB UNIQUE,
    blocked INTEGER NOT NULL DEFAULT 0 CHECK (blocked IN (0, 1)),
    made_at REAL NOT NULL DEFAULT (unixepoch('subsec'))
) STRICT;
CREATE TABLE entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('top-up', 'charge', 'take-back', 'refund')),
    source INTEGER NOT NULL REFERENCES account(id),
    target INTEGER NOT NULL REFERENCES account(id) CHECK (source <> target),
    minor INTEGER NOT NULL CHECK (minor > 0),
    currency TEXT NOT NULL,
    charge TEXT REFERENCES entry(number),
    at REAL NOT NULL DEFAULT (unixepoch('subsec'))
) STRICT;
CREATE INDEX entry_source ON entry(source);
CREATE INDEX entry_target ON entry(target);
CREATE INDEX entry_charge ON entry(charge);
CREATE TABLE closed (number TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO account (id) VALUES (1), (2);
";

/// Prepares a connection: durable, checked, with the tables of this version.
pub(super) fn prepare(db: &mut Connection) -> Result<(), CampusError> {
    db.busy_timeout(BUSY_WITHIN)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    db.pragma_update(None, "foreign_keys", true)?;
    let change = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let version: i64 = change.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    match version {
        0 => {
            change.execute_batch(TABLES)?;
            change.pragma_update(None, "user_version", VERSION)?;
        }
        VERSION => {}
        other => return Err(CampusError::OtherVersion(other)),
    }
    change.commit()?;
    let check: String = db.query_row("PRAGMA quick_check", [], |row| row.get(0))?;
    if check == "ok" { Ok(()) } else { Err(CampusError::Broken) }
}
