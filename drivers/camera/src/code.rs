//! The bytes of a read code. A pay code is money for a minute, so it never prints.

use std::fmt;

/// What one QR code carried: bytes, as sent. They may be no UTF-8 (GBK and Latin-1 codes exist).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Code(Vec<u8>);

impl Code {
    /// Keeps the bytes as they are.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// The bytes themselves, for the one place that pays with them.
    pub fn reveal(&self) -> &[u8] {
        &self.0
    }

    /// The bytes as text, where they are UTF-8.
    pub fn reveal_text(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Code({} bytes)", self.0.len())
    }
}
