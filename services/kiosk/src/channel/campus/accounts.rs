//! The accounts themselves: enrol, top up, debit, take back, refund. Blocking; each change is one durable
//! transaction and is done once however often it is asked for with the same number.

use std::fmt;
use std::path::Path;

use aws_lc_rs::hmac;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use super::schema::{self, CANTEEN, OFFICE};
use crate::till::{BadCurrency, CardUid, Currency, Money, Refund};

/// A shorter key could be guessed, and with it every uid (4 bytes) tried.
const KEY_LEN_MIN: usize = 16;

/// Why the accounts could not do it; nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CampusError {
    /// The key is too short.
    #[error(
        "the credential campus_card_key is shorter than 16 bytes: make a new one with `openssl rand -hex 32`"
    )]
    KeyTooShort,
    /// SQLite says no: disk full, file not ours, file locked.
    #[error("the campus accounts cannot be read or written, check the disk: {0}")]
    Store(#[from] rusqlite::Error),
    /// The file fails SQLite's own check.
    #[error("the campus accounts are damaged: restore them from the last backup")]
    Broken,
    /// Made by a newer version.
    #[error("the campus accounts have version {0}, which this program does not know: install the newer one")]
    OtherVersion(i64),
    /// No thread.
    #[error("no thread for the campus accounts: {0}")]
    Thread(std::io::Error),
    /// The card has an account already.
    #[error("this card has an account already")]
    AlreadyEnrolled,
    /// The card has none.
    #[error("this card has no account: enrol it first")]
    NotEnrolled,
    /// Zero or less, or beyond 64 bits.
    #[error("an amount must be more than nothing")]
    BadAmount,
    /// An entry holds no currency.
    #[error("the campus accounts hold a strange currency: restore them from the last backup")]
    BadCurrency(#[from] BadCurrency),
    /// The number was used for something else.
    #[error("this number was used for something else before: use a new one")]
    NumberUsed,
}

/// An account's number in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountId(i64);

/// What became of a debit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Debit {
    /// The money is the canteen's.
    Taken {
        /// Number of the ledger entry.
        entry: i64,
        /// How much.
        amount: Money,
    },
    /// Never asked for.
    None,
    /// Taken back, or closed before it was ever asked for.
    TakenBack,
    /// No account belongs to the card.
    CardUnknown,
    /// The account is blocked.
    CardBlocked,
    /// The balance is too small.
    TooLittle,
}

/// What became of a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undo {
    /// The money is back.
    Done,
    /// There is no such charge, or less is left of it.
    Refused,
}

/// The accounts' file, open.
pub struct Accounts {
    db: Connection,
    key: hmac::Key,
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Accounts")
    }
}

impl Accounts {
    /// Opens or makes the file. Several processes may have it open.
    ///
    /// # Errors
    /// [`CampusError`].
    pub fn open(file: &Path, key: &[u8]) -> Result<Self, CampusError> {
        if key.len() < KEY_LEN_MIN {
            return Err(CampusError::KeyTooShort);
        }
        let mut db = Connection::open(file)?;
        schema::prepare(&mut db)?;
        Ok(Self { db, key: hmac::Key::new(hmac::HMAC_SHA256, key) })
    }

    /// Makes an account for a card.
    ///
    /// # Errors
    /// [`CampusError::AlreadyEnrolled`], or the file.
    pub fn enrol(&mut self, card: &CardUid) -> Result<AccountId, CampusError> {
        let tag = self.tag(card);
        let change = begin(&mut self.db)?;
        if account(&change, &tag)?.is_some() {
            return Err(CampusError::AlreadyEnrolled);
        }
        change.execute("INSERT INTO account (card) VALUES (?1)", [&tag])?;
        let id = change.last_insert_rowid();
        change.commit()?;
        Ok(AccountId(id))
    }

