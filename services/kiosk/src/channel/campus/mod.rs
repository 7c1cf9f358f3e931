//! The school's own prepaid accounts, by card, in a SQLite file on the kiosk.
//!
//! A card's uid is an identifier and no secret worth trusting, so the file never holds one: accounts are keyed by
//! HMAC-SHA256 of the uid under the school's key. One thread owns the file; the channel asks it and waits.
//!
//! A card is known by its uid alone, by a tap that proves itself (NTAG 424 DNA), or by a purse of its own (DESFire),
//! which the channel debits through the reader.

mod accounts;
pub mod back_office;
pub mod deny;
mod holding;
pub mod limits;
mod link;
pub mod purse;
mod schema;
pub mod settlement;

use std::path::Path;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};

use async_trait::async_trait;
use tokio::sync::oneshot;

pub use self::accounts::{AccountId, Accounts, CampusError, CardProof, Debit, Movements, Undo, Unproved};
pub use self::holding::Holding;
pub use self::limits::Limits;
pub(crate) use self::link::Ask;
pub use self::link::CardLink;
pub use self::purse::{ClassicParts, DesfireParts, EpurseParts, PurseParts};

use super::{
    Channel, ChannelKind, Doubt, Opened, PaidProof, PendingReason, Proof, Refunded, Refusal, Revoked, Terms,
};
use crate::card::sun::{self, SunKeys};
use crate::offline::Pledge;
use crate::till::{Attempt, AttemptNumber, CardUid, Currency, Money, PurseKind, Refund, SunMessage, Tender};

/// Questions waiting for the file's thread. A kiosk serves one person; more than this means that the disk hangs.
const WAITING_MAX: usize = 32;

type Task = Box<dyn FnOnce(&mut Accounts) + Send>;

/// The channel.
pub struct Campus {
    tasks: SyncSender<Task>,
    sun: Option<SunKeys>,
    purse: Option<PurseParts>,
}

impl Campus {
    /// Opens or makes the accounts' file. `key` is the credential `campus_card_key`, at least 16 bytes.
    ///
    /// # Errors
    /// [`CampusError`]: the key is too short, the file cannot be used or fails its checks.
    pub fn new(file: &Path, key: &[u8]) -> Result<Self, CampusError> {
        Self::over(Accounts::open(file, key)?)
    }

    /// The same over accounts that are open already.
    ///
    /// # Errors
    /// [`CampusError::Thread`].
    pub fn over(mut accounts: Accounts) -> Result<Self, CampusError> {
        let (tasks, queue) = sync_channel::<Task>(WAITING_MAX);
        std::thread::Builder::new()
            .name("campus".to_owned())
            .spawn(move || {
                for task in queue {
                    task(&mut accounts);
                }
            })
            .map_err(CampusError::Thread)?;
        Ok(Self { tasks, sun: None, purse: None })
    }

    /// Takes tags that prove themselves, by the school's keys of them.
    pub fn with_sun(self, keys: SunKeys) -> Self {
        Self { sun: Some(keys), ..self }
    }

    /// Takes purses on cards, by the school's keys and the way to the reader.
    pub fn with_purse(self, parts: PurseParts) -> Self {
        Self { purse: Some(parts), ..self }
    }

    /// Proves a tap and charges the account of its tag.
    async fn charge_tap(&self, keys: &SunKeys, attempt: &Attempt, message: &SunMessage) -> Proof {
        let Ok(tap) = sun::open(keys, message) else { return Proof::NotPaid(Refusal::CardUnknown) };
        self.charge_account(attempt, tap.uid, CardProof::Tap(tap.counter)).await
    }

    async fn charge_account(&self, attempt: &Attempt, card: CardUid, proven: CardProof) -> Proof {
        let (number, amount, day) =
            (attempt.number.clone(), attempt.amount, limits::day_of(attempt.opened_at_ms));
        self.ask(move |accounts| accounts.debit(number.as_str(), &card, proven, amount, day))
            .await
            .map_or_else(Proof::Unknown, proof)
    }

