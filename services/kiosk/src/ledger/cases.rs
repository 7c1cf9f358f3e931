//! What staff must look at: a projection of the records that need a person, in the same transaction as the record.
//!
//! Money that went back by itself is listed too: nothing is left to do about it, but somebody may ask.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::LedgerError;
use crate::offline::Answer;
use crate::till::{Currency, Fate, Money, PaymentId, Record, RefundReason};

/// `closed_by` is the staff id of who looked, null until then.
pub(super) const TABLES: &str = "
CREATE TABLE staff_case(seq INTEGER PRIMARY KEY REFERENCES event(seq), payment TEXT NOT NULL, number TEXT NOT NULL,
    kind INTEGER NOT NULL, minor INTEGER NOT NULL, currency TEXT NOT NULL, at_ms INTEGER NOT NULL, closed_by TEXT) STRICT;
CREATE INDEX staff_case_open ON staff_case(seq) WHERE closed_by IS NULL;
";

/// Why a person must look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseKind {
    /// Paid after the end; it goes back by itself.
    PaidLate,
    /// Paid twice; the second goes back by itself.
    PaidTwice,
    /// Another amount than asked for; it goes back by itself.
    WrongAmount,
    /// A channel refuses to send money back.
    RefundRefused,
    /// A channel has not answered for so long that nobody asks any more.
    NoAnswer,
    /// A channel refuses to divide a sale's money.
    DivisionRefused,
    /// Parties of a division do not give back their part of a refund; they owe it.
    ShareWithheld,
    /// The school's back office does not honour a payment by card.
    NotHonoured,
    /// A risk rule stopped a charge; whoever closes the case lets the payment pass.
    Stopped,
}

/// As they are stored and travel; a number is never given to another kind.
const KINDS: [(u32, CaseKind); 9] = [
    (1, CaseKind::PaidLate),
    (2, CaseKind::PaidTwice),
    (3, CaseKind::WrongAmount),
    (4, CaseKind::RefundRefused),
    (5, CaseKind::NoAnswer),
    (6, CaseKind::DivisionRefused),
    (7, CaseKind::ShareWithheld),
    (8, CaseKind::NotHonoured),
    (9, CaseKind::Stopped),
];

impl CaseKind {
    /// As it is stored and travels, from 1.
    pub fn number(self) -> u32 {
        KINDS.iter().find(|(_, kind)| *kind == self).map_or(0, |(number, _)| *number)
    }

    fn from_number(number: u32) -> Option<Self> {
        KINDS.iter().find(|(other, _)| *other == number).map(|(_, kind)| *kind)
    }
}

/// One case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The record's number in the ledger, by which a case is named.
    pub seq: i64,
    /// Whose payment.
    pub payment: String,
    /// The attempt's, refund's or split's number at the channel; of a stopped charge, which has none, the payment's id.
    pub number: String,
    /// Why.
    pub kind: CaseKind,
    /// How much, zero where that is not known.
    pub amount: Money,
    /// Since when, milliseconds since 1970 UTC.
    pub at_ms: i64,
}

/// The case that a record makes, with its amount.
fn case(record: &Record) -> Option<(CaseKind, &str, Money)> {
    match record {
        Record::Paid { number, amount, fate: Fate::Returned(refund), .. } => {
            let kind = match refund.reason {
                RefundReason::PaidTwice => CaseKind::PaidTwice,
                RefundReason::WrongAmount => CaseKind::WrongAmount,
                RefundReason::PaidLate | RefundReason::NotGiven | RefundReason::Asked => CaseKind::PaidLate,
            };
            Some((kind, number.as_str(), *amount))
        }
        Record::RefundRefused { refund, .. } => {
            Some((CaseKind::RefundRefused, refund.number.as_str(), refund.amount))
        }
        Record::Withheld { refund, shares, .. } => {
            let first = shares.first()?.amount;
            let sum = shares.iter().skip(1).try_fold(first, |sum, share| sum.plus(share.amount));
            Some((CaseKind::ShareWithheld, refund.as_str(), sum.unwrap_or(first)))
        }
        // These name no amount; `enter` looks it up.
        Record::Case { number, .. } => {
            Some((CaseKind::NoAnswer, number.as_str(), Money::zero(Currency::CNY)))
        }
        Record::Forwarded { number, amount, answer: Answer::Conflict(_), .. } => {
            Some((CaseKind::NotHonoured, number.as_str(), *amount))
        }
        Record::DivisionRefused { split, .. } => {
            Some((CaseKind::DivisionRefused, split.as_str(), Money::zero(Currency::CNY)))
        }
        Record::Stopped { id, review: true, again: false, amount, .. } => {
            Some((CaseKind::Stopped, id.as_str(), *amount))
        }
        _ => None,
    }
}