    /// Blocks a lost card, or unblocks a found one.
    ///
    /// # Errors
    /// [`CampusError::NotEnrolled`], or the file.
    pub fn block(&mut self, card: &CardUid, blocked: bool) -> Result<(), CampusError> {
        let tag = self.tag(card);
        match self.db.execute("UPDATE account SET blocked = ?2 WHERE card = ?1", params![tag, blocked])? {
            0 => Err(CampusError::NotEnrolled),
            _one => Ok(()),
        }
    }

    /// Puts money onto a card's account, once per `number`, and answers the new balance.
    ///
    /// # Errors
    /// [`CampusError::NotEnrolled`], [`CampusError::BadAmount`], [`CampusError::NumberUsed`], or the file.
    pub fn top_up(&mut self, number: &str, card: &CardUid, amount: Money) -> Result<Money, CampusError> {
        let tag = self.tag(card);
        let change = begin(&mut self.db)?;
        let (id, _blocked) = account(&change, &tag)?.ok_or(CampusError::NotEnrolled)?;
        match entry(&change, number)? {
            Some(done) if done.kind == "top-up" && done.target == id && done.amount == amount => {}
            Some(_other) => return Err(CampusError::NumberUsed),
            None => move_money(&change, number, "top-up", OFFICE, id, amount, None).map(drop)?,
        }
        let balance = balance(&change, id, amount.currency())?;
        change.commit()?;
        Ok(balance)
    }

    /// What a card's account holds in a currency.
    ///
    /// # Errors
    /// [`CampusError::NotEnrolled`], or the file.
    pub fn balance(&mut self, card: &CardUid, currency: Currency) -> Result<Money, CampusError> {
        let tag = self.tag(card);
        let (id, _blocked) = account(&self.db, &tag)?.ok_or(CampusError::NotEnrolled)?;
        balance(&self.db, id, currency)
    }

    /// Takes money off a card's account, once per `number`.
    ///
    /// # Errors
    /// The file; then nothing was taken, or it was and [`Self::lookup`] says so.
    pub fn debit(&mut self, number: &str, card: &CardUid, amount: Money) -> Result<Debit, CampusError> {
        let tag = self.tag(card);
        let change = begin(&mut self.db)?;
        let before = fate(&change, number)?;
        if before != Debit::None {
            return Ok(before);
        }
        let Some((id, blocked)) = account(&change, &tag)? else { return Ok(Debit::CardUnknown) };
        if blocked {
            return Ok(Debit::CardBlocked);
        }
        if balance(&change, id, amount.currency())?.minor() < amount.minor() {
            return Ok(Debit::TooLittle);
        }
        let entry = move_money(&change, number, "charge", id, CANTEEN, amount, None)?;
        change.commit()?;
        Ok(Debit::Taken { entry, amount })
    }

    /// What became of the debit with this number.
    ///
    /// # Errors
    /// The file.
    pub fn lookup(&mut self, number: &str) -> Result<Debit, CampusError> {
        fate(&self.db, number)
    }

    /// Undoes a debit whole, or makes sure that it never happens; once or often.
    ///
    /// # Errors
    /// The file.
    pub fn take_back(&mut self, number: &str) -> Result<(), CampusError> {
        let change = begin(&mut self.db)?;
        if let Some(charge) = entry(&change, number)?.filter(|charge| charge.kind == "charge") {
            let left = left_of(&change, number, &charge)?;
            if left.minor() > 0 {
                let own = format!("{number}-take-back");
                move_money(&change, &own, "take-back", CANTEEN, charge.source, left, Some(number))?;
            }
        }
        change.execute("INSERT OR IGNORE INTO closed (number) VALUES (?1)", [number])?;
        change.commit()?;
        Ok(())
    }

    /// Sends back part or all of a charge, once per refund number.
    ///
    /// # Errors
    /// The file.
    pub fn refund(&mut self, number: &str, refund: &Refund) -> Result<Undo, CampusError> {
        let change = begin(&mut self.db)?;
        let Some(charge) = entry(&change, number)?.filter(|charge| charge.kind == "charge") else {
            return Ok(Undo::Refused);
        };
        if let Some(done) = entry(&change, refund.number.as_str())? {
            let same = done.kind == "refund"
                && done.amount == refund.amount
                && done.charge.as_deref() == Some(number);
            return Ok(if same { Undo::Done } else { Undo::Refused });
        }
        let left = left_of(&change, number, &charge)?;
        if left.currency() != refund.amount.currency() || left.minor() < refund.amount.minor() {
            return Ok(Undo::Refused);
        }
        let own = refund.number.as_str();
        move_money(&change, own, "refund", CANTEEN, charge.source, refund.amount, Some(number))?;
        change.commit()?;
        Ok(Undo::Done)
    }

