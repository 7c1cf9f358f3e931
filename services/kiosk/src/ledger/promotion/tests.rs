//! Vouchers are used once whoever comes first, coupons within their limits, and the funnel counts what happened.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use std::collections::BTreeSet;
use std::sync::Barrier;
use std::time::Duration;

use proptest::prelude::*;
use rusqlite::{Connection, TransactionBehavior};

use super::{ClaimError, Noted, TABLES, claim, funnel, give_back, holder, note, opt_out, presented};
use crate::member::{IdentityKind, Token, TokenKey};
use crate::promotion::{
    Campaign, Counts, Coupon, Cut, Day, Discount, FunnelEvent, NotApplicable, Priced, Rules, STEPS, Serial,
    Source, Step,
};
use crate::till::{Currency, Money, PaymentId};

const NOW: u64 = 1_790_000_000_000;

fn tables() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(TABLES).unwrap();
    db
}

fn member(name: &str) -> Token {
    TokenKey::new(&[7; 32]).unwrap().token(IdentityKind::Member, name.as_bytes())
}

fn id(text: &str) -> PaymentId {
    PaymentId::new(text).unwrap()
}

fn rules() -> Rules {
    let coupon = |id: &str| Coupon {
        id: id.into(),
        cut: Cut::Amount(1),
        minimum_spend: 0,
        first_day: Day::parse("2026-01-01").unwrap(),
        last_day: Day::parse("2026-12-31").unwrap(),
        per_member: None,
        total: None,
        alone: false,
        group: None,
        by_grant: false,
        skus: Vec::new(),
    };
    Rules {
        coupons: vec![
            Coupon { total: Some(3), ..coupon("few") },
            Coupon { per_member: Some(2), ..coupon("twice") },
            Coupon { by_grant: true, ..coupon("thanks") },
        ],
        campaigns: vec![
            Campaign { id: "poster".into(), next_coupon: Some("thanks".into()) },
            Campaign { id: "screen".into(), next_coupon: None },
        ],
        ..Rules::default()
    }
}

fn priced(sources: &[Source]) -> Priced {
    let cny = |minor| Money::new(minor, Currency::CNY);
    let discount = |source: &Source| Discount { source: source.clone(), amount: cny(1), shares: vec![1] };
    let discounts = sources.iter().map(discount).collect();
    Priced { gross: cny(100), discounts, total: cny(90), lines: Vec::new() }
}

fn voucher(n: u8) -> Source {
    Source::Voucher(Serial::new([n; 16]))
}

fn coupon(id: &str) -> Source {
    Source::Coupon(id.into())
}

/// Claims in a transaction of its own, and rolls back where that is refused.
fn try_claim(
    db: &mut Connection,
    payment: &str,
    sources: &[Source],
    who: Option<&str>,
) -> Result<(), ClaimError> {
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    claim(&tx, &id(payment), &priced(sources), who.map(member).as_ref(), &rules(), NOW)?;
    Ok(tx.commit()?)
}

fn back(db: &mut Connection, payment: &str) -> usize {
    let tx = db.transaction().unwrap();
    let count = give_back(&tx, &id(payment), NOW).unwrap();
    tx.commit().unwrap();
    count
}

#[test]
fn a_voucher_is_used_once_and_again_after_it_came_back() {
    let mut db = tables();
    try_claim(&mut db, "a", &[voucher(1)], None).unwrap();
    try_claim(&mut db, "a", &[voucher(1)], None).expect("the same again changes nothing");
    let error = try_claim(&mut db, "b", &[voucher(2), voucher(1)], None).unwrap_err();
    assert!(matches!(error, ClaimError::VoucherUsed(serial) if serial == Serial::new([1; 16])));
    assert_eq!(holder(&db, Serial::new([2; 16])).unwrap(), None, "all or nothing");
    assert_eq!((back(&mut db, "a"), back(&mut db, "a")), (1, 0));
    try_claim(&mut db, "b", &[voucher(1)], None).unwrap();
    assert_eq!(back(&mut db, "a"), 0, "what another payment claimed since stays there");
    assert_eq!(holder(&db, Serial::new([1; 16])).unwrap().as_deref(), Some("b"));
    let history: i64 = db.query_row("SELECT COUNT(*) FROM offer_history", [], |row| row.get(0)).unwrap();
    assert_eq!(history, 3, "claimed, given back, claimed");
}

