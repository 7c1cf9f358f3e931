//! A whole purchase against the emulated card, whose cryptography is written apart; proof asked for again; every
//! changed bit is noticed.

use nfc::fake::cards::Processor;
use nfc::fake::cards::epurse::{APPLICATION, EPurse};

use super::*;

const SERIAL: [u8; 10] = [0x20, 0x26, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88];
const TERMINAL: Terminal = [0, 0, 0, 0, 0, 1];
const AT: [u8; 7] = [0x20, 0x26, 0x09, 0x01, 0x12, 0x30, 0x00];

fn card() -> Processor {
    Processor::EPurse(EPurse::issued(SERIAL, [0x5A; 16], [0x6B; 16], 5000))
}

fn held(card: &Processor) -> (u32, u16) {
    match card {
        Processor::EPurse(purse) => (purse.balance(), purse.counter()),
        other => panic!("{other:?}"),
    }
}

fn key(card: &mut Processor) -> TripleDesKey {
    let serial = selected(&card.obey(&select(APPLICATION))).expect("a purse");
    TripleDesKey::new([0x5A; 16]).diversified(serial.for_keys())
}

fn begin(card: &mut Processor, amount: u32, transaction: u32) -> Purchase {
    let begun = begun(&card.obey(&initialize(1, amount, &TERMINAL))).expect("begun");
    Purchase { amount, counter: begun.counter, random: begun.random, transaction, terminal: TERMINAL, at: AT }
}

#[test]
fn a_purchase_is_proved_at_once_and_again_later() {
    let mut card = card();
    let key = key(&mut card);
    assert_eq!(balance(&card.obey(&get_balance())), Ok(5000));
    assert_eq!(card.obey(&prove(0)), NO_PROOF.to_be_bytes());
    let lunch = begin(&mut card, 1230, 7);
    assert_eq!(held(&card), (5000, 0), "nothing moves yet");
    let tac = lunch.debited(&key, &card.obey(&lunch.debit(&key))).expect("debited");
    assert_eq!(held(&card), (3770, 1));
    card.power_up();
    assert!(matches!(balance(&card.obey(&get_balance())), Err(EpurseError::Refused(_))), "not selected");
    selected(&card.obey(&select(APPLICATION))).expect("a purse");
    assert_eq!(lunch.happened(&key, &card.obey(&prove(0))), Ok(tac));
    let marked = Purchase::from_mark(&lunch.mark(), 1230).expect("a mark");
    assert_eq!(marked, lunch);
    let same = begin(&mut card, 1230, 8);
    assert_eq!(same.happened(&key, &card.obey(&prove(0))), Err(EpurseError::NotGenuine), "another's proof");
    same.debited(&key, &card.obey(&same.debit(&key))).expect("debited");
    let gone = lunch.happened(&key, &card.obey(&prove(0)));
    assert_eq!(gone, Err(EpurseError::Refused(NO_PROOF)));
    assert_eq!(Purchase::from_mark(&[0; 22], 1), None);
}

#[test]
fn a_terminal_without_the_key_takes_nothing_and_a_card_without_it_proves_nothing() {
    let mut card = card();
    key(&mut card);
    let strange = TripleDesKey::new([1; 16]);
    let lunch = begin(&mut card, 1230, 7);
    let refused = lunch.debited(&strange, &card.obey(&lunch.debit(&strange)));
    assert_eq!(refused, Err(EpurseError::Refused(0x9302)));
    assert_eq!(held(&card), (5000, 0));
    let dear = begun(&card.obey(&initialize(1, 5001, &TERMINAL)));
    assert_eq!(dear, Err(EpurseError::Refused(TOO_LITTLE)));
}

#[test]
fn every_changed_bit_of_a_purchase_or_its_proof_is_noticed() {
    for bit in 0..8 * 15 {
        let mut card = card();
        let key = key(&mut card);
        let lunch = begin(&mut card, 1230, 7);
        let mut command = lunch.debit(&key);
        command[5 + bit / 8] ^= 1 << (bit % 8);
        let answer = card.obey(&command);
        // DES leaves the lowest bit of each key byte unused, but no bit of what it encrypts. The two upper bytes of
        // the transaction's number are in no session key: the card takes them as they come.
        if bit / 8 >= 2 {
            assert!(lunch.debited(&key, &answer).is_err(), "bit {bit}");
            assert_eq!(held(&card).0, 5000, "bit {bit}");
        }
    }
    let mut card = card();
    let key = key(&mut card);
    let lunch = begin(&mut card, 1230, 7);
    let answer = card.obey(&lunch.debit(&key));
    for bit in 32..64 {
        let mut changed = answer.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(lunch.debited(&key, &changed), Err(EpurseError::NotGenuine), "bit {bit}");
    }
}

#[test]
fn answers_that_are_none() {
    for answer in [&[][..], &[0x90], &[0x90, 0x00], &[0, 0x90, 0x00], &[0x6F, 0x05, 0x84, 0x90, 0x00]] {
        assert!(
            selected(answer).is_err() && balance(answer).is_err() && begun(answer).is_err(),
            "{answer:02X?}"
        );
    }
    assert_eq!(balance(&[0x6A, 0x82]), Err(EpurseError::Refused(0x6A82)));
    // Another algorithm than 3DES.
    let other = [&[0; 10][..], &[0x01], &[0; 4], &[0x90, 0x00]].concat();
    assert_eq!(begun(&other), Err(EpurseError::NotGenuine));
}

proptest::proptest! {
    #[test]
    fn random_answers_never_panic_and_never_prove(mut answer in proptest::collection::vec(0_u8.., 0..60)) {
        let lunch = Purchase { amount: 1, counter: 2, random: [3; 4], transaction: 4, terminal: TERMINAL, at: AT };
        let key = TripleDesKey::new([5; 16]);
        for _ in 0..2 {
            let _all = (selected(&answer).is_ok(), balance(&answer).is_ok(), begun(&answer).is_ok());
            proptest::prop_assert!(lunch.debited(&key, &answer).is_err() && lunch.happened(&key, &answer).is_err());
            answer.extend([0x90, 0x00]);
        }
    }
}
