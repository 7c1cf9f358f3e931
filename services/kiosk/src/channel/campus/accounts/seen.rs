//! What a purse holds, against what the accounts know of it.
//!
//! A purse that proves itself is believed, and its mirror follows it: loads and debits of other places come in so. One
//! that could be forged is believed only downwards; what it was loaded with comes from the card office. Of one that
//! proves its purchases and not what it holds, only the purchases are booked.

use rusqlite::{Connection, params};

use super::journal::{apply, keep_proof, unproved};
use super::{Accounts, CampusError, Movement, begin, book, today};
use crate::channel::campus::purse::state::{Event, Held};
use crate::channel::campus::schema::ELSEWHERE;
use crate::channel::campus::settlement::Evidence;
use crate::till::{CardUid, Currency, Money, PurseKind};

/// A debit that only its card knows about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenDebit {
    /// The attempt's number.
    pub number: String,
    /// What the purse held before.
    pub before: Held,
    /// How much, in minor units.
    pub amount: i64,
    /// What the card's own record of it is told by, where it was journalled.
    pub mark: Option<Vec<u8>>,
}

/// What a card said at a tap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// What lies on it.
    pub kind: PurseKind,
    /// The purse's own number, where it has one.
    pub serial: Option<Vec<u8>>,
    /// What it holds.
    pub held: Held,
    /// What proves its last transaction to others, where it says: a debit that turns out to have happened.
    pub last: Option<Evidence>,
    /// What became of the debit with this number.
    pub said: Option<(String, Event)>,
}

impl Accounts {
    /// The debit of this card that only the card knows about.
    ///
    /// # Errors
    /// The file.
    pub fn purse_open(&mut self, card: &CardUid) -> Result<Option<OpenDebit>, CampusError> {
        let tag = self.tag(card);
        let Some(row) = unproved(&self.db, &tag)? else { return Ok(None) };
        let before = row.before.ok_or(CampusError::Broken)?;
        Ok(Some(OpenDebit { number: row.number, before, amount: row.amount.minor(), mark: row.mark }))
    }

    /// Takes in what a purse holds: decides the debit that only the card knew about, and brings the account that
    /// mirrors the purse to its value. False where this card has another purse, and then nothing is done.
    ///
    /// # Errors
    /// The file, or the card is not enrolled.
    pub fn purse_seen(
        &mut self,
        card: &CardUid,
        seen: &Seen,
        currency: Currency,
    ) -> Result<bool, CampusError> {
        let (tag, token) = (self.tag(card), self.token(card));
        let serial = seen.serial.as_deref().map(|serial| self.keyed(serial));
        let sealed = match &seen.said {
            Some((number, Event::SeenDebited)) => self.sealed(number, seen.last.as_ref())?,
            _ => None,
        };
        let change = begin(&mut self.db)?;
        let known = book::card(&change, &tag)?.ok_or(CampusError::NotEnrolled)?;
        if known.serial.is_some() && known.serial != serial {
            return Ok(false);
        }
        if let (Some(row), Some((number, said))) = (unproved(&change, &tag)?, &seen.said)
            && row.number == *number
        {
            apply(&change, &row, *said)?;
            if *said == Event::SeenDebited {
                keep_proof(&change, &row.number, token, seen.last.as_ref(), sealed.as_ref())?;
                proved(&change, &tag, serial.as_deref())?;
            }
            if *said == Event::SeenUnclear {
                tracing::warn!("a purse does not say whether it was debited: staff must settle it");
            }
        }
        if unproved(&change, &tag)?.is_none() {
            let value = Money::new(seen.held.value, currency);
            match (seen.kind, known.purse) {
                (PurseKind::Desfire, None) => {
                    let purse = make_purse(&change, &tag, known.account, true)?;
                    mirror(&change, purse, value)?;
                }
                (PurseKind::Desfire, Some(purse)) => mirror(&change, purse, value)?,
                (PurseKind::Classic, Some(purse)) if !more(&change, purse, value)? => {
                    mirror(&change, purse, value)?;
                }
                (PurseKind::Epurse, None) => {
                    make_purse(&change, &tag, known.account, false)?;
                }
                (PurseKind::Classic | PurseKind::Epurse, _) => {}
            }
        }
        change.commit()?;
        Ok(true)
    }

