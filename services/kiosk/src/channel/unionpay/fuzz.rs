//! Fuzz targets of UnionPay's parsers: see [`crate::fuzz`].

use super::certificate::{self, Trust};
use super::{canon, paid, wire};

/// UnionPay's certificates as staff store them; no certificate that came with a message is trusted by itself.
pub(crate) fn certificates(bytes: &[u8]) {
    let _number = certificate::cert_id("fuzz", bytes).is_ok();
    if let Ok(trust) = Trust::new("fuzz", bytes, "fuzz".to_owned()) {
        let pem = String::from_utf8_lossy(bytes);
        let believed = trust.holds(&pem, b"text", "bm8gc2lnbmF0dXJl", 1_767_326_400);
        assert!(believed.is_err(), "no signature is a signature");
    }
}

/// What a notify's form, or an answer, would say if UnionPay had signed it.
pub(crate) fn told(bytes: &[u8]) {
    let answer = std::str::from_utf8(bytes).ok().and_then(canon::answer);
    for fields in [canon::parse_form(bytes), answer].into_iter().flatten() {
        if let Some(paid) = paid(&fields) {
            assert!(
                paid.amount.minor() > 0 && !paid.channel_ref.is_empty(),
                "a payment has money and a name"
            );
        }
        let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        let _verdict = wire::verdict(field("respCode"));
        if let Some(seconds) = wire::seconds(field("txnTime")) {
            assert_eq!(wire::of_seconds(seconds).as_deref(), Some(field("txnTime")), "a time has one form");
        }
    }
}

/// An answer as it comes, and a notify's form; what is read can be signed over.
pub(crate) fn fields(bytes: &[u8]) {
    if let Some(fields) = std::str::from_utf8(bytes).ok().and_then(canon::answer) {
        let _text = canon::signed_text(&fields);
    }
    if let Some(fields) = canon::parse_form(bytes) {
        let again = canon::parse_form(canon::form(&fields).as_bytes());
        assert!(again.is_none_or(|again| again == fields), "a form reads as it was written");
    }
}
