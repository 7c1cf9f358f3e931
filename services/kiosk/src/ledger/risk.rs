//! What happened lately, by token, and what was decided about it. Events older than every window are forgotten;
//! decisions stay, with the facts that they were made from.

use std::collections::BTreeMap;
use std::sync::Arc;

use rusqlite::{Connection, Transaction, params};

use super::promotion::column;
use super::{Ledger, LedgerError, numbers};
use crate::member::{IdentityKind, Token};
use crate::risk::{
    Activity, Asked, COUNTED_MAX, Count, Decision, Facts, Measure, Rules, WINDOW_MINUTES_MAX, measures,
};
use crate::till::{AttemptNumber, PaymentId};

/// Rows forgotten at once: some tens of milliseconds, for which a payer may have to wait.
const FORGET_MAX: u32 = 5_000;
/// Decisions that one look answers: a payment has some dozens of attempts and refunds, and the newest matter.
const DECISIONS_MAX: u32 = 200;

/// The tables. An event has a row for each subject that takes part, so that every count is one range of one index.
pub const TABLES: &str = "
CREATE TABLE risk_event(activity TEXT NOT NULL, kind TEXT NOT NULL, subject BLOB NOT NULL, at INTEGER NOT NULL,
    reference TEXT NOT NULL, minor INTEGER NOT NULL, kiosk BLOB, PRIMARY KEY(activity, kind, subject, at, reference))
    STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX risk_event_once ON risk_event(reference, activity, kind);
CREATE INDEX risk_event_old ON risk_event(at);
CREATE TABLE risk_decision(id INTEGER PRIMARY KEY, reference TEXT NOT NULL, at INTEGER NOT NULL, verdict TEXT NOT NULL,
    shadow INTEGER NOT NULL, decision TEXT NOT NULL, facts TEXT NOT NULL, rules_version INTEGER NOT NULL,
    rules_hash BLOB NOT NULL) STRICT;
CREATE INDEX risk_decision_reference ON risk_decision(reference);
";

/// What is written beside records, in their commit: written with them, or not at all.
#[derive(Clone, Debug)]
pub enum Note {
    /// A charge is asked for, or money goes back, under this number.
    Happened { activity: Activity, reference: String, asked: Asked, at_ms: u64 },
    /// A channel called the code of this charge dead.
    Dead { number: AttemptNumber, at_ms: u64 },
    /// What was decided, about this number or, where nothing came of it, this payment.
    Decided { reference: String, decision: Decision, facts: Facts, rules: Arc<Rules>, at_ms: u64 },
}

/// Enters a note.
pub(super) fn enter(tx: &Transaction<'_>, kept: &Note) -> Result<(), LedgerError> {
    match kept {
        Note::Happened { activity, reference, asked, at_ms } => note(tx, *activity, reference, asked, *at_ms),
        Note::Dead { number, at_ms } => dead(tx, number.as_str(), *at_ms),
        Note::Decided { reference, decision, facts, rules, at_ms } => {
            decided(tx, reference, decision, facts, rules, *at_ms)
        }
    }
}

/// A channel called a code dead: whoever took part in its charge takes part in this, also after a restart.
pub fn dead(tx: &Transaction<'_>, reference: &str, now_ms: u64) -> Result<(), LedgerError> {
    tx.prepare_cached(
        "INSERT INTO risk_event(activity, kind, subject, at, reference, minor, kiosk)
         SELECT ?1, kind, subject, ?2, reference, minor, kiosk FROM risk_event
         WHERE reference = ?3 AND activity = ?4 ON CONFLICT DO NOTHING",
    )?
    .execute(params![Activity::DeadCode.word(), column(now_ms), reference, Activity::Charge.word()])?;
    Ok(())
}

