//! The actor: one thread owns the till and the ledger, takes letters, performs effects. Nothing else may.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use api::kiosk::{Offline, Standing};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use crate::channel::{Channel, ChannelKind, Told};
use crate::finance::Calendar;
use crate::forward::Heard;
use crate::ledger::{Ledger, LedgerError};
use crate::policy::Policy;
use crate::reconcile::Reading;
use crate::run::{Clock, Parts, SteadyClock};
use crate::split::Plans;
use crate::till::{
    Answer, AttemptNumber, Event, Mark, Menu, Notice, Rules, Session, SessionState, Tender, Till, Timing,
    View,
};

mod agreements;
mod batch;
mod call;
mod forward;
mod links;
mod members;
mod menu;
mod offers;
mod office;
mod rates;
mod risk;
mod signing;
mod staff;
#[cfg(test)]
mod tests;

use batch::{Batch, kept, nobody};
use forward::OfficeDesk;
pub(crate) use links::LinkTable;
pub(crate) use members::MemberAsk;
pub(crate) use offers::{Basket, BasketPrice};
pub(crate) use office::{Ask, Rejection};
pub(crate) use rates::{NoRate, RatesAsk};
pub(crate) use risk::RiskStopped;
pub(crate) use signing::{AgreementAsk, AgreementWord};
pub(crate) use staff::StaffAsk;

/// Longest sleep without anything due; only a bound.
const IDLE: Duration = Duration::from_secs(60);
/// How often a ledger that could not be opened for lack of space is tried again.
const REOPEN: Duration = Duration::from_secs(10);
/// Letters written in one commit: as many as can wait.
const BATCH_MAX: usize = 64;

/// A letter to the actor.
pub(crate) enum Mail {
    /// From the bus.
    Ask(Ask),
    /// From the counter.
    Sensed(Sensed),
    /// From a channel.
    Answered(AttemptNumber, Answer),
    /// A channel said something of an agreement, by our name of it.
    Agreement(String, AgreementWord),
    /// A channel told by itself; answered with whether it is kept.
    Told(ChannelKind, Told, oneshot::Sender<bool>),
    /// The school's back office was heard.
    Office(Heard),
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
    /// The one code for every wallet, while the payment shows codes.
    pub(crate) link: Option<String>,
    /// Since when and until when it waits for its payer.
    pub(crate) waits: Option<(u64, u64)>,
    /// It is being given up with nothing sent that could have been charged.
    pub(crate) closing: bool,
    pub(crate) standing: Standing,
    /// How the school's back office stands, and what waits for it.
    pub(crate) offline: Offline,
    /// Dishes that are sold out.
    pub(crate) sold_out: Vec<String>,
    /// The sessions, each with how far it is.
    pub(crate) sessions: Vec<(Session, SessionState)>,
    /// When that was, by both clocks.
    pub(crate) sessions_at: Option<Mark>,
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
    plans: Plans,
    reading: Reading,
    calendar: Calendar,
    policy: Policy,
    clock: Clock,
    steady: SteadyClock,
    mail: mpsc::Sender<Mail>,
    screen: watch::Sender<Screen>,
    listen: watch::Sender<bool>,
    books: Option<Books>,
    batch: Batch,
    /// Who showed a member code.
    recognised: members::Recognised,
    /// Agreements about which a channel must be asked.
    errands: signing::Errands,
    /// The links of the front, where the kiosk has one.
    links: Option<LinkTable>,
    /// The risk rules, where there are any.
    risk: Option<Arc<crate::risk::Rules>>,
    /// When old risk events are next forgotten.
    forget_ms: u64,
    /// What is known of the school's back office, where there is one.
    office: Option<OfficeDesk>,
}

