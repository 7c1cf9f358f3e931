//! The queue of entries: what is taken, in which order it is forwarded, what came of it. A pure state machine: its
//! owner makes [`Queue::offer`]'s link durable, then calls [`Queue::appended`], and only then tells the payer yes.

use std::collections::{BTreeMap, BTreeSet};

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};

use super::instrument::Instrument;
use super::rules::{RefusedOffline, Rules};
use crate::member::Token;
use crate::till::{Currency, Money, PaymentId};

/// The hash before the first entry.
pub const GENESIS: [u8; 32] = [0; 32];

/// One thing taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its place, from 1, without gaps.
    pub sequence: u64,
    /// When, milliseconds since 1970 UTC.
    pub at_ms: u64,
    /// The payment.
    pub payment: PaymentId,
    /// What stands good for it.
    pub instrument: Instrument,
    /// How much.
    pub amount: Money,
    /// The deny list that it was held against.
    pub deny_list: u64,
}

/// An entry in the chain: its text as it is kept and forwarded, and the hash of it and all before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The entry.
    pub entry: Entry,
    /// The entry as JSON: the bytes that are hashed.
    pub text: String,
    /// SHA-256 of the hash before, the sequence (8 bytes, little-endian) and the text.
    pub hash: [u8; 32],
}

/// The end of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The last entry's sequence, 0 where there is none.
    pub sequence: u64,
    /// Its hash, or [`GENESIS`].
    pub hash: [u8; 32],
}

/// The chain is not what we wrote. The till takes nothing offline until somebody has looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the offline entry {0} was changed, is missing or cannot be read; keep the file and tell the maker")]
pub struct Broken(pub u64);

impl Head {
    /// Before the first entry.
    pub const START: Self = Self { sequence: 0, hash: GENESIS };
}

impl Link {
    /// The link that follows a head; none where the entry cannot be written.
    #[must_use]
    pub fn after(head: &Head, entry: Entry) -> Option<Self> {
        let text = serde_json::to_string(&entry).ok()?;
        let hash = chain(&head.hash, entry.sequence, &text);
        Some(Self { entry, text, hash })
    }

    /// Reads a link as it was kept, and believes it only where it follows the head.
    ///
    /// # Errors
    /// [`Broken`].
    pub fn read(head: &Head, sequence: u64, text: String, hash: &[u8]) -> Result<Self, Broken> {
        let expected = head.sequence.checked_add(1);
        let computed = chain(&head.hash, sequence, &text);
        let entry: Entry = serde_json::from_str(&text).map_err(|_unreadable| Broken(sequence))?;
        if expected != Some(sequence) || entry.sequence != sequence || hash != computed {
            return Err(Broken(expected.unwrap_or(sequence)));
        }
        Ok(Self { entry, text, hash: computed })
    }

    /// The head that this link makes.
    #[must_use]
    pub const fn head(&self) -> Head {
        Head { sequence: self.entry.sequence, hash: self.hash }
    }
}

fn chain(before: &[u8; 32], sequence: u64, text: &str) -> [u8; 32] {
    let mut context = digest::Context::new(&digest::SHA256);
    context.update(before);
    context.update(&sequence.to_le_bytes());
    context.update(text.as_bytes());
    let mut hash = GENESIS;
    for (to, from) in hash.iter_mut().zip(context.finish().as_ref()) {
        *to = *from;
    }
    hash
}

/// Cards and members that are lost or closed, as the office last said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DenyList {
    /// Raised with every change.
    pub version: u64,
    /// When it was last heard to be current, milliseconds since 1970 UTC.
    pub current_at_ms: u64,
    /// Who.
    pub denied: BTreeSet<Token>,
}

/// What the payer asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The payment.
    pub payment: PaymentId,
    /// What stands good for it. Its MAC or signature has been verified as far as that is possible here.
    pub instrument: Instrument,
    /// How much.
    pub amount: Money,
}

/// What the other side says of an entry; always the same for the same sequence and hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// It counts.
    Accepted,
    /// It does not, and staff must see to it.
    Conflict(Conflict),
}

