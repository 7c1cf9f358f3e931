//! A whole debit against the emulated card, whose cryptography is written apart; every changed bit is noticed.

use nfc::fake::cards::purse::{APPLICATION, MAC_FILE, Purse, VALUE_FILE};

use super::*;
use crate::card::aes::hex;

const UID: [u8; 7] = [4, 1, 2, 3, 4, 5, 6];

/// What a real EV1 card answered in one session (published debug output of the project RFDoorLock): commands without
/// their wrapping, answers without their status. Each answer's MAC hangs on everything before it.
const RECORDED: [(u8, &str, &str); 7] = [
    (0xCD, "05001100500000", "A75316AD1596B953"),
    (0x6F, "", "052D5FF67FFEC9D2D3"),
    (0xF5, "05", "000011005000002AAC7517024E09DC"),
    (
        0x3D,
        "05000000340000000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E\
         2F30313233",
        "765C9DAA50ECB62F",
    ),
    (0x3D, "053400001C00003435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4F", "3E0AED986B8B0F37"),
    (
        0xBD,
        "05000000300000",
        "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F202122232425262728292A2B2C2D2E2F\
         4C65F1F842262BAC",
    ),
    (
        0xBD,
        "05300000200000",
        "303132333435363738393A3B3C3D3E3F404142434445464748494A4B4C4D4E4FF02205CF913C03C9",
    ),
];

#[test]
fn a_recorded_session_of_a_real_card_holds() {
    let bytes = |text: &str| hex(text).expect("hex");
    let key = AesKey::from_credential(b"10182028303840485058606870788088").expect("key");
    let ours = bytes("40E7D27174CBA675E8EFBAB99C530E3D").try_into().expect("a block");
    let challenge = bytes("B351CB2465D4F33AC627FD6E87A168F291AF");
    let (handshake, proof) = Handshake::answer(key, ours, &challenge).expect("a challenge");
    let sent = "90AF000020044B6CAC343A0865895149649CA8DDE1F5AC4EC67BD208900AF02F049E05F0B000";
    assert_eq!(proof, bytes(sent));
    let mut session = handshake.finish(&bytes("A2EE144B1012FBEB7B2F11132D95A4549100")).expect("a session");
    let Session(Messaging::Ev1 { key, .. }) = &session else { panic!("another session") };
    assert_eq!(*key, AesKey::from_credential(b"40E7D271626FFBD49C530E3D304F5B17").expect("key"));
    for (instruction, data, answer) in RECORDED {
        session.command(instruction, &bytes(data));
        let answer = [bytes(answer), vec![0x91, 0x00]].concat();
        assert!(session.proved(&answer).is_ok(), "{instruction:02X} {data}");
    }
}

fn session(card: &mut Purse, key: AesKey) -> Result<Session, DesfireError> {
    opened(card, key, false)
}

fn opened(card: &mut Purse, key: AesKey, ev2: bool) -> Result<Session, DesfireError> {
    selected(&card.obey(&select(APPLICATION)))?;
    if ev2 {
        let (first, proof) = First::answer(key, [7; 16], &card.obey(&authenticate_first()))?;
        return first.finish(&card.obey(&proof));
    }
    let (handshake, proof) = Handshake::answer(key, [7; 16], &card.obey(&authenticate()))?;
    handshake.finish(&card.obey(&proof))
}

