//! Agreement numbers at rest: AES-256-GCM under a credential, bound to the agreement that they belong to, so that
//! neither a copy of the ledger nor swapped rows let anybody be charged.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

use crate::till::AgreementNumber;

/// Keeps these texts apart from anything else that is ever sealed under the same key.
const DOMAIN: &str = "dais-agreement-1";
/// Bytes of an AES-256 key.
const KEY_LEN: usize = 32;

/// Why a number cannot be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The credential is no key.
    #[error(
        "the credential agreement_key must be 32 bytes or 64 hexadecimal digits: make it with `openssl rand -hex 32`"
    )]
    BadKey,
    /// Changed, of another agreement, or sealed under another key.
    #[error(
        "the agreement cannot be opened: it was changed, or agreement_key is not the one it was sealed under"
    )]
    Broken,
    /// The crypto library fails.
    #[error("no random numbers; restart the kiosk")]
    NoRandom,
}

/// The key under which agreement numbers lie: the credential `agreement_key`.
pub struct Seal(RandomizedNonceKey);

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(**)")
    }
}

impl Seal {
    /// Takes 32 bytes, or their 64 hexadecimal digits.
    ///
    /// # Errors
    /// [`SealError::BadKey`].
    pub fn new(credential: &[u8]) -> Result<Self, SealError> {
        let key = if credential.len() == KEY_LEN { Some(credential.to_vec()) } else { from_hex(credential) };
        let key = key.ok_or(SealError::BadKey)?;
        RandomizedNonceKey::new(&AES_256_GCM, &key).map(Self).map_err(|_rejected| SealError::BadKey)
    }

    /// Nonce, ciphertext and tag of a number, for the row of the agreement `id`.
    ///
    /// # Errors
    /// [`SealError::NoRandom`].
    pub fn seal(&self, id: &str, number: &AgreementNumber) -> Result<Vec<u8>, SealError> {
        let mut text = number.reveal().as_bytes().to_vec();
        let nonce = self
            .0
            .seal_in_place_append_tag(aad(id), &mut text)
            .map_err(|_unspecified| SealError::NoRandom)?;
        Ok([nonce.as_ref().as_slice(), &text].concat())
    }

    /// The number that was sealed for the agreement `id`.
    ///
    /// # Errors
    /// [`SealError::Broken`].
    pub fn open(&self, id: &str, sealed: &[u8]) -> Result<AgreementNumber, SealError> {
        let (nonce, text) = sealed.split_first_chunk::<NONCE_LEN>().ok_or(SealError::Broken)?;
        let mut text = text.to_vec();
        let plain = self
            .0
            .open_in_place(Nonce::from(nonce), aad(id), &mut text)
            .map_err(|_unspecified| SealError::Broken)?;
        let plain = std::str::from_utf8(plain).map_err(|_not_text| SealError::Broken)?;
        AgreementNumber::new(plain).map_err(|_not_a_number| SealError::Broken)
    }
}

fn aad(id: &str) -> Aad<Vec<u8>> {
    Aad::from([DOMAIN.as_bytes(), &[0], id.as_bytes()].concat())
}

fn from_hex(text: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(text).ok()?.trim();
    if text.len() != KEY_LEN.checked_mul(2)? || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    text.as_bytes().chunks(2).map(byte).collect()
}

#[cfg(test)]
mod tests;