/// Opens and closes cases as a record says.
pub(super) fn enter(tx: &Transaction<'_>, now_ms: i64, seq: i64, record: &Record) -> Result<(), LedgerError> {
    if let Record::CaseClosed { seq: case, by, .. } = record {
        tx.prepare_cached("UPDATE staff_case SET closed_by = ?2 WHERE seq = ?1 AND closed_by IS NULL")?
            .execute(params![case, by])?;
    }
    let Some((kind, number, mut amount)) = case(record) else { return Ok(()) };
    if matches!(record, Record::Case { .. } | Record::DivisionRefused { .. }) {
        amount = known(tx, record.payment(), number)?.unwrap_or(amount);
    }
    tx.prepare_cached(
        "INSERT INTO staff_case(seq, payment, number, kind, minor, currency, at_ms)
         VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        seq,
        record.payment().as_str(),
        number,
        kind.number(),
        amount.minor(),
        amount.currency().code(),
        now_ms
    ])?;
    Ok(())
}

/// How much an attempt, a refund or a division of a payment is about, by the records before; zero in the payment's
/// currency where none names the number.
fn known(tx: &Transaction<'_>, payment: &PaymentId, number: &str) -> Result<Option<Money>, LedgerError> {
    let mut rows = tx.prepare_cached("SELECT record FROM event WHERE payment = ?1 ORDER BY seq")?;
    let mut currency = None;
    for text in rows.query_map([payment.as_str()], |row| row.get::<_, String>(0))? {
        let record: Record = serde_json::from_str(&text?)?;
        if let Record::Begun { order, .. } = &record {
            currency = Some(order.total.currency());
        }
        if let Some(amount) = named(&record, number) {
            return Ok(Some(amount));
        }
    }
    Ok(currency.map(Money::zero))
}

/// The amount that a record gives to a number.
fn named(record: &Record, number: &str) -> Option<Money> {
    match record {
        Record::Opening { attempt, .. } | Record::Charging { attempt, .. } => {
            (attempt.number.as_str() == number).then_some(attempt.amount)
        }
        Record::RefundAsked { refund, .. } | Record::Paid { fate: Fate::Returned(refund), .. } => {
            (refund.number.as_str() == number).then_some(refund.amount)
        }
        Record::Paid { fate: Fate::Accepted { split: Some(split), .. }, .. } => {
            let ours = (split.number.as_str() == number).then_some(&split.shares)?;
            let (first, others) = ours.split_first()?;
            others.iter().try_fold(first.amount, |sum, share| sum.plus(share.amount)).ok()
        }
        _ => None,
    }
}

/// Cases nobody has closed, oldest first.
pub(super) fn open(db: &Connection, limit: u32) -> Result<Vec<Case>, LedgerError> {
    let mut rows = db.prepare_cached(
        "SELECT seq, payment, number, kind, minor, currency, at_ms FROM staff_case
         WHERE closed_by IS NULL ORDER BY seq LIMIT ?1",
    )?;
    let mut rows = rows.query([limit])?;
    let mut cases = Vec::new();
    while let Some(row) = rows.next()? {
        let (kind, currency): (u32, String) = (row.get(3)?, row.get(5)?);
        let kind = CaseKind::from_number(kind).ok_or(LedgerError::Broken("a case has no known kind"))?;
        let currency =
            Currency::parse(&currency).map_err(|_bad| LedgerError::Broken("a case has no currency"))?;
        cases.push(Case {
            seq: row.get(0)?,
            payment: row.get(1)?,
            number: row.get(2)?,
            kind,
            amount: Money::new(row.get(4)?, currency),
            at_ms: row.get(6)?,
        });
    }
    Ok(cases)
}

/// Whose payment an open case is about, and why it was opened.
pub(super) fn about(db: &Connection, seq: i64) -> Result<Option<(PaymentId, CaseKind)>, LedgerError> {
    let found: Option<(String, u32)> = db
        .prepare_cached("SELECT payment, kind FROM staff_case WHERE seq = ?1 AND closed_by IS NULL")?
        .query_row([seq], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((payment, kind)) = found else { return Ok(None) };
    let id = PaymentId::new(&payment).map_err(|_no_id| LedgerError::Broken("a case is about no payment"))?;
    let kind = CaseKind::from_number(kind).ok_or(LedgerError::Broken("a case has no known kind"))?;
    Ok(Some((id, kind)))
}
