//! A phone's way through the tag byte by byte, and every way beside it.

use super::*;
use crate::ask::LINK_MAX;
use crate::fake::phone::Phone;

fn tag(link: &str) -> Tag {
    Tag::new(&Link::new(link).unwrap())
}

/// What an emulated phone makes of the tag.
fn opened(tag: &mut Tag) -> Option<String> {
    let mut phone = Phone::default();
    while let Some(command) = phone.command() {
        phone.take(&tag.obey(&command));
    }
    phone.opened().map(str::to_owned)
}

#[test]
fn the_specification_s_own_steps() {
    let mut tag = tag("https://pay.example.edu/p/a");
    for (command, answer) in [
        ("00A4040007D276000085010100", "9000"),
        ("00A4000C02E103", "9000"),
        ("00B000000F", "000F20005400010406E104040000FF9000"),
        ("00A4000C02E104", "9000"),
        ("00B0000002", "00189000"),
        ("00B0000218", "D101145504 7061792E6578616D706C652E6564752F702F61 9000"),
    ] {
        let bytes = crate::Apdu::from_hex(command).unwrap();
        let hex: String = tag.obey(bytes.reveal()).iter().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(hex, answer.replace(' ', ""), "{command}");
    }
}

#[test]
fn a_phone_opens_the_link_whatever_its_length() {
    let mut link = "https://".to_owned();
    while link.len() < LINK_MAX {
        link.push('a');
        if link.len().is_multiple_of(7) || link.len() > LINK_MAX - 3 || (250..270).contains(&link.len()) {
            assert_eq!(opened(&mut tag(&link)).as_deref(), Some(&*link));
        }
    }
    for link in ["http://10.0.0.1:8/p/x", "weixin://wxpay/bizpayurl?pr=x"] {
        assert_eq!(opened(&mut tag(link)).as_deref(), Some(link));
    }
}

#[test]
fn nothing_is_read_that_was_not_selected_and_nothing_beyond_the_end() {
    let mut tag = tag("https://a.example/");
    for (command, answer) in [
        (&[0x00, 0xB0, 0, 0, 2][..], NOTHING_SELECTED),
        (&[0x00, 0xA4, 0x00, 0x0C, 2, 0xE1, 0x04], NOT_FOUND),
        (&[0x00, 0xA4, 0x04, 0x00, 7, 0xD2, 0x76], WRONG_LENGTH),
        (&[0x00, 0xA4, 0x04, 0x00, 5, 0xA0, 0, 0, 0, 3, 0], NOT_FOUND),
        (&[0x00, 0xA4, 0x04, 0x00, 7, 0xD2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01], OK),
        (&[0x00, 0xB0, 0, 0, 2], NOTHING_SELECTED),
        (&[0x00, 0xA4, 0x00, 0x0C, 2, 0xE1, 0x05], NOT_FOUND),
        (&[0x00, 0xA4, 0x00, 0x0C, 2, 0xE1, 0x04], OK),
        (&[0x00, 0xB0, 0, 17, 1], BEYOND_THE_END),
        (&[0x00, 0xB0, 0xFF, 0xFF, 1], BEYOND_THE_END),
        (&[0x00, 0xB0, 0, 0], WRONG_LENGTH),
        (&[0x00, 0xD6, 0, 0, 1, 0], NOT_ALLOWED),
        (&[0x00, 0x20, 0, 0], UNKNOWN_INSTRUCTION),
        (&[0x90, 0x60, 0, 0], UNKNOWN_CLASS),
        (&[], UNKNOWN_CLASS),
    ] {
        assert_eq!(tag.obey(command), answer, "{command:02x?}");
    }
    tag.power_up();
    assert_eq!(tag.obey(&[0x00, 0xB0, 0, 0, 2]), NOTHING_SELECTED);
}

#[test]
fn random_commands_never_panic_and_never_answer_too_much() {
    let mut seed = 0x853C_49E6_748F_EA9Bu64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as u8
    };
    let mut tag = tag("https://pay.example.edu/p/abcdefghijklmnopqrstuv");
    for _ in 0..100_000 {
        let mut command: Vec<u8> = (0..next() % 16).map(|_| next()).collect();
        let likely: [&[u8]; 5] = [
            &[0x00, 0xA4, 0x04, 0x00, 7, 0xD2, 0x76, 0x00, 0x00, 0x85, 0x01, 0x01],
            &[0x00, 0xA4, 0x00, 0x0C, 2, 0xE1, 0x03],
            &[0x00, 0xA4, 0x00, 0x0C, 2, 0xE1, 0x04],
            &[0x00, 0xB0, 0x00],
            &[0x00, 0xA4],
        ];
        if let Some(start) = likely.get(usize::from(next() % 8)) {
            command.splice(0..0, start.iter().copied());
        }
        let answer = tag.obey(&command);
        assert!((2..=usize::from(READ_MAX) + 2).contains(&answer.len()), "{command:02x?}");
    }
}
