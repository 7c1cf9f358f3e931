//! From records to state: the one function by which a record takes effect, live and after a restart.

use super::attempt::{Attempt, AttemptNumber, RefundReason, Way};
use super::errand::{Course, Errand, Work};
use super::money::Money;
use super::payment::{Notice, Payment, Phase, ReturnState, Returning, Stage, Try};
use super::record::{ClosedBy, Ending, Fate, Record};
use super::step::Till;
use super::timing::Timing;

impl Till {
    /// Takes up a payment that was settled and forgotten, by its records, because there is something new about it.
    /// A payment that is live stays as it is.
    pub fn recall<'a>(&mut self, records: impl IntoIterator<Item = &'a Record>) {
        let (current, counters, sessions) = (self.current.clone(), self.counters, self.sessions.clone());
        let mut records = records.into_iter().peekable();
        if records.peek().is_some_and(|first| !self.live.contains_key(first.payment())) {
            for record in records {
                self.apply(record);
            }
        }
        // It is neither on the screen again, nor are its numbers given out again, nor its time in a room.
        (self.current, self.counters, self.sessions) = (current, counters, sessions);
    }

    /// Lets a record take effect. A record of a payment that is not live was settled before and says nothing new.
    pub(super) fn apply(&mut self, record: &Record) {
        if let Record::Begun { id, order, at_ms } = record {
            self.current = Some(id.clone());
            self.live.insert(id.clone(), Payment::begun(id.clone(), order.clone(), *at_ms));
            return;
        }
        let timing = self.rules.timing.clone();
        let Some(payment) = self.live.get_mut(record.payment()) else { return };
        match record {
            Record::Begun { .. } => {}
            Record::Opening { attempt, .. } => {
                payment.tries.push(Try::new(attempt.clone()));
                self.counters.numbers = self.counters.numbers.saturating_add(1);
            }
            Record::Opened { number, code, .. } => {
                if let Some(t) = payment.find(number) {
                    t.code = Some(code.clone());
                }
                if payment.phase == Phase::Opening {
                    payment.phase = Phase::Waiting;
                }
            }
            Record::Charging { attempt, .. } => {
                charge(payment, attempt, &timing);
                self.counters.numbers = self.counters.numbers.saturating_add(1);
            }
            Record::Reversing { how, .. } => {
                payment.phase = Phase::Reversing(*how);
                payment.close_all(&timing);
            }
            Record::Closed { number, by, .. } => {
                if payment.phase.charging() == Some(number) && *by == ClosedBy::Proof {
                    payment.phase = Phase::Waiting;
                }
                if let Some(t) = payment.find(number) {
                    t.enter(Stage::Closed, None);
                }
            }
            Record::Doubted { number, .. } => {
                if let Some(t) = payment.find(number) {
                    t.enter(Stage::Closing, Some(0));
                    t.ask = true;
                }
            }
            Record::Paid { .. } => self.apply_paid(record),
            Record::Free { .. } | Record::FreeReturned { .. } => self.apply_free(record),
            Record::Feedback { .. } | Record::Quoted { .. } => chosen(payment, record),
            Record::RefundAsked { .. } => self.apply_refund(record),
            Record::Refunded { .. }
            | Record::RefundRefused { .. }
            | Record::Withheld { .. }
            | Record::Divided { .. }
            | Record::DivisionRefused { .. }
            | Record::Case { .. } => follow_up(payment, record),
            Record::Session { id, what, .. } => self.sessions.change(id, *what),
            Record::CaseClosed { pass, .. } if *pass => payment.passed(),
            Record::CaseClosed { .. } | Record::Forwarded { .. } => {}
            Record::Stopped { review, .. } => payment.stopped(*review),
            Record::Ended { how, .. } => end(payment, *how),
            Record::Left { id } => {
                if self.current.as_ref() == Some(id) {
                    self.current = None;
                }
            }
        }
    }

    fn apply_refund(&mut self, record: &Record) {
        let Record::RefundAsked { id, at_ms, .. } = record else { return };
        let Some(payment) = self.live.get_mut(id) else { return };
        follow_up(payment, record);
        if payment.is_all_back() {
            self.sessions.back(*at_ms, id);
        }
        self.counters.numbers = self.counters.numbers.saturating_add(1);
    }

    fn apply_free(&mut self, record: &Record) {
        let Some(payment) = self.live.get_mut(record.payment()) else { return };
        match record {
            Record::Free { pickup, at_ms, .. } => {
                payment.phase = Phase::Paid;
                payment.notice = Notice::None;
                (payment.pickup, payment.paid_ms) = (*pickup, *at_ms);
                self.counters.pickups = *pickup;
            }
            Record::FreeReturned { number, ask, .. } => {
                let amount = Money::zero(payment.order.total.currency());
                let (number, ask) = (number.clone(), Some(ask.clone()));
                payment.taken_back = Some(Returning { number, ask, amount, state: ReturnState::Done });
            }
            _ => return,
        }
        self.counters.numbers = self.counters.numbers.saturating_add(1);
    }

    fn apply_paid(&mut self, record: &Record) {
        let Record::Paid { id, number, channel_ref, fate, at_ms, .. } = record else { return };
        let timing = self.rules.timing.clone();
        let Some(payment) = self.live.get_mut(id) else { return };
        let Some(t) = payment.find(number) else { return };
        let attempt = t.attempt.clone();
        t.enter(if matches!(fate, Fate::Accepted { .. }) { Stage::Paid } else { Stage::Returned }, None);
        match fate {
            Fate::Accepted { pickup, split } => {
                payment.phase = Phase::Paid;
                payment.notice = Notice::None;
                payment.paid_by = Some(attempt.channel);
                payment.paid_ms = *at_ms;
                payment.pickup = *pickup;
                if attempt.way == Way::Shown {
                    payment.expire_quote(*at_ms);
                }
                payment.parked = false;
                payment.close_all(&timing);
                if let Some(bought) = &payment.order.session {
                    self.sessions.paid(*at_ms, id, bought);
                }
                self.counters.pickups = *pickup;
                if let Some(split) = split {
                    let work = Work::Split { channel_ref: channel_ref.clone(), split: split.clone() };
                    payment.errands.push(Errand::new(attempt, work, 0));
                    self.counters.numbers = self.counters.numbers.saturating_add(1);
                }
            }
            Fate::Returned(refund) => {
                let work =
                    Work::Refund { refund: refund.clone(), ask: None, back: Vec::new(), asked_ms: *at_ms };
                payment.errands.push(Errand::new(attempt, work, 0));
                self.counters.numbers = self.counters.numbers.saturating_add(1);
            }
        }
    }
}

