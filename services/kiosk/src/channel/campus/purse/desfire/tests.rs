//! Cards whose transaction MAC file wants each reader to name itself: torn at every command, and beside another till
//! that takes the same amount.

use nfc::fake::cards::Processor;
use nfc::fake::cards::purse::Purse;

use super::super::bench::{AGAIN, Bench, How, LOADED, LOST, PRICE, Tear, attempt, holder, paid, tears};
use super::*;
use crate::channel::campus::{CardLink, PurseParts};
use crate::channel::{Channel, Proof, Refusal};
use crate::till::PurseKind;

const MASTER: [u8; 16] = [0x2B; 16];
const MAC_KEY: [u8; 16] = [0x77; 16];
const UID: [u8; 7] = [4, 1, 2, 3, 4, 5, 6];
/// Select, two of authentication, value, transaction MAC, reader, debit, commit.
const COMMANDS: u32 = 8;

fn parts(mac_key: Option<[u8; 16]>, link: CardLink) -> PurseParts {
    let desfire = DesfireParts {
        key: AesKey::new(MASTER),
        mac_file: true,
        reader_id: true,
        mac_key: mac_key.map(AesKey::new),
    };
    PurseParts { link, desfire: Some(desfire), ..PurseParts::default() }
}

fn bench(make: fn(CardLink) -> PurseParts) -> Bench {
    let purse = Purse::issued(UID, MASTER, Some(MAC_KEY), LOADED).with_reader_id();
    Bench::new(PurseKind::Desfire, make, vec![(holder(&UID), Processor::Purse(purse))])
}

fn with_key(link: CardLink) -> PurseParts {
    parts(Some(MAC_KEY), link)
}

fn with_wrong_key(link: CardLink) -> PurseParts {
    parts(Some([0x78; 16]), link)
}

fn without_key(link: CardLink) -> PurseParts {
    parts(None, link)
}

#[tokio::test]
async fn after_every_tear_the_next_tap_pays_exactly_once() {
    for make in [with_key, without_key, with_wrong_key] {
        for tear in tears(COMMANDS, &LOST) {
            let what = format!("{tear:?}");
            let mut bench = bench(make);
            let lunch = attempt("LUNCH0001", PRICE);
            let tender = bench.tap(Some(tear));
            assert_eq!(bench.campus.charge(&lunch, &tender).await, AGAIN, "{what}");
            bench.restart();
            bench.retap().await;
            let proof = bench.campus.query(&lunch).await;
            assert!(paid(&proof), "{what}: {proof:?}");
            bench.retap().await;
            assert_eq!(bench.on_card(), i64::from(LOADED) - PRICE, "{what}");
            bench.holds(&what);
        }
    }
}

#[tokio::test]
async fn a_changed_answer_takes_and_gives_nothing() {
    for answered in 0..COMMANDS {
        for bit in (0..144).step_by(3) {
            let what = format!("bit {bit} of answer {answered}");
            let mut bench = bench(with_key);
            let lunch = attempt("LUNCH0001", PRICE);
            let tender = bench.tap(Some(Tear { answered, how: How::Garbled(bit) }));
            bench.campus.charge(&lunch, &tender).await;
            bench.retap().await;
            let proof = bench.campus.query(&lunch).await;
            assert_ne!(proof, AGAIN, "{what}: decided");
            let left = i64::from(LOADED) - if paid(&proof) { PRICE } else { 0 };
            assert_eq!(bench.on_card(), left, "{what}: {proof:?}");
            let next = bench.campus.charge(&attempt("SNACK0001", 70), &bench.tap(None)).await;
            assert!(matches!(next, Proof::Paid(_)), "{what}: {next:?}");
            bench.holds(&what);
        }
    }
}

#[tokio::test]
async fn a_debit_is_told_from_another_tills_of_the_same_amount() {
    let torn = |how| Some(Tear { answered: COMMANDS - 1, how });
    let bench = bench(with_key);
    let lunch = attempt("LUNCH0001", PRICE);
    assert_eq!(bench.campus.charge(&lunch, &bench.tap(torn(How::Deaf))).await, AGAIN);
    let (_folder, elsewhere, _office) = bench.elsewhere();
    assert!(paid(&elsewhere.charge(&attempt("ELSEWHERE", PRICE), &bench.tap(None)).await));
    // Value and counter are what our own debit would have left; the name of the last reader is not ours.
    bench.retap().await;
    assert!(paid(&bench.campus.query(&lunch).await));
    assert_eq!(bench.on_card(), i64::from(LOADED) - 2 * PRICE, "both tills were paid, once each");
    // Ours happened and another came after it: only staff can say.
    let snack = attempt("SNACK0001", PRICE);
    assert_eq!(bench.campus.charge(&snack, &bench.tap(torn(How::Obeyed))).await, AGAIN);
    assert!(paid(&elsewhere.charge(&attempt("ELSEWHER2", PRICE), &bench.tap(None)).await));
    bench.retap().await;
    assert_eq!(bench.campus.query(&snack).await, AGAIN);
}

#[tokio::test]
async fn a_card_of_the_older_kind_is_refused_where_transaction_macs_are_expected() {
    let bench = bench(with_key);
    bench.desk().cards[0].1 = Processor::Purse(Purse::issued(UID, MASTER, None, LOADED));
    let refused = bench.campus.charge(&attempt("LUNCH0001", PRICE), &bench.tap(None)).await;
    assert_eq!(refused, Proof::NotPaid(Refusal::Declined));
    assert_eq!(bench.on_card(), i64::from(LOADED));
}
