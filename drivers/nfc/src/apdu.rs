//! Bytes for a card that speaks ISO 14443-4, and what may come of sending them.
//!
//! An exchange can carry keys' answers and purses' values, so it never prints: `Debug` shows only the length.

use std::fmt;

use crate::card::Uid;

/// Longest command: a short APDU has 4 bytes of head, a length, 255 bytes and an expected length (ISO 7816-4). One
/// frame of the PN532 holds it.
pub const APDU_MAX: usize = 261;

/// A command to a card, or its answer.
#[derive(Clone, PartialEq, Eq)]
pub struct Apdu(Vec<u8>);

/// Why some bytes are no command or answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a card's command or answer has 1 to {APDU_MAX} bytes, written in hexadecimal digits")]
pub struct BadApdu;

impl Apdu {
    /// Takes 1 to [`APDU_MAX`] bytes.
    ///
    /// # Errors
    /// [`BadApdu`].
    pub fn new(bytes: Vec<u8>) -> Result<Self, BadApdu> {
        if (1..=APDU_MAX).contains(&bytes.len()) { Ok(Self(bytes)) } else { Err(BadApdu) }
    }

    /// Reads two hexadecimal digits a byte, without anything between.
    ///
    /// # Errors
    /// [`BadApdu`].
    pub fn from_hex(text: &str) -> Result<Self, BadApdu> {
        if text.len() > 2 * APDU_MAX || !text.len().is_multiple_of(2) {
            return Err(BadApdu);
        }
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let bytes: Option<Vec<u8>> = text
            .as_bytes()
            .chunks_exact(2)
            .map(|pair| u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok())
            .collect();
        Self::new(bytes.ok_or(BadApdu)?)
    }

    /// The bytes, for the card or for the one who asked it.
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }

    /// Upper-case hexadecimal digits, for the line between the child and its owner.
    pub fn reveal_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02X}")).collect()
    }
}

impl fmt::Debug for Apdu {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Apdu({} bytes)", self.0.len())
    }
}

/// Why a command has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoAnswer {
    /// That card does not lie on the reader; nothing was sent.
    #[error("that card does not lie on the reader: hold it there again")]
    NotThere,
    /// It was sent, and no answer came: the card may have obeyed or not.
    #[error("the card left before it answered: hold the same card there again")]
    CardLeft,
    /// The reader is missing or was lost; what was sent may have been obeyed or not.
    #[error(
        "the card reader was lost during the exchange: check its cable, then hold the same card there again"
    )]
    ReaderLost,
}

/// A command for the card that lies on the reader, as the owner sends it to the child.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Counts up; the answer carries it back.
    pub seq: u32,
    /// For this card and no other.
    pub uid: Uid,
    /// The command.
    pub apdu: Apdu,
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    seq: u32,
    uid: String,
    apdu: String,
}

impl Request {
    /// The request as one line, without its newline.
    ///
    /// # Errors
    /// None in practice; serialising to a string is fallible by type.
    pub fn to_line(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&Wire {
            seq: self.seq,
            uid: self.uid.reveal_hex(),
            apdu: self.apdu.reveal_hex(),
        })
    }

    /// Reads one line; none where it is no request.
    pub fn from_line(line: &[u8]) -> Option<Self> {
        let wire: Wire = serde_json::from_slice(line).ok()?;
        Some(Self {
            seq: wire.seq,
            uid: Uid::from_hex(&wire.uid).ok()?,
            apdu: Apdu::from_hex(&wire.apdu).ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    //! Requests go out and come back; nothing of them prints.
    use super::*;

    #[test]
    fn requests_go_there_and_back_and_never_print() {
        let line = r#"{"seq":7,"uid":"04A10203040506","apdu":"905A00000342444100"}"#;
        let request = Request::from_line(line.as_bytes()).unwrap();
        assert_eq!(request.to_line().unwrap(), line);
        let printed = format!("{request:?}");
        assert!(!printed.contains("A1") && !printed.contains("5A"), "{printed}");
    }

    #[test]
    fn bad_bytes_are_refused() {
        for text in ["", "0", "0G", "\u{e9}\u{e9}", &"00".repeat(APDU_MAX + 1)] {
            assert_eq!(Apdu::from_hex(text), Err(BadApdu), "{text}");
        }
        assert_eq!(Apdu::from_hex(&"00".repeat(APDU_MAX)).unwrap().reveal().len(), APDU_MAX);
        for line in
            ["", "{}", r#"{"seq":1,"uid":"04","apdu":"00"}"#, r#"{"seq":-1,"uid":"04010203","apdu":"00"}"#]
        {
            assert_eq!(Request::from_line(line.as_bytes()), None, "{line}");
        }
    }
}
