//! The real child on the real PC/SC service, each test with one of its own, and a virtual reader's two slots.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use nfc::event::Missing;
use nfc::fake::cards::Processor;
use nfc::fake::cards::ntag424::Ntag424;
use nfc::fake::cut::{Cut, Leaves};
use nfc::fake::pcscd::Pcscd;
use nfc::fake::vpcd::{How, Inserted};
use nfc::{Apdu, Card, CardKind, NoAnswer, Reader, ReaderError, Tap, Uid};

use crate::{DAIS_NFC, PATIENCE, STUDENT, card};

const TAG: &str = "04DE5F1EACC040";
const SELECT_NDEF: &str = "00A4040007D276000085010100";

pub(crate) struct Desk {
    // Fields drop in this order: the reader's child before its service, the directory last.
    pub(crate) reader: Reader,
    pcscd: Option<Pcscd>,
    dir: tempfile::TempDir,
}

impl Desk {
    fn new(place: &str, reader: Option<&str>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let pcscd = Pcscd::start(dir.path(), reader).unwrap();
        let program = pcscd.client(dir.path(), Path::new(DAIS_NFC)).unwrap();
        let reader = Reader::spawn(&program, place).unwrap();
        Self { reader, pcscd: Some(pcscd), dir }
    }

    /// A ready reader.
    fn ready() -> Self {
        Self::named("Dais Virtual")
    }

    /// A ready reader of this name.
    pub(crate) fn named(name: &str) -> Self {
        let mut desk = Self::new("pcsc", Some(name));
        desk.until_ready();
        desk
    }

