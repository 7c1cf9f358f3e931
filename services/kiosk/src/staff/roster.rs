//! The roster: who the staff are, and whose PIN was typed. No PIN is stored, only what PBKDF2 makes of it.
//!
//! One member a line, words between blanks, `#` begins a comment:
//! `07 cashier 5000 pbkdf2-sha256 600000 SALT HASH`, `01 manager pbkdf2-sha256 600000 SALT HASH`, the last two in
//! base64. PBKDF2-HMAC-SHA256 with 600,000 iterations is what OWASP's Password Storage Cheat Sheet asks for.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2::{self, PBKDF2_HMAC_SHA256};
use aws_lc_rs::rand;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Role, StaffId, Who};

/// Iterations of a new line.
const ITERATIONS: u32 = 600_000;
/// Most that a line may ask for: five seconds of a slow machine.
const ITERATIONS_MAX: u32 = 6_000_000;
/// Random bytes beside each PIN.
const SALT_BYTES: usize = 16;
/// As long as the hash.
const HASH_BYTES: usize = 32;
/// Digits of a PIN. Six are a million, of which the lock-out leaves a stranger some dozens a day.
const PIN_DIGITS: std::ops::RangeInclusive<usize> = 6..=12;
/// A canteen's staff is smaller, and two digits name no more.
const MEMBERS_MAX: usize = 100;
const METHOD: &str = "pbkdf2-sha256";

/// Why the roster, or a line to be made for it, is not good. Nothing of a line is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RosterError {
    /// Not text, or too much of it.
    #[error("kiosk_staff is no roster: at most 100 lines of text")]
    NotARoster,
    /// This line, from 1.
    #[error("line {0} of kiosk_staff is no member's; `dais-kiosk staff hash` makes such lines")]
    Line(usize),
    /// Twice the same number.
    #[error("line {0} of kiosk_staff names a staff number for the second time")]
    Twice(usize),
    /// Too few iterations.
    #[error(
        "line {0} of kiosk_staff is hashed too weakly or too strongly; make it anew with `dais-kiosk staff hash`"
    )]
    Strength(usize),
    /// A PIN that strangers try first, or none.
    #[error("a PIN has 6 to 12 digits, neither all the same nor in a row such as 123456")]
    WeakPin,
    /// Words that make no member.
    #[error("a member is: two digits, then `cashier` and a cap in minor units, `manager` or `auditor`")]
    NotAMember,
    /// No entropy.
    #[error("the machine has no random numbers yet; try again")]
    NoEntropy,
}

#[derive(Clone)]
struct Secret {
    iterations: NonZeroU32,
    salt: Vec<u8>,
    hash: Vec<u8>,
}

/// The staff.
#[derive(Clone)]
pub struct Roster {
    members: BTreeMap<StaffId, (Role, Secret)>,
    /// Checked for numbers that nobody has, so that they take as long.
    decoy: Secret,
}

impl fmt::Debug for Roster {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Roster({} members)", self.members.len())
    }
}

impl Roster {
    /// Reads the credential `kiosk_staff`.
    ///
    /// # Errors
    /// [`RosterError`] naming the line.
    pub fn parse(text: &[u8]) -> Result<Self, RosterError> {
        let text = std::str::from_utf8(text).map_err(|_not_text| RosterError::NotARoster)?;
        let mut members = BTreeMap::new();
        for (line, number) in text.lines().zip(1..) {
            let line = line.split_once('#').map_or(line, |(before, _)| before);
            let words: Vec<&str> = line.split_whitespace().collect();
            if words.is_empty() {
                continue;
            }
            let (id, role, rest) = member(&words).ok_or(RosterError::Line(number))?;
            let secret = secret(rest, number)?;
            if members.insert(id, (role, secret)).is_some() {
                return Err(RosterError::Twice(number));
            }
        }
        if members.len() > MEMBERS_MAX {
            return Err(RosterError::NotARoster);
        }
        let strongest = members.values().map(|(_, secret)| secret.iterations).max();
        let iterations = strongest.or(NonZeroU32::new(ITERATIONS)).ok_or(RosterError::NotARoster)?;
        let decoy = Secret { iterations, salt: vec![0; SALT_BYTES], hash: vec![0; HASH_BYTES] };
        Ok(Self { members, decoy })
    }

