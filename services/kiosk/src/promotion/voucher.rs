//! Vouchers: single-use, signed by an issuer with Ed25519 (RFC 8032), so that a kiosk can tell a genuine one without
//! asking anybody. Whether it was used before only the ledger knows.
//!
//! Text form for QR codes and NDEF: `DV1.` and base64url without padding of `payload || signature`. The signature is
//! over `dais-voucher-1\0 || payload`. Payload, all numbers big-endian, `s` = one length byte and ASCII:
//! `01 | issuer s | audience s | serial 16 | expires, seconds since 1970 8 | worth`, where worth is
//! `01 | currency 3 | minor units 8` or `02 | sku s`. At most 235 characters, so every scanner's limit holds.

use std::fmt;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::rules::{ISSUER_LEN_MAX, NAME_LEN_MAX, Rules, is_name};
use crate::till::{Currency, Money};

/// What every voucher's text starts with, so that the counter tells it from a wallet's code.
const PREFIX: &str = "DV1.";
/// Keeps a signature for a voucher from ever being one for something else.
const DOMAIN: &[u8] = b"dais-voucher-1\0";
/// The payload's first byte.
const VERSION: u8 = 1;
/// Bytes of an Ed25519 signature.
const SIGNATURE_LEN: usize = 64;
/// Longest text; anything longer is not decoded at all.
const TEXT_LEN_MAX: usize = 256;
/// Tags of the two kinds of worth.
const MONEY: u8 = 1;
const DISH: u8 = 2;

/// A voucher's number, random and unlike any other's. It is no secret: without the signature nobody can use it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Serial([u8; 16]);

impl Serial {
    /// 16 bytes.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl fmt::Debug for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl From<Serial> for String {
    fn from(serial: Serial) -> Self {
        serial.to_string()
    }
}

impl TryFrom<String> for Serial {
    type Error = VoucherError;
    fn try_from(text: String) -> Result<Self, VoucherError> {
        let plain = text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit());
        let number = u128::from_str_radix(&text, 16).ok().filter(|_| plain);
        number.map(|number| Self(number.to_be_bytes())).ok_or(VoucherError::NotAVoucher)
    }
}

/// What a voucher is worth.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Worth {
    /// So much, above 0; what an order does not need of it is lost.
    Money(Money),
    /// One of this dish, whatever it costs.
    Dish(String),
}

/// A voucher.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voucher {
    /// Its number.
    pub serial: Serial,
    /// The name of the key that signed it.
    pub issuer: String,
    /// The merchant that takes it.
    pub audience: String,
    /// Seconds since 1970 UTC from which it counts no more.
    pub expires_s: u64,
    /// What it is worth.
    pub worth: Worth,
}

/// Why a text is no voucher that counts here. The payer reads it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VoucherError {
    /// Not our form, or a field out of bounds.
    #[error("this is no voucher, or it is damaged: scan it again")]
    NotAVoucher,
    /// Signed by somebody we do not know.
    #[error("the voucher comes from {0:?}, who issues none for this till")]
    UnknownIssuer(String),
    /// Not signed by whom it says.
    #[error("the voucher is not genuine")]
    BadSignature,
    /// For another merchant.
    #[error("the voucher is for {0:?}, not for this till")]
    WrongAudience(String),
    /// Its time is over.
    #[error("the voucher has expired")]
    Expired,
}

impl Voucher {
    /// Whether a scanned text claims to be a voucher, so that it is never sent to a payment channel.
    #[must_use]
    pub fn claims(text: &str) -> bool {
        text.trim().starts_with(PREFIX)
    }

    /// Whether it counts no more at this moment.
    #[must_use]
    pub fn expired(&self, now_ms: u64) -> bool {
        now_ms >= self.expires_s.saturating_mul(1_000)
    }

    /// Reads a voucher and believes it only where a known issuer signed it, for this audience, and it counts still.
    ///
    /// # Errors
    /// [`VoucherError`]. Nothing but [`VoucherError::UnknownIssuer`] repeats a word that nobody has signed.
    pub fn read(text: &str, rules: &Rules, now_ms: u64) -> Result<Self, VoucherError> {
        let bytes = decode(text)?;
        let cut = bytes.len().checked_sub(SIGNATURE_LEN).ok_or(VoucherError::NotAVoucher)?;
        let (payload, signature) = bytes.split_at(cut);
        let voucher = Reader(payload).voucher().ok_or(VoucherError::NotAVoucher)?;
        let issuer = rules.issuers.iter().find(|issuer| issuer.id == voucher.issuer);
        let key = issuer.and_then(super::rules::Issuer::key);
        let key = key.ok_or_else(|| VoucherError::UnknownIssuer(voucher.issuer.clone()))?;
        UnparsedPublicKey::new(&ED25519, key)
            .verify(&signed(payload), signature)
            .map_err(|_wrong| VoucherError::BadSignature)?;
        if voucher.audience != rules.audience {
            return Err(VoucherError::WrongAudience(voucher.audience));
        }
        if voucher.expired(now_ms) {
            return Err(VoucherError::Expired);
        }
        Ok(voucher)
    }

