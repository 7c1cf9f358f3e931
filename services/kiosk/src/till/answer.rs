//! What a channel's answer means. This is the only place that turns doubt into something else, and it takes a proof
//! or a completed reversal to do so.

use super::attempt::{Attempt, AttemptNumber, Refund, RefundReason, Way};
use super::event::{Answer, Effect};
use super::order::PaymentId;
use super::payment::{Call, Notice, Payment, Phase, Stage};
use super::record::{ClosedBy, Ending, Fate, Record};
use super::step::Till;
use crate::channel::{ChannelKind, Opened, PaidProof, PendingReason, Proof, Refusal, Revoked, Told};
use crate::offline::Pledge;

/// Pick-up numbers run from 1 to this and start again; three digits can be called out.
const PICKUP_MAX: u32 = 999;

/// An answered call with what is needed to judge it.
struct Asked {
    id: PaymentId,
    attempt: Attempt,
    stage: Stage,
    call: Option<Call>,
    calls: u32,
    /// It was asked because a close was answered "already paid".
    ask: bool,
}

impl Till {
    pub(super) fn answer(&mut self, now: u64, number: &AttemptNumber, answer: Answer, fx: &mut Vec<Effect>) {
        let answer = match answer {
            Answer::Refunded(refunded) => return self.refunded(now, number, refunded, true, fx),
            Answer::Divided(divided) => return self.divided(now, number, divided, fx),
            answer => answer,
        };
        let Some(payment) =
            self.live.values_mut().find(|p| p.tries.iter().any(|t| &t.attempt.number == number))
        else {
            return;
        };
        let id = payment.id.clone();
        let Some(t) = payment.find(number) else { return };
        t.calls = t.calls.saturating_add(1);
        let asked = Asked {
            id,
            attempt: t.attempt.clone(),
            stage: t.stage.clone(),
            call: t.call.take(),
            calls: t.calls,
            ask: t.ask,
        };
        match answer {
            Answer::Opened(opened) => self.opened(now, &asked, opened, fx),
            Answer::Proof(Proof::Paid(paid)) => self.paid(now, &asked, paid, None, fx),
            Answer::Pledged(paid, pledge) => self.paid(now, &asked, paid, Some(pledge), fx),
            Answer::Proof(proof) => match asked.stage {
                Stage::Open => self.shown_answer(now, &asked, &proof, fx),
                Stage::Charged => self.charged_answer(now, &asked, &proof, fx),
                Stage::Closing => self.closing_answer(now, &asked, &proof, fx),
                _ => {}
            },
            Answer::Revoked(revoked) => self.revoked(now, &asked, revoked, fx),
            Answer::Refunded(_) | Answer::Divided(_) => {}
        }
        self.keep_going(now, &asked);
    }

    /// What a channel told by itself: a payment is as good as one asked for, anything else only makes us ask.
    pub(super) fn told(&mut self, now: u64, channel: ChannelKind, told: Told, fx: &mut Vec<Effect>) {
        let (number, proof) = match told {
            Told::Payment { number, proof } => (number, proof),
            Told::Refund { number, refunded } => {
                let its = |p: &Payment| {
                    p.errands.iter().any(|e| e.number() == &number && e.attempt.channel == channel)
                };
                if self.live.values().any(its) {
                    self.refunded(now, &number, refunded, false, fx);
                }
                return;
            }
            Told::Agreement(_) | Told::Nothing => return,
        };
        let Some(payment) =
            self.live.values_mut().find(|p| p.tries.iter().any(|t| t.attempt.number == number))
        else {
            return;
        };
        let id = payment.id.clone();
        let Some(t) = payment.find(&number).filter(|t| t.attempt.channel == channel) else { return };
        match (proof, &t.stage) {
            (Proof::Paid(paid), Stage::Open | Stage::Charged) => {
                let (attempt, stage) = (t.attempt.clone(), t.stage.clone());
                let told = Asked { id, attempt, stage, call: None, calls: 0, ask: false };
                self.paid(now, &told, paid, None, fx);
            }
            // The message may be older than our taking it back, so the channel's present word decides.
            (Proof::Paid(_), Stage::Closing) if t.call.is_none() => {
                t.ask = true;
                t.due_ms = Some(now);
            }
            (Proof::Paid(_), Stage::Closed) => self.append(Record::Doubted { id, number }, fx),
            (Proof::Paid(_), _) => {}
            _ if t.is_live() && t.call.is_none() && t.due_ms.is_some() => t.due_ms = Some(now),
            _ => {}
        }
    }

