//! WeChat Pay v2's signatures, pure. Source: pay.weixin.qq.com/wiki/doc/api, "签名算法".

use std::fmt;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::{hmac, rand};
use md5::{Digest, Md5};
use serde::Deserialize;

use super::Fields;
use crate::channel::rsa::KeyError;

/// Characters of the shared key, which the merchant typed in the console.
const KEY_LEN: usize = 32;

/// The shared key. It never prints.
pub struct SharedKey(String);

impl fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedKey(**)")
    }
}

impl SharedKey {
    /// Takes the 32 characters of the credential `name`; a line feed at the end is dropped.
    ///
    /// # Errors
    /// [`KeyError::Malformed`].
    pub fn new(name: &'static str, text: &[u8]) -> Result<Self, KeyError> {
        let text = std::str::from_utf8(text.trim_ascii()).map_err(|_bytes| KeyError::Malformed(name))?;
        if text.len() != KEY_LEN || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(KeyError::Malformed(name));
        }
        Ok(Self(text.to_owned()))
    }
}

/// How messages are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub enum SignType {
    /// The stronger one, and ours unless the merchant's other programs need MD5.
    #[default]
    #[serde(rename = "HMAC-SHA256")]
    HmacSha256,
    /// As v2 began.
    #[serde(rename = "MD5")]
    Md5,
}

impl SignType {
    /// As `sign_type` names it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::HmacSha256 => "HMAC-SHA256",
            Self::Md5 => "MD5",
        }
    }
}

/// 32 letters and digits that nobody can foretell; `None` only without entropy.
pub(super) fn nonce() -> Option<String> {
    let mut random = [0_u8; 16];
    rand::fill(&mut random).ok()?;
    Some(random.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// What is signed but for the key: all values that are there, by name.
fn text(fields: &Fields) -> String {
    let named = fields.iter().filter(|(name, value)| *name != "sign" && !value.is_empty());
    named.map(|(name, value)| format!("{name}={value}&")).collect()
}

/// The signature over the fields, in capital hexadecimal digits.
pub(super) fn sign(fields: &Fields, key: &SharedKey, how: SignType) -> String {
    let text = format!("{}key={}", text(fields), key.0);
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    match how {
        SignType::Md5 => hex(&Md5::digest(text.as_bytes())),
        SignType::HmacSha256 => {
            let key = hmac::Key::new(hmac::HMAC_SHA256, key.0.as_bytes());
            hex(hmac::sign(&key, text.as_bytes()).as_ref())
        }
    }
}

/// Whether the fields carry their own signature.
pub(super) fn verifies(fields: &Fields, key: &SharedKey, how: SignType) -> bool {
    let told = fields.get("sign").map(String::as_str).unwrap_or_default();
    verify_slices_are_equal(sign(fields, key, how).as_bytes(), told.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests;
