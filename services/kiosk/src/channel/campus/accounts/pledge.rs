//! What stands good for a charge towards the back office: kept in the charge's own transaction, so that a till which
//! asks after a restart hears the same. And when the back office last said that the deny list is the newest.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Accounts, CampusError};
use crate::member::{IdentityKind, Token};
use crate::offline::{Instrument, Pledge};
use crate::till::CardUid;

/// Keeps it, once for each charge.
pub(super) fn keep(db: &Connection, number: &str, instrument: &Instrument) -> Result<(), CampusError> {
    let text = serde_json::to_string(instrument).map_err(|_unwritable| CampusError::OutOfRange)?;
    db.prepare_cached(
        "INSERT OR IGNORE INTO pledge (number, instrument, deny_list)
         SELECT ?1, ?2, version FROM deny_list",
    )?
    .execute(params![number, text])?;
    Ok(())
}

impl Accounts {
    /// What stands good for a charge; none for a card that only its uid names, and for a kiosk without a back office.
    ///
    /// # Errors
    /// The file.
    pub fn pledge(&mut self, number: &str) -> Result<Option<Pledge>, CampusError> {
        let found: Option<(String, i64)> = self
            .db
            .prepare_cached("SELECT instrument, deny_list FROM pledge WHERE number = ?1")?
            .query_row([number], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((text, version)) = found else { return Ok(None) };
        let instrument = serde_json::from_str(&text).map_err(|_unreadable| CampusError::Broken)?;
        let deny_list = u64::try_from(version).map_err(|_negative| CampusError::Broken)?;
        Ok(Some(Pledge { instrument, deny_list }))
    }

    /// Version of the deny list in force, and when the back office last said that there is no newer one, in
    /// milliseconds since 1970 UTC; 0 is never.
    ///
    /// # Errors
    /// The file.
    pub fn deny_list(&mut self) -> Result<(u64, u64), CampusError> {
        let (version, heard): (i64, i64) =
            self.db.query_row("SELECT version, heard_ms FROM deny_list", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
        let number = |number| u64::try_from(number).map_err(|_negative| CampusError::Broken);
        Ok((number(version)?, number(heard)?))
    }

    /// The back office says which version is the newest; where that is ours, it was current at `now_ms`.
    ///
    /// # Errors
    /// The file.
    pub fn heard_deny_list(&mut self, newest: u64, now_ms: u64) -> Result<(), CampusError> {
        let number = |number| i64::try_from(number).map_err(|_large| CampusError::OutOfRange);
        self.db.execute(
            "UPDATE deny_list SET heard_ms = ?2 WHERE version >= ?1 AND heard_ms < ?2",
            params![number(newest)?, number(now_ms)?],
        )?;
        Ok(())
    }

    /// A card as the back office knows it, where there is one.
    pub(super) fn token(&self, card: &CardUid) -> Option<Token> {
        self.tokens.as_ref().map(|key| key.token(IdentityKind::Card, card.reveal()))
    }
}
