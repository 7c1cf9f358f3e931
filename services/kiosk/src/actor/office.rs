//! What callers ask of the till, and the named reasons for a no.

use super::{
    Actor, Event, Handle, LedgerError, Line, Notice, Order, OrderError, PayCode, PaymentId, Phase, Refused,
    Tender, View, oneshot,
};

/// A question from the bus with the way back for its answer.
pub(crate) enum Ask {
    Begin {
        id: String,
        lines: Vec<Line>,
        total: i64,
        currency: String,
        reply: oneshot::Sender<Result<(), Rejection>>,
    },
    Present {
        id: String,
        code: String,
        reply: oneshot::Sender<Result<(), Rejection>>,
    },
    Cancel {
        id: String,
        reply: oneshot::Sender<Result<(), Rejection>>,
    },
    Dismiss {
        id: String,
        reply: oneshot::Sender<Result<(), Rejection>>,
    },
    Lookup {
        id: String,
        reply: oneshot::Sender<Result<View, Rejection>>,
    },
    Recent {
        limit: u32,
        reply: oneshot::Sender<Result<Vec<View>, Rejection>>,
    },
}

/// Why the till says no; nothing was stored, nothing charged.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Rejection {
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("the till is locked or cannot write its ledger; call staff")]
    Locked,
}

/// Most payments that one look back answers.
const RECENT_MAX: u32 = 100;

impl Actor {
    /// Answers a question. The outer error ends the process.
    pub(super) fn answer(&mut self, handle: &Handle, ask: Ask) -> anyhow::Result<()> {
        match ask {
            Ask::Begin { id, lines, total, currency, reply } => {
                let said = self.begin(handle, &id, lines, total, &currency)?;
                send(reply, said);
            }
            Ask::Present { id, code, reply } => send(reply, self.present(handle, &id, &code)?),
            Ask::Cancel { id, reply } => send(reply, self.end(handle, &id, |id| Event::Cancel { id })?),
            Ask::Dismiss { id, reply } => send(reply, self.end(handle, &id, |id| Event::Dismiss { id })?),
            Ask::Lookup { id, reply } => {
                let found = self.lookup(&id)?.and_then(|view| view.ok_or(Refused::UnknownPayment.into()));
                send(reply, found);
            }
            Ask::Recent { limit, reply } => send(reply, self.recent(limit)?),
        }
        Ok(())
    }

    fn begin(
        &mut self,
        handle: &Handle,
        id: &str,
        lines: Vec<Line>,
        total: i64,
        currency: &str,
    ) -> anyhow::Result<Result<(), Rejection>> {
        // A name that is no id at all is told as such, not as an unknown payment.
        let known = match self.lookup(id)? {
            Ok(known) => known,
            Err(rejection) => return Ok(Err(rejection)),
        };
        if let Some(view) = known {
            let same = view.order.same_as_asked(&lines, total, currency);
            return Ok(if same { Ok(()) } else { Err(Refused::IdReused.into()) });
        }
        let checked =
            PaymentId::new(id).and_then(|id| Ok((id, Order::check(&self.menu, lines, total, currency)?)));
        match checked {
            Ok((id, order)) => self.step(handle, Event::Begin { id, order }),
            Err(error) => Ok(Err(error.into())),
        }
    }

    fn present(&mut self, handle: &Handle, id: &str, code: &str) -> anyhow::Result<Result<(), Rejection>> {
        let (Some(books), Ok(id)) = (&self.books, PaymentId::new(id)) else { return Ok(Err(self.unknown())) };
        if books.till.shown().is_none_or(|view| view.id != id || view.phase != Phase::Waiting) {
            return Ok(Err(Refused::NotWaiting.into()));
        }
        let event = match PayCode::new(code).map(Tender::Code) {
            Ok(tender) => Event::Tender { id: Some(id), channel: self.taker(&tender), tender },
            Err(_no_code) => Event::Hint(Notice::UnknownCode),
        };
        self.step(handle, event)
    }

    fn unknown(&self) -> Rejection {
        if self.books.is_some() { Refused::UnknownPayment.into() } else { Rejection::Locked }
    }

    /// Cancel and dismiss. Of a payment that was settled and forgotten both are done already, unless it was paid.
    fn end(
        &mut self,
        handle: &Handle,
        id: &str,
        event: fn(PaymentId) -> Event,
    ) -> anyhow::Result<Result<(), Rejection>> {
        let view = match self.lookup(id)? {
            Ok(Some(view)) => view,
            Ok(None) => return Ok(Err(self.unknown())),
            Err(rejection) => return Ok(Err(rejection)),
        };
        let live = self.books.as_ref().is_some_and(|books| books.till.view(&view.id).is_some());
        let event = event(view.id);
        if live {
            return self.step(handle, event);
        }
        let too_late = matches!(event, Event::Cancel { .. }) && view.phase == Phase::Paid;
        Ok(if too_late { Err(Refused::Busy.into()) } else { Ok(()) })
    }

    fn lookup(&self, id: &str) -> anyhow::Result<Result<Option<View>, Rejection>> {
        let Some(books) = &self.books else { return Ok(Err(Rejection::Locked)) };
        let id = match PaymentId::new(id) {
            Ok(id) => id,
            Err(error) => return Ok(Err(error.into())),
        };
        match books.till.view(&id) {
            Some(view) => Ok(Ok(Some(view))),
            None => readable(books.ledger.view(&id)),
        }
    }

    fn recent(&self, limit: u32) -> anyhow::Result<Result<Vec<View>, Rejection>> {
        let Some(books) = &self.books else { return Ok(Err(Rejection::Locked)) };
        let kept = readable(books.ledger.recent(limit.min(RECENT_MAX)))?;
        // What is live is newer than what was last written of it.
        Ok(kept.map(|views| views.into_iter().map(|v| books.till.view(&v.id).unwrap_or(v)).collect()))
    }
}

/// A ledger that cannot be read now is a no; one that is broken ends the process.
fn readable<T>(read: Result<T, LedgerError>) -> anyhow::Result<Result<T, Rejection>> {
    match read {
        Ok(found) => Ok(Ok(found)),
        Err(error @ LedgerError::Full(_)) => {
            tracing::warn!(%error, "ledger");
            Ok(Err(Rejection::Locked))
        }
        Err(error) => Err(error.into()),
    }
}

/// Answers a caller; one that has gone away learns it by asking again.
fn send<T>(reply: oneshot::Sender<T>, said: T) {
    drop(reply.send(said));
}