/// Why an entry cannot be honoured after all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Conflict {
    /// The voucher was redeemed at another kiosk before.
    RedeemedElsewhere,
    /// The account was closed or the card reported lost before.
    AccountClosed,
    /// The card's MAC or the voucher's signature does not hold.
    NotGenuine,
    /// The member owes more than the limit.
    OverLimit,
    /// The card's counter was seen before: a debit came twice.
    CounterRepeats,
}

/// A conflict, as staff see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The entry.
    pub sequence: u64,
    /// The payment.
    pub payment: PaymentId,
    /// How much is at stake.
    pub amount: Money,
    /// Why.
    pub conflict: Conflict,
}

/// What became of what was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// To be made durable, then [`Queue::appended`].
    New(Box<Link>),
    /// The same was taken before under this sequence: say yes again.
    Before(u64),
}

/// An answer for another entry than the one that is forwarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the answer is for the offline entry {0}, which is not the one that was forwarded")]
pub struct NotNext(pub u64);

/// The queue.
#[derive(Clone, Debug)]
pub struct Queue {
    rules: Rules,
    currency: Currency,
    head: Head,
    /// Entries without an answer, in order.
    open: BTreeMap<u64, Link>,
    /// The highest counter of each card, so that a replayed debit is found here.
    counters: BTreeMap<Token, u32>,
}

impl Queue {
    /// A queue from what was kept: each entry's link in order, and whether it was answered. See [`Link::read`].
    #[must_use]
    pub fn replay(rules: Rules, currency: Currency, kept: impl IntoIterator<Item = (Link, bool)>) -> Self {
        let head = Head { sequence: 0, hash: GENESIS };
        let mut queue = Self { rules, currency, head, open: BTreeMap::new(), counters: BTreeMap::new() };
        for (link, answered) in kept {
            let sequence = link.entry.sequence;
            queue.appended(link);
            if answered {
                queue.open.remove(&sequence);
            }
        }
        queue
    }

    /// The same entries under other rules.
    #[must_use]
    pub fn with_rules(self, rules: Rules, currency: Currency) -> Self {
        Self { rules, currency, ..self }
    }

    /// The chain's end.
    #[must_use]
    pub const fn head(&self) -> Head {
        self.head
    }

    /// Whether a payment's entry waits for its answer.
    #[must_use]
    pub fn holds(&self, payment: &PaymentId) -> bool {
        self.open.values().any(|link| &link.entry.payment == payment)
    }

    /// Entries without an answer, and their money in minor units: shown as "offline" plainly.
    #[must_use]
    pub fn waiting(&self) -> (usize, i64) {
        let money = self.open.values().fold(0_i64, |sum, link| sum.saturating_add(link.entry.amount.minor()));
        (self.open.len(), money)
    }

    /// Decides about what is asked for. Nothing changes until [`Self::appended`].
    ///
    /// # Errors
    /// [`RefusedOffline`].
    pub fn offer(&self, asked: &Asked, deny: &DenyList, now_ms: u64) -> Result<Taken, RefusedOffline> {
        if let Some(link) = self.open.values().find(|link| link.entry.payment == asked.payment) {
            let same = link.entry.instrument == asked.instrument && link.entry.amount == asked.amount;
            return if same { Ok(Taken::Before(link.entry.sequence)) } else { Err(RefusedOffline::IdReused) };
        }
        self.check_time(deny, now_ms)?;
        self.check_caps(asked)?;
        self.check_instrument(asked, deny)?;
        let entry = Entry {
            sequence: self.head.sequence.checked_add(1).ok_or(RefusedOffline::Full)?,
            at_ms: now_ms,
            payment: asked.payment.clone(),
            instrument: asked.instrument.clone(),
            amount: asked.amount,
            deny_list: deny.version,
        };
        let link = Link::after(&self.head, entry).ok_or(RefusedOffline::BadAmount)?;
        Ok(Taken::New(Box::new(link)))
    }

