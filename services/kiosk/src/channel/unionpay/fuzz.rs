//! Fuzz targets of UnionPay's parsers: see [`crate::fuzz`].

use super::canon;

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
