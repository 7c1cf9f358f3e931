//! Money going back: asked for by staff within what the channel allows, or sent by the till itself; and the answers
//! to it and to divisions.

use super::attempt::{Attempt, AttemptNumber, Refund, RefundReason, Share, Split};
use super::errand::{Course, Work};
use super::event::{Effect, Refused};
use super::money::Money;
use super::order::{Order, PaymentId};
use super::payment::{Payment, Phase, Stage};
use super::record::Record;
use super::step::Till;
use crate::channel::{Divided, Refunded};
use crate::split::{Sold, back};

impl Till {
    /// Reserves the amount and sends it back. The same `ask` again is the same refund.
    pub(super) fn refund_asked(
        &mut self,
        now: u64,
        id: &PaymentId,
        ask: PaymentId,
        amount: Money,
        by: String,
        fx: &mut Vec<Effect>,
    ) -> Result<(), Refused> {
        let payment = self.live.get(id).ok_or(Refused::UnknownPayment)?;
        let before = payment.errands.iter().find_map(|errand| match &errand.work {
            Work::Refund { refund, ask: Some(known), .. } if known == &ask => Some(refund.amount),
            _ => None,
        });
        if let Some(before) = before {
            return if before == amount { Ok(()) } else { Err(Refused::IdReused) };
        }
        if payment.phase != Phase::Paid {
            return Err(Refused::NotPaid);
        }
        if payment.free().is_some() {
            return self.free_back(now, id, ask, amount, by, fx);
        }
        let paid = payment.tries.iter().find(|t| t.stage == Stage::Paid).ok_or(Refused::NotPaid)?;
        let terms = self.rules.terms(paid.attempt.channel);
        let mut left = paid.attempt.amount;
        let (mut count, mut last_ms) = (0_u32, None);
        for errand in &payment.errands {
            if let (Some(refund), Work::Refund { asked_ms, .. }) =
                (errand.gives_back(&paid.attempt.number), &errand.work)
            {
                left = refund
                    .amount
                    .negated()
                    .and_then(|taken| left.plus(taken))
                    .map_err(|_mixed| Refused::TooMuch(left))?;
                count = count.saturating_add(1);
                last_ms = last_ms.max(Some(*asked_ms));
            }
        }
        if amount.currency() != left.currency() || amount.minor() <= 0 || amount.minor() > left.minor() {
            return Err(Refused::TooMuch(left));
        }
        let too_old = now.saturating_sub(payment.paid_ms) > terms.refund_within_ms;
        if too_old || count >= terms.refunds_max {
            return Err(Refused::RefundOver);
        }
        let due_ms = last_ms.map_or(0, |last| last.saturating_add(terms.refund_gap_ms)).max(now);
        let Some(number) = self.next_number() else { return Err(Refused::RefundOver) };
        let (back, split) = self.given_back(payment, &paid.attempt, amount);
        let refund = Refund {
            back: back.clone(),
            split,
            off: self.off_again(payment, amount),
            ..Refund::whole(number.clone(), amount, RefundReason::Asked)
        };
        let record = Record::RefundAsked {
            id: id.clone(),
            number: paid.attempt.number.clone(),
            channel: paid.attempt.channel,
            ask,
            refund,
            by,
            back,
            at_ms: now,
        };
        self.append(record, fx);
        self.errand_due(&number, due_ms);
        Ok(())
    }

    /// How a sale is divided. A sale that cannot be divided is the merchant's alone: the money is there, and who gets
    /// a part of it can be settled by hand.
    pub(super) fn division(&self, attempt: &Attempt, order: &Order) -> Option<Split> {
        let currency = attempt.amount.currency();
        let mut sold = Vec::with_capacity(order.lines.len());
        for (index, line) in order.lines.iter().enumerate() {
            // What was paid is divided, not what offers took off.
            let net = order.priced.as_ref().map(|priced| priced.lines.get(index).map(|line| line.net));
            let amount = match net {
                Some(net) => Money::new(net?, currency),
                None => Money::new(line.unit_price, currency).times(line.quantity).ok()?,
            };
            sold.push(Sold { sku: &line.sku, category: None, amount });
        }
        let terms = self.rules.terms(attempt.channel);
        let shares = self.rules.plans.shares(attempt.channel, &terms, &sold, attempt.amount).ok()?;
        if shares.is_empty() {
            return None;
        }
        Some(Split { number: self.next_number()?, shares })
    }

    /// What each party of a division gives of a refund, and the division's number; nothing where it cannot be computed,
    /// so that the merchant bears it and the payer does not wait.
    fn given_back(
        &self,
        payment: &Payment,
        attempt: &Attempt,
        now: Money,
    ) -> (Vec<Share>, Option<AttemptNumber>) {
        let mut divided: Option<&Split> = None;
        let (mut refunded, mut before) = (Money::zero(now.currency()), Vec::new());
        for errand in payment.errands.iter().filter(|e| e.attempt.number == attempt.number) {
            match &errand.work {
                Work::Split { split, .. } if errand.course != Course::Refused => divided = Some(split),
                Work::Refund { refund, back, .. } if errand.course != Course::Refused => {
                    refunded = refunded.plus(refund.amount).unwrap_or(refunded);
                    before.extend_from_slice(back);
                }
                _ => {}
            }
        }
        let Some(split) = divided else { return (Vec::new(), None) };
        let shares = back(attempt.amount, &split.shares, refunded, &before, now).unwrap_or_default();
        let number = (!shares.is_empty()).then(|| split.number.clone());
        (shares, number)
    }