/// Who and what took part in a charge, while it is remembered.
pub fn subjects(db: &Connection, reference: &str) -> Result<BTreeMap<IdentityKind, Token>, LedgerError> {
    let mut rows =
        db.prepare_cached("SELECT kind, subject FROM risk_event WHERE reference = ?1 AND activity = ?2")?;
    let mut rows = rows.query(params![reference, Activity::Charge.word()])?;
    let mut found = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (kind, subject): (String, [u8; 32]) = (row.get(0)?, row.get(1)?);
        let kind = IdentityKind::of_word(&kind).ok_or(LedgerError::Broken("a subject has no known kind"))?;
        found.insert(kind, Token::from_bytes(subject));
    }
    Ok(found)
}

/// Notes what happened, once for each (reference, activity): a charge by its attempt number, a refund by its own.
pub fn note(
    tx: &Transaction<'_>,
    activity: Activity,
    reference: &str,
    asked: &Asked,
    now_ms: u64,
) -> Result<(), LedgerError> {
    let kiosk = asked.subjects.get(&IdentityKind::Kiosk).map(Token::as_bytes);
    let mut insert = tx.prepare_cached(
        "INSERT INTO risk_event(activity, kind, subject, at, reference, minor, kiosk)
         VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
    )?;
    for (kind, subject) in &asked.subjects {
        let subject = subject.as_bytes();
        insert.execute(params![
            activity.word(),
            kind.word(),
            subject,
            column(now_ms),
            reference,
            asked.amount,
            kiosk
        ])?;
    }
    Ok(())
}

/// The facts for a decision: what the rules need, counted over windows that end now.
pub fn facts(db: &Connection, rules: &Rules, asked: &Asked, now_ms: u64) -> Result<Facts, LedgerError> {
    let mut counts = Vec::new();
    for measure in measures(rules, asked) {
        counts.push((measure, count(db, measure, asked, now_ms)?));
    }
    let known = asked.subjects.keys().copied().collect();
    Ok(Facts { action: asked.action, amount: asked.amount, known, counts })
}

fn count(db: &Connection, measure: Measure, asked: &Asked, now_ms: u64) -> Result<Count, LedgerError> {
    let Some(subject) = asked.subjects.get(&measure.of) else { return Ok(Count::default()) };
    let from = now_ms.saturating_sub(u64::from(measure.minutes).saturating_mul(60_000));
    let here = asked.subjects.get(&IdentityKind::Kiosk).map(Token::as_bytes);
    // The newest events first, so that the limit leaves out the oldest.
    let (times, amount, elsewhere): (i64, i64, i64) = db
        .prepare_cached(
            "SELECT COUNT(*), COALESCE(SUM(minor), 0), COALESCE(SUM(kiosk IS NOT NULL AND ?5 IS NOT NULL AND kiosk <> ?5), 0)
             FROM (SELECT minor, kiosk FROM risk_event WHERE activity = ?1 AND kind = ?2 AND subject = ?3
                   AND at > ?4 AND at <= ?6 ORDER BY at DESC LIMIT ?7)",
        )?
        .query_row(
            params![
                measure.activity.word(),
                measure.of.word(),
                subject.as_bytes(),
                column(from),
                here,
                column(now_ms),
                COUNTED_MAX
            ],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        )?;
    let whole = |n| u32::try_from(n).map_err(|_negative| LedgerError::Broken("a count is negative"));
    Ok(Count { times: whole(times)?, amount, elsewhere: whole(elsewhere)? })
}

/// Keeps a decision with its reasons, its facts, and which rules made it.
pub fn decided(
    tx: &Transaction<'_>,
    reference: &str,
    decision: &Decision,
    facts: &Facts,
    rules: &Rules,
    now_ms: u64,
) -> Result<(), LedgerError> {
    let verdict = format!("{:?}", decision.verdict).to_lowercase();
    tx.prepare_cached(
        "INSERT INTO risk_decision(reference, at, verdict, shadow, decision, facts, rules_version, rules_hash)
         VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        reference,
        column(now_ms),
        verdict,
        decision.shadow,
        serde_json::to_string(decision)?,
        serde_json::to_string(facts)?,
        rules.version,
        rules.hash()
    ])?;
    Ok(())
}