#[test]
fn a_debit_is_true_once_committed() {
    for (mac_key, ev2) in [(None, false), (Some([3; 16]), false), (None, true), (Some([3; 16]), true)] {
        let mut card = Purse::new(UID, [9; 16], mac_key, 5000);
        let mut session = opened(&mut card, AesKey::new([9; 16]), ev2).expect("a session");
        let asked = session.get_value(VALUE_FILE);
        assert_eq!(session.value(&card.obey(&asked)), Ok(5000));
        let debit = session.debit(VALUE_FILE, 1230);
        assert_eq!(session.done(&card.obey(&debit)), Ok(()));
        assert_eq!(card.value(), 5000, "not yet");
        let commit = session.commit(mac_key.is_some());
        let committed = session.committed(&card.obey(&commit)).expect("committed");
        assert_eq!(committed.map(|mac| mac.counter), mac_key.map(|_key| 1));
        assert_eq!(card.value(), 3770);
        if committed.is_some() {
            let asked = session.get_transaction_mac(MAC_FILE);
            assert_eq!(session.transaction_mac(&card.obey(&asked)).ok(), committed);
        }
        let credit = session.credit(VALUE_FILE, 30);
        assert_eq!(session.done(&card.obey(&credit)), Ok(()));
        let abort = session.abort();
        assert_eq!(session.done(&card.obey(&abort)), Ok(()));
        let commit = session.commit(false);
        assert_eq!(
            session.committed(&card.obey(&commit)),
            Err(DesfireError::Refused(0x0C)),
            "nothing to commit"
        );
        assert_eq!(card.value(), 3770);
    }
}

#[test]
fn more_than_there_is_is_refused_and_ends_the_session() {
    let mut card = Purse::new(UID, [9; 16], None, 100);
    let mut session = session(&mut card, AesKey::new([9; 16])).expect("a session");
    let debit = session.debit(VALUE_FILE, 101);
    assert_eq!(session.done(&card.obey(&debit)), Err(DesfireError::Refused(0xBE)));
    let commit = session.commit(false);
    assert_eq!(session.committed(&card.obey(&commit)), Err(DesfireError::Refused(0xAE)));
    assert_eq!(card.value(), 100);
}

#[test]
fn another_key_is_no_session() {
    for ev2 in [false, true] {
        let mut card = Purse::new(UID, [9; 16], None, 100);
        assert_eq!(opened(&mut card, AesKey::new([8; 16]), ev2).err(), Some(DesfireError::NotGenuine));
    }
}