    pub(super) fn errand_due(&mut self, number: &AttemptNumber, at_ms: u64) {
        if let Some(errand) = self.live.values_mut().find_map(|p| p.errand(number)) {
            errand.due_ms = Some(at_ms);
        }
    }

    /// An errand that is still to be done is called for soon.
    pub(super) fn errand_doubted(&mut self, now: u64, number: &AttemptNumber) {
        if let Some(errand) = self.live.values_mut().find_map(|p| p.errand(number))
            && errand.course == Course::Open
            && !errand.called
        {
            errand.due_ms = Some(now);
        }
    }

    /// An answered call of an errand; `called` is false where the channel told by itself.
    pub(super) fn refunded(
        &mut self,
        now: u64,
        number: &AttemptNumber,
        refunded: Refunded,
        called: bool,
        fx: &mut Vec<Effect>,
    ) {
        let fits = |work: &Work| matches!(work, Work::Refund { .. });
        let Some((id, open)) = self.errand_answered(number, called, fits) else { return };
        let Some(errand) = self.live.get_mut(&id).and_then(|p| p.errand(number)) else { return };
        let Work::Refund { refund, back, .. } = errand.work.clone() else { return };
        if !open {
            return;
        }
        let (attempt, channel) = (errand.attempt.number.clone(), errand.attempt.channel);
        match refunded {
            Refunded::Done => {
                let record = Record::Refunded { id, number: attempt, channel, refund, at_ms: now };
                self.append(record, fx);
            }
            Refunded::Refused | Refunded::RefusedAfterBack if called => {
                let gathered = refunded == Refunded::RefusedAfterBack;
                let record = Record::RefundRefused { id, number: attempt, channel, refund, back, gathered };
                self.append(record, fx);
            }
            Refunded::Withheld(place) if called => {
                let shares = match place {
                    Some(place) => refund.back.get(place).cloned().into_iter().collect(),
                    None => refund.back,
                };
                if !shares.is_empty() {
                    self.append(Record::Withheld { id, number: attempt, refund: number.clone(), shares }, fx);
                }
                self.errand_again(number);
                self.errand_retry(now, number);
            }
            // What a channel tells of a refusal is asked about first.
            Refunded::Refused | Refunded::RefusedAfterBack | Refunded::Withheld(_) => {
                self.errand_due(number, now);
            }
            Refunded::Again(_) => self.errand_retry(now, number),
        }
    }

    pub(super) fn divided(
        &mut self,
        now: u64,
        number: &AttemptNumber,
        divided: Divided,
        fx: &mut Vec<Effect>,
    ) {
        let fits = |work: &Work| matches!(work, Work::Split { .. });
        let Some((id, open)) = self.errand_answered(number, true, fits) else { return };
        let Some(errand) = self.live.get_mut(&id).and_then(|p| p.errand(number)) else { return };
        let Work::Split { split, .. } = errand.work.clone() else { return };
        if !open {
            return;
        }
        let (attempt, channel) = (errand.attempt.number.clone(), errand.attempt.channel);
        match divided {
            Divided::Done => {
                self.append(Record::Divided { id, number: attempt, channel, split, at_ms: now }, fx)
            }
            Divided::Refused => {
                self.append(Record::DivisionRefused { id, number: attempt, split: split.number }, fx);
            }
            Divided::Again(_) => self.errand_retry(now, number),
        }
    }

    /// Notes the answer; tells whose errand it is and whether it was still open. An answer of another kind than the
    /// errand's is no answer to it: the call is still under way.
    fn errand_answered(
        &mut self,
        number: &AttemptNumber,
        called: bool,
        fits: fn(&Work) -> bool,
    ) -> Option<(PaymentId, bool)> {
        let its = |p: &&mut Payment| p.errands.iter().any(|e| e.number() == number && fits(&e.work));
        let payment = self.live.values_mut().find(its)?;
        let id = payment.id.clone();
        let errand = payment.errand(number)?;
        if called {
            errand.called = false;
            errand.calls = errand.calls.saturating_add(1);
        }
        Some((id, errand.course == Course::Open))
    }

    /// The next call is the refund itself, not the question about it: the channel has said what became of it.
    fn errand_again(&mut self, number: &AttemptNumber) {
        if let Some(errand) = self.live.values_mut().find_map(|p| p.errand(number)) {
            errand.calls = errand.calls.saturating_add(u32::from(!errand.calls.is_multiple_of(2)));
        }
    }

    fn errand_retry(&mut self, now: u64, number: &AttemptNumber) {
        let timing = self.rules.timing.clone();
        if let Some(errand) = self.live.values_mut().find_map(|p| p.errand(number))
            && !errand.called
        {
            errand.due_ms = Some(now.saturating_add(timing.backoff_ms(errand.calls)));
        }
    }
}
