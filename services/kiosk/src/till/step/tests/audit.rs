//! The auditor of the simulation: holds the books against the bank after every single step. What the records call
//! resolved must be booked as the bank has it, to the cent; what is not resolved must still be on the till's list.

use std::collections::{BTreeMap, BTreeSet};

use super::bank::Bank;
use crate::till::{Account, AttemptNumber, Fate, PaymentId, Record, Till, entry};

#[derive(Debug, Default)]
pub(super) struct Audit {
    /// What the ledger says a channel holds by an attempt, in minor units.
    booked: BTreeMap<AttemptNumber, i64>,
    /// Whose attempt it is.
    payments: BTreeMap<AttemptNumber, PaymentId>,
    /// Proved paid or proved dead.
    resolved: BTreeSet<AttemptNumber>,
    /// Refunds and splits decided and not done: of which attempt, and how much leaves the channel by them.
    leaving: BTreeMap<AttemptNumber, (AttemptNumber, i64)>,
    /// What parties may have given of refunds that are not done, by the refund's number: of which attempt.
    coming: BTreeMap<AttemptNumber, (AttemptNumber, i64)>,
    accepted: BTreeSet<PaymentId>,
    /// Payments that staff let pass and that were not charged since.
    passes: BTreeSet<PaymentId>,
    /// The sum of all lines.
    sum: i64,
}

impl Audit {
    pub(super) fn note(&mut self, record: &Record) {
        let lines = entry(record).map_or(Vec::new(), |entry| entry.lines);
        self.sum += lines.iter().map(|(_, money)| money.minor()).sum::<i64>();
        let held: i64 = lines
            .iter()
            .filter(|(account, _)| matches!(account, Account::Channel(_)))
            .map(|(_, money)| money.minor())
            .sum();
        match record {
            Record::Opening { id, attempt } | Record::Charging { id, attempt } => {
                let new = self.payments.insert(attempt.number.clone(), id.clone()).is_none();
                assert!(new, "the number {} is used twice", attempt.number);
                if matches!(record, Record::Charging { .. }) {
                    self.passes.remove(id);
                }
            }
            Record::Stopped { .. } => assert!(lines.is_empty(), "a stop moves money"),
            Record::CaseClosed { id, pass: true, .. } => drop(self.passes.insert(id.clone())),
            Record::Closed { number, .. } => drop(self.resolved.insert(number.clone())),
            Record::Doubted { number, .. } => drop(self.resolved.remove(number)),
            Record::Paid { id, number, fate, .. } => {
                *self.booked.entry(number.clone()).or_default() += held;
                self.resolved.insert(number.clone());
                match fate {
                    Fate::Accepted { split, .. } => {
                        assert!(self.accepted.insert(id.clone()), "{id:?} is sold twice");
                        if let Some(split) = split {
                            let minor = split.shares.iter().map(|share| share.amount.minor()).sum();
                            self.leaving.insert(split.number.clone(), (number.clone(), minor));
                        }
                    }
                    Fate::Returned(refund) => {
                        let open = (number.clone(), refund.amount.minor());
                        self.leaving.insert(refund.number.clone(), open);
                    }
                }
            }
            Record::RefundAsked { number, refund, .. } => {
                self.leaving.insert(refund.number.clone(), (number.clone(), refund.amount.minor()));
                let back = refund.back.iter().map(|share| share.amount.minor()).sum();
                self.coming.insert(refund.number.clone(), (number.clone(), back));
            }
            Record::Refunded { number, refund, .. } => {
                *self.booked.entry(number.clone()).or_default() += held;
                assert!(self.leaving.remove(&refund.number).is_some(), "a refund is booked twice");
                self.coming.remove(&refund.number);
            }
            Record::Withheld { refund, shares, .. } => {
                let of = self.coming.get_mut(refund).expect("a refund under way");
                of.1 -= shares.iter().map(|share| share.amount.minor()).sum::<i64>();
            }
            Record::DivisionRefused { split, .. } => {
                assert!(self.leaving.remove(split).is_some(), "a split ends twice");
            }
            Record::Divided { number, split, .. } => {
                *self.booked.entry(number.clone()).or_default() += held;
                assert!(self.leaving.remove(&split.number).is_some(), "a split is booked twice");
            }
            _ => {}
        }
    }

    /// What all channels hold by the books.
    pub(super) fn held(&self) -> i64 {
        self.booked.values().sum()
    }

    /// Channel money is ledger money, but for what is under way.
    pub(super) fn check(&self, bank: &Bank, till: &Till) {
        assert_eq!(self.sum, 0, "the books do not add up to zero");
        for id in till.live.keys() {
            assert_eq!(till.passes(id), self.passes.contains(id), "{id:?}: a pass is lost or made up");
        }
        for (number, id) in &self.payments {
            let truth = bank.accounts.get(number).map_or(0, |account| account.held());
            let booked = self.booked.get(number).copied().unwrap_or(0);
            let sum = |moves: &BTreeMap<AttemptNumber, (AttemptNumber, i64)>| -> i64 {
                moves.values().filter(|(of, _)| of == number).map(|(_, minor)| minor).sum()
            };
            let (going, coming) = (sum(&self.leaving), sum(&self.coming));
            if self.resolved.contains(number) {
                assert!(
                    (booked - going..=booked + coming).contains(&truth),
                    "{number}: the bank holds {truth}, the books say {booked} of which {going} is on its way out, {coming} on its way in"
                );
            } else {
                assert_eq!(booked, 0, "{number} is booked without proof");
            }
            if going != 0 || !self.resolved.contains(number) {
                assert!(till.live.contains_key(id), "{number} is unresolved and forgotten");
            }
        }
    }
}
