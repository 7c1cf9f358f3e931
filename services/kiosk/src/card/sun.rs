//! NTAG 424 DNA, "Secure Unique NFC": what a tag mirrors into its URL at a tap (NXP AN12196, 3.3 and 3.4).
//!
//! `picc_data` is the uid and the read counter under AES-CBC, `cmac` proves them under a key made for this one tap.
//! The reader needs no key. Whoever checks must refuse a counter that is not above the last one: a copied URL is a
//! replay.

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::aes::{AesKey, Block, hex, odd_bytes};
use super::ndef;
use crate::till::{CardUid, SunMessage};

/// PICC data with a 7-byte uid and a counter, both mirrored.
const PICC_DATA_TAG: u8 = 0xC7;
/// Start of the vector that a tap's MAC key is made from.
const MAC_KEY_VECTOR: [u8; 6] = [0x3C, 0xC3, 0x00, 0x01, 0x00, 0x80];
/// The longest URL that fits the tag's NDEF file.
const URL_LEN_MAX: usize = 256;

/// The school's keys of its tags.
#[derive(Clone, Debug)]
pub struct SunKeys {
    /// Opens PICC data (the tag's SDMMetaRead key).
    pub picc_data: AesKey,
    /// Makes each tap's MAC key (the tag's SDMFileRead key).
    pub file: AesKey,
}

/// A genuine tap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SunTap {
    /// The tag.
    pub uid: CardUid,
    /// How often it was ever read; 24 bits.
    pub counter: u32,
}

/// The message does not come from one of the school's tags, or was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this tag is not the school's, or its message was changed: have the card office look at it")]
pub struct NotGenuine;

/// Opens and proves a message. Whether its counter is fresh is for the accounts to say.
///
/// # Errors
/// [`NotGenuine`].
pub fn open(keys: &SunKeys, message: &SunMessage) -> Result<SunTap, NotGenuine> {
    let (sealed, mac) = message.reveal();
    let opened = keys.picc_data.decrypt(&mut [0; 16], sealed).ok_or(NotGenuine)?;
    let opened: Block = opened.try_into().map_err(|_size| NotGenuine)?;
    let [PICC_DATA_TAG, proved @ ..] = opened else { return Err(NotGenuine) };
    // Uid (7), counter (3); random padding follows.
    let (proved, _padding) = proved.split_at(10);
    let vector = [&MAC_KEY_VECTOR[..], proved].concat();
    // The MAC covers an empty part of the file: what it proves is the key, and so uid and counter.
    let expected = odd_bytes(&AesKey::new(keys.file.cmac(&vector)).cmac(&[]));
    verify_slices_are_equal(&expected, mac).map_err(|_other| NotGenuine)?;
    let (uid, counter) = proved.split_at(7);
    let counter = counter.iter().rev().fold(0, |sum: u32, byte| (sum << 8) | u32::from(*byte));
    Ok(SunTap { uid: CardUid::new(uid).map_err(|_length| NotGenuine)?, counter })
}

/// Reads the two parameters of a tag's URL, in any order and among others; none where one is missing, doubled or not
/// of its length.
pub fn from_url(url: &str) -> Option<SunMessage> {
    if url.len() > URL_LEN_MAX {
        return None;
    }
    let (_page, query) = url.split_once('?')?;
    let query = query.split('#').next()?;
    let parameter = |name: &str| {
        let mut values = query.split('&').filter_map(|pair| pair.strip_prefix(name)?.strip_prefix('='));
        values.next().filter(|_first| values.next().is_none()).and_then(hex)
    };
    Some(SunMessage::new(parameter("picc_data")?.try_into().ok()?, parameter("cmac")?.try_into().ok()?))
}

/// Reads a tag's NDEF file: a length, then a message that begins with a URI (NFC Forum, Type 4 Tag).
pub fn from_ndef(file: &[u8]) -> Option<SunMessage> {
    let (length, rest) = file.split_first_chunk::<2>()?;
    let message = rest.get(..usize::from(u16::from_be_bytes(*length)))?;
    from_url(&ndef::records(message)?.first()?.uri()?)
}

#[cfg(test)]
mod tests;
