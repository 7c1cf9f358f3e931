//! Charging by agreement: a member's one-time code, shown while a payment waits, is the consent to charge that order
//! by an agreement which allows it. The agreement's number is opened for that one charge and kept nowhere.

use anyhow::Context;
use tokio::runtime::Handle;
use tokio::sync::oneshot;

use super::batch::{nobody, reply_to};
use super::office::send;
use super::{Actor, Rejection};
use crate::agreement::{Agreement, AgreementState, Capped, may_charge};
use crate::channel::ChannelKind;
use crate::ledger::LedgerError;
use crate::ledger::agreement::AgreementError;
use crate::ledger::member::MemberError;
use crate::member::{IdentityKind, MemberCode};
use crate::till::{Agreed, Effect, Event, Notice, Phase, Refused, Tender, View};

type Said<T> = Result<T, Rejection>;

/// What a member's code leads to while a payment waits.
enum Consent {
    /// The order is charged.
    Charge(Event),
    /// It may not be, and the payer pays another way.
    Refused(Rejection),
    /// The member has nothing to be charged by.
    NoAgreement,
    /// The code itself does not count: another's, an old one, or used a moment ago.
    NoCode(MemberError),
}

impl Actor {
    /// Charges the payment on the screen by an agreement of the member who shows this code.
    pub(super) fn pay_by_agreement(
        &mut self,
        handle: &Handle,
        id: &str,
        member: &str,
        reply: oneshot::Sender<Said<()>>,
    ) -> anyhow::Result<()> {
        let refused = |reply, why| {
            send(reply, Err(why));
            Ok(())
        };
        let Some(view) = self.waiting().filter(|view| view.id.as_str() == id) else {
            let why = self.books.as_ref().map_or(Rejection::Locked, |_| Refused::NotWaiting.into());
            return refused(reply, why);
        };
        // What waits to be written may be a charge by the same agreement, and the caps must know of it.
        self.commit(handle)?;
        match self.consent(&view, member)? {
            Consent::Charge(event) => {
                self.judge(event, false, reply_to(reply))?;
                self.commit(handle)
            }
            Consent::Refused(why) => {
                self.step(Event::Hint(Notice::Declined), nobody());
                refused(reply, why)
            }
            Consent::NoAgreement => {
                self.step(Event::Hint(Notice::Declined), nobody());
                refused(reply, Rejection::Agreement(AgreementError::Unknown.to_string()))
            }
            Consent::NoCode(why) => refused(reply, Rejection::Agreement(why.to_string())),
        }
    }

    /// A voucher or a member code that a device saw, or that came as a payer's code. A member code charges by
    /// agreement where there is one; all else came too late for this order.
    pub(super) fn offer_presented(&mut self, handle: &Handle, text: &str) -> anyhow::Result<()> {
        let waiting = self.waiting().filter(|_view| MemberCode::claims(text) && self.offers_agreements());
        let Some(view) = waiting else {
            self.step(Event::Hint(Notice::OfferTooLate), nobody());
            return Ok(());
        };
        self.commit(handle)?;
        match self.consent(&view, text)? {
            Consent::Charge(event) => {
                self.judge(event, false, nobody())?;
                return self.commit(handle);
            }
            Consent::Refused(why) => {
                tracing::info!(%why, "an agreement does not allow a charge");
                self.step(Event::Hint(Notice::Declined), nobody());
            }
            // A camera sees the same code many times: once it is used up, what was said of it stays on the screen.
            Consent::NoCode(MemberError::CodeUsed) => {}
            Consent::NoAgreement | Consent::NoCode(_) => {
                self.step(Event::Hint(Notice::OfferTooLate), nobody());
            }
        }
        Ok(())
    }

    /// The same for one that came over the bus as a payer's code.
    pub(super) fn offer_as_code(
        &mut self,
        handle: &Handle,
        id: &str,
        text: &str,
        reply: oneshot::Sender<Said<()>>,
    ) -> anyhow::Result<()> {
        if self.waiting().is_none_or(|view| view.id.as_str() != id) {
            let why = self.books.as_ref().map_or(Rejection::Locked, |_| Refused::NotWaiting.into());
            send(reply, Err(why));
            return Ok(());
        }
        self.offer_presented(handle, text)?;
        send(reply, Ok(()));
        Ok(())
    }

    fn waiting(&self) -> Option<View> {
        let view = self.books.as_ref()?.till.shown()?;
        (view.phase == Phase::Waiting).then_some(view)
    }

    fn offers_agreements(&self) -> bool {
        self.policy.agreements.is_some() && self.policy.members.is_some()
    }

