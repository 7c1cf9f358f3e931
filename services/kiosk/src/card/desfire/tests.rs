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
    assert_eq!(session.key, AesKey::from_credential(b"40E7D271626FFBD49C530E3D304F5B17").expect("key"));
    for (instruction, data, answer) in RECORDED {
        session.command(instruction, &bytes(data), false);
        let answer = [bytes(answer), vec![0x91, 0x00]].concat();
        assert!(session.proved(&answer).is_ok(), "{instruction:02X} {data}");
    }
}

fn session(card: &mut Purse, key: AesKey) -> Result<Session, DesfireError> {
    selected(&card.obey(&select(APPLICATION)))?;
    let (handshake, proof) = Handshake::answer(key, [7; 16], &card.obey(&authenticate()))?;
    handshake.finish(&card.obey(&proof))
}

#[test]
fn a_debit_is_true_once_committed() {
    for mac_key in [None, Some([3; 16])] {
        let mut card = Purse::new(UID, [9; 16], mac_key, 5000);
        let mut session = session(&mut card, AesKey::new([9; 16])).expect("a session");
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
    let mut card = Purse::new(UID, [9; 16], None, 100);
    assert_eq!(session(&mut card, AesKey::new([8; 16])).err(), Some(DesfireError::NotGenuine));
}

#[test]
fn every_changed_bit_of_an_answer_or_a_debit_is_noticed() {
    let answer_bits = 8 * (4 + 8);
    for bit in 0..answer_bits {
        let mut card = Purse::new(UID, [9; 16], None, 5000);
        let mut session = session(&mut card, AesKey::new([9; 16])).expect("a session");
        let asked = session.get_value(VALUE_FILE);
        let mut answer = card.obey(&asked);
        answer[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(session.value(&answer), Err(DesfireError::NotGenuine), "bit {bit}");
    }
    // File number, amount and MAC of a debit lie behind five bytes of head.
    for byte in 5..18 {
        let mut card = Purse::new(UID, [9; 16], None, 5000);
        let mut session = session(&mut card, AesKey::new([9; 16])).expect("a session");
        let mut debit = session.debit(VALUE_FILE, 1);
        debit[byte] ^= 0x01;
        assert!(session.done(&card.obey(&debit)).is_err(), "byte {byte}");
    }
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

proptest::proptest! {
    #[test]
    fn random_answers_never_panic_and_never_prove(answer in proptest::collection::vec(0_u8.., 0..60)) {
        let mut session = Session { key: AesKey::new([1; 16]), iv: [0; 16] };
        session.commit(true);
        proptest::prop_assert!(session.committed(&answer).is_err());
        let mut session = Session { key: AesKey::new([1; 16]), iv: [0; 16] };
        session.get_value(1);
        proptest::prop_assert!(session.value(&answer).is_err());
        if let Ok((handshake, _proof)) = Handshake::answer(AesKey::new([1; 16]), [2; 16], &answer) {
            proptest::prop_assert!(handshake.finish(&answer).is_err());
        }
    }
}
