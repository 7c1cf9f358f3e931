//! A purse on a DESFire card: a value file, and where the school has it a transaction MAC file.

use nfc::NoAnswer;

use super::super::Doubt;
use super::super::settlement::{CardNumber, Evidence};
use super::state::{Event, Held, judge};
use super::{Cut, Look, OpenDebit, Talk, Undone};
use crate::card::aes::{AesKey, Block};
use crate::card::desfire::{
    self, DesfireError, First, Handshake, ReaderId, Session, Transaction, TransactionMac,
};
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
    /// place's. Such cards are EV2 or later and are authenticated as such.
    pub mac_file: bool,
    /// Whether that file takes no transaction without its reader's name.
    pub reader_id: bool,
    /// The transaction MAC key, credential `campus_desfire_mac_key`, where the kiosk may have it.
    pub mac_key: Option<AesKey>,
}

/// A card that proved itself.
pub(super) struct Desfire {
    parts: DesfireParts,
    uid: [u8; 7],
    session: Session,
    /// What it held when it was looked at, and how its transaction MAC file stood.
    before: i32,
    last: Option<TransactionMac>,
    /// The names inside the transaction that is under way: ours, and the last one, sealed.
    readers: Option<(ReaderId, Block)>,
}

impl Desfire {
    /// Each proves to the other that it knows the card's key.
    pub(super) async fn meet(talk: &mut Talk<'_>, parts: &DesfireParts, card: &CardUid) -> Result<Self, Cut> {
        let uid: [u8; 7] = card.reveal().try_into().map_err(|_length| DesfireError::NotGenuine)?;
        let key = an10922::card_key(&parts.key, &uid, &CAMPUS_APPLICATION);
        desfire::selected(&talk.exchange(desfire::select(CAMPUS_APPLICATION)).await?)?;
        let mut ours = [0; 16];
        aws_lc_rs::rand::fill(&mut ours).map_err(|_no_randomness| Doubt::ServerError)?;
        let session = if parts.mac_file {
            let challenge = talk.exchange(desfire::authenticate_first()).await?;
            let (first, proof) = First::answer(key, ours, &challenge)?;
            first.finish(&talk.exchange(proof).await?)?
        } else {
            let challenge = talk.exchange(desfire::authenticate()).await?;
            let (handshake, proof) = Handshake::answer(key, ours, &challenge)?;
            handshake.finish(&talk.exchange(proof).await?)?
        };
        Ok(Self { parts: parts.clone(), uid, session, before: 0, last: None, readers: None })
    }

    /// What the purse holds, its last transaction's MAC and, where readers name themselves, whose that was. `number` is
    /// the debit that this conversation is about.
    pub(super) async fn look(
        &mut self,
        talk: &mut Talk<'_>,
        open: Option<&OpenDebit>,
        number: &str,
    ) -> Result<Look, Cut> {
        let command = self.session.get_value(VALUE_FILE);
        self.before = self.session.value(&talk.exchange(command).await?)?;
        if self.parts.mac_file {
            let command = self.session.get_transaction_mac(MAC_FILE);
            self.last = Some(self.session.transaction_mac(&talk.exchange(command).await?)?);
        }
        if self.parts.reader_id {
            let ours = ReaderId::of(&self.parts.key, number);
            let command = self.session.commit_reader(&ours);
            let sealed = self.session.last_reader(&talk.exchange(command).await?)?;
            self.readers = Some((ours, sealed));
        }
        let held = Held { value: i64::from(self.before), counter: self.last.map(|last| last.counter) };
        let said = open.map(|open| self.judge(open, held));
        Ok(Look { serial: None, held, last: self.last.map(|mac| self.evidence(mac)), said })
    }

    /// What became of a debit that only the card knows about: as its last reader's name says, where that can be read,
    /// or else by counter and value.
    fn judge(&self, open: &OpenDebit, held: Held) -> Event {
        let one_more = open.before.counter.and_then(|before| before.checked_add(1));
        match self.last_reader() {
            Some(last) if one_more == held.counter => {
                if last == ReaderId::of(&self.parts.key, &open.number) {
                    Event::SeenDebited
                } else {
                    Event::SeenUntouched
                }
            }
            _ => judge(open.before, open.amount, held),
        }
    }

    fn last_reader(&self) -> Option<ReaderId> {
        let (mac_key, last, (_ours, sealed)) = (self.parts.mac_key.as_ref()?, self.last?, self.readers?);
        ReaderId::open(&self.parts.key, mac_key, &self.uid, last.counter, &sealed)
    }

    fn evidence(&self, mac: TransactionMac) -> Evidence {
        Evidence::Desfire { card: CardNumber::new(&self.uid), mac }
    }

    pub(super) async fn debit(
        &mut self,
        talk: &mut Talk<'_>,
        amount: i32,
    ) -> Result<Option<Evidence>, Undone> {
        let command = self.session.debit(VALUE_FILE, amount);
        let debited = match talk.exchange(command).await {
            Ok(answer) => self.session.done(&answer).map_err(Cut::from),
            Err(left) => Err(left.into()),
        };
        // Without a commit the card drops it, whatever became of this command.
        debited.map_err(Undone::Spared)?;
        let command = self.session.commit(self.parts.mac_file);
        let answer = talk.exchange(command).await.map_err(|left| match left {
            // The one case in which it surely was not sent.
            NoAnswer::NotThere => Undone::Spared(left.into()),
            NoAnswer::CardLeft | NoAnswer::ReaderLost => Undone::Unknown(left.into()),
        })?;
        let mac = self.session.committed(&answer).map_err(|error| Undone::Unknown(error.into()))?;
        let next = self.last.and_then(|last| last.counter.checked_add(1));
        if mac.map(|mac| mac.counter) != next {
            tracing::warn!("a commit has another counter than it must have");
            return Err(Undone::Unknown(DesfireError::Unreadable.into()));
        }
        if let (Some(key), Some(mac)) = (&self.parts.mac_key, &mac) {
            let (before, readers) = (self.before, self.readers);
            let transaction = Transaction { file: VALUE_FILE, before, amount, readers };
            if !transaction.is(key, &self.uid, mac) {
                // The session proved the debit; the back office will find the same fault.
                tracing::warn!(
                    "a card's transaction MAC is not what campus_desfire_mac_key makes of its debit"
                );
            }
        }
        Ok(mac.map(|mac| self.evidence(mac)))
    }
}

#[cfg(test)]
mod tests;