    /// Somebody disagrees about an attempt or a refund. What is closed is asked about again; what is open, soon; what
    /// is paid or back was proved and stays.
    pub(super) fn doubt(&mut self, now: u64, number: &AttemptNumber, fx: &mut Vec<Effect>) {
        let found = self.live.values_mut().find_map(|p| {
            let id = p.id.clone();
            p.find(number).map(|t| (id, t.stage.clone(), t.call.is_none()))
        });
        match found {
            Some((id, Stage::Closed, _)) => {
                self.append(Record::Doubted { id, number: number.clone() }, fx);
            }
            Some((_, Stage::Open | Stage::Charged | Stage::Closing, true)) => {
                if let Some(t) = self.live.values_mut().find_map(|p| p.find(number)) {
                    t.due_ms = Some(now);
                }
            }
            Some(_) => {}
            None => self.errand_doubted(now, number),
        }
    }

    /// Whatever was answered, an attempt that is not settled is called for again.
    fn keep_going(&mut self, now: u64, asked: &Asked) {
        let unsettled = self
            .live
            .get_mut(&asked.id)
            .and_then(|p| p.find(&asked.attempt.number))
            .is_some_and(|t| !t.is_final() && t.call.is_none() && t.due_ms.is_none());
        if unsettled {
            self.retry(now, asked);
        }
    }

    fn due(&mut self, asked: &Asked, at_ms: u64) {
        if let Some(t) = self.live.get_mut(&asked.id).and_then(|p| p.find(&asked.attempt.number)) {
            t.due_ms = Some(at_ms);
        }
    }

    fn retry(&mut self, now: u64, asked: &Asked) {
        let pause = self.rules.timing.backoff_ms(asked.calls);
        self.due(asked, now.saturating_add(pause));
    }

    fn closed(&mut self, now: u64, asked: &Asked, by: ClosedBy, fx: &mut Vec<Effect>) {
        self.append(Record::Closed { id: asked.id.clone(), number: asked.attempt.number.clone(), by }, fx);
        let reversing = self.live.get(&asked.id).is_some_and(|p| matches!(p.phase, Phase::Reversing(_)));
        if reversing && asked.attempt.way != Way::Shown {
            // The doubt is over; what may be left are shown codes, and those keep the screen only briefly.
            self.limit_reversal(now, &asked.id);
        }
    }

    fn opened(&mut self, now: u64, asked: &Asked, opened: Opened, fx: &mut Vec<Effect>) {
        match (opened, &asked.stage) {
            (Opened::Code(code), Stage::Open) => {
                let number = asked.attempt.number.clone();
                self.append(Record::Opened { id: asked.id.clone(), number, code }, fx);
                self.due(asked, now.saturating_add(self.rules.timing.shown_query_ms));
            }
            (Opened::Refused(_), Stage::Open | Stage::Closing) => {
                self.closed(now, asked, ClosedBy::Proof, fx)
            }
            (Opened::Unavailable(_), Stage::Open) if asked.calls < self.rules.timing.open_tries => {
                self.due(asked, now.saturating_add(self.rules.timing.open_interval_ms));
            }
            (Opened::Unavailable(_), Stage::Open) => {
                // It may have been opened without our learning the code: nobody can pay it, still it is closed.
                let timing = self.rules.timing.clone();
                if let Some(t) = self.live.get_mut(&asked.id).and_then(|p| p.find(&asked.attempt.number)) {
                    t.close(&timing);
                    t.due_ms = Some(now.saturating_add(timing.retry_first_ms));
                }
            }
            (_, Stage::Closing) => self.due(asked, now),
            _ => {}
        }
    }

