//! The layouts, held against the kernel's own names of keys.
use super::*;

/// Of `linux/input-event-codes.h`: the key named so, and what is printed on a US key.
const NAMED: &[(u16, u8, u8)] = &[
    (2, b'1', b'!'),
    (3, b'2', b'@'),
    (6, b'5', b'%'),
    (11, b'0', b')'),
    (12, b'-', b'_'),
    (13, b'=', b'+'),
    (16, b'q', b'Q'),
    (21, b'y', b'Y'),
    (25, b'p', b'P'),
    (26, b'[', b'{'),
    (27, b']', b'}'),
    (30, b'a', b'A'),
    (38, b'l', b'L'),
    (39, b';', b':'),
    (40, b'\'', b'"'),
    (41, b'`', b'~'),
    (43, b'\\', b'|'),
    (44, b'z', b'Z'),
    (50, b'm', b'M'),
    (51, b',', b'<'),
    (53, b'/', b'?'),
    (57, b' ', b' '),
    (71, b'7', b'7'),
    (75, b'4', b'4'),
    (79, b'1', b'1'),
    (82, b'0', b'0'),
    (83, b'.', b'.'),
];

#[test]
fn us_keys() {
    for (key, plain, shifted) in NAMED {
        assert_eq!(character(Layout::Us, *key, false, false), Some(*plain), "{key}");
        assert_eq!(character(Layout::Us, *key, true, false), Some(*shifted), "{key}");
    }
    for key in [0, 1, 14, 15, 28, 29, 42, 54, 59, 68, 69, 70, 84, 85, 87, 96, 103, 119, 700] {
        assert_eq!(character(Layout::Us, key, false, false), None, "{key}");
    }
}

#[test]
fn every_printable_character_has_a_key_and_no_two_keys_of_the_main_block_share_one() {
    let mut seen = Vec::new();
    for key in (2..=13).chain(16..=27).chain(30..=41).chain(43..=53).chain([57]) {
        seen.extend(character(Layout::Us, key, false, false));
        seen.extend((key != 57).then(|| character(Layout::Us, key, true, false)).flatten());
    }
    seen.sort_unstable();
    assert_eq!(seen, (b' '..=b'~').collect::<Vec<u8>>());
}

#[test]
fn caps_lock_turns_letters_alone() {
    assert_eq!(character(Layout::Us, 30, false, true), Some(b'A'));
    assert_eq!(character(Layout::Us, 30, true, true), Some(b'a'));
    assert_eq!(character(Layout::Us, 2, false, true), Some(b'1'));
    assert_eq!(character(Layout::Us, 2, true, true), Some(b'!'));
}

#[test]
fn other_layouts() {
    assert_eq!(character(Layout::German, 21, false, false), Some(b'z'));
    assert_eq!(character(Layout::German, 44, true, false), Some(b'Y'));
    assert_eq!(character(Layout::German, 12, false, false), None, "no ASCII, no character");
    for (key, digit) in (2..=11).zip(b"1234567890") {
        assert_eq!(character(Layout::French, key, true, false), Some(*digit));
    }
    assert_eq!(character(Layout::French, 16, false, false), Some(b'a'));
}

#[test]
fn keypad_digits_and_control_characters() {
    for digit in 0..10u32 {
        let key = (0..200).find(|key| keypad_digit(*key) == Some(digit)).unwrap();
        assert_eq!(character(Layout::Us, key, false, false), char::from_digit(digit, 10).map(|c| c as u8));
    }
    assert_eq!(control(b']'), Some(0x1d));
    assert_eq!(control(b'j'), Some(b'\n'));
    assert_eq!(control(b'1'), None);
}
