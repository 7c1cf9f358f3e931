//! Native commands through emulated readers of each make, torn at each command; and answers that are none.
use super::*;
use crate::card::Uid;
use crate::fake::cards::Processor;
use crate::fake::cards::classic::Classic;
use crate::fake::cards::ntag21x::{Ntag21x, Size};
use crate::fake::storage::{Make, Words};
use crate::native::{
    authenticate, decrement, fast_read, get_version, increment, password, read, read_counter, restore,
    transfer, write,
};
use crate::quirks::way_of;

const UID: [u8; 4] = [0xA1, 0xB2, 0xC3, 0xD4];
const TAG_UID: [u8; 7] = [0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66];
const HELD: i32 = 5000;

/// The card has left.
#[derive(Debug, PartialEq, Eq)]
struct Left;

/// A reader with a card on it, which leaves after so many native commands, having obeyed the last or not.
struct Desk {
    storage: Storage,
    words: Words,
    processor: Processor,
    uid: Vec<u8>,
    cut: Option<(u32, bool)>,
}

impl Desk {
    fn new(make: Make, processor: Processor, uid: &[u8]) -> Self {
        let name = match make {
            Make::Plain => "Some Contactless Reader",
            Make::Values => "ACS ACR1281 Dual Reader",
            Make::Pn532 => "ACS ACR122U PICC Interface",
        };
        let (storage, words) = (Storage::new(way_of(name)), Words::of(make));
        Self { storage, words, processor, uid: uid.to_vec(), cut: None }
    }

    fn classic(make: Make) -> Self {
        let card = Classic::issued(Uid::new(&UID).unwrap(), [0; 16], HELD);
        Self::new(make, Processor::Classic(Box::new(card)), &UID)
    }

    fn tag(make: Make) -> Self {
        let tag = Ntag21x::new(TAG_UID, Size::Ntag213, b"\xD1\x01\x05T\x02enhi").with_password(
            [1, 2, 3, 4],
            [5, 6],
            40,
        );
        Self::new(make, Processor::Ntag21x(tag), &TAG_UID)
    }

    fn ask(&mut self, command: &[u8]) -> Result<Outcome, Left> {
        let Self { storage, words, processor, uid, cut } = self;
        let kind = processor.kind();
        let native = &mut |native: &[u8]| match cut {
            Some((0, obeyed)) => {
                if std::mem::take(obeyed) {
                    drop(processor.obey_native(native));
                }
                None
            }
            Some((left, _)) => {
                *left -= 1;
                Some(processor.obey_native(native))
            }
            None => Some(processor.obey_native(native)),
        };
        storage.exchange(kind, command, &mut |sent| words.obey(sent, uid, native).ok_or(Left))
    }

    fn done(&mut self, command: &[u8]) -> Vec<u8> {
        match self.ask(command) {
            Ok(Outcome::Done(content)) => content,
            other => panic!("{other:?} to {command:02X?}"),
        }
    }

    /// Another tap of the same card.
    fn again(&mut self) {
        self.processor.power_up();
        self.words.power_up();
        (self.storage, self.cut) = (Storage::new(self.storage.way), None);
    }

    fn card(&self) -> &Classic {
        match &self.processor {
            Processor::Classic(card) => card,
            other => panic!("{other:?}"),
        }
    }
}

fn key() -> [u8; 6] {
    let card = Classic::issued(Uid::new(&UID).unwrap(), [0; 16], HELD);
    card.block(7)[..6].try_into().unwrap()
}

/// A debit as a purse does it: out of one block, then a copy.
fn debit() -> [Vec<u8>; 5] {
    [authenticate(4, &key(), &UID), decrement(4, 1230), transfer(4), restore(4), transfer(5)]
}