    fn tag(&self, card: &CardUid) -> Vec<u8> {
        hmac::sign(&self.key, card.reveal()).as_ref().to_vec()
    }
}

struct Entry {
    id: i64,
    kind: String,
    source: i64,
    target: i64,
    amount: Money,
    charge: Option<String>,
}

fn begin(db: &mut Connection) -> Result<Transaction<'_>, CampusError> {
    // Immediate: the balance that is read here is the one that is written against.
    Ok(db.transaction_with_behavior(TransactionBehavior::Immediate)?)
}

fn account(db: &Connection, tag: &[u8]) -> Result<Option<(i64, bool)>, CampusError> {
    let mut ask = db.prepare_cached("SELECT id, blocked FROM account WHERE card = ?1")?;
    Ok(ask.query_row([tag], |row| Ok((row.get(0)?, row.get(1)?))).optional()?)
}

fn entry(db: &Connection, number: &str) -> Result<Option<Entry>, CampusError> {
    let mut ask = db.prepare_cached(
        "SELECT id, kind, source, target, minor, currency, charge FROM entry WHERE number = ?1",
    )?;
    let mut rows = ask.query([number])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let currency = Currency::parse(&row.get::<_, String>(5)?)?;
    Ok(Some(Entry {
        id: row.get(0)?,
        kind: row.get(1)?,
        source: row.get(2)?,
        target: row.get(3)?,
        amount: Money::new(row.get(4)?, currency),
        charge: row.get(6)?,
    }))
}

fn fate(db: &Connection, number: &str) -> Result<Debit, CampusError> {
    let closed: bool =
        db.query_row("SELECT EXISTS (SELECT 1 FROM closed WHERE number = ?1)", [number], |row| row.get(0))?;
    if closed {
        return Ok(Debit::TakenBack);
    }
    Ok(match entry(db, number)? {
        Some(entry) if entry.kind == "charge" => Debit::Taken { entry: entry.id, amount: entry.amount },
        Some(_other) => return Err(CampusError::NumberUsed),
        None => Debit::None,
    })
}

fn balance(db: &Connection, account: i64, currency: Currency) -> Result<Money, CampusError> {
    let minor = db
        .prepare_cached(
            "SELECT coalesce((SELECT sum(minor) FROM entry WHERE target = ?1 AND currency = ?2), 0)
                  - coalesce((SELECT sum(minor) FROM entry WHERE source = ?1 AND currency = ?2), 0)",
        )?
        .query_row(params![account, currency.code()], |row| row.get(0))?;
    Ok(Money::new(minor, currency))
}

/// What is left of a charge after refunds.
fn left_of(db: &Connection, number: &str, charge: &Entry) -> Result<Money, CampusError> {
    let back: i64 = db
        .prepare_cached("SELECT coalesce(sum(minor), 0) FROM entry WHERE charge = ?1")?
        .query_row([number], |row| row.get(0))?;
    let left = charge.amount.minor().checked_sub(back).ok_or(CampusError::Broken)?;
    Ok(Money::new(left, charge.amount.currency()))
}

fn move_money(
    db: &Connection,
    number: &str,
    kind: &str,
    source: i64,
    target: i64,
    amount: Money,
    charge: Option<&str>,
) -> Result<i64, CampusError> {
    if amount.minor() <= 0 {
        return Err(CampusError::BadAmount);
    }
    db.prepare_cached(
        "INSERT INTO entry (number, kind, source, target, minor, currency, charge)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![number, kind, source, target, amount.minor(), amount.currency().code(), charge])?;
    Ok(db.last_insert_rowid())
}
