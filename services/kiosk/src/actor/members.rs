//! Members at the counter and at the staff's desk. A member code counts once in the ledger, so who showed one is
//! remembered here for the order that follows.

use std::collections::VecDeque;

use aws_lc_rs::rand;
use time::Date;
use tokio::runtime::Handle as Runtime;

use super::office::{readable, send};
use super::staff::Reply;
use super::{Actor, Rejection};
use crate::ledger::LedgerError;
use crate::ledger::desk::Standing;
use crate::ledger::member::MemberError;
use crate::member::{Authenticator, Birthday, Handle, IdentityKind, Keys, MemberCode, Token, phone};
use crate::promotion::{Counts, Step};
use crate::till::{Buyer, OrderError, PaymentId};

/// How long who showed a code is remembered, in milliseconds: long enough to choose dishes, and no longer, because
/// whoever knows the code meanwhile could use it at this kiosk.
const REMEMBERED_MS: u64 = 600_000;
/// Members remembered at once; one payer stands before a kiosk, so more than a few only follow each other quickly.
const REMEMBERED_MAX: usize = 64;

/// Why a question ends without an answer.
pub(super) enum Stop {
    /// The caller is told no.
    No(Rejection),
    /// The ledger cannot go on, and the process ends.
    Broken(LedgerError),
}

impl Stop {
    /// What the caller is told; the outer error ends the process.
    pub(super) fn told<T>(result: Result<T, Self>) -> anyhow::Result<Result<T, Rejection>> {
        match result {
            Ok(found) => Ok(Ok(found)),
            Err(Self::No(rejection)) => Ok(Err(rejection)),
            Err(Self::Broken(error)) => readable(Err(error)),
        }
    }
}

impl From<Rejection> for Stop {
    fn from(rejection: Rejection) -> Self {
        Self::No(rejection)
    }
}

impl From<OrderError> for Stop {
    fn from(error: OrderError) -> Self {
        Self::No(error.into())
    }
}

impl From<LedgerError> for Stop {
    fn from(error: LedgerError) -> Self {
        Self::Broken(error)
    }
}

impl From<MemberError> for Stop {
    fn from(error: MemberError) -> Self {
        match error {
            MemberError::Ledger(error) => Self::Broken(error),
            error => Self::No(Rejection::Member(error)),
        }
    }
}

/// Who showed which code, the oldest first. Codes are kept as keyed hashes.
#[derive(Default)]
pub(super) struct Recognised(VecDeque<(Token, Handle, u64)>);

impl Recognised {
    fn find(&mut self, now: u64, code: &Token) -> Option<Handle> {
        self.0.retain(|(_, _, since)| now.saturating_sub(*since) < REMEMBERED_MS);
        self.0.iter().find(|(known, _, _)| known == code).map(|(_, handle, _)| handle.clone())
    }

    fn keep(&mut self, now: u64, code: Token, handle: Handle) {
        if self.0.len() >= REMEMBERED_MAX {
            self.0.pop_front();
        }
        self.0.push_back((code, handle, now));
    }

    /// A member's order was begun: the next one takes a new code.
    pub(super) fn forget(&mut self, member: &Handle) {
        self.0.retain(|(_, handle, _)| handle != member);
    }
}

/// What staff ask about members; `member` is a handle, or a phone number that was bound.
pub(crate) enum MemberAsk {
    Join { birthday: String, reply: Reply<(Handle, Authenticator)> },
    BindPhone { member: String, number: String, reply: Reply<()> },
    Points { member: String, reply: Reply<(Handle, Standing)> },
    GiveCoupon { member: String, coupon: String, ask: String, by: String, reply: Reply<()> },
    Funnel { campaign: String, from: Date, to: Date, reply: Reply<[(Step, Counts); 6]> },
}

impl Actor {
    /// The member who shows a code, for an order or an agreement. A code counts once, and then for ten minutes at this
    /// till until an order is begun with it; a restart forgets that, and then the member shows the next code.
    pub(super) fn member_by_code(&mut self, text: &str) -> Result<Buyer, Stop> {
        let now = (self.clock)();
        let keys = self.policy.members.as_ref().ok_or(Rejection::NoMembers)?;
        let books = self.books.as_mut().ok_or(Rejection::Locked)?;
        let code = MemberCode::read(text).map_err(MemberError::from)?;
        let shown = keys.tokens.token(IdentityKind::Member, text.trim().as_bytes());
        if let Some(handle) = self.recognised.find(now, &shown) {
            return Ok(buyer(keys, handle));
        }
        let handle = books.ledger.member_by_code(&keys.codes, &code, now)?;
        self.recognised.keep(now, shown, handle.clone());
        Ok(buyer(keys, handle))
    }