    /// Whether a card that could have a purse was never given one: then only its uid is known. Cards that prove
    /// themselves say it on their own.
    async fn is_plain(&self, kind: PurseKind, card: &CardUid) -> Result<bool, Doubt> {
        if kind != PurseKind::Classic {
            return Ok(false);
        }
        let card = card.clone();
        self.ask(move |accounts| accounts.has_purse(&card)).await.map(|has| !has)
    }

    /// Asks the file's thread. A full queue or a failing disk is a doubt: what was written decides, later.
    async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut Accounts) -> Result<T, CampusError> + Send + 'static,
    ) -> Result<T, Doubt> {
        let (reply, answer) = oneshot::channel();
        let task: Task = Box::new(move |accounts| {
            // Whoever asked may have given up; what was written stays true and a query will tell it.
            drop(reply.send(question(accounts)));
        });
        self.tasks.try_send(task).map_err(|full| match full {
            TrySendError::Full(_) => Doubt::Timeout,
            TrySendError::Disconnected(_) => Doubt::Transport,
        })?;
        match answer.await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => {
                tracing::warn!(%error, "the campus accounts did not answer");
                Err(Doubt::ServerError)
            }
            Err(_thread_gone) => Err(Doubt::Transport),
        }
    }
}

fn proof(debit: Debit) -> Proof {
    match debit {
        Debit::Taken { entry, amount } => Proof::Paid(PaidProof { channel_ref: format!("C{entry}"), amount }),
        Debit::None => Proof::NotPaid(Refusal::NoSuchTrade),
        Debit::TakenBack => Proof::NotPaid(Refusal::Closed),
        Debit::CardUnknown => Proof::NotPaid(Refusal::CardUnknown),
        Debit::CardBlocked => Proof::NotPaid(Refusal::CardBlocked),
        Debit::TooLittle => Proof::NotPaid(Refusal::InsufficientFunds),
        Debit::CardAgain => Proof::Pending(PendingReason::CardAgain),
        Debit::Replayed => Proof::NotPaid(Refusal::CodeDead),
        Debit::Declined => Proof::NotPaid(Refusal::Declined),
    }
}

/// A card that proved itself, and the counter by which a copy of its proof is found.
pub type Bearer = (CardUid, Option<u32>);