    fn until_ready(&mut self) {
        let end = Instant::now() + PATIENCE;
        while !self.reader.is_ready() {
            assert!(Instant::now() < end, "not ready");
            match self.reader.next(Instant::now() + Duration::from_millis(5)) {
                Ok(None) | Err(ReaderError::Missing(_)) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    fn lay(&self, slot: usize, uid: &str, kind: CardKind) -> Inserted {
        self.lay_processor(slot, uid, kind, Processor::Empty, How::default())
    }

    pub(crate) fn lay_processor(
        &self,
        slot: usize,
        uid: &str,
        kind: CardKind,
        processor: Processor,
        how: How,
    ) -> Inserted {
        let port = self.pcscd.as_ref().unwrap().slots.unwrap()[slot];
        Inserted::lay(port, Card { uid: Uid::from_hex(uid).unwrap(), kind }, processor, how).unwrap()
    }

    pub(crate) fn tap(&mut self) -> Tap {
        self.reader.next(Instant::now() + PATIENCE).unwrap().expect("a tap")
    }

    fn missing(&mut self) -> Missing {
        match self.reader.next(Instant::now() + PATIENCE) {
            Err(ReaderError::Missing(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    fn ask(&mut self, uid: &str, apdu: &str) -> Result<String, NoAnswer> {
        let (uid, apdu) = (Uid::from_hex(uid).unwrap(), Apdu::from_hex(apdu).unwrap());
        self.reader.exchange(uid, apdu, Instant::now() + PATIENCE).map(|answer| answer.reveal_hex())
    }
}

fn tag() -> Processor {
    Processor::Ntag424(Ntag424::new([0x04, 0xDE, 0x5F, 0x1E, 0xAC, 0xC0, 0x40], [0; 16], 60))
}

#[test]
fn every_kind_of_card_is_told_once_and_leaves_once() {
    let mut desk = Desk::ready();
    for (uid, kind) in [
        (STUDENT, CardKind::Ultralight),
        ("DEADBEEF", CardKind::Classic),
        ("04998877665544", CardKind::IsoDep),
        ("0102030405060708090A", CardKind::Other),
    ] {
        let lying = desk.lay(0, uid, kind);
        assert_eq!(desk.tap(), card(uid, kind));
        drop(lying);
        assert_eq!(desk.tap(), Tap::Gone);
    }
}

#[test]
fn a_tag_tells_its_published_tap_and_its_return_is_a_new_tap() {
    let mut desk = Desk::ready();
    let lying = desk.lay_processor(0, TAG, CardKind::IsoDep, tag(), How::default());
    assert_eq!(desk.tap(), card(TAG, CardKind::IsoDep));
    assert_eq!(desk.ask(TAG, SELECT_NDEF), Ok("9000".to_owned()));
    assert_eq!(desk.ask(TAG, "00A4000C02E104"), Ok("9000".to_owned()));
    let file = desk.ask(TAG, "00B0000000").unwrap();
    let text = String::from_utf8_lossy(Apdu::from_hex(&file).unwrap().reveal()).into_owned();
    assert!(text.contains("&cmac=94EED9EE65337086"), "{text}");
    assert_eq!(desk.ask(STUDENT, SELECT_NDEF), Err(NoAnswer::NotThere), "another card's command");
    let tag = lying.take().unwrap();
    assert_eq!(desk.tap(), Tap::Gone);
    assert_eq!(desk.ask(TAG, SELECT_NDEF), Err(NoAnswer::NotThere));
    let _again = desk.lay_processor(1, TAG, CardKind::IsoDep, tag, How::default());
    assert_eq!(desk.tap(), card(TAG, CardKind::IsoDep));
}

#[test]
fn a_card_swapped_unseen_never_gets_the_other_card_s_commands() {
    let mut desk = Desk::ready();
    let lying = desk.lay(0, STUDENT, CardKind::IsoDep);
    assert_eq!(desk.tap(), card(STUDENT, CardKind::IsoDep));
    drop(lying);
    let other = desk.lay_processor(0, TAG, CardKind::IsoDep, tag(), How::default());
    match desk.ask(STUDENT, SELECT_NDEF) {
        Err(NoAnswer::CardLeft | NoAnswer::NotThere) => {}
        other => panic!("{other:?}"),
    }
    let end = Instant::now() + PATIENCE;
    while desk.tap() != card(TAG, CardKind::IsoDep) {
        assert!(Instant::now() < end, "not read");
    }
    drop(other);
}

#[test]
fn a_card_that_lies_in_another_slot_by_now_is_a_new_tap() {
    let mut desk = Desk::ready();
    let first = desk.lay(0, STUDENT, CardKind::IsoDep);
    assert_eq!(desk.tap(), card(STUDENT, CardKind::IsoDep));
    // The service looks at each slot in its own time: it has found the card here before it misses it there.
    let second = desk.lay(1, STUDENT, CardKind::IsoDep);
    let end = Instant::now() + PATIENCE;
    while second.powered_at().is_none() {
        assert!(Instant::now() < end, "not found");
        assert_eq!(desk.reader.next(Instant::now() + Duration::from_millis(5)).unwrap(), None);
    }
    drop(first);
    assert_eq!(desk.tap(), Tap::Gone);
    assert_eq!(desk.tap(), card(STUDENT, CardKind::IsoDep));
}

#[test]
fn a_card_torn_out_of_a_command_has_no_answer_and_is_gone() {
    let mut desk = Desk::ready();
    let cut = Some(Cut { answered: 1, obeyed: true, leaves: Leaves::Card });
    let lying = desk.lay_processor(0, TAG, CardKind::IsoDep, tag(), How { cut, ..How::default() });
    assert_eq!(desk.tap(), card(TAG, CardKind::IsoDep));
    assert_eq!(desk.ask(TAG, SELECT_NDEF), Ok("9000".to_owned()));
    assert_eq!(desk.ask(TAG, "00A4000C02E104"), Err(NoAnswer::CardLeft));
    assert_eq!(desk.ask(TAG, "00B0000000"), Err(NoAnswer::NotThere));
    let tag = lying.take().unwrap();
    let _again = desk.lay_processor(0, TAG, CardKind::IsoDep, tag, How::default());
    // The service may still see the card that left; then this one is told, lost and told once more.
    for tries in 0.. {
        assert!(tries < 3, "not read");
        assert_eq!(desk.tap(), card(TAG, CardKind::IsoDep));
        match desk.ask(TAG, SELECT_NDEF) {
            Ok(answer) => {
                assert_eq!(answer, "9000");
                break;
            }
            Err(why) => assert_eq!(why, NoAnswer::CardLeft),
        }
    }
}

#[test]
fn two_cards_are_told_and_none_is_chosen_until_one_lies_there() {
    let mut desk = Desk::new("pcsc:Dais Virtual 00 00", Some("Dais Virtual"));
    desk.until_ready();
    let first = desk.lay(0, STUDENT, CardKind::Ultralight);
    let second = desk.lay(1, "DEADBEEF", CardKind::Classic);
    assert_eq!(desk.tap(), card(STUDENT, CardKind::Ultralight));
    let program = desk.dir.path().join("client");
    let mut other = Reader::spawn(&program, "pcsc:Dais Virtual 00 01").unwrap();
    assert_eq!(other.next(Instant::now() + PATIENCE).unwrap(), Some(card("DEADBEEF", CardKind::Classic)));
    // The service has seen both by now.
    drop(other);
    desk.reader = Reader::spawn(&program, "pcsc").unwrap();
    assert_eq!(desk.tap(), Tap::TwoCards);
    drop(first);
    assert_eq!(desk.tap(), card("DEADBEEF", CardKind::Classic));
    drop(second);
    assert_eq!(desk.tap(), Tap::Gone);
}

#[test]
fn a_card_with_contacts_is_told_as_one_that_cannot_be_read() {
    let mut desk = Desk::ready();
    let port = desk.pcscd.as_ref().unwrap().slots.unwrap()[0];
    let sim = Inserted::lay_sim(port).unwrap();
    assert_eq!(desk.tap(), Tap::Unreadable);
    assert_eq!(desk.reader.next(Instant::now() + Duration::from_millis(500)).unwrap(), None, "told once");
    drop(sim);
    let _card = desk.lay(0, STUDENT, CardKind::Ultralight);
    assert_eq!(desk.tap(), card(STUDENT, CardKind::Ultralight));
}

#[test]
fn a_service_that_ends_is_told_and_a_new_one_is_found() {
    let mut desk = Desk::ready();
    let lying = desk.lay_processor(0, TAG, CardKind::IsoDep, tag(), How::default());
    assert_eq!(desk.tap(), card(TAG, CardKind::IsoDep));
    desk.pcscd = None;
    assert!(matches!(desk.ask(TAG, SELECT_NDEF), Err(NoAnswer::ReaderLost | NoAnswer::CardLeft)));
    let told = desk.missing();
    assert_eq!(told, Missing::NoService);
    assert!(ReaderError::Missing(told).to_string().contains("systemctl start pcscd.socket"));
    drop(lying);
    desk.pcscd = Some(Pcscd::start(desk.dir.path(), Some("Dais Virtual")).unwrap());
    desk.until_ready();
    let _card = desk.lay(0, STUDENT, CardKind::Ultralight);
    assert_eq!(desk.tap(), card(STUDENT, CardKind::Ultralight));
}

#[test]
fn a_reader_that_is_not_there_is_told_and_one_that_comes_is_used() {
    let mut desk = Desk::new("pcsc:Omni", None);
    assert_eq!(desk.missing(), Missing::Unplugged);
    desk.pcscd = None;
    // Another reader than the one that is meant.
    desk.pcscd = Some(Pcscd::start(desk.dir.path(), Some("Dais Virtual")).unwrap());
    let _not_meant = desk.lay(0, STUDENT, CardKind::Ultralight);
    let end = Instant::now() + Duration::from_secs(1);
    while Instant::now() < end {
        assert!(!matches!(desk.reader.next(end), Ok(Some(_))), "a tap at another reader");
    }
    assert!(!desk.reader.is_ready());
    desk.pcscd = None;
    desk.pcscd = Some(Pcscd::start(desk.dir.path(), Some("Omnikey")).unwrap());
    desk.until_ready();
    let _card = desk.lay(0, STUDENT, CardKind::Ultralight);
    assert_eq!(desk.tap(), card(STUDENT, CardKind::Ultralight));
}

#[test]
fn a_card_that_another_program_keeps_is_told_and_read_when_it_lets_go() {
    let mut desk = Desk::new("pcsc:Nobody", Some("Dais Virtual"));
    assert_eq!(desk.missing(), Missing::Unplugged);
    let _card = desk.lay(0, STUDENT, CardKind::Ultralight);
    let program: PathBuf = desk.dir.path().join("client");
    let mut first = Reader::spawn(&program, "pcsc").unwrap();
    assert_eq!(first.next(Instant::now() + PATIENCE).unwrap(), Some(card(STUDENT, CardKind::Ultralight)));
    desk.reader = Reader::spawn(&program, "pcsc").unwrap();
    assert_eq!(desk.missing(), Missing::InUse);
    drop(first);
    let end = Instant::now() + PATIENCE;
    loop {
        assert!(Instant::now() < end, "not read");
        match desk.reader.next(Instant::now() + PATIENCE) {
            Ok(Some(tap)) => break assert_eq!(tap, card(STUDENT, CardKind::Ultralight)),
            Ok(None) | Err(ReaderError::Missing(Missing::InUse)) => {}
            other => panic!("{other:?}"),
        }
    }
}
