//! The state machine: one event in, effects out. Records come first among the effects, so that what we said yes to,
//! and every charge, is durable before anything else happens.

use std::collections::{BTreeMap, VecDeque};

use super::attempt::{Attempt, AttemptNumber, Way};
use super::event::{Counters, Effect, Event, Refused, Rules};
use super::order::{Order, PaymentId};
use super::payment::{Call, Notice, Payment, Phase, Stage, View};
use super::record::{Ending, Record};
use super::session::Sessions;
use super::tender::{PayCode, Tender};
use crate::channel::ChannelKind;

/// Most attempts of one payment: a payer who failed so often needs staff, and a bound keeps a stuck card or code
/// from hammering the channels.
const ATTEMPTS_MAX: usize = 24;
/// Scanned codes remembered so that none is charged twice; a code lives a minute, in which nobody shows this many.
const SPENT_MAX: usize = 32;

/// All payments that are not settled.
#[derive(Clone, Debug)]
pub struct Till {
    pub(super) rules: Rules,
    pub(super) live: BTreeMap<PaymentId, Payment>,
    pub(super) current: Option<PaymentId>,
    pub(super) counters: Counters,
    pub(super) sessions: Sessions,
    spent: VecDeque<PayCode>,
    /// After a failed write: nothing is due before this.
    pub(super) hold_until_ms: u64,
    /// Whether what the records left unresolved has been asked about since the start.
    resumed: bool,
}

