//! The facts page's code, built byte for byte by an independent encoder; broken ones; and what is never kept.

use proptest::prelude::*;

use super::*;

/// EMVCo's example: two applications and a common part with a cryptogram.
pub(crate) const EXAMPLE: &str = "hQVDUFYwMWETTwegAAAAVVVVUAhQcm9kdWN0MWETTwegAAAAZmZmUAhQcm9kdWN0MmJJWggSNFZ4kBI0WF8gDkNBUkRIT0xERVIvRU1WXy0IcnVlc2RlZW5kIZ8QBwYBCgMAAACfJghYT9OF+iNLzJ82AgABnzcEbVjvEw==";

fn code(hex: &str) -> String {
    let bytes: Vec<u8> = hex
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).expect("text"), 16).expect("hex"))
        .collect();
    STANDARD.encode(bytes)
}

#[test]
fn the_published_example_is_read() {
    let read = parse(EXAMPLE).expect("code");
    let names: Vec<_> = read.applications.iter().map(|one| one.label.as_deref()).collect();
    assert_eq!(names, [Some("Product1"), Some("Product2")]);
    let aids: Vec<_> = read.applications.iter().map(|one| one.aid.clone().expect("aid")).collect();
    assert_eq!(aids, [vec![0xA0, 0, 0, 0, 0x55, 0x55, 0x55], vec![0xA0, 0, 0, 0, 0x66, 0x66, 0x66]]);
    assert!(read.applications.iter().all(|one| !one.is_unionpay()));
    let common = read.common.expect("common");
    assert_eq!(common.pan.map(|pan| pan.as_str().to_owned()).as_deref(), Some("123456******3458"));
    assert_eq!(common.languages, ["ru", "es", "de", "en"]);
    assert!(common.has_cryptogram);
}

#[test]
fn no_card_number_and_no_name_is_kept() {
    let shown = format!("{:?}", parse(EXAMPLE).expect("code"));
    for secret in ["1234567890", "890123", "CARDHOLDER"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
    // Track 2 of a UnionPay debit card: the number ends at D.
    let track = "8505435056303161".to_owned()
        + "1f"
        + "4f08a000000333010101"
        + "5713"
        + "6212345678901234567d30122010000000000000";
    let read = parse(&code(&track)).expect("code");
    let one = &read.applications[0];
    assert!(one.is_unionpay());
    assert_eq!(one.pan.as_ref().map(MaskedPan::as_str), Some("621234*********4567"));
    assert!(!format!("{read:?}").contains("5678901"));
}

#[test]
fn what_is_no_code_is_told_why() {
    for (hex, why) in [
        ("8505435056303161", Malformed::Truncated),
        ("8505435056303161134f07a0", Malformed::Truncated),
        ("850543505630316102500161", Malformed::Truncated),
        ("85054350563031610350014161", Malformed::Truncated),
        ("850543505630316103500141", Malformed::Field("4F")),
        ("850543505630316203500141", Malformed::Field("61")),
        ("85054350563031620350014162035001416100", Malformed::Field("62")),
        ("8505435056303161044f02a000", Malformed::Field("4F")),
        ("850543505630316180", Malformed::Length),
        ("8505435056303161058481000000", Malformed::Field("4F")),
    ] {
        assert_eq!(parse(&code(hex)), Err(why), "{hex}");
    }
    for text in ["", "hQVDUFYwMW", "hQVDUFYwMWE*", "123456", "hQVDUFYwMA=="] {
        assert_eq!(parse(text), Err(Malformed::NotEmv), "{text}");
    }
    assert_eq!(parse(&format!("{PREFIX}{}", "A".repeat(700))), Err(Malformed::NotEmv));
}

#[test]
fn nesting_and_counts_are_bounded() {
    let mut deep = vec![0x4F, 5, 1, 2, 3, 4, 5];
    for _level in 0..6 {
        let mut outer = vec![0x63, u8::try_from(deep.len()).expect("short")];
        outer.extend_from_slice(&deep);
        deep = outer;
    }
    let mut bytes = b"\x85\x05CPV01\x61".to_vec();
    bytes.push(u8::try_from(deep.len()).expect("short"));
    bytes.extend_from_slice(&deep);
    assert_eq!(parse(&STANDARD.encode(&bytes)), Err(Malformed::TooMuch));
    let many = [0x50_u8, 0].repeat(70);
    let mut bytes = b"\x85\x05CPV01\x61\x81".to_vec();
    bytes.push(u8::try_from(many.len()).expect("short"));
    bytes.extend_from_slice(&many);
    assert_eq!(parse(&STANDARD.encode(&bytes)), Err(Malformed::TooMuch));
}

proptest! {
    #[test]
    fn any_bytes_end_in_an_answer(tail in prop::collection::vec(any::<u8>(), 0..500)) {
        let mut bytes = b"\x85\x05CPV01".to_vec();
        bytes.extend_from_slice(&tail);
        if let Ok(read) = parse(&STANDARD.encode(&bytes)) {
            prop_assert!(!read.applications.is_empty());
        }
    }
}
