//! Letters that wait together are written together: each takes its step of the till, then one commit makes all of
//! them durable, and only then is anything performed or answered.

use anyhow::Context;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::{Actor, Rejection};
use crate::ledger::{LedgerError, Note};
use crate::till::{Effect, Event, PaymentId, Record, Till, View};

/// What a letter's writer hears once the commit is known: whether it is durable.
pub(super) type Reply = Box<dyn FnOnce(Result<(), Rejection>) + Send>;

/// Steps that are taken and not yet durable.
#[derive(Default)]
pub(super) struct Batch {
    /// The till as it was before the first of them.
    before: Option<Till>,
    events: Vec<Event>,
    effects: Vec<Effect>,
    /// What the risk rules are to remember of them.
    pub(super) notes: Vec<Note>,
    replies: Vec<(Result<(), Rejection>, Reply)>,
}

/// Sends an answer; a caller that has gone away learns it by asking again.
pub(super) fn reply_to(reply: oneshot::Sender<Result<(), Rejection>>) -> Reply {
    Box::new(move |said| drop(reply.send(said)))
}

/// Tells who brought a channel's message whether it is kept; the channel sends again what was not acknowledged.
pub(super) fn kept(reply: oneshot::Sender<bool>, kept: bool) {
    if reply.send(kept).is_err() {
        tracing::debug!("nobody waits for this acknowledgement any more");
    }
}

/// Nobody waits for it.
pub(super) fn nobody() -> Reply {
    Box::new(|said| {
        if let Err(refused) = said {
            tracing::debug!(%refused, "dropped");
        }
    })
}

impl Actor {
    /// Takes one step of the till; what it says is said after the commit.
    pub(super) fn step(&mut self, event: Event, reply: Reply) {
        self.step_at((self.clock)(), event, reply);
    }

    /// The same at a time that was looked at before.
    pub(super) fn step_at(&mut self, now: u64, event: Event, reply: Reply) {
        let Some(books) = &mut self.books else { return reply(Err(Rejection::Locked)) };
        if self.batch.before.is_none() {
            self.batch.before = Some(books.till.clone());
        }
        books.till.look((self.steady)());
        match books.till.step(now, event.clone()) {
            Ok(effects) => {
                self.batch.events.push(event);
                self.batch.effects.extend(effects);
                self.batch.replies.push((Ok(()), reply));
            }
            Err(refused) => self.batch.replies.push((Err(refused.into()), reply)),
        }
    }

    /// Adds a note, which is written with the steps of the batch or not at all.
    pub(super) fn note(&mut self, note: Note) {
        let Some(books) = &self.books else { return };
        if self.batch.before.is_none() {
            self.batch.before = Some(books.till.clone());
        }
        self.batch.notes.push(note);
    }

    /// Refuses without a step of the till; said once what was noted of it is durable.
    pub(super) fn refuse(&mut self, why: Rejection, reply: Reply) {
        self.batch.replies.push((Err(why), reply));
    }

    /// Makes every step of the batch durable, then performs and answers. The outer error ends the process.
    pub(super) fn commit(&mut self, handle: &Handle) -> anyhow::Result<()> {
        let batch = std::mem::take(&mut self.batch);
        let (Some(books), Some(before)) = (&mut self.books, batch.before) else {
            for (said, reply) in batch.replies {
                reply(said);
            }
            return Ok(());
        };
        let now = (self.clock)();
        let records: Vec<Record> = batch
            .effects
            .iter()
            .filter_map(
                |effect| if let Effect::Append(record) = effect { Some(record.clone()) } else { None },
            )
            .collect();
        let mut ids: Vec<&PaymentId> = records.iter().map(Record::payment).collect();
        ids.sort();
        ids.dedup();
        let views: Vec<View> = ids.into_iter().filter_map(|id| books.till.view(id)).collect();
        match books.ledger.append_noted(now, &records, &batch.notes, &views, books.till.counters()) {
            Ok(()) => {
                let settled = books.till.forget_settled();
                books.ledger.settle(&settled);
                self.show_offline();
                self.show_sessions();
                self.perform(handle, batch.effects);
                for (said, reply) in batch.replies {
                    reply(said);
                }
                Ok(())
            }
            Err(error @ LedgerError::Full(_)) => {
                tracing::warn!(%error, "ledger");
                books.till = before;
                let mut effects = Vec::new();
                for event in &batch.events {
                    effects.extend(books.till.ledger_failed(now, event));
                }
                self.perform(handle, effects);
                for (_, reply) in batch.replies {
                    reply(Err(Rejection::Locked));
                }
                Ok(())
            }
            Err(LedgerError::Offer(why)) => {
                // Orders with offers are committed alone, so that nobody else's step is refused with one.
                tracing::error!(why, "an offer that was free when it was priced is not");
                books.till = before;
                for (_, reply) in batch.replies {
                    reply(Err(Rejection::Offer(why.clone())));
                }
                Ok(())
            }
            Err(LedgerError::Agreement(why)) => {
                // Such charges are committed alone too. What was asked before this one is durable already.
                tracing::warn!(why, "an agreement does not allow a charge any more");
                books.till = before;
                let told = self.agreement_stopped();
                self.perform(handle, told);
                for (_, reply) in batch.replies {
                    reply(Err(Rejection::Agreement(why.clone())));
                }
                Ok(())
            }
            Err(error) => Err(error).context("the till cannot go on"),
        }
    }

    /// Takes up a settled payment again because there is something new about it.
    pub(super) fn recall(&mut self, id: &PaymentId) -> anyhow::Result<()> {
        let Some(books) = &mut self.books else { return Ok(()) };
        if books.till.view(id).is_none() {
            let records = books.ledger.records_of(id).context("a payment's records cannot be read")?;
            if self.batch.before.is_none() {
                self.batch.before = Some(books.till.clone());
            }
            books.till.recall(&records);
        }
        Ok(())
    }
}