    /// A shown code that is not paid (yet).
    fn shown_answer(&mut self, now: u64, asked: &Asked, proof: &Proof, fx: &mut Vec<Effect>) {
        match proof {
            // A code that nobody has scanned is no trade at Alipay.
            Proof::NotPaid(Refusal::NoSuchTrade) | Proof::Pending(_) | Proof::Unknown(_) => {
                if *proof == Proof::Pending(PendingReason::PayerConfirms) {
                    self.tell_if_waiting(&asked.id, Notice::ConfirmOnPhone);
                }
                self.due(asked, now.saturating_add(self.rules.timing.shown_query_ms));
            }
            Proof::NotPaid(_) => self.closed(now, asked, ClosedBy::Proof, fx),
            Proof::Paid(_) => {}
        }
    }

    fn tell_if_waiting(&mut self, id: &PaymentId, notice: Notice) {
        if let Some(p) = self.live.get_mut(id).filter(|p| p.phase == Phase::Waiting) {
            p.notice = notice;
        }
    }

    /// A tender that is not proved paid (yet).
    fn charged_answer(&mut self, now: u64, asked: &Asked, proof: &Proof, fx: &mut Vec<Effect>) {
        let timing = self.rules.timing.clone();
        let age = now.saturating_sub(asked.attempt.opened_at_ms);
        let (phase, notice, how): (fn(AttemptNumber) -> Phase, _, _) = match proof {
            // "Never heard of it" may only mean that the charge is still on its way.
            Proof::NotPaid(Refusal::NoSuchTrade) => (Phase::Asking, Notice::DoNotPayAgain, Ending::Failed),
            Proof::NotPaid(refusal) => {
                self.closed(now, asked, ClosedBy::Proof, fx);
                self.wait_for_payer(now, &asked.id, fx);
                self.tell_if_waiting(&asked.id, refusal_notice(&asked.attempt, *refusal));
                return;
            }
            Proof::Pending(reason) => {
                (Phase::Confirming, pending_notice(asked.attempt.channel, *reason), Ending::Expired)
            }
            Proof::Unknown(_) => (Phase::Asking, Notice::DoNotPayAgain, Ending::Failed),
            Proof::Paid(_) => return,
        };
        if let Some(payment) = self.live.get_mut(&asked.id) {
            payment.phase = phase(asked.attempt.number.clone());
            payment.notice = notice;
        }
        let no_trade = matches!(proof, Proof::NotPaid(_)) && age >= timing.reverse_not_before_ms;
        if asked.call == Some(Call::Query) && (no_trade || age >= timing.cashier_limit_ms) {
            self.give_up(now, &asked.id, how, fx);
            return;
        }
        let pause =
            if asked.call == Some(Call::Charge) { timing.query_first_ms } else { timing.query_interval_ms };
        self.due(asked, now.saturating_add(pause));
    }

    /// An attempt that is being closed and is not proved paid.
    fn closing_answer(&mut self, now: u64, asked: &Asked, proof: &Proof, fx: &mut Vec<Effect>) {
        match proof {
            Proof::NotPaid(refusal) if *refusal != Refusal::NoSuchTrade => {
                self.closed(now, asked, ClosedBy::Proof, fx)
            }
            _ => {
                let earliest = match asked.attempt.way {
                    Way::Shown => 0,
                    Way::Scanned | Way::Card => {
                        asked.attempt.opened_at_ms.saturating_add(self.rules.timing.reverse_not_before_ms)
                    }
                };
                // A question from before the closing is followed by the close at once.
                let pause = if asked.ask { self.rules.timing.backoff_ms(asked.calls) } else { 0 };
                self.due(asked, now.saturating_add(pause).max(earliest));
                self.ask_before_closing(asked, false);
            }
        }
    }

    fn ask_before_closing(&mut self, asked: &Asked, ask: bool) {
        if let Some(t) = self.live.get_mut(&asked.id).and_then(|p| p.find(&asked.attempt.number)) {
            t.ask = ask;
        }
    }

