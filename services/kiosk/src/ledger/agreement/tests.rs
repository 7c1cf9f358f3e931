//! Agreements are charged within their caps and no further, and their numbers lie nowhere in the clear.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use proptest::prelude::*;
use rusqlite::{Connection, Transaction};

use super::{
    AgreementError, TABLES, ask, by_id, by_member, change, expire_due, forget_number, free, history, hold,
    number, signed,
};
use crate::agreement::{Agreement, AgreementState, Capped, Caps, Change, Seal};
use crate::channel::ChannelKind;
use crate::ledger::{Ledger, LedgerError};
use crate::member::{IdentityKind, Token, TokenKey};
use crate::promotion::Day;
use crate::till::{
    AgreementNumber, Attempt, AttemptNumber, ClosedBy, Counters, Currency, Fate, Money, PaymentId, Record,
    Refund, RefundReason, Way,
};

const DAY_MS: u64 = 86_400_000;

fn start() -> u64 {
    Day::parse("2026-10-30").unwrap().start_ms()
}

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn ann() -> Token {
    TokenKey::new(&[7; 32]).unwrap().token(IdentityKind::Member, b"ann")
}

fn agreement(id: &str) -> Agreement {
    Agreement {
        id: id.into(),
        member: ann(),
        channel: ChannelKind::Alipay,
        currency: Currency::CNY,
        caps: Caps { per_transaction: 100, per_day: 250, per_month: 600 },
        state: AgreementState::Asked,
        expires_ms: start() + 365 * DAY_MS,
    }
}

fn secret() -> AgreementNumber {
    AgreementNumber::new("20265325000012345678").unwrap()
}

fn attempt(n: usize) -> AttemptNumber {
    AttemptNumber::new(&format!("TEST{n:06}")).unwrap()
}

fn with<T>(
    db: &mut Connection,
    act: impl FnOnce(&Transaction<'_>) -> Result<T, AgreementError>,
) -> Result<T, AgreementError> {
    let tx = db.transaction()?;
    let done = act(&tx)?;
    tx.commit()?;
    Ok(done)
}

fn active(db: &mut Connection) {
    let seal = Seal::new(&[7; 32]).unwrap();
    with(db, |tx| ask(tx, &agreement("a"), start())).unwrap();
    with(db, |tx| signed(tx, "a", &secret(), &seal, start())).unwrap();
}

#[test]
fn charges_end_with_the_caps_of_the_day_and_the_month() {
    let mut db = Connection::open_in_memory().unwrap();
    db.execute_batch(TABLES).unwrap();
    active(&mut db);
    let take = |db: &mut Connection, n, amount, now| match with(db, |tx| {
        hold(tx, "a", &attempt(n), cny(amount), now)
    }) {
        Ok(()) => Ok(()),
        Err(AgreementError::Capped(why)) => Err(why),
        Err(other) => panic!("{other}"),
    };
    let today = start();
    assert_eq!(take(&mut db, 1, 100, today), Ok(()));
    assert_eq!(take(&mut db, 1, 100, today), Ok(()), "the same attempt again changes nothing");
    assert_eq!(take(&mut db, 2, 100, today + 1), Ok(()));
    assert_eq!(take(&mut db, 3, 51, today + 2), Err(Capped::PerDay(cny(50))));
    with(&mut db, |tx| Ok(free(tx, &attempt(2))?)).unwrap();
    assert_eq!(take(&mut db, 3, 100, today + 3), Ok(()), "what is proved not paid is free again");
    let tomorrow = today + DAY_MS;
    for n in 4..6 {
        assert_eq!(take(&mut db, n, 100, tomorrow), Ok(()));
    }
    // 400 were charged in October; the last day leaves 200 of 600.
    let last = history(&db, "a", tomorrow).unwrap();
    assert_eq!((last.today, last.this_month), (200, 400));
    assert_eq!(take(&mut db, 6, 50, tomorrow), Ok(()));
    let november = tomorrow + DAY_MS;
    assert_eq!(take(&mut db, 7, 100, november), Ok(()), "a new month");
    assert_eq!(history(&db, "a", november).unwrap().this_month, 100);
    with(&mut db, |tx| change(tx, "a", Change::Revoke, november)).unwrap();
    assert_eq!(take(&mut db, 8, 1, november), Err(Capped::NotActive(AgreementState::Revoked)));
}

#[test]
fn a_month_has_its_cap_too() {
    let mut db = Connection::open_in_memory().unwrap();
    db.execute_batch(TABLES).unwrap();
    active(&mut db);
    let day = |n: u64| Day::parse("2026-11-01").unwrap().start_ms() + n * DAY_MS;
    for n in 0..6 {
        with(&mut db, |tx| hold(tx, "a", &attempt(n), cny(100), day(n as u64))).unwrap();
    }
    let refused = with(&mut db, |tx| hold(tx, "a", &attempt(9), cny(1), day(7))).unwrap_err();
    assert!(matches!(refused, AgreementError::Capped(Capped::PerMonth(left)) if left == cny(0)));
}

#[test]
fn numbers_lie_nowhere_in_the_clear_and_go_when_the_agreement_ends() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("ledger.sqlite");
    let mut db = Connection::open(&file).unwrap();
    db.execute_batch(TABLES).unwrap();
    active(&mut db);
    let seal = Seal::new(&[7; 32]).unwrap();
    assert_eq!(number(&db, "a", &seal).unwrap(), secret());
    assert!(matches!(number(&db, "a", &Seal::new(&[8; 32]).unwrap()), Err(AgreementError::Seal(_))));
    let bytes = std::fs::read(&file).unwrap();
    assert!(!bytes.windows(20).any(|part| part == secret().reveal().as_bytes()));
    assert_eq!(by_member(&db, &ann()).unwrap(), [by_id(&db, "a").unwrap().unwrap()]);
    assert!(!with(&mut db, |tx| forget_number(tx, "a")).unwrap(), "not while it is active");
    with(&mut db, |tx| change(tx, "a", Change::Revoke, start())).unwrap();
    assert!(with(&mut db, |tx| forget_number(tx, "a")).unwrap());
    assert!(matches!(number(&db, "a", &seal), Err(AgreementError::Unknown)));
}

