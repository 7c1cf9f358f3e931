//! Tables of bytes and texts, and any others.

use proptest::prelude::*;

use super::*;

#[test]
fn tags_and_lengths_of_every_form_are_read() {
    let long = [&[0x5F, 0x2D, 0x81, 0x80][..], &[7; 128]].concat();
    let longer = [&[0x9F, 0x81, 0x01, 0x82, 0x01, 0x00][..], &[7; 256]].concat();
    for (bytes, want) in [
        (&[][..], Ok(vec![])),
        (&[0, 0, 0x4F, 1, 9, 0], Ok(vec![(0x4F, 1)])),
        (&[0x4F, 0, 0x50, 2, 1, 2], Ok(vec![(0x4F, 0), (0x50, 2)])),
        (&long, Ok(vec![(0x5F2D, 128)])),
        (&longer, Ok(vec![(0x9F_8101, 256)])),
        (&[0x4F], Err(Malformed::Truncated)),
        (&[0x4F, 2, 1], Err(Malformed::Truncated)),
        (&[0x5F], Err(Malformed::Truncated)),
        (&[0x4F, 0x81], Err(Malformed::Truncated)),
        (&[0x4F, 0x82, 1], Err(Malformed::Truncated)),
        (&[0x4F, 0x80, 0, 0], Err(Malformed::Length)),
        (&[0x4F, 0x84, 0, 0, 0, 0], Err(Malformed::Length)),
        (&[0x5F, 0x81, 0x81, 0x01, 0], Err(Malformed::Tag)),
        (&[0x50, 0].repeat(65), Err(Malformed::TooMuch)),
    ] {
        let read = objects(bytes).map(|all| all.iter().map(|one| (one.tag, one.value.len())).collect());
        assert_eq!(read, want, "{bytes:02X?}");
    }
}

#[test]
fn templates_are_told_from_values() {
    for (tag, constructed) in [
        (0x61, true),
        (0x62, true),
        (0x4F, false),
        (0x5F2D, false),
        (0xBF0C, true),
        (0x9F26, false),
        (0x85, false),
    ] {
        assert_eq!(Object { tag, value: &[] }.is_constructed(), constructed, "{tag:X}");
    }
}

#[test]
fn lengths_of_texts_count_characters() {
    for (text, want) in [
        ("", Ok(vec![])),
        ("0002ZH0104最佳运输0202北京", Ok(vec![(0, "ZH"), (1, "最佳运输"), (2, "北京")])),
        ("0700", Ok(vec![(7, "")])),
        ("0", Err(Malformed::Truncated)),
        ("000", Err(Malformed::Truncated)),
        ("0005ABCD", Err(Malformed::Truncated)),
        ("x001A", Err(Malformed::Tag)),
        ("00+1A", Err(Malformed::Length)),
        ("00最A", Err(Malformed::Length)),
        ("最01A", Err(Malformed::Tag)),
    ] {
        assert_eq!(fields(text), want, "{text}");
    }
    assert_eq!(fields(&"0000".repeat(65)), Err(Malformed::TooMuch));
}

proptest! {
    #[test]
    fn any_input_ends_in_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..700), text in ".{0,200}") {
        if let Ok(all) = objects(&bytes) {
            prop_assert!(all.iter().map(|one| one.value.len()).sum::<usize>() <= bytes.len());
        }
        if let Ok(all) = fields(&text) {
            let again: String =
                all.iter().map(|(id, value)| format!("{id:02}{:02}{value}", value.chars().count())).collect();
            prop_assert_eq!(again, text);
        }
    }
}
