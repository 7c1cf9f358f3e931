//! What offers have been used: vouchers once, coupons within their limits, and the campaigns' funnel. Claimed in the
//! transaction that writes the order, so that an order and what it used up stand or fall together.

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::LedgerError;
use crate::member::Token;
use crate::promotion::{
    Counts, Coupon, FunnelEvent, NotApplicable, Presented, Priced, REFERENCE_LEN_MAX, Rules, STEPS, Serial,
    Source, Step, reward,
};
use crate::till::PaymentId;

/// The tables. `voucher` and `coupon_use` hold what is used now; `offer_history` what was ever claimed and given back.
pub const TABLES: &str = "
CREATE TABLE voucher(serial BLOB PRIMARY KEY, payment TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX voucher_payment ON voucher(payment);
CREATE TABLE coupon_use(coupon TEXT NOT NULL, payment TEXT NOT NULL, member BLOB, at INTEGER NOT NULL,
    PRIMARY KEY(coupon, payment)) STRICT;
CREATE INDEX coupon_use_member ON coupon_use(coupon, member);
CREATE INDEX coupon_use_payment ON coupon_use(payment);
CREATE TABLE coupon_grant(coupon TEXT NOT NULL, member BLOB NOT NULL, reference TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY(coupon, member, reference)) STRICT;
CREATE TABLE offer_history(id INTEGER PRIMARY KEY, payment TEXT NOT NULL, source TEXT NOT NULL,
    what TEXT NOT NULL CHECK(what IN ('claimed', 'given back')), at INTEGER NOT NULL) STRICT;
CREATE INDEX offer_history_payment ON offer_history(payment);
CREATE TABLE funnel(campaign TEXT NOT NULL, step TEXT NOT NULL, subject BLOB NOT NULL, reference TEXT NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY(campaign, step, subject, reference)) STRICT, WITHOUT ROWID;
CREATE INDEX funnel_subject ON funnel(subject);
CREATE TABLE attribution_opt_out(subject BLOB PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
";

/// Why an offer could not be claimed. Roll the transaction back: parts of it may have been.
#[derive(Debug, thiserror::Error)]
pub enum ClaimError {
    /// Used by another order.
    #[error("the voucher {0} was used before")]
    VoucherUsed(Serial),
    /// A limit is reached.
    #[error(transparent)]
    Coupon(#[from] NotApplicable),
    /// The rules know it no more.
    #[error("the coupon {0:?} is not in the rules; price the order again")]
    UnknownCoupon(String),
    /// The tables.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl From<rusqlite::Error> for ClaimError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Ledger(error.into())
    }
}

/// Milliseconds as a column keeps them.
pub(super) fn column(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

/// A coupon with how often it was used, for [`crate::promotion::price`].
pub fn presented<'a>(
    db: &Connection,
    coupon: &'a Coupon,
    member: Option<&Token>,
) -> Result<Presented<'a>, LedgerError> {
    let count = |sql: &str, member: Option<&Token>| -> Result<u32, LedgerError> {
        let mut query = db.prepare_cached(sql)?;
        let member = member.map(Token::as_bytes);
        let count: i64 = match member {
            Some(member) => query.query_row(params![coupon.id, member], |row| row.get(0))?,
            None => query.query_row(params![coupon.id], |row| row.get(0))?,
        };
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    };
    let used_by_all = count("SELECT COUNT(*) FROM coupon_use WHERE coupon = ?1", None)?;
    let (used_by_member, granted) = match member {
        None => (None, 0),
        some => (
            Some(count("SELECT COUNT(*) FROM coupon_use WHERE coupon = ?1 AND member = ?2", some)?),
            count("SELECT COUNT(*) FROM coupon_grant WHERE coupon = ?1 AND member = ?2", some)?,
        ),
    };
    Ok(Presented { coupon, used_by_member, used_by_all, granted })
}

/// Claims every voucher and coupon of a price for a payment, or none: on an error roll back. Claiming the same again
/// for the same payment changes nothing. Begin the transaction `IMMEDIATE`, so that two tills cannot both look first.
///
/// # Errors
/// [`ClaimError`].
pub fn claim(
    tx: &Transaction<'_>,
    payment: &PaymentId,
    priced: &Priced,
    member: Option<&Token>,
    rules: &Rules,
    now_ms: u64,
) -> Result<(), ClaimError> {
    for discount in &priced.discounts {
        let new = match &discount.source {
            Source::Voucher(serial) => claim_voucher(tx, payment, *serial, now_ms)?,
            Source::Coupon(id) => {
                let coupon = rules.coupon(id).ok_or_else(|| ClaimError::UnknownCoupon(id.clone()))?;
                claim_coupon(tx, payment, coupon, member, now_ms)?
            }
            // Points are spent through `ledger::member`.
            Source::Points(_) => false,
        };
        if new {
            remember(tx, payment, &discount.source, "claimed", now_ms)?;
        }
    }
    Ok(())
}

fn claim_voucher(
    tx: &Transaction<'_>,
    payment: &PaymentId,
    serial: Serial,
    now_ms: u64,
) -> Result<bool, ClaimError> {
    let new = tx
        .prepare_cached("INSERT INTO voucher(serial, payment, at) VALUES(?1, ?2, ?3) ON CONFLICT DO NOTHING")?
        .execute(params![serial.as_bytes(), payment.as_str(), column(now_ms)])?;
    let holder: String = tx
        .prepare_cached("SELECT payment FROM voucher WHERE serial = ?1")?
        .query_row(params![serial.as_bytes()], |row| row.get(0))?;
    if holder != payment.as_str() {
        return Err(ClaimError::VoucherUsed(serial));
    }
    Ok(new == 1)
}

fn claim_coupon(
    tx: &Transaction<'_>,
    payment: &PaymentId,
    coupon: &Coupon,
    member: Option<&Token>,
    now_ms: u64,
) -> Result<bool, ClaimError> {
    let mine: Option<i64> = tx
        .prepare_cached("SELECT 1 FROM coupon_use WHERE coupon = ?1 AND payment = ?2")?
        .query_row(params![coupon.id, payment.as_str()], |row| row.get(0))
        .optional()?;
    if mine.is_some() {
        return Ok(false);
    }
    let used = presented(tx, coupon, member)?;
    coupon.is_left(used.used_by_member, used.used_by_all, used.granted)?;
    tx.prepare_cached("INSERT INTO coupon_use(coupon, payment, member, at) VALUES(?1, ?2, ?3, ?4)")?
        .execute(params![coupon.id, payment.as_str(), member.map(Token::as_bytes), column(now_ms)])?;
    Ok(true)
}

/// Notes what a payment claimed or was given back. Points are noted too, though `ledger::member` keeps them.
pub(super) fn remember(
    tx: &Transaction<'_>,
    payment: &PaymentId,
    source: &Source,
    what: &str,
    now_ms: u64,
) -> Result<(), LedgerError> {
    let source = serde_json::to_string(source)?;
    tx.prepare_cached("INSERT INTO offer_history(payment, source, what, at) VALUES(?1, ?2, ?3, ?4)")?
        .execute(params![payment.as_str(), source, what, column(now_ms)])?;
    Ok(())
}

/// Whether a payment ever claimed anything.
pub(super) fn has_claimed(tx: &Transaction<'_>, payment: &PaymentId) -> Result<bool, LedgerError> {
    Ok(tx
        .prepare_cached("SELECT 1 FROM offer_history WHERE payment = ?1")?
        .exists(params![payment.as_str()])?)
}

/// Gives a member a coupon, once for each reference; answers whether it was new.
pub(super) fn grant(
    tx: &Transaction<'_>,
    coupon: &str,
    member: &Token,
    reference: &str,
    now_ms: u64,
) -> Result<bool, LedgerError> {
    let new = tx
        .prepare_cached(
            "INSERT INTO coupon_grant(coupon, member, reference, at) VALUES(?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
        )?
        .execute(params![coupon, member.as_bytes(), reference, column(now_ms)])?;
    Ok(new == 1)
}

/// Gives back everything that a payment claimed: it was cancelled, expired, failed with proof or went back wholly.
/// Answers how much there was; asking again gives back nothing more, and nothing that another payment claimed since.
pub fn give_back(tx: &Transaction<'_>, payment: &PaymentId, now_ms: u64) -> Result<usize, LedgerError> {
    let mut sources = Vec::new();
    let mut rows = tx.prepare_cached("DELETE FROM voucher WHERE payment = ?1 RETURNING serial")?;
    for serial in rows.query_map(params![payment.as_str()], |row| row.get::<_, [u8; 16]>(0))? {
        sources.push(Source::Voucher(Serial::new(serial?)));
    }
    let mut rows = tx.prepare_cached("DELETE FROM coupon_use WHERE payment = ?1 RETURNING coupon")?;
    for coupon in rows.query_map(params![payment.as_str()], |row| row.get::<_, String>(0))? {
        sources.push(Source::Coupon(coupon?));
    }
    for source in &sources {
        remember(tx, payment, source, "given back", now_ms)?;
    }
    Ok(sources.len())
}

/// The payment that holds a voucher, for staff.
pub fn holder(db: &Connection, serial: Serial) -> Result<Option<String>, LedgerError> {
    Ok(db
        .prepare_cached("SELECT payment FROM voucher WHERE serial = ?1")?
        .query_row(params![serial.as_bytes()], |row| row.get(0))
        .optional()?)
}

/// What became of a funnel event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noted {
    /// It counts now.
    New,
    /// It counted before.
    Before,
    /// Its subject wants not to be followed.
    OptedOut,
    /// Its reference is longer than any that we make.
    Overlong,
}

