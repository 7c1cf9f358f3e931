//! What passes between a card reader, its cards, a phone and the till: whatever the bytes are, each side keeps within
//! its bounds.

use nfc::fake::cards::Processor;
use nfc::fake::cards::bank::Bank;
use nfc::fake::cards::classic::Classic;
use nfc::fake::cards::ntag21x::{Ntag21x, Size};
use nfc::fake::cards::ntag424::Ntag424;
use nfc::fake::cards::purse::Purse;
use nfc::fake::chip::Chip;
use nfc::fake::phone::Phone;
use nfc::tag::Tag;
use nfc::{Link, Uid, atr, native};

const UID: [u8; 7] = [0x04, 0xDE, 0x5F, 0x1E, 0xAC, 0xC0, 0x40];
/// Commands that a phone needs to read the longest link, with room.
const PHONE_MAX: usize = 64;

/// An emulated chip, with one of the cards in its field.
fn chip(which: u8) -> Chip {
    let mut chip = Chip::default();
    let uid = Uid::new(&UID).expect("seven bytes");
    let classic = Uid::new(&UID[..4]).expect("four bytes");
    let (uid, card) = match which % 6 {
        0 => (uid, Processor::Ntag424(Ntag424::new(UID, [0; 16], 0))),
        1 => (uid, Processor::Purse(Purse::issued(UID, [0; 16], None, 1230))),
        2 => (uid, Processor::Bank(Bank::default())),
        3 => (uid, Processor::Ntag21x(Ntag21x::new(UID, Size::Ntag213, b"\xD1\x01\x02T\x00x"))),
        4 => (classic, Processor::Classic(Box::new(Classic::issued(classic, [0; 16], 1230)))),
        _ => {
            chip.hold_phone();
            return chip;
        }
    };
    chip.put_processor(uid, card);
    chip
}

/// The bytes of a host's line, to the emulated chip: in any pieces it answers the same, in whole frames.
pub(super) fn chip_line(bytes: &[u8]) {
    let Some((first, line)) = bytes.split_first() else { return };
    let whole = chip(*first).receive(line);
    let mut torn = chip(*first);
    let pieces: Vec<u8> = line.chunks(5).flat_map(|piece| torn.receive(piece)).collect();
    assert!(whole == pieces, "pieces are answered otherwise than the whole");
    assert!(whole.is_empty() || whole.starts_with(&[0x00, 0x00, 0xFF]), "an answer is no frame");
}

/// What a phone asks of the tag that a reader plays, each command behind its length: an answer is a status, and no
/// more before it than a reader carries; and whatever was asked before, the next phone reads the link.
pub(super) fn tag(bytes: &[u8]) {
    const LINK: &str = "https://pay.example.edu/o/lunch-1";
    let mut tag = Tag::new(&Link::new(LINK).expect("a link"));
    for command in super::parts(bytes) {
        let answer = tag.obey(command);
        assert!((2..=0x54 + 2).contains(&answer.len()), "an answer of {} bytes", answer.len());
    }
    tag.power_up();
    let mut phone = Phone::default();
    for _ in 0..PHONE_MAX {
        let Some(command) = phone.command() else { break };
        phone.take(&tag.obey(&command));
    }
    assert_eq!(phone.opened(), Some(LINK), "the next phone reads the link");
}

/// What a PC/SC reader makes up about a card, what a card says that knows no ISO 14443-4, and what a tag says to a
/// phone: read or not, reading ends.
pub(super) fn answers(bytes: &[u8]) {
    let _kind = atr::kind(bytes);
    if let Ok(content) = native::content(bytes) {
        assert!(content.len() < bytes.len(), "a content without its status");
        assert!(native::block(bytes).is_err() || content.len() == 16, "a block of another length");
    }
    let _acknowledged = native::acknowledged(bytes);
    let mut phone = Phone::default();
    for answer in super::parts(bytes) {
        let Some(_command) = phone.command() else { break };
        phone.take(answer);
    }
}
