//! The life of agreements outside a sale: staff ask for one and end one, and channels are asked until they have said
//! the last word. What is outstanding follows from the ledger's tables, so that a restart goes on by itself.

use anyhow::Context;
use aws_lc_rs::rand;
use tokio::sync::oneshot;

use super::agreements::locked;
use super::members::Stop;
use super::office::send;
use super::{Actor, Rejection};
use crate::agreement::{Agreement, AgreementState, Caps, Change, History};
use crate::channel::{ChannelKind, Proof, Refusal};
use crate::ledger::agreement::{self as tables, AgreementError};
use crate::member::Token;
use crate::till::{Answer, AttemptNumber};

mod errands;

pub(crate) use errands::AgreementWord;
pub(super) use errands::Errands;

/// How long after it was asked for an agreement can be signed: a payer who was interrupted comes back within minutes,
/// and a link that lies about for longer is photographed.
const SIGN_WITHIN_MS: u64 = 900_000;
/// How often a channel is asked meanwhile: the payer types a password, and staff wait for it.
const LOOK_EVERY_MS: u64 = 5_000;
/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;
/// Agreements that one member may have at once: one a channel and some that nobody signed in time.
const AGREEMENTS_MAX: usize = 8;

type Reply<T> = oneshot::Sender<Result<T, Rejection>>;

/// A member's token and agreements, with what was charged by each.
type Found = (Token, Vec<(Agreement, History)>);

/// What staff want of agreements.
pub(crate) enum AgreementAsk {
    /// One to be signed by a member.
    Sign { member: String, channel: ChannelKind, caps: Caps, by: String, reply: Reply<Agreement> },
    /// It charges nobody any more.
    End { id: String, by: String, reply: Reply<()> },
    /// It charges nobody until it is resumed, or may again.
    Suspend { id: String, suspend: bool, by: String, reply: Reply<()> },
    /// A member's.
    List { member: String, reply: Reply<Vec<(Agreement, History)>> },
}

/// A refusal that staff read, or the ledger's own failure.
fn split(error: AgreementError) -> anyhow::Result<Rejection> {
    match error {
        AgreementError::Ledger(error) => locked(error),
        refused => Ok(Rejection::Agreement(refused.to_string())),
    }
}

fn answer<T>(reply: Reply<T>, said: Result<T, AgreementError>) -> anyhow::Result<()> {
    let said = match said {
        Ok(said) => Ok(said),
        Err(error) => Err(split(error)?),
    };
    send(reply, said);
    Ok(())
}

impl Actor {
    /// What is outstanding since before the start.
    pub(super) fn recall_agreements(&mut self) -> anyhow::Result<()> {
        let now = (self.clock)();
        let Some(books) = &mut self.books else { return Ok(()) };
        if self.policy.agreements.is_none() {
            return Ok(());
        }
        match books.ledger.about_agreements(|tx| tables::expire_due(tx, now)) {
            Ok(_told_with_the_others) => {}
            Err(error) => tracing::warn!(why = %split(error)?, "agreements"),
        }
        let recent = now.saturating_sub(SIGN_WITHIN_MS);
        for left in books.ledger.unsettled_agreements(recent).context("agreements cannot be read")? {
            self.errands.add(left.id, left.since_ms, now);
        }
        Ok(())
    }

    pub(super) fn answer_agreement(&mut self, ask: AgreementAsk) -> anyhow::Result<()> {
        let now = (self.clock)();
        let Some(books) = &mut self.books else {
            match ask {
                AgreementAsk::Sign { reply, .. } => send(reply, Err(Rejection::Locked)),
                AgreementAsk::End { reply, .. } | AgreementAsk::Suspend { reply, .. } => {
                    send(reply, Err(Rejection::Locked));
                }
                AgreementAsk::List { reply, .. } => send(reply, Err(Rejection::Locked)),
            }
            return Ok(());
        };
        match ask {
            AgreementAsk::Sign { member, channel, caps, by, reply } => {
                let said = match self.new_agreement(now, &member, channel, caps)? {
                    Ok(agreement) => {
                        tracing::info!(by, agreement = agreement.id, "an agreement waits to be signed");
                        Ok(agreement)
                    }
                    Err(rejection) => Err(rejection),
                };
                send(reply, said);
            }
            AgreementAsk::End { id, by, reply } => {
                let ended = books.ledger.about_agreements(|tx| match tables::by_id(tx, &id)? {
                    Some(Agreement { state: AgreementState::Expired, .. }) => Ok(()),
                    _other => tables::change(tx, &id, Change::Revoke, now).map(drop),
                });
                if ended.is_ok() {
                    tracing::info!(by, agreement = id, "an agreement is ended");
                    self.errands.add(id, now, now);
                }
                answer(reply, ended)?;
            }
            AgreementAsk::Suspend { id, suspend, by, reply } => {
                let change = if suspend { Change::Suspend } else { Change::Resume };
                let changed = books.ledger.about_agreements(|tx| tables::change(tx, &id, change, now));
                if let Ok(state) = &changed {
                    tracing::info!(by, agreement = id, state = state.word(), "an agreement is changed");
                }
                answer(reply, changed.map(drop))?;
            }
            AgreementAsk::List { member, reply } => {
                let said = self.agreements_of(now, &member)?;
                send(reply, said.map(|(_, found)| found));
            }
        }
        Ok(())
    }

