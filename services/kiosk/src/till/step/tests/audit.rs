//! The auditor of the simulation: holds the books against the bank after every single step. What the records call
//! resolved must be booked as the bank has it, to the cent; what is not resolved must still be on the till's list.

use std::collections::{BTreeMap, BTreeSet};

use super::bank::Bank;
use crate::till::{Account, AttemptNumber, Fate, PaymentId, Record, RefundNumber, Till, entry};

#[derive(Debug, Default)]
pub(super) struct Audit {
    /// What the ledger says a channel holds by an attempt, in minor units.
    booked: BTreeMap<AttemptNumber, i64>,
    /// Whose attempt it is.
    payments: BTreeMap<AttemptNumber, PaymentId>,
    /// Proved paid or proved dead.
    resolved: BTreeSet<AttemptNumber>,
    /// Refunds decided and not done: of which attempt, and how much.
    open_refunds: BTreeMap<RefundNumber, (AttemptNumber, i64)>,
    accepted: BTreeSet<PaymentId>,
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
            }
            Record::Closed { number, .. } => drop(self.resolved.insert(number.clone())),
            Record::Doubted { number, .. } => drop(self.resolved.remove(number)),
            Record::Paid { id, number, fate, .. } => {
                *self.booked.entry(number.clone()).or_default() += held;
                self.resolved.insert(number.clone());
                match fate {
                    Fate::Accepted { .. } => {
                        assert!(self.accepted.insert(id.clone()), "{id:?} is sold twice");
                    }
                    Fate::Returned(refund) => {
                        let open = (number.clone(), refund.amount.minor());
                        self.open_refunds.insert(refund.number.clone(), open);
                    }
                }
            }
            Record::RefundAsked { number, refund, .. } => {
                self.open_refunds.insert(refund.number.clone(), (number.clone(), refund.amount.minor()));
            }
            Record::Refunded { number, refund, .. } => {
                *self.booked.entry(number.clone()).or_default() += held;
                assert!(self.open_refunds.remove(&refund.number).is_some(), "a refund is booked twice");
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
        for (number, id) in &self.payments {
            let truth = bank.accounts.get(number).map_or(0, |account| account.net());
            let booked = self.booked.get(number).copied().unwrap_or(0);
            let going: i64 =
                self.open_refunds.values().filter(|(of, _)| of == number).map(|(_, minor)| minor).sum();
            if self.resolved.contains(number) {
                assert!(
                    (booked - going..=booked).contains(&truth),
                    "{number}: the bank holds {truth}, the books say {booked} with {going} on its way back"
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
