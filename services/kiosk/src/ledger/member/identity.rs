//! Who a member is: joining, the code on a phone, and the cards and phones that stand for one.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::MemberError;
use crate::ledger::promotion::column;
use crate::member::{Birthday, Handle, IdentityKind, MemberCode, MemberKey, Token};

/// One person's cards, tags and phones; more is somebody trying.
const IDENTITIES_MAX: i64 = 16;

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
