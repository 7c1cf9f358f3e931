//! The unit's own PIN for its service page, where no till knows its staff: hashed as the till's roster hashes
//! (`pbkdf2-sha256 600000 SALT HASH`, the last two in base64), and a lock-out for those who guess.

use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA256};
use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What OWASP's Password Storage Cheat Sheet asks of PBKDF2-HMAC-SHA256.
const ITERATIONS: u32 = 600_000;
/// Most that a line may ask for: five seconds of a slow machine.
const ITERATIONS_MAX: u32 = 6_000_000;
const SALT_BYTES: usize = 16;
const HASH_BYTES: usize = 32;
/// Digits of a PIN.
pub const DIGITS: std::ops::RangeInclusive<usize> = 6..=12;
const METHOD: &str = "pbkdf2-sha256";

/// Wrong PINs in a row, and how long nobody is let in after them: a stranger gets through 1 440 of a million a day.
const WRONG_MAX: u32 = 5;
const LOCKED_S: u64 = 300;

/// What is wrong. Nothing of a PIN or line is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// The configuration's line.
    #[error("service_pin is no line that `dais-shell hash-pin` makes")]
    NotALine,
    /// A PIN that strangers try first, or none.
    #[error("a PIN has 6 to 12 digits, neither all the same nor in a row such as 123456")]
    Weak,
    /// No entropy.
    #[error("the machine has no random numbers yet; try again")]
    NoEntropy,
}

/// A PIN as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct PinHash {
    iterations: NonZeroU32,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

impl std::fmt::Debug for PinHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PinHash(**)")
    }
}

impl PinHash {
    /// Reads the configuration's line.
    ///
    /// # Errors
    /// [`PinError::NotALine`].
    pub fn parse(line: &str) -> Result<Self, PinError> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [METHOD, iterations, salt, hash] = words[..] else { return Err(PinError::NotALine) };
        let bytes = |text: &str| STANDARD.decode(text).map_err(|_not_base64| PinError::NotALine);
        let iterations: NonZeroU32 = iterations.parse().map_err(|_no_number| PinError::NotALine)?;
        let kept = Self { iterations, salt: bytes(salt)?, hash: bytes(hash)? };
        let strong = (ITERATIONS..=ITERATIONS_MAX).contains(&iterations.get());
        let whole = kept.salt.len() >= SALT_BYTES && kept.hash.len() == HASH_BYTES;
        if strong && whole { Ok(kept) } else { Err(PinError::NotALine) }
    }

    /// Whether this PIN was meant. It takes about 0.2 s; call it where blocking is allowed.
    pub fn is(&self, pin: &str) -> bool {
        DIGITS.contains(&pin.len())
            && pbkdf2::verify(PBKDF2_HMAC_SHA256, self.iterations, &self.salt, pin.as_bytes(), &self.hash)
                .is_ok()
    }
}

/// The line of the configuration for a PIN.
///
/// # Errors
/// [`PinError`].
pub fn hash(pin: &str) -> Result<String, PinError> {
    let pin = pin.trim();
    if !is_strong(pin) {
        return Err(PinError::Weak);
    }
    let mut salt = [0; SALT_BYTES];
    rand::fill(&mut salt).map_err(|_no_entropy| PinError::NoEntropy)?;
    let iterations = NonZeroU32::new(ITERATIONS).ok_or(PinError::NotALine)?;
    let mut hash = [0; HASH_BYTES];
    pbkdf2::derive(PBKDF2_HMAC_SHA256, iterations, &salt, pin.as_bytes(), &mut hash);
    Ok(format!("{METHOD} {ITERATIONS} {} {}", STANDARD.encode(salt), STANDARD.encode(hash)))
}

fn is_strong(pin: &str) -> bool {
    let digits = pin.as_bytes();
    let steps: Vec<i16> = digits.windows(2).map(|pair| i16::from(pair[1]) - i16::from(pair[0])).collect();
    let monotone = [-1, 0, 1].iter().any(|step| steps.iter().all(|found| found == step));
    DIGITS.contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) && !monotone
}

/// Who guesses waits.
#[derive(Clone, Copy, Debug, Default)]
pub struct LockOut {
    wrong: u32,
    until_s: u64,
}

impl LockOut {
    /// Whether a PIN may be tried now, in seconds since any fixed moment.
    pub fn is_open(&self, now_s: u64) -> bool {
        now_s >= self.until_s
    }

    /// One was tried.
    pub fn tried(&mut self, right: bool, now_s: u64) {
        self.wrong = if right { 0 } else { self.wrong + 1 };
        if self.wrong >= WRONG_MAX {
            *self = Self { wrong: 0, until_s: now_s.saturating_add(LOCKED_S) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_known_again_by_its_line_and_no_other_is() {
        let line = hash("260514\n").unwrap();
        let kept = PinHash::parse(&line).unwrap();
        assert!(kept.is("260514") && !kept.is("260515") && !kept.is("") && !kept.is("2605140"));
        assert_ne!(line, hash("260514").unwrap(), "the same PIN has another salt each time");
        assert!(!format!("{kept:?}").contains(&line[25..35]));
    }

    #[test]
    fn weak_pins_and_broken_lines_are_refused() {
        for weak in ["", "12345", "123456", "987654", "111111", "1234567890123", "26o514"] {
            assert_eq!(hash(weak), Err(PinError::Weak), "{weak}");
        }
        let good = hash("260514").unwrap();
        for wrong in
            ["", "260514", &good[..40], &good.replace("600000", "1000"), &good.replace("pbkdf2", "md5")]
        {
            assert_eq!(PinHash::parse(wrong), Err(PinError::NotALine), "{wrong}");
        }
    }

    #[test]
    fn who_guesses_waits_and_who_is_right_begins_anew() {
        let mut lock = LockOut::default();
        for _ in 1..WRONG_MAX {
            lock.tried(false, 10);
        }
        lock.tried(true, 10);
        for _ in 1..WRONG_MAX {
            lock.tried(false, 20);
            assert!(lock.is_open(20));
        }
        lock.tried(false, 20);
        assert!(!lock.is_open(20) && !lock.is_open(20 + LOCKED_S - 1) && lock.is_open(20 + LOCKED_S));
    }
}
