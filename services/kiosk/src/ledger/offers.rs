//! What records do to offers and members: an order claims in its own transaction what it uses, its end gives that
//! back, its payment earns points, its refund takes them back. All of it follows from records alone, and a record
//! that is entered again changes nothing more.

use rusqlite::{Transaction, params};

use super::LedgerError;
use super::member::{self, MemberError, PointsRefund};
use super::promotion::{self as claims, ClaimError};
use crate::promotion::{FunnelEvent, Rules, Source, Step, by_amount};
use crate::till::{Fate, Order, PaymentId, Record, Refund, RefundReason};

/// Why an offer's effect cannot be entered.
#[derive(Debug, thiserror::Error)]
enum OfferError {
    #[error(transparent)]
    Claim(#[from] ClaimError),
    #[error(transparent)]
    Member(#[from] MemberError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl OfferError {
    /// The ledger's own failure, or the text of a refusal.
    fn split(self) -> Result<String, LedgerError> {
        match self {
            Self::Ledger(error)
            | Self::Claim(ClaimError::Ledger(error))
            | Self::Member(MemberError::Ledger(error)) => Err(error),
            refused => Ok(refused.to_string()),
        }
    }
}

impl From<rusqlite::Error> for OfferError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Ledger(error.into())
    }
}

/// Enters what a record does. An order whose offers are used up is refused with [`LedgerError::Offer`]; after an
/// order is begun nothing here can hold up its records, since money may have moved.
pub(super) fn enter(
    tx: &Transaction<'_>,
    rules: &Rules,
    now_ms: i64,
    seq: i64,
    record: &Record,
) -> Result<(), LedgerError> {
    let now_ms = u64::try_from(now_ms).unwrap_or(0);
    if let Record::Begun { id, order, .. } = record {
        return match begun(tx, rules, id, order, now_ms) {
            Ok(()) => Ok(()),
            Err(error) => Err(LedgerError::Offer(error.split()?)),
        };
    }
    // Most orders have no offers, and then their records say so, or one look at an index does: nothing else is read.
    let concerns = match record {
        Record::Free { .. } | Record::FreeReturned { .. } | Record::Feedback { .. } => true,
        Record::Paid { fate, off, .. } => off.is_some() && matches!(fate, Fate::Accepted { .. }),
        Record::Refunded { refund, .. } => refund.off.is_some() && refund.reason == RefundReason::Asked,
        Record::Ended { id, .. } => claims::has_claimed(tx, id)?,
        _ => false,
    };
    if !concerns {
        return Ok(());
    }
    let Some(order) = order_of(tx, record.payment())? else { return Ok(()) };
    if order.priced.is_none() && order.member.is_none() {
        return Ok(());
    }
    tx.execute_batch("SAVEPOINT offers")?;
    let done = follow(tx, rules, seq, record, &order, now_ms);
    if let Err(error) = done {
        let text = error.split()?;
        tracing::error!(reason = text, "points or an offer could not be entered; the payment stands");
        tx.execute_batch("ROLLBACK TO offers")?;
    }
    Ok(tx.execute_batch("RELEASE offers")?)
}

fn begun(
    tx: &Transaction<'_>,
    rules: &Rules,
    id: &PaymentId,
    order: &Order,
    now_ms: u64,
) -> Result<(), OfferError> {
    let token = order.member.as_ref().map(|member| &member.token);
    if let Some(priced) = &order.priced {
        claims::claim(tx, id, priced, token, rules, now_ms)?;
        for discount in &priced.discounts {
            if let (Source::Points(count), Some(member)) = (&discount.source, &order.member) {
                member::spend(tx, &member.handle, id, *count, now_ms)?;
                claims::remember(tx, id, &discount.source, "claimed", now_ms)?;
            }
        }
    }
    if order.campaign.is_some() {
        step(tx, rules, id, order, Step::Scanned, now_ms)?;
        step(tx, rules, id, order, Step::Ordered, now_ms)?;
    }
    Ok(())
}

