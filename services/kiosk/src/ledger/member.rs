//! Members: how they are recognised, what they ordered, and their points, each change an entry that is made once.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::LedgerError;
use super::promotion::column;
use crate::member::{BadCode, Entry, EntryKind, Handle, Occasion, Points, PointsError, Rules, occasions};
use crate::promotion::{Day, portion};
use crate::till::PaymentId;

mod identity;

pub use identity::{bind, birthday, by_code, by_token, join, unbind};

/// Tiers look at the spending of so long, in milliseconds: 365 days.
const TIER_WINDOW_MS: u64 = 365 * 86_400_000;

/// The tables. `points_account` is a copy of the entries' sum, made in the same transaction; [`check`] compares them.
pub const TABLES: &str = "
CREATE TABLE member(handle TEXT PRIMARY KEY, birth_month INTEGER, birth_day INTEGER,
    last_step INTEGER NOT NULL DEFAULT -1, joined INTEGER NOT NULL) STRICT;
CREATE TABLE member_identity(token BLOB PRIMARY KEY, kind TEXT NOT NULL,
    handle TEXT NOT NULL REFERENCES member(handle), at INTEGER NOT NULL) STRICT;
CREATE INDEX member_identity_handle ON member_identity(handle);
CREATE TABLE member_order(payment TEXT PRIMARY KEY, handle TEXT NOT NULL REFERENCES member(handle),
    net INTEGER NOT NULL, refunded INTEGER NOT NULL DEFAULT 0, earned INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX member_order_handle ON member_order(handle, at);
CREATE TABLE points_entry(id INTEGER PRIMARY KEY, handle TEXT NOT NULL REFERENCES member(handle), kind TEXT NOT NULL,
    reference TEXT NOT NULL, entry TEXT NOT NULL, points INTEGER NOT NULL, at INTEGER NOT NULL,
    UNIQUE(handle, kind, reference)) STRICT;
CREATE TABLE points_account(handle TEXT PRIMARY KEY REFERENCES member(handle), state TEXT NOT NULL,
    balance INTEGER NOT NULL) STRICT;
";

/// Why a member could not be found or served. Roll the transaction back.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// Nobody.
    #[error("nobody is a member by this; join first")]
    Unknown,
    /// Someone else's.
    #[error("this card or phone belongs to another member")]
    Taken,
    /// More than one person has.
    #[error("a member has at most 16 cards and phones; remove one first")]
    TooMany,
    /// Not valid.
    #[error(transparent)]
    Code(#[from] BadCode),
    /// Valid, and used before, or a later one was.
    #[error("this member code was used before; wait for the next one, at most 30 seconds")]
    CodeUsed,
    /// Not a phone number.
    #[error("this is no phone number; write it with its country code, as +86 138 0000 0000")]
    NoPhone,
    /// Not a day.
    #[error("a birthday is written as 05-31, or left empty")]
    NoBirthday,
    /// The machine has no random numbers.
    #[error("the machine has no random numbers yet; try again")]
    NoEntropy,
    /// More goes back than was paid.
    #[error("more would go back than the member paid")]
    RefundTooLarge,
    /// Too few points.
    #[error(transparent)]
    Points(#[from] PointsError),
    /// The tables.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl From<rusqlite::Error> for MemberError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Ledger(error.into())
    }
}

/// A member's points.
pub fn points(db: &Connection, handle: &Handle) -> Result<Points, LedgerError> {
    let state: Option<String> = db
        .prepare_cached("SELECT state FROM points_account WHERE handle = ?1")?
        .query_row(params![handle.as_str()], |row| row.get(0))
        .optional()?;
    Ok(state.map(|state| serde_json::from_str(&state)).transpose()?.unwrap_or_default())
}

/// Net spending within the last 365 days, in minor units, for the tier.
pub fn spent(db: &Connection, handle: &Handle, now_ms: u64) -> Result<i64, LedgerError> {
    Ok(db
        .prepare_cached(
            "SELECT COALESCE(SUM(net - refunded), 0) FROM member_order WHERE handle = ?1 AND at > ?2",
        )?
        .query_row(params![handle.as_str(), column(now_ms.saturating_sub(TIER_WINDOW_MS))], |row| {
            row.get(0)
        })?)
}

/// Enters points once for each (kind, reference); answers whether it was new.
fn enter(
    tx: &Transaction<'_>,
    handle: &Handle,
    reference: &str,
    entry: &Entry,
    now_ms: u64,
) -> Result<bool, MemberError> {
    let new = tx
        .prepare_cached(
            "INSERT INTO points_entry(handle, kind, reference, entry, points, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            handle.as_str(),
            entry.kind.word(),
            reference,
            serde_json::to_string(entry).map_err(LedgerError::from)?,
            entry.points,
            column(now_ms)
        ])?;
    if new == 0 {
        return Ok(false);
    }
    let mut points = points(tx, handle)?;
    points.apply(entry)?;
    tx.prepare_cached(
        "INSERT INTO points_account(handle, state, balance) VALUES(?1, ?2, ?3)
         ON CONFLICT(handle) DO UPDATE SET state = excluded.state, balance = excluded.balance",
    )?
    .execute(params![
        handle.as_str(),
        serde_json::to_string(&points).map_err(LedgerError::from)?,
        points.balance()
    ])?;
    Ok(true)
}

