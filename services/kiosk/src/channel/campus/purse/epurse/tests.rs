//! An electronic purse torn at every command: the till's word is right, and the card's own proof ends what nobody knew
//! at the next tap.

mod settlement;

use nfc::fake::cards::Processor;
use nfc::fake::cards::epurse::{APPLICATION, EPurse};

use proptest::prelude::*;

use super::super::bench::{AGAIN, Bench, How, LOADED, LOST, PRICE, Tear, attempt, holder, paid, tears, yuan};
use super::super::histories::{acts, live};
use super::*;
use crate::channel::campus::{CardLink, PurseParts};
use crate::channel::{Channel, Proof, Refusal, Revoked};
use crate::till::{PurseKind, Tender};

const MASTER: [u8; 16] = [0x5A; 16];
const UID: [u8; 4] = [0xA1, 0xB2, 0xC3, 0xD4];
const OTHER: [u8; 7] = [4, 9, 9, 9, 9, 9, 9];
/// Select, balance, begin, purchase.
const COMMANDS: u32 = 4;

fn issued(serial: u8, master: [u8; 16]) -> Processor {
    Processor::EPurse(EPurse::issued([serial; 10], master, [0x6B; 16], LOADED.cast_unsigned()))
}

fn parts(link: CardLink) -> PurseParts {
    let epurse = EpurseParts {
        key: TripleDesKey::new(MASTER),
        application: APPLICATION.to_vec(),
        key_index: 1,
        terminal: [0, 0, 0, 0, 0, 1],
    };
    PurseParts { link, epurse: Some(epurse), ..PurseParts::default() }
}

fn bench() -> Bench {
    let cards = vec![(holder(&UID), issued(1, MASTER)), (holder(&OTHER), issued(2, MASTER))];
    Bench::new(PurseKind::Epurse, parts, cards)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_history_of_taps_and_tears_ends_with_card_and_accounts_agreeing(
        acts in acts(COMMANDS, proptest::sample::select(LOST.to_vec())),
    ) {
        live(bench, acts);
    }
}