/// Notes a step of the loop, once. Feedback on a paid order grants the campaign's next coupon in the same breath, which
/// is the step [`Step::Rewarded`].
pub fn note(
    tx: &Transaction<'_>,
    event: &FunnelEvent,
    rules: &Rules,
    now_ms: u64,
) -> Result<Noted, LedgerError> {
    if event.reference.len() > REFERENCE_LEN_MAX {
        return Ok(Noted::Overlong);
    }
    let subject = event.subject.as_bytes();
    let out: Option<i64> = tx
        .prepare_cached("SELECT 1 FROM attribution_opt_out WHERE subject = ?1")?
        .query_row(params![subject], |row| row.get(0))
        .optional()?;
    if out.is_some() {
        return Ok(Noted::OptedOut);
    }
    if !enter(tx, event, event.step, now_ms)? {
        return Ok(Noted::Before);
    }
    let taken = taken(tx, event)?;
    if let Some(coupon) = reward(rules, &event.campaign, &taken) {
        enter(tx, event, Step::Rewarded, now_ms)?;
        grant(tx, &coupon.id, &event.subject, &event.reference, now_ms)?;
    }
    Ok(Noted::New)
}

fn enter(tx: &Transaction<'_>, event: &FunnelEvent, step: Step, now_ms: u64) -> Result<bool, LedgerError> {
    let new = tx
        .prepare_cached(
            "INSERT INTO funnel(campaign, step, subject, reference, at) VALUES(?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            event.campaign,
            step.word(),
            event.subject.as_bytes(),
            event.reference,
            column(now_ms)
        ])?;
    Ok(new == 1)
}

