//! The facts page's digest, which was computed without our code, and numbers that `bc` converts the same way.

use super::*;

#[test]
fn the_known_text_has_the_known_digest() {
    let fields: Fields = [
        ("version", "5.1.0"),
        ("encoding", "UTF-8"),
        ("signMethod", "01"),
        ("certId", "69026276696"),
        ("bizType", "000000"),
        ("txnType", "01"),
        ("txnSubType", "07"),
        ("accessType", "0"),
        ("merId", "777290058110048"),
        ("orderId", "T00000001"),
        ("txnTime", "20260102030405"),
        ("txnAmt", "100"),
        ("currencyCode", "156"),
        ("signature", "is left out"),
        ("reserved", ""),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect();
    assert_eq!(
        hex_digest(&signed_text(&fields)),
        "af759f8c9113a6e375b705a868d714764cd2f944afe4e472e7b463370c4a3ce5"
    );
}

#[test]
fn serial_numbers_become_decimal() {
    for (hex, want) in [
        ("00", "0"),
        ("0A", "10"),
        ("1012545A58", "69026994776"),
        ("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "1461501637330902918203684832716283019655932542975"),
        ("4F no", ""),
    ] {
        assert_eq!(decimal(hex), want, "{hex}");
    }
}

#[test]
fn an_answer_is_not_encoded() {
    let fields = Fields::from([("a".to_owned(), "x+/==".to_owned()), ("b".to_owned(), "一 \n".to_owned())]);
    assert_eq!(body(&fields), "a=x+/==&b=一 \n");
}
