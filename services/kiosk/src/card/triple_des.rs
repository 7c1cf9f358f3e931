//! 3DES with two keys and the MAC of single DES, as PBOC's electronic purses use them (JR/T 0025.2, annex on keys).
//!
//! Single DES falls to anybody with a day and a graphics card. What it is used for here is one MAC under a key that was
//! made for one purchase; the cards know nothing better.

use std::fmt;

use des::cipher::{BlockCipherEncrypt, KeyInit};
use des::{Des, TdesEde2};

use super::aes::hex;

/// A DES block.
pub type Block8 = [u8; 8];

/// A 3DES key of two halves. It never prints.
#[derive(Clone, PartialEq, Eq)]
pub struct TripleDesKey([u8; 16]);

/// Not 16 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a 3DES key is 32 hexadecimal digits: take it from the card office's key set")]
pub struct BadTripleDesKey;

impl fmt::Debug for TripleDesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TripleDesKey(**)")
    }
}

impl TripleDesKey {
    /// Takes the bytes.
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Reads a credential: 32 hexadecimal digits, a line end after them allowed.
    ///
    /// # Errors
    /// [`BadTripleDesKey`].
    pub fn from_credential(credential: &[u8]) -> Result<Self, BadTripleDesKey> {
        let text = std::str::from_utf8(credential).map_err(|_bad| BadTripleDesKey)?.trim();
        let bytes = hex(text).and_then(|bytes| bytes.try_into().ok()).ok_or(BadTripleDesKey)?;
        Ok(Self(bytes))
    }

    /// Encrypts one block.
    pub fn encrypt(&self, block: Block8) -> Block8 {
        let mut block = block.into();
        TdesEde2::new(&self.0.into()).encrypt_block(&mut block);
        block.into()
    }

    /// The key of one card: this one's encryption of eight bytes of the card's serial number, and of their inversion.
    pub fn diversified(&self, by: Block8) -> Self {
        let halves = [self.encrypt(by), self.encrypt(by.map(|byte| !byte))];
        Self(halves.concat().try_into().unwrap_or_default())
    }
}

/// MAC of single DES: CBC from zeros over the message and its padding (80, then zeros), first half of the last block.
pub fn mac(key: Block8, message: &[u8]) -> [u8; 4] {
    let cipher = Des::new(&key.into());
    let mut padded = [message, &[0x80]].concat();
    padded.resize(padded.len().next_multiple_of(8), 0);
    let mut last = Block8::default();
    for chunk in padded.chunks_exact(8) {
        let mixed: [u8; 8] = std::array::from_fn(|index| last[index] ^ chunk[index]);
        let mut block = mixed.into();
        cipher.encrypt_block(&mut block);
        last = block.into();
    }
    last.first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    //! The worked example that Chinese card makers publish; OpenSSL says the same.
    use super::*;

    fn bytes<const N: usize>(text: &str) -> [u8; N] {
        hex(text).and_then(|bytes| bytes.try_into().ok()).expect("hex")
    }

    #[test]
    fn the_published_example() {
        let key = TripleDesKey::new(bytes("11223344556677888877665544332211"));
        let session = key.encrypt(bytes("1122334400000001"));
        assert_eq!(session, bytes("003238ABC57659DD"));
        assert_eq!(mac(session, &bytes::<18>("000010000600112233445520120229135100")), bytes("F15CAB75"));
        assert_eq!(mac(session, &bytes::<4>("00001000")), bytes("56988A13"));
        assert_eq!(format!("{key:?}"), "TripleDesKey(**)");
    }
}