#[test]
fn value_blocks_are_changed_and_copied_by_readers_that_can() {
    for make in [Make::Values, Make::Pn532] {
        let mut desk = Desk::classic(make);
        for command in debit() {
            assert!(desk.done(&command).is_empty(), "{make:?}");
        }
        assert_eq!(desk.card().value(), Some(3770), "{make:?}");
        assert_eq!(desk.done(&read(4)), desk.card().block(4), "{make:?}");
        assert_eq!(desk.done(&read(5)), desk.done(&read(4)), "{make:?}");
        // The key may only take away, and a card that refused is silent until it is met anew.
        desk.ask(&increment(4, 1)).unwrap();
        assert_eq!(desk.ask(&transfer(4)), Ok(Outcome::Silent), "{make:?}");
        assert_eq!(desk.card().value(), Some(3770), "{make:?}");
    }
}

#[test]
fn a_reader_without_value_blocks_says_so_before_anything_is_written() {
    let mut desk = Desk::classic(Make::Plain);
    assert!(desk.done(&authenticate(4, &key(), &UID)).is_empty());
    assert_eq!(desk.done(&read(4)), desk.card().block(4));
    for command in [decrement(4, 1), increment(4, 1), restore(4), transfer(4)] {
        assert_eq!(desk.ask(&command), Ok(Outcome::Unable));
    }
    assert_eq!(desk.card().writes(), 0);
}

#[test]
fn keys_and_blocks() {
    for make in [Make::Plain, Make::Values, Make::Pn532] {
        let mut desk = Desk::classic(make);
        assert_eq!(desk.ask(&authenticate(4, &[0; 6], &UID)), Ok(Outcome::NotAuthenticated), "{make:?}");
        assert_eq!(desk.ask(&read(4)), Ok(Outcome::Silent), "{make:?}");
        let records = desk.card().block(11)[..6].try_into().unwrap();
        desk.done(&authenticate(9, &records, &UID));
        let content = [0x5A; 16];
        assert!(desk.done(&write(9, &content)).is_empty(), "{make:?}");
        assert_eq!(desk.done(&read(9)), content, "{make:?}");
        assert_eq!(desk.ask(&read(4)), Ok(Outcome::Silent), "another sector is closed");
    }
}

#[test]
fn something_between_the_halves_of_a_change_forgets_the_first() {
    let mut desk = Desk::classic(Make::Values);
    desk.done(&authenticate(4, &key(), &UID));
    desk.done(&decrement(4, 1));
    desk.done(&read(5));
    assert_eq!(desk.ask(&transfer(4)), Ok(Outcome::Silent));
    desk.done(&decrement(4, 1));
    assert_eq!(desk.ask(&transfer(5)), Ok(Outcome::Silent), "these readers change a block in its place");
    assert_eq!(desk.card().value(), Some(HELD));
}

#[test]
fn a_debit_torn_anywhere_took_all_or_nothing_and_says_so_only_when_it_did() {
    for make in [Make::Values, Make::Pn532] {
        for (commands, obeyed) in (0..12).flat_map(|commands| [(commands, false), (commands, true)]) {
            let mut desk = Desk::classic(make);
            desk.cut = Some((commands, obeyed));
            let said: Vec<_> = debit().iter().map(|command| desk.ask(command)).collect();
            let what = format!("{make:?} after {commands}, obeyed {obeyed}: {said:?}");
            for outcome in &said {
                assert!(matches!(outcome, Ok(Outcome::Done(_)) | Err(Left)), "{what}");
            }
            let value = desk.card().value();
            assert!([Some(HELD), Some(3770)].contains(&value), "{what}");
            if said[2].is_ok() {
                assert_eq!(value, Some(3770), "{what}");
            }
            // Whatever it was, the next tap can end it.
            desk.again();
            desk.done(&authenticate(4, &key(), &UID));
            desk.done(&restore(4));
            desk.done(&transfer(5));
            assert_eq!(desk.card().block(4), desk.card().block(5), "{what}");
        }
    }
}