/// The steps that a subject took with a reference.
fn taken(tx: &Transaction<'_>, event: &FunnelEvent) -> Result<BTreeSet<Step>, LedgerError> {
    let mut taken = BTreeSet::new();
    let mut query = tx.prepare_cached(
        "SELECT 1 FROM funnel WHERE campaign = ?1 AND step = ?2 AND subject = ?3 AND reference = ?4",
    )?;
    for step in STEPS {
        let subject = event.subject.as_bytes();
        if query.exists(params![event.campaign, step.word(), subject, event.reference])? {
            taken.insert(step);
        }
    }
    Ok(taken)
}

/// A subject wants not to be followed: what is known of its steps is forgotten, and nothing more is noted. Coupons
/// that it was given stay.
pub fn opt_out(tx: &Transaction<'_>, subject: &Token, now_ms: u64) -> Result<(), LedgerError> {
    tx.prepare_cached("INSERT INTO attribution_opt_out(subject, at) VALUES(?1, ?2) ON CONFLICT DO NOTHING")?
        .execute(params![subject.as_bytes(), column(now_ms)])?;
    tx.prepare_cached("DELETE FROM funnel WHERE subject = ?1")?.execute(params![subject.as_bytes()])?;
    Ok(())
}

/// How far a campaign's subjects came in some time (milliseconds since 1970 UTC, the end not within): a row for each
/// step, in the steps' order.
pub fn funnel(
    db: &Connection,
    campaign: &str,
    within: std::ops::Range<i64>,
) -> Result<[(Step, Counts); 6], LedgerError> {
    let mut rows = STEPS.map(|step| (step, Counts::default()));
    let mut query = db.prepare_cached(
        "SELECT COUNT(*), COUNT(DISTINCT subject) FROM funnel
         WHERE campaign = ?1 AND step = ?2 AND at >= ?3 AND at < ?4",
    )?;
    for (step, counts) in &mut rows {
        let (events, subjects): (i64, i64) = query
            .query_row(params![campaign, step.word(), within.start, within.end], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let whole = |n| u64::try_from(n).map_err(|_negative| LedgerError::Broken("a count is negative"));
        *counts = Counts { events: whole(events)?, subjects: whole(subjects)? };
    }
    Ok(rows)
}

#[cfg(test)]
mod tests;
