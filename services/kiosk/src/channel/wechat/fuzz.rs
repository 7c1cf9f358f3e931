//! Fuzz targets of WeChat Pay's parsers: see [`crate::fuzz`].

use std::sync::LazyLock;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

use time::macros::date;

use super::sealed::{ApiKey, Sealed};
use super::sign::Keys;
use super::wire::{CodeUrl, RefundAnswer, Refused, Transaction, refusal};
use super::{bill, certificates, download, told};
use crate::channel::exchange::Answer;
use crate::channel::{Proof, Told, rsa};

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

/// A bill as it is fetched, packed or not; every row that is believed moves money.
pub(crate) fn bill(bytes: &[u8]) {
    let Ok(text) = download::unpacked(bytes.to_vec()) else { return };
    if let Ok(bill) = bill::read(&text, date!(2026 - 01 - 02)) {
        assert!(bill.rows.iter().all(|row| row.amount.minor() > 0), "a row moves money");
    }
}

/// What an opened notify says: the event on the first line, the clear text behind it.
pub(crate) fn told(bytes: &[u8]) {
    let cut = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let Ok(event) = std::str::from_utf8(&bytes[..cut]) else { return };
    let clear = bytes.get(cut + 1..).unwrap_or_default();
    if let Ok(Told::Payment { proof: Proof::Paid(paid), .. }) =
        told::read(event, clear, "1900000109", "wx8888888888888888")
    {
        assert!(paid.amount.minor() > 0 && !paid.channel_ref.is_empty(), "a payment has money and a name");
    }
}

/// A key that nobody else has, so that whatever opens is forged.
static API: LazyLock<ApiKey> = LazyLock::new(|| {
    let mut random = [0_u8; 16];
    aws_lc_rs::rand::fill(&mut random).expect("random bytes");
    let text: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    ApiKey::new("fuzz", text.as_bytes()).expect("a key")
});

/// The envelope that notifies and certificates travel in.
pub(crate) fn sealed(bytes: &[u8]) {
    if let Ok(sealed) = serde_json::from_slice::<Sealed>(bytes) {
        assert!(API.open(&sealed).is_none(), "a text that nobody sealed is opened");
    }
    if let Ok(list) = certificates::open(bytes, &API, 1_700_000_000) {
        assert!(list.is_empty(), "a certificate that nobody sealed is believed");
    }
}
