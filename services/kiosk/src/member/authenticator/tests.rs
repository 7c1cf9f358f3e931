//! RFC 4648's vectors, and what an app makes of the text.

use super::{Authenticator, base32};
use crate::member::{CODE_DIGITS, Handle, MemberKey, Otp, STEP_MS, totp};

#[test]
fn base32_is_that_of_rfc_4648() {
    for (plain, coded) in [
        ("", ""),
        ("f", "MY"),
        ("fo", "MZXQ"),
        ("foo", "MZXW6"),
        ("foob", "MZXW6YQ"),
        ("fooba", "MZXW6YTB"),
        ("foobar", "MZXW6YTBOI"),
    ] {
        assert_eq!(base32(plain.as_bytes()), coded, "{plain}");
    }
}

/// Decodes as an app does, and comes to the digits of the member's code.
#[test]
fn an_app_that_reads_the_text_shows_the_digits_of_the_code() {
    let (key, handle) = (MemberKey::new(&[7; 32]).unwrap(), Handle::from_random([3; 12]));
    let text = Authenticator::of(&key, &handle);
    assert_eq!(format!("{text:?}"), "Authenticator(**)");
    let (head, query) = text.reveal().split_once('?').unwrap();
    assert_eq!(head, format!("otpauth://totp/Dais:{}", handle.as_str()));
    let secret = query.split('&').find_map(|part| part.strip_prefix("secret=")).unwrap();
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for letter in secret.bytes() {
        let value = if letter.is_ascii_uppercase() { letter - b'A' } else { letter - b'2' + 26 };
        (bits, count) = ((bits << 5) | u32::from(value), count + 5);
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).unwrap());
        }
    }
    let now = 1_767_323_045_000;
    let digits = totp(Otp::Sha256, &bytes, now / STEP_MS, CODE_DIGITS);
    assert_eq!(key.code(&handle, now), format!("DM1.{}.{digits:08}", handle.as_str()));
    assert!(query.ends_with("&issuer=Dais&algorithm=SHA256&digits=8&period=30"));
}
