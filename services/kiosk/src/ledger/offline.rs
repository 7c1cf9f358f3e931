//! What was taken while the network was away: a hash chain of entries, the other side's answers, cases for staff.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::promotion::column;
use super::{CaseKind, LedgerError};
use crate::offline::{Answer, Case, Conflict, Entry, Head, Link, Queue, Rules};
use crate::till::{Currency, Fate, Money, PaymentId, Record};

/// The tables. `offline_head` is the chain's end, so that entries cut off at the end are missed too.
pub const TABLES: &str = "
CREATE TABLE offline_entry(sequence INTEGER PRIMARY KEY, payment TEXT NOT NULL UNIQUE, entry TEXT NOT NULL,
    chain BLOB NOT NULL, answer TEXT, answered INTEGER) STRICT;
CREATE INDEX offline_entry_open ON offline_entry(sequence) WHERE answer IS NULL;
CREATE TABLE offline_head(one INTEGER PRIMARY KEY CHECK(one = 1), sequence INTEGER NOT NULL, chain BLOB NOT NULL) STRICT;
CREATE TABLE offline_case(sequence INTEGER PRIMARY KEY REFERENCES offline_entry(sequence), payment TEXT NOT NULL,
    minor INTEGER NOT NULL, currency TEXT NOT NULL, conflict TEXT NOT NULL, at INTEGER NOT NULL,
    settled INTEGER, settled_how TEXT) STRICT;
";

/// What a record did to the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A payment's entry was appended.
    Appended(Box<Link>),
    /// An entry was answered.
    Answered(u64, Answer),
}

/// The entry that a record makes after a head, if it makes one.
fn entry(head: &Head, record: &Record) -> Option<Entry> {
    let Record::Paid { id, amount, at_ms, fate: Fate::Accepted { .. }, pledge: Some(pledge), .. } = record
    else {
        return None;
    };
    Some(Entry {
        sequence: head.sequence.checked_add(1)?,
        at_ms: *at_ms,
        payment: id.clone(),
        instrument: pledge.instrument.clone(),
        amount: *amount,
        deny_list: pledge.deny_list,
    })
}

/// The head after a record: what the chain must be follows from the records alone.
pub(super) fn follow(head: Head, record: &Record) -> Head {
    entry(&head, record).and_then(|entry| Link::after(&head, entry)).map_or(head, |link| link.head())
}

/// Enters what a record does: a payment by a card that proved itself appends its entry, the back office's answer
/// settles one, staff's word closes the case of a conflict.
pub(super) fn enter(
    tx: &Transaction<'_>,
    now_ms: i64,
    record: &Record,
) -> Result<Option<Change>, LedgerError> {
    match record {
        Record::Paid { .. } => {
            let head = head(tx)?;
            let Some(entry) = entry(&head, record) else { return Ok(None) };
            let link = Link::after(&head, entry);
            let link = link.ok_or(LedgerError::Broken("an offline entry cannot be written"))?;
            append(tx, &link)?;
            Ok(Some(Change::Appended(Box::new(link))))
        }
        Record::Forwarded { sequence, answer, at_ms, .. } => {
            answered(tx, &kept(tx, *sequence)?, *answer, *at_ms)?;
            Ok(Some(Change::Answered(*sequence, *answer)))
        }
        Record::CaseClosed { id, seq, by, .. } => {
            tx.prepare_cached(
                "UPDATE offline_case SET settled = ?3, settled_how = ?4 WHERE payment = ?1 AND settled IS NULL
                 AND EXISTS (SELECT 1 FROM staff_case WHERE seq = ?2 AND kind = ?5)",
            )?
            .execute(params![id.as_str(), seq, now_ms, by, CaseKind::NotHonoured.number()])?;
            Ok(None)
        }
        _ => Ok(None),
    }
}

/// The chain's end, as it is kept.
fn head(db: &Connection) -> Result<Head, LedgerError> {
    let kept: Option<(i64, [u8; 32])> = db
        .prepare_cached("SELECT sequence, chain FROM offline_head")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(kept.map_or(Head::START, |(sequence, hash)| Head {
        sequence: u64::try_from(sequence).unwrap_or(0),
        hash,
    }))
}

/// An entry as it is kept.
fn kept(tx: &Transaction<'_>, sequence: u64) -> Result<Entry, LedgerError> {
    let text: Option<String> = tx
        .prepare_cached("SELECT entry FROM offline_entry WHERE sequence = ?1")?
        .query_row([column(sequence)], |row| row.get(0))
        .optional()?;
    let text = text.ok_or(LedgerError::Broken("an offline entry that was answered is not there"))?;
    Ok(serde_json::from_str(&text)?)
}