    fn revoked(&mut self, now: u64, asked: &Asked, revoked: Revoked, fx: &mut Vec<Effect>) {
        if asked.stage != Stage::Closing {
            return;
        }
        match revoked {
            Revoked::Done => self.closed(now, asked, ClosedBy::Reversal, fx),
            Revoked::Again(_) => self.retry(now, asked),
            Revoked::AlreadyPaid => {
                self.ask_before_closing(asked, true);
                // The first time at once: the payer may be looking at the screen.
                let pause = if asked.calls > 1 { self.rules.timing.backoff_ms(asked.calls) } else { 0 };
                self.due(asked, now.saturating_add(pause));
            }
        }
    }

    /// The number that is called out next.
    pub(super) fn next_pickup(&self) -> u32 {
        self.counters.pickups.checked_rem(PICKUP_MAX).unwrap_or(0).saturating_add(1)
    }

    /// Proof that money moved: it pays the order, or it goes back by itself.
    fn paid(
        &mut self,
        now: u64,
        asked: &Asked,
        paid: PaidProof,
        pledge: Option<Pledge>,
        fx: &mut Vec<Effect>,
    ) {
        if matches!(asked.stage, Stage::Paid | Stage::Returned) {
            return;
        }
        let Some(payment) = self.live.get(&asked.id) else { return };
        let on_screen = self.current.as_ref() == Some(&asked.id);
        let whole = paid.amount == asked.attempt.amount;
        let reason = match &payment.phase {
            Phase::Paid => Some(RefundReason::PaidTwice),
            _ if !whole => Some(RefundReason::WrongAmount),
            Phase::Ended(_) | Phase::Reversing(Ending::WrongAmount | Ending::NotGiven) => {
                Some(RefundReason::PaidLate)
            }
            Phase::Reversing(_) if !on_screen => Some(RefundReason::PaidLate),
            _ if !self.can_give(now, payment) => Some(RefundReason::NotGiven),
            _ => None,
        };
        let ends = match reason {
            Some(RefundReason::WrongAmount) => Some(Ending::WrongAmount),
            Some(RefundReason::NotGiven) => Some(Ending::NotGiven),
            _ => None,
        };
        let ends = ends.filter(|how| !payment.phase.is_over() && payment.phase != Phase::Reversing(*how));
        let off = if reason.is_none() { payment.order.taken_off() } else { None };
        let fate = match reason {
            None => Fate::Accepted {
                pickup: self.next_pickup(),
                split: self.division(&asked.attempt, &payment.order),
            },
            Some(reason) => {
                let Some(number) = self.next_number() else { return };
                Fate::Returned(Refund::whole(number, paid.amount, reason))
            }
        };
        self.append(
            Record::Paid {
                id: asked.id.clone(),
                number: asked.attempt.number.clone(),
                channel: asked.attempt.channel,
                channel_ref: paid.channel_ref,
                amount: paid.amount,
                at_ms: now,
                pledge: pledge.filter(|_pledge| matches!(fate, Fate::Accepted { .. })),
                fate,
                off,
            },
            fx,
        );
        if let Some(how) = ends {
            self.give_up(now, &asked.id, how, fx);
        }
    }
}

/// What the payer must do, by who is waiting for it.
fn pending_notice(channel: ChannelKind, reason: PendingReason) -> Notice {
    match (channel, reason) {
        (_, PendingReason::CardAgain) => Notice::CardAgain,
        (ChannelKind::Terminal, _) => Notice::UseTerminal,
        _ => Notice::ConfirmOnPhone,
    }
}

fn refusal_notice(attempt: &Attempt, refusal: Refusal) -> Notice {
    match refusal {
        // There is no code that could be refreshed: the agreement itself is dead.
        Refusal::CodeDead if attempt.agreement.is_some() => Notice::Declined,
        Refusal::CodeDead => Notice::CodeDead,
        Refusal::InsufficientFunds => Notice::InsufficientFunds,
        Refusal::CardUnknown => Notice::CardUnknown,
        Refusal::CardBlocked => Notice::CardBlocked,
        Refusal::Closed | Refusal::NoSuchTrade | Refusal::Declined => Notice::Declined,
    }
}
