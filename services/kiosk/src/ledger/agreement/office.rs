//! What the actor does with agreements, each in one transaction of the ledger's only writer, and what is left to be
//! asked of channels after a restart.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::super::promotion::column;
use super::super::{Ledger, LedgerError};
use super::{AgreementError, by_id, by_member, history};
use crate::agreement::{Agreement, AgreementState, History, Seal};
use crate::member::Token;
use crate::till::{AgreementNumber, AttemptNumber};

/// An agreement about which its channel has not said the last word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unsettled {
    /// Our name of it.
    pub id: String,
    /// Since when it is in its state, milliseconds since 1970 UTC.
    pub since_ms: u64,
}

impl Ledger {
    /// One transaction about agreements.
    ///
    /// # Errors
    /// What `act` answers; then nothing was written.
    pub fn about_agreements<T>(
        &mut self,
        act: impl FnOnce(&Transaction<'_>) -> Result<T, AgreementError>,
    ) -> Result<T, AgreementError> {
        let tx = self.db.transaction()?;
        let done = act(&tx)?;
        tx.commit()?;
        Ok(done)
    }

    /// An agreement.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn agreement(&self, id: &str) -> Result<Option<Agreement>, LedgerError> {
        by_id(&self.db, id)
    }

    /// A member's agreements with what was charged by each, the ended ones too.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn agreements_of(
        &self,
        member: &Token,
        now_ms: u64,
    ) -> Result<Vec<(Agreement, History)>, LedgerError> {
        let all = by_member(&self.db, member)?.into_iter();
        all.map(|agreement| Ok((history(&self.db, &agreement.id, now_ms)?, agreement)))
            .map(|found| found.map(|(history, agreement)| (agreement, history)))
            .collect()
    }

    /// The number of an agreement, for the channel and nobody else.
    ///
    /// # Errors
    /// [`AgreementError`].
    pub fn agreement_number(&self, id: &str, seal: &Seal) -> Result<AgreementNumber, AgreementError> {
        super::number(&self.db, id, seal)
    }

    /// By which agreement an attempt was charged.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn agreement_of_charge(&self, number: &AttemptNumber) -> Result<Option<String>, LedgerError> {
        let mut query = self.db.prepare_cached("SELECT agreement FROM agreement_charge WHERE number = ?1")?;
        Ok(query.query_row(params![number.as_str()], |row| row.get(0)).optional()?)
    }

    /// What must be asked of channels: whether what was asked for is signed, the end of what is ended here and not
    /// there, and whether somebody signed in the last moment before its end.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn unsettled_agreements(&self, ended_since_ms: u64) -> Result<Vec<Unsettled>, LedgerError> {
        unsettled(&self.db, ended_since_ms)
    }
}

fn unsettled(db: &Connection, ended_since_ms: u64) -> Result<Vec<Unsettled>, LedgerError> {
    let ended = [AgreementState::Revoked.word(), AgreementState::Expired.word()];
    let mut rows = db.prepare_cached(
        "SELECT id, changed FROM agreement
         WHERE state = ?1 OR (state IN (?2, ?3) AND (sealed IS NOT NULL OR changed >= ?4)) ORDER BY changed",
    )?;
    let asked = AgreementState::Asked.word();
    let rows = rows.query_map(params![asked, ended[0], ended[1], column(ended_since_ms)], |row| {
        let since_ms = u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0);
        Ok(Unsettled { id: row.get(0)?, since_ms })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Keeps the number of an agreement that was signed after it was ended here, so that it can be ended there too.
pub fn keep_number(
    tx: &Transaction<'_>,
    id: &str,
    number: &AgreementNumber,
    seal: &Seal,
) -> Result<(), AgreementError> {
    tx.prepare_cached(
        "UPDATE agreement SET sealed = ?2 WHERE id = ?1 AND sealed IS NULL AND state IN ('revoked', 'expired')",
    )?
    .execute(params![id, seal.seal(id, number)?])?;
    Ok(())
}

/// Agreements whose time is over and that still stand as active or suspended: they are called expired now.
pub fn expire_due(tx: &Transaction<'_>, now_ms: u64) -> Result<Vec<String>, AgreementError> {
    let mut rows = tx.prepare_cached(
        "UPDATE agreement SET state = 'expired', changed = ?1
         WHERE state IN ('active', 'suspended') AND expires <= ?1 RETURNING id",
    )?;
    let ids = rows.query_map(params![column(now_ms)], |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}
