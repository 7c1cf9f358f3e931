//! A Classic card torn at every command and inside every write: the till's word is right and card and accounts agree
//! after the next tap. And what a copied, forged or rolled back card can do.

use nfc::Uid;
use nfc::fake::cards::Processor;
use nfc::fake::cards::classic::{Classic as Emulated, value_block};

use proptest::prelude::*;

use super::super::bench::{AGAIN, Bench, How, LOADED, LOST, PRICE, Tear, attempt, holder, paid, tears, yuan};
use super::super::histories::{acts, live};
use super::*;
use crate::channel::campus::{CardLink, PurseParts};
use crate::channel::{Channel, Proof, Refusal, Revoked};
use crate::till::PurseKind;

const MASTER: [u8; 16] = [0x2B; 16];
const UID: [u8; 4] = [0xA1, 0xB2, 0xC3, 0xD4];
const OTHER: [u8; 7] = [4, 9, 9, 9, 9, 9, 9];
/// Two sectors opened and read; then record, decrement and both values.
const COMMANDS: u32 = 13;
/// The one that takes the money, counted from 0.
const TAKES: u32 = 10;

fn issued(uid: &[u8]) -> Processor {
    Processor::Classic(Box::new(Emulated::issued(Uid::new(uid).expect("uid"), MASTER, LOADED)))
}

fn parts(link: CardLink) -> PurseParts {
    PurseParts { link, classic: Some(ClassicParts { key: AesKey::new(MASTER) }), ..PurseParts::default() }
}

/// A desk whose cards the office loaded.
fn bench() -> Bench {
    let cards = [&UID[..], &OTHER].map(|uid| (holder(uid), issued(uid))).to_vec();
    let mut bench = Bench::new(PurseKind::Classic, parts, cards);
    for uid in [&UID[..], &OTHER] {
        let number = format!("loaded-{}", uid.len());
        let held = bench.office.purse_loaded(&number, &holder(uid), yuan(LOADED.into())).expect("loaded");
        assert_eq!(held, yuan(LOADED.into()));
    }
    bench
}

fn every_tear() -> Vec<Tear> {
    // Seeds up to 16 stop after so many bytes; the others leave cells half changed.
    let hows: Vec<How> = LOST.into_iter().chain((0..=16).chain(1000..1008).map(How::Within)).collect();
    tears(COMMANDS, &hows)
}