fn charge(payment: &mut Payment, attempt: &Attempt, timing: &Timing) {
    payment.close_all(timing);
    payment.phase = Phase::Charging(attempt.number.clone());
    payment.notice = Notice::None;
    payment.stops.charged();
    payment.expire_quote(attempt.opened_at_ms);
    payment.tries.push(Try::new(attempt.clone()));
}

fn end(payment: &mut Payment, how: Ending) {
    payment.phase = Phase::Ended(how);
    payment.notice = match how {
        _ if payment.errands.iter().any(|e| e.course == Course::Refused) => Notice::SeeStaff,
        Ending::Cancelled | Ending::Expired => Notice::None,
        Ending::Failed => Notice::ChannelsUnreachable,
        Ending::WrongAmount => Notice::SeeStaff,
        Ending::NotGiven => Notice::MoneyReturned,
    };
}

/// What the payer told or chose; no money follows from it.
fn chosen(payment: &mut Payment, record: &Record) {
    match record {
        Record::Feedback { stars, .. } => payment.stars = *stars,
        Record::Quoted { quoted, .. } => payment.quoted.clone_from(quoted),
        _ => {}
    }
}

/// What becomes of a paid attempt's money after the sale: refunds, divisions, and staff's attention.
fn follow_up(payment: &mut Payment, record: &Record) {
    match record {
        Record::RefundAsked { number, ask, refund, back, at_ms, .. } => {
            let Some(attempt) = payment.find(number).map(|t| t.attempt.clone()) else { return };
            let work = Work::Refund {
                refund: refund.clone(),
                ask: Some(ask.clone()),
                back: back.clone(),
                asked_ms: *at_ms,
            };
            payment.errands.push(Errand::new(attempt, work, 0));
        }
        Record::Refunded { refund, .. } => {
            end_errand(payment, &refund.number, Course::Done);
            if refund.reason != RefundReason::Asked {
                let wrong = payment.phase == Phase::Ended(Ending::WrongAmount);
                payment.notice = if wrong { Notice::SeeStaff } else { Notice::MoneyReturned };
            }
        }
        Record::RefundRefused { refund, .. } => {
            end_errand(payment, &refund.number, Course::Refused);
            payment.notice = Notice::SeeStaff;
        }
        Record::Withheld { refund, shares, .. } => {
            if let Some(errand) = payment.errand(refund) {
                errand.withheld(shares);
            }
            payment.notice = Notice::SeeStaff;
        }
        Record::Divided { split, .. } => end_errand(payment, &split.number, Course::Done),
        Record::DivisionRefused { split, .. } => {
            end_errand(payment, split, Course::Refused);
            // Nobody got anything, so nobody can give it back.
            payment.errands.iter_mut().for_each(|errand| errand.undivided(split));
        }
        Record::Case { number, .. } => {
            if let Some(t) = payment.find(number) {
                t.due_ms = None;
            } else if let Some(errand) = payment.errand(number) {
                errand.due_ms = None;
            }
            payment.notice = Notice::SeeStaff;
        }
        _ => {}
    }
}

fn end_errand(payment: &mut Payment, number: &AttemptNumber, course: Course) {
    if let Some(errand) = payment.errand(number) {
        errand.end(course);
    }
}
