//! What can go wrong with a scanner, in words for the person who stands at it.

use std::fmt;

/// Why a scan was no code. Nothing of it is ever told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Fault {
    /// It stopped before its end, or its end came much later.
    #[error("the code came only in part: hold it to the scanner once more")]
    Torn,
    /// It came without an end mark from a gun of which nothing is known yet; a second time it is believed.
    #[error(
        "the code came without an end: hold it to the scanner once more, or set the scanner to send Enter after codes"
    )]
    Unended,
    /// A character, key or report made no sense, or was marked as damaged by the kernel.
    #[error("the code was damaged on its way: hold it to the scanner once more")]
    Garbled,
    /// The kernel had to drop events, because nobody read them in time.
    #[error("a part of the code was lost on its way: hold it to the scanner once more")]
    Lost,
    /// The scanner was opened while it was sending.
    #[error("the scanner was plugged in while it was sending: hold the code to it once more")]
    Joined,
    /// Longer than any symbol can be.
    #[error("the code is longer than any code can be: check that this device is a scanner")]
    TooLong,
    /// It lacks the prefix that the scanner is said to send.
    #[error(
        "the code lacks the scanner's prefix: set the scanner's prefix and the configuration's to the same"
    )]
    NoPrefix,
    /// Its own check digit is wrong.
    #[error("the code's check digit is wrong: hold it to the scanner once more")]
    CheckDigit,
}

/// Why there is no working scanner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Missing {
    /// It is not there.
    Unplugged,
    /// Another program holds it.
    InUse,
    /// This user may not open it.
    Forbidden,
    /// Something is there, but it does not answer as a scanner does.
    Silent,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unplugged => "it is not plugged in: check its cable",
            Self::InUse => "another program uses it: stop that program",
            Self::Forbidden => "it may not be opened: the udev rule of Dais gives the right to the till's group",
            Self::Silent => {
                "what is there is no scanner: name a keyboard, a HID POS scanner or a serial port, or plug it in again"
            }
        })
    }
}

/// What [`Scanner::next`](crate::Scanner::next) has to tell besides codes. The scanner goes on: call it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScannerError {
    /// There is no working scanner. Told once for each reason.
    #[error("the scanner is missing: {0}")]
    Missing(Missing),
    /// Something was scanned that gave no code.
    #[error(transparent)]
    Unread(#[from] Fault),
}
