//! What channels must still be asked about agreements: whether one was signed, and that one is ended. It is asked until
//! the channel has said the last word.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::timeout;

use super::super::agreements::locked;
use super::super::{Actor, Mail};
use super::{LOOK_EVERY_MS, SIGN_WITHIN_MS};
use crate::agreement::{AgreementState, Change};
use crate::channel::{Doubt, Signed, Unsigned};
use crate::ledger::agreement::{self as tables, AgreementError};

/// Longest pause before a channel that gave no usable answer is asked again.
const RETRY_MOST_MS: u64 = 3_600_000;

/// What a channel said of an agreement.
pub(crate) enum AgreementWord {
    Signed(Signed),
    Unsigned(Unsigned),
}

/// An agreement that a channel must still be asked about.
struct Errand {
    due_ms: u64,
    tries: u32,
    called: bool,
    /// Since when the agreement is as it is.
    since_ms: u64,
}

/// All of them.
#[derive(Default)]
pub(in super::super) struct Errands(BTreeMap<String, Errand>);

impl Errands {
    pub(super) fn add(&mut self, id: String, since_ms: u64, due_ms: u64) {
        let errand = Errand { due_ms, tries: 0, called: false, since_ms };
        let kept = self.0.entry(id).or_insert(errand);
        kept.due_ms = kept.due_ms.min(due_ms);
    }

    pub(in super::super) fn next_due_ms(&self) -> Option<u64> {
        self.0.values().filter(|errand| !errand.called).map(|errand| errand.due_ms).min()
    }

    fn due(&self, now: u64) -> Vec<String> {
        let due = self.0.iter().filter(|(_, errand)| !errand.called && errand.due_ms <= now);
        due.map(|(id, _)| id.clone()).collect()
    }
}

impl Actor {
    /// Asks channels whatever is due about agreements, each on a task of its own.
    pub(in super::super) fn tend_agreements(&mut self, handle: &Handle) -> anyhow::Result<()> {
        let now = (self.clock)();
        for id in self.errands.due(now) {
            let Some(books) = &self.books else { return Ok(()) };
            let found = match books.ledger.agreement(&id) {
                Ok(found) => found,
                Err(error) => {
                    tracing::warn!(why = %locked(error)?, "agreements");
                    self.later(&id, now);
                    continue;
                }
            };
            let Some(agreement) = found else {
                self.errands.0.remove(&id);
                continue;
            };
            let ended = matches!(agreement.state, AgreementState::Revoked | AgreementState::Expired);
            let offered = self.policy.agreements.as_ref();
            let number = offered.map(|offered| books.ledger.agreement_number(&id, &offered.seal));
            let channel = self.channels.iter().find(|channel| channel.kind() == agreement.channel).cloned();
            let (mail, limit) = (self.mail.clone(), Duration::from_millis(self.timing.call_limit_ms));
            let Some(channel) = channel else {
                tracing::warn!("an agreement's channel is not offered any more; configure it again");
                self.later(&id, now);
                continue;
            };
            if let Some(errand) = self.errands.0.get_mut(&id) {
                errand.called = true;
            }
            let name = id.clone();
            let asked = handle.spawn(async move {
                match number {
                    Some(Ok(number)) if ended => AgreementWord::Unsigned(channel.unsign(&number).await),
                    _not_known_or_in_force => AgreementWord::Signed(channel.signed(&name).await),
                }
            });
            handle.spawn(async move {
                let heard = match timeout(limit, asked).await {
                    Ok(Ok(heard)) => heard,
                    Ok(Err(_failed)) => AgreementWord::Signed(Signed::Unknown(Doubt::Unparsable)),
                    Err(_elapsed) => AgreementWord::Signed(Signed::Unknown(Doubt::Timeout)),
                };
                if mail.send(Mail::Agreement(id, heard)).await.is_err() {
                    tracing::debug!("the till has ended; the next start asks again");
                }
            });
        }
        Ok(())
    }