/// A decision as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The attempt's or refund's number; the payment's id where nothing came of what was asked.
    pub reference: String,
    /// When, milliseconds since 1970 UTC.
    pub at_ms: u64,
    /// The decision.
    pub decision: Decision,
    /// What it was made from.
    pub facts: Facts,
    /// The rules' version.
    pub rules_version: u32,
    /// The rules' hash.
    pub rules_hash: Vec<u8>,
}

/// The newest decisions under a reference, each after its place among all, the newest first.
fn newest(db: &Connection, reference: &str) -> Result<Vec<(i64, Kept)>, LedgerError> {
    let mut rows = db.prepare_cached(
        "SELECT at, decision, facts, rules_version, rules_hash, id FROM risk_decision WHERE reference = ?1
         ORDER BY id DESC LIMIT ?2",
    )?;
    let mut rows = rows.query(params![reference, DECISIONS_MAX])?;
    let mut kept = Vec::new();
    while let Some(row) = rows.next()? {
        let (decision, facts): (String, String) = (row.get(1)?, row.get(2)?);
        let place = row.get(5)?;
        let decision = Kept {
            reference: reference.to_owned(),
            at_ms: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
            decision: serde_json::from_str(&decision)?,
            facts: serde_json::from_str(&facts)?,
            rules_version: row.get(3)?,
            rules_hash: row.get(4)?,
        };
        kept.push((place, decision));
    }
    Ok(kept)
}

/// The newest decisions under a reference, oldest first.
pub fn decisions(db: &Connection, reference: &str) -> Result<Vec<Kept>, LedgerError> {
    Ok(newest(db, reference)?.into_iter().rev().map(|(_, kept)| kept).collect())
}

/// Forgets events that no window reaches any more, the oldest first and at most [`FORGET_MAX`] rows; answers how many.
/// Call it once a day, and again while it forgets that many.
pub fn forget(tx: &Transaction<'_>, now_ms: u64) -> Result<usize, LedgerError> {
    let before = now_ms.saturating_sub(u64::from(WINDOW_MINUTES_MAX).saturating_mul(60_000));
    Ok(tx
        .prepare_cached(
            "DELETE FROM risk_event WHERE (activity, kind, subject, at, reference) IN
             (SELECT activity, kind, subject, at, reference FROM risk_event WHERE at <= ?1 ORDER BY at LIMIT ?2)",
        )?
        .execute(params![column(before), FORGET_MAX])?)
}

impl Ledger {
    /// The facts for a decision, from what is durable.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn risk_facts(&self, rules: &Rules, asked: &Asked, now_ms: u64) -> Result<Facts, LedgerError> {
        facts(&self.db, rules, asked, now_ms)
    }

    /// Who and what took part in a charge, while it is remembered.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn risk_subjects(
        &self,
        charge: &AttemptNumber,
    ) -> Result<BTreeMap<IdentityKind, Token>, LedgerError> {
        subjects(&self.db, charge.as_str())
    }

    /// The newest decisions about an attempt or a refund, or about a payment with all of its attempts and refunds,
    /// oldest first.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn decisions(&self, reference: &str) -> Result<Vec<Kept>, LedgerError> {
        let mut kept = newest(&self.db, reference)?;
        if let Ok(id) = PaymentId::new(reference) {
            for record in self.records_of(&id)? {
                for number in numbers(&record) {
                    kept.extend(newest(&self.db, number.as_str())?);
                }
            }
        }
        kept.sort_by_key(|(place, _)| *place);
        let most = usize::try_from(DECISIONS_MAX).unwrap_or(usize::MAX);
        let older = kept.len().saturating_sub(most);
        Ok(kept.into_iter().skip(older).map(|(_, kept)| kept).collect())
    }

    /// Forgets some of what no window reaches any more; answers whether there may be more.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn forget_risk(&mut self, now_ms: u64) -> Result<bool, LedgerError> {
        let tx = self.db.transaction()?;
        let forgotten = forget(&tx, now_ms)?;
        tx.commit()?;
        Ok(u32::try_from(forgotten) == Ok(FORGET_MAX))
    }
}

#[cfg(test)]
mod tests;