#[test]
fn an_agreement_keeps_its_name_and_ends_for_good() {
    let mut db = Connection::open_in_memory().unwrap();
    db.execute_batch(TABLES).unwrap();
    let seal = Seal::new(&[7; 32]).unwrap();
    active(&mut db);
    with(&mut db, |tx| ask(tx, &agreement("a"), start())).expect("the same again changes nothing");
    let other = Agreement { channel: ChannelKind::Wechat, ..agreement("a") };
    assert!(matches!(with(&mut db, |tx| ask(tx, &other, start())), Err(AgreementError::Taken)));
    with(&mut db, |tx| change(tx, "a", Change::Suspend, start())).unwrap();
    assert_eq!(by_id(&db, "a").unwrap().unwrap().state, AgreementState::Suspended);
    with(&mut db, |tx| change(tx, "a", Change::Revoke, start())).unwrap();
    let back = with(&mut db, |tx| signed(tx, "a", &secret(), &seal, start()));
    assert!(matches!(back, Err(AgreementError::Change(_))));
    assert!(matches!(with(&mut db, |tx| change(tx, "b", Change::Revoke, 0)), Err(AgreementError::Unknown)));
}

/// A ledger of the test's own, closed and opened again before each look.
struct Kept {
    folder: tempfile::TempDir,
}

impl Kept {
    fn open(&self) -> Ledger {
        Ledger::open(&self.folder.path().join("l")).unwrap().0
    }

    fn append(&self, now: u64, records: &[Record]) -> Result<(), LedgerError> {
        self.open().append(now, records, &[], Counters::default())
    }

    fn today(&self, now: u64) -> i64 {
        self.open().agreements_of(&ann(), now).unwrap()[0].1.today
    }
}

fn payment(n: usize) -> PaymentId {
    PaymentId::new(&format!("p{n}")).unwrap()
}

fn charging(n: usize, minor: i64, at: u64) -> Record {
    let attempt = Attempt {
        number: attempt(n),
        channel: ChannelKind::Alipay,
        way: Way::Scanned,
        amount: cny(minor),
        subject: "茶".into(),
        opened_at_ms: at,
        agreement: Some("a".into()),
        instalment: None,
    };
    Record::Charging { id: payment(n), attempt }
}

fn closed(n: usize, by: ClosedBy) -> Record {
    Record::Closed { id: payment(n), number: attempt(n), by }
}

fn paid(n: usize, minor: i64, fate: Fate) -> Record {
    let (channel, channel_ref) = (ChannelKind::Alipay, format!("T{n}"));
    let (id, number, amount) = (payment(n), attempt(n), cny(minor));
    Record::Paid { id, number, channel, channel_ref, amount, at_ms: start(), fate, off: None, pledge: None }
}