fn with_card<T>(bench: &Bench, does: impl FnOnce(&mut EPurse) -> T) -> T {
    match bench.desk().card(&holder(&UID)) {
        Processor::EPurse(purse) => does(purse),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_undisturbed_purchase_pays_once() {
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
    bench.holds("undisturbed");
    // From now on the bare uid, which can be copied, is not enough.
    bench.office.top_up("TOPUP0001", &holder(&UID), yuan(100)).expect("top up");
    let copied = bench.campus.charge(&attempt("COPIED001", 1), &Tender::Card(holder(&UID))).await;
    assert_eq!(copied, Proof::NotPaid(Refusal::Declined));
}

#[tokio::test]
async fn after_every_tear_the_next_tap_pays_exactly_once() {
    for tear in tears(COMMANDS, &LOST) {
        for (restart, other_between) in [(false, false), (true, false), (false, true)] {
            let what = format!("{tear:?} restart {restart} other {other_between}");
            let mut bench = bench();
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
            }
            bench.retap().await;
            let proof = bench.campus.query(&lunch).await;
            assert!(paid(&proof), "{what}: {proof:?}");
            bench.retap().await;
            assert_eq!(bench.on_card(), i64::from(LOADED) - PRICE, "{what}: a third tap");
            bench.holds(&what);
        }
    }
}

#[tokio::test]
async fn what_is_taken_back_while_only_the_card_knows_comes_to_its_holders_account() {
    for tear in tears(COMMANDS, &LOST) {
        let what = format!("{tear:?}");
        let mut bench = bench();
        let lunch = attempt("LUNCH0001", PRICE);
        let tender = bench.tap(Some(tear));
        bench.campus.charge(&lunch, &tender).await;
        assert_eq!(bench.campus.revoke(&lunch).await, Revoked::Done, "{what}");
        bench.retap().await;
        assert_eq!(bench.campus.query(&lunch).await, Proof::NotPaid(Refusal::Closed), "{what}");
        let gone = i64::from(LOADED) - bench.on_card();
        assert_eq!(bench.in_account(), gone, "{what}: what the card lost, its holder's account has");
        bench.holds(&what);
    }
}

#[tokio::test]
async fn a_changed_answer_takes_and_gives_nothing() {
    for answered in 0..COMMANDS {
        for bit in (0..136).step_by(2) {
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
async fn a_purchase_is_told_from_another_tills_of_the_same_amount() {
    for (how, debited) in [(How::Deaf, false), (How::Obeyed, true)] {
        let bench = bench();
        let lunch = attempt("LUNCH0001", PRICE);
        let tear = Some(Tear { answered: COMMANDS - 1, how });
        assert_eq!(bench.campus.charge(&lunch, &bench.tap(tear)).await, AGAIN);
        let (_folder, elsewhere, _office) = bench.elsewhere();
        assert!(paid(&elsewhere.charge(&attempt("ELSEWHERE", PRICE), &bench.tap(None)).await));
        let held = bench.on_card();
        bench.retap().await;
        let proof = bench.campus.query(&lunch).await;
        if debited {
            // Its proof is overwritten and two purchases are one too many to tell: staff must say.
            assert_eq!((proof, bench.on_card()), (AGAIN, held));
        } else {
            assert!(paid(&proof), "{proof:?}: another's proof says that ours never happened");
            assert_eq!(bench.on_card(), held - PRICE);
        }
    }
}

#[tokio::test]
async fn a_load_between_two_taps_hides_no_purchase_that_did_not_happen() {
    for (how, proof_stays) in [(How::Deaf, true), (How::Obeyed, false)] {
        let bench = bench();
        let lunch = attempt("LUNCH0001", PRICE);
        let tear = Some(Tear { answered: COMMANDS - 1, how });
        assert_eq!(bench.campus.charge(&lunch, &bench.tap(tear)).await, AGAIN);
        with_card(&bench, |purse| purse.load(1000));
        bench.retap().await;
        let proof = bench.campus.query(&lunch).await;
        assert_eq!(paid(&proof), proof_stays, "{how:?}: {proof:?}");
        assert_eq!(
            bench.mirrored().1,
            if proof_stays { PRICE } else { 0 },
            "nothing is booked without proof"
        );
    }
}

#[tokio::test]
async fn foreign_keys_and_empty_purses_are_refused_and_touch_nothing() {
    let mut bench = bench();
    let dear = bench.campus.charge(&attempt("TOODEAR01", 5001), &bench.tap(None)).await;
    assert_eq!(dear, Proof::NotPaid(Refusal::InsufficientFunds));
    // A balance is the card's own word: it must not open an account that nobody has proved to be theirs.
    bench.office.top_up("TOPUP0001", &holder(&UID), yuan(6000)).expect("top up");
    let helped = bench.campus.charge(&attempt("TOODEAR02", 5001), &bench.tap(None)).await;
    assert_eq!((helped, bench.in_account()), (Proof::NotPaid(Refusal::InsufficientFunds), 6000));
    bench.desk().cards[0].1 = issued(1, [9; 16]);
    let unknown = bench.campus.charge(&attempt("LUNCH0002", PRICE), &bench.tap(None)).await;
    assert_eq!(
        unknown,
        Proof::NotPaid(Refusal::CardUnknown),
        "the card refuses our key, its counter says so"
    );
    bench.desk().cards[0].1 = Processor::Empty;
    let empty = bench.campus.charge(&attempt("LUNCH0003", PRICE), &bench.tap(None)).await;
    assert_eq!(empty, Proof::NotPaid(Refusal::Declined));
}

#[tokio::test]
async fn a_genuine_purse_under_a_copied_uid_is_refused() {
    let bench = bench();
    assert!(paid(&bench.campus.charge(&attempt("LUNCH0001", PRICE), &bench.tap(None)).await));
    let own = std::mem::replace(&mut bench.desk().cards[0].1, issued(7, MASTER));
    let copied = bench.campus.charge(&attempt("LUNCH0002", PRICE), &bench.tap(None)).await;
    assert_eq!(copied, Proof::NotPaid(Refusal::CardUnknown));
    assert_eq!(bench.on_card(), i64::from(LOADED), "nothing was taken");
    bench.desk().cards[0].1 = own;
    assert!(paid(&bench.campus.charge(&attempt("LUNCH0003", PRICE), &bench.tap(None)).await));
}

#[test]
fn the_clock_is_beijings_in_decimal_digits() {
    assert_eq!(clock(1_790_000_000), Some([0x20, 0x26, 0x09, 0x21, 0x22, 0x13, 0x20]));
    assert_eq!(clock(i64::MAX), None);
}