    /// Whose number and PIN were typed. Takes as long as the hash is strong (about 0.2 s) and as long for a number
    /// that nobody has; call it where blocking is allowed.
    pub fn recognise(&self, typed: &str) -> Option<Who> {
        let (id, pin) = typed.split_at_checked(2)?;
        let good = PIN_DIGITS.contains(&pin.len()) && pin.bytes().all(|byte| byte.is_ascii_digit());
        let id = StaffId::parse(id).filter(|_| good)?;
        let (role, secret) =
            self.members.get(&id).map_or((None, &self.decoy), |(role, secret)| (Some(*role), secret));
        pbkdf2::verify(PBKDF2_HMAC_SHA256, secret.iterations, &secret.salt, pin.as_bytes(), &secret.hash)
            .ok()?;
        Some(Who { id, role: role? })
    }
}

/// Number, role and what follows.
fn member<'a>(words: &'a [&'a str]) -> Option<(StaffId, Role, &'a [&'a str])> {
    match words {
        [id, "cashier", cap, rest @ ..] => {
            let cap = cap.parse().ok().filter(|cap| *cap >= 0)?;
            Some((StaffId::parse(id)?, Role::Cashier { cap }, rest))
        }
        [id, "manager", rest @ ..] => Some((StaffId::parse(id)?, Role::Manager, rest)),
        [id, "auditor", rest @ ..] => Some((StaffId::parse(id)?, Role::Auditor, rest)),
        _other => None,
    }
}

fn secret(words: &[&str], number: usize) -> Result<Secret, RosterError> {
    let [METHOD, iterations, salt, hash] = words else { return Err(RosterError::Line(number)) };
    let bytes = |text: &str| STANDARD.decode(text).map_err(|_not_base64| RosterError::Line(number));
    let (salt, hash) = (bytes(salt)?, bytes(hash)?);
    let iterations: NonZeroU32 = iterations.parse().map_err(|_no_number| RosterError::Line(number))?;
    if !(ITERATIONS..=ITERATIONS_MAX).contains(&iterations.get()) || salt.len() < SALT_BYTES {
        return Err(RosterError::Strength(number));
    }
    if hash.len() != HASH_BYTES {
        return Err(RosterError::Line(number));
    }
    Ok(Secret { iterations, salt, hash })
}

/// The line of the credential for a member, such as `["07", "cashier", "5000"]`, with this PIN.
///
/// # Errors
/// [`RosterError`].
pub fn hash(words: &[&str], pin: &str) -> Result<String, RosterError> {
    if !member(words).is_some_and(|(.., rest)| rest.is_empty()) {
        return Err(RosterError::NotAMember);
    }
    let pin = pin.trim();
    if !strong(pin) {
        return Err(RosterError::WeakPin);
    }
    let mut salt = [0; SALT_BYTES];
    rand::fill(&mut salt).map_err(|_no_entropy| RosterError::NoEntropy)?;
    let iterations = NonZeroU32::new(ITERATIONS).ok_or(RosterError::NotARoster)?;
    let mut hash = [0; HASH_BYTES];
    pbkdf2::derive(PBKDF2_HMAC_SHA256, iterations, &salt, pin.as_bytes(), &mut hash);
    let (salt, hash) = (STANDARD.encode(salt), STANDARD.encode(hash));
    Ok(format!("{} {METHOD} {ITERATIONS} {salt} {hash}", words.join(" ")))
}

fn strong(pin: &str) -> bool {
    let digits = pin.as_bytes();
    let steps: Vec<i16> = digits.windows(2).map(|pair| i16::from(pair[1]) - i16::from(pair[0])).collect();
    let monotone = [-1, 0, 1].iter().any(|step| steps.iter().all(|found| found == step));
    PIN_DIGITS.contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit) && !monotone
}

#[cfg(test)]
pub(super) mod tests;
