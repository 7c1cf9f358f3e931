//! A purse on a DESFire card: a value file, and where the school has it a transaction MAC file.

use nfc::NoAnswer;

use super::super::Doubt;
use super::state::{Held, judge};
use super::{Cut, Look, OpenDebit, Talk, Undone};
use crate::card::aes::AesKey;
use crate::card::desfire::{self, DesfireError, Handshake, Session, TransactionMac};
use crate::card::{CAMPUS_APPLICATION, an10922};
use crate::till::CardUid;

/// The purse's value file.
const VALUE_FILE: u8 = 0x01;
/// The transaction MAC file, on cards that have one (EV2 and later).
const MAC_FILE: u8 = 0x0F;

/// What DESFire purses need.
#[derive(Clone, Debug)]
pub struct DesfireParts {
    /// The master key, credential `campus_desfire_key`.
    pub key: AesKey,
    /// Whether the school's cards have a transaction MAC file, by whose counter a torn debit is told from another
    /// place's.
    pub mac_file: bool,
}

/// A card that proved itself.
pub(super) struct Desfire {
    session: Session,
    mac_file: bool,
    /// How many transactions it had committed when it was looked at.
    counter: Option<u32>,
}

impl Desfire {
    /// Each proves to the other that it knows the card's key.
    pub(super) async fn meet(talk: &mut Talk<'_>, parts: &DesfireParts, card: &CardUid) -> Result<Self, Cut> {
        let uid: &[u8; 7] = card.reveal().try_into().map_err(|_length| DesfireError::NotGenuine)?;
        let key = an10922::card_key(&parts.key, uid, &CAMPUS_APPLICATION);
        desfire::selected(&talk.exchange(desfire::select(CAMPUS_APPLICATION)).await?)?;
        let challenge = talk.exchange(desfire::authenticate()).await?;
        let mut ours = [0; 16];
        aws_lc_rs::rand::fill(&mut ours).map_err(|_no_randomness| Doubt::ServerError)?;
        let (handshake, proof) = Handshake::answer(key, ours, &challenge)?;
        let session = handshake.finish(&talk.exchange(proof).await?)?;
        Ok(Self { session, mac_file: parts.mac_file, counter: None })
    }

    /// What the purse holds, and its last transaction's MAC.
    pub(super) async fn look(&mut self, talk: &mut Talk<'_>, open: Option<&OpenDebit>) -> Result<Look, Cut> {
        let command = self.session.get_value(VALUE_FILE);
        let value = i64::from(self.session.value(&talk.exchange(command).await?)?);
        let last = if self.mac_file {
            let command = self.session.get_transaction_mac(MAC_FILE);
            Some(self.session.transaction_mac(&talk.exchange(command).await?)?)
        } else {
            None
        };
        self.counter = last.map(|last| last.counter);
        let held = Held { value, counter: self.counter };
        let said = open.map(|open| judge(open.before, open.amount, held));
        Ok(Look { held, last, said })
    }

    pub(super) async fn debit(
        &mut self,
        talk: &mut Talk<'_>,
        amount: i32,
    ) -> Result<Option<TransactionMac>, Undone> {
        let command = self.session.debit(VALUE_FILE, amount);
        let debited = match talk.exchange(command).await {
            Ok(answer) => self.session.done(&answer).map_err(Cut::from),
            Err(left) => Err(left.into()),
        };
        // Without a commit the card drops it, whatever became of this command.
        debited.map_err(Undone::Spared)?;
        let command = self.session.commit(self.mac_file);
        let answer = talk.exchange(command).await.map_err(|left| match left {
            // The one case in which it surely was not sent.
            NoAnswer::NotThere => Undone::Spared(left.into()),
            NoAnswer::CardLeft | NoAnswer::ReaderLost => Undone::Unknown(left.into()),
        })?;
        let mac = self.session.committed(&answer).map_err(|error| Undone::Unknown(error.into()))?;
        let counter = mac.map(|mac| mac.counter);
        if counter != self.counter.and_then(|counter| counter.checked_add(1)) {
            tracing::warn!("a commit has another counter than it must have");
            return Err(Undone::Unknown(DesfireError::Unreadable.into()));
        }
        Ok(mac)
    }
}