    pub(super) fn answer_members(&mut self, runtime: &Runtime, ask: MemberAsk) -> anyhow::Result<()> {
        self.commit(runtime)?;
        match ask {
            MemberAsk::Join { birthday, reply } => send(reply, Stop::told(self.join(&birthday))?),
            MemberAsk::BindPhone { member, number, reply } => {
                send(reply, Stop::told(self.bind_phone(&member, &number))?);
            }
            MemberAsk::Points { member, reply } => send(reply, Stop::told(self.points(&member))?),
            MemberAsk::GiveCoupon { member, coupon, ask, by, reply } => {
                send(reply, Stop::told(self.give_coupon(&member, &coupon, &ask, &by))?);
            }
            MemberAsk::Funnel { campaign, from, to, reply } => {
                send(reply, Stop::told(self.funnel(&campaign, from, to))?);
            }
        }
        Ok(())
    }

    fn join(&mut self, birthday: &str) -> Result<(Handle, Authenticator), Stop> {
        let now = (self.clock)();
        let keys = self.policy.members.as_ref().ok_or(Rejection::NoMembers)?;
        let books = self.books.as_mut().ok_or(Rejection::Locked)?;
        let born = read_birthday(birthday)?;
        let mut random = [0; 12];
        rand::fill(&mut random).map_err(|_none| Rejection::Member(MemberError::NoEntropy))?;
        let handle = Handle::from_random(random);
        books.ledger.join(&handle, born, now)?;
        let authenticator = Authenticator::of(&keys.codes, &handle);
        Ok((handle, authenticator))
    }

    /// The member whom staff name.
    pub(super) fn named(&self, member: &str) -> Result<Buyer, Stop> {
        let keys = self.policy.members.as_ref().ok_or(Rejection::NoMembers)?;
        let books = self.books.as_ref().ok_or(Rejection::Locked)?;
        let handle = match (Handle::new(member.trim()), phone(member)) {
            (Ok(handle), _) => handle,
            (Err(_), Some(number)) => {
                books.ledger.member_by_token(&keys.tokens.token(IdentityKind::Phone, number.as_bytes()))?
            }
            (Err(_), None) => return Err(MemberError::Unknown.into()),
        };
        books.ledger.standing(&handle, (self.clock)())?;
        Ok(buyer(keys, handle))
    }

    fn bind_phone(&mut self, member: &str, number: &str) -> Result<(), Stop> {
        let (now, buyer) = ((self.clock)(), self.named(member)?);
        let keys = self.policy.members.as_ref().ok_or(Rejection::NoMembers)?;
        let books = self.books.as_mut().ok_or(Rejection::Locked)?;
        let number = phone(number).ok_or(MemberError::NoPhone)?;
        let token = keys.tokens.token(IdentityKind::Phone, number.as_bytes());
        Ok(books.ledger.bind(&buyer.handle, IdentityKind::Phone, &token, now)?)
    }

    fn points(&self, member: &str) -> Result<(Handle, Standing), Stop> {
        let buyer = self.named(member)?;
        let books = self.books.as_ref().ok_or(Rejection::Locked)?;
        let standing = books.ledger.standing(&buyer.handle, (self.clock)())?;
        Ok((buyer.handle, standing))
    }

    fn give_coupon(&mut self, member: &str, coupon: &str, ask: &str, by: &str) -> Result<(), Stop> {
        let (now, buyer, ask) = ((self.clock)(), self.named(member)?, PaymentId::new(ask)?);
        let given = self.policy.promotion.as_ref().and_then(|rules| rules.coupon(coupon));
        if !given.is_some_and(|coupon| coupon.by_grant) {
            let why = "there is no coupon of this name that is given to members; look at promotion.toml";
            return Err(Rejection::Offer(why.to_owned()).into());
        }
        let books = self.books.as_mut().ok_or(Rejection::Locked)?;
        // No payment's id has a blank, so this is never taken for a reward.
        let reference = format!("staff {by} {}", ask.as_str());
        Ok(books.ledger.give_coupon(coupon, &buyer.token, &reference, now)?)
    }

    fn funnel(&self, campaign: &str, from: Date, to: Date) -> Result<[(Step, Counts); 6], Stop> {
        let books = self.books.as_ref().ok_or(Rejection::Locked)?;
        if self.policy.promotion.as_ref().and_then(|rules| rules.campaign(campaign)).is_none() {
            let why = "there is no campaign of this name; look at promotion.toml";
            return Err(Rejection::Offer(why.to_owned()).into());
        }
        Ok(books.ledger.funnel(campaign, from, to)?)
    }
}

/// A member as orders keep one.
fn buyer(keys: &Keys, handle: Handle) -> Buyer {
    let token = keys.tokens.token(IdentityKind::Member, handle.as_str().as_bytes());
    Buyer { handle, token }
}

/// `MM-DD`, or empty where it is not told.
fn read_birthday(text: &str) -> Result<Option<Birthday>, MemberError> {
    if text.is_empty() {
        return Ok(None);
    }
    let number = |part: &str| -> Option<u8> {
        (part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit())).then(|| part.parse().ok())?
    };
    let (month, day) = text.split_once('-').ok_or(MemberError::NoBirthday)?;
    let born = number(month).zip(number(day)).and_then(|(month, day)| Birthday::new(month, day));
    born.map(Some).ok_or(MemberError::NoBirthday)
}

#[cfg(test)]
mod tests;