    /// Whether the card office ever said that this card has a purse.
    ///
    /// # Errors
    /// The file.
    pub fn has_purse(&mut self, card: &CardUid) -> Result<bool, CampusError> {
        let tag = self.tag(card);
        Ok(book::card(&self.db, &tag)?.is_some_and(|card| card.purse.is_some()))
    }

    /// The card office loaded a purse that is believed only downwards, once per `number`; answers what the accounts
    /// know it to hold.
    ///
    /// # Errors
    /// [`CampusError::NotEnrolled`], [`CampusError::BadAmount`], [`CampusError::NumberUsed`], or the file.
    pub fn purse_loaded(
        &mut self,
        number: &str,
        card: &CardUid,
        amount: Money,
    ) -> Result<Money, CampusError> {
        let tag = self.tag(card);
        let change = begin(&mut self.db)?;
        let known = book::card(&change, &tag)?.ok_or(CampusError::NotEnrolled)?;
        let target = match known.purse {
            Some(purse) => purse,
            None => make_purse(&change, &tag, known.account, false)?,
        };
        match book::entry(&change, number)? {
            Some(done) if done.kind == "elsewhere" && done.target == target && done.amount == amount => {}
            Some(_other) => return Err(CampusError::NumberUsed),
            None => {
                let (source, kind, day) = (ELSEWHERE, "elsewhere", today(&change)?);
                Movement { number, kind, source, target, amount, charge: None, day }.book(&change)?;
            }
        }
        let balance = book::balance(&change, target, amount.currency())?;
        change.commit()?;
        Ok(balance)
    }
}

/// Whether a purse says that it holds more than the accounts know of.
pub(super) fn exceeds(
    db: &Connection,
    purse: Option<i64>,
    held: Held,
    amount: Money,
) -> Result<bool, CampusError> {
    let Some(purse) = purse else { return Ok(true) };
    more(db, purse, Money::new(held.value, amount.currency()))
}

fn more(db: &Connection, purse: i64, value: Money) -> Result<bool, CampusError> {
    Ok(value.minor() > book::balance(db, purse, value.currency())?.minor())
}

/// A purchase proved that the purse with this number has the school's key: the card is not taken for less again, nor
/// with another purse. Uids can be copied onto a card that is genuine, and its own purse would pay in another's name.
pub(super) fn proved(db: &Connection, tag: &[u8], serial: Option<&[u8]>) -> Result<(), CampusError> {
    if serial.is_some() {
        let bind = "UPDATE card SET proof = max(proof, 2), serial = coalesce(serial, ?2) WHERE tag = ?1";
        db.execute(bind, params![tag, serial])?;
    }
    Ok(())
}

/// What a purse is proved to have paid and its mirror does not hold came from elsewhere.
pub(super) fn cover(db: &Connection, purse: i64, amount: Money) -> Result<(), CampusError> {
    let held = book::balance(db, purse, amount.currency())?.minor();
    if held < amount.minor() { mirror(db, purse, amount) } else { Ok(()) }
}

/// Makes the account that mirrors a purse; `proved` where its card proves itself, and is not taken for less again.
fn make_purse(db: &Connection, tag: &[u8], owner: i64, proved: bool) -> Result<i64, CampusError> {
    db.execute("INSERT INTO account (owner) VALUES (?1)", [owner])?;
    let purse = db.last_insert_rowid();
    let proof = if proved { 2 } else { 0 };
    db.execute(
        "UPDATE card SET purse = ?2, proof = max(proof, ?3) WHERE tag = ?1",
        params![tag, purse, proof],
    )?;
    Ok(purse)
}

/// Brings the mirror of a purse to what the card proved: loads and debits of other places come in here.
fn mirror(db: &Connection, purse: i64, value: Money) -> Result<(), CampusError> {
    let known = book::balance(db, purse, value.currency())?.minor();
    let more = value.minor().checked_sub(known).ok_or(CampusError::OutOfRange)?;
    if more == 0 {
        return Ok(());
    }
    let (source, target) = if more > 0 { (ELSEWHERE, purse) } else { (purse, ELSEWHERE) };
    let serial: i64 = db.query_row("SELECT coalesce(max(id), 0) + 1 FROM entry", [], |row| row.get(0))?;
    let movement = Movement {
        number: &format!("elsewhere-{serial}"),
        kind: "elsewhere",
        source,
        target,
        amount: Money::new(more.checked_abs().ok_or(CampusError::OutOfRange)?, value.currency()),
        charge: None,
        day: today(db)?,
    };
    movement.book(db).map(drop)
}
