//! Agreements by which payers are charged without a password, their numbers sealed, and what was charged by each.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::LedgerError;
use super::promotion::column;
use crate::agreement::{
    Agreement, AgreementState, Capped, Caps, Change, History, NoSuchChange, Seal, SealError, may_charge,
};
use crate::channel::ChannelKind;
use crate::member::Token;
use crate::promotion::Day;
use crate::till::{AgreementNumber, AttemptNumber, Currency, Money, Record};

mod office;

pub use office::{Unsettled, expire_due, keep_number};

/// The tables. A charge that is freed counts against no cap any more; its row stays.
pub const TABLES: &str = "
CREATE TABLE agreement(id TEXT PRIMARY KEY, member BLOB NOT NULL, channel TEXT NOT NULL, sealed BLOB,
    currency TEXT NOT NULL, per_transaction INTEGER NOT NULL, per_day INTEGER NOT NULL, per_month INTEGER NOT NULL,
    state TEXT NOT NULL, expires INTEGER NOT NULL, changed INTEGER NOT NULL) STRICT;
CREATE INDEX agreement_member ON agreement(member);
CREATE TABLE agreement_charge(number TEXT PRIMARY KEY, agreement TEXT NOT NULL REFERENCES agreement(id),
    minor INTEGER NOT NULL, freed INTEGER NOT NULL DEFAULT 0, at INTEGER NOT NULL) STRICT;
CREATE INDEX agreement_charge_at ON agreement_charge(agreement, at);
";