/// Enters the points whose time is over.
pub fn expire(tx: &Transaction<'_>, handle: &Handle, now_ms: u64) -> Result<(), MemberError> {
    if let Some(entry) = points(tx, handle)?.expire(now_ms) {
        enter(tx, handle, &now_ms.to_string(), &entry, now_ms)?;
    }
    Ok(())
}

/// Spends the points of a price, in the transaction that writes the order; once for each payment.
///
/// # Errors
/// [`MemberError::Points`]: fewer are left than when the price was shown.
pub fn spend(
    tx: &Transaction<'_>,
    handle: &Handle,
    payment: &PaymentId,
    count: i64,
    now_ms: u64,
) -> Result<(), MemberError> {
    if has(tx, handle, EntryKind::Spent, payment.as_str())? {
        return Ok(());
    }
    expire(tx, handle, now_ms)?;
    let entry = points(tx, handle)?.spend(count, now_ms)?;
    enter(tx, handle, payment.as_str(), &entry, now_ms)?;
    Ok(())
}

fn has(tx: &Transaction<'_>, handle: &Handle, kind: EntryKind, reference: &str) -> Result<bool, LedgerError> {
    let mut query =
        tx.prepare_cached("SELECT 1 FROM points_entry WHERE handle = ?1 AND kind = ?2 AND reference = ?3")?;
    Ok(query.exists(params![handle.as_str(), kind.word(), reference])?)
}

/// A member's order was paid: it counts for the tier and earns points, once for each payment. Answers the points.
///
/// # Errors
/// [`MemberError`].
pub fn earn(
    tx: &Transaction<'_>,
    handle: &Handle,
    payment: &PaymentId,
    net: i64,
    rules: &Rules,
    now_ms: u64,
) -> Result<i64, MemberError> {
    let before: Option<i64> = tx
        .prepare_cached("SELECT earned FROM member_order WHERE payment = ?1")?
        .query_row(params![payment.as_str()], |row| row.get(0))
        .optional()?;
    if let Some(earned) = before {
        return Ok(earned);
    }
    let earned = would_earn(tx, handle, net, rules, now_ms)?;
    tx.prepare_cached(
        "INSERT INTO member_order(payment, handle, net, earned, at) VALUES(?1, ?2, ?3, ?4, ?5)",
    )?
    .execute(params![payment.as_str(), handle.as_str(), net, earned, column(now_ms)])?;
    if earned > 0 {
        let expires_ms = rules.expiry_ms(now_ms);
        let entry = Entry { kind: EntryKind::Earned, points: earned, expires_ms };
        enter(tx, handle, payment.as_str(), &entry, now_ms)?;
    }
    Ok(earned)
}

/// The points that a member's next order earns when it is paid with so much.
///
/// # Errors
/// [`MemberError::Unknown`].
pub fn would_earn(
    db: &Connection,
    handle: &Handle,
    net: i64,
    rules: &Rules,
    now_ms: u64,
) -> Result<i64, MemberError> {
    let birthday = birthday(db, handle)?;
    let orders: i64 = db
        .prepare_cached("SELECT COUNT(*) FROM member_order WHERE handle = ?1")?
        .query_row(params![handle.as_str()], |row| row.get(0))?;
    let number = u32::try_from(orders).unwrap_or(u32::MAX).saturating_add(1);
    let (mut times, mut bonus) = (1, 0_u32);
    for occasion in occasions(rules, birthday, number, Day::of(now_ms)) {
        match occasion {
            Occasion::Birthday { times: more } => times = more,
            Occasion::NthOrder { points, .. } => bonus = bonus.saturating_add(points),
        }
    }
    // An order that cost nothing earns nothing, not even a bonus: there would be no money to take it back with.
    Ok(if net > 0 { rules.earned(spent(db, handle, now_ms)?, net, times, bonus) } else { 0 })
}