    /// Writes an agreement down before the channel hears of it.
    fn new_agreement(
        &mut self,
        now: u64,
        member: &str,
        channel: ChannelKind,
        wish: Caps,
    ) -> anyhow::Result<Result<Agreement, Rejection>> {
        let refused = |why: String| Ok(Err(Rejection::Agreement(why)));
        let (token, known) = match self.agreements_of(now, member)? {
            Ok(known) => known,
            Err(rejection) => return Ok(Err(rejection)),
        };
        let living = |state| !matches!(state, AgreementState::Revoked | AgreementState::Expired);
        if known.iter().filter(|(agreement, _)| living(agreement.state)).count() >= AGREEMENTS_MAX {
            return refused("this member has too many agreements; end one first".to_owned());
        }
        let (Some(books), Some(offered)) = (&mut self.books, &self.policy.agreements) else {
            return refused(NOT_OFFERED.to_owned());
        };
        let caps = match offered.rules.caps_for(wish) {
            Ok(caps) => caps,
            Err(error) => return refused(error.to_string()),
        };
        let Some(id) = fresh_id(books.till.tag()) else {
            return refused("no random numbers; restart the kiosk".to_owned());
        };
        let agreement = Agreement {
            id,
            member: token,
            channel,
            currency: self.menu.currency,
            caps,
            state: AgreementState::Asked,
            expires_ms: now.saturating_add(u64::from(offered.rules.days).saturating_mul(DAY_MS)),
        };
        match books.ledger.about_agreements(|tx| tables::ask(tx, &agreement, now)) {
            Ok(()) => {
                self.errands.add(agreement.id.clone(), now, now.saturating_add(LOOK_EVERY_MS));
                Ok(Ok(agreement))
            }
            Err(error) => split(error).map(Err),
        }
    }

    /// A member's agreements; those that wait for a signature are asked about at once.
    fn agreements_of(&mut self, now: u64, member: &str) -> anyhow::Result<Result<Found, Rejection>> {
        if self.policy.agreements.is_none() || self.policy.members.is_none() {
            return Ok(Err(Rejection::Agreement(NOT_OFFERED.to_owned())));
        }
        let buyer = match Stop::told(self.named(member))? {
            Ok(buyer) => buyer,
            Err(rejection) => return Ok(Err(rejection)),
        };
        let Some(books) = &self.books else { return Ok(Err(Rejection::Locked)) };
        let found = match books.ledger.agreements_of(&buyer.token, now) {
            Ok(found) => found,
            Err(error) => return locked(error).map(Err),
        };
        for (agreement, _) in found.iter().filter(|(a, _)| a.state == AgreementState::Asked) {
            self.errands.add(agreement.id.clone(), now, now);
        }
        Ok(Ok((buyer.token, found)))
    }

    /// A channel refuses a charge because there is nothing to charge by: where that was an agreement, it is asked what
    /// became of it, since payers end agreements in their wallets too.
    pub(super) fn agreement_dead(&mut self, number: &AttemptNumber, answer: &Answer) -> anyhow::Result<()> {
        let now = (self.clock)();
        let dead = *answer == Answer::Proof(Proof::NotPaid(Refusal::CodeDead));
        let (Some(books), true) = (&self.books, dead && self.policy.agreements.is_some()) else {
            return Ok(());
        };
        match books.ledger.agreement_of_charge(number) {
            Ok(Some(id)) => self.errands.add(id, now, now),
            Ok(None) => {}
            Err(error) => tracing::warn!(why = %locked(error)?, "agreements"),
        }
        Ok(())
    }

    /// A channel told that something about an agreement changed; it is asked what. Answers whether that is kept.
    pub(super) fn agreement_told(&mut self, channel: ChannelKind, id: String) -> anyhow::Result<bool> {
        let now = (self.clock)();
        let Some(books) = &self.books else { return Ok(false) };
        match books.ledger.agreement(&id) {
            Ok(Some(agreement)) if agreement.channel == channel && self.policy.agreements.is_some() => {
                self.errands.add(id, now, now);
                Ok(true)
            }
            Ok(_another_tills) => Ok(true),
            Err(error) => locked(error).map(|_full| false),
        }
    }
}

const NOT_OFFERED: &str =
    "agreements are not offered here: the kiosk needs the credentials agreement_key and member_key";

/// Our name of an agreement: 25 letters and digits, which no other till of the merchant makes.
fn fresh_id(tag: &str) -> Option<String> {
    let mut random = [0_u8; 8];
    rand::fill(&mut random).ok()?;
    let digits: String = random.iter().map(|byte| format!("{byte:02X}")).collect();
    Some(format!("{tag}A{digits}"))
}
