//! What the payer presents: a code or a card. Both are secrets of the payer, so they print masked, are wiped of
//! their last reader by being shared nowhere, and are never stored.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::attempt::Way;

/// Longest code any wallet shows is far below this; a bound keeps a bad scanner from filling memory.
const CODE_LEN_MAX: usize = 256;
/// ISO 14443 uids have 4, 7 or 10 bytes.
const UID_LENS: [usize; 3] = [4, 7, 10];

/// Why something presented is no tender at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadTender {
    /// Empty, too long or with control characters.
    #[error("the code is empty, longer than any wallet's, or not text")]
    NotACode,
    /// Not 4, 7 or 10 bytes.
    #[error("a card's uid has 4, 7 or 10 bytes")]
    NotAUid,
}

/// A payer's code as scanned, single use and valid for about a minute.
#[derive(Clone, PartialEq, Eq)]
pub struct PayCode(String);

impl PayCode {
    /// Takes printable ASCII text; surrounding blanks that scanners append are dropped.
    pub fn new(text: &str) -> Result<Self, BadTender> {
        let text = text.trim();
        if text.is_empty() || text.len() > CODE_LEN_MAX || !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(BadTender::NotACode);
        }
        Ok(Self(text.to_owned()))
    }

    /// The code, for the channel and nobody else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PayCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PayCode(**)")
    }
}

/// A card's uid.
#[derive(Clone, PartialEq, Eq)]
pub struct CardUid(Vec<u8>);

impl CardUid {
    /// Takes the 4, 7 or 10 bytes of an ISO 14443 uid.
    pub fn new(bytes: &[u8]) -> Result<Self, BadTender> {
        if UID_LENS.contains(&bytes.len()) { Ok(Self(bytes.to_owned())) } else { Err(BadTender::NotAUid) }
    }

    /// Reads hexadecimal digits, as the reader prints them.
    pub fn from_hex(text: &str) -> Result<Self, BadTender> {
        let text = text.trim();
        if !text.len().is_multiple_of(2) || !text.is_ascii() {
            return Err(BadTender::NotAUid);
        }
        let bytes: Result<Vec<u8>, _> = text
            .as_bytes()
            .chunks(2)
            .map(|pair| {
                let pair = std::str::from_utf8(pair).map_err(|_bad| BadTender::NotAUid)?;
                u8::from_str_radix(pair, 16).map_err(|_bad| BadTender::NotAUid)
            })
            .collect();
        Self::new(&bytes?)
    }

    /// The bytes, for the channel and nobody else.
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for CardUid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardUid(**)")
    }
}

/// What an NTAG 424 DNA tag mirrors into its URL at a tap: encrypted PICC data and its CMAC, both single use.
/// Source: NXP AN12196, "Secure Unique NFC (SUN)".
#[derive(Clone, PartialEq, Eq)]
pub struct SunMessage {
    picc_data: [u8; 16],
    cmac: [u8; 8],
}

impl SunMessage {
    /// The two fields as bytes.
    pub const fn new(picc_data: [u8; 16], cmac: [u8; 8]) -> Self {
        Self { picc_data, cmac }
    }

    /// Encrypted PICC data and CMAC, for the channel and nobody else.
    pub const fn reveal(&self) -> (&[u8; 16], &[u8; 8]) {
        (&self.picc_data, &self.cmac)
    }
}

impl fmt::Debug for SunMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SunMessage(**)")
    }
}

/// A channel's number of an agreement by which it charges without a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgreementNumber(String);

impl AgreementNumber {
    /// Takes what [`PayCode::new`] takes.
    pub fn new(text: &str) -> Result<Self, BadTender> {
        PayCode::new(text).map(|code| Self(code.0))
    }

    /// The number, for the channel and nobody else.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for AgreementNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AgreementNumber(**)")
    }
}

/// An agreement to be charged by now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// Our own name of it, which is no secret; the attempt keeps it.
    pub id: String,
    /// The channel's number of it, for the channel and nobody else.
    pub number: AgreementNumber,
}

/// What a purse lies on, and so how it is talked to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PurseKind {
    /// A DESFire card, which proves itself and each debit.
    Desfire,
    /// A MIFARE Classic card, which proves nothing that could not be copied.
    Classic,
    /// A card with an electronic purse by PBOC, which proves each purchase.
    Epurse,
}

/// What the payer presents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tender {
    /// A code from a wallet.
    Code(PayCode),
    /// A card held to the reader, known by its uid alone.
    Card(CardUid),
    /// An NTAG 424 DNA tag that proves itself anew with each tap.
    Sun(SunMessage),
    /// A purse in the reader's field; the school's channel talks to it by itself.
    Purse(PurseKind, CardUid),
    /// A bank card or a phone's wallet, recognised and nothing more: the certified terminal takes it from here.
    BankCard,
    /// The payer chooses an agreement signed before, by the member it belongs to.
    Agreement(Agreed),
}

impl Tender {
    /// How the payer meets an attempt that this tender makes.
    pub const fn way(&self) -> Way {
        match self {
            Self::Code(_) | Self::Agreement(_) => Way::Scanned,
            Self::Card(_) | Self::Sun(_) | Self::Purse(..) | Self::BankCard => Way::Card,
        }
    }
}

#[cfg(test)]
mod tests;
