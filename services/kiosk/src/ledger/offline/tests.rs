//! Random histories with a crash after any step: nothing that a payer heard yes to is lost, nothing counts twice at
//! the other side, the chain verifies at every start, and a changed entry is found.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

mod whole;

use std::collections::BTreeMap;

use proptest::prelude::*;
use rusqlite::Connection;

use super::{TABLES, answered, append, cases, queue, settle_case};
use crate::ledger::LedgerError;
use crate::member::{IdentityKind, TokenKey};
use crate::offline::{Answer, Asked, Conflict, DenyList, Instrument, Link, Queue, Rules, Taken};
use crate::promotion::Serial;
use crate::till::{Currency, Money, PaymentId};

const NOW: u64 = 1_790_000_000_000;

fn rules() -> Rules {
    Rules {
        per_transaction: 100,
        per_instrument: 100_000,
        total: 100_000,
        count_max: 10_000,
        ..Rules::default()
    }
}

fn open(db: &Connection) -> Result<Queue, LedgerError> {
    queue(db, rules(), Currency::CNY)
}

fn deny() -> DenyList {
    DenyList { version: 1, current_at_ms: NOW, ..DenyList::default() }
}

fn asked(n: u32, amount: i64) -> Asked {
    let instrument = if n.is_multiple_of(2) {
        Instrument::Voucher { serial: Serial::new(u128::from(n).to_be_bytes()), text: format!("DV1.{n}") }
    } else {
        let card = TokenKey::new(&[7; 32]).unwrap().token(IdentityKind::Card, b"c");
        Instrument::Purse { card, counter: n, mac: [1; 8] }
    };
    let payment = PaymentId::new(&format!("p{n}")).unwrap();
    Asked { payment, instrument, amount: Money::new(amount, Currency::CNY) }
}

fn commit(db: &mut Connection, link: &Link) {
    let tx = db.transaction().unwrap();
    append(&tx, link).unwrap();
    tx.commit().unwrap();
}

/// The other side: answers the same for the same sequence and text, and counts each once.
#[derive(Default)]
struct Host {
    seen: BTreeMap<u64, (String, Answer)>,
    counted: Vec<(String, i64)>,
}

impl Host {
    fn forward(&mut self, link: &Link) -> Answer {
        if let Some((text, answer)) = self.seen.get(&link.entry.sequence) {
            assert_eq!(text, &link.text, "the same sequence is the same entry");
            return *answer;
        }
        assert_eq!(link.entry.sequence, self.seen.len() as u64 + 1, "in order, without gaps");
        let conflict = link.entry.amount.minor() % 7 == 0;
        let answer = if conflict { Answer::Conflict(Conflict::AccountClosed) } else { Answer::Accepted };
        self.counted.push((link.entry.payment.as_str().to_owned(), link.entry.amount.minor()));
        self.seen.insert(link.entry.sequence, (link.text.clone(), answer));
        answer
    }
}

/// A kiosk whose process may die after any step; only the tables stay.
struct World {
    db: Connection,
    queue: Queue,
    host: Host,
    heard_yes: BTreeMap<String, i64>,
    asked: u32,
}

impl World {
    fn new() -> Self {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(TABLES).unwrap();
        let queue = open(&db).unwrap();
        Self { db, queue, host: Host::default(), heard_yes: BTreeMap::new(), asked: 0 }
    }

    fn crash(&mut self) {
        self.queue = open(&self.db).expect("the chain verifies");
    }

    /// Takes one, dying after `dies` steps where that is less than all. The payer asks again after a crash.
    fn take(&mut self, amount: i64, dies: u8) {
        self.asked += 1;
        let asked = asked(self.asked, amount);
        for dies in [dies, u8::MAX] {
            match self.queue.offer(&asked, &deny(), NOW).unwrap() {
                Taken::Before(_) => {}
                Taken::New(link) => {
                    if dies == 0 {
                        self.crash();
                        continue;
                    }
                    if dies == 1 {
                        // Within the transaction: it rolls back.
                        let tx = self.db.transaction().unwrap();
                        append(&tx, &link).unwrap();
                        drop(tx);
                        self.crash();
                        continue;
                    }
                    commit(&mut self.db, &link);
                    if dies == 2 {
                        self.crash();
                        continue;
                    }
                    self.queue.appended(*link);
                }
            }
            self.heard_yes.insert(asked.payment.as_str().to_owned(), amount);
            if dies == 3 {
                self.crash();
            }
            return;
        }
        panic!("the second try does not die");
    }