/// What follows once an order is begun.
fn follow(
    tx: &Transaction<'_>,
    rules: &Rules,
    seq: i64,
    record: &Record,
    order: &Order,
    now_ms: u64,
) -> Result<(), OfferError> {
    let id = record.payment();
    match record {
        Record::Ended { .. } | Record::FreeReturned { .. } => {
            claims::give_back(tx, id, now_ms)?;
            if let Some(member) = &order.member {
                member::give_back(tx, &member.handle, id, &rules.member, now_ms)?;
            }
        }
        Record::Paid { .. } | Record::Free { .. } => {
            if let Some(member) = &order.member {
                member::earn(tx, &member.handle, id, order.total.minor(), &rules.member, now_ms)?;
            }
            step(tx, rules, id, order, Step::Paid, now_ms)?;
        }
        Record::Feedback { .. } => step(tx, rules, id, order, Step::Feedback, now_ms)?,
        Record::Refunded { refund, .. } => refunded(tx, rules, seq, id, refund, order, now_ms)?,
        _ => {}
    }
    Ok(())
}

fn refunded(
    tx: &Transaction<'_>,
    rules: &Rules,
    seq: i64,
    id: &PaymentId,
    refund: &Refund,
    order: &Order,
    now_ms: u64,
) -> Result<(), OfferError> {
    let before = refunded_before(tx, id, seq)?;
    let money = refund.amount.minor();
    let back = order.priced.as_ref().and_then(|priced| by_amount(priced, before, money).ok());
    if back.as_ref().is_some_and(|back| back.full) {
        claims::give_back(tx, id, now_ms)?;
    }
    if order.member.is_some() {
        let points = back.map_or(0, |back| back.points);
        let refund = PointsRefund { payment: id, number: refund.number.as_str(), money, points };
        member::refund(tx, &refund, &rules.member, now_ms)?;
    }
    Ok(())
}

/// What staff sent back of a payment before a record, in minor units.
fn refunded_before(tx: &Transaction<'_>, id: &PaymentId, seq: i64) -> Result<i64, LedgerError> {
    let mut rows =
        tx.prepare_cached("SELECT record FROM event WHERE payment = ?1 AND seq < ?2 ORDER BY seq")?;
    let mut sum = 0_i64;
    for text in rows.query_map(params![id.as_str(), seq], |row| row.get::<_, String>(0))? {
        if let Record::Refunded { refund, .. } = serde_json::from_str(&text?)?
            && refund.reason == RefundReason::Asked
        {
            let more = sum.checked_add(refund.amount.minor());
            sum = more.ok_or(LedgerError::Broken("a sum is too large"))?;
        }
    }
    Ok(sum)
}

fn step(
    tx: &Transaction<'_>,
    rules: &Rules,
    id: &PaymentId,
    order: &Order,
    step: Step,
    now_ms: u64,
) -> Result<(), LedgerError> {
    if let (Some(campaign), Some(member)) = (&order.campaign, &order.member) {
        let reference = id.as_str().to_owned();
        let event = FunnelEvent { campaign: campaign.clone(), subject: member.token, step, reference };
        claims::note(tx, &event, rules, now_ms)?;
    }
    Ok(())
}

/// A payment's order, by its first record.
fn order_of(tx: &Transaction<'_>, id: &PaymentId) -> Result<Option<Order>, LedgerError> {
    let mut rows = tx.prepare_cached("SELECT record FROM event WHERE payment = ?1 ORDER BY seq LIMIT 1")?;
    let text = rows.query_map(params![id.as_str()], |row| row.get::<_, String>(0))?.next().transpose()?;
    let first = text.map(|text| serde_json::from_str(&text)).transpose()?;
    Ok(first.and_then(|record| if let Record::Begun { order, .. } = record { Some(order) } else { None }))
}

#[cfg(test)]
impl super::Ledger {
    /// A member who has these points, for the simulation.
    pub(crate) fn enrol(&mut self, handle: &crate::member::Handle, points: i64) {
        let tx = self.db.transaction().expect("a transaction");
        member::join(&tx, handle, None, 0).expect("joined");
        // A point for a yuan.
        let payment = PaymentId::new("before").expect("an id");
        member::earn(
            &tx,
            handle,
            &payment,
            points.saturating_mul(100),
            &self.offers.member,
            1_700_000_000_000,
        )
        .expect("earned");
        tx.commit().expect("written");
    }

    /// Points that were spent and not given back.
    pub(crate) fn points_spent(&self) -> i64 {
        let sum = "SELECT COALESCE(-SUM(points), 0) FROM points_entry WHERE kind IN ('spent', 'given-back')";
        self.db.query_row(sum, [], |row| row.get(0)).expect("it is read")
    }
}

#[cfg(test)]
mod tests;
