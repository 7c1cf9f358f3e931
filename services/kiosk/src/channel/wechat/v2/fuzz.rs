//! Fuzz targets of WeChat Pay v2's parsers: see [`crate::fuzz`].

use super::wire::{self, Said};
use super::{SharedKey, SignType, nonce, order, xml};
use crate::channel::Proof;

/// A message: what is read is flat, can be written and means the same again, and is believed only where it is signed.
pub(crate) fn xml(bytes: &[u8]) {
    let Ok(fields) = xml::read(bytes) else { return };
    // XML reads a carriage return as a line feed, so one that came as `&#13;` cannot be written as it is.
    if !fields.values().any(|value| value.contains('\r')) {
        assert_eq!(
            xml::read(xml::write(&fields).as_bytes()).as_ref(),
            Ok(&fields),
            "it reads as it was written"
        );
    }
    if let Proof::Paid(paid) = order::paid(&fields) {
        assert!(paid.amount.minor() > 0 && !paid.channel_ref.is_empty(), "a payment has money and a name");
    }
    let key = SharedKey::new("fuzz", nonce().expect("random bytes").as_bytes()).expect("a key");
    for how in [SignType::HmacSha256, SignType::Md5] {
        let said = wire::said(fields.clone(), &key, how, "1900000109", "wx8888888888888888");
        assert!(!matches!(said, Ok(Said::Yes(_) | Said::No(_))), "an answer that nobody signed is believed");
    }
}
