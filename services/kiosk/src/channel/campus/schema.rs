//! The accounts' file: its tables, how older files become this version, and what must hold before it is used.
//!
//! Every movement is one row with a source and a target, so the sum over all accounts is zero by construction.
//! Rows are never changed; money that goes back is a row of its own.

use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::time::Duration;

use super::CampusError;

/// Version of the tables, in `user_version`.
const VERSION: i64 = 5;
/// How long another process (the office enrolling a card) may hold the file; each holds it for one transaction.
const BUSY_WITHIN: Duration = Duration::from_secs(5);

/// What cards carry that this file did not put there or take from there: loaded by the card office's encoder.
pub(super) const ELSEWHERE: i64 = 0;
/// Where topped-up money comes from.
pub(super) const OFFICE: i64 = 1;
/// Where charged money goes.
pub(super) const CANTEEN: i64 = 2;

/// Version 1: one card an account.
const FIRST: &str = "
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

/// Version 2: cards apart from accounts, purses, limits, the deny list; entries know their business day.
const SECOND: &str = "
CREATE TABLE card (
    tag BLOB PRIMARY KEY,
    account INTEGER NOT NULL REFERENCES account(id),
    purse INTEGER REFERENCES account(id),
    lost INTEGER NOT NULL DEFAULT 0 CHECK (lost IN (0, 1)),
    proof INTEGER NOT NULL DEFAULT 0 CHECK (proof IN (0, 1, 2)),
    counter INTEGER NOT NULL DEFAULT -1,
    bound_at REAL NOT NULL DEFAULT (unixepoch('subsec'))
) STRICT, WITHOUT ROWID;
INSERT INTO card (tag, account) SELECT card, id FROM account WHERE card IS NOT NULL;
CREATE TABLE account_2 (
    id INTEGER PRIMARY KEY,
    owner INTEGER REFERENCES account(id),
    blocked INTEGER NOT NULL DEFAULT 0 CHECK (blocked IN (0, 1)),
    once_max INTEGER CHECK (once_max >= 0),
    day_max INTEGER CHECK (day_max >= 0),
    pin_free_max INTEGER CHECK (pin_free_max >= 0),
    made_at REAL NOT NULL DEFAULT (unixepoch('subsec'))
) STRICT;
INSERT INTO account_2 (id, blocked, made_at) SELECT id, blocked, made_at FROM account;
INSERT INTO account_2 (id) VALUES (0);
DROP TABLE account;
ALTER TABLE account_2 RENAME TO account;
CREATE TABLE entry_2 (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL
        CHECK (kind IN ('top-up', 'charge', 'take-back', 'refund', 'elsewhere', 'carried')),
    source INTEGER NOT NULL REFERENCES account(id),
    target INTEGER NOT NULL REFERENCES account(id) CHECK (source <> target),
    minor INTEGER NOT NULL CHECK (minor > 0),
    currency TEXT NOT NULL,
    charge TEXT REFERENCES entry(number),
    day INTEGER NOT NULL,
    at REAL NOT NULL DEFAULT (unixepoch('subsec'))
) STRICT;
INSERT INTO entry_2 (id, number, kind, source, target, minor, currency, charge, day, at)
    SELECT id, number, kind, source, target, minor, currency, charge, CAST((at + 28800) / 86400 AS INTEGER), at
    FROM entry ORDER BY id;
