//! Members are found by what stands for them, codes count once, and accounts are the sum of their entries.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use proptest::prelude::*;
use rusqlite::{Connection, Transaction};

use super::{
    MemberError, PointsRefund, Refunded, TABLES, bind, by_code, by_token, check, earn, expire, give_back,
    join, points, refund, spend, spent, unbind,
};
use crate::member::{
    BadCode, Birthday, Handle, IdentityKind, MemberCode, MemberKey, PointsError, Rules, STEP_MS, Token,
    TokenKey,
};
use crate::promotion::Day;
use crate::till::PaymentId;

const NOW: u64 = 1_790_000_000_000;
const DAY_MS: u64 = 86_400_000;

fn handle(n: u8) -> Handle {
    Handle::from_random([n; 12])
}

fn id(text: &str) -> PaymentId {
    PaymentId::new(text).unwrap()
}

fn token(bytes: &[u8]) -> Token {
    TokenKey::new(&[7; 32]).unwrap().token(IdentityKind::Card, bytes)
}

fn tables() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.pragma_update(None, "foreign_keys", "ON").unwrap();
    db.execute_batch(TABLES).unwrap();
    db
}

/// One committed transaction, or one rolled back where it is refused.
fn with<T>(
    db: &mut Connection,
    act: impl FnOnce(&Transaction<'_>) -> Result<T, MemberError>,
) -> Result<T, MemberError> {
    let tx = db.transaction()?;
    let done = act(&tx)?;
    tx.commit()?;
    Ok(done)
}

fn members() -> Connection {
    let mut db = tables();
    with(&mut db, |tx| join(tx, &handle(1), None, NOW)).unwrap();
    with(&mut db, |tx| join(tx, &handle(2), Birthday::new(9, 21), NOW)).unwrap();
    db
}

#[test]
fn cards_and_phones_stand_for_one_member() {
    let mut db = members();
    let card = token(&[1]);
    let to = |db: &mut Connection, n, token: &Token| {
        with(db, |tx| bind(tx, &handle(n), IdentityKind::Card, token, NOW))
    };
    to(&mut db, 1, &card).unwrap();
    to(&mut db, 1, &card).expect("the same again changes nothing");
    assert!(matches!(to(&mut db, 2, &card), Err(MemberError::Taken)));
    assert!(matches!(to(&mut db, 3, &token(&[3])), Err(MemberError::Unknown)));
    assert_eq!(by_token(&db, &card).unwrap(), Some(handle(1)));
    for n in 1..16 {
        to(&mut db, 1, &token(&[n, n])).unwrap();
    }
    assert!(matches!(to(&mut db, 1, &token(&[99])), Err(MemberError::TooMany)));
    with(&mut db, |tx| unbind(tx, &card)).unwrap();
    assert_eq!(by_token(&db, &card).unwrap(), None);
    to(&mut db, 2, &card).unwrap();
}

#[test]
fn a_code_counts_once_and_no_older_one_after_it() {
    let mut db = members();
    let key = MemberKey::new(&[9; 32]).unwrap();
    let show = |at| MemberCode::read(&key.code(&handle(1), at)).unwrap();
    let scan = |db: &mut Connection, code: &MemberCode, now| with(db, |tx| by_code(tx, &key, code, now));
    let (older, newer) = (show(NOW), show(NOW + STEP_MS));
    assert_eq!(scan(&mut db, &newer, NOW + STEP_MS).unwrap(), handle(1));
    assert!(matches!(scan(&mut db, &newer, NOW + STEP_MS), Err(MemberError::CodeUsed)));
    assert!(matches!(scan(&mut db, &older, NOW + STEP_MS), Err(MemberError::CodeUsed)));
    assert_eq!(scan(&mut db, &show(NOW + 2 * STEP_MS), NOW + 2 * STEP_MS).unwrap(), handle(1));
    let late = scan(&mut db, &newer, NOW + 10 * STEP_MS);
    assert!(matches!(late, Err(MemberError::Code(BadCode::NotValidNow))));
    let stranger = MemberCode::read(&key.code(&handle(5), NOW)).unwrap();
    assert!(matches!(scan(&mut db, &stranger, NOW), Err(MemberError::Unknown)));
}

#[test]
fn orders_earn_refunds_take_back_and_a_debt_is_said() {
    let (mut db, rules) = (members(), Rules::default());
    let pay = |db: &mut Connection, n, payment: &str, net, at| {
        with(db, |tx| earn(tx, &handle(n), &id(payment), net, &rules, at))
    };
    let back = |db: &mut Connection, payment: &str, number: &str, money, points| {
        with(db, |tx| refund(tx, &PointsRefund { payment: &id(payment), number, money, points }, &rules, NOW))
    };
    assert_eq!(pay(&mut db, 1, "a", 30_000, NOW).unwrap(), 300);
    assert_eq!(pay(&mut db, 1, "a", 30_000, NOW).unwrap(), 300, "once for each payment");
    with(&mut db, |tx| spend(tx, &handle(1), &id("b"), 200, NOW)).unwrap();
    with(&mut db, |tx| spend(tx, &handle(1), &id("b"), 200, NOW)).expect("the same again changes nothing");
    assert_eq!(points(&db, &handle(1)).unwrap().balance(), 100);
    let few = with(&mut db, |tx| spend(tx, &handle(1), &id("c"), 101, NOW));
    assert!(matches!(few, Err(MemberError::Points(PointsError::TooFew(100)))));
    let taken = |clawed_back, owes| Refunded { clawed_back, given_back: 0, owes };
    assert_eq!(back(&mut db, "a", "r1", 9_950, 0).unwrap(), taken(99, 0));
    assert_eq!(
        back(&mut db, "a", "r1", 9_950, 0).unwrap(),
        Refunded::default(),
        "the same again changes nothing"
    );
    assert!(matches!(back(&mut db, "a", "r2", 20_051, 0), Err(MemberError::RefundTooLarge)));
    assert_eq!(back(&mut db, "a", "r2", 20_050, 0).unwrap(), taken(201, 200));
    assert_eq!(points(&db, &handle(1)).unwrap().balance(), -200);
    with(&mut db, |tx| give_back(tx, &handle(1), &id("b"), &rules, NOW)).unwrap();
    with(&mut db, |tx| give_back(tx, &handle(1), &id("b"), &rules, NOW)).expect("once");
    assert_eq!(points(&db, &handle(1)).unwrap().balance(), 0);
    assert_eq!(spent(&db, &handle(1), NOW).unwrap(), 0);
    check(&db).unwrap();
}

#[test]
fn tiers_the_birthday_and_the_tenth_order_give_more() {
    let (mut db, rules) = (members(), Rules::default());
    // NOW is 2026-09-21 at GMT+8, which is the second member's birthday.
    assert_eq!(Day::of(NOW).to_string(), "2026-09-21");
    let pay = |db: &mut Connection, payment: &str, net, at| {
        with(db, |tx| earn(tx, &handle(2), &id(payment), net, &rules, at)).unwrap()
    };
    assert_eq!(pay(&mut db, "1", 1_000, NOW), 20, "the birthday");
    assert_eq!(pay(&mut db, "2", 99_000, NOW + DAY_MS), 990);
    assert_eq!(pay(&mut db, "3", 1_000, NOW + DAY_MS), 20, "silver");
    for n in 4..10 {
        assert_eq!(pay(&mut db, &n.to_string(), 1_000, NOW + DAY_MS), 20);
    }
    assert_eq!(pay(&mut db, "10", 1_000, NOW + DAY_MS), 70, "the tenth");
    assert_eq!(pay(&mut db, "free", 0, NOW + DAY_MS), 0);
    let later = NOW + 367 * DAY_MS;
    assert_eq!(pay(&mut db, "11", 1_000, later), 10, "a year later the tier is gone");
    with(&mut db, |tx| expire(tx, &handle(2), later)).unwrap();
    assert_eq!(points(&db, &handle(2)).unwrap().balance(), 10, "and so are the points");
    check(&db).unwrap();
}

#[test]
fn an_account_that_is_not_its_entries_sum_is_found() {
    let (mut db, rules) = (members(), Rules::default());
    with(&mut db, |tx| earn(tx, &handle(1), &id("a"), 30_000, &rules, NOW)).unwrap();
    check(&db).unwrap();
    db.execute("UPDATE points_account SET balance = balance + 1", []).unwrap();
    assert!(check(&db).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn accounts_are_the_sum_of_their_entries(acts in prop::collection::vec((0_u8..5, 0_u8..6, 0_i64..20_000), 0..60)) {
        let (mut db, rules) = (members(), Rules::default());
        let mut now = NOW;
        for (n, (act, payment, amount)) in acts.into_iter().enumerate() {
            let payment = id(&format!("p{payment}"));
            now += 40 * DAY_MS;
            let result = with(&mut db, |tx| match act {
                0 | 1 => earn(tx, &handle(1), &payment, amount, &rules, now).map(drop),
                2 => spend(tx, &handle(1), &payment, amount / 100, now),
                3 => give_back(tx, &handle(1), &payment, &rules, now),
                _ => {
                    let number = format!("r{n}");
                    refund(tx, &PointsRefund { payment: &payment, number: &number, money: amount, points: amount / 500 }, &rules, now).map(drop)
                }
            });
            if let Err(error) = result {
                prop_assert!(!matches!(error, MemberError::Ledger(_)), "{}", error);
            }
            prop_assert!(check(&db).is_ok());
            let sum: i64 = db.query_row("SELECT COALESCE(SUM(points), 0) FROM points_entry", [], |row| row.get(0)).unwrap();
            prop_assert_eq!(points(&db, &handle(1)).unwrap().balance(), sum);
        }
    }
}
