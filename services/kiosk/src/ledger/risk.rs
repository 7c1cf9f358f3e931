//! What happened lately, by token, and what was decided about it. Events older than every window are forgotten;
//! decisions stay, with the facts that they were made from.

use rusqlite::{Connection, Transaction, params};

use super::LedgerError;
use super::promotion::column;
use crate::member::{IdentityKind, Token};
use crate::risk::{
    Activity, Asked, COUNTED_MAX, Count, Decision, Facts, Measure, Rules, WINDOW_MINUTES_MAX, measures,
};

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

/// The decisions about a payment or refund, oldest first.
pub fn decisions(db: &Connection, reference: &str) -> Result<Vec<Kept>, LedgerError> {
    let mut rows = db.prepare_cached(
        "SELECT at, decision, facts, rules_version, rules_hash FROM risk_decision WHERE reference = ?1 ORDER BY id",
    )?;
    let mut rows = rows.query(params![reference])?;
    let mut kept = Vec::new();
    while let Some(row) = rows.next()? {
        let (decision, facts): (String, String) = (row.get(1)?, row.get(2)?);
        kept.push(Kept {
            at_ms: u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0),
            decision: serde_json::from_str(&decision)?,
            facts: serde_json::from_str(&facts)?,
            rules_version: row.get(3)?,
            rules_hash: row.get(4)?,
        });
    }
    Ok(kept)
}

/// Forgets the events that no window reaches any more; answers how many rows. Call it once a day.
pub fn forget(tx: &Transaction<'_>, now_ms: u64) -> Result<usize, LedgerError> {
    let before = now_ms.saturating_sub(u64::from(WINDOW_MINUTES_MAX).saturating_mul(60_000));
    Ok(tx.prepare_cached("DELETE FROM risk_event WHERE at <= ?1")?.execute(params![column(before)])?)
}

#[cfg(test)]
mod tests;
