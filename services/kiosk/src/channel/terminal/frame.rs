//! Frames of Dais ECR 1, pure: length, sequence number, HMAC-SHA256, JSON. The bytes stand in `protocol.md`.

use std::fmt;

use aws_lc_rs::hmac;

/// Bytes before the rest: its length, big-endian.
pub const LENGTH_BYTES: usize = 4;
/// Longest rest of a frame. A page of totals is the longest, below 20 KiB; a bound keeps a stranger from filling
/// memory before the first code is checked.
pub const REST_BYTES_MAX: usize = 32 * 1024;
/// Sequence number and code, before the JSON.
const HEAD_BYTES: usize = 4 + MAC_BYTES;
/// HMAC-SHA256.
const MAC_BYTES: usize = 32;
/// What every code begins with, so that one made for another protocol or version never fits.
const DOMAIN: &[u8] = b"dais-ecr-1";
/// A pairing key has 256 bits: as many as the hash.
const KEY_BYTES: usize = 32;

/// 128 random bits of one side, new for each session.
pub type Nonce = [u8; 16];
/// The kiosk's nonce and the terminal's, zeros until it is known.
pub type SessionId = [u8; 32];

/// The pairing key is none. Staff see the text when the service starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "terminal_key is no pairing key: store the 64 hexadecimal digits that the terminal shows when it is paired"
)]
pub struct BadKey;

/// Why a frame is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// Longer or shorter than any frame.
    #[error("the frame's length is out of bounds")]
    Length,
    /// The code does not fit: another key, session, direction, or changed bytes.
    #[error("the frame's code does not fit; pair the terminal and the kiosk again")]
    Mac,
    /// Not the next number: repeated, lost or out of order.
    #[error("the frame is not the next one of its session")]
    Sequence,
    /// The content is no message of this protocol, or none that belongs here.
    #[error("the frame's content is no answer to what was asked")]
    Content,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The kiosk.
    Kiosk,
    /// The terminal.
    Terminal,
}

impl Side {
    /// A letter in the code, so that no frame can be sent back to its sender.
    const fn letter(self) -> u8 {
        match self {
            Self::Kiosk => b'K',
            Self::Terminal => b'T',
        }
    }
}

/// The pairing key.
#[derive(Clone)]
pub struct Key(hmac::Key);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(**)")
    }
}

impl Key {
    /// Reads 64 hexadecimal digits; white space around them is dropped.
    ///
    /// # Errors
    /// [`BadKey`].
    pub fn new(text: &[u8]) -> Result<Self, BadKey> {
        let text = std::str::from_utf8(text).map_err(|_not_text| BadKey)?;
        let bytes = from_hex(text.trim()).filter(|bytes| bytes.len() == KEY_BYTES).ok_or(BadKey)?;
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    /// A whole frame, its length first.
    ///
    /// # Errors
    /// [`FrameError::Length`].
    pub fn seal(
        &self,
        side: Side,
        session: &SessionId,
        number: u32,
        json: &[u8],
    ) -> Result<Vec<u8>, FrameError> {
        let rest = HEAD_BYTES.saturating_add(json.len());
        let length = u32::try_from(rest).map_err(|_too_long| FrameError::Length)?;
        check_length(rest)?;
        let mac = hmac::sign(&self.0, &coded(side, session, number, json));
        let mut frame = Vec::with_capacity(LENGTH_BYTES.saturating_add(rest));
        frame.extend_from_slice(&length.to_be_bytes());
        frame.extend_from_slice(&number.to_be_bytes());
        frame.extend_from_slice(mac.as_ref());
        frame.extend_from_slice(json);
        Ok(frame)
    }

    /// The JSON of a frame whose length was read already. The code is compared in constant time.
    ///
    /// # Errors
    /// [`FrameError`].
    pub fn unseal<'a>(
        &self,
        side: Side,
        session: &SessionId,
        number: u32,
        rest: &'a [u8],
    ) -> Result<&'a [u8], FrameError> {
        check_length(rest.len())?;
        let (told, coded_rest) = rest.split_first_chunk::<4>().ok_or(FrameError::Length)?;
        let (mac, json) = coded_rest.split_first_chunk::<MAC_BYTES>().ok_or(FrameError::Length)?;
        let told = u32::from_be_bytes(*told);
        hmac::verify(&self.0, &coded(side, session, told, json), mac).map_err(|_forged| FrameError::Mac)?;
        if told == number { Ok(json) } else { Err(FrameError::Sequence) }
    }
}

/// How many bytes follow the length field.
///
/// # Errors
/// [`FrameError::Length`]: no frame is that long; nothing more should be read.
pub fn rest_length(field: [u8; LENGTH_BYTES]) -> Result<usize, FrameError> {
    let rest = usize::try_from(u32::from_be_bytes(field)).map_err(|_too_long| FrameError::Length)?;
    check_length(rest).map(|()| rest)
}

fn check_length(rest: usize) -> Result<(), FrameError> {
    if (HEAD_BYTES.saturating_add(1)..=REST_BYTES_MAX).contains(&rest) {
        Ok(())
    } else {
        Err(FrameError::Length)
    }
}

/// The text under the code.
fn coded(side: Side, session: &SessionId, number: u32, json: &[u8]) -> Vec<u8> {
    let mut text = Vec::with_capacity(json.len().saturating_add(64));
    text.extend_from_slice(DOMAIN);
    text.push(side.letter());
    text.extend_from_slice(session);
    text.extend_from_slice(&number.to_be_bytes());
    text.extend_from_slice(json);
    text
}

/// Lower-case hexadecimal digits.
pub(super) fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The bytes of hexadecimal digits; none where there is any other character, or half a byte.
pub(super) fn from_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, half) = text.as_bytes().as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let byte = |[high, low]: &[u8; 2]| Some((digit(*high)? << 4) | digit(*low)?);
    if half.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

#[cfg(test)]
pub(super) mod tests;
