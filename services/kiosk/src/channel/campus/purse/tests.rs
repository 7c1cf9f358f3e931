//! A card torn away after every command of a debit, with and without the last one obeyed: whatever follows, card and
//! accounts agree after the next tap, and nothing is taken twice.

use nfc::fake::cards::Processor;
use nfc::fake::cards::purse::Purse;
use proptest::prelude::*;

mod pledges;
mod settlement;

use super::super::{Accounts, Channel, Proof, Refusal, Revoked};
use super::bench::{AGAIN, Bench, How, KEY, LOADED, LOST, PRICE, Tear, attempt, holder, paid, tears, yuan};
use super::histories::{acts, live};
use super::*;
use crate::card::aes::AesKey;
use crate::till::Tender;

const MASTER: [u8; 16] = [0x2B; 16];
const UID: [u8; 7] = [4, 1, 2, 3, 4, 5, 6];
const OTHER: [u8; 7] = [4, 9, 9, 9, 9, 9, 9];
/// Select, two of authentication, value, transaction MAC, debit, commit.
const COMMANDS: u32 = 7;

/// Commands of a debit.
fn commands(mac_file: bool) -> u32 {
    if mac_file { COMMANDS } else { COMMANDS - 1 }
}

fn issued(uid: [u8; 7], mac_file: bool, value: i32) -> Processor {
    Processor::Purse(Purse::issued(uid, MASTER, mac_file.then_some([0x77; 16]), value))
}

/// A card without the school's key.
fn forged() -> Processor {
    Processor::Purse(Purse::new(UID, [1; 16], None, LOADED))
}

fn parts(link: CardLink, mac_file: bool) -> PurseParts {
    let desfire = Some(DesfireParts { key: AesKey::new(MASTER), mac_file, reader_id: false, mac_key: None });
    PurseParts { link, desfire, ..PurseParts::default() }
}

fn desk(mac_file: bool) -> Bench {
    let make: fn(CardLink) -> PurseParts =
        if mac_file { |link| parts(link, true) } else { |link| parts(link, false) };
    let cards = [UID, OTHER].map(|uid| (holder(&uid), issued(uid, mac_file, LOADED))).to_vec();
    Bench::new(PurseKind::Desfire, make, cards)
}

