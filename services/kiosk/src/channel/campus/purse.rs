//! A conversation with a card's purse: prove each other, decide what an earlier tap left open, debit.
//!
//! Nothing here is believed that the card did not prove, and nothing moves before the journal has it. Whatever cuts
//! the conversation off, what is known lies in the journal and the next tap goes on from there. Each kind of purse has
//! a file of its own; what they share is here.

use super::accounts::{Arm, Debit, OpenDebit, Seen};
use super::link::{CardLink, Talk};
use super::settlement::Evidence;
use super::{Campus, Doubt};
use crate::till::{CardUid, Currency, Money, PurseKind};

mod classic;
mod desfire;
mod epurse;
mod fault;
pub mod state;

use classic::Classic;
pub use classic::ClassicParts;
use desfire::Desfire;
pub use desfire::DesfireParts;
use epurse::Epurse;
pub use epurse::EpurseParts;
use fault::{Cut, Fault};
use state::{Event, Held};

/// What purses need: the way to the reader, and the school's keys of each kind that it has.
#[derive(Debug, Default)]
pub struct PurseParts {
    /// The way to the reader.
    pub link: CardLink,
    /// Purses on DESFire cards.
    pub desfire: Option<DesfireParts>,
    /// Purses on MIFARE Classic cards.
    pub classic: Option<ClassicParts>,
    /// Electronic purses by PBOC.
    pub epurse: Option<EpurseParts>,
}

impl PurseParts {
    /// Whether purses of this kind can be talked to.
    pub fn takes(&self, kind: PurseKind) -> bool {
        match kind {
            PurseKind::Desfire => self.desfire.is_some(),
            PurseKind::Classic => self.classic.is_some(),
            PurseKind::Epurse => self.epurse.is_some(),
        }
    }
}

/// What a card says before anything is taken from it.
pub(super) struct Look {
    /// The purse's own number, where its key hangs on it and not on the card's uid.
    pub(super) serial: Option<Vec<u8>>,
    pub(super) held: Held,
    /// What proves its last transaction to others, where it says.
    pub(super) last: Option<Evidence>,
    /// What became of the debit that only the card knew about.
    pub(super) said: Option<Event>,
}

/// How a debit was not proved.
enum Undone {
    /// It surely never happens: what would have made it true was not sent.
    Spared(Cut),
    /// Only the card knows.
    Unknown(Cut),
}

/// A purse that lies there and knows the school's key.
enum Purse {
    Desfire(Desfire),
    Classic(Classic),
    Epurse(Epurse),
}

impl Purse {
    /// Proves that the card is the school's.
    async fn meet(
        talk: &mut Talk<'_>,
        parts: &PurseParts,
        kind: PurseKind,
        card: &CardUid,
    ) -> Result<Self, Cut> {
        match kind {
            PurseKind::Desfire => {
                let parts = parts.desfire.as_ref().ok_or(Fault::Refused)?;
                Ok(Self::Desfire(Desfire::meet(talk, parts, card).await?))
            }
            PurseKind::Classic => {
                let parts = parts.classic.as_ref().ok_or(Fault::Refused)?;
                Ok(Self::Classic(Classic::meet(parts, card)))
            }
            PurseKind::Epurse => {
                let parts = parts.epurse.as_ref().ok_or(Fault::Refused)?;
                Ok(Self::Epurse(Epurse::meet(talk, parts).await?))
            }
        }
    }

    async fn look(
        &mut self,
        talk: &mut Talk<'_>,
        open: Option<&OpenDebit>,
        number: &str,
    ) -> Result<Look, Cut> {
        match self {
            Self::Desfire(purse) => purse.look(talk, open, number).await,
            Self::Classic(purse) => purse.look(talk, open).await,
            Self::Epurse(purse) => purse.look(talk, open).await,
        }
    }