/// Why an agreement cannot be used. Roll the transaction back.
#[derive(Debug, thiserror::Error)]
pub enum AgreementError {
    /// No such agreement.
    #[error("there is no such agreement; sign one first")]
    Unknown,
    /// The same name for another agreement.
    #[error("this agreement's name is taken; make a new one")]
    Taken,
    /// A cap, or its state.
    #[error(transparent)]
    Capped(#[from] Capped),
    /// A change that does not fit.
    #[error(transparent)]
    Change(#[from] NoSuchChange),
    /// The number cannot be sealed or opened.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The tables.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

impl From<rusqlite::Error> for AgreementError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Ledger(error.into())
    }
}

/// Writes down an agreement that the payer is about to sign. The same again changes nothing.
///
/// # Errors
/// [`AgreementError::Taken`].
pub fn ask(tx: &Transaction<'_>, agreement: &Agreement, now_ms: u64) -> Result<(), AgreementError> {
    let caps = &agreement.caps;
    tx.prepare_cached(
        "INSERT INTO agreement(id, member, channel, currency, per_transaction, per_day, per_month, state, expires, changed)
         VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT DO NOTHING",
    )?
    .execute(params![
        agreement.id,
        agreement.member.as_bytes(),
        serde_json::to_string(&agreement.channel).map_err(LedgerError::from)?,
        agreement.currency.code(),
        caps.per_transaction,
        caps.per_day,
        caps.per_month,
        AgreementState::Asked.word(),
        column(agreement.expires_ms),
        column(now_ms)
    ])?;
    let kept = by_id(tx, &agreement.id)?.ok_or(AgreementError::Unknown)?;
    let same = kept.member == agreement.member && kept.channel == agreement.channel && kept.caps == *caps;
    if same { Ok(()) } else { Err(AgreementError::Taken) }
}

/// The channel says that the payer has signed: the number is sealed and the agreement is active.
///
/// # Errors
/// [`AgreementError`].
pub fn signed(
    tx: &Transaction<'_>,
    id: &str,
    number: &AgreementNumber,
    seal: &Seal,
    now_ms: u64,
) -> Result<AgreementState, AgreementError> {
    let state = change(tx, id, Change::Signed, now_ms)?;
    tx.prepare_cached("UPDATE agreement SET sealed = ?2 WHERE id = ?1")?
        .execute(params![id, seal.seal(id, number)?])?;
    Ok(state)
}

/// Suspends, resumes, revokes or expires an agreement; answers its new state.
///
/// # Errors
/// [`AgreementError::Unknown`], [`AgreementError::Change`].
pub fn change(
    tx: &Transaction<'_>,
    id: &str,
    change: Change,
    now_ms: u64,
) -> Result<AgreementState, AgreementError> {
    let before = by_id(tx, id)?.ok_or(AgreementError::Unknown)?;
    let after = before.state.after(change)?;
    tx.prepare_cached("UPDATE agreement SET state = ?2, changed = ?3 WHERE id = ?1")?.execute(params![
        id,
        after.word(),
        column(now_ms)
    ])?;
    Ok(after)
}

/// Destroys the number of an ended agreement, once the channel has acknowledged that it is unsigned.
pub fn forget_number(tx: &Transaction<'_>, id: &str) -> Result<bool, AgreementError> {
    let gone = tx
        .prepare_cached(
            "UPDATE agreement SET sealed = NULL WHERE id = ?1 AND state IN ('revoked', 'expired')",
        )?
        .execute(params![id])?;
    Ok(gone == 1)
}

const COLUMNS: &str = "id, member, channel, currency, per_transaction, per_day, per_month, state, expires";

/// An agreement.
pub fn by_id(db: &Connection, id: &str) -> Result<Option<Agreement>, LedgerError> {
    db.prepare_cached(&format!("SELECT {COLUMNS} FROM agreement WHERE id = ?1"))?
        .query_row(params![id], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

/// A member's agreements, the ended ones too.
pub fn by_member(db: &Connection, member: &Token) -> Result<Vec<Agreement>, LedgerError> {
    let mut rows =
        db.prepare_cached(&format!("SELECT {COLUMNS} FROM agreement WHERE member = ?1 ORDER BY rowid"))?;
    let rows = rows.query_map(params![member.as_bytes()], |row| Ok(read(row)))?;
    rows.map(|row| row?).collect()
}

fn read(row: &rusqlite::Row<'_>) -> Result<Agreement, LedgerError> {
    let (currency, state): (String, String) = (row.get(3)?, row.get(7)?);
    let state = AgreementState::ALL.into_iter().find(|known| known.word() == state);
    let channel: ChannelKind = serde_json::from_str(&row.get::<_, String>(2)?)?;
    Ok(Agreement {
        id: row.get(0)?,
        member: Token::from_bytes(row.get(1)?),
        channel,
        currency: Currency::parse(&currency).map_err(|_bad| LedgerError::Broken("a currency is none"))?,
        caps: Caps { per_transaction: row.get(4)?, per_day: row.get(5)?, per_month: row.get(6)? },
        state: state.ok_or(LedgerError::Broken("an agreement is in a strange state"))?,
        expires_ms: u64::try_from(row.get::<_, i64>(8)?).unwrap_or(0),
    })
}

/// What was charged today and this month, charges under way among it.
pub fn history(db: &Connection, id: &str, now_ms: u64) -> Result<History, LedgerError> {
    let day = Day::of(now_ms);
    let since = |day: Day| -> Result<i64, LedgerError> {
        Ok(db
            .prepare_cached(
                "SELECT COALESCE(SUM(minor), 0) FROM agreement_charge WHERE agreement = ?1 AND freed = 0 AND at >= ?2",
            )?
            .query_row(params![id, column(day.start_ms())], |row| row.get(0))?)
    };
    Ok(History { day, today: since(day)?, this_month: since(day.month_start())? })
}

/// Holds an amount against the caps, in the transaction that writes the attempt, before the channel is asked. The
/// same attempt again changes nothing.
///
/// # Errors
/// [`AgreementError::Capped`] and others.
pub fn hold(
    tx: &Transaction<'_>,
    id: &str,
    number: &AttemptNumber,
    amount: Money,
    now_ms: u64,
) -> Result<(), AgreementError> {
    let held = tx
        .prepare_cached("SELECT 1 FROM agreement_charge WHERE number = ?1 AND agreement = ?2 AND minor = ?3")?
        .exists(params![number.as_str(), id, amount.minor()])?;
    if held {
        return Ok(());
    }
    let agreement = by_id(tx, id)?.ok_or(AgreementError::Unknown)?;
    may_charge(&agreement, amount, &history(tx, id, now_ms)?, now_ms)?;
    tx.prepare_cached("INSERT INTO agreement_charge(number, agreement, minor, at) VALUES(?1, ?2, ?3, ?4)")?
        .execute(params![number.as_str(), id, amount.minor(), column(now_ms)])?;
    Ok(())
}

/// An attempt is proved not paid, or reversed: it counts against no cap any more. A refund frees nothing, because the
/// payer was charged without a password all the same.
pub fn free(tx: &Transaction<'_>, number: &AttemptNumber) -> Result<(), LedgerError> {
    tx.prepare_cached("UPDATE agreement_charge SET freed = 1 WHERE number = ?1")?
        .execute(params![number.as_str()])?;
    Ok(())
}

/// An attempt that was called closed turns out to be paid: it counts against the caps again, whatever they say now,
/// because the money did move.
pub fn count_again(tx: &Transaction<'_>, number: &AttemptNumber) -> Result<(), LedgerError> {
    tx.prepare_cached("UPDATE agreement_charge SET freed = 0 WHERE number = ?1")?
        .execute(params![number.as_str()])?;
    Ok(())
}

/// What a record does to agreements. A charge that its agreement does not allow (any more) is refused whole; what a
/// channel proves afterwards is entered in any case, since money moved or did not.
pub(super) fn enter(tx: &Transaction<'_>, now_ms: i64, record: &Record) -> Result<(), LedgerError> {
    match record {
        Record::Charging { attempt, .. } => {
            let Some(id) = &attempt.agreement else { return Ok(()) };
            let now_ms = u64::try_from(now_ms).unwrap_or(0);
            match hold(tx, id, &attempt.number, attempt.amount, now_ms) {
                Ok(()) => Ok(()),
                Err(AgreementError::Ledger(error)) => Err(error),
                Err(refused) => Err(LedgerError::Agreement(refused.to_string())),
            }
        }
        Record::Closed { number, .. } => free(tx, number),
        Record::Paid { number, .. } => count_again(tx, number),
        _ => Ok(()),
    }
}

/// The number of an agreement, for the channel and nobody else.
///
/// # Errors
/// [`AgreementError::Unknown`] where it was never signed or its number is destroyed, [`AgreementError::Seal`].
pub fn number(db: &Connection, id: &str, seal: &Seal) -> Result<AgreementNumber, AgreementError> {
    let sealed: Option<Option<Vec<u8>>> = db
        .prepare_cached("SELECT sealed FROM agreement WHERE id = ?1")?
        .query_row(params![id], |row| row.get(0))
        .optional()?;
    Ok(seal.open(id, &sealed.flatten().ok_or(AgreementError::Unknown)?)?)
}

#[cfg(test)]
mod tests;