#[test]
fn records_alone_say_what_counts_over_restarts() {
    let kept = Kept { folder: tempfile::tempdir().unwrap() };
    let (now, seal) = (start() + 1, Seal::new(&[7; 32]).unwrap());
    let mut ledger = kept.open();
    ledger.about_agreements(|tx| ask(tx, &agreement("a"), now)).unwrap();
    assert_eq!(ledger.unsettled_agreements(0).unwrap()[0].id, "a", "it waits to be signed");
    let asked = ledger.append(now, &[charging(9, 1, now)], &[], Counters::default());
    assert!(matches!(asked, Err(LedgerError::Agreement(_))), "not signed yet: {asked:?}");
    ledger.about_agreements(|tx| signed(tx, "a", &secret(), &seal, now)).unwrap();
    assert!(ledger.unsettled_agreements(0).unwrap().is_empty());
    drop(ledger);
    kept.append(now, &[charging(1, 100, now)]).unwrap();
    assert_eq!(kept.today(now), 100, "a charge under way counts");
    kept.append(now, &[charging(2, 100, now)]).unwrap();
    let over = kept.append(now, &[charging(3, 51, now)]);
    assert!(matches!(&over, Err(LedgerError::Agreement(why)) if why.contains("0.50")), "{over:?}");
    assert!(kept.open().records_of(&payment(3)).unwrap().is_empty(), "refused whole");
    // Proved not paid, and taken back: neither counts.
    kept.append(now, &[closed(1, ClosedBy::Proof), closed(2, ClosedBy::Reversal)]).unwrap();
    assert_eq!(kept.today(now), 0);
    kept.append(now, &[charging(4, 100, now), charging(5, 100, now)]).unwrap();
    // The first was paid all the same: it counts again, beyond the cap if need be.
    let refund = Refund::whole(attempt(70), cny(100), RefundReason::PaidLate);
    kept.append(now, &[paid(1, 100, Fate::Returned(refund.clone()))]).unwrap();
    assert_eq!(kept.today(now), 300);
    let back = Record::Refunded {
        id: payment(1),
        number: attempt(1),
        channel: ChannelKind::Alipay,
        refund,
        at_ms: now,
    };
    kept.append(now, &[back, paid(4, 100, Fate::Accepted { pickup: 1, split: None })]).unwrap();
    assert_eq!(kept.today(now), 300, "a refund frees nothing");
    let over = kept.append(now, &[charging(6, 1, now)]);
    assert!(matches!(over, Err(LedgerError::Agreement(_))), "{over:?}");
    let tomorrow = now + DAY_MS;
    kept.append(tomorrow, &[charging(7, 100, tomorrow)]).unwrap();
    assert_eq!(kept.today(tomorrow), 100);
    // Once it is ended, the end is owed to the channel until the number is destroyed.
    let mut ledger = kept.open();
    ledger.about_agreements(|tx| change(tx, "a", Change::Revoke, tomorrow)).unwrap();
    let late = ledger.append(tomorrow, &[charging(8, 1, tomorrow)], &[], Counters::default());
    assert!(matches!(late, Err(LedgerError::Agreement(_))), "{late:?}");
    assert_eq!(ledger.unsettled_agreements(tomorrow + 1).unwrap().len(), 1);
    ledger.about_agreements(|tx| forget_number(tx, "a")).unwrap();
    assert!(ledger.unsettled_agreements(tomorrow + 1).unwrap().is_empty());
}

#[test]
fn an_agreement_whose_time_is_over_is_called_expired_and_ended_at_its_channel() {
    let mut db = Connection::open_in_memory().unwrap();
    db.execute_batch(TABLES).unwrap();
    active(&mut db);
    let end = agreement("a").expires_ms;
    assert!(with(&mut db, |tx| expire_due(tx, end - 1)).unwrap().is_empty());
    assert_eq!(with(&mut db, |tx| expire_due(tx, end)).unwrap(), ["a"]);
    assert!(with(&mut db, |tx| expire_due(tx, end)).unwrap().is_empty());
    assert_eq!(by_id(&db, "a").unwrap().unwrap().state, AgreementState::Expired);
    assert!(with(&mut db, |tx| forget_number(tx, "a")).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_day_and_no_month_exceeds_its_cap(charges in prop::collection::vec((0_u64..3 * DAY_MS, 1_i64..120, any::<bool>()), 0..60)) {
        let mut db = Connection::open_in_memory().unwrap();
        db.execute_batch(TABLES).unwrap();
        active(&mut db);
        let mut now = start();
        for (n, (later, amount, freed)) in charges.into_iter().enumerate() {
            now += later / 4;
            let held = with(&mut db, |tx| hold(tx, "a", &attempt(n), cny(amount), now)).is_ok();
            if freed && held {
                with(&mut db, |tx| Ok(free(tx, &attempt(n))?)).unwrap();
            }
            let history = history(&db, "a", now).unwrap();
            prop_assert!(history.today <= 250 && history.this_month <= 600 && history.today <= history.this_month);
        }
    }
}
