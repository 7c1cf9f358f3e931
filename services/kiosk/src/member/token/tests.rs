//! A token is the HMAC that openssl computes, hides its identifier, and phone numbers have one form.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::{IdentityKind, KeyTooShort, TokenKey, phone};

#[test]
fn a_token_is_the_hmac_that_openssl_computes() {
    // printf 'card\0\x04\x01\x02\x03' | openssl dgst -sha256 -mac HMAC -macopt key:0123456789abcdef
    let expect = "b5197c1a608f86cba171d9ddd7603417687e902febd2896eb626d4fb54c3e1cf";
    let token = TokenKey::new(b"0123456789abcdef").unwrap().token(IdentityKind::Card, &[4, 1, 2, 3]);
    let hex: String = token.as_bytes().iter().map(|b| format!("{b:02x}")).collect();
    assert_eq!(hex, expect);
}

#[test]
fn kinds_never_meet_and_nothing_prints_the_key() {
    let key = TokenKey::new(b"0123456789abcdef").unwrap();
    assert_ne!(key.token(IdentityKind::Card, b"1"), key.token(IdentityKind::Phone, b"1"));
    assert_eq!(format!("{key:?}"), "TokenKey(**)");
    assert_eq!(format!("{:?}", key.token(IdentityKind::Card, b"1")).len(), "Token(00000000..)".len());
    assert_eq!(TokenKey::new(b"short").unwrap_err(), KeyTooShort);
}

#[test]
fn a_phone_number_has_one_form() {
    for text in
        ["13800138000", "+86 138 0013 8000", "0086-138-0013-8000", "8613800138000", " (138) 00138000 "]
    {
        assert_eq!(phone(text).as_deref(), Some("8613800138000"), "{text}");
    }
    assert_eq!(phone("+1 212 555 0100").as_deref(), Some("12125550100"));
    for text in ["", "110", "2380013800", "1380013800a", "+", "+123456", "+1234567890123456"] {
        assert_eq!(phone(text), None, "{text}");
    }
}