    /// What a channel said of an agreement takes effect.
    pub(in super::super) fn agreement_heard(&mut self, id: &str, heard: AgreementWord) -> anyhow::Result<()> {
        let now = (self.clock)();
        let Some(errand) = self.errands.0.get_mut(id) else { return Ok(()) };
        errand.called = false;
        errand.tries = errand.tries.saturating_add(1);
        let since_ms = errand.since_ms;
        match self.learn(id, heard, now, since_ms) {
            Ok(Some(due_ms)) => {
                if let Some(errand) = self.errands.0.get_mut(id) {
                    errand.due_ms = due_ms;
                }
            }
            Ok(None) => drop(self.errands.0.remove(id)),
            Err(AgreementError::Ledger(error)) => {
                tracing::warn!(why = %locked(error)?, "agreements");
                self.later(id, now);
            }
            Err(why) => {
                tracing::error!(%why, "what a channel says of an agreement cannot be kept");
                self.later(id, now);
            }
        }
        Ok(())
    }

    /// Answers when to ask again; none is never.
    fn learn(
        &mut self,
        id: &str,
        heard: AgreementWord,
        now: u64,
        since_ms: u64,
    ) -> Result<Option<u64>, AgreementError> {
        let again = now.saturating_add(self.pause(id));
        let (Some(books), Some(offered)) = (&mut self.books, &self.policy.agreements) else {
            return Ok(None);
        };
        let Some(agreement) = books.ledger.agreement(id)? else { return Ok(None) };
        let ended = matches!(agreement.state, AgreementState::Revoked | AgreementState::Expired);
        let asked = agreement.state == AgreementState::Asked;
        let may_be_signed = now < since_ms.saturating_add(SIGN_WITHIN_MS);
        let ledger = &mut books.ledger;
        match heard {
            AgreementWord::Signed(Signed::Active(number)) if ended => {
                ledger.about_agreements(|tx| tables::keep_number(tx, id, &number, &offered.seal))?;
                return Ok(Some(now));
            }
            AgreementWord::Signed(Signed::Active(number)) if asked => {
                ledger.about_agreements(|tx| tables::signed(tx, id, &number, &offered.seal, now))?;
                tracing::info!(agreement = id, "an agreement is signed");
            }
            AgreementWord::Signed(Signed::Active(_known)) => {}
            AgreementWord::Signed(Signed::None) if (asked || ended) && may_be_signed => {
                return Ok(Some(now.saturating_add(LOOK_EVERY_MS)));
            }
            AgreementWord::Signed(Signed::None) if asked => {
                ledger.about_agreements(|tx| tables::change(tx, id, Change::Expire, now))?;
            }
            AgreementWord::Signed(Signed::None | Signed::Ended) | AgreementWord::Unsigned(Unsigned::Done) => {
                ledger.about_agreements(|tx| {
                    if !ended {
                        tables::change(tx, id, Change::Revoke, now)?;
                    }
                    tables::forget_number(tx, id)
                })?;
                tracing::info!(agreement = id, "an agreement is ended at its channel");
            }
            AgreementWord::Signed(Signed::Unknown(_)) | AgreementWord::Unsigned(Unsigned::Again(_)) => {
                return Ok(Some(again));
            }
        }
        Ok(None)
    }

    fn pause(&self, id: &str) -> u64 {
        let tries = self.errands.0.get(id).map_or(0, |errand| errand.tries);
        let first = self.timing.retry_first_ms;
        first.saturating_mul(1_u64.checked_shl(tries.min(20)).unwrap_or(1)).min(RETRY_MOST_MS)
    }

    fn later(&mut self, id: &str, now: u64) {
        let due_ms = now.saturating_add(self.pause(id));
        if let Some(errand) = self.errands.0.get_mut(id) {
            errand.tries = errand.tries.saturating_add(1);
            errand.due_ms = due_ms;
        }
    }
}
