//! What a member's authenticator app is told when the member joins: the `otpauth` text that such apps read as a QR code
//! (<https://github.com/google/google-authenticator/wiki/Key-Uri-Format>). It is the member's secret.

use std::fmt;

use super::code::{CODE_DIGITS, Handle, MemberKey, STEP_MS};

/// RFC 4648's base32.
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Who the code is for, as the app shows it.
const ISSUER: &str = "Dais";

/// The text. Debug and logs never show it.
#[derive(Clone, PartialEq, Eq)]
pub struct Authenticator(String);

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authenticator(**)")
    }
}

impl Authenticator {
    /// A member's, by the kiosk's key.
    #[must_use]
    pub fn of(key: &MemberKey, handle: &Handle) -> Self {
        let seconds = STEP_MS.checked_div(1_000).unwrap_or(0);
        Self(format!(
            "otpauth://totp/{ISSUER}:{handle}?secret={secret}&issuer={ISSUER}&algorithm=SHA256&digits={CODE_DIGITS}\
             &period={seconds}",
            handle = handle.as_str(),
            secret = base32(&key.secret(handle)),
        ))
    }

    /// The text, for the member alone.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Without padding, as the format asks for.
fn base32(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(5) {
        let mut five = [0_u8; 5];
        for (to, from) in five.iter_mut().zip(chunk) {
            *to = *from;
        }
        let bits = five.iter().fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        let letters = chunk.len().saturating_mul(8).div_ceil(5);
        for place in (0..8_u32).take(letters) {
            let shift = 35_u32.saturating_sub(place.saturating_mul(5));
            let letter = usize::try_from((bits >> shift) & 31).ok().and_then(|index| LETTERS.get(index));
            text.push(char::from(letter.copied().unwrap_or(b'A')));
        }
    }
    text
}

#[cfg(test)]
mod tests;
