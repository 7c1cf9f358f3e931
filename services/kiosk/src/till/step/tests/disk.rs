//! The real ledger under the simulation. A power cut closes it wherever it is; what it then remembers must be what
//! was committed.

use std::collections::BTreeMap;

use tempfile::TempDir;

use super::audit::Audit;
use super::{AGREEMENT, buyer, offers, rules, serial};
use crate::agreement::{Agreement, AgreementState, Caps, Seal};
use crate::channel::ChannelKind;
use crate::ledger::Ledger;
use crate::ledger::agreement::{ask, signed};
use crate::member::{IdentityKind, Token, TokenKey};
use crate::till::{AgreementNumber, AttemptNumber, Currency, PaymentId, Record, Till, View};

/// When the simulated world begins.
const NOW: u64 = 1_700_000_000_000;

fn member() -> Token {
    TokenKey::new(&[7; 32]).expect("a key").token(IdentityKind::Member, b"m")
}

/// The agreement by which some are charged; its caps are above all that a history can come to.
fn sign(ledger: &mut Ledger) {
    let most = 1_000_000_000;
    let agreement = Agreement {
        id: AGREEMENT.to_owned(),
        member: member(),
        channel: ChannelKind::Alipay,
        currency: Currency::CNY,
        caps: Caps { per_transaction: most, per_day: most, per_month: most },
        state: AgreementState::Asked,
        expires_ms: u64::MAX,
    };
    let number = AgreementNumber::new("20265325000012345678").expect("a number");
    let seal = Seal::new(&[7; 32]).expect("a key");
    ledger.about_agreements(|tx| ask(tx, &agreement, NOW)).expect("it is written");
    ledger.about_agreements(|tx| signed(tx, AGREEMENT, &number, &seal, NOW)).expect("it is written");
}

/// What the records say of charges by agreement: all but those that are proved not paid, and those again that were
/// paid all the same.
fn by_agreement(records: &[Record]) -> i64 {
    let mut charges: BTreeMap<&AttemptNumber, (i64, bool)> = BTreeMap::new();
    for record in records {
        match record {
            Record::Charging { attempt, .. } if attempt.agreement.is_some() => {
                charges.insert(&attempt.number, (attempt.amount.minor(), true));
            }
            Record::Closed { number, .. } | Record::Paid { number, .. } => {
                let counts = matches!(record, Record::Paid { .. });
                if let Some(charge) = charges.get_mut(number) {
                    charge.1 = counts;
                }
            }
            _ => {}
        }
    }
    charges.values().filter(|(_, counts)| *counts).map(|(minor, _)| minor).sum()
}

/// More points than a history can spend.
const POINTS: i64 = 1_000_000;

#[derive(Debug)]
pub(super) struct Disk {
    folder: TempDir,
    ledger: Option<Ledger>,
}

impl Disk {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let (ledger, _) = Ledger::open(&folder.path().join("ledger")).expect("a ledger");
        let mut ledger = ledger.with_offers(offers());
        ledger.enrol(&buyer().handle, POINTS);
        sign(&mut ledger);
        Self { folder, ledger: Some(ledger) }
    }

    fn ledger(&self) -> &Ledger {
        self.ledger.as_ref().expect("it is open")
    }

    pub(super) fn commit(&mut self, now: u64, till: &Till, records: &[Record]) {
        let views: BTreeMap<PaymentId, View> = records
            .iter()
            .filter_map(|record| Some((record.payment().clone(), till.view(record.payment())?)))
            .collect();
        let views: Vec<View> = views.into_values().collect();
        let ledger = self.ledger.as_mut().expect("it is open");
        ledger.append(now, records, &views, till.counters()).expect("it is written");
    }

    pub(super) fn settle(&mut self, ids: &[PaymentId]) {
        self.ledger.as_mut().expect("it is open").settle(ids);
    }

    pub(super) fn records_of(&self, id: &PaymentId) -> Vec<Record> {
        self.ledger().records_of(id).expect("they are read")
    }

    /// Which payment holds the voucher of this number.
    pub(super) fn holder(&self, number: u64) -> Option<String> {
        self.ledger().holder(serial(number)).expect("it is read")
    }

    /// How many points are spent and not given back.
    pub(super) fn points_spent(&self) -> i64 {
        self.ledger().points_spent()
    }

    /// The ledger is opened anew; it holds every record that was committed, and the sums that the auditor has.
    pub(super) fn power_cut(&mut self, committed: &[Record], audit: &Audit) -> Till {
        drop(self.ledger.take());
        let (ledger, memory) = Ledger::open(&self.folder.path().join("ledger")).expect("it is whole");
        let open: Vec<&PaymentId> = memory.records.iter().map(Record::payment).collect();
        let expected: Vec<&Record> = committed.iter().filter(|r| open.contains(&r.payment())).collect();
        assert_eq!(
            memory.records.iter().collect::<Vec<_>>(),
            expected,
            "the disk forgot or made up a record"
        );
        let held: i64 = ledger
            .balances()
            .expect("they are read")
            .iter()
            .filter(|(account, _, _)| account.starts_with("channel:"))
            .map(|(_, _, minor)| minor)
            .sum();
        assert_eq!(held, audit.held(), "the lines on the disk are not those of the records");
        let charged: i64 = ledger
            .agreements_of(&member(), NOW)
            .expect("they are read")
            .iter()
            .map(|(_, history)| history.this_month)
            .sum();
        assert_eq!(charged, by_agreement(committed), "the agreement's charges are not those of the records");
        self.ledger = Some(ledger.with_offers(offers()));
        Till::replay(rules(), memory.counters, &memory.records)
    }
}
