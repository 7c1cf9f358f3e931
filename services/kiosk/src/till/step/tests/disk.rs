//! The real ledger under the simulation. A power cut closes it wherever it is; what it then remembers must be what
//! was committed.

use std::collections::BTreeMap;

use tempfile::TempDir;

use super::audit::Audit;
use super::{buyer, offers, rules, serial};
use crate::ledger::Ledger;
use crate::till::{PaymentId, Record, Till, View};

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
        self.ledger = Some(ledger.with_offers(offers()));
        Till::replay(rules(), memory.counters, &memory.records)
    }
}