DROP TABLE entry;
ALTER TABLE entry_2 RENAME TO entry;
CREATE INDEX entry_source ON entry(source, day);
CREATE INDEX entry_target ON entry(target, day);
CREATE INDEX entry_charge ON entry(charge);
CREATE TABLE purse (
    number TEXT PRIMARY KEY,
    card BLOB NOT NULL REFERENCES card(tag),
    state TEXT NOT NULL CHECK (state IN ('asked', 'armed', 'taken', 'spared', 'given-up', 'returned')),
    minor INTEGER NOT NULL CHECK (minor > 0),
    currency TEXT NOT NULL,
    day INTEGER NOT NULL,
    value_before INTEGER,
    counter_before INTEGER,
    asked_at REAL NOT NULL DEFAULT (unixepoch('subsec'))
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX purse_unproved ON purse(card) WHERE state IN ('armed', 'given-up');
CREATE INDEX purse_card ON purse(card);
CREATE TABLE denied (tag BLOB PRIMARY KEY) STRICT, WITHOUT ROWID;
CREATE TABLE deny_list (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL) STRICT;
INSERT INTO deny_list VALUES (1, 0);
";

/// Version 3: what stands good for a charge towards the back office, and when its word on the deny list was heard.
const THIRD: &str = "
CREATE TABLE pledge (
    number TEXT PRIMARY KEY REFERENCES entry(number),
    instrument TEXT NOT NULL,
    deny_list INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
ALTER TABLE deny_list ADD COLUMN heard_ms INTEGER NOT NULL DEFAULT 0;
";

/// Version 4: by what a card's own record of a debit is told from others, which purse a card has, and the terminal's
/// number of purchases.
const FOURTH: &str = "
ALTER TABLE purse ADD COLUMN mark BLOB;
ALTER TABLE card ADD COLUMN serial BLOB;
CREATE TABLE terminal (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    transactions INTEGER NOT NULL CHECK (transactions BETWEEN 0 AND 4294967295)
) STRICT;
INSERT INTO terminal VALUES (1, 0);
";

/// Version 5: what cards sign for others, the last day that was read out, and the terminal and its clock in marks; a
/// purchase that is open by now has neither.
const FIFTH: &str = "
CREATE TABLE settlement (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL UNIQUE REFERENCES purse(number),
    day INTEGER NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX settlement_day ON settlement(day);
CREATE TABLE settled (id INTEGER PRIMARY KEY CHECK (id = 1), day INTEGER NOT NULL) STRICT;
INSERT INTO settled VALUES (1, 0);
UPDATE purse SET mark = CAST(mark || zeroblob(13) AS BLOB) WHERE mark IS NOT NULL;
";

/// Each row is a fault, found by its sums: an account in debt, more sent back than was charged, a purse's debit that
/// its journal knows otherwise.
const FAULTS: &str = "
SELECT 'balance' FROM (
    SELECT account, currency, sum(minor) AS minor FROM (
        SELECT target AS account, currency, minor FROM entry
        UNION ALL SELECT source, currency, -minor FROM entry)
    GROUP BY account, currency)
WHERE account > 2 AND minor < 0
UNION ALL
SELECT 'back' FROM entry AS charge
WHERE kind = 'charge' AND minor < (SELECT coalesce(sum(minor), 0) FROM entry WHERE charge = charge.number)
UNION ALL
SELECT 'back of nothing' FROM entry AS back JOIN entry AS paid ON paid.number = back.charge
WHERE paid.kind <> 'charge' OR back.currency <> paid.currency
UNION ALL
SELECT 'purse' FROM purse LEFT JOIN entry ON entry.number = purse.number
WHERE purse.state IN ('taken', 'returned')
    AND (entry.kind IS NOT 'charge' OR entry.minor <> purse.minor OR entry.currency <> purse.currency)
    OR purse.state IN ('asked', 'armed', 'given-up') AND entry.number IS NOT NULL
";

/// Prepares a connection: durable, checked, with the tables of this version.
pub(super) fn prepare(db: &mut Connection) -> Result<(), CampusError> {
    db.busy_timeout(BUSY_WITHIN)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", "FULL")?;
    // Tables are made anew under their old names, which only works while nobody follows references.
    db.pragma_update(None, "foreign_keys", false)?;
    let change = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    migrate(&change)?;
    change.commit()?;
    db.pragma_update(None, "foreign_keys", true)?;
    check(db)
}

fn migrate(change: &Transaction<'_>) -> Result<(), CampusError> {
    let version: i64 = change.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if !(0..=VERSION).contains(&version) {
        return Err(CampusError::OtherVersion(version));
    }
    for (from, tables) in [(0, FIRST), (1, SECOND), (2, THIRD), (3, FOURTH), (4, FIFTH)] {
        if version <= from {
            change.execute_batch(tables)?;
        }
    }
    change.pragma_update(None, "user_version", VERSION)?;
    Ok(())
}

fn check(db: &Connection) -> Result<(), CampusError> {
    let sound: String = db.query_row("PRAGMA quick_check", [], |row| row.get(0))?;
    let dangling = db.prepare("PRAGMA foreign_key_check")?.exists([])?;
    if sound != "ok" || dangling || db.prepare(FAULTS)?.exists([])? {
        return Err(CampusError::Broken);
    }
    Ok(())
}

/// Makes a file as version 1 had it, for tests of the way from there.
#[cfg(test)]
pub(super) fn make_first(db: &Connection) -> Result<(), CampusError> {
    db.execute_batch(FIRST)?;
    db.pragma_update(None, "user_version", 1)?;
    Ok(())
}
