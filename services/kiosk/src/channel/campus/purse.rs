//! A conversation with a card's purse: prove each other, decide what an earlier tap left open, debit.
//!
//! Nothing here is believed that the card did not prove, and nothing moves before the journal has it. Whatever cuts
//! the conversation off, what is known lies in the journal and the next tap goes on from there.

use nfc::NoAnswer;

use super::accounts::{Arm, Debit};
use super::link::{CardLink, Talk};
use super::{Campus, Doubt};
use crate::card::aes::AesKey;
use crate::card::desfire::{self, DesfireError, Handshake, Session, TransactionMac};
use crate::card::{CAMPUS_APPLICATION, an10922};
use crate::till::{CardUid, Currency, Money};

pub mod state;

use state::{Event, Held};

/// The purse's value file.
const VALUE_FILE: u8 = 0x01;
/// The transaction MAC file, on cards that have one (EV2 and later).
const MAC_FILE: u8 = 0x0F;
/// What purses need: the school's master key and the way to the reader.
#[derive(Debug)]
pub struct PurseParts {
    /// The master key, credential `campus_desfire_key`.
    pub key: AesKey,
    /// Whether the school's cards have a transaction MAC file, by whose counter a torn debit is told from another
    /// place's.
    pub mac_file: bool,
    /// The way to the reader.
    pub link: CardLink,
}

/// Why a conversation ended early. What it did is in the journal.
#[derive(Debug)]
enum Cut {
    /// The card left, or the reader.
    Left(NoAnswer),
    /// The card is not the school's, or answers nonsense.
    Card(DesfireError),
    /// The accounts do not answer.
    Accounts(Doubt),
}

impl From<NoAnswer> for Cut {
    fn from(left: NoAnswer) -> Self {
        Self::Left(left)
    }
}

impl From<DesfireError> for Cut {
    fn from(error: DesfireError) -> Self {
        Self::Card(error)
    }
}

impl From<Doubt> for Cut {
    fn from(doubt: Doubt) -> Self {
        Self::Accounts(doubt)
    }
}

impl Campus {
    /// Charges a purse: asks the journal first, then the card.
    ///
    /// # Errors
    /// [`Doubt`]: the accounts do not answer.
    pub(super) async fn charge_purse(
        &self,
        parts: &PurseParts,
        number: &str,
        card: &CardUid,
        amount: Money,
        day: i64,
    ) -> Result<Debit, Doubt> {
        let (owned, holder) = (number.to_owned(), card.clone());
        let asked = self.ask(move |accounts| accounts.purse_ask(&owned, &holder, amount, day)).await?;
        if asked != Debit::CardAgain {
            return Ok(asked);
        }
        let said = self.converse(parts, card, number.to_owned(), amount.currency()).await?;
        match said {
            Some(refused) => Ok(refused),
            None => {
                let owned = number.to_owned();
                self.ask(move |accounts| accounts.lookup(&owned)).await
            }
        }
    }

    /// A purse came back: finishes what waits for it.
    ///
    /// # Errors
    /// [`Doubt`]: the accounts do not answer.
    pub(super) async fn finish_purse(&self, parts: &PurseParts, card: &CardUid) -> Result<(), Doubt> {
        let holder = card.clone();
        let waiting = self.ask(move |accounts| accounts.purse_waiting(&holder)).await?;
        let Some((number, currency)) = waiting else { return Ok(()) };
        self.converse(parts, card, number, currency).await.map(drop)
    }

    /// Answers why the card is refused, if it is; everything else stands in the journal.
    async fn converse(
        &self,
        parts: &PurseParts,
        card: &CardUid,
        number: String,
        currency: Currency,
    ) -> Result<Option<Debit>, Doubt> {
        match self.debit_purse(parts, card, &number, currency).await {
            Ok(refused) => Ok(refused),
            Err(Cut::Left(left)) => {
                tracing::info!(%left, "a purse's conversation was cut off");
                Ok(None)
            }
            Err(Cut::Accounts(doubt)) => Err(doubt),
            Err(Cut::Card(error)) => {
                tracing::warn!(%error, "a purse's conversation failed");
                let refused = match error {
                    DesfireError::NotGenuine => Debit::CardUnknown,
                    DesfireError::Refused(_status) => Debit::Declined,
                    // Noise: held there again it may do better.
                    DesfireError::Unreadable => return Ok(None),
                };
                let (owned, holder) = (number.clone(), number);
                let now = self
                    .ask(move |accounts| {
                        accounts.purse_step(&owned, Event::Refuse)?;
                        accounts.lookup(&holder)
                    })
                    .await?;
                // Only a debit that was never sent can be refused; one that was stays with the card.
                Ok((now == Debit::TakenBack).then_some(refused))
            }
        }
    }

