//! What an administrator writes once for a unit, and signs: one text for every path, a stick, a code, the image. Pure.
//!
//! The artefact is TOML as a person can read it, and its last two lines, comments to a TOML reader, are the school's
//! Ed25519 key (RFC 8032) and its signature over every byte before the second of them:
//!
//! ```text
//! schema = 1
//! school = "第三中学"
//! unit = "3B-104-panel"
//! # key: BASE64
//! # signature: BASE64
//! ```
//!
//! The first key that a unit meets is pinned, after a person has compared its fingerprint; another is refused.

mod fit;
mod seal;
mod shape;

pub use fit::fits;
pub use seal::{Fingerprint, KEY_BYTES, SchoolKey, Trust, trust};
pub use shape::{Eap, Enrolment, Language, Network, Role, Roles, SCHEMA, Wifi, Wired};
pub(crate) use shape::{is_password, is_ssid, is_zone};

/// An artefact of this many bytes and more is none: a timetable and a roster together have a hundredth of it.
pub const BYTES_MAX: usize = 128 * 1024;

/// What is wrong with an artefact, in words for whoever wrote it. No value that may be a secret is repeated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnrolError {
    /// It does not end with the two lines.
    #[error(
        "this is no signed enrolment: its last two lines must be `# key: …` and `# signature: …`, which `dais-admin enrol make` adds"
    )]
    NotSigned,
    /// The signature is not this key's over this text.
    #[error("the signature does not fit: the text was changed after it was signed, or not copied whole")]
    BadSignature,
    /// Longer than [`BYTES_MAX`].
    #[error("an enrolment has at most 128 KiB")]
    TooLong,
    /// No text of TOML, or a setting that is not known; the line, from 1.
    #[error("line {line} is not understood: a setting is unknown, missing or of another kind")]
    NotUnderstood { line: usize },
    /// A later version's.
    #[error("this enrolment is of schema {0}; this unit knows schema 1: update the unit first")]
    Schema(u32),
    /// A setting that makes no sense.
    #[error("{setting}: {why}")]
    Setting { setting: &'static str, why: &'static str },
    /// For another computer.
    #[error("this is for the unit with the serial number {wanted}; {}", of_here(.here))]
    OtherUnit { wanted: String, here: String },
    /// Its day is over.
    #[error(
        "this was good until {last}, and this unit's clock says {today}: make a new one, or set the clock"
    )]
    Expired { last: String, today: String },
    /// A key that is none.
    #[error("the key is no Ed25519 key that `dais-admin enrol key` makes")]
    BadKey,
    /// No entropy.
    #[error("the machine has no random numbers yet; try again")]
    NoEntropy,
}

fn of_here(serial: &str) -> String {
    if serial.is_empty() {
        return "this computer tells no serial number, so take an enrolment without one".to_owned();
    }
    format!("this one has {serial}")
}

/// An artefact whose signature fits, and who signed it.
#[derive(Clone, Debug, PartialEq)]
pub struct Signed {
    /// What it says.
    pub enrolment: Enrolment,
    /// The key that signed it.
    pub key: [u8; KEY_BYTES],
}

/// Reads an artefact: first the signature, then what it says.
///
/// # Errors
/// [`EnrolError`] in words.
pub fn read(text: &str) -> Result<Signed, EnrolError> {
    let (body, key) = seal::open(text)?;
    Ok(Signed { enrolment: shape::parse(body)?, key })
}

/// Signs a text, after it was found good.
///
/// # Errors
/// [`EnrolError`] in words.
pub fn make(key: &SchoolKey, text: &str) -> Result<String, EnrolError> {
    shape::parse(text)?;
    let signed = key.seal(text);
    if signed.len() > BYTES_MAX { Err(EnrolError::TooLong) } else { Ok(signed) }
}

#[cfg(test)]
mod tests;