#[async_trait]
impl Channel for Campus {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Campus
    }

    /// Every card that the school's keys are there for; whether an account belongs to it is a question for the
    /// accounts.
    fn takes(&self, tender: &Tender) -> bool {
        match tender {
            Tender::Card(_) => true,
            Tender::Sun(_) => self.sun.is_some(),
            Tender::Purse(kind, _) => self.purse.as_ref().is_some_and(|parts| parts.takes(*kind)),
            _ => false,
        }
    }

    /// A tag's message is opened with the school's keys; a purse is the card that the reader met.
    fn card(&self, tender: &Tender) -> Option<CardUid> {
        match (tender, &self.sun) {
            (Tender::Sun(message), Some(keys)) => sun::open(keys, message).ok().map(|tap| tap.uid),
            (Tender::Card(uid) | Tender::Purse(_, uid), _) => Some(uid.clone()),
            _ => None,
        }
    }

    /// A tag by its message alone, a purse where its cards prove each debit to others.
    fn bearer(&self, tender: &Tender) -> Option<Bearer> {
        match (tender, &self.sun, &self.purse) {
            (Tender::Sun(message), Some(keys), _) => {
                sun::open(keys, message).ok().map(|tap| (tap.uid, Some(tap.counter)))
            }
            (Tender::Purse(PurseKind::Desfire, card), _, Some(parts)) => {
                parts.desfire.as_ref().is_some_and(|parts| parts.mac_file).then(|| (card.clone(), None))
            }
            _ => None,
        }
    }

    async fn pledge(&self, attempt: &Attempt) -> Result<Option<Pledge>, Doubt> {
        let number = attempt.number.clone();
        self.ask(move |accounts| accounts.pledge(number.as_str())).await
    }

    /// A card account has no code to show.
    async fn open(&self, _attempt: &Attempt) -> Opened {
        Opened::Refused(Refusal::Declined)
    }

    async fn charge(&self, attempt: &Attempt, tender: &Tender) -> Proof {
        match (tender, &self.sun, &self.purse) {
            (Tender::Card(card), ..) => self.charge_account(attempt, card.clone(), CardProof::Uid).await,
            (Tender::Sun(message), Some(keys), _) => self.charge_tap(keys, attempt, message).await,
            (Tender::Purse(kind, card), _, Some(parts)) if parts.takes(*kind) => {
                match self.is_plain(*kind, card).await {
                    Ok(true) => self.charge_account(attempt, card.clone(), CardProof::Uid).await,
                    Ok(false) => {
                        let (number, day) = (attempt.number.as_str(), limits::day_of(attempt.opened_at_ms));
                        self.charge_purse(parts, (*kind, card), number, attempt.amount, day)
                            .await
                            .map_or_else(Proof::Unknown, proof)
                    }
                    Err(doubt) => Proof::Unknown(doubt),
                }
            }
            _ => Proof::NotPaid(Refusal::Declined),
        }
    }

    /// A card that left in the middle of its debit comes back: what it proves is written, and a debit that did not
    /// happen is done now, unless its payment was taken back.
    async fn seen(&self, tender: &Tender) {
        if let (Tender::Purse(kind, card), Some(parts)) = (tender, &self.purse)
            && parts.takes(*kind)
            && let Err(doubt) = self.finish_purse(parts, *kind, card).await
        {
            tracing::warn!(?doubt, "a card that came back could not be asked");
        }
    }

    async fn holding(&self, tender: &Tender, currency: Currency) -> Option<Holding> {
        match self.look_into(tender, currency).await {
            Ok(holding) => holding,
            Err(doubt) => {
                tracing::warn!(?doubt, "what a card holds cannot be shown");
                None
            }
        }
    }

    async fn left(&self, number: &AttemptNumber) -> Option<Money> {
        let number = number.clone();
        self.ask(move |accounts| accounts.left_in_purse(number.as_str())).await.unwrap_or_else(|doubt| {
            tracing::warn!(?doubt, "what a purse holds is not on its receipt");
            None
        })
    }

    fn terms(&self) -> Terms {
        // Our own accounts: a refund costs nothing, for a year and as often as anybody will press a button.
        Terms {
            amount_max: i64::from(i32::MAX),
            refund_within_ms: 365 * 86_400_000,
            refunds_max: 1_000,
            refund_gap_ms: 0,
            parties_max: 0,
            instalments: false,
        }
    }

    async fn query(&self, attempt: &Attempt) -> Proof {
        let number = attempt.number.clone();
        self.ask(move |accounts| accounts.lookup(number.as_str())).await.map_or_else(Proof::Unknown, proof)
    }

    async fn revoke(&self, attempt: &Attempt) -> Revoked {
        let number = attempt.number.clone();
        match self.ask(move |accounts| accounts.take_back(number.as_str())).await {
            Ok(()) => Revoked::Done,
            Err(doubt) => Revoked::Again(doubt),
        }
    }

    async fn refund(&self, attempt: &Attempt, refund: &Refund) -> Refunded {
        let (number, refund) = (attempt.number.clone(), refund.clone());
        match self.ask(move |accounts| accounts.refund(number.as_str(), &refund)).await {
            Ok(Undo::Done) => Refunded::Done,
            Ok(Undo::Refused) => Refunded::Refused,
            Err(doubt) => Refunded::Again(doubt),
        }
    }
}

#[cfg(test)]
mod tests;
