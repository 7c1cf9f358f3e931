//! Tokens that stand for people and cards. A raw uid or phone number can be guessed from a plain hash by trying all
//! of them, so a token is an HMAC under a key that never leaves the kiosk's credentials.

use std::fmt;

use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};

/// A shorter key could be guessed, and with it every uid and phone number tried.
const KEY_LEN_MIN: usize = 16;

/// The credential is too short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the credential member_key is shorter than 16 bytes: make a new one with `openssl rand -hex 32`")]
pub struct KeyTooShort;

/// What was identified; part of the token, so that equal bytes of two kinds are never one subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityKind {
    /// A card's or tag's uid.
    Card,
    /// A phone number.
    Phone,
    /// A member's handle.
    Member,
    /// A kiosk's name.
    Kiosk,
    /// The first digits of a payer's code.
    CodePrefix,
    /// A member of staff.
    Staff,
    /// A channel's name of a payer.
    Payer,
}

impl IdentityKind {
    /// The word that goes into the HMAC and into tables; never changed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Phone => "phone",
            Self::Member => "member",
            Self::Kiosk => "kiosk",
            Self::CodePrefix => "code-prefix",
            Self::Staff => "staff",
            Self::Payer => "payer",
        }
    }

    /// The kind that a table's word means.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        [Self::Card, Self::Phone, Self::Member, Self::Kiosk, Self::CodePrefix, Self::Staff, Self::Payer]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

/// HMAC-SHA-256 of a kind and an identifier.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Token([u8; 32]);

impl Token {
    /// A token as a table kept it.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// As a table keeps it.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for Token {
    /// The first four bytes: enough to tell subjects apart in a log, too little to look one up elsewhere.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(")?;
        for byte in self.0.iter().take(4) {
            write!(f, "{byte:02x}")?;
        }
        f.write_str("..)")
    }
}

/// The key under which tokens are made: the credential `member_key`.
pub struct TokenKey(hmac::Key);

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TokenKey(**)")
    }
}

impl TokenKey {
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

    /// A key that everybody can make, of one ledger's tag: for names that are no secret, and for nothing else.
    #[must_use]
    pub fn open(tag: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, format!("no secret, {tag}").as_bytes()))
    }

    /// The token of an identifier.
    #[must_use]
    pub fn token(&self, kind: IdentityKind, identifier: &[u8]) -> Token {
        let mut context = hmac::Context::with_key(&self.0);
        context.update(kind.word().as_bytes());
        context.update(&[0]);
        context.update(identifier);
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(context.sign().as_ref()) {
            *to = *from;
        }
        Token(bytes)
    }
}

/// A phone number in the one form that is tokenised: digits with the country code (E.164 without the plus sign). A
/// Chinese mobile number without one (11 digits that start with 1) gets 86. None where it is no phone number.
#[must_use]
pub fn phone(text: &str) -> Option<String> {
    let bare: String = text.trim().chars().filter(|c| !" -()".contains(*c)).collect();
    let (digits, with_country) = match bare.strip_prefix('+').or_else(|| bare.strip_prefix("00")) {
        Some(rest) => (rest, true),
        None => (bare.as_str(), false),
    };
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match (with_country, digits.len()) {
        (true, 7..=15) => Some(digits.to_owned()),
        (false, 11) if digits.starts_with('1') => Some(format!("86{digits}")),
        (false, 13) if digits.starts_with("861") => Some(digits.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
