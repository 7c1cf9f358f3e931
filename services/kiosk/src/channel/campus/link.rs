//! The channel's way to the card on the reader: one command at a time, to one card, with a deadline.
//!
//! The reader belongs to its own thread at the counter. That thread puts its ear here when it starts; until then, and
//! on a kiosk without a reader, no card is there.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use nfc::{Apdu, NoAnswer, Uid, Waker};
use tokio::sync::{Semaphore, SemaphorePermit, oneshot};
use tokio::time::{Instant, timeout_at};

use crate::card::classify::Wants;
use crate::till::CardUid;

/// Commands waiting for the reader's thread. One conversation has one under way; the rest were given up.
const WAITING_MAX: usize = 4;
/// A card answers in tens of milliseconds; the driver itself gives up within two seconds.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);
/// How long a whole conversation may take, the wait for its turn included. A debit takes well below a second; what
/// has lasted so long is a card that is held badly, and it is torn off like one that left, below
/// [`crate::channel::exchange::ANSWER_WITHIN`] so that the channel still answers what the journal says.
const CONVERSATION_WITHIN: Duration = Duration::from_secs(8);

/// A command for a card.
pub(crate) struct Ask {
    pub(crate) uid: Uid,
    pub(crate) apdu: Apdu,
    pub(crate) deadline: std::time::Instant,
    reply: oneshot::Sender<Result<Apdu, NoAnswer>>,
}

impl Ask {
    /// Answers it. One whose asker has gone must not be sent at all: see [`Self::is_given_up`].
    pub(crate) fn answer(self, answer: Result<Apdu, NoAnswer>) {
        // The asker may have given up meanwhile; its journal says that only the card knows.
        drop(self.reply.send(answer));
    }

    /// Nobody waits for it any more.
    pub(crate) fn is_given_up(&self) -> bool {
        self.reply.is_closed()
    }
}

struct Ear {
    asks: SyncSender<Ask>,
    waker: Option<Waker>,
}

/// A way to the reader's thread. Clones share it.
#[derive(Clone)]
pub struct CardLink {
    ear: Arc<OnceLock<Ear>>,
    turn: Arc<Semaphore>,
    wants: Arc<OnceLock<Wants>>,
    /// How long a conversation may take.
    within: Duration,
}

impl Default for CardLink {
    fn default() -> Self {
        // One conversation at a time: a card keeps one session, and two would end each other's.
        Self {
            ear: Arc::default(),
            turn: Arc::new(Semaphore::new(1)),
            wants: Arc::default(),
            within: CONVERSATION_WITHIN,
        }
    }
}

impl std::fmt::Debug for CardLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardLink")
    }
}

impl PartialEq for CardLink {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.ear, &other.ear)
    }
}

impl Eq for CardLink {}

impl CardLink {
    /// Says what the channel can make of a card, once, before the reader starts.
    pub fn set_wants(&self, wants: Wants) {
        if self.wants.set(wants).is_err() {
            tracing::warn!("what is wanted of cards was said twice, the first word stands");
        }
    }

    /// What was said by [`Self::set_wants`]; nothing otherwise, and then every card is known by its uid.
    pub(crate) fn wants(&self) -> Wants {
        self.wants.get().cloned().unwrap_or_default()
    }

    /// The reader's thread begins to listen; `waker` ends its waits. Once for each link: none where another listens.
    pub(crate) fn listen(&self, waker: Option<Waker>) -> Option<Receiver<Ask>> {
        let (asks, heard) = sync_channel(WAITING_MAX);
        self.ear.set(Ear { asks, waker }).ok().map(|()| heard)
    }

    /// Waits until no other conversation is under way, and then for as long as what it returns lives; it ends by
    /// itself at its deadline, which counts from now.
    ///
    /// # Errors
    /// [`NoAnswer`]: nothing was sent.
    pub(crate) async fn turn(&self, card: &CardUid) -> Result<Talk<'_>, NoAnswer> {
        let uid = Uid::new(card.reveal()).map_err(|_length| NoAnswer::NotThere)?;
        let until = Instant::now() + self.within;
        let turn = timeout_at(until, self.turn.acquire()).await.map_err(|_elapsed| NoAnswer::NotThere)?;
        let turn = turn.map_err(|_closed| NoAnswer::ReaderLost)?;
        Ok(Talk { link: self, uid, began: Instant::now(), until, commands: 0, _turn: turn })
    }
}

/// A conversation with one card.
pub(crate) struct Talk<'a> {
    link: &'a CardLink,
    uid: Uid,
    began: Instant,
    until: Instant,
    commands: u32,
    _turn: SemaphorePermit<'a>,
}

impl Talk<'_> {
    /// Sends a command and waits for the answer.
    ///
    /// # Errors
    /// [`NoAnswer`]: unless it is [`NoAnswer::NotThere`] the card may have obeyed. Past the conversation's deadline
    /// nothing is sent any more.
    pub(crate) async fn exchange(&mut self, command: Vec<u8>) -> Result<Vec<u8>, NoAnswer> {
        let now = Instant::now();
        if now >= self.until {
            return Err(NoAnswer::NotThere);
        }
        let deadline = self.until.min(now + ANSWER_WITHIN);
        let ear = self.link.ear.get().ok_or(NoAnswer::NotThere)?;
        let apdu = Apdu::new(command).map_err(|_length| NoAnswer::NotThere)?;
        self.commands = self.commands.saturating_add(1);
        let (reply, answer) = oneshot::channel();
        let ask = Ask { uid: self.uid, apdu, deadline: deadline.into_std(), reply };
        ear.asks.try_send(ask).map_err(|_busy_or_gone| NoAnswer::NotThere)?;
        if let Some(waker) = &ear.waker {
            waker.wake();
        }
        match timeout_at(deadline, answer).await {
            Ok(Ok(answer)) => answer.map(|apdu| apdu.reveal().to_vec()),
            Ok(Err(_thread_gone)) => Err(NoAnswer::ReaderLost),
            // It may be on its way to the card.
            Err(_elapsed) => Err(NoAnswer::ReaderLost),
        }
    }
}

impl Drop for Talk<'_> {
    /// How long cards are held is the first question where a reader is said to be slow.
    fn drop(&mut self) {
        let took = self.began.elapsed();
        tracing::debug!(commands = self.commands, ?took, "a conversation with a card ended");
    }
}

#[cfg(test)]
mod tests;
