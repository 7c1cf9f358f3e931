//! AES-128 as NXP's cards use it: CBC without padding over a running start value, and CMAC that may start from one.

use std::fmt;

use aws_lc_rs::cipher::{AES_128, DecryptingKey, DecryptionContext, EncryptingKey, UnboundCipherKey};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::{cipher, cmac};

/// One AES block.
pub type Block = [u8; 16];
/// A key written in hexadecimal digits.
const HEX_LEN: usize = 32;
/// The library takes every AES-128 key and every whole block; no input of ours can make it fail.
const WHOLE: &str = "AES-128 takes 16-byte keys and whole blocks";

/// An AES-128 key. It never prints.
#[derive(Clone, PartialEq, Eq)]
pub struct AesKey(Block);

/// Not 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an AES-128 key is 32 hexadecimal digits: make one with `openssl rand -hex 16`")]
pub struct BadKey;

impl fmt::Debug for AesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesKey(**)")
    }
}

impl AesKey {
    /// Takes the bytes.
    pub const fn new(bytes: Block) -> Self {
        Self(bytes)
    }

    /// Reads a credential: 32 hexadecimal digits, a line end after them allowed.
    ///
    /// # Errors
    /// [`BadKey`].
    pub fn from_credential(credential: &[u8]) -> Result<Self, BadKey> {
        let text = std::str::from_utf8(credential).map_err(|_bad| BadKey)?.trim();
        hex(text)
            .filter(|_| text.len() == HEX_LEN)
            .and_then(|bytes| bytes.try_into().ok())
            .map(Self)
            .ok_or(BadKey)
    }

    /// CMAC (NIST SP 800-38B).
    pub fn cmac(&self, message: &[u8]) -> Block {
        let key = cmac::Key::new(cmac::AES_128, &self.0).expect(WHOLE);
        let tag = cmac::sign(&key, message).expect(WHOLE);
        tag.as_ref().try_into().expect(WHOLE)
    }

    /// CMAC that starts from `iv` in place of zeros, as DESFire chains it over a session. `message` is not empty.
    ///
    /// A first block which encrypts to `iv` brings the plain CMAC to the same place.
    pub fn cmac_from(&self, iv: &Block, message: &[u8]) -> Block {
        let mut first = *iv;
        DecryptingKey::ecb(self.unbound())
            .and_then(|key| key.decrypt(&mut first, DecryptionContext::None).map(drop))
            .expect(WHOLE);
        self.cmac(&[&first, message].concat())
    }

    /// Encrypts whole blocks; `iv` becomes the last block of the outcome.
    ///
    /// # Panics
    /// Where `plain` is not whole blocks: its callers pad by construction.
    pub fn encrypt(&self, iv: &mut Block, plain: &[u8]) -> Vec<u8> {
        let mut text = plain.to_vec();
        let context = cipher::EncryptionContext::Iv128(FixedLength::from(*iv));
        EncryptingKey::cbc(self.unbound())
            .and_then(|key| key.less_safe_encrypt(&mut text, context).map(drop))
            .expect(WHOLE);
        follow(iv, &text);
        text
    }

    /// Decrypts whole blocks; `iv` becomes the last block that came in. None where they are not whole.
    pub fn decrypt(&self, iv: &mut Block, sealed: &[u8]) -> Option<Vec<u8>> {
        if sealed.is_empty() || !sealed.len().is_multiple_of(16) {
            return None;
        }
        let mut text = sealed.to_vec();
        let context = DecryptionContext::Iv128(FixedLength::from(*iv));
        DecryptingKey::cbc(self.unbound()).and_then(|key| key.decrypt(&mut text, context).map(drop)).ok()?;
        follow(iv, sealed);
        Some(text)
    }

    fn unbound(&self) -> UnboundCipherKey {
        UnboundCipherKey::new(&AES_128, &self.0).expect(WHOLE)
    }
}

fn follow(iv: &mut Block, sealed: &[u8]) {
    if let Some(last) = sealed.last_chunk() {
        *iv = *last;
    }
}

/// Every second byte of a CMAC, where 8 bytes travel (NT4H2421Gx, 9.1.3).
pub fn odd_bytes(mac: &Block) -> [u8; 8] {
    let mut short = [0; 8];
    for (short, pair) in short.iter_mut().zip(mac.chunks_exact(2)) {
        *short = pair[1];
    }
    short
}

/// Reads pairs of hexadecimal digits of either case.
pub fn hex(text: &str) -> Option<Vec<u8>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = text.as_bytes().chunks_exact(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

#[cfg(test)]
mod tests {
    //! Published vectors (RFC 4493), and the chained CMAC against its definition.
    use super::*;

    #[test]
    fn cmac_of_rfc_4493() {
        let key = AesKey::from_credential(b"2b7e151628aed2a6abf7158809cf4f3c\n").expect("key");
        let message = hex("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411")
            .expect("hex");
        for (length, mac) in [
            (0, "bb1d6929e95937287fa37d129b756746"),
            (16, "070a16b46b4d4144f79bdd9dd04a287c"),
            (40, "dfa66747de9ae63030ca32611497c827"),
        ] {
            assert_eq!(key.cmac(&message[..length]).to_vec(), hex(mac).expect("hex"), "{length}");
        }
        // The state after the first block is its CBC encryption: going on from there is the CMAC of the whole.
        let mut iv = [0; 16];
        key.encrypt(&mut iv, &message[..16]);
        assert_eq!(key.cmac_from(&iv, &message[16..]), key.cmac(&message));
        assert_eq!(key.cmac_from(&[0; 16], &message), key.cmac(&message));
    }

    #[test]
    fn blocks_go_there_and_back_and_bad_input_is_refused() {
        let key = AesKey::new([9; 16]);
        let (mut there, mut back) = ([1; 16], [1; 16]);
        let sealed = key.encrypt(&mut there, &[5; 32]);
        assert_eq!(key.decrypt(&mut back, &sealed), Some(vec![5; 32]));
        assert_eq!(there, back);
        assert_eq!(key.decrypt(&mut back, &sealed[1..]), None);
        for bad in ["", "00", "2b7e151628aed2a6abf7158809cf4f3", "2b7e151628aed2a6abf7158809cf4fzz"] {
            assert_eq!(AesKey::from_credential(bad.as_bytes()), Err(BadKey), "{bad}");
        }
        assert_eq!(format!("{key:?}"), "AesKey(**)");
    }
}
