//! From records to state: the one function by which a record takes effect, live and after a restart.

use super::attempt::AttemptNumber;
use super::payment::{Notice, Payment, Phase, Stage, Try};
use super::record::{ClosedBy, Ending, Fate, Record};
use super::step::Till;

impl Till {
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
                payment.close_all(&timing);
                payment.phase = Phase::Charging(attempt.number.clone());
                payment.notice = Notice::None;
                payment.tries.push(Try::new(attempt.clone()));
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
            Record::Paid { .. } => self.apply_paid(record),
            Record::Refunded { number, .. } => refund(payment, number),
            Record::RefundRefused { number, .. } => {
                if let Some(t) = payment.find(number) {
                    t.enter(Stage::RefundRefused, None);
                }
                payment.notice = Notice::SeeStaff;
            }
            Record::Case { number, .. } => {
                if let Some(t) = payment.find(number) {
                    t.due_ms = None;
                }
                payment.notice = Notice::SeeStaff;
            }
            Record::Ended { how, .. } => end(payment, *how),
            Record::Left { id } => {
                if self.current.as_ref() == Some(id) {
                    self.current = None;
                }
            }
        }
    }

    fn apply_paid(&mut self, record: &Record) {
        let Record::Paid { id, number, fate, .. } = record else { return };
        let timing = self.rules.timing.clone();
        let Some(payment) = self.live.get_mut(id) else { return };
        let mut paid_by = payment.paid_by;
        if let Some(t) = payment.find(number) {
            match fate {
                Fate::Accepted { .. } => {
                    paid_by = Some(t.attempt.channel);
                    t.enter(Stage::Paid, None);
                }
                Fate::Returned(refund) => t.enter(Stage::Refunding(refund.clone()), Some(0)),
            }
        }
        match fate {
            Fate::Accepted { pickup } => {
                payment.phase = Phase::Paid;
                payment.notice = Notice::None;
                payment.paid_by = paid_by;
                payment.pickup = *pickup;
                payment.parked = false;
                payment.close_all(&timing);
                self.counters.pickups = *pickup;
            }
            Fate::Returned(_) => self.counters.numbers = self.counters.numbers.saturating_add(1),
        }
    }
}

fn end(payment: &mut Payment, how: Ending) {
    payment.phase = Phase::Ended(how);
    payment.notice = match how {
        _ if payment.tries.iter().any(|t| t.stage == Stage::RefundRefused) => Notice::SeeStaff,
        Ending::Cancelled | Ending::Expired => Notice::None,
        Ending::Failed => Notice::ChannelsUnreachable,
        Ending::WrongAmount => Notice::SeeStaff,
    };
}

fn refund(payment: &mut Payment, number: &AttemptNumber) {
    if let Some(t) = payment.find(number) {
        t.enter(Stage::Refunded, None);
    }
    let wrong = payment.phase == Phase::Ended(Ending::WrongAmount);
    payment.notice = if wrong { Notice::SeeStaff } else { Notice::MoneyReturned };
}