    /// The number that a text gives as its voucher's. Nobody has looked whether it is genuine: only to compare it with
    /// one that was.
    #[must_use]
    pub fn serial_of(text: &str) -> Option<Serial> {
        let bytes = decode(text).ok()?;
        let payload = bytes.get(..bytes.len().checked_sub(SIGNATURE_LEN)?)?;
        Reader(payload).voucher().map(|voucher| voucher.serial)
    }

    /// Signs a voucher with the key that its issuer's name stands for: the issuer's half, for the school's office.
    ///
    /// # Errors
    /// [`VoucherError::NotAVoucher`] where a field is out of bounds.
    pub fn sign(&self, key: &Ed25519KeyPair) -> Result<String, VoucherError> {
        let mut bytes = self.payload().ok_or(VoucherError::NotAVoucher)?;
        let signature = key.sign(&signed(&bytes));
        bytes.extend_from_slice(signature.as_ref());
        Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    fn payload(&self) -> Option<Vec<u8>> {
        let mut bytes = vec![VERSION];
        text(&mut bytes, &self.issuer, ISSUER_LEN_MAX)?;
        text(&mut bytes, &self.audience, NAME_LEN_MAX)?;
        bytes.extend_from_slice(&self.serial.0);
        bytes.extend_from_slice(&self.expires_s.to_be_bytes());
        match &self.worth {
            Worth::Money(worth) if worth.minor() > 0 => {
                bytes.push(MONEY);
                bytes.extend_from_slice(worth.currency().code().as_bytes());
                bytes.extend_from_slice(&worth.minor().to_be_bytes());
            }
            Worth::Money(_) => return None,
            Worth::Dish(sku) => {
                bytes.push(DISH);
                text(&mut bytes, sku, NAME_LEN_MAX)?;
            }
        }
        Some(bytes)
    }
}

fn decode(text: &str) -> Result<Vec<u8>, VoucherError> {
    let text = text.trim();
    let code = text.strip_prefix(PREFIX).filter(|_| text.len() <= TEXT_LEN_MAX);
    URL_SAFE_NO_PAD
        .decode(code.ok_or(VoucherError::NotAVoucher)?)
        .map_err(|_not_base64| VoucherError::NotAVoucher)
}

fn signed(payload: &[u8]) -> Vec<u8> {
    [DOMAIN, payload].concat()
}

fn text(bytes: &mut Vec<u8>, text: &str, longest: usize) -> Option<()> {
    if !is_name(text, longest) {
        return None;
    }
    bytes.push(u8::try_from(text.len()).ok()?);
    bytes.extend_from_slice(text.as_bytes());
    Some(())
}

/// Reads a payload from the front; total, and done only when nothing is left.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn voucher(mut self) -> Option<Voucher> {
        if self.array::<1>()? != [VERSION] {
            return None;
        }
        let issuer = self.text(ISSUER_LEN_MAX)?;
        let audience = self.text(NAME_LEN_MAX)?;
        let serial = Serial(self.array()?);
        let expires_s = u64::from_be_bytes(self.array()?);
        let worth = match self.array::<1>()? {
            [MONEY] => {
                let currency = Currency::parse(std::str::from_utf8(&self.array::<3>()?).ok()?).ok()?;
                let minor = i64::from_be_bytes(self.array()?);
                Worth::Money(Money::new(Some(minor).filter(|minor| *minor > 0)?, currency))
            }
            [DISH] => Worth::Dish(self.text(NAME_LEN_MAX)?),
            _ => return None,
        };
        self.0.is_empty().then_some(Voucher { serial, issuer, audience, expires_s, worth })
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (array, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*array)
    }

    fn text(&mut self, longest: usize) -> Option<String> {
        let [length] = self.array::<1>()?;
        let (text, rest) = self.0.split_at_checked(usize::from(length))?;
        self.0 = rest;
        let text = std::str::from_utf8(text).ok()?;
        is_name(text, longest).then(|| text.to_owned())
    }
}

#[cfg(any(fuzzing, test))]
pub(crate) mod fuzz;
#[cfg(test)]
mod tests;
