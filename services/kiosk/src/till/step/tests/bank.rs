//! A bank that knows the truth about every attempt and tells it badly.

use std::collections::{BTreeMap, BTreeSet};

use crate::channel::{
    Divided, Doubt, Opened, PaidProof, PendingReason, Proof, Refunded, Refusal, Revoked, Told,
};
use crate::till::{Answer, Attempt, AttemptNumber, Money, Refund, RefundNumber, Share, Split, Way};

/// SplitMix64: the same seed, the same history, on every machine.
#[derive(Clone, Debug)]
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub(super) fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

/// What became of one attempt in truth.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) way: Way,
    pub(super) amount: Money,
    pub(super) paid: bool,
    /// No money can come any more.
    pub(super) dead: bool,
    pub(super) refunds: BTreeMap<RefundNumber, i64>,
    /// What has gone to other parties, by the split's number.
    pub(super) splits: BTreeMap<AttemptNumber, i64>,
    /// What each party has of it.
    pub(super) parties: BTreeMap<String, i64>,
    /// Which party gave what, by the refund's number: once each.
    gave: BTreeMap<(RefundNumber, String), i64>,
    /// Who gives nothing of a refund, whatever is asked.
    withholds: BTreeSet<(RefundNumber, String)>,
    /// The bank will not divide it.
    undivided: bool,
    charges: u32,
    /// The channel has heard of it.
    known: bool,
    /// The charge is still on its way.
    delayed: bool,
}

impl Account {
    /// What the bank holds for the merchant by it, in minor units.
    pub(super) fn held(&self) -> i64 {
        if self.paid { self.net() - self.parties.values().sum::<i64>() } else { 0 }
    }

    /// A party gives its part of a refund, once.
    fn give(&mut self, refund: &RefundNumber, share: &Share) {
        let minor = share.amount.minor();
        if self.gave.insert((refund.clone(), share.party.clone()), minor).is_none() {
            let has = self.parties.entry(share.party.clone()).or_default();
            *has -= minor;
            assert!(*has >= 0, "{share:?} gives more than it has");
        }
    }

    /// What the payer has lost by it, in minor units.
    pub(super) fn net(&self) -> i64 {
        if self.paid { self.amount.minor() - self.refunds.values().sum::<i64>() } else { 0 }
    }
}

#[derive(Debug)]
pub(super) struct Bank {
    pub(super) accounts: BTreeMap<AttemptNumber, Account>,
    /// False: every answer is true and arrives.
    pub(super) faulty: bool,
}

impl Bank {
    fn account(&mut self, attempt: &Attempt) -> &mut Account {
        self.accounts.entry(attempt.number.clone()).or_insert(Account {
            way: attempt.way,
            amount: attempt.amount,
            paid: false,
            dead: false,
            refunds: BTreeMap::new(),
            splits: BTreeMap::new(),
            parties: BTreeMap::new(),
            gave: BTreeMap::new(),
            withholds: BTreeSet::new(),
            undivided: false,
            charges: 0,
            known: false,
            delayed: false,
        })
    }

    fn fault(&self, random: &mut Random, one_in: u64) -> bool {
        self.faulty && random.one_in(one_in)
    }

    pub(super) fn open(&mut self, random: &mut Random, attempt: &Attempt) -> Answer {
        let (before, after) = (self.fault(random, 6), self.fault(random, 6));
        if before {
            return Answer::Opened(Opened::Unavailable(Doubt::Transport));
        }
        let account = self.account(attempt);
        if account.dead {
            return Answer::Opened(Opened::Refused(Refusal::Closed));
        }
        account.known = true;
        if after {
            return Answer::Opened(Opened::Unavailable(Doubt::Timeout));
        }
        Answer::Opened(Opened::Code(format!("https://qr/{}", attempt.number)))
    }

    pub(super) fn charge(&mut self, random: &mut Random, attempt: &Attempt) -> Answer {
        let (fate, silent) = (random.below(6), self.fault(random, 3));
        let (lost, late) = (self.fault(random, 8), self.fault(random, 8));
        let account = self.account(attempt);
        account.charges += 1;
        assert_eq!(account.charges, 1, "attempt {} is charged again", attempt.number);
        let unknown = Answer::Proof(Proof::Unknown(Doubt::Timeout));
        if lost || late {
            account.delayed = late;
            return unknown;
        }
        account.known = true;
        let said = match fate {
            _ if account.dead => Proof::NotPaid(Refusal::Closed),
            0 | 1 => {
                account.dead = true;
                Proof::NotPaid(if fate == 0 { Refusal::CodeDead } else { Refusal::InsufficientFunds })
            }
            2 | 3 => Proof::Pending(PendingReason::PayerConfirms),
            _ => {
                account.paid = true;
                paid(attempt)
            }
        };
        if silent { unknown } else { Answer::Proof(said) }
    }

    pub(super) fn query(&mut self, random: &mut Random, attempt: &Attempt) -> Answer {
        if self.fault(random, 4) {
            return Answer::Proof(Proof::Unknown(Doubt::BadSignature));
        }
        let account = self.account(attempt);
        Answer::Proof(match account {
            Account { paid: true, .. } => paid(attempt),
            Account { dead: true, .. } => Proof::NotPaid(Refusal::Closed),
            Account { known: false, .. } => Proof::NotPaid(Refusal::NoSuchTrade),
            Account { way: Way::Shown, .. } => Proof::Pending(PendingReason::Shown),
            _ => Proof::Pending(PendingReason::PayerConfirms),
        })
    }

