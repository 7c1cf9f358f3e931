//! What time does: limits of phases, calls that are due, and the questions of a new start.

use super::errand::Course;
use super::event::Effect;
use super::order::PaymentId;
use super::payment::{Call, Notice, Payment, Phase, Stage, Try};
use super::record::{Ending, Record};
use super::step::{Till, shows_codes};

/// An aged case is handed to staff only after this many unanswered calls since the start, so that a kiosk that was
/// off over a holiday asks before it gives up.
const CASE_CALLS_MIN: u32 = 10;

impl Till {
    /// Whether the payment's deadline means anything.
    pub(super) fn has_limit(payment: &Payment) -> bool {
        payment.deadline_ms != u64::MAX
            && matches!(payment.phase, Phase::Opening | Phase::Waiting | Phase::Reversing(_))
    }

    /// After a start: whatever is unresolved is asked about at once; nothing is ever charged again.
    pub(super) fn resume(&mut self, now: u64, fx: &mut Vec<Effect>) {
        let timing = self.rules.timing.clone();
        let ids: Vec<PaymentId> = self.live.keys().cloned().collect();
        for id in ids {
            let Some(payment) = self.live.get_mut(&id) else { continue };
            let under_way = payment.tries.iter().any(|t| t.call == Some(Call::Charge));
            for t in payment.tries.iter_mut().filter(|t| t.call.is_none()) {
                match t.stage {
                    Stage::Open | Stage::Charged => t.due_ms = Some(0),
                    Stage::Closing => {
                        let latest = now.saturating_add(timing.reverse_not_before_ms);
                        t.due_ms = Some(t.due_ms.unwrap_or(0).min(latest));
                    }
                    _ => {}
                }
            }
            for errand in payment.errands.iter_mut().filter(|e| e.course == Course::Open && !e.called) {
                errand.due_ms = Some(errand.due_ms.unwrap_or(0));
            }
            match payment.phase.clone() {
                Phase::Opening | Phase::Waiting => {
                    let limit = payment.begun_ms.saturating_add(timing.waiting_limit_ms);
                    if limit > now {
                        self.wait_for_payer(now, &id, fx);
                    }
                    if let Some(payment) = self.live.get_mut(&id) {
                        payment.deadline_ms = payment.deadline_ms.min(limit);
                    }
                }
                Phase::Charging(number) if !under_way => {
                    payment.phase = Phase::Asking(number);
                    payment.notice = Notice::DoNotPayAgain;
                }
                Phase::Reversing(_) => self.limit_reversal(now, &id),
                _ => {}
            }
        }
    }

    /// How long a reversal may keep the screen: shown codes briefly, a charged tender until staff is called.
    pub(super) fn limit_reversal(&mut self, now: u64, id: &PaymentId) {
        let timing = self.rules.timing.clone();
        if let Some(payment) = self.live.get_mut(id) {
            let charged = payment.tries.iter().any(Self::is_doubtful);
            let limit = if charged { timing.park_after_ms } else { timing.close_limit_ms };
            payment.deadline_ms = now.saturating_add(limit);
        }
    }

    /// A tender was sent and nothing is proved yet.
    pub(super) fn is_doubtful(t: &Try) -> bool {
        t.is_live() && t.attempt.way != super::attempt::Way::Shown
    }

    /// Ends what has lasted too long or has nothing left to wait for.
    pub(super) fn limits(&mut self, now: u64, fx: &mut Vec<Effect>) {
        if now < self.hold_until_ms {
            return;
        }
        let ids: Vec<PaymentId> = self.live.keys().cloned().collect();
        for id in ids {
            let Some(payment) = self.live.get(&id) else { continue };
            match payment.phase {
                Phase::Opening | Phase::Waiting if now >= payment.deadline_ms => {
                    self.give_up(now, &id, Ending::Expired, fx);
                    self.limit_reversing(now, &id, fx);
                }
                Phase::Opening => self.limit_opening(now, &id, fx),
                Phase::Reversing(_) => self.limit_reversing(now, &id, fx),
                _ => {}
            }
        }
    }

    /// Every channel was asked for a code and none gave one.
    fn limit_opening(&mut self, now: u64, id: &PaymentId, fx: &mut Vec<Effect>) {
        let cards = self.rules.channels.iter().any(|c| !shows_codes(*c));
        let Some(payment) = self.live.get_mut(id) else { return };
        let mut open = payment.tries.iter().filter(|t| t.stage == Stage::Open).peekable();
        let given_up = open.peek().is_none();
        if !open.all(|t| t.calls > 0 && t.call != Some(Call::Open)) {
            return;
        }
        payment.notice = Notice::ChannelsUnreachable;
        if cards {
            payment.phase = Phase::Waiting;
        } else if given_up {
            self.give_up(now, id, Ending::Failed, fx);
            self.limit_reversing(now, id, fx);
        }
    }

    fn limit_reversing(&mut self, now: u64, id: &PaymentId, fx: &mut Vec<Effect>) {
        let Some(payment) = self.live.get_mut(id) else { return };
        let Phase::Reversing(how) = payment.phase else { return };
        let doubtful = payment.tries.iter().any(Self::is_doubtful);
        let met = payment.tries.iter().any(|t| t.is_live() && t.was_met());
        let late = now >= payment.deadline_ms;
        if !doubtful && (late || !met) {
            self.append(Record::Ended { id: id.clone(), how }, fx);
        } else if late {
            payment.parked = true;
            payment.notice = Notice::SeeStaff;
            payment.deadline_ms = u64::MAX;
        }
    }

    /// Makes the calls that are due.
    pub(super) fn calls(&mut self, now: u64, fx: &mut Vec<Effect>) {
        if now < self.hold_until_ms {
            return;
        }
        let mut cases = Vec::new();
        let background = self.rules.timing.background_limit_ms;
        for payment in self.live.values_mut() {
            for t in &mut payment.tries {
                if t.call.is_some() || t.due_ms.is_none_or(|due| due > now) {
                    continue;
                }
                let age = now.saturating_sub(t.attempt.opened_at_ms);
                if age > background && t.calls >= CASE_CALLS_MIN && t.stage != Stage::Open {
                    cases.push(Record::Case { id: payment.id.clone(), number: t.attempt.number.clone() });
                    continue;
                }
                t.due_ms = None;
                let (call, effect) = match &t.stage {
                    Stage::Open if t.code.is_none() => (Call::Open, Effect::Open(t.attempt.clone())),
                    Stage::Closing if !t.ask => (Call::Revoke, Effect::Revoke(t.attempt.clone())),
                    Stage::Open | Stage::Charged | Stage::Closing => {
                        (Call::Query, Effect::Query(t.attempt.clone()))
                    }
                    Stage::Closed | Stage::Paid | Stage::Returned => continue,
                };
                t.call = Some(call);
                fx.push(effect);
            }
            let waits: Vec<bool> = payment.errands.iter().map(|errand| payment.waits(errand)).collect();
            for (errand, waits) in payment.errands.iter_mut().zip(waits) {
                if waits || errand.called || errand.is_final() || errand.due_ms.is_none_or(|due| due > now) {
                    continue;
                }
                let age = now.saturating_sub(errand.began_ms());
                if age > background && errand.calls >= CASE_CALLS_MIN {
                    cases.push(Record::Case { id: payment.id.clone(), number: errand.number().clone() });
                    continue;
                }
                errand.due_ms = None;
                errand.called = true;
                fx.push(errand.effect());
            }
        }
        for case in cases {
            self.append(case, fx);
        }
    }
}
