//! What offers do to a payment: an order that they pay wholly is paid without a channel and goes back without one, and
//! a payer tells once how it was.

use super::attempt::RefundNumber;
use super::event::{Effect, Refused};
use super::money::Money;
use super::order::{PaymentId, TakenOff};
use super::payment::{Payment, Phase, Stage};
use super::record::Record;
use super::step::Till;

impl Payment {
    /// What offers paid, where they paid all of it.
    pub(super) fn free(&self) -> Option<TakenOff> {
        self.order.taken_off().filter(|_off| self.order.total.minor() == 0)
    }
}

impl Till {
    /// Whether offers pay all of an order; then it is paid with this.
    pub(super) fn paid_by_offers(&mut self, now: u64, id: &PaymentId, fx: &mut Vec<Effect>) -> bool {
        let off = self.live.get(id).and_then(Payment::free);
        let Some((off, number)) = off.zip(self.next_number()) else { return false };
        let pickup = self.next_pickup();
        self.append(Record::Free { id: id.clone(), number, pickup, at_ms: now, off }, fx);
        true
    }

    /// Staff take back an order that cost nothing: no money goes back, but what paid it does. The same `ask` again is
    /// the same refund.
    pub(super) fn free_back(
        &mut self,
        now: u64,
        id: &PaymentId,
        ask: PaymentId,
        amount: Money,
        by: String,
        fx: &mut Vec<Effect>,
    ) -> Result<(), Refused> {
        let payment = self.live.get(id).ok_or(Refused::UnknownPayment)?;
        let off = payment.free().ok_or(Refused::NotPaid)?;
        let nothing = Money::zero(payment.order.total.currency());
        if let Some(before) = &payment.taken_back {
            let same = before.ask.as_ref() == Some(&ask);
            return match (same, amount == nothing) {
                (true, true) => Ok(()),
                (true, false) => Err(Refused::IdReused),
                (false, _) => Err(Refused::AllBack),
            };
        }
        if amount != nothing {
            return Err(Refused::TooMuch(nothing));
        }
        let number: RefundNumber = self.next_number().ok_or(Refused::RefundOver)?;
        self.append(Record::FreeReturned { id: id.clone(), number, ask, by, at_ms: now, off }, fx);
        Ok(())
    }

    /// Takes in how it was, once: the same again is kept already, and another opinion is not asked for.
    pub(super) fn feedback(
        &mut self,
        now: u64,
        id: PaymentId,
        stars: u32,
        fx: &mut Vec<Effect>,
    ) -> Result<(), Refused> {
        let payment = self.live.get(&id).ok_or(Refused::UnknownPayment)?;
        if payment.phase != Phase::Paid {
            return Err(Refused::NotPaid);
        }
        if payment.stars == 0 {
            self.append(Record::Feedback { id, stars, at_ms: now }, fx);
        }
        Ok(())
    }

    /// What offers had taken off the part of a paid attempt that goes back now.
    pub(super) fn off_again(&self, payment: &Payment, now: Money) -> Option<TakenOff> {
        let paid = payment.tries.iter().find(|t| t.stage == Stage::Paid)?;
        let (mut before, mut given) =
            (Money::zero(now.currency()), TakenOff::nothing(payment.order.total.currency()));
        for refund in payment.errands.iter().filter_map(|errand| errand.gives_back(&paid.attempt.number)) {
            before = before.plus(refund.amount).ok()?;
            if let Some(off) = refund.off {
                given.discounts = given.discounts.plus(off.discounts).ok()?;
                given.points = given.points.plus(off.points).ok()?;
            }
        }
        payment.order.off_again(before, &given, now)
    }
}
