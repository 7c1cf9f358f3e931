//! Agreements are charged within their caps and no further, and their numbers lie nowhere in the clear.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use proptest::prelude::*;
use rusqlite::{Connection, Transaction};

use super::{
    AgreementError, TABLES, ask, by_id, by_member, change, forget_number, free, history, hold, number, signed,
};
use crate::agreement::{Agreement, AgreementState, Capped, Caps, Change, Seal};
use crate::channel::ChannelKind;
use crate::member::{IdentityKind, Token, TokenKey};
use crate::promotion::Day;
use crate::till::{AgreementNumber, AttemptNumber, Currency, Money};

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
    with(&mut db, |tx| free(tx, &attempt(2))).unwrap();
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
                with(&mut db, |tx| free(tx, &attempt(n))).unwrap();
            }
            let history = history(&db, "a", now).unwrap();
            prop_assert!(history.today <= 250 && history.this_month <= 600 && history.today <= history.this_month);
        }
    }
}