/// Writes an entry, in the transaction that writes the payment's own record: when it commits, the payer may hear yes.
///
/// # Errors
/// [`LedgerError::Rule`] where the payment was taken offline before, or another till wrote in between.
pub fn append(tx: &Transaction<'_>, link: &Link) -> Result<(), LedgerError> {
    let sequence = column(link.entry.sequence);
    tx.prepare_cached("INSERT INTO offline_entry(sequence, payment, entry, chain) VALUES(?1, ?2, ?3, ?4)")?
        .execute(params![sequence, link.entry.payment.as_str(), link.text, link.hash])?;
    tx.prepare_cached(
        "INSERT INTO offline_head(one, sequence, chain) VALUES(1, ?1, ?2)
         ON CONFLICT(one) DO UPDATE SET sequence = excluded.sequence, chain = excluded.chain",
    )?
    .execute(params![sequence, link.hash])?;
    Ok(())
}

/// Writes the other side's answer, and the case that a conflict makes. The same answer again changes nothing.
///
/// # Errors
/// [`LedgerError::Broken`] where the other side answered otherwise before, or the entry is not there.
pub fn answered(tx: &Transaction<'_>, entry: &Entry, answer: Answer, now_ms: u64) -> Result<(), LedgerError> {
    let sequence = column(entry.sequence);
    let text = serde_json::to_string(&answer)?;
    let new = tx
        .prepare_cached(
            "UPDATE offline_entry SET answer = ?2, answered = ?3 WHERE sequence = ?1 AND answer IS NULL",
        )?
        .execute(params![sequence, text, column(now_ms)])?;
    if new == 0 {
        let before: Option<String> = tx
            .prepare_cached("SELECT answer FROM offline_entry WHERE sequence = ?1")?
            .query_row(params![sequence], |row| row.get(0))
            .optional()?;
        let same = before.as_deref() == Some(text.as_str());
        return if same {
            Ok(())
        } else {
            Err(LedgerError::Broken("an offline entry was answered otherwise before"))
        };
    }
    if let Answer::Conflict(conflict) = answer {
        let amount = entry.amount;
        tx.prepare_cached(
            "INSERT INTO offline_case(sequence, payment, minor, currency, conflict, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            sequence,
            entry.payment.as_str(),
            amount.minor(),
            amount.currency().code(),
            serde_json::to_string(&conflict)?,
            column(now_ms)
        ])?;
    }
    Ok(())
}

/// Reads and verifies the whole chain, and makes the queue of it. Asked at every start.
///
/// # Errors
/// [`LedgerError::Broken`]: an entry was changed, is missing or cannot be read.
pub fn queue(db: &Connection, rules: Rules, currency: Currency) -> Result<Queue, LedgerError> {
    let mut rows = db.prepare(
        "SELECT sequence, entry, chain, answer IS NOT NULL, payment FROM offline_entry ORDER BY sequence",
    )?;
    let mut rows = rows.query([])?;
    let (mut head, mut kept) = (Head::START, Vec::new());
    while let Some(row) = rows.next()? {
        let (text, hash, payment): (String, Vec<u8>, String) = (row.get(1)?, row.get(2)?, row.get(4)?);
        let sequence = u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0);
        let link = Link::read(&head, sequence, text, &hash)
            .map_err(|_broken| LedgerError::Broken("an offline entry was changed or is missing"))?;
        if link.entry.payment.as_str() != payment {
            return Err(LedgerError::Broken("an offline entry names another payment"));
        }
        head = link.head();
        kept.push((link, row.get(3)?));
    }
    if self::head(db)? != head {
        return Err(LedgerError::Broken("the last offline entries are missing"));
    }
    Ok(Queue::replay(rules, currency, kept))
}

/// The conflicts that no member of staff has settled yet, oldest first.
pub fn cases(db: &Connection) -> Result<Vec<Case>, LedgerError> {
    let mut rows = db.prepare_cached(
        "SELECT sequence, payment, minor, currency, conflict FROM offline_case WHERE settled IS NULL ORDER BY sequence",
    )?;
    let mut rows = rows.query([])?;
    let mut cases = Vec::new();
    while let Some(row) = rows.next()? {
        let (payment, currency, conflict): (String, String, String) = (row.get(1)?, row.get(3)?, row.get(4)?);
        let currency =
            Currency::parse(&currency).map_err(|_bad| LedgerError::Broken("a currency is none"))?;
        let conflict: Conflict = serde_json::from_str(&conflict)?;
        cases.push(Case {
            sequence: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
            payment: PaymentId::new(&payment).map_err(|_bad| LedgerError::Broken("a payment id is none"))?,
            amount: Money::new(row.get(2)?, currency),
            conflict,
        });
    }
    Ok(cases)
}

/// Staff have seen to a conflict; `how` is what they did, in their words. Answers whether it was open.
pub fn settle_case(tx: &Transaction<'_>, sequence: u64, how: &str, now_ms: u64) -> Result<bool, LedgerError> {
    let settled = tx
        .prepare_cached(
            "UPDATE offline_case SET settled = ?2, settled_how = ?3 WHERE sequence = ?1 AND settled IS NULL",
        )?
        .execute(params![column(sequence), column(now_ms), how])?;
    Ok(settled == 1)
}

#[cfg(test)]
mod tests;