impl Actor {
    pub(crate) fn new(
        parts: Parts,
        mail: mpsc::Sender<Mail>,
        screen: watch::Sender<Screen>,
        listen: watch::Sender<bool>,
        links: Option<LinkTable>,
    ) -> Self {
        let risk = parts.policy.risk.as_ref().filter(|risk| !risk.rules.is_empty());
        let office = parts.policy.back_office.as_ref().map(|office| OfficeDesk::new(office.config.limits));
        Self {
            risk: risk.cloned().map(Arc::new),
            forget_ms: 0,
            channels: parts.channels,
            menu: parts.menu,
            ledger_path: parts.ledger,
            timing: parts.timing,
            plans: parts.plans,
            reading: parts.reading,
            calendar: parts.calendar,
            policy: parts.policy,
            clock: parts.clock,
            steady: parts.steady,
            mail,
            screen,
            listen,
            books: None,
            batch: Batch::default(),
            recognised: members::Recognised::default(),
            errands: signing::Errands::default(),
            links,
            office,
        }
    }

    /// Works until told to stop. An error is a bug or another till: the process must end.
    pub(crate) fn work(mut self, handle: &Handle, mut letters: mpsc::Receiver<Mail>) -> anyhow::Result<()> {
        let mut reopens = self.open(handle)?;
        loop {
            let pause = match &self.books {
                Some(books) => [books.till.next_due_ms(), self.errands.next_due_ms()]
                    .into_iter()
                    .flatten()
                    .min()
                    .map_or(IDLE, |due| Duration::from_millis(due.saturating_sub((self.clock)())).min(IDLE)),
                None => REOPEN,
            };
            match handle.block_on(async { timeout(pause, letters.recv()).await }) {
                Ok(Some(Mail::Stop) | None) => return self.end(),
                Ok(Some(letter)) => {
                    let mut waiting = vec![letter];
                    while waiting.len() < BATCH_MAX
                        && let Ok(letter) = letters.try_recv()
                    {
                        waiting.push(letter);
                    }
                    let stop = waiting.iter().any(|letter| matches!(letter, Mail::Stop));
                    self.take(handle, waiting)?;
                    if stop {
                        return self.end();
                    }
                }
                Err(_elapsed) if self.books.is_some() => {
                    self.step(Event::Tick, nobody());
                    self.commit(handle)?;
                    self.forget_risks()?;
                    self.tend_agreements(handle)?;
                }
                Err(_elapsed) if reopens => reopens = self.open(handle)?,
                Err(_elapsed) => {}
            }
        }
    }

    fn end(&mut self) -> anyhow::Result<()> {
        if let Some(books) = &mut self.books
            && let Err(error) = books.ledger.flush()
        {
            // Only the next start is slower: they are replayed and found settled again.
            tracing::warn!(%error, "ledger");
        }
        Ok(())
    }

    /// Opens the ledger and resumes; answers whether a ledger that cannot be used now may be tried again.
    fn open(&mut self, handle: &Handle) -> anyhow::Result<bool> {
        let again = match Ledger::open(&self.ledger_path) {
            Ok((ledger, memory)) => {
                let ledger = ledger.with_offers(self.policy.promotion.clone().unwrap_or_default());
                let rules = Rules {
                    tag: memory.tag,
                    channels: self.channels.iter().map(|channel| channel.kind()).collect(),
                    terms: self.channels.iter().map(|channel| (channel.kind(), channel.terms())).collect(),
                    plans: self.plans.clone(),
                    timing: self.timing.clone(),
                };
                let till = Till::replay(rules, memory.counters, &memory.records);
                let members = self.policy.members.is_some();
                tracing::info!(open = memory.records.len(), members, "the ledger is whole");
                self.books = Some(Books { till, ledger: self.ruled(ledger) });
                self.recall_sold_out().context("which dishes are sold out cannot be read")?;
                self.show_offline();
                self.step(Event::Started, nobody());
                self.commit(handle)?;
                self.recall_agreements()?;
                false
            }
            Err(LedgerError::Held) => return Err(LedgerError::Held.into()),
            Err(error) => {
                tracing::error!("the till stays locked: {:#}", anyhow::Error::new(error_in_full(&error)));
                matches!(error, LedgerError::Full(_) | LedgerError::Io(_))
            }
        };
        self.show_sold_out();
        let standing = if self.books.is_some() { Standing::Open } else { Standing::Locked };
        let payment = self.books.as_ref().and_then(|books| books.till.shown());
        let link = self.link(payment.as_ref());
        let (waits, closing) = self.passing();
        // As after each step: the counter listens before anybody can see that it should.
        self.listen.send_replace(self.books.as_ref().is_some_and(|books| books.till.listens()));
        self.screen.send_modify(|screen| {
            let told = std::mem::take(screen);
            *screen = Screen { started: true, payment, link, waits, closing, standing, ..told };
        });
        Ok(again)
    }