/// What the other card holds.
fn on_other(bench: &Bench) -> i32 {
    match bench.desk().card(&holder(&OTHER)) {
        Processor::Purse(purse) => purse.value(),
        other => panic!("{other:?}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_history_of_taps_and_tears_ends_with_card_and_accounts_agreeing(
        mac_file in any::<bool>(),
        acts in acts(COMMANDS, proptest::sample::select(LOST.to_vec())),
    ) {
        live(|| desk(mac_file), acts);
    }
}

#[tokio::test]
async fn an_undisturbed_debit_pays_once() {
    for mac_file in [false, true] {
        let mut bench = desk(mac_file);
        let lunch = attempt("LUNCH0001", PRICE);
        let tender = bench.tap(None);
        let proof = bench.campus.charge(&lunch, &tender).await;
        assert!(paid(&proof), "{proof:?}");
        assert_eq!(bench.campus.charge(&lunch, &tender).await, proof, "again");
        assert_eq!(bench.campus.query(&lunch).await, proof);
        bench.campus.seen(&tender).await;
        assert_eq!(bench.on_card(), i64::from(LOADED) - PRICE);
        let left = bench.campus.left(&lunch.number).await.map(|left| left.minor());
        assert_eq!(left, Some(i64::from(LOADED) - PRICE), "as its receipt says");
        assert_eq!(bench.campus.left(&attempt("LUNCH0002", PRICE).number).await, None);
        bench.holds("undisturbed");
    }
}

#[tokio::test]
async fn after_every_tear_the_next_tap_pays_exactly_once() {
    for mac_file in [false, true] {
        for tear in tears(commands(mac_file), &LOST) {
            for (restart, other_between) in [(false, false), (true, false), (false, true)] {
                let what = format!("{tear:?} mac {mac_file} restart {restart} other {other_between}");
                let mut bench = desk(mac_file);
                let lunch = attempt("LUNCH0001", PRICE);
                let tender = bench.tap(Some(tear));
                assert_eq!(bench.campus.charge(&lunch, &tender).await, AGAIN, "{what}");
                if restart {
                    bench.restart();
                }
                assert_eq!(bench.campus.query(&lunch).await, AGAIN, "{what}");
                if other_between {
                    let stranger = bench.put(&holder(&OTHER), None);
                    bench.campus.seen(&stranger).await;
                    assert_eq!(bench.campus.charge(&lunch, &stranger).await, AGAIN, "{what}");
                    assert_eq!(on_other(&bench), LOADED, "{what}: the other card");
                }
                bench.retap().await;
                let proof = bench.campus.query(&lunch).await;
                assert!(paid(&proof), "{what}: {proof:?}");
                assert_eq!(bench.on_card(), i64::from(LOADED) - PRICE, "{what}");
                bench.retap().await;
                assert_eq!(bench.on_card(), i64::from(LOADED) - PRICE, "{what}: a third tap");
                bench.holds(&what);
            }
        }
    }
}

#[tokio::test]
async fn a_payment_taken_back_after_every_tear_costs_nothing_whatever_the_card_did() {
    for mac_file in [false, true] {
        for tear in tears(commands(mac_file), &LOST) {
            let what = format!("{tear:?} mac {mac_file}");
            let mut bench = desk(mac_file);
            let lunch = attempt("LUNCH0001", PRICE);
            let tender = bench.tap(Some(tear));
            assert_eq!(bench.campus.charge(&lunch, &tender).await, AGAIN, "{what}");
            assert_eq!(bench.campus.revoke(&lunch).await, Revoked::Done, "{what}");
            assert_eq!(bench.campus.query(&lunch).await, Proof::NotPaid(Refusal::Closed), "{what}");
            assert_eq!(bench.campus.charge(&lunch, &tender).await, Proof::NotPaid(Refusal::Closed), "{what}");
            bench.restart();
            bench.retap().await;
            assert_eq!(bench.campus.revoke(&lunch).await, Revoked::Done, "{what}: again");
            assert_eq!(bench.campus.query(&lunch).await, Proof::NotPaid(Refusal::Closed), "{what}");
            let gone = i64::from(LOADED) - bench.on_card();
            assert_eq!(bench.in_account(), gone, "{what}: what the card lost, its holder's account has");
            // The next payment of that card brings the mirror to the card in any case.
            let tender = bench.tap(None);
            assert!(paid(&bench.campus.charge(&attempt("LUNCH0002", PRICE), &tender).await), "{what}");
            bench.holds(&what);
        }
    }
}

#[tokio::test]
async fn refusals_touch_nothing() {
    let mut bench = desk(false);
    let tender = bench.tap(None);
    let dear = bench.campus.charge(&attempt("TOODEAR01", 5001), &tender).await;
    assert_eq!(dear, Proof::NotPaid(Refusal::InsufficientFunds));
    let stranger = Tender::Purse(PurseKind::Desfire, holder(&[4, 7, 7, 7, 7, 7, 7]));
    let unknown = bench.campus.charge(&attempt("STRANGER1", 1), &stranger).await;
    assert_eq!(unknown, Proof::NotPaid(Refusal::CardUnknown));
    bench.desk().cards[0].1 = forged();
    let refused = bench.campus.charge(&attempt("FORGED001", 1), &tender).await;
    assert_eq!(refused, Proof::NotPaid(Refusal::CardUnknown), "a card without the school's key");
    bench.desk().cards[0].1 = issued(UID, false, LOADED);
    bench.office.report_lost(&holder(&UID)).expect("report");
    let lost = bench.campus.charge(&attempt("LOST00001", 1), &bench.tap(None)).await;
    assert_eq!(lost, Proof::NotPaid(Refusal::CardBlocked));
    assert_eq!(bench.on_card(), i64::from(LOADED));
}

#[tokio::test]
async fn an_account_helps_out_where_the_purse_holds_too_little() {
    let mut bench = desk(false);
    bench.office.top_up("TOPUP0001", &holder(&UID), yuan(6000)).expect("top up");
    let tender = bench.tap(None);
    let proof = bench.campus.charge(&attempt("DINNER001", 5500), &tender).await;
    assert!(matches!(proof, Proof::Paid(_)), "{proof:?}");
    assert_eq!((bench.on_card(), bench.in_account()), (i64::from(LOADED), 500));
}

#[tokio::test]
async fn a_torn_debit_does_not_become_refused_by_a_card_that_fails_to_prove_itself() {
    let bench = desk(false);
    let lunch = attempt("LUNCH0001", PRICE);
    let tender = bench.tap(Some(Tear { answered: 5, how: How::Obeyed }));
    assert_eq!(bench.campus.charge(&lunch, &tender).await, AGAIN);
    let real = bench.desk().cards[0].1.clone();
    bench.desk().cards[0].1 = forged();
    let forged = bench.tap(None);
    assert_eq!(bench.campus.charge(&lunch, &forged).await, AGAIN, "a forger with the card's uid");
    bench.campus.seen(&forged).await;
    assert_eq!(bench.campus.query(&lunch).await, AGAIN);
    bench.desk().cards[0].1 = real;
    bench.retap().await;
    assert!(paid(&bench.campus.query(&lunch).await));
}

#[tokio::test]
async fn a_purse_that_holds_something_else_waits_for_staff() {
    let mut bench = desk(false);
    let lunch = attempt("LUNCH0001", PRICE);
    let tender = bench.tap(Some(Tear { answered: 5, how: How::Deaf }));
    assert_eq!(bench.campus.charge(&lunch, &tender).await, AGAIN);
    bench.desk().cards[0].1 = issued(UID, false, 42);
    bench.retap().await;
    assert_eq!(bench.campus.query(&lunch).await, AGAIN, "unclear");
    let other = bench.campus.charge(&attempt("SNACK0001", 1), &bench.tap(None)).await;
    assert_eq!(other, Proof::NotPaid(Refusal::Declined), "no new debit meanwhile");
    let waiting = bench.office.unproved().expect("a list");
    assert_eq!(waiting.iter().map(|one| one.number.as_str()).collect::<Vec<_>>(), ["LUNCH0001"]);
    bench.office.purse_settle("LUNCH0001", true).expect("settle");
    assert!(paid(&bench.campus.query(&lunch).await));
    assert!(bench.office.purse_settle("LUNCH0001", true).is_err(), "once");
}

#[tokio::test]
async fn a_lost_purse_is_carried_to_the_account_and_its_open_debit_counts_as_not_done() {
    let mut bench = desk(false);
    let lunch = attempt("LUNCH0001", PRICE);
    let tender = bench.tap(Some(Tear { answered: 5, how: How::Obeyed }));
    assert_eq!(bench.campus.charge(&lunch, &tender).await, AGAIN);
    let new = CardUid::new(&[4, 5, 5, 5, 5, 5, 5]).expect("uid");
    bench.office.rebind(&holder(&UID), &new).expect("rebind");
    assert_eq!(bench.campus.query(&lunch).await, Proof::NotPaid(Refusal::Closed));
    assert_eq!(bench.in_account(), i64::from(LOADED));
    assert_eq!(bench.mirrored(), (0, 0));
}
