//! Fuzz targets of WeChat Pay's parsers: see [`crate::fuzz`].

use std::sync::LazyLock;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use super::sign::Keys;
use super::wire::{CodeUrl, RefundAnswer, Refused, Transaction, refusal};
use crate::channel::exchange::Answer;
use crate::channel::{Proof, rsa};

/// An answer's body, as each of our calls reads it. No refusal code, whatever it says, means "paid".
pub(crate) fn answer(bytes: &[u8]) {
    let _transaction = serde_json::from_slice::<Transaction>(bytes).is_ok();
    let _refund = serde_json::from_slice::<RefundAnswer>(bytes).is_ok();
    let _code = serde_json::from_slice::<CodeUrl>(bytes).is_ok();
    if let Ok(refused) = serde_json::from_slice::<Refused>(bytes) {
        assert!(!matches!(refusal(&refused.code), Proof::Paid(_)), "a refusal is no payment");
    }
}

/// Parsing a key takes longer than all that is looked for here.
static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let (own, platform) = rsa::fuzz::pair();
    Keys::new(own.as_bytes(), "5157F09EFDC096DE15EBE81A47057A72", platform.as_bytes(), "PUB_KEY_ID_1")
        .expect("keys")
});

/// The headers of a signed answer, one `name: value` a line, the body behind an empty line. The key's private half is
/// thrown away, so an answer that verifies is forged.
pub(crate) fn headers(bytes: &[u8]) {
    let cut = bytes.windows(2).position(|pair| pair == b"\n\n").unwrap_or(bytes.len());
    let mut headers = HeaderMap::new();
    for line in bytes[..cut].split(|byte| *byte == b'\n') {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else { continue };
        let name = HeaderName::from_bytes(line[..colon].trim_ascii());
        let value = HeaderValue::from_bytes(line[colon + 1..].trim_ascii());
        if let (Ok(name), Ok(value)) = (name, value) {
            headers.append(name, value);
        }
    }
    let body = bytes.get(cut + 2..).unwrap_or_default().to_vec();
    let answer = Answer { status: StatusCode::OK, headers, body };
    assert!(KEYS.verify(&answer, 1_700_000_000, &[]).is_err(), "an answer that nobody signed is believed");
}
