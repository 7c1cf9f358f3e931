//! The actor: one thread owns the till and the ledger, takes letters, performs effects. Nothing else may.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use api::kiosk::Standing;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use crate::channel::{Channel, ChannelKind, Doubt, Opened, Proof, Refunded, Revoked};
use crate::ledger::{Ledger, LedgerError};
use crate::run::{Clock, Parts};
use crate::till::{
    Answer, Attempt, AttemptNumber, Effect, Event, Line, Menu, Notice, Order, OrderError, PayCode, PaymentId,
    Phase, Refused, Rules, Tender, Till, Timing, View,
};

mod office;
#[cfg(test)]
mod tests;

pub(crate) use office::{Ask, Rejection};

/// Longest sleep without anything due; only a bound.
const IDLE: Duration = Duration::from_secs(60);
/// How often a ledger that could not be opened for lack of space is tried again.
const REOPEN: Duration = Duration::from_secs(10);

/// A letter to the actor.
pub(crate) enum Mail {
    /// From the bus.
    Ask(Ask),
    /// From the counter.
    Sensed(Sensed),
    /// From a channel.
    Answered(AttemptNumber, Answer),
    /// End after what is written.
    Stop,
}

/// What a device noticed.
pub(crate) enum Sensed {
    Tender(Tender),
    Hint(Notice),
}

/// What the bus shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Screen {
    /// The ledger has been read, or refused.
    pub(crate) started: bool,
    pub(crate) payment: Option<View>,
    pub(crate) standing: Standing,
}

/// Till and ledger, once the ledger is found whole.
struct Books {
    till: Till,
    ledger: Ledger,
}

pub(crate) struct Actor {
    channels: Vec<Arc<dyn Channel>>,
    menu: Menu,
    ledger_path: std::path::PathBuf,
    timing: Timing,
    clock: Clock,
    mail: mpsc::Sender<Mail>,
    screen: watch::Sender<Screen>,
    listen: watch::Sender<bool>,
    books: Option<Books>,
}

impl Actor {
    pub(crate) fn new(
        parts: Parts,
        mail: mpsc::Sender<Mail>,
        screen: watch::Sender<Screen>,
        listen: watch::Sender<bool>,
    ) -> Self {
        Self {
            channels: parts.channels,
            menu: parts.menu,
            ledger_path: parts.ledger,
            timing: parts.timing,
            clock: parts.clock,
            mail,
            screen,
            listen,
            books: None,
        }
    }

    /// Works until told to stop. An error is a bug or another till: the process must end.
    pub(crate) fn work(mut self, handle: &Handle, mut letters: mpsc::Receiver<Mail>) -> anyhow::Result<()> {
        let mut reopens = self.open(handle)?;
        loop {
            let pause = match &self.books {
                Some(books) => books
                    .till
                    .next_due_ms()
                    .map_or(IDLE, |due| Duration::from_millis(due.saturating_sub((self.clock)())).min(IDLE)),
                None => REOPEN,
            };
            match handle.block_on(async { timeout(pause, letters.recv()).await }) {
                Ok(Some(Mail::Stop) | None) => return Ok(()),
                Ok(Some(letter)) => self.take(handle, letter)?,
                Err(_elapsed) if self.books.is_some() => {
                    self.step(handle, Event::Tick)?.unwrap_or_else(|refused| {
                        tracing::error!(%refused, "time was refused");
                    });
                }
                Err(_elapsed) if reopens => reopens = self.open(handle)?,
                Err(_elapsed) => {}
            }
        }
    }

    /// Opens the ledger and resumes; answers whether a ledger that cannot be used now may be tried again.
    fn open(&mut self, handle: &Handle) -> anyhow::Result<bool> {
        let again = match Ledger::open(&self.ledger_path) {
            Ok((ledger, memory)) => {
                let rules = Rules {
                    tag: memory.tag,
                    channels: self.channels.iter().map(|channel| channel.kind()).collect(),
                    timing: self.timing.clone(),
                };
                let till = Till::replay(rules, memory.counters, &memory.records);
                tracing::info!(open = memory.records.len(), "the ledger is whole");
                self.books = Some(Books { till, ledger });
                if let Err(refused) = self.step(handle, Event::Started)? {
                    tracing::error!(%refused, "the start was refused");
                }
                false
            }
            Err(LedgerError::Held) => return Err(LedgerError::Held.into()),
            Err(error) => {
                tracing::error!("the till stays locked: {:#}", anyhow::Error::new(error_in_full(&error)));
                matches!(error, LedgerError::Full(_) | LedgerError::Io(_))
            }
        };
        let standing = if self.books.is_some() { Standing::Open } else { Standing::Locked };
        let payment = self.books.as_ref().and_then(|books| books.till.shown());
        self.screen.send_replace(Screen { started: true, payment, standing });
        self.listen.send_replace(self.books.as_ref().is_some_and(|books| books.till.listens()));
        Ok(again)
    }