    fn check_time(&self, deny: &DenyList, now_ms: u64) -> Result<(), RefusedOffline> {
        if !self.rules.enabled {
            return Err(RefusedOffline::Disabled);
        }
        if now_ms.saturating_sub(deny.current_at_ms) > self.rules.deny_list_age_max_ms() {
            return Err(RefusedOffline::DenyListStale);
        }
        let old = |link: &Link| now_ms.saturating_sub(link.entry.at_ms) > self.rules.age_max_ms();
        if self.open.values().any(old) { Err(RefusedOffline::TooOld) } else { Ok(()) }
    }

    fn check_caps(&self, asked: &Asked) -> Result<(), RefusedOffline> {
        let rules = &self.rules;
        let amount = asked.amount.minor();
        if amount <= 0 || asked.amount.currency() != self.currency {
            return Err(RefusedOffline::BadAmount);
        }
        if amount > rules.per_transaction {
            return Err(RefusedOffline::PerTransaction(Money::new(rules.per_transaction, self.currency)));
        }
        let (count, money) = self.waiting();
        let more = u32::try_from(count).is_ok_and(|count| count < rules.count_max);
        if !more || amount > rules.total.saturating_sub(money) {
            return Err(RefusedOffline::Full);
        }
        let left = rules.per_instrument.saturating_sub(self.used(&asked.instrument)).max(0);
        if amount > left {
            return Err(RefusedOffline::PerInstrument(Money::new(left, self.currency)));
        }
        Ok(())
    }

    fn check_instrument(&self, asked: &Asked, deny: &DenyList) -> Result<(), RefusedOffline> {
        if asked.instrument.holder().is_some_and(|holder| deny.denied.contains(holder)) {
            return Err(RefusedOffline::Denied);
        }
        if let Some((holder, counter)) = asked.instrument.counter()
            && self.counters.get(holder).is_some_and(|last| counter <= *last)
        {
            return Err(RefusedOffline::CardRepeats);
        }
        match &asked.instrument {
            Instrument::Voucher { serial, .. } => {
                let used = |link: &Link| matches!(&link.entry.instrument, Instrument::Voucher { serial: other, .. } if other == serial);
                if self.open.values().any(used) { Err(RefusedOffline::VoucherUsed(*serial)) } else { Ok(()) }
            }
            Instrument::Member { limit, .. } => {
                let left = limit.saturating_sub(self.used(&asked.instrument)).max(0);
                let fits = asked.amount.minor() <= left;
                if fits { Ok(()) } else { Err(RefusedOffline::MemberLimit(Money::new(left, self.currency))) }
            }
            Instrument::Purse { .. } => Ok(()),
        }
    }

    /// Unforwarded money of a card or member.
    fn used(&self, instrument: &Instrument) -> i64 {
        let Some(holder) = instrument.holder() else { return 0 };
        let mine = self.open.values().filter(|link| link.entry.instrument.holder() == Some(holder));
        mine.fold(0_i64, |sum, link| sum.saturating_add(link.entry.amount.minor()))
    }

    /// A link is durable now.
    pub fn appended(&mut self, link: Link) {
        self.head = link.head();
        if let Some((holder, counter)) = link.entry.instrument.counter() {
            let last = self.counters.entry(*holder).or_insert(counter);
            *last = (*last).max(counter);
        }
        self.open.insert(link.entry.sequence, link);
    }

    /// The entry to forward, where there is one: the oldest, again and again until it is answered.
    #[must_use]
    pub fn next(&self) -> Option<&Link> {
        self.open.values().next()
    }

    /// The other side's answer for the entry that is forwarded. Make it durable before this; answers the case that it
    /// makes for staff.
    ///
    /// # Errors
    /// [`NotNext`]: an answer for something else; nothing is changed.
    pub fn answered(&mut self, sequence: u64, answer: Answer) -> Result<Option<Case>, NotNext> {
        let first = self.open.first_entry().filter(|first| *first.key() == sequence);
        let entry = first.ok_or(NotNext(sequence))?.remove().entry;
        Ok(match answer {
            Answer::Accepted => None,
            Answer::Conflict(conflict) => {
                Some(Case { sequence, payment: entry.payment, amount: entry.amount, conflict })
            }
        })
    }
}

#[cfg(test)]
mod tests;
