//! Bytes as the printer's reference has them, and no picture that is taken for a command.
use proptest::prelude::*;

use super::*;
use crate::picture::Picture;

fn bytes(of: impl FnOnce(&mut Commands) -> &mut Commands) -> Vec<u8> {
    let mut commands = Commands::new();
    of(&mut commands);
    commands.into_bytes()
}

#[test]
fn commands() {
    let mark = Mark::numbered(0);
    assert_eq!(bytes(|c| c.start()), [0x1b, 0x40]);
    assert_eq!(bytes(|c| c.size(4, 2)), [0x1d, 0x21, 0x31]);
    assert_eq!(bytes(|c| c.cut()), [0x1d, 0x56, 0x42, 0x00]);
    assert_eq!(bytes(|c| c.kick(Pin::Two)), [0x1b, 0x70, 0, 25, 250]);
    assert_eq!(bytes(|c| c.kick(Pin::Five)), [0x1b, 0x70, 1, 25, 250]);
    assert_eq!(bytes(|c| c.mark(mark)), [0x1d, 0x28, 0x48, 6, 0, 0x30, 0x30, 0x20, 0x20, 0x20, 0x20]);
    assert_eq!(bytes(|c| c.row("牛A¥")), [0xc5, 0xa3, b'A', 0xa3, 0xa4, b'\n']);
    assert_eq!(bytes(|c| c.row("a\x1b@😀é")), *b"a?@?\xa8\xa6\n");
    assert_eq!(ask(4), [0x10, 0x04, 4]);
}

#[test]
fn marks_are_told_apart_by_more_than_one_byte() {
    let mut known = std::collections::HashSet::new();
    for number in 0..20_000 {
        let mark = Mark::numbered(number);
        assert_eq!(Mark::new(mark.bytes()), Some(mark));
        assert!(known.insert(mark), "{number}");
    }
    assert_eq!(Mark::numbered(857_375), Mark::numbered(0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn one_changed_byte_makes_no_other_mark(number in any::<u32>(), at in 0_usize..4, bits in 1_u8..=255) {
        let mut bytes = Mark::numbered(number).bytes();
        bytes[at] ^= bits;
        prop_assert_eq!(Mark::new(bytes), None);
    }

    #[test]
    fn no_picture_is_obeyed_at_once(
        dots in proptest::collection::vec(prop_oneof![Just(0x10), Just(0x04), Just(0x05), Just(0x14), any::<u8>()], 480),
    ) {
        let mut picture = Picture::new(48);
        picture.append(&dots);
        let sent = bytes(|c| c.picture(&picture));
        let (first, second) = sent.split_at(8 + 48 * 6);
        for band in [&first[8..], &second[8..]] {
            prop_assert!(!band.windows(2).any(|two| two[0] == DLE && AT_ONCE.contains(&two[1])));
        }
        // A dot more here and there, never one less.
        let printed = [&first[8..], &second[8..]].concat();
        prop_assert!(printed.iter().zip(&dots).all(|(sent, dots)| sent & dots == *dots && (sent ^ dots) & !0x08 == 0));
    }
}
