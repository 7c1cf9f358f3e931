//! Members: how they are recognised, what they ordered, and their points, each change an entry that is made once.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::LedgerError;
use super::promotion::column;
use crate::member::{
    BadCode, Birthday, Entry, EntryKind, Handle, IdentityKind, MemberCode, MemberKey, Occasion, Points,
    PointsError, Rules, Token, occasions,
};
use crate::promotion::{Day, portion};
use crate::till::PaymentId;

/// Tiers look at the spending of so long, in milliseconds: 365 days.
const TIER_WINDOW_MS: u64 = 365 * 86_400_000;
/// One person's cards, tags and phones; more is somebody trying.
const IDENTITIES_MAX: i64 = 16;

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

/// Makes a member. Joining again with the same handle changes nothing.
pub fn join(
    tx: &Transaction<'_>,
    handle: &Handle,
    birthday: Option<Birthday>,
    now_ms: u64,
) -> Result<(), MemberError> {
    let (month, day) = birthday.map(Birthday::month_and_day).unzip();
    tx.prepare_cached(
        "INSERT INTO member(handle, birth_month, birth_day, joined) VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    )?
    .execute(params![handle.as_str(), month, day, column(now_ms)])?;
    Ok(())
}

/// Lets a card, tag or phone stand for a member.
///
/// # Errors
/// [`MemberError::Taken`], [`MemberError::TooMany`], [`MemberError::Unknown`].
pub fn bind(
    tx: &Transaction<'_>,
    handle: &Handle,
    kind: IdentityKind,
    token: &Token,
    now_ms: u64,
) -> Result<(), MemberError> {
    birthday(tx, handle)?;
    match by_token(tx, token)? {
        Some(owner) if owner == *handle => return Ok(()),
        Some(_other) => return Err(MemberError::Taken),
        None => {}
    }
    let has: i64 = tx
        .prepare_cached("SELECT COUNT(*) FROM member_identity WHERE handle = ?1")?
        .query_row(params![handle.as_str()], |row| row.get(0))?;
    if has >= IDENTITIES_MAX {
        return Err(MemberError::TooMany);
    }
    tx.prepare_cached("INSERT INTO member_identity(token, kind, handle, at) VALUES(?1, ?2, ?3, ?4)")?
        .execute(params![token.as_bytes(), kind.word(), handle.as_str(), column(now_ms)])?;
    Ok(())
}

/// A lost card or an old phone stands for nobody any more.
pub fn unbind(tx: &Transaction<'_>, token: &Token) -> Result<(), MemberError> {
    tx.prepare_cached("DELETE FROM member_identity WHERE token = ?1")?.execute(params![token.as_bytes()])?;
    Ok(())
}

/// The member that a card, tag or phone stands for.
pub fn by_token(db: &Connection, token: &Token) -> Result<Option<Handle>, MemberError> {
    let text: Option<String> = db
        .prepare_cached("SELECT handle FROM member_identity WHERE token = ?1")?
        .query_row(params![token.as_bytes()], |row| row.get(0))
        .optional()?;
    Ok(text.map(|text| Handle::new(&text)).transpose()?)
}

/// The member who shows a code; a code counts once, and none that is older than one used before.
///
/// # Errors
/// [`MemberError::Code`], [`MemberError::CodeUsed`], [`MemberError::Unknown`].
pub fn by_code(
    tx: &Transaction<'_>,
    key: &MemberKey,
    code: &MemberCode,
    now_ms: u64,
) -> Result<Handle, MemberError> {
    // A wrong code for no member and for a member are told alike, so that nobody learns who is one.
    let step = key.step(code, now_ms)?;
    birthday(tx, &code.handle)?;
    let new = tx
        .prepare_cached("UPDATE member SET last_step = ?2 WHERE handle = ?1 AND last_step < ?2")?
        .execute(params![code.handle.as_str(), column(step)])?;
    if new == 1 { Ok(code.handle.clone()) } else { Err(MemberError::CodeUsed) }
}

/// A member's birthday, where it was told; an error where there is no such member.
pub fn birthday(db: &Connection, handle: &Handle) -> Result<Option<Birthday>, MemberError> {
    let row: Option<(Option<u8>, Option<u8>)> = db
        .prepare_cached("SELECT birth_month, birth_day FROM member WHERE handle = ?1")?
        .query_row(params![handle.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (month, day) = row.ok_or(MemberError::Unknown)?;
    Ok(month.zip(day).and_then(|(month, day)| Birthday::new(month, day)))
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
    let birthday = birthday(tx, handle)?;
    let orders: i64 = tx
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
    let earned = if net > 0 { rules.earned(spent(tx, handle, now_ms)?, net, times, bonus) } else { 0 };
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
