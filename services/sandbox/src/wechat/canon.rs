//! WeChat Pay v3's texts as the platform reads and writes them, pure, and its sealed fields.

use std::collections::BTreeMap;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// The one scheme.
pub const SCHEME: &str = "WECHATPAY2-SHA256-RSA2048";

/// Reads an `Authorization` header; the order of its fields differs between SDKs.
pub fn authorization(header: &str) -> Option<BTreeMap<&str, &str>> {
    let fields = header.trim().strip_prefix(SCHEME)?.trim();
    fields
        .split(',')
        .map(|field| {
            let (name, value) = field.trim().split_once('=')?;
            Some((name.trim(), value.trim().strip_prefix('"')?.strip_suffix('"')?))
        })
        .collect()
}

/// The text that the merchant signed.
pub fn request_text(method: &str, target: &str, timestamp: &str, nonce: &str, body: &[u8]) -> Vec<u8> {
    let mut text = format!("{method}\n{target}\n{timestamp}\n{nonce}\n").into_bytes();
    text.extend_from_slice(body);
    text.push(b'\n');
    text
}

/// The text that the platform signs; a 204 has an empty body and still its line feed.
pub fn answer_text(timestamp: i64, nonce: &str, body: &str) -> String {
    format!("{timestamp}\n{nonce}\n{body}\n")
}

/// AEAD_AES_256_GCM as notifies and certificates carry it: base64 of the ciphertext and its 16-byte tag.
/// `None` where the key has not 32 or the nonce not 12 bytes.
pub fn seal(key: &[u8], nonce: &str, associated: &str, clear: &str) -> Option<String> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).ok()?);
    let nonce = Nonce::try_assume_unique_for_key(nonce.as_bytes()).ok()?;
    let mut sealed = clear.as_bytes().to_vec();
    key.seal_in_place_append_tag(nonce, Aad::from(associated.as_bytes()), &mut sealed).ok()?;
    Some(STANDARD.encode(sealed))
}

#[cfg(test)]
mod tests;
