//! Both keys that come from the credential `member_key`: one makes tokens, the other members' codes. Each keeps its
//! texts apart by a domain of its own, so that one credential serves both.

use super::code::MemberKey;
use super::token::{KeyTooShort, TokenKey};

/// By what members and cards are recognised.
#[derive(Debug)]
pub struct Keys {
    /// Makes tokens of identifiers.
    pub tokens: TokenKey,
    /// Checks members' codes.
    pub codes: MemberKey,
}

impl Keys {
    /// Takes the credential, 16 bytes or more.
    ///
    /// # Errors
    /// [`KeyTooShort`].
    pub fn new(credential: &[u8]) -> Result<Self, KeyTooShort> {
        Ok(Self { tokens: TokenKey::new(credential)?, codes: MemberKey::new(credential)? })
    }
}
