//! The ledger's tables, how the file is made, and how ours is told from any other.

use std::fs::{self, File};
use std::path::Path;

use aws_lc_rs::rand;
use rusqlite::{Connection, params};

use super::LedgerError;

/// "DAIS" in ASCII, in SQLite's header.
const APPLICATION_ID: i64 = 0x4441_4953;
/// Raised with every change of the tables.
const VERSION: i64 = 3;
/// The oldest that can be brought up to it.
const OLDEST: i64 = 2;
/// Letters and digits of a tag; 8 of 36 make two kiosks of one merchant collide never in practice.
const TAG_LEN: usize = 8;
const TAG_LETTERS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

const TABLES: &str = "
CREATE TABLE event(seq INTEGER PRIMARY KEY, payment TEXT NOT NULL, record TEXT NOT NULL, chain BLOB NOT NULL) STRICT;
CREATE INDEX event_payment ON event(payment);
CREATE TABLE number(number TEXT PRIMARY KEY, payment TEXT NOT NULL) STRICT;
CREATE TABLE entry(seq INTEGER PRIMARY KEY REFERENCES event(seq), number TEXT NOT NULL REFERENCES number(number),
    event TEXT NOT NULL, at_ms INTEGER NOT NULL, UNIQUE(number, event)) STRICT;
CREATE INDEX entry_at ON entry(at_ms);
CREATE TABLE line(seq INTEGER NOT NULL REFERENCES entry(seq), account TEXT NOT NULL, minor INTEGER NOT NULL,
    currency TEXT NOT NULL) STRICT;
CREATE INDEX line_seq ON line(seq);
CREATE TABLE payment(id TEXT PRIMARY KEY, first_seq INTEGER NOT NULL, view TEXT NOT NULL, open INTEGER NOT NULL) STRICT;
CREATE INDEX payment_newest ON payment(first_seq);
CREATE TABLE counter(tag TEXT NOT NULL, numbers INTEGER NOT NULL, pickups INTEGER NOT NULL) STRICT;
";

/// Every module's tables beside the ledger's own; all lie in one file, so that one commit spans them.
const ALL_TABLES: &[&str] = &[
    TABLES,
    super::cases::TABLES,
    super::day::TABLES,
    super::finance::TABLES,
    super::reconcile::TABLES,
    super::promotion::TABLES,
    super::member::TABLES,
    super::risk::TABLES,
    super::agreement::TABLES,
    super::offline::TABLES,
    super::menu::TABLES,
];

/// Makes a new ledger under another name first, so that a power cut never leaves half of one under its own.
pub(super) fn make(path: &Path, new: &Path) -> Result<(), LedgerError> {
    match fs::remove_file(new) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let mut random = [0_u8; TAG_LEN];
    rand::fill(&mut random).map_err(|_| LedgerError::Io(std::io::Error::other("no random numbers")))?;
    let tag: String =
        random.iter().map(|b| char::from(TAG_LETTERS[usize::from(*b) % TAG_LETTERS.len()])).collect();
    let mut db = Connection::open(new)?;
    db.pragma_update(None, "synchronous", "FULL")?;
    let tx = db.transaction()?;
    for tables in ALL_TABLES {
        tx.execute_batch(tables)?;
    }
    tx.execute("INSERT INTO counter VALUES(?1, 0, 0)", params![tag])?;
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", VERSION)?;
    tx.commit()?;
    db.close().map_err(|(_, error)| error)?;
    fs::rename(new, path)?;
    if let Some(dir) = path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        File::open(dir)?.sync_all()?;
    }
    Ok(())
}

/// Brings an older ledger up to this version: whole, or not at all.
pub(super) fn renew(db: &mut Connection) -> Result<(), LedgerError> {
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == VERSION {
        return Ok(());
    }
    let tx = db.transaction()?;
    // Version 2 knew nothing of dishes that are sold out.
    tx.execute_batch(super::menu::TABLES)?;
    tx.pragma_update(None, "user_version", VERSION)?;
    Ok(tx.commit()?)
}

/// Refuses a file that is not a ledger of this version, or of one that can be brought up to it.
pub(super) fn expect(db: &Connection) -> Result<(), LedgerError> {
    let number = |name| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if number("application_id")? != APPLICATION_ID {
        return Err(LedgerError::Broken("it is not a Dais ledger"));
    }
    if !(OLDEST..=VERSION).contains(&number("user_version")?) {
        return Err(LedgerError::Broken("it was made by another version of Dais"));
    }
    Ok(())
}
