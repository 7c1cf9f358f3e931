//! The member's code: a handle and a one-time password (RFC 6238) that changes every 30 seconds, so that a
//! photograph of it is worth nothing a minute later.
//!
//! Text form for QR codes: `DM1.<handle>.<8 digits>`. The secret of a handle is derived from the kiosk's key, so no
//! table holds one. A code counts one step early and one late, and once: `ledger::member` keeps the last step used.

use std::fmt;

use aws_lc_rs::{constant_time, hmac};
use serde::{Deserialize, Serialize};

use super::token::KeyTooShort;

/// How long one code is shown, in milliseconds (RFC 6238, section 5.2 recommends 30 seconds).
pub const STEP_MS: u64 = 30_000;
/// Steps by which a phone's clock may be off, either way (RFC 6238, section 6).
pub const WINDOW_STEPS: u64 = 1;
/// Digits of a code: with 8, guessing one of the three valid codes takes 33 million tries on average.
pub const CODE_DIGITS: u32 = 8;
/// What every member code starts with.
const PREFIX: &str = "DM1.";
/// Letters of a handle: Crockford's base32, which has no two that look alike.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// 60 bits, so that two members never get the same.
const HANDLE_LEN: usize = 12;
/// Keeps these secrets apart from the tokens, which come from the same credential.
const DOMAIN: &[u8] = b"dais-member-code-1\0";
/// A shorter key could be guessed.
const KEY_LEN_MIN: usize = 16;

/// Why a text is no member code that counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadCode {
    /// Not our form.
    #[error("this is no member code")]
    NotAMemberCode,
    /// Wrong digits, or more than a step off.
    #[error("the member code is not valid now: show the one on the phone, and check the phone's clock")]
    NotValidNow,
}

/// A member's name in codes and tables: 12 letters and digits, random.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Handle(String);

impl Handle {
    /// Takes 12 letters and digits of Crockford's base32.
    ///
    /// # Errors
    /// [`BadCode::NotAMemberCode`].
    pub fn new(text: &str) -> Result<Self, BadCode> {
        let fits = text.len() == HANDLE_LEN && text.bytes().all(|b| LETTERS.contains(&b));
        if fits { Ok(Self(text.to_owned())) } else { Err(BadCode::NotAMemberCode) }
    }

    /// Makes a handle of random bytes that the caller drew.
    #[must_use]
    pub fn from_random(random: [u8; HANDLE_LEN]) -> Self {
        let letter = |byte: u8| LETTERS.get(usize::from(byte & 31)).copied().unwrap_or(b'0');
        Self(random.into_iter().map(|byte| char::from(letter(byte))).collect())
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Handle {
    /// The first two letters: a handle names a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Handle({}..)", self.0.get(..2).unwrap_or_default())
    }
}

impl TryFrom<String> for Handle {
    type Error = BadCode;
    fn try_from(text: String) -> Result<Self, BadCode> {
        Self::new(&text)
    }
}

impl From<Handle> for String {
    fn from(handle: Handle) -> Self {
        handle.0
    }
}

/// The hash of a one-time password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Otp {
    /// RFC 6238's default; here for its vectors.
    Sha1,
    /// Ours.
    Sha256,
    /// The RFC's third.
    Sha512,
}

/// RFC 6238's one-time password of a step, with 1 to 9 digits.
#[must_use]
pub fn totp(hash: Otp, secret: &[u8], step: u64, digits: u32) -> u32 {
    let algorithm = match hash {
        Otp::Sha1 => hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY,
        Otp::Sha256 => hmac::HMAC_SHA256,
        Otp::Sha512 => hmac::HMAC_SHA512,
    };
    let tag = hmac::sign(&hmac::Key::new(algorithm, secret), &step.to_be_bytes());
    // RFC 4226, section 5.3: the last nibble says where four bytes are taken from, without their top bit.
    let bytes = tag.as_ref();
    let offset = usize::from(bytes.last().copied().unwrap_or(0) & 0x0f);
    let four = bytes.get(offset..).and_then(|rest| rest.first_chunk::<4>()).copied().unwrap_or_default();
    let modulus = 10_u32.checked_pow(digits).unwrap_or(u32::MAX);
    (u32::from_be_bytes(four) & 0x7fff_ffff).checked_rem(modulus).unwrap_or(0)
}

/// A code as scanned. Its digits are the member's secret for a minute.
#[derive(Clone, PartialEq, Eq)]
pub struct MemberCode {
    /// Who it claims to be.
    pub handle: Handle,
    digits: u32,
}

impl fmt::Debug for MemberCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemberCode(**)")
    }
}

impl MemberCode {
    /// Whether a scanned text claims to be a member code, so that it is never sent to a payment channel.
    #[must_use]
    pub fn claims(text: &str) -> bool {
        text.trim().starts_with(PREFIX)
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// [`BadCode::NotAMemberCode`].
    pub fn read(text: &str) -> Result<Self, BadCode> {
        let rest = text.trim().strip_prefix(PREFIX).ok_or(BadCode::NotAMemberCode)?;
        let (handle, digits) = rest.split_once('.').ok_or(BadCode::NotAMemberCode)?;
        let plain = digits.len() == 8 && digits.bytes().all(|b| b.is_ascii_digit());
        let digits = digits.parse().ok().filter(|_| plain).ok_or(BadCode::NotAMemberCode)?;
        Ok(Self { handle: Handle::new(handle)?, digits })
    }
}

/// The key from which members' secrets are derived: the credential `member_key`.
pub struct MemberKey(hmac::Key);

impl fmt::Debug for MemberKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemberKey(**)")
    }
}

impl MemberKey {
    /// Takes 16 bytes or more.
    ///
    /// # Errors
    /// [`KeyTooShort`].
    pub fn new(key: &[u8]) -> Result<Self, KeyTooShort> {
        if key.len() < KEY_LEN_MIN {
            return Err(KeyTooShort);
        }
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, key)))
    }

    /// The secret that a member's phone is given when it joins, for its authenticator.
    #[must_use]
    pub fn secret(&self, handle: &Handle) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(DOMAIN);
        context.update(handle.as_str().as_bytes());
        context.sign().as_ref().to_vec()
    }

    /// The code that a member's phone shows at a moment.
    #[must_use]
    pub fn code(&self, handle: &Handle, now_ms: u64) -> String {
        let step = now_ms.checked_div(STEP_MS).unwrap_or(0);
        let digits = totp(Otp::Sha256, &self.secret(handle), step, CODE_DIGITS);
        format!("{PREFIX}{}.{digits:08}", handle.as_str())
    }

    /// The step of a code that is valid now. It counts only where `ledger::member` has used no step as late before.
    ///
    /// # Errors
    /// [`BadCode::NotValidNow`].
    pub fn step(&self, code: &MemberCode, now_ms: u64) -> Result<u64, BadCode> {
        let secret = self.secret(&code.handle);
        let now = now_ms.checked_div(STEP_MS).unwrap_or(0);
        let steps = now.saturating_sub(WINDOW_STEPS)..=now.saturating_add(WINDOW_STEPS);
        let fits = |step: &u64| {
            let digits = totp(Otp::Sha256, &secret, *step, CODE_DIGITS);
            constant_time::verify_slices_are_equal(&digits.to_be_bytes(), &code.digits.to_be_bytes()).is_ok()
        };
        steps.rev().find(fits).ok_or(BadCode::NotValidNow)
    }
}

#[cfg(test)]
mod tests;