    /// Judges a member's code against the payment that waits. The code is used up once there is an agreement to be
    /// judged; before that it may still count for something else. That somebody showed it for a price before is no consent:
    /// one code is one charge.
    fn consent(&mut self, view: &View, text: &str) -> anyhow::Result<Consent> {
        let now = (self.clock)();
        let (Some(books), Some(keys), Some(_offered)) =
            (&mut self.books, &self.policy.members, &self.policy.agreements)
        else {
            return Ok(Consent::NoAgreement);
        };
        let code = match MemberCode::read(text).and_then(|code| keys.codes.step(&code, now).map(|_step| code))
        {
            Ok(code) => code,
            Err(bad) => return Ok(Consent::NoCode(bad.into())),
        };
        let token = keys.tokens.token(IdentityKind::Member, code.handle.as_str().as_bytes());
        let agreements = match books.ledger.agreements_of(&token, now) {
            Ok(agreements) => agreements,
            Err(error) => return locked(error).map(Consent::Refused),
        };
        let is = |state| agreements.iter().any(|(agreement, _)| agreement.state == state);
        if !is(AgreementState::Active) {
            if is(AgreementState::Suspended) {
                let why = Capped::NotActive(AgreementState::Suspended).to_string();
                return Ok(Consent::Refused(Rejection::Agreement(why)));
            }
            return Ok(Consent::NoAgreement);
        }
        match books.ledger.member_by_code(&keys.codes, &code, now) {
            Ok(_same_handle) => {}
            Err(MemberError::Ledger(error)) => return locked(error).map(Consent::Refused),
            Err(why) => return Ok(Consent::NoCode(why)),
        }
        if view.order.instalment.is_some() {
            return Ok(Consent::Refused(Rejection::Agreement(Capped::BadAmount.to_string())));
        }
        // The first that allows it; where none does, the payer is told why the last does not.
        let mut why = None;
        for (agreement, history) in agreements.iter().filter(|(a, _)| a.state == AgreementState::Active) {
            match may_charge(agreement, view.order.total, history, now) {
                Ok(()) => return self.charge_by(view, agreement),
                Err(capped) => why = Some(capped),
            }
        }
        let why = why.unwrap_or(Capped::BadAmount);
        Ok(Consent::Refused(Rejection::Agreement(why.to_string())))
    }

    /// Opens the agreement's number for one charge.
    fn charge_by(&self, view: &View, agreement: &Agreement) -> anyhow::Result<Consent> {
        let (Some(books), Some(offered)) = (&self.books, &self.policy.agreements) else {
            return Ok(Consent::NoAgreement);
        };
        let number = match books.ledger.agreement_number(&agreement.id, &offered.seal) {
            Ok(number) => number,
            Err(AgreementError::Ledger(error)) => return locked(error).map(Consent::Refused),
            Err(why) => {
                // Such as another key than it was sealed under: that is the office's to mend, not the payer's.
                tracing::error!(%why, "an agreement cannot be used");
                return Ok(Consent::Refused(Rejection::Agreement(why.to_string())));
            }
        };
        let tender = Tender::Agreement(Agreed { id: agreement.id.clone(), number });
        let channel: Option<ChannelKind> = self.taker_at(agreement.channel, &tender);
        if channel.is_none() {
            let why = "this kiosk charges no agreement of that channel now; pay another way";
            return Ok(Consent::Refused(Rejection::Agreement(why.to_owned())));
        }
        Ok(Consent::Charge(Event::Tender { id: Some(view.id.clone()), channel, tender }))
    }

    fn taker_at(&self, kind: ChannelKind, tender: &Tender) -> Option<ChannelKind> {
        let channel = self.channels.iter().find(|channel| channel.kind() == kind)?;
        channel.takes(tender).then_some(kind)
    }

    /// The agreement that a cap or its end stopped between the look and the write: nothing was charged.
    pub(super) fn agreement_stopped(&mut self) -> Vec<Effect> {
        let now = (self.clock)();
        let Some(books) = &mut self.books else { return Vec::new() };
        books.till.step(now, Event::Hint(Notice::Declined)).unwrap_or_default()
    }
}

/// A ledger that cannot be read or written now is a no; one that is broken ends the process.
pub(super) fn locked(error: LedgerError) -> anyhow::Result<Rejection> {
    match error {
        LedgerError::Full(_) => {
            tracing::warn!(%error, "ledger");
            Ok(Rejection::Locked)
        }
        error => Err(error).context("agreements cannot be read or written"),
    }
}
