//! What was scanned. A pay code is money for a minute, so it never prints.

use std::fmt;

/// Letters of ISO/IEC 15424 that scanners send, from Code 39 to the GS1 composites.
const LETTERS: &[u8] = b"ACEFGHILMNOPQRSTUXZdez";

/// Which kind of symbol a code was read from: the AIM identifier of ISO/IEC 15424, `]` + letter + modifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Symbology {
    /// `Q` for QR Code, `C` for Code 128, `E` for EAN and UPC, ...
    pub letter: u8,
    /// `0` to `9`, `A` to `Z`.
    pub modifier: u8,
}

impl Symbology {
    /// The identifier that these three bytes are, if they are one.
    pub fn parse(bytes: [u8; 3]) -> Option<Self> {
        let [mark, letter, modifier] = bytes;
        let fits = mark == b']' && LETTERS.contains(&letter);
        let fits = fits && (modifier.is_ascii_digit() || modifier.is_ascii_uppercase());
        fits.then_some(Self { letter, modifier })
    }

    /// The identifier at the head of some bytes, and the rest.
    pub fn split(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let (head, rest) = bytes.split_first_chunk::<3>()?;
        Some((Self::parse(*head)?, rest))
    }

    /// True where the code is made of GS1 element strings (GS1 General Specifications, section 5).
    pub fn is_gs1(self) -> bool {
        matches!(
            (self.letter, self.modifier),
            (b'C', b'1') | (b'e', _) | (b'd', b'2') | (b'Q', b'3') | (b'J', b'1')
        )
    }

    /// How many digits the code has of which the last is a check digit, where there is one.
    pub fn checked_digits(self) -> &'static [usize] {
        match (self.letter, self.modifier) {
            (b'E', b'0') => &[12, 13],
            (b'E', b'4') => &[8],
            _ => &[],
        }
    }
}

/// One scan, before it is judged.
#[derive(Clone, PartialEq, Eq)]
pub struct Scan {
    /// All that was sent of it, without its suffix.
    pub bytes: Vec<u8>,
    /// What the report said it was, where it came in a report.
    pub symbology: Option<Symbology>,
}

impl fmt::Debug for Scan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scan({} bytes)", self.bytes.len())
    }
}

/// What a symbol carried: bytes, as sent. They may be no UTF-8 (GBK codes exist).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Code {
    bytes: Vec<u8>,
    symbology: Option<Symbology>,
}

impl Code {
    /// Keeps the bytes as they are.
    pub fn new(bytes: Vec<u8>, symbology: Option<Symbology>) -> Self {
        Self { bytes, symbology }
    }

    /// The bytes themselves, for the one place that pays with them.
    pub fn reveal(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes as text, where they are UTF-8.
    pub fn reveal_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }

    /// What kind of symbol it was, where the scanner says so.
    pub fn symbology(&self) -> Option<Symbology> {
        self.symbology
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({} bytes)", self.bytes.len())
    }
}
