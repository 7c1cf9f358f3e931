//! The rows: accounts, cards, entries, and what they add up to. Everything here runs inside a transaction of its caller.

use rusqlite::{Connection, OptionalExtension, params};

use super::CampusError;
use crate::channel::campus::limits::Limits;
use crate::channel::campus::schema::CANTEEN;
use crate::till::{Currency, Money};

/// A card and whose it is.
pub(super) struct CardRow {
    pub(super) account: i64,
    /// The account that mirrors the card's own purse, once one was seen.
    pub(super) purse: Option<i64>,
    pub(super) lost: bool,
    /// How it proves itself: 0 not at all, 1 by its taps, 2 by its purse.
    pub(super) proof: i64,
    /// The last tap's counter; below 0 before the first.
    pub(super) counter: i64,
    pub(super) blocked: bool,
    pub(super) denied: bool,
    /// Of an electronic purse that has paid: the number that its key is made from, keyed.
    pub(super) serial: Option<Vec<u8>>,
    /// What staff allowed this account apart from the rules.
    pub(super) own: [Option<i64>; 3],
}

pub(super) fn card(db: &Connection, tag: &[u8]) -> Result<Option<CardRow>, CampusError> {
    let mut ask = db.prepare_cached(
        "SELECT card.account, card.purse, card.lost, card.proof, card.counter, account.blocked,
                EXISTS (SELECT 1 FROM denied WHERE denied.tag = card.tag),
                account.once_max, account.day_max, account.pin_free_max, card.serial
         FROM card JOIN account ON account.id = card.account WHERE card.tag = ?1",
    )?;
    let found = ask.query_row([tag], |row| {
        Ok(CardRow {
            account: row.get(0)?,
            purse: row.get(1)?,
            lost: row.get(2)?,
            proof: row.get(3)?,
            counter: row.get(4)?,
            blocked: row.get(5)?,
            denied: row.get(6)?,
            own: [row.get(7)?, row.get(8)?, row.get(9)?],
            serial: row.get(10)?,
        })
    });
    Ok(found.optional()?)
}

impl CardRow {
    /// The rules for this account.
    pub(super) fn limits(&self, rules: &Limits) -> Limits {
        let [once, day, pin_free] = self.own;
        Limits {
            once_max: once.unwrap_or(rules.once_max),
            day_max: day.unwrap_or(rules.day_max),
            pin_free_max: pin_free.unwrap_or(rules.pin_free_max),
        }
    }
}

pub(super) struct Entry {
    pub(super) id: i64,
    pub(super) kind: String,
    pub(super) source: i64,
    pub(super) target: i64,
    pub(super) amount: Money,
    pub(super) charge: Option<String>,
}

pub(super) fn entry(db: &Connection, number: &str) -> Result<Option<Entry>, CampusError> {
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

pub(super) fn is_closed(db: &Connection, number: &str) -> Result<bool, CampusError> {
    Ok(db.prepare_cached("SELECT 1 FROM closed WHERE number = ?1")?.exists([number])?)
}

pub(super) fn balance(db: &Connection, account: i64, currency: Currency) -> Result<Money, CampusError> {
    let minor = db
        .prepare_cached(
            "SELECT coalesce((SELECT sum(minor) FROM entry WHERE target = ?1 AND currency = ?2), 0)
                  - coalesce((SELECT sum(minor) FROM entry WHERE source = ?1 AND currency = ?2), 0)",
        )?
        .query_row(params![account, currency.code()], |row| row.get(0))?;
    Ok(Money::new(minor, currency))
}

/// What an account and its purses were charged on a day and have not got back, in minor units.
pub(super) fn spent(db: &Connection, account: i64, day: i64, currency: Currency) -> Result<i64, CampusError> {
    let spent = db
        .prepare_cached(
            "SELECT coalesce(sum(minor), 0) - coalesce(sum(
                 (SELECT sum(minor) FROM entry AS back WHERE back.charge = entry.number)), 0)
             FROM entry WHERE kind = 'charge' AND day = ?2 AND currency = ?3
                 AND source IN (SELECT id FROM account WHERE id = ?1 OR owner = ?1)",
        )?
        .query_row(params![account, day, currency.code()], |row| row.get(0))?;
    Ok(spent)
}

/// What is left of a charge after refunds.
pub(super) fn left_of(db: &Connection, number: &str, charge: &Entry) -> Result<Money, CampusError> {
    let back: i64 = db
        .prepare_cached("SELECT coalesce(sum(minor), 0) FROM entry WHERE charge = ?1")?
        .query_row([number], |row| row.get(0))?;
    let left = charge.amount.minor().checked_sub(back).ok_or(CampusError::Broken)?;
    Ok(Money::new(left, charge.amount.currency()))
}

/// Where money goes back to: a purse's goes to its holder's account, because the card may be far away.
pub(super) fn home_of(db: &Connection, account: i64) -> Result<i64, CampusError> {
    let mut ask = db.prepare_cached("SELECT coalesce(owner, id) FROM account WHERE id = ?1")?;
    Ok(ask.query_row([account], |row| row.get(0))?)
}

/// Sends back what is left of a charge, once.
pub(super) fn take_back(db: &Connection, number: &str, day: i64) -> Result<(), CampusError> {
    let Some(charge) = entry(db, number)?.filter(|charge| charge.kind == "charge") else { return Ok(()) };
    let left = left_of(db, number, &charge)?;
    if left.minor() > 0 {
        let movement = Movement {
            number: &format!("{number}-take-back"),
            kind: "take-back",
            source: CANTEEN,
            target: home_of(db, charge.source)?,
            amount: left,
            charge: Some(number),
            day,
        };
        movement.book(db)?;
    }
    Ok(())
}

/// Money from one account to another.
pub(super) struct Movement<'a> {
    pub(super) number: &'a str,
    pub(super) kind: &'a str,
    pub(super) source: i64,
    pub(super) target: i64,
    pub(super) amount: Money,
    /// Which charge it sends back.
    pub(super) charge: Option<&'a str>,
    /// Business day, days since 1970 at GMT+8.
    pub(super) day: i64,
}

impl Movement<'_> {
    /// Writes it down and answers the entry's number.
    pub(super) fn book(&self, db: &Connection) -> Result<i64, CampusError> {
        if self.amount.minor() <= 0 {
            return Err(CampusError::BadAmount);
        }
        db.prepare_cached(
            "INSERT INTO entry (number, kind, source, target, minor, currency, charge, day)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            self.number,
            self.kind,
            self.source,
            self.target,
            self.amount.minor(),
            self.amount.currency().code(),
            self.charge,
            self.day
        ])?;
        Ok(db.last_insert_rowid())
    }
}