    fn forward(&mut self, dies: u8) {
        let Some(link) = self.queue.next().cloned() else { return };
        if dies == 0 {
            return self.crash();
        }
        let answer = self.host.forward(&link);
        if dies == 1 {
            return self.crash();
        }
        let tx = self.db.transaction().unwrap();
        answered(&tx, &link.entry, answer, NOW).unwrap();
        if dies == 2 {
            drop(tx);
            return self.crash();
        }
        tx.commit().unwrap();
        if dies == 3 {
            return self.crash();
        }
        self.queue.answered(link.entry.sequence, answer).unwrap();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn nothing_is_lost_and_nothing_counts_twice(steps in prop::collection::vec((any::<bool>(), 1_i64..100, 0_u8..8), 0..60)) {
        let mut world = World::new();
        for (takes, amount, dies) in steps {
            if takes { world.take(amount, dies) } else { world.forward(dies) }
        }
        while world.queue.next().is_some() {
            world.forward(u8::MAX);
        }
        let counted: BTreeMap<String, i64> = world.host.counted.iter().cloned().collect();
        prop_assert_eq!(counted.len(), world.host.counted.len(), "none twice");
        prop_assert_eq!(counted, world.heard_yes);
        let conflicts = world.host.counted.iter().filter(|(_, amount)| amount % 7 == 0).count();
        prop_assert_eq!(cases(&world.db).unwrap().len(), conflicts);
        prop_assert_eq!(open(&world.db).unwrap().waiting(), (0, 0));
    }
}

#[test]
fn a_changed_entry_a_missing_one_and_a_cut_end_are_found() {
    for (sql, name) in [
        (
            "UPDATE offline_entry SET entry = replace(entry, '\"minor\":20', '\"minor\":21') WHERE sequence = 2",
            "amount",
        ),
        ("UPDATE offline_entry SET payment = 'x' WHERE sequence = 2", "payment"),
        ("UPDATE offline_entry SET chain = zeroblob(32) WHERE sequence = 3", "hash"),
        ("DELETE FROM offline_entry WHERE sequence = 1", "first"),
        ("DELETE FROM offline_entry WHERE sequence = 2", "middle"),
        ("DELETE FROM offline_entry WHERE sequence = 3", "last"),
        ("DELETE FROM offline_entry", "all"),
        ("DELETE FROM offline_head", "head"),
    ] {
        let mut db = Connection::open_in_memory().unwrap();
        db.execute_batch(TABLES).unwrap();
        let mut queue = open(&db).unwrap();
        for n in 1..4 {
            let Ok(Taken::New(link)) = queue.offer(&asked(n, i64::from(n) * 10), &deny(), NOW) else {
                panic!()
            };
            commit(&mut db, &link);
            queue.appended(*link);
        }
        assert_eq!(open(&db).unwrap().head(), queue.head());
        assert!(db.execute(sql, []).unwrap() > 0, "{name}");
        assert!(matches!(open(&db), Err(LedgerError::Broken(_))), "{name}");
    }
}

#[test]
fn an_answer_counts_once_and_a_case_waits_for_staff() {
    let mut db = Connection::open_in_memory().unwrap();
    db.execute_batch(TABLES).unwrap();
    let mut queue = open(&db).unwrap();
    let Ok(Taken::New(link)) = queue.offer(&asked(1, 10), &deny(), NOW) else { panic!() };
    commit(&mut db, &link);
    queue.appended(*link.clone());
    let tx = db.transaction().unwrap();
    assert!(matches!(append(&tx, &link), Err(LedgerError::Rule(_))), "not twice");
    let conflict = Answer::Conflict(Conflict::NotGenuine);
    answered(&tx, &link.entry, conflict, NOW).unwrap();
    answered(&tx, &link.entry, conflict, NOW).expect("the same again changes nothing");
    assert!(matches!(answered(&tx, &link.entry, Answer::Accepted, NOW), Err(LedgerError::Broken(_))));
    tx.commit().unwrap();
    let case = queue.answered(1, conflict).unwrap().unwrap();
    assert_eq!(cases(&db).unwrap(), [case]);
    let tx = db.transaction().unwrap();
    assert!(settle_case(&tx, 1, "called the member", NOW).unwrap());
    assert!(!settle_case(&tx, 1, "again", NOW).unwrap());
    tx.commit().unwrap();
    assert!(cases(&db).unwrap().is_empty());
}