#[test]
fn every_changed_bit_of_an_answer_or_a_debit_is_noticed() {
    let answer_bits = 8 * (4 + 8);
    for (bit, ev2) in (0..answer_bits).flat_map(|bit| [(bit, false), (bit, true)]) {
        let mut card = Purse::new(UID, [9; 16], None, 5000);
        let mut session = opened(&mut card, AesKey::new([9; 16]), ev2).expect("a session");
        let asked = session.get_value(VALUE_FILE);
        let mut answer = card.obey(&asked);
        answer[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(session.value(&answer), Err(DesfireError::NotGenuine), "bit {bit} {ev2}");
    }
    // File number, amount and MAC of a debit lie behind five bytes of head.
    for (byte, ev2) in (5..18).flat_map(|byte| [(byte, false), (byte, true)]) {
        let mut card = Purse::new(UID, [9; 16], None, 5000);
        let mut session = opened(&mut card, AesKey::new([9; 16]), ev2).expect("a session");
        let mut debit = session.debit(VALUE_FILE, 1);
        debit[byte] ^= 0x01;
        assert!(session.done(&card.obey(&debit)).is_err(), "byte {byte} {ev2}");
    }
}

#[test]
fn an_answer_of_ev2_cannot_be_played_again() {
    let mut card = Purse::new(UID, [9; 16], None, 5000);
    let mut session = opened(&mut card, AesKey::new([9; 16]), true).expect("a session");
    let asked = session.get_value(VALUE_FILE);
    let answer = card.obey(&asked);
    assert_eq!(session.value(&answer), Ok(5000));
    session.get_value(VALUE_FILE);
    assert_eq!(session.value(&answer), Err(DesfireError::NotGenuine));
    assert_eq!(card.obey(&asked), [0x91, 0x1E], "nor a command");
}

#[test]
fn the_transaction_mac_tells_one_readers_debit_from_anothers() {
    let (key, mac_key) = (AesKey::new([9; 16]), AesKey::new([3; 16]));
    let (mine, other) = (ReaderId::of(&key, "LUNCH0001"), ReaderId::of(&key, "LUNCH0002"));
    assert_ne!(mine, other);
    let mut card = Purse::new(UID, [9; 16], Some([3; 16]), 5000).with_reader_id();
    let mut told = None;
    for (turn, (reader, counter)) in [mine, other, mine].into_iter().zip(0..).enumerate() {
        let mut session = opened(&mut card, key.clone(), true).expect("a session");
        let asked = session.get_value(VALUE_FILE);
        let before = session.value(&card.obey(&asked)).expect("a value");
        let named = session.commit_reader(&reader);
        let sealed = session.last_reader(&card.obey(&named)).expect("the last reader");
        assert_eq!(ReaderId::open(&key, &mac_key, &UID, counter, &sealed), told, "turn {turn}");
        assert_eq!(ReaderId::open(&key, &AesKey::new([4; 16]), &UID, counter, &sealed), None, "another key");
        assert_eq!(ReaderId::open(&AesKey::new([4; 16]), &mac_key, &UID, counter, &sealed), None);
        let debit = session.debit(VALUE_FILE, 100);
        session.done(&card.obey(&debit)).expect("a debit");
        let commit = session.commit(true);
        let mac = session.committed(&card.obey(&commit)).expect("committed").expect("a MAC");
        let of = |readers| Transaction { file: VALUE_FILE, before, amount: 100, readers };
        assert!(of(Some((reader, sealed))).is(&mac_key, &UID, &mac), "turn {turn}");
        let another = if reader == mine { other } else { mine };
        for wrong in [Some((another, sealed)), Some((reader, [1; 16])), None] {
            assert!(!of(wrong).is(&mac_key, &UID, &mac), "turn {turn}");
        }
        assert!(
            !of(Some((reader, sealed))).is(&AesKey::new([4; 16]), &UID, &mac),
            "turn {turn}: another key"
        );
        told = Some(reader);
    }
    // A reader that does not name itself commits nothing.
    let mut session = opened(&mut card, key, true).expect("a session");
    let debit = session.debit(VALUE_FILE, 100);
    session.done(&card.obey(&debit)).expect("a debit");
    let commit = session.commit(true);
    assert_eq!(session.committed(&card.obey(&commit)), Err(DesfireError::Refused(0x9D)));
    assert_eq!(card.value(), 4700);
}

#[test]
fn answers_that_are_none() {
    for (answer, error) in [
        (&[][..], DesfireError::Unreadable),
        (&[0x91], DesfireError::Unreadable),
        (&[0x6A, 0x82], DesfireError::Unreadable),
        (&[0x91, 0xA0], DesfireError::Refused(0xA0)),
        (&[0x00, 0x91, 0x00], DesfireError::Unreadable),
    ] {
        assert_eq!(selected(answer), Err(error), "{answer:02X?}");
    }
}

/// A session with a card that is not there.
fn strange(ev2: bool) -> Session {
    let key = AesKey::new([1; 16]);
    Session(if ev2 {
        Messaging::Ev2 { key, transaction: [2; 4], counter: 3 }
    } else {
        Messaging::Ev1 { key, iv: [0; 16] }
    })
}

proptest::proptest! {
    #[test]
    fn random_answers_never_panic_and_never_prove(
        ev2 in proptest::prelude::any::<bool>(),
        answer in proptest::collection::vec(0_u8.., 0..60),
    ) {
        let mut session = strange(ev2);
        session.commit(true);
        proptest::prop_assert!(session.committed(&answer).is_err());
        let mut session = strange(ev2);
        session.get_value(1);
        proptest::prop_assert!(session.value(&answer).is_err());
        if let Ok((handshake, _proof)) = Handshake::answer(AesKey::new([1; 16]), [2; 16], &answer) {
            proptest::prop_assert!(handshake.finish(&answer).is_err());
        }
        if let Ok((first, _proof)) = First::answer(AesKey::new([1; 16]), [2; 16], &answer) {
            proptest::prop_assert!(first.finish(&answer).is_err());
        }
    }
}