    /// Takes an amount out; answers with what proves it to others.
    async fn debit(
        &mut self,
        talk: &mut Talk<'_>,
        campus: &Campus,
        number: &str,
        amount: i32,
    ) -> Result<Option<Evidence>, Undone> {
        match self {
            Self::Desfire(purse) => purse.debit(talk, amount).await,
            Self::Classic(purse) => purse.debit(talk, number, amount).await.map(|()| None),
            Self::Epurse(purse) => purse.debit(talk, campus, number, amount).await.map(Some),
        }
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
        (kind, card): (PurseKind, &CardUid),
        number: &str,
        amount: Money,
        day: i64,
    ) -> Result<Debit, Doubt> {
        let (owned, holder) = (number.to_owned(), card.clone());
        let asked = self.ask(move |accounts| accounts.purse_ask(&owned, kind, &holder, amount, day)).await?;
        if asked != Debit::CardAgain {
            return Ok(asked);
        }
        let said = self.converse(parts, (kind, card), number.to_owned(), amount.currency()).await?;
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
    pub(super) async fn finish_purse(
        &self,
        parts: &PurseParts,
        kind: PurseKind,
        card: &CardUid,
    ) -> Result<(), Doubt> {
        let holder = card.clone();
        let waiting = self.ask(move |accounts| accounts.purse_waiting(&holder)).await?;
        let Some((number, currency)) = waiting else { return Ok(()) };
        self.converse(parts, (kind, card), number, currency).await.map(drop)
    }

    /// What a purse says of itself when nobody pays; none where it is not genuine, or left.
    pub(super) async fn look_at_purse(
        &self,
        parts: &PurseParts,
        kind: PurseKind,
        card: &CardUid,
        open: Option<&OpenDebit>,
    ) -> Option<Look> {
        let looked = async {
            let mut talk = parts.link.turn(card).await?;
            let mut purse = Purse::meet(&mut talk, parts, kind, card).await?;
            // No debit of this number follows: its name for the reader is never committed.
            purse.look(&mut talk, open, "").await
        };
        let looked: Result<Look, Cut> = looked.await;
        looked.inspect_err(|_| tracing::info!("a purse did not say what it holds")).ok()
    }

    /// Answers why the card is refused, if it is; everything else stands in the journal.
    async fn converse(
        &self,
        parts: &PurseParts,
        card: (PurseKind, &CardUid),
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
            Err(Cut::Card(fault)) => {
                tracing::warn!(%fault, "a purse's conversation failed");
                let refused = match fault {
                    Fault::NotGenuine => Debit::CardUnknown,
                    Fault::Refused => Debit::Declined,
                    Fault::Unreadable => return Ok(None),
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
        (kind, card): (PurseKind, &CardUid),
        number: &str,
        currency: Currency,
    ) -> Result<Option<Debit>, Cut> {
        let holder = card.clone();
        let open = self.ask(move |accounts| accounts.purse_open(&holder)).await?;
        let mut talk = parts.link.turn(card).await?;
        let mut purse = Purse::meet(&mut talk, parts, kind, card).await?;
        let Look { serial, held, last, said } = purse.look(&mut talk, open.as_ref(), number).await?;
        let said = open.map(|open| open.number).zip(said);
        let seen = Seen { kind, serial: serial.clone(), held, last, said };
        let (holder, owned) = (card.clone(), number.to_owned());
        let arm = self
            .ask(move |accounts| {
                if !accounts.purse_seen(&holder, &seen, currency)? {
                    return Ok(None);
                }
                accounts.purse_arm(&owned, kind, &holder, held).map(Some)
            })
            .await?
            .ok_or(Fault::NotGenuine)?;
        let amount = match arm {
            Arm::Go(amount) => amount,
            Arm::No(said) => {
                return Ok(Some(said).filter(|said| !matches!(said, Debit::CardAgain | Debit::None)));
            }
        };
        match purse.debit(&mut talk, self, number, amount).await {
            Ok(proof) => {
                let (owned, holder) = (number.to_owned(), card.clone());
                self.ask(move |accounts| {
                    accounts.purse_committed(&owned, &holder, serial.as_deref(), proof.as_ref())
                })
                .await?;
                Ok(None)
            }
            Err(Undone::Spared(cut)) => {
                self.step(number, Event::Disarm).await?;
                Err(cut)
            }
            // It stays armed, and the next tap decides.
            Err(Undone::Unknown(cut)) => Err(cut),
        }
    }

    async fn step(&self, number: &str, event: Event) -> Result<(), Doubt> {
        let number = number.to_owned();
        self.ask(move |accounts| accounts.purse_step(&number, event)).await
    }
}

#[cfg(test)]
mod bench;
#[cfg(test)]
mod histories;
#[cfg(test)]
mod tests;
