//! A payer who reads the price in another currency. What is charged never changes by it.

use super::event::{Effect, Refused};
use super::order::PaymentId;
use super::payment::Phase;
use super::record::Record;
use super::step::Till;
use crate::exchange_rate::Quoted;

impl Till {
    /// Keeps the quote that the payer accepted, or drops it. The same again changes nothing; once a tender is being
    /// charged it is too late.
    pub(super) fn quote(
        &mut self,
        now: u64,
        id: PaymentId,
        quoted: Option<Quoted>,
        fx: &mut Vec<Effect>,
    ) -> Result<(), Refused> {
        let payment = self.live.get(&id).ok_or(Refused::UnknownPayment)?;
        if payment.quoted == quoted {
            return Ok(());
        }
        if !matches!(payment.phase, Phase::Opening | Phase::Waiting) {
            return Err(Refused::NotWaiting);
        }
        let fits = |quoted: &Quoted| quoted.charged == payment.order.total && now < quoted.expires_ms;
        if !quoted.as_ref().is_none_or(fits) {
            return Err(Refused::NotWaiting);
        }
        self.append(Record::Quoted { id, quoted }, fx);
        Ok(())
    }
}