    fn take(&mut self, handle: &Handle, letter: Mail) -> anyhow::Result<()> {
        let event = match letter {
            Mail::Stop => return Ok(()),
            Mail::Ask(ask) => return self.answer(handle, ask),
            Mail::Sensed(Sensed::Tender(tender)) => {
                Event::Tender { id: None, channel: self.taker(&tender), tender }
            }
            Mail::Sensed(Sensed::Hint(notice)) => Event::Hint(notice),
            Mail::Answered(number, answer) => Event::Answer { number, answer },
        };
        if let Err(refused) = self.step(handle, event)? {
            tracing::debug!(%refused, "dropped");
        }
        Ok(())
    }

    fn taker(&self, tender: &Tender) -> Option<ChannelKind> {
        self.channels.iter().find(|channel| channel.takes(tender)).map(|channel| channel.kind())
    }

    /// One step: records first, durably; only then the rest. The outer error ends the process.
    fn step(&mut self, handle: &Handle, event: Event) -> anyhow::Result<Result<(), Rejection>> {
        let now = (self.clock)();
        let Some(books) = &mut self.books else { return Ok(Err(Rejection::Locked)) };
        let mut next = books.till.clone();
        let effects = match next.step(now, event.clone()) {
            Ok(effects) => effects,
            Err(refused) => return Ok(Err(refused.into())),
        };
        let records: Vec<_> = effects
            .iter()
            .filter_map(
                |effect| if let Effect::Append(record) = effect { Some(record.clone()) } else { None },
            )
            .collect();
        let mut ids: Vec<&PaymentId> = records.iter().map(|record| record.payment()).collect();
        ids.sort();
        ids.dedup();
        let views: Vec<View> = ids.into_iter().filter_map(|id| next.view(id)).collect();
        match books.ledger.append(&records, &views, next.counters()) {
            Ok(()) => books.till = next,
            Err(error @ LedgerError::Full(_)) => {
                tracing::warn!(%error, "ledger");
                let effects = books.till.ledger_failed(now, &event);
                self.perform(handle, effects);
                return Ok(Err(Rejection::Locked));
            }
            Err(error) => return Err(error).context("the till cannot go on"),
        }
        let settled = books.till.forget_settled();
        if let Err(error) = books.ledger.settle(&settled) {
            // Only the next start is slower: they are replayed and found settled again.
            tracing::warn!(%error, "ledger");
        }
        self.perform(handle, effects);
        Ok(Ok(()))
    }

    fn perform(&self, handle: &Handle, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Append(_) => {}
                Effect::Publish(payment) => {
                    self.screen.send_modify(|screen| screen.payment = payment);
                }
                Effect::Listen(wanted) => {
                    self.listen.send_replace(wanted);
                }
                Effect::Open(attempt) => {
                    self.call(handle, attempt, Opened::Unavailable, Answer::Opened, |c, a| async move {
                        c.open(&a).await
                    })
                }
                Effect::Charge(attempt, tender) => {
                    self.call(handle, attempt, Proof::Unknown, Answer::Proof, |c, a| async move {
                        c.charge(&a, &tender).await
                    });
                }
                Effect::Query(attempt) => {
                    self.call(handle, attempt, Proof::Unknown, Answer::Proof, |c, a| async move {
                        c.query(&a).await
                    })
                }
                Effect::Revoke(attempt) => {
                    self.call(handle, attempt, Revoked::Again, Answer::Revoked, |c, a| async move {
                        c.revoke(&a).await
                    })
                }
                Effect::Refund(attempt, refund) => {
                    self.call(handle, attempt, Refunded::Again, Answer::Refunded, |c, a| async move {
                        c.refund(&a, &refund).await
                    });
                }
            }
        }
    }

    /// Calls a channel on a task of its own; whatever happens there, an answer comes back, in doubt if need be.
    fn call<T, F>(
        &self,
        handle: &Handle,
        attempt: Attempt,
        doubt: fn(Doubt) -> T,
        answer: fn(T) -> Answer,
        ask: impl FnOnce(Arc<dyn Channel>, Attempt) -> F,
    ) where
        T: Send + 'static,
        F: Future<Output = T> + Send + 'static,
    {
        let (mail, number) = (self.mail.clone(), attempt.number.clone());
        let limit = Duration::from_millis(self.timing.call_limit_ms);
        let pause = Duration::from_millis(self.timing.retry_first_ms);
        let asked = self
            .channels
            .iter()
            .find(|channel| channel.kind() == attempt.channel)
            .map(|channel| handle.spawn(ask(channel.clone(), attempt)));
        handle.spawn(async move {
            let said = match asked {
                None => {
                    tracing::warn!("an open attempt's channel is not offered any more; configure it again");
                    tokio::time::sleep(pause).await;
                    doubt(Doubt::Transport)
                }
                Some(mut asked) => match timeout(limit, &mut asked).await {
                    Ok(Ok(said)) => said,
                    Ok(Err(error)) => {
                        tracing::error!(%error, "a channel failed");
                        doubt(Doubt::Unparsable)
                    }
                    Err(_elapsed) => {
                        asked.abort();
                        doubt(Doubt::Timeout)
                    }
                },
            };
            if mail.send(Mail::Answered(number, answer(said))).await.is_err() {
                tracing::debug!("the till has ended; the next start asks again");
            }
        });
    }
}

/// The error and its cause in one line, for the log.
fn error_in_full(error: &LedgerError) -> std::io::Error {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    std::io::Error::other(format!("{error}{cause}"))
}
