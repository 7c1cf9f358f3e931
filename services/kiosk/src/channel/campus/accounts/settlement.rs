//! What cards signed for others, kept in the transaction that books their debit and read out as a day's settlement.
//! Cards' own numbers lie here sealed under the school's key.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::hmac;
use rusqlite::{Connection, params};

use super::{Accounts, CampusError, begin, today};
use crate::channel::campus::settlement::{Evidence, Settled};
use crate::till::{Currency, Money};

/// Keeps these texts apart from anything else under the same key.
const DOMAIN: &[u8] = b"dais-settlement-1";

/// A debit's evidence as it lies in the file.
pub(super) type Sealed = Vec<u8>;

/// Keeps the evidence of a debit that happened, once, on the first business day that no file was written of.
pub(super) fn keep(db: &Connection, number: &str, sealed: Option<&Sealed>) -> Result<(), CampusError> {
    let Some(sealed) = sealed else { return Ok(()) };
    db.prepare_cached(
        "INSERT INTO settlement (number, day, sealed)
         SELECT purse.number, max(?2, settled.day + 1), ?3 FROM purse, settled
         WHERE purse.number = ?1 AND purse.state IN ('taken', 'returned')
             AND NOT EXISTS (SELECT 1 FROM settlement WHERE number = ?1)",
    )?
    .execute(params![number, today(db)?, sealed])?;
    Ok(())
}

impl Accounts {
    fn sealing_key(&self) -> Result<RandomizedNonceKey, CampusError> {
        let key = hmac::sign(&self.key, DOMAIN);
        RandomizedNonceKey::new(&AES_256_GCM, key.as_ref()).map_err(|_rejected| CampusError::NoRandom)
    }

    /// Seals what a card proved of the debit with this number.
    ///
    /// # Errors
    /// [`CampusError::NoRandom`].
    pub(super) fn sealed(
        &self,
        number: &str,
        evidence: Option<&Evidence>,
    ) -> Result<Option<Sealed>, CampusError> {
        let Some(evidence) = evidence else { return Ok(None) };
        let mut text = serde_json::to_vec(evidence).map_err(|_unwritable| CampusError::OutOfRange)?;
        let nonce = self
            .sealing_key()?
            .seal_in_place_append_tag(Aad::from(number.as_bytes()), &mut text)
            .map_err(|_unspecified| CampusError::NoRandom)?;
        Ok(Some([nonce.as_ref().as_slice(), &text].concat()))
    }

    fn opened(&self, number: &str, sealed: &[u8]) -> Result<Evidence, CampusError> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(CampusError::Broken)?;
        let mut text = text.to_vec();
        let plain = self
            .sealing_key()?
            .open_in_place(Nonce::from(nonce), Aad::from(number.as_bytes()), &mut text)
            .map_err(|_unspecified| CampusError::Broken)?;
        serde_json::from_slice(plain).map_err(|_unreadable| CampusError::Broken)
    }

    /// All debits whose cards' proofs came on a business day (days since 1970) that is over. From then on nothing more
    /// comes on it, also where the clock is set back.
    ///
    /// # Errors
    /// [`CampusError::NotOver`], or the file.
    pub fn settlement(&mut self, day: i64) -> Result<Vec<Settled>, CampusError> {
        let change = begin(&mut self.db)?;
        if day >= today(&change)? {
            return Err(CampusError::NotOver);
        }
        change.execute("UPDATE settled SET day = max(day, ?1)", [day])?;
        change.commit()?;
        let mut ask = self.db.prepare(
            "SELECT settlement.id, number, purse.day, value_before, minor, currency, sealed
             FROM settlement JOIN purse USING (number) WHERE settlement.day = ?1 ORDER BY settlement.id",
        )?;
        let mut rows = ask.query([day])?;
        let mut debits = Vec::new();
        while let Some(row) = rows.next()? {
            let (number, sealed): (String, Sealed) = (row.get(1)?, row.get(6)?);
            let currency = Currency::parse(&row.get::<_, String>(5)?)?;
            debits.push(Settled {
                sequence: row.get(0)?,
                evidence: self.opened(&number, &sealed)?,
                number,
                day: row.get(2)?,
                before: row.get(3)?,
                amount: Money::new(row.get(4)?, currency),
            });
        }
        Ok(debits)
    }
}