    pub(super) fn revoke(&mut self, random: &mut Random, attempt: &Attempt) -> Answer {
        let (before, after) = (self.fault(random, 4), self.fault(random, 4));
        if before {
            return Answer::Revoked(Revoked::Again(Doubt::Transport));
        }
        let account = self.account(attempt);
        let said = if account.paid && account.way == Way::Shown {
            Revoked::AlreadyPaid
        } else {
            account.paid = false;
            account.dead = true;
            Revoked::Done
        };
        Answer::Revoked(if after { Revoked::Again(Doubt::Timeout) } else { said })
    }

    pub(super) fn refund(&mut self, random: &mut Random, attempt: &Attempt, refund: &Refund) -> Answer {
        let (before, after) = (self.fault(random, 3), self.fault(random, 3));
        if before {
            return Answer::Refunded(Refunded::Again(Doubt::Transport));
        }
        // Some banks gather the parties' parts one by one, others in one stroke with the refund.
        let (interrupted, apart) = (self.fault(random, 4), attempt.opened_at_ms.is_multiple_of(2));
        let refusers: Vec<bool> = refund.back.iter().map(|_| self.faulty && random.one_in(12)).collect();
        let account = self.account(attempt);
        assert!(account.paid, "attempt {} is refunded without money", attempt.number);
        let dividing = account.splits.is_empty() && !account.undivided;
        assert!(refund.back.is_empty() || !dividing, "a refund overtook its split");
        assert!(
            refund.back.is_empty() || refund.split.as_ref() == account.splits.keys().next(),
            "{refund:?}"
        );
        if !account.refunds.contains_key(&refund.number) {
            for (share, refuses) in refund.back.iter().zip(refusers) {
                let key = (refund.number.clone(), share.party.clone());
                if refuses && !account.gave.contains_key(&key) {
                    account.withholds.insert(key);
                }
            }
            let holds =
                |share: &Share| account.withholds.contains(&(refund.number.clone(), share.party.clone()));
            let place = refund.back.iter().position(holds);
            if !apart && place.is_some() {
                return Answer::Refunded(Refunded::Withheld(None));
            }
            for (nth, share) in refund.back.iter().enumerate() {
                if place == Some(nth) {
                    return Answer::Refunded(Refunded::Withheld(place));
                }
                account.give(&refund.number, share);
                if interrupted && apart {
                    return Answer::Refunded(Refunded::Again(Doubt::Transport));
                }
            }
        }
        let before = account.refunds.insert(refund.number.clone(), refund.amount.minor());
        assert!(before.is_none_or(|minor| minor == refund.amount.minor()), "a refund changed its amount");
        assert!(account.net() >= 0, "more went back than was paid: {account:?}");
        Answer::Refunded(if after { Refunded::Again(Doubt::Timeout) } else { Refunded::Done })
    }

    pub(super) fn refund_query(&mut self, random: &mut Random, attempt: &Attempt, refund: &Refund) -> Answer {
        let known = self.account(attempt).refunds.contains_key(&refund.number);
        let lost = self.fault(random, 3);
        Answer::Refunded(if known && !lost { Refunded::Done } else { Refunded::Again(Doubt::Timeout) })
    }

    pub(super) fn split(&mut self, random: &mut Random, attempt: &Attempt, split: &Split) -> Answer {
        let (before, after) = (self.fault(random, 3), self.fault(random, 3));
        if before {
            return Answer::Divided(Divided::Again(Doubt::Transport));
        }
        let refuses = self.faulty && random.one_in(10);
        let account = self.account(attempt);
        assert!(account.paid, "attempt {} is divided without money", attempt.number);
        account.undivided |= refuses && account.splits.is_empty();
        if account.undivided {
            return Answer::Divided(Divided::Refused);
        }
        let minor = split.shares.iter().map(|share| share.amount.minor()).sum();
        let known = account.splits.insert(split.number.clone(), minor);
        for share in split.shares.iter().filter(|_| known.is_none()) {
            *account.parties.entry(share.party.clone()).or_default() += share.amount.minor();
        }
        assert!(known.is_none_or(|known| known == minor), "a split changed");
        assert!(account.splits.len() == 1 && minor <= account.amount.minor(), "{account:?}");
        Answer::Divided(if after { Divided::Again(Doubt::Timeout) } else { Divided::Done })
    }

    /// What the bank would tell by itself now: every attempt that is paid, and every refund.
    pub(super) fn tellings(&self) -> Vec<(AttemptNumber, Told)> {
        let mut told = Vec::new();
        for (number, account) in self.accounts.iter().filter(|(_, account)| account.paid) {
            let paid = PaidProof { channel_ref: format!("T{number}"), amount: account.amount };
            told.push((number.clone(), Told::Payment { number: number.clone(), proof: Proof::Paid(paid) }));
            let refund = |number: &RefundNumber| {
                (number.clone(), Told::Refund { number: number.clone(), refunded: Refunded::Done })
            };
            told.extend(account.refunds.keys().map(refund));
        }
        told
    }

    /// What payers and the network do by themselves: a shown code is paid, a payment confirmed or declined, a
    /// delayed charge arrives.
    pub(super) fn stir(&mut self, random: &mut Random) {
        let count = self.accounts.len() as u64;
        if count == 0 {
            return;
        }
        let nth = random.below(count) as usize;
        let decline = random.one_in(3);
        let Some(account) = self.accounts.values_mut().nth(nth) else { return };
        if account.dead || account.paid {
            return;
        }
        if std::mem::take(&mut account.delayed) {
            account.known = true;
        }
        if account.known {
            account.dead = decline;
            account.paid = !decline;
        }
    }
}

fn paid(attempt: &Attempt) -> Proof {
    Proof::Paid(PaidProof { channel_ref: format!("T{}", attempt.number), amount: attempt.amount })
}