    /// Takes the letters that wait together, and makes durable what they say before anything of it happens.
    fn take(&mut self, handle: &Handle, letters: Vec<Mail>) -> anyhow::Result<()> {
        for letter in letters {
            match letter {
                Mail::Stop => {}
                Mail::Ask(ask) => self.answer(handle, ask)?,
                Mail::Sensed(Sensed::Tender(Tender::Code(code))) if office::is_offer(code.reveal()) => {
                    self.offer_presented(handle, code.reveal())?;
                }
                Mail::Sensed(Sensed::Tender(tender)) => {
                    self.write_notes(handle)?;
                    let event = self.presented(tender);
                    self.judge(event, false, nobody())?;
                }
                Mail::Sensed(Sensed::Hint(notice)) => self.step(Event::Hint(notice), nobody()),
                Mail::Answered(number, answer) => {
                    self.agreement_dead(&number, &answer)?;
                    self.answered(number, answer);
                }
                Mail::Agreement(id, heard) => self.agreement_heard(&id, heard)?,
                Mail::Told(channel, told, reply) => self.told(channel, told, reply)?,
                Mail::Office(heard) => self.heard(handle, heard)?,
            }
        }
        self.commit(handle)?;
        self.tend_agreements(handle)
    }

    /// What a channel told by itself. It is kept once it is in the ledger, was there before, or is not about us.
    fn told(&mut self, channel: ChannelKind, told: Told, reply: oneshot::Sender<bool>) -> anyhow::Result<()> {
        let number = match &told {
            Told::Payment { number, .. } | Told::Refund { number, .. } => number,
            Told::Agreement(id) => {
                kept(reply, self.agreement_told(channel, id.clone())?);
                return Ok(());
            }
            Told::Nothing => {
                kept(reply, true);
                return Ok(());
            }
        };
        let Some(books) = &self.books else {
            kept(reply, false);
            return Ok(());
        };
        let Some(id) = books.ledger.payment_of(number).context("a number cannot be looked up")? else {
            tracing::warn!("a channel told of an order that is not this till's");
            kept(reply, true);
            return Ok(());
        };
        self.recall(&id)?;
        self.step(Event::Told { channel, told }, Box::new(move |said| kept(reply, said.is_ok())));
        Ok(())
    }

    /// What passes and no record tells: how long the payer has, and that nothing can have been charged.
    fn passing(&self) -> (Option<(u64, u64)>, bool) {
        self.books.as_ref().map_or((None, false), |books| (books.till.waits(), books.till.closes_unmet()))
    }

    /// Tells of the sessions where one began, ended or was lengthened.
    fn show_sessions(&mut self) {
        let at = Mark { wall_ms: (self.clock)(), steady: (self.steady)() };
        let Some(books) = &self.books else { return };
        let sessions: Vec<_> =
            books.till.sessions().map(|session| (session.clone(), session.state(at.wall_ms))).collect();
        self.screen.send_if_modified(|screen| {
            let changed = screen.sessions != sessions;
            (screen.sessions, screen.sessions_at) = (sessions, Some(at));
            changed
        });
    }

    fn taker(&self, tender: &Tender) -> Option<ChannelKind> {
        self.channels.iter().find(|channel| channel.takes(tender)).map(|channel| channel.kind())
    }
}

/// The error and its cause in one line, for the log.
fn error_in_full(error: &LedgerError) -> std::io::Error {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    std::io::Error::other(format!("{error}{cause}"))
}
