//! What a reader tells: a card came, left, or left before it could be read.
//!
//! A uid finds a person's account, so it never prints: `Debug` shows only its length, and there is no `Display`.

use std::fmt;

/// ISO 14443-3 knows unique identifiers of 4, 7 and 10 bytes.
const UID_LENGTHS: [usize; 3] = [4, 7, 10];
const UID_MAX: usize = 10;
/// First byte of a 4-byte uid that was made up for this one tap (ISO 14443-3, 6.5.4): phones and some bank cards.
const RANDOM_UID_MARK: u8 = 0x08;

/// The unique identifier a card answers with. It is an identifier and no proof: uids can be copied.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Uid {
    bytes: [u8; UID_MAX],
    len: u8,
}

/// Why some bytes are not a uid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UidError {
    /// The length is none of those ISO 14443-3 allows.
    #[error("a card number has 4, 7 or 10 bytes, not {0}: read it from the card again")]
    Length(usize),
    /// The text is not hexadecimal.
    #[error("a card number is written in hexadecimal digits, two for each byte")]
    NotHex,
}

impl Uid {
    /// A uid of 4, 7 or 10 bytes.
    pub fn new(bytes: &[u8]) -> Result<Self, UidError> {
        if !UID_LENGTHS.contains(&bytes.len()) {
            return Err(UidError::Length(bytes.len()));
        }
        let mut kept = [0; UID_MAX];
        kept[..bytes.len()].copy_from_slice(bytes);
        Ok(Self { bytes: kept, len: bytes.len() as u8 })
    }

    /// Reads hexadecimal digits; colons and spaces between bytes are allowed, as card tools print them.
    pub fn from_hex(text: &str) -> Result<Self, UidError> {
        let digits: Vec<char> = text.chars().filter(|c| !matches!(c, ':' | ' ' | '-')).collect();
        if !digits.len().is_multiple_of(2) {
            return Err(UidError::NotHex);
        }
        let bytes: Option<Vec<u8>> = digits
            .chunks_exact(2)
            .map(|pair| Some((pair[0].to_digit(16)? * 16 + pair[1].to_digit(16)?) as u8))
            .collect();
        Self::new(&bytes.ok_or(UidError::NotHex)?)
    }

    /// The bytes themselves, for the one place that looks the account up.
    pub fn reveal(&self) -> &[u8] {
        &self.bytes[..usize::from(self.len)]
    }

    /// Upper-case hexadecimal digits, for the one place that writes them down.
    pub fn reveal_hex(&self) -> String {
        self.reveal().iter().map(|byte| format!("{byte:02X}")).collect()
    }

    /// True where the number was made up for this tap (phones, some bank cards): it can never find an account.
    pub fn is_random(&self) -> bool {
        self.len == 4 && self.bytes[0] == RANDOM_UID_MARK
    }
}

impl fmt::Debug for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Uid({} bytes)", self.len)
    }
}

/// The family a card belongs to, by its SAK byte (NXP AN10833, table 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    /// MIFARE Ultralight and NTAG: SAK 00.
    Ultralight,
    /// MIFARE Classic 1K, 4K, Mini: SAK 08, 18, 09 (also with the high "Infineon" bit). An identifier, never a proof.
    Classic,
    /// Speaks ISO 14443-4: DESFire, CPU cards, bank cards, phones.
    IsoDep,
    /// Anything else that answered.
    Other,
}

impl CardKind {
    /// Reads the family from the SAK byte.
    pub fn from_sak(sak: u8) -> Self {
        match sak {
            _ if sak & 0x20 != 0 => Self::IsoDep,
            _ if sak & 0x08 != 0 => Self::Classic,
            0x00 => Self::Ultralight,
            _ => Self::Other,
        }
    }
}

/// A card that was held to the reader long enough to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Card {
    /// Its number.
    pub uid: Uid,
    /// Its family.
    pub kind: CardKind,
}

/// What happened at the reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tap {
    /// A card came and was read. Told once, however long it lies there.
    Card(Card),
    /// A card answered but was pulled away before it was read: ask the person to hold it still.
    LeftTooSoon,
    /// Two cards lie there and neither was chosen: ask the person to hold one alone.
    TwoCards,
    /// A card lies there that this reader cannot read, such as one with contacts only.
    Unreadable,
    /// The card that was read has left.
    Gone,
}

#[cfg(test)]
mod tests;