fn how() -> impl Strategy<Value = How> + Clone {
    prop_oneof![
        Just(How::Deaf),
        Just(How::Obeyed),
        (0..17_u64).prop_map(How::Within),
        any::<u64>().prop_map(How::Within),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_history_of_taps_and_tears_ends_with_card_and_accounts_agreeing(acts in acts(COMMANDS, how())) {
        live(bench, acts);
    }
}

fn with_card<T>(bench: &Bench, does: impl FnOnce(&mut Emulated) -> T) -> T {
    match bench.desk().card(&holder(&UID)) {
        Processor::Classic(card) => does(card),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_undisturbed_debit_pays_once() {
    let mut bench = bench();
    let lunch = attempt("LUNCH0001", PRICE);
    let tender = bench.tap(None);
    let proof = bench.campus.charge(&lunch, &tender).await;
    assert!(paid(&proof), "{proof:?}");
    assert_eq!(bench.desk().heard, COMMANDS);
    assert_eq!(bench.campus.charge(&lunch, &tender).await, proof, "again");
    assert_eq!(bench.campus.query(&lunch).await, proof);
    bench.campus.seen(&tender).await;
    assert_eq!(bench.on_card(), i64::from(LOADED) - PRICE);
    assert_eq!(with_card(&bench, |card| [4, 5].map(|block| card.block(block))), [value_block(3770, 4); 2]);
    bench.holds("undisturbed");
    assert!(bench.campus.bearer(&tender).is_none(), "it proves nothing to others");
}

#[tokio::test]
async fn after_every_tear_the_till_says_what_is_true_and_the_next_tap_pays_exactly_once() {
    for (index, tear) in every_tear().into_iter().enumerate() {
        let (restart, other_between) = (index % 3 == 1, index % 3 == 2);
        let what = format!("{tear:?} restart {restart} other {other_between}");
        let mut bench = bench();
        let lunch = attempt("LUNCH0001", PRICE);
        let tender = bench.tap(Some(tear));
        let first = bench.campus.charge(&lunch, &tender).await;
        if tear.answered > TAKES {
            assert!(paid(&first), "{what}: its first value was written, {first:?}");
        } else {
            assert_eq!(first, AGAIN, "{what}");
        }
        if restart {
            bench.restart();
        }
        assert_eq!(bench.campus.query(&lunch).await, first, "{what}");
        if other_between {
            let stranger = bench.put(&holder(&OTHER), None);
            bench.campus.seen(&stranger).await;
            assert_eq!(bench.campus.charge(&lunch, &stranger).await, first, "{what}");
        }
        bench.retap().await;
        let proof = bench.campus.query(&lunch).await;
        assert!(paid(&proof), "{what}: {proof:?}");
        bench.retap().await;
        assert_eq!(bench.on_card(), i64::from(LOADED) - PRICE, "{what}: a third tap");
        let snack = bench.campus.charge(&attempt("SNACK0001", 70), &bench.tap(None)).await;
        assert!(matches!(snack, Proof::Paid(_)), "{what}: {snack:?}");
        bench.holds(&what);
        let both = with_card(&bench, |card| [4, 5].map(|block| card.block(block)));
        assert_eq!(both[0], both[1], "{what}: both values are one");
    }
}

#[tokio::test]
async fn what_is_taken_back_while_only_the_card_knows_comes_to_its_holders_account() {
    for tear in every_tear() {
        let what = format!("{tear:?}");
        let mut bench = bench();
        let lunch = attempt("LUNCH0001", PRICE);
        let tender = bench.tap(Some(tear));
        bench.campus.charge(&lunch, &tender).await;
        assert_eq!(bench.campus.revoke(&lunch).await, Revoked::Done, "{what}");
        assert_eq!(bench.campus.query(&lunch).await, Proof::NotPaid(Refusal::Closed), "{what}");
        bench.retap().await;
        // The next payment brings the card to the reader in any case.
        let next = bench.campus.charge(&attempt("LUNCH0002", PRICE), &bench.tap(None)).await;
        assert!(paid(&next), "{what}: {next:?}");
        assert_eq!(bench.campus.query(&lunch).await, Proof::NotPaid(Refusal::Closed), "{what}");
        let gone = i64::from(LOADED) - PRICE - bench.on_card();
        assert_eq!(bench.in_account(), gone, "{what}: what the card lost, its holder's account has");
        bench.holds(&what);
    }
}

#[tokio::test]
async fn a_misread_block_takes_and_gives_nothing() {
    for answered in 0..COMMANDS {
        for bit in (8..136).step_by(5) {
            let what = format!("bit {bit} of answer {answered}");
            let mut bench = bench();
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
    let torn = |answered, how| Some(Tear { answered, how });
    for (tear, debited) in [
        (torn(TAKES, How::Deaf), false),
        (torn(TAKES, How::Obeyed), true),
        (torn(TAKES, How::Within(0)), false),
        (torn(TAKES - 3, How::Deaf), false),
        (torn(TAKES - 3, How::Within(5)), false),
    ] {
        let bench = bench();
        let lunch = attempt("LUNCH0001", PRICE);
        assert_eq!(bench.campus.charge(&lunch, &bench.tap(tear)).await, AGAIN, "{tear:?}");
        let (_folder, elsewhere, mut office) = bench.elsewhere();
        office.purse_loaded("loaded-there", &holder(&UID), yuan(LOADED.into())).expect("loaded");
        let there = elsewhere.charge(&attempt("ELSEWHERE", PRICE), &bench.tap(None)).await;
        assert!(paid(&there), "{tear:?}: {there:?}");
        let held = bench.on_card();
        bench.retap().await;
        assert!(paid(&bench.campus.query(&lunch).await), "{tear:?}");
        let again = held - bench.on_card();
        assert_eq!(again, if debited { 0 } else { PRICE }, "{tear:?}: debited once, not twice and not never");
        assert_eq!(bench.mirrored().1, PRICE, "{tear:?}");
    }
}

#[tokio::test]
async fn a_card_is_believed_no_more_than_the_accounts_know() {
    let mut bench = bench();
    let (before, first) = (with_card(&bench, |card| card.clone()), attempt("LUNCH0001", PRICE));
    assert!(paid(&bench.campus.charge(&first, &bench.tap(None)).await));
    // Whoever broke the cipher puts back what was there before it was spent.
    with_card(&bench, |card| *card = before);
    let rolled_back = bench.campus.charge(&attempt("LUNCH0002", PRICE), &bench.tap(None)).await;
    assert_eq!(rolled_back, Proof::NotPaid(Refusal::Declined));
    assert_eq!(bench.on_card(), i64::from(LOADED), "nothing was taken");
    with_card(&bench, |card| [4, 5].map(|block| card.set_block(block, value_block(90_000, 4))));
    let forged = bench.campus.charge(&attempt("LUNCH0003", PRICE), &bench.tap(None)).await;
    assert_eq!(forged, Proof::NotPaid(Refusal::Declined));
    // The office loads what the card says, and it pays again.
    let more = yuan(90_000 - (i64::from(LOADED) - PRICE));
    assert_eq!(bench.office.purse_loaded("loaded-more", &holder(&UID), more).expect("load"), yuan(90_000));
    assert_eq!(bench.office.purse_loaded("loaded-more", &holder(&UID), more).expect("once"), yuan(90_000));
    assert!(bench.office.purse_loaded("loaded-more", &holder(&UID), yuan(1)).is_err());
    assert!(paid(&bench.campus.charge(&attempt("LUNCH0004", PRICE), &bench.tap(None)).await));
    // What was spent at other places is believed.
    with_card(&bench, |card| [4, 5].map(|block| card.set_block(block, value_block(2000, 4))));
    assert!(paid(&bench.campus.charge(&attempt("LUNCH0005", PRICE), &bench.tap(None)).await));
    assert_eq!(bench.mirrored().0, 770);
}

#[tokio::test]
async fn a_card_without_a_purse_is_known_by_its_uid_and_asked_nothing() {
    let cards = [&UID[..], &OTHER].map(|uid| (holder(uid), issued(uid))).to_vec();
    let mut bench = Bench::new(PurseKind::Classic, parts, cards);
    bench.office.top_up("TOPUP0001", &holder(&UID), yuan(6000)).expect("top up");
    assert!(paid(&bench.campus.charge(&attempt("LUNCH0001", PRICE), &bench.tap(None)).await));
    assert_eq!((bench.in_account(), bench.desk().heard), (6000 - PRICE, 0));
}

#[tokio::test]
async fn foreign_keys_and_damaged_blocks_are_refused_and_touch_nothing() {
    let mut bench = bench();
    with_card(&bench, |card| [4, 5].map(|block| card.set_block(block, [0; 16])));
    let damaged = bench.campus.charge(&attempt("LUNCH0001", PRICE), &bench.tap(None)).await;
    assert_eq!(damaged, Proof::NotPaid(Refusal::Declined));
    let foreign = Emulated::issued(Uid::new(&UID).expect("uid"), [1; 16], LOADED);
    with_card(&bench, |card| *card = foreign);
    let unknown = bench.campus.charge(&attempt("LUNCH0002", PRICE), &bench.tap(None)).await;
    assert_eq!(unknown, Proof::NotPaid(Refusal::CardUnknown));
    with_card(&bench, |card| *card = Emulated::issued(Uid::new(&UID).expect("uid"), MASTER, LOADED));
    let dear = bench.campus.charge(&attempt("TOODEAR01", 5001), &bench.tap(None)).await;
    assert_eq!(dear, Proof::NotPaid(Refusal::InsufficientFunds));
    bench.office.report_lost(&holder(&UID)).expect("report");
    let lost = bench.campus.charge(&attempt("LOST00001", 1), &bench.tap(None)).await;
    assert_eq!(lost, Proof::NotPaid(Refusal::CardBlocked));
    assert_eq!(with_card(&bench, |card| card.writes()), 0);
}
