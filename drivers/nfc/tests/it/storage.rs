//! Cards that do not speak ISO 14443-4 at PC/SC readers: the real child on the real service, with readers of each make.

use std::time::{Duration, Instant};

use nfc::fake::cards::Processor;
use nfc::fake::cards::classic::Classic;
use nfc::fake::cards::ntag21x::{Ntag21x, Size};
use nfc::fake::cut::{Cut, Leaves};
use nfc::fake::storage::Make;
use nfc::fake::vpcd::{How, Inserted};
use nfc::native::{self, Refused};
use nfc::{Apdu, CardKind, NoAnswer, Tap, Uid};

use crate::service::Desk;
use crate::{PATIENCE, STUDENT, card};

const CLASSIC: &str = "A1B2C3D4";
const HELD: i32 = 5000;
/// A reader of each make that can change value blocks.
const WITH_VALUES: [(&str, Make); 2] =
    [("ACS ACR122U PICC Interface", Make::Pn532), ("ACS ACR1281 1S Dual Reader", Make::Values)];

impl Desk {
    fn native(&mut self, uid: &str, command: Vec<u8>) -> Result<Apdu, NoAnswer> {
        let uid = Uid::from_hex(uid).unwrap();
        self.reader.exchange(uid, Apdu::new(command).unwrap(), Instant::now() + PATIENCE)
    }

    fn done(&mut self, command: Vec<u8>) {
        assert_eq!(native::acknowledged(self.native(CLASSIC, command).unwrap().reveal()), Ok(()));
    }

    fn lay_classic(&self, purse: Classic, how: How) -> Inserted {
        self.lay_processor(0, CLASSIC, CardKind::Classic, Processor::Classic(Box::new(purse)), how)
    }
}

fn purse() -> Classic {
    Classic::issued(Uid::from_hex(CLASSIC).unwrap(), [0; 16], HELD)
}

fn taken(lying: Inserted) -> Classic {
    match lying.take().unwrap() {
        Processor::Classic(purse) => *purse,
        other => panic!("{other:?}"),
    }
}

/// The key that opens the purse's values, as the emulator itself has it.
fn open() -> Vec<u8> {
    let key = purse().block(7)[..6].try_into().unwrap();
    native::authenticate(4, &key, Uid::from_hex(CLASSIC).unwrap().reveal())
}

#[test]
fn a_classic_purse_is_debited_and_a_wrong_key_is_told_from_a_card_that_left() {
    for (name, make) in WITH_VALUES {
        let mut desk = Desk::named(name);
        let how = How { make, ..How::default() };
        let lying = desk.lay_classic(purse(), how);
        assert_eq!(desk.tap(), card(CLASSIC, CardKind::Classic));
        let wrong = native::authenticate(4, &[0; 6], Uid::from_hex(CLASSIC).unwrap().reveal());
        let refused = desk.native(CLASSIC, wrong).unwrap();
        assert_eq!(native::acknowledged(refused.reveal()), Err(Refused::Key), "{name}");
        // It lies there still, and knows its own key.
        for command in
            [open(), native::decrement(4, 1230), native::transfer(4), native::restore(4), native::transfer(5)]
        {
            desk.done(command);
        }
        let [first, second] = [4, 5].map(|block| desk.native(CLASSIC, native::read(block)).unwrap());
        assert_eq!(native::block(first.reveal()), native::block(second.reveal()), "{name}");
        let purse = taken(lying);
        assert_eq!(purse.value(), Some(HELD - 1230), "{name}");
        assert_eq!(desk.tap(), Tap::Gone);

        // A card that leaves while it is asked for a key says nothing of keys.
        let cut = Some(Cut { answered: 0, obeyed: false, leaves: Leaves::Card });
        let lying = desk.lay_classic(purse, How { cut, make, ..How::default() });
        assert_eq!(desk.tap(), card(CLASSIC, CardKind::Classic));
        assert_eq!(desk.native(CLASSIC, open()), Err(NoAnswer::CardLeft), "{name}");
        drop(lying);
    }
}

#[test]
fn a_classic_purse_torn_inside_its_write_is_another_tap_with_its_money() {
    for (name, make) in WITH_VALUES {
        let mut desk = Desk::named(name);
        // Opened, and taken into the register; the write of the first value stops after five bytes.
        let cut = Some(Cut { answered: 2, obeyed: true, leaves: Leaves::Card });
        let lying = desk.lay_classic(purse(), How { cut, within: Some(5), make });
        assert_eq!(desk.tap(), card(CLASSIC, CardKind::Classic));
        desk.done(open());
        desk.done(native::decrement(4, 70));
        assert_eq!(desk.native(CLASSIC, native::transfer(4)), Err(NoAnswer::CardLeft), "{name}");
        let torn = taken(lying);
        assert_ne!(torn.block(4), torn.block(5), "{name}");
        assert_eq!(torn.value(), Some(HELD), "{name}: the second value still holds");

        let lying = desk.lay_classic(torn, How { make, ..How::default() });
        // The service may still see the card that left; then this one is told, lost and told once more.
        let end = Instant::now() + PATIENCE;
        while !matches!(
            desk.native(CLASSIC, open()).as_ref().map(|answer| native::acknowledged(answer.reveal())),
            Ok(Ok(()))
        ) {
            assert!(Instant::now() < end, "{name}: not read");
            desk.reader.next(Instant::now() + Duration::from_millis(20)).unwrap();
        }
        desk.done(native::restore(5));
        desk.done(native::transfer(4));
        let mended = taken(lying);
        assert_eq!(mended.block(4), mended.block(5), "{name}");
    }
}

#[test]
fn a_reader_that_cannot_change_value_blocks_says_so_and_reads_all_else() {
    let mut desk = Desk::named("Some Contactless Reader");
    let lying = desk.lay_classic(purse(), How::default());
    assert_eq!(desk.tap(), card(CLASSIC, CardKind::Classic));
    desk.done(open());
    let block = desk.native(CLASSIC, native::read(4)).unwrap();
    assert_eq!(native::block(block.reveal()), Ok(purse().block(4)));
    let unable = desk.native(CLASSIC, native::decrement(4, 1)).unwrap();
    assert_eq!(native::acknowledged(unable.reveal()), Err(Refused::Unable));
    assert_eq!(taken(lying).writes(), 0);
}

#[test]
fn a_sticker_is_read_at_every_reader() {
    let uid: [u8; 7] = Uid::from_hex(STUDENT).unwrap().reveal().try_into().unwrap();
    for (name, make) in WITH_VALUES.into_iter().chain([("Some Contactless Reader", Make::Plain)]) {
        let mut desk = Desk::named(name);
        let sticker = Ntag21x::new(uid, Size::Ntag213, b"\xD1\x01\x05T\x02enhi");
        let how = How { make, ..How::default() };
        let _lying = desk.lay_processor(0, STUDENT, CardKind::Ultralight, Processor::Ntag21x(sticker), how);
        assert_eq!(desk.tap(), card(STUDENT, CardKind::Ultralight));
        let version = desk.native(STUDENT, native::get_version()).unwrap();
        assert_eq!(native::content(version.reveal()).unwrap()[6], 0x0F, "{name}");
        let pages = desk.native(STUDENT, native::fast_read(4, 9)).unwrap();
        let pages = native::content(pages.reveal()).unwrap();
        assert_eq!(pages.len(), 24, "{name}");
        assert!(pages.windows(4).any(|part| part == b"enhi"), "{name}");
    }
}