#[test]
fn stickers_tell_pages_and_what_they_are() {
    for make in [Make::Plain, Make::Values, Make::Pn532] {
        let mut desk = Desk::tag(make);
        assert_eq!(desk.done(&get_version())[6], 0x0F, "{make:?}");
        let head = desk.done(&read(0));
        assert_eq!((head.len(), &head[..3]), (16, &TAG_UID[..3]), "{make:?}");
        let pages = desk.done(&fast_read(2, 8));
        assert_eq!((pages.len(), &pages[..8]), (28, &head[8..]), "{make:?}");
        assert_eq!(desk.done(&read_counter()), [1, 0, 0], "{make:?}: one tap, however much is read");
        assert_eq!(desk.ask(&password([9; 4])), Ok(Outcome::Silent), "{make:?}");
        assert_eq!(desk.ask(&read(40)), Ok(Outcome::Silent), "{make:?}");
        desk.again();
        assert_eq!(desk.done(&password([1, 2, 3, 4])), [5, 6], "{make:?}");
        assert_eq!(desk.done(&read(40)).len(), 16, "{make:?}");
    }
}

/// A reader that answers each command by the same.
fn always(name: &str, kind: CardKind, command: &[u8], answer: &[u8]) -> Outcome {
    let mut storage = Storage::new(way_of(name));
    storage.exchange(kind, command, &mut |_| Ok::<_, Left>(answer.to_vec())).unwrap()
}

#[test]
fn a_reader_that_knows_no_such_command_is_told_from_a_card_that_says_no() {
    let open = authenticate(4, &[0; 6], &UID);
    for (name, kind, command) in [
        ("", CardKind::Classic, open.clone()),
        ("", CardKind::Classic, read(4)),
        ("", CardKind::Ultralight, fast_read(4, 9)),
        ("", CardKind::Ultralight, get_version()),
        ("ACR122", CardKind::Classic, open.clone()),
        ("ACR122", CardKind::Ultralight, read(4)),
    ] {
        for (status, unknown) in [([0x6D, 0x00], true), ([0x6A, 0x81], true), ([0x6A, 0x82], false)] {
            let outcome = always(name, kind, &command, &status);
            // Where not even a key or a session can be had, the card was not asked.
            let unable = unknown || name.is_empty() && [&open, &get_version()].contains(&&command);
            assert_eq!(outcome == Outcome::Unable, unable, "{name} {kind:?} {command:02X?} {status:02X?}");
        }
    }
}

#[test]
fn an_answer_that_waits_is_fetched() {
    let mut storage = Storage::new(Way::Direct);
    let mut sent = Vec::new();
    let outcome = storage.exchange(CardKind::Ultralight, &read_counter(), &mut |command| {
        sent.push(command.to_vec());
        Ok::<_, Left>(match sent.len() {
            1 => vec![0x61, 0x08],
            _ => vec![0xD5, 0x43, 0x00, 7, 0, 0, 0x90, 0x00],
        })
    });
    assert_eq!(outcome, Ok(Outcome::Done(vec![7, 0, 0])));
    assert_eq!(sent, [&[0xFF, 0, 0, 0, 4, 0xD4, 0x42, 0x39, 0x02][..], &[0xFF, 0xC0, 0, 0, 8]]);
}

#[test]
fn random_answers_never_panic() {
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    for round in 0..20_000 {
        let answer: Vec<u8> = (0..round % 24)
            .map(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                match seed >> 61 {
                    0 => 0x90,
                    1..=3 => 0x00,
                    4 => 0xC0,
                    5 => 0x97,
                    _ => (seed >> 33) as u8,
                }
            })
            .chain([0x90, 0x00])
            .collect();
        for name in ["", "ACR122", "ACR128"] {
            for (kind, command) in [
                (CardKind::Ultralight, fast_read(4, 9)),
                (CardKind::Ultralight, get_version()),
                (CardKind::Classic, read(4)),
            ] {
                always(name, kind, &command, &answer);
            }
        }
    }
}
