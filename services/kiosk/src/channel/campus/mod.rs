//! The school's own prepaid accounts, by card, in a SQLite file on the kiosk.
//!
//! A card's uid is an identifier and no secret worth trusting, so the file never holds one: accounts are keyed by
//! HMAC-SHA256 of the uid under the school's key. One thread owns the file; the channel asks it and waits.

mod accounts;
mod schema;

use std::path::Path;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};

use async_trait::async_trait;
use tokio::sync::oneshot;

pub use self::accounts::{AccountId, Accounts, CampusError, Debit, Undo};

use super::{Channel, ChannelKind, Doubt, Opened, PaidProof, Proof, Refunded, Refusal, Revoked};
use crate::till::{Attempt, Refund, Tender};

/// Questions waiting for the file's thread. A kiosk serves one person; more than this means that the disk hangs.
const WAITING_MAX: usize = 32;

type Task = Box<dyn FnOnce(&mut Accounts) + Send>;

/// The channel.
pub struct Campus {
    tasks: SyncSender<Task>,
}

impl Campus {
    /// Opens or makes the accounts' file. `key` is the credential `campus_card_key`, at least 16 bytes.
    ///
    /// # Errors
    /// [`CampusError`]: the key is too short, the file cannot be used or fails its checks.
    pub fn new(file: &Path, key: &[u8]) -> Result<Self, CampusError> {
        let mut accounts = Accounts::open(file, key)?;
        let (tasks, queue) = sync_channel::<Task>(WAITING_MAX);
        std::thread::Builder::new()
            .name("campus".to_owned())
            .spawn(move || {
                for task in queue {
                    task(&mut accounts);
                }
            })
            .map_err(CampusError::Thread)?;
        Ok(Self { tasks })
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
    }
}

#[async_trait]
impl Channel for Campus {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Campus
    }

    /// Every card: whether an account belongs to it is a question for the accounts.
    fn takes(&self, tender: &Tender) -> bool {
        matches!(tender, Tender::Card(_))
    }

    /// A card account has no code to show.
    async fn open(&self, _attempt: &Attempt) -> Opened {
        Opened::Refused(Refusal::Declined)
    }

    async fn charge(&self, attempt: &Attempt, tender: &Tender) -> Proof {
        let Tender::Card(card) = tender else { return Proof::NotPaid(Refusal::Declined) };
        let (number, amount, card) = (attempt.number.clone(), attempt.amount, card.clone());
        self.ask(move |accounts| accounts.debit(number.as_str(), &card, amount))
            .await
            .map_or_else(Proof::Unknown, proof)
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