/// What a refund did to a member's points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Refunded {
    /// Points taken back.
    pub clawed_back: i64,
    /// Points given back.
    pub given_back: i64,
    /// Points that the member owes now: tell it on the receipt.
    pub owes: i64,
}

/// One refund of a member's order.
#[derive(Clone, Copy, Debug)]
pub struct PointsRefund<'a> {
    /// The order.
    pub payment: &'a PaymentId,
    /// The refund's own number; the same again changes nothing.
    pub number: &'a str,
    /// Money that goes back, in minor units.
    pub money: i64,
    /// Points that go back, from [`crate::promotion::GivenBack`].
    pub points: i64,
}

/// Takes back the points that refunded money had earned, and gives back those that were spent on it.
///
/// # Errors
/// [`MemberError::RefundTooLarge`] and others.
pub fn refund(
    tx: &Transaction<'_>,
    refund: &PointsRefund<'_>,
    rules: &Rules,
    now_ms: u64,
) -> Result<Refunded, MemberError> {
    let row: Option<(String, i64, i64, i64)> = tx
        .prepare_cached("SELECT handle, net, refunded, earned FROM member_order WHERE payment = ?1")?
        .query_row(params![refund.payment.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
        })
        .optional()?;
    let (handle, net, before, earned) = row.ok_or(MemberError::Unknown)?;
    let handle = Handle::new(&handle)?;
    if has(tx, &handle, EntryKind::ClawedBack, refund.number)? {
        return Ok(Refunded::default());
    }
    let after = before.checked_add(refund.money).filter(|after| refund.money >= 0 && *after <= net);
    let after = after.ok_or(MemberError::RefundTooLarge)?;
    let part = |refunded| if net == 0 { Some(0) } else { portion(earned, refunded, net) };
    let taken = part(after).zip(part(before)).and_then(|(after, before)| after.checked_sub(before));
    tx.prepare_cached("UPDATE member_order SET refunded = ?2 WHERE payment = ?1")?
        .execute(params![refund.payment.as_str(), after])?;
    let given = Entry {
        kind: EntryKind::GivenBack,
        points: refund.points.max(0),
        expires_ms: rules.expiry_ms(now_ms),
    };
    if given.points > 0 {
        enter(tx, &handle, refund.number, &given, now_ms)?;
    }
    let (entry, owes) = points(tx, &handle)?.claw_back(taken.ok_or(MemberError::RefundTooLarge)?)?;
    enter(tx, &handle, refund.number, &entry, now_ms)?;
    Ok(Refunded { clawed_back: entry.points.saturating_neg(), given_back: given.points, owes })
}

/// An order that spent points ended without being paid: they come back as they were spent, once.
pub fn give_back(
    tx: &Transaction<'_>,
    handle: &Handle,
    payment: &PaymentId,
    rules: &Rules,
    now_ms: u64,
) -> Result<(), MemberError> {
    let spent: Option<i64> = tx
        .prepare_cached(
            "SELECT points FROM points_entry WHERE handle = ?1 AND kind = 'spent' AND reference = ?2",
        )?
        .query_row(params![handle.as_str(), payment.as_str()], |row| row.get(0))
        .optional()?;
    if let Some(spent) = spent {
        let expires_ms = rules.expiry_ms(now_ms);
        let entry = Entry { kind: EntryKind::GivenBack, points: spent.saturating_neg(), expires_ms };
        enter(tx, handle, payment.as_str(), &entry, now_ms)?;
    }
    Ok(())
}

/// Whether every account is the sum of its entries. Asked at the start, with the ledger's own checks.
///
/// # Errors
/// [`LedgerError::Broken`].
pub fn check(db: &Connection) -> Result<(), LedgerError> {
    let differs: i64 = db.query_row(
        "SELECT COUNT(*) FROM points_account AS a
         WHERE a.balance <> (SELECT COALESCE(SUM(points), 0) FROM points_entry AS e WHERE e.handle = a.handle)",
        [],
        |row| row.get(0),
    )?;
    if differs == 0 { Ok(()) } else { Err(LedgerError::Broken("points are not the sum of their entries")) }
}

#[cfg(test)]
mod tests;
