//! The school's back office answered for a payment. The sale stays as it is; where the answer is a conflict staff must
//! see to it, which follows from the record.

use super::event::{Effect, Refused};
use super::order::PaymentId;
use super::payment::Stage;
use super::record::Record;
use super::step::Till;
use crate::offline::Answer;

impl Till {
    pub(super) fn forwarded(
        &mut self,
        now: u64,
        id: PaymentId,
        sequence: u64,
        answer: Answer,
        fx: &mut Vec<Effect>,
    ) -> Result<(), Refused> {
        let payment = self.live.get(&id).ok_or(Refused::UnknownPayment)?;
        let paid = payment.tries.iter().find(|t| t.stage == Stage::Paid).ok_or(Refused::NotPaid)?;
        let (number, amount) = (paid.attempt.number.clone(), paid.attempt.amount);
        self.append(Record::Forwarded { id, number, sequence, amount, answer, at_ms: now }, fx);
        Ok(())
    }
}
