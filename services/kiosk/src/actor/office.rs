//! What callers ask of the till, and the named reasons for a no.

use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::batch::reply_to;
use super::members::Stop;
use super::{Actor, Basket, BasketPrice, NoRate, RatesAsk, RiskStopped, StaffAsk};
use crate::channel::Terms;
use crate::finance::CloseRefused;
use crate::ledger::LedgerError;
use crate::ledger::member::MemberError;
use crate::member::MemberCode;
use crate::offline::RefusedOffline;
use crate::promotion::Voucher;
use crate::till::{Event, Line, Notice, Order, OrderError, PayCode, PaymentId, Phase, Refused, Tender, View};

/// A question from the bus with the way back for its answer.
pub(crate) enum Ask {
    Begin {
        id: String,
        lines: Vec<Line>,
        total: i64,
        currency: String,
        /// In how many parts it is paid; none is at once.
        parts: Option<u32>,
        reply: oneshot::Sender<Result<(), Rejection>>,
    },
    /// What it costs with offers.
    Quote {
        basket: Basket,
        reply: oneshot::Sender<Result<BasketPrice, Rejection>>,
    },
    /// Begin with offers, at the price that was quoted.
    BeginWith {
        id: String,
        total: i64,
        basket: Basket,
        reply: oneshot::Sender<Result<(), Rejection>>,
    },
    /// How it was.
    Shown {
        campaign: String,
        showing: String,
        reply: oneshot::Sender<Result<(), Rejection>>,
    },
    Feedback {
        id: String,
        stars: u32,
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
    /// Charges the payment by an agreement of the member who shows a code.
    PayByAgreement {
        id: String,
        member: String,
        reply: oneshot::Sender<Result<(), Rejection>>,
    },
    /// From staff.
    Staff(StaffAsk),
    /// About prices in other currencies.
    Rates(RatesAsk),
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
    /// An offer does not count, or no longer.
    #[error("{0}")]
    Offer(String),
    /// Members are not known at all.
    #[error("this till knows no members; staff install the credential member_key")]
    NoMembers,
    /// A member cannot be found or served so.
    #[error(transparent)]
    Member(MemberError),
    #[error("feedback is 1 to 5 stars")]
    Stars,
    /// No agreement, or none that allows it.
    #[error("{0}")]
    Agreement(String),
    #[error(transparent)]
    DayOpen(#[from] CloseRefused),
    #[error(transparent)]
    Risk(#[from] RiskStopped),
    #[error(transparent)]
    Rate(#[from] NoRate),
    #[error(transparent)]
    Offline(#[from] RefusedOffline),
}

/// Most payments that one look back answers: a canteen's busy day; each is some 500 bytes of JSON in the ledger.
const RECENT_MAX: u32 = 1_000;

impl Actor {
    /// Answers a question: what changes something after its commit, a look back at what is durable now. The outer
    /// error ends the process.
    pub(super) fn answer(&mut self, handle: &Handle, ask: Ask) -> anyhow::Result<()> {
        match ask {
            Ask::Begin { id, lines, total, currency, parts, reply } => {
                match self.begin(&id, lines, total, &currency, parts)? {
                    Ok(Some(event)) => self.step(event, reply_to(reply)),
                    Ok(None) => send(reply, Ok(())),
                    Err(rejection) => send(reply, Err(rejection)),
                }
            }
            Ask::Quote { basket, reply } => self.quote(handle, &basket, reply)?,
            Ask::BeginWith { id, total, basket, reply } => {
                self.begin_with(handle, &id, total, &basket, reply)?;
            }
            Ask::Shown { campaign, showing, reply } => {
                self.commit(handle)?;
                send(reply, Stop::told(self.shown(&campaign, &showing))?);
            }
            Ask::Feedback { id, stars, reply } => match self.feedback(&id, stars)? {
                Ok(event) => self.step(event, reply_to(reply)),
                Err(rejection) => send(reply, Err(rejection)),
            },
            Ask::Present { id, code, reply } if is_offer(&code) => {
                self.offer_as_code(handle, &id, &code, reply)?;
            }
            Ask::PayByAgreement { id, member, reply } => {
                self.pay_by_agreement(handle, &id, &member, reply)?;
            }
            Ask::Present { id, code, reply } => {
                self.write_notes(handle)?;
                match self.present(&id, &code) {
                    Ok(event) => self.judge(event, false, reply_to(reply))?,
                    Err(rejection) => send(reply, Err(rejection)),
                }
            }
            Ask::Cancel { id, reply } => self.end_payment(&id, |id| Event::Cancel { id }, reply)?,
            Ask::Dismiss { id, reply } => self.end_payment(&id, |id| Event::Dismiss { id }, reply)?,
            Ask::Staff(ask) => self.answer_staff(handle, ask)?,
            Ask::Rates(ask) => {
                self.commit(handle)?;
                self.answer_rates(ask)?;
            }
            Ask::Lookup { id, reply } => {
                self.commit(handle)?;
                let found = self.lookup(&id)?.and_then(|view| view.ok_or(Refused::UnknownPayment.into()));
                send(reply, found);
            }
            Ask::Recent { limit, reply } => {
                self.commit(handle)?;
                send(reply, self.recent(limit)?);
            }
        }
        Ok(())
    }

    /// The event that begins a payment, none where it has begun before.
    fn begin(
        &self,
        id: &str,
        lines: Vec<Line>,
        total: i64,
        currency: &str,
        parts: Option<u32>,
    ) -> anyhow::Result<Result<Option<Event>, Rejection>> {
        // A name that is no id at all is told as such, not as an unknown payment.
        let known = match self.lookup(id)? {
            Ok(known) => known,
            Err(rejection) => return Ok(Err(rejection)),
        };
        if let Some(view) = known {
            let same = view.order.same_as_asked(&lines, total, currency, parts);
            // Asked again before the first was durable, it is answered with the same commit.
            let event = self.is_live(&view.id).then_some(Event::Begin { id: view.id, order: view.order });
            return Ok(if same { Ok(event) } else { Err(Refused::IdReused.into()) });
        }
        let checked = PaymentId::new(id).and_then(|id| {
            let order = match &self.policy.sessions {
                Some(rules) if rules.sells(&lines) => {
                    rules.order(self.menu.currency, lines, total, currency)?
                }
                _ => Order::check(&self.menu, lines, total, currency)?,
            };
            Ok((id, self.in_parts(order, parts)?))
        });
        Ok(checked.map(|(id, order)| Some(Event::Begin { id, order })).map_err(Rejection::from))
    }

    /// The order as it is paid in parts, where the school and one of its channels offer that.
    fn in_parts(&self, order: Order, parts: Option<u32>) -> Result<Order, OrderError> {
        let Some(parts) = parts else { return Ok(order) };
        let minor = order.total.minor();
        let fits = |terms: Terms| terms.instalments && minor <= terms.amount_max;
        let can = self.channels.iter().any(|channel| fits(channel.terms()));
        let plans = self.policy.instalments.as_ref().filter(|_plans| can);
        let plan = plans.and_then(|plans| plans.for_amount(minor).find(|plan| plan.parts == parts));
        Ok(order.in_parts(plan.ok_or(OrderError::NoInstalments(parts))?.chosen()))
    }

    fn present(&self, id: &str, code: &str) -> Result<Event, Rejection> {
        let (Some(books), Ok(id)) = (&self.books, PaymentId::new(id)) else { return Err(self.unknown()) };
        if books.till.shown().is_none_or(|view| view.id != id || view.phase != Phase::Waiting) {
            return Err(Refused::NotWaiting.into());
        }
        Ok(match PayCode::new(code).map(Tender::Code) {
            Ok(tender) => Event::Tender { id: Some(id), channel: self.taker(&tender), tender },
            Err(_no_code) => Event::Hint(Notice::UnknownCode),
        })
    }

    pub(super) fn is_live(&self, id: &PaymentId) -> bool {
        self.books.as_ref().is_some_and(|books| books.till.view(id).is_some())
    }

    pub(super) fn unknown(&self) -> Rejection {
        if self.books.is_some() { Refused::UnknownPayment.into() } else { Rejection::Locked }
    }

    /// Cancel and dismiss. Of a payment that was settled and forgotten both are done already, unless it was paid.
    fn end_payment(
        &mut self,
        id: &str,
        event: fn(PaymentId) -> Event,
        reply: oneshot::Sender<Result<(), Rejection>>,
    ) -> anyhow::Result<()> {
        let view = match self.lookup(id)? {
            Ok(Some(view)) => view,
            Ok(None) => {
                send(reply, Err(self.unknown()));
                return Ok(());
            }
            Err(rejection) => {
                send(reply, Err(rejection));
                return Ok(());
            }
        };
        let live = self.is_live(&view.id);
        let event = event(view.id);
        if live {
            self.step(event, reply_to(reply));
            return Ok(());
        }
        let too_late = matches!(event, Event::Cancel { .. }) && view.phase == Phase::Paid;
        send(reply, if too_late { Err(Refused::Busy.into()) } else { Ok(()) });
        Ok(())
    }

    pub(super) fn lookup(&self, id: &str) -> anyhow::Result<Result<Option<View>, Rejection>> {
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

/// Whether a scanned text claims to be a voucher or a member code, which no payment channel may ever see.
pub(super) fn is_offer(text: &str) -> bool {
    Voucher::claims(text) || MemberCode::claims(text)
}

/// A ledger that cannot be read now is a no; one that is broken ends the process.
pub(super) fn readable<T>(read: Result<T, LedgerError>) -> anyhow::Result<Result<T, Rejection>> {
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
pub(super) fn send<T>(reply: oneshot::Sender<T>, said: T) {
    drop(reply.send(said));
}
