//! AEAD_AES_256_GCM, in which WeChat Pay seals notifies and its certificates with the merchant's APIv3 key, pure.
//! Source: pay.weixin.qq.com/doc/v3, "证书和回调报文解密".

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Deserialize;

use crate::channel::rsa::KeyError;

/// The one algorithm there is.
const ALGORITHM: &str = "AEAD_AES_256_GCM";
/// Bytes of an APIv3 key, which the merchant typed in the console.
const KEY_LEN: usize = 32;

/// The APIv3 key. It never prints.
pub struct ApiKey([u8; KEY_LEN]);

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKey(**)")
    }
}

/// A sealed text as it travels.
#[derive(Deserialize)]
pub(super) struct Sealed {
    algorithm: String,
    nonce: String,
    /// May be empty or absent.
    #[serde(default)]
    associated_data: Option<String>,
    /// Base64 of the ciphertext and its 16-byte tag.
    ciphertext: String,
}

impl ApiKey {
    /// Takes the 32 characters of the credential `name`; a line feed at the end is dropped.
    ///
    /// # Errors
    /// [`KeyError::Malformed`].
    pub fn new(name: &'static str, text: &[u8]) -> Result<Self, KeyError> {
        let text = text.trim_ascii();
        if !text.iter().all(u8::is_ascii_graphic) {
            return Err(KeyError::Malformed(name));
        }
        text.try_into().map(Self).map_err(|_length| KeyError::Malformed(name))
    }

    /// What was sealed; `None` where it was sealed with another key, changed on its way, or is not sealed so at all.
    pub(super) fn open(&self, sealed: &Sealed) -> Option<Vec<u8>> {
        if sealed.algorithm != ALGORITHM {
            return None;
        }
        let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &self.0).ok()?);
        let nonce = Nonce::try_assume_unique_for_key(sealed.nonce.as_bytes()).ok()?;
        let associated = sealed.associated_data.as_deref().unwrap_or_default();
        let mut text = STANDARD.decode(&sealed.ciphertext).ok()?;
        let clear = key.open_in_place(nonce, Aad::from(associated.as_bytes()), &mut text).ok()?;
        Some(clear.to_owned())
    }
}

#[cfg(test)]
mod tests;
