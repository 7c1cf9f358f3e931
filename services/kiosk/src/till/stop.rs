//! What is presented and not charged: a tender that a risk rule stops, until staff let it pass or the payer tries
//! another way, and a card that is wanted again for a charge under way.

use super::attempt::Way;
use super::event::{Effect, Refused};
use super::money::Money;
use super::order::PaymentId;
use super::payment::{Call, Notice, Payment, Phase};
use super::record::Record;
use super::step::Till;
use super::tender::Tender;

/// What risk rules stopped of a payment. All but the last tender follows from records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Stops {
    /// How often; a stop counts like an attempt, so that nobody tries for ever.
    count: usize,
    /// Staff are asked and have not looked yet.
    review: bool,
    /// Staff have looked: the next charge needs no review.
    pass: bool,
    /// What was stopped last and what was said of it, so that a code which stays before the camera is answered and
    /// not judged anew. Forgotten by a restart, after which it is judged again.
    last: Option<(Tender, Notice)>,
}

impl Stops {
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// What to say of a tender that was stopped before and that staff have not looked at since.
    pub(super) fn answer(&self, tender: &Tender) -> Option<Notice> {
        self.last.as_ref().filter(|(stopped, _)| stopped == tender).map(|(_, notice)| *notice)
    }

    /// What outlives a restart.
    #[cfg(test)]
    pub(super) fn lasting(&self) -> (usize, bool, bool) {
        (self.count, self.review, self.pass)
    }

    /// A pass is good for one charge.
    pub(super) fn charged(&mut self) {
        self.pass = false;
    }
}

fn notice(review: bool) -> Notice {
    if review { Notice::SeeStaff } else { Notice::Declined }
}

impl Payment {
    pub(super) fn stopped(&mut self, review: bool) {
        self.stops.count = self.stops.count.saturating_add(1);
        self.stops.review |= review;
        self.notice = notice(review);
    }

    pub(super) fn passed(&mut self) {
        self.stops = Stops { count: self.stops.count, review: false, pass: true, last: None };
        if self.phase == Phase::Waiting && self.notice == Notice::SeeStaff {
            self.notice = Notice::None;
        }
    }
}

impl Till {
    /// Whether staff let this payment be charged without a review.
    pub fn passes(&self, id: &PaymentId) -> bool {
        self.live.get(id).is_some_and(|payment| payment.stops.pass)
    }

    /// Nothing is charged, and the payment goes on waiting: for another way to pay, or for staff, who need the time of
    /// a new payer to come.
    pub(super) fn stopped(
        &mut self,
        now: u64,
        id: &PaymentId,
        tender: Tender,
        amount: Money,
        review: bool,
        fx: &mut Vec<Effect>,
    ) -> Result<(), Refused> {
        let payment = self.live.get(id).ok_or(Refused::UnknownPayment)?;
        if payment.phase != Phase::Waiting {
            return Err(Refused::NotWaiting);
        }
        let again = review && payment.stops.review;
        self.append(Record::Stopped { id: id.clone(), review, again, amount, at_ms: now }, fx);
        if review && !again {
            self.wait_longer(now, id);
        }
        if let Some(payment) = self.live.get_mut(id) {
            payment.stops.last = Some((tender, notice(review)));
        }
        Ok(())
    }

    /// Staff have looked. A payment that they let pass waits anew, so that the payer can present something again.
    pub(super) fn case_closed(
        &mut self,
        now: u64,
        id: PaymentId,
        seq: i64,
        by: String,
        pass: bool,
        fx: &mut Vec<Effect>,
    ) {
        self.append(Record::CaseClosed { id: id.clone(), seq, by, at_ms: now, pass }, fx);
        if pass {
            self.wait_longer(now, &id);
        }
    }

    fn wait_longer(&mut self, now: u64, id: &PaymentId) {
        let deadline_ms = now.saturating_add(self.rules.timing.waiting_limit_ms);
        if let Some(payment) = self.live.get_mut(id).filter(|payment| payment.phase == Phase::Waiting) {
            payment.deadline_ms = deadline_ms;
        }
    }

    /// The card whose answer was lost, or another: the channel looks at it and says what became of the attempt.
    pub(super) fn card_again(&mut self, tender: Tender, fx: &mut Vec<Effect>) -> Result<(), Refused> {
        if tender.way() != Way::Card {
            return Err(Refused::NotWaiting);
        }
        let Some(payment) = self.current.as_ref().and_then(|id| self.live.get_mut(id)) else {
            return Err(Refused::NotWaiting);
        };
        let number = payment.phase.charging().cloned().ok_or(Refused::NotWaiting)?;
        // Also beside a question under way, which is answered without the card: a card that lies there is told once.
        if let Some(t) = payment.find(&number) {
            t.call = Some(Call::Query);
            t.due_ms = None;
            fx.push(Effect::Seen(t.attempt.clone(), tender));
        }
        Ok(())
    }
}
