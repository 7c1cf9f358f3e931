//! Consumer-presented codes: base64 of BER-TLV. What identifies the payer's account is masked before anything is
//! kept, and what the payer's bank alone can check (the cryptogram) stays in the code, which goes on as it is.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::tlv::{DEPTH_MAX, Malformed, OBJECTS_MAX, Object, objects};

/// How every such code begins: tag 85, length 5, `CPV01`, in base64.
pub const PREFIX: &str = "hQVDUFYwMW";
/// Longest code: EMVCo allows 512 bytes of payload.
const CODE_LEN_MAX: usize = 684;
/// The payload format of version 1.
const FORMAT: &[u8] = b"CPV01";
/// Longest label or language list kept.
const TEXT_LEN_MAX: usize = 64;
/// Digits left readable at the start and the end of a card number: what a receipt may show (PCI DSS 3.4).
const SHOWN_DIGITS: (usize, usize) = (6, 4);

/// A card number of which nothing is left but its first six and last four digits.
#[derive(Clone, PartialEq, Eq)]
pub struct MaskedPan(String);

impl MaskedPan {
    /// Masks digits, which are read up to whatever ends them: padding, or a track's separator.
    fn of(digits: impl Iterator<Item = u8>) -> Option<Self> {
        let digits: String =
            digits.take_while(|nibble| *nibble < 10).map(|digit| char::from(b'0' + digit)).collect();
        let (first, last) = SHOWN_DIGITS;
        if !(13..=19).contains(&digits.len()) {
            return None;
        }
        let hidden = "*".repeat(digits.len().saturating_sub(first + last));
        Some(Self(format!("{}{hidden}{}", digits.get(..first)?, digits.get(digits.len() - last..)?)))
    }

    /// Such as `621234******5678`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for MaskedPan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One way to pay that the code offers, or what is common to all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Application {
    /// Whose card it is, 5 to 16 bytes; none in the common part.
    pub aid: Option<Vec<u8>>,
    /// Its name for people.
    pub label: Option<String>,
    /// The card number, masked.
    pub pan: Option<MaskedPan>,
    /// The payer's languages, two letters each, the best first.
    pub languages: Vec<String>,
    /// Whether a cryptogram of the payer's card is there.
    pub has_cryptogram: bool,
}

impl Application {
    /// Whether it is a UnionPay card, by the registered provider of its identifier.
    #[must_use]
    pub fn is_unionpay(&self) -> bool {
        self.aid.as_ref().is_some_and(|aid| aid.starts_with(&[0xA0, 0x00, 0x00, 0x03, 0x33]))
    }
}

/// A parsed code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presented {
    /// The ways to pay, the payer's favourite first; at least one.
    pub applications: Vec<Application>,
    /// What holds for all of them.
    pub common: Option<Application>,
}

/// Reads a code.
///
/// # Errors
/// [`Malformed`].
pub fn parse(code: &str) -> Result<Presented, Malformed> {
    if code.len() > CODE_LEN_MAX || !code.starts_with(PREFIX) {
        return Err(Malformed::NotEmv);
    }
    let bytes = STANDARD.decode(code).map_err(|_not_base64| Malformed::NotEmv)?;
    let all = objects(&bytes)?;
    if all.first().map(|first| (first.tag, first.value)) != Some((0x85, FORMAT)) {
        return Err(Malformed::Field("85"));
    }
    let mut applications = Vec::new();
    let mut common = None;
    for object in all.iter().skip(1) {
        match object.tag {
            0x61 => {
                let application = template(object)?;
                if application.aid.is_none() {
                    return Err(Malformed::Field("4F"));
                }
                applications.push(application);
            }
            0x62 if common.is_none() => common = Some(template(object)?),
            0x62 | 0x85 => return Err(Malformed::Field("62")),
            // Other templates are some scheme's own.
            _other => {}
        }
    }
    if applications.is_empty() {
        return Err(Malformed::Field("61"));
    }
    Ok(Presented { applications, common })
}

fn template(object: &Object<'_>) -> Result<Application, Malformed> {
    let mut application = Application::default();
    let mut left = OBJECTS_MAX;
    fill(&mut application, object.value, DEPTH_MAX, &mut left)?;
    Ok(application)
}

fn fill(into: &mut Application, value: &[u8], depth: usize, left: &mut usize) -> Result<(), Malformed> {
    let depth = depth.checked_sub(1).ok_or(Malformed::TooMuch)?;
    for object in objects(value)? {
        *left = left.checked_sub(1).ok_or(Malformed::TooMuch)?;
        match object.tag {
            0x4F if (5..=16).contains(&object.value.len()) => into.aid = Some(object.value.to_owned()),
            0x4F => return Err(Malformed::Field("4F")),
            0x50 => into.label = text(object.value),
            // The number itself, and the one at the start of a track: masked at once, both.
            0x5A | 0x57 => into.pan = MaskedPan::of(nibbles(object.value)).or(into.pan.take()),
            0x5F2D => into.languages = languages(object.value),
            0x9F26 => into.has_cryptogram = object.value.len() == 8,
            _kept_in_the_code => {
                if object.is_constructed() {
                    fill(into, object.value, depth, left)?;
                }
            }
        }
    }
    Ok(())
}

fn nibbles(bytes: &[u8]) -> impl Iterator<Item = u8> {
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0F])
}

fn text(bytes: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(bytes).ok()?.trim();
    (!text.is_empty() && text.len() <= TEXT_LEN_MAX && !text.chars().any(char::is_control))
        .then(|| text.to_owned())
}

fn languages(bytes: &[u8]) -> Vec<String> {
    let text = text(bytes).unwrap_or_default();
    let pairs = text.as_bytes().chunks_exact(2).take(4);
    pairs
        .filter(|pair| pair.iter().all(u8::is_ascii_alphabetic))
        .map(|pair| String::from_utf8_lossy(pair).into_owned())
        .collect()
}

#[cfg(test)]
pub(crate) mod tests;