impl Till {
    /// The till as its records left it; `counters` are what the ledger kept beside them.
    pub fn replay<'a>(
        rules: Rules,
        counters: Counters,
        records: impl IntoIterator<Item = &'a Record>,
    ) -> Self {
        let mut till = Self {
            rules,
            live: BTreeMap::new(),
            current: None,
            counters: Counters::default(),
            sessions: Sessions::default(),
            spent: VecDeque::new(),
            hold_until_ms: 0,
            resumed: false,
        };
        for record in records {
            till.apply(record);
        }
        till.counters.numbers = till.counters.numbers.max(counters.numbers);
        if till.counters.pickups == 0 {
            till.counters.pickups = counters.pickups;
        }
        till
    }

    /// What every number of this till starts with.
    pub fn tag(&self) -> &str {
        &self.rules.tag
    }

    /// Numbers given out so far.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// The payment on the screen.
    pub fn shown(&self) -> Option<View> {
        self.current.as_ref().and_then(|id| self.view(id))
    }

    /// A payment that is not settled.
    pub fn view(&self, id: &PaymentId) -> Option<View> {
        self.live.get(id).map(Payment::view)
    }

    /// Whether codes and cards are wanted.
    pub fn listens(&self) -> bool {
        self.on_screen().is_some_and(|p| p.phase == Phase::Waiting || p.awaits_card())
    }

    /// Since when and until when the payment on the screen waits for its payer.
    pub fn waits(&self) -> Option<(u64, u64)> {
        let waiting = |p: &&Payment| matches!(p.phase, Phase::Opening | Phase::Waiting);
        let payment = self.on_screen().filter(waiting).filter(|p| p.deadline_ms != u64::MAX)?;
        let limit = self.rules.timing.waiting_limit_ms;
        Some((payment.deadline_ms.saturating_sub(limit), payment.deadline_ms))
    }

    /// Whether the payment on the screen is being given up with nothing sent that could have been charged.
    pub fn closes_unmet(&self) -> bool {
        self.on_screen().is_some_and(|p| {
            matches!(p.phase, Phase::Reversing(Ending::Cancelled | Ending::Expired))
                && !p.parked
                && !p.tries.iter().any(Self::is_doubtful)
        })
    }

    /// When the next [`Event::Tick`] is due.
    pub fn next_due_ms(&self) -> Option<u64> {
        let tries =
            self.live.values().flat_map(|p| &p.tries).filter(|t| t.call.is_none()).filter_map(|t| t.due_ms);
        let errands = self.live.values().flat_map(|p| p.errands.iter().filter(|e| !e.called && !p.waits(e)));
        let errands = errands.filter_map(|e| e.due_ms);
        let calls = tries.chain(errands);
        let limits = self.live.values().filter(|p| Self::has_limit(p)).map(|p| p.deadline_ms);
        let start = (!self.resumed).then_some(0);
        let sessions = self.sessions.next_due_ms(self.buys_time());
        calls.chain(limits).chain(start).chain(sessions).min().map(|due| due.max(self.hold_until_ms))
    }

    /// Forgets settled payments, which the ledger keeps; answers which.
    pub fn forget_settled(&mut self) -> Vec<PaymentId> {
        let settled: Vec<PaymentId> = self
            .live
            .values()
            .filter(|p| p.is_settled())
            .map(|p| p.id.clone())
            .filter(|id| self.current.as_ref() != Some(id) && !self.sessions.keeps(id))
            .collect();
        for id in &settled {
            self.live.remove(id);
        }
        settled
    }

    /// What to do about an event whose records could not be written: this till, from before the event, goes on.
    /// What was asked is asked again later; nothing is charged meanwhile.
    pub fn ledger_failed(&mut self, now: u64, event: &Event) -> Vec<Effect> {
        let (before, listened) = (self.shown(), self.listens());
        self.hold_until_ms = now.saturating_add(self.rules.timing.ledger_retry_ms);
        let later = self.hold_until_ms;
        if let Event::Answer { number, .. } = event {
            if let Some(t) = self.live.values_mut().find_map(|p| p.find(number)) {
                t.call = None;
                t.due_ms = Some(later);
            } else if let Some(errand) = self.live.values_mut().find_map(|p| p.errand(number)) {
                errand.called = false;
                errand.due_ms = Some(later);
            }
        }
        self.tell(Notice::LedgerFull);
        self.changed(before, listened, Vec::new())
    }

    /// Takes an event; the effects are to be done in their order, records first.
    pub fn step(&mut self, now: u64, event: Event) -> Result<Vec<Effect>, Refused> {
        let (before, listened) = (self.shown(), self.listens());
        let (mut fx, sessions) = (Vec::new(), self.sessions.clone());
        self.follow_clocks(now, &mut fx);
        if let Err(refused) = self.take(now, event, &mut fx) {
            self.sessions = sessions;
            return Err(refused);
        }
        self.limits(now, &mut fx);
        self.tend_sessions(now, &mut fx);
        self.calls(now, &mut fx);
        Ok(self.changed(before, listened, fx))
    }

    fn take(&mut self, now: u64, event: Event, fx: &mut Vec<Effect>) -> Result<(), Refused> {
        match event {
            // A start whose records could not be written is made up for by the next tick.
            Event::Started | Event::Tick => {
                if !std::mem::replace(&mut self.resumed, true) {
                    self.resume(now, fx);
                }
            }
            Event::Begin { id, order } => self.begin(now, id, order, fx)?,
            Event::Tender { id, tender, channel } => self.tender(now, id.as_ref(), tender, channel, fx)?,
            Event::Hint(notice) => {
                // While a card is wanted again, nothing may hide that.
                if self.on_screen().is_some_and(|p| p.phase == Phase::Waiting) {
                    self.tell(notice);
                }
            }
            Event::Cancel { id } => self.cancel(now, &id, fx)?,
            Event::Dismiss { id } => self.dismiss(&id, fx)?,
            Event::Refund { id, ask, amount, by } => self.refund_asked(now, &id, ask, amount, by, fx)?,
            Event::Doubt { number } => self.doubt(now, &number, fx),
            Event::Stopped { id, tender, amount, review } => {
                self.stopped(now, &id, tender, amount, review, fx)?;
            }
            Event::CaseClosed { id, seq, by, pass } => self.case_closed(now, id, seq, by, pass, fx),
            Event::Quote { id, quoted } => self.quote(now, id, quoted, fx)?,
            Event::Feedback { id, stars } => self.feedback(now, id, stars, fx)?,
            Event::Forwarded { id, sequence, answer } => self.forwarded(now, id, sequence, answer, fx)?,
            Event::Answer { number, answer } => self.answer(now, &number, answer, fx),
            Event::Told { channel, told } => self.told(now, channel, told, fx),
        }
        Ok(())
    }

    fn on_screen(&self) -> Option<&Payment> {
        self.current.as_ref().and_then(|id| self.live.get(id))
    }

    pub(super) fn tell(&mut self, notice: Notice) {
        if let Some(p) = self.current.as_ref().and_then(|id| self.live.get_mut(id)) {
            p.notice = notice;
        }
    }

    pub(super) fn append(&mut self, record: Record, fx: &mut Vec<Effect>) {
        self.apply(&record);
        fx.push(Effect::Append(record));
    }

    /// Adds what the world must be told, and puts records first.
    fn changed(&self, before: Option<View>, listened: bool, mut fx: Vec<Effect>) -> Vec<Effect> {
        let after = self.shown();
        // Who is shown that it is their turn may lay the card down at once, and a card is told of only once.
        if self.listens() != listened {
            fx.push(Effect::Listen(self.listens()));
        }
        if after != before {
            fx.push(Effect::Publish(after));
        }
        fx.sort_by_key(|effect| !matches!(effect, Effect::Append(_)));
        fx
    }

    pub(super) fn next_number(&self) -> Option<AttemptNumber> {
        AttemptNumber::new(&format!("{}{:08}", self.rules.tag, self.counters.numbers)).ok()
    }

    fn new_attempt(&self, now: u64, order: &Order, channel: ChannelKind, way: Way) -> Option<Attempt> {
        Some(Attempt::of(order, self.next_number()?, (channel, way), now))
    }

    fn begin(
        &mut self,
        now: u64,
        id: PaymentId,
        mut order: Order,
        fx: &mut Vec<Effect>,
    ) -> Result<(), Refused> {
        if let Some(known) = self.live.get(&id) {
            return if known.order == order { Ok(()) } else { Err(Refused::IdReused) };
        }
        if self.on_screen().is_some_and(|p| !p.phase.is_over() && !p.parked) {
            return Err(Refused::Busy);
        }
        if let Some(bought) = &mut order.session {
            self.sessions.admit(bought)?;
        }
        self.append(Record::Begun { id: id.clone(), order, at_ms: now }, fx);
        self.wait_for_payer(now, &id, fx);
        Ok(())
    }

    /// Opens a code at every channel that shows one and has none open, and gives the payer time; where offers pay all,
    /// there is nothing to wait for.
    pub(super) fn wait_for_payer(&mut self, now: u64, id: &PaymentId, fx: &mut Vec<Effect>) {
        if self.paid_by_offers(now, id, fx) {
            return;
        }
        let Some(payment) = self.live.get_mut(id) else { return };
        payment.deadline_ms = now.saturating_add(self.rules.timing.waiting_limit_ms);
        let (order, open): (Order, Vec<ChannelKind>) = (
            payment.order.clone(),
            payment.tries.iter().filter(|t| t.stage == Stage::Open).map(|t| t.attempt.channel).collect(),
        );
        let room = ATTEMPTS_MAX.saturating_sub(payment.tries.len());
        let wanted: Vec<ChannelKind> = self
            .rules
            .channels
            .iter()
            .copied()
            .filter(|c| shows_codes(*c) && !open.contains(c))
            .filter(|c| self.rules.take(*c, &order))
            .take(room)
            .collect();
        for channel in wanted {
            if let Some(attempt) = self.new_attempt(now, &order, channel, Way::Shown) {
                self.append(Record::Opening { id: id.clone(), attempt }, fx);
            }
        }
        let only_cards =
            !self.rules.channels.is_empty() && !self.rules.channels.iter().any(|c| shows_codes(*c));
        if only_cards && let Some(payment) = self.live.get_mut(id) {
            payment.phase = Phase::Waiting;
        }
    }

    fn tender(
        &mut self,
        now: u64,
        id: Option<&PaymentId>,
        tender: Tender,
        channel: Option<ChannelKind>,
        fx: &mut Vec<Effect>,
    ) -> Result<(), Refused> {
        let payment = self
            .on_screen()
            .filter(|p| p.phase == Phase::Waiting || p.awaits_card())
            .filter(|p| id.is_none_or(|id| id == &p.id))
            .ok_or(Refused::NotWaiting)?;
        if payment.awaits_card() {
            return self.card_again(tender, fx);
        }
        let attempts = payment.tries.len().saturating_add(payment.stops.count());
        let (id, order, stopped) = (payment.id.clone(), payment.order.clone(), payment.stops.answer(&tender));
        if let Some(notice) = stopped {
            self.tell(notice);
            return Ok(());
        }
        let Some(channel) = channel else {
            self.tell(Notice::UnknownCode);
            return Ok(());
        };
        if !self.rules.take(channel, &order) {
            self.tell(Notice::Declined);
            return Ok(());
        }
        let way = tender.way();
        match &tender {
            Tender::Code(code) if self.spent.contains(code) => {
                self.tell(Notice::CodeUsed);
                return Ok(());
            }
            Tender::Code(code) => {
                self.spent.push_back(code.clone());
                if self.spent.len() > SPENT_MAX {
                    self.spent.pop_front();
                }
            }
            _ => {}
        }
        let attempt =
            (attempts < ATTEMPTS_MAX).then(|| self.new_attempt(now, &order, channel, way)).flatten();
        let Some(attempt) = attempt.map(|attempt| attempt.by(&tender)) else {
            self.tell(Notice::SeeStaff);
            return Ok(());
        };
        self.append(Record::Charging { id: id.clone(), attempt: attempt.clone() }, fx);
        if let Some(t) = self.live.get_mut(&id).and_then(|p| p.find(&attempt.number)) {
            t.call = Some(Call::Charge);
        }
        fx.push(Effect::Charge(attempt, tender));
        Ok(())
    }

    fn cancel(&mut self, now: u64, id: &PaymentId, fx: &mut Vec<Effect>) -> Result<(), Refused> {
        let payment = self.live.get(id).ok_or(Refused::UnknownPayment)?;
        match &payment.phase {
            // A card that was charged just now is found by the terminal's answer, and the sale stands.
            Phase::Confirming(_) if payment.at_terminal() => self.give_up(now, id, Ending::Cancelled, fx),
            Phase::Opening | Phase::Waiting => self.give_up(now, id, Ending::Cancelled, fx),
            Phase::Ended(_) | Phase::Reversing(Ending::Cancelled) => {}
            _ => return Err(Refused::Busy),
        }
        Ok(())
    }

    fn dismiss(&mut self, id: &PaymentId, fx: &mut Vec<Effect>) -> Result<(), Refused> {
        let payment = self.live.get(id).ok_or(Refused::UnknownPayment)?;
        if !payment.phase.is_over() && !payment.parked {
            return Err(Refused::Busy);
        }
        if self.current.as_ref() == Some(id) {
            self.append(Record::Left { id: id.clone() }, fx);
        }
        Ok(())
    }

    /// Decides to end without a sale: everything open is closed first.
    pub(super) fn give_up(&mut self, now: u64, id: &PaymentId, how: Ending, fx: &mut Vec<Effect>) {
        self.append(Record::Reversing { id: id.clone(), how }, fx);
        self.limit_reversal(now, id);
    }
}

/// Whether a channel has codes to show; a card has none.
pub(super) fn shows_codes(channel: ChannelKind) -> bool {
    match channel {
        ChannelKind::Alipay | ChannelKind::Wechat | ChannelKind::Unionpay => true,
        ChannelKind::Campus | ChannelKind::Terminal => false,
    }
}

#[cfg(test)]
mod tests;