#[test]
fn coupons_end_with_their_limits() {
    let mut db = tables();
    for payment in ["a", "b", "c"] {
        try_claim(&mut db, payment, &[coupon("few")], None).unwrap();
    }
    try_claim(&mut db, "c", &[coupon("few")], None).expect("the same again changes nothing");
    let refused = |result: Result<(), ClaimError>| match result.unwrap_err() {
        ClaimError::Coupon(why) => why,
        other => panic!("{other}"),
    };
    assert_eq!(refused(try_claim(&mut db, "d", &[coupon("few")], None)), NotApplicable::UsedUp("few".into()));
    assert_eq!(back(&mut db, "a"), 1);
    try_claim(&mut db, "d", &[coupon("few")], None).unwrap();

    let twice = || NotApplicable::UsedByMember("twice".into());
    try_claim(&mut db, "e", &[coupon("twice")], Some("ann")).unwrap();
    try_claim(&mut db, "f", &[coupon("twice")], Some("ann")).unwrap();
    assert_eq!(refused(try_claim(&mut db, "g", &[coupon("twice")], Some("ann"))), twice());
    try_claim(&mut db, "g", &[coupon("twice")], Some("bob")).unwrap();
    let nobody = refused(try_claim(&mut db, "h", &[coupon("twice")], None));
    assert_eq!(nobody, NotApplicable::MembersOnly("twice".into()));
    let rules = rules();
    let used = presented(&db, &rules.coupons[1], Some(&member("ann"))).unwrap();
    assert_eq!((used.used_by_member, used.used_by_all), (Some(2), 3));
    let gone = try_claim(&mut db, "h", &[coupon("gone")], None).unwrap_err();
    assert!(matches!(gone, ClaimError::UnknownCoupon(_)));
}

/// Eight tills on eight connections want the same voucher and the last use of a coupon at the same moment.
#[test]
fn of_many_who_race_for_one_voucher_one_gets_it() {
    const TILLS: usize = 8;
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("ledger.sqlite");
    let open = || {
        let db = Connection::open(&file).unwrap();
        db.busy_timeout(Duration::from_secs(60)).unwrap();
        db
    };
    let db = open();
    db.pragma_update(None, "journal_mode", "WAL").unwrap();
    db.execute_batch(TABLES).unwrap();
    for round in 0..10_u8 {
        let start = Barrier::new(TILLS);
        let won: Vec<bool> = std::thread::scope(|scope| {
            let till = |n: usize| {
                let (start, open) = (&start, &open);
                scope.spawn(move || {
                    let mut db = open();
                    start.wait();
                    match try_claim(&mut db, &format!("{round}-{n}"), &[voucher(round)], None) {
                        Ok(()) => true,
                        Err(ClaimError::VoucherUsed(_)) => false,
                        Err(other) => panic!("{other}"),
                    }
                })
            };
            let tills: Vec<_> = (0..TILLS).map(till).collect();
            tills.into_iter().map(|till| till.join().unwrap()).collect()
        });
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "round {round}");
        let winner = won.iter().position(|won| *won).unwrap();
        assert_eq!(holder(&db, Serial::new([round; 16])).unwrap(), Some(format!("{round}-{winner}")));
    }
}

fn event(campaign: &str, who: &str, step: Step, reference: &str) -> FunnelEvent {
    FunnelEvent { campaign: campaign.into(), subject: member(who), step, reference: reference.into() }
}

