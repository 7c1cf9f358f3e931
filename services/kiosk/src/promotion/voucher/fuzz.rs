//! Fuzz targets of vouchers: see [`crate::fuzz`].

use std::sync::LazyLock;

use aws_lc_rs::signature::KeyPair;

use super::*;
use crate::promotion::rules::Issuer;

/// An issuer whose private half is thrown away.
static RULES: LazyLock<Rules> = LazyLock::new(|| {
    let pair = Ed25519KeyPair::generate().expect("a key");
    let public_key = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
    Rules { issuers: vec![Issuer { id: "school".to_owned(), public_key }], ..Rules::default() }
});

/// A text as scanned, which nobody has signed; and its payload, which has one form only.
pub(crate) fn voucher(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let read = Voucher::read(text, &RULES, 1_700_000_000_000);
    assert!(read.is_err(), "a voucher that nobody signed is believed");
    if read == Err(VoucherError::BadSignature) {
        assert!(Voucher::claims(text), "a voucher's text would go to a payment channel");
    }
    let code = text.trim().strip_prefix(PREFIX).unwrap_or_default();
    let Ok(payload) = URL_SAFE_NO_PAD.decode(code) else { return };
    let payload = &payload[..payload.len().saturating_sub(SIGNATURE_LEN)];
    if let Some(voucher) = Reader(payload).voucher() {
        assert_eq!(voucher.payload().as_deref(), Some(payload), "two payloads mean one voucher");
        let short = text.trim().len() <= TEXT_LEN_MAX && text.trim().starts_with(PREFIX);
        assert_eq!(Voucher::serial_of(text), short.then_some(voucher.serial), "its number is another");
    }
}