    async fn debit_purse(
        &self,
        parts: &PurseParts,
        card: &CardUid,
        number: &str,
        currency: Currency,
    ) -> Result<Option<Debit>, Cut> {
        let mut talk = parts.link.turn(card).await?;
        let mut session = prove(&mut talk, &parts.key, card).await?;
        let (held, last) = look(&mut talk, &mut session, parts.mac_file).await?;
        let (holder, owned) = (card.clone(), number.to_owned());
        let arm = self
            .ask(move |accounts| {
                accounts.purse_seen(&holder, held, last, currency)?;
                accounts.purse_arm(&owned, &holder, held)
            })
            .await?;
        let amount = match arm {
            Arm::Go(amount) => amount,
            Arm::No(said) => {
                return Ok(Some(said).filter(|said| !matches!(said, Debit::CardAgain | Debit::None)));
            }
        };
        let command = session.debit(VALUE_FILE, amount);
        let debited = match talk.exchange(command).await {
            Ok(answer) => session.done(&answer).map_err(Cut::from),
            Err(left) => Err(left.into()),
        };
        if let Err(cut) = debited {
            // Without a commit the card drops it, whatever became of this command.
            self.step(number, Event::Disarm).await?;
            return Err(cut);
        }
        let command = session.commit(held.counter.is_some());
        match talk.exchange(command).await {
            // The one case in which it surely was not sent.
            Err(NoAnswer::NotThere) => {
                self.step(number, Event::Disarm).await?;
                return Err(NoAnswer::NotThere.into());
            }
            Err(left) => return Err(left.into()),
            Ok(answer) => match session.committed(&answer) {
                Ok(mac)
                    if mac.map(|mac| mac.counter)
                        == held.counter.and_then(|counter| counter.checked_add(1)) =>
                {
                    let (owned, holder) = (number.to_owned(), card.clone());
                    self.ask(move |accounts| accounts.purse_committed(&owned, &holder, mac)).await?;
                }
                // Nobody knows: it stays armed, and the next tap decides.
                Ok(_other) => tracing::warn!("a commit has another counter than it must have"),
                Err(error) => tracing::warn!(%error, "a commit has no proof"),
            },
        }
        Ok(None)
    }

    async fn step(&self, number: &str, event: Event) -> Result<(), Doubt> {
        let number = number.to_owned();
        self.ask(move |accounts| accounts.purse_step(&number, event)).await
    }
}

/// Each proves to the other that it knows the card's key.
async fn prove(talk: &mut Talk<'_>, master: &AesKey, card: &CardUid) -> Result<Session, Cut> {
    let uid: &[u8; 7] = card.reveal().try_into().map_err(|_length| DesfireError::NotGenuine)?;
    let key = an10922::card_key(master, uid, &CAMPUS_APPLICATION);
    desfire::selected(&talk.exchange(desfire::select(CAMPUS_APPLICATION)).await?)?;
    let challenge = talk.exchange(desfire::authenticate()).await?;
    let mut ours = [0; 16];
    aws_lc_rs::rand::fill(&mut ours).map_err(|_no_randomness| Doubt::ServerError)?;
    let (handshake, proof) = Handshake::answer(key, ours, &challenge)?;
    Ok(handshake.finish(&talk.exchange(proof).await?)?)
}

/// What the purse holds, and its last transaction's MAC.
async fn look(
    talk: &mut Talk<'_>,
    session: &mut Session,
    mac_file: bool,
) -> Result<(Held, Option<TransactionMac>), Cut> {
    let command = session.get_value(VALUE_FILE);
    let value = i64::from(session.value(&talk.exchange(command).await?)?);
    if !mac_file {
        return Ok((Held { value, counter: None }, None));
    }
    let command = session.get_transaction_mac(MAC_FILE);
    let last = session.transaction_mac(&talk.exchange(command).await?)?;
    Ok((Held { value, counter: Some(last.counter) }, Some(last)))
}

#[cfg(test)]
mod tests;