fn tell(db: &mut Connection, event: &FunnelEvent) -> Noted {
    let tx = db.transaction().unwrap();
    let noted = note(&tx, event, &rules(), NOW).unwrap();
    tx.commit().unwrap();
    noted
}

fn granted(db: &Connection, who: &str) -> u32 {
    presented(db, &rules().coupons[2], Some(&member(who))).unwrap().granted
}

#[test]
fn feedback_on_a_paid_order_gives_the_next_coupon_once() {
    let mut db = tables();
    tell(&mut db, &event("poster", "ann", Step::Feedback, "p1"));
    assert_eq!(granted(&db, "ann"), 0, "not paid yet");
    assert_eq!(tell(&mut db, &event("poster", "ann", Step::Paid, "p1")), Noted::New);
    assert_eq!(tell(&mut db, &event("poster", "ann", Step::Paid, "p1")), Noted::Before);
    assert_eq!(tell(&mut db, &event("poster", "ann", Step::Feedback, "p1")), Noted::Before);
    assert_eq!(granted(&db, "ann"), 1);
    for step in [Step::Paid, Step::Feedback] {
        tell(&mut db, &event("screen", "ann", step, "p2"));
    }
    assert_eq!(granted(&db, "ann"), 1, "this campaign gives none");
    assert_eq!(tell(&mut db, &event("poster", "ann", Step::Shown, &"x".repeat(65))), Noted::Overlong);
    try_claim(&mut db, "a", &[coupon("thanks")], Some("ann")).unwrap();
    let again = try_claim(&mut db, "b", &[coupon("thanks")], Some("ann")).unwrap_err();
    assert!(matches!(again, ClaimError::Coupon(NotApplicable::UsedByMember(_))));
    assert_eq!(
        funnel(&db, "poster", 0..i64::MAX).unwrap()[5],
        (Step::Rewarded, Counts { events: 1, subjects: 1 })
    );
}

#[test]
fn who_opts_out_is_forgotten_and_followed_no_more() {
    let mut db = tables();
    for who in ["ann", "bob"] {
        tell(&mut db, &event("poster", who, Step::Scanned, "s"));
    }
    let tx = db.transaction().unwrap();
    opt_out(&tx, &member("ann"), NOW).unwrap();
    tx.commit().unwrap();
    assert_eq!(tell(&mut db, &event("poster", "ann", Step::Paid, "p")), Noted::OptedOut);
    assert_eq!(funnel(&db, "poster", 0..i64::MAX).unwrap()[1].1, Counts { events: 1, subjects: 1 });
    let left: i64 = db
        .query_row("SELECT COUNT(*) FROM funnel WHERE subject = ?1", [member("ann").as_bytes()], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(left, 0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_funnel_counts_every_event_once(
        told in prop::collection::vec((0_usize..2, 0_usize..3, 0_usize..6, 0_usize..3), 0..80),
    ) {
        let mut db = tables();
        let mut events = BTreeSet::new();
        for (campaign, who, step, reference) in told {
            let event = event(
                ["poster", "screen"][campaign], ["ann", "bob", "cho"][who], STEPS[step], ["1", "2", "3"][reference],
            );
            let noted = tell(&mut db, &event);
            prop_assert_eq!(noted == Noted::New, events.insert(event.clone()));
            // The reward is a step of its own, taken by itself.
            let with = |step| FunnelEvent { step, ..event.clone() };
            if campaign == 0 && events.contains(&with(Step::Paid)) && events.contains(&with(Step::Feedback)) {
                events.insert(with(Step::Rewarded));
            }
        }
        for campaign in ["poster", "screen"] {
            for (step, counts) in funnel(&db, campaign, 0..i64::MAX).unwrap() {
                prop_assert_eq!(counts, Counts::of(&events, campaign, step), "{} {:?}", campaign, step);
            }
        }
    }
}
