//! The bytes of a read code. A pay code is money for a minute, so it never prints.

use std::fmt;

/// What kind of code it was. Bars carry far weaker checks than a QR code, so who pays with one may want to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Symbology {
    /// QR code, model 2.
    Qr,
    /// Code 128: the bars that wallets show above their QR code.
    Code128,
    /// EAN-13 and EAN-8: goods, and books by their ISBN.
    Ean,
}

impl Symbology {
    /// Whether it consists of bars, which count only when two frames agree.
    pub fn is_bars(self) -> bool {
        !matches!(self, Self::Qr)
    }
}

/// What one code carried: bytes, as sent. They may be no UTF-8 (GBK and Latin-1 codes exist).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Code {
    symbology: Symbology,
    bytes: Vec<u8>,
}

impl Code {
    /// Keeps the bytes as they are.
    pub fn new(symbology: Symbology, bytes: Vec<u8>) -> Self {
        Self { symbology, bytes }
    }

    /// The kind of code they came from.
    pub fn symbology(&self) -> Symbology {
        self.symbology
    }

    /// The bytes themselves, for the one place that pays with them.
    pub fn reveal(&self) -> &[u8] {
        &self.bytes
    }

    /// The bytes as text, where they are UTF-8.
    pub fn reveal_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({:?}, {} bytes)", self.symbology, self.bytes.len())
    }
}
