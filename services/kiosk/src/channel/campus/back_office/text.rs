//! What travels to the school's back office and back, byte for byte. Pure; the form stands in `protocol.md`.

use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};

use crate::card::aes::hex;
use crate::channel::Doubt;
use crate::offline::{Answer, Head, Link};

/// What every code begins with.
const DOMAIN: &[u8] = b"dais-forward-1";
/// A shorter key could be guessed.
const KEY_LEN: usize = 32;
/// A nonce is new for each question, so that a recorded answer answers nothing else.
pub const NONCE_LEN: usize = 16;

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The kiosk.
    Kiosk,
    /// The back office.
    Office,
}

/// The key that kiosk and back office share.
pub struct Key(hmac::Key);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(**)")
    }
}

/// The credential is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the credential offline_key is not 64 hexadecimal digits: make one with `openssl rand -hex 32`")]
pub struct NotAKey;

impl Key {
    /// Takes the credential `offline_key`.
    ///
    /// # Errors
    /// [`NotAKey`].
    pub fn new(credential: &[u8]) -> Result<Self, NotAKey> {
        let text = std::str::from_utf8(credential).ok().and_then(|text| hex(text.trim()));
        let bytes = text.filter(|bytes| bytes.len() == KEY_LEN).ok_or(NotAKey)?;
        Ok(Self(hmac::Key::new(hmac::HMAC_SHA256, &bytes)))
    }

    fn text(speaker: Speaker, nonce: &[u8; NONCE_LEN], body: &[u8]) -> Vec<u8> {
        let letter: &[u8] = if speaker == Speaker::Kiosk { b"K" } else { b"B" };
        [DOMAIN, letter, nonce, body].concat()
    }

    /// The code of a body in hexadecimal digits.
    #[must_use]
    pub fn code(&self, speaker: Speaker, nonce: &[u8; NONCE_LEN], body: &[u8]) -> String {
        to_hex(hmac::sign(&self.0, &Self::text(speaker, nonce, body)).as_ref())
    }

    /// Whether a code is the speaker's, for this nonce and body; in constant time.
    #[must_use]
    pub fn holds(&self, speaker: Speaker, nonce: &[u8; NONCE_LEN], body: &[u8], code: &str) -> bool {
        hex(code).is_some_and(|code| hmac::verify(&self.0, &Self::text(speaker, nonce, body), &code).is_ok())
    }
}

/// Bytes as hexadecimal digits.
#[must_use]
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[derive(Serialize)]
struct EntryBody<'a> {
    kiosk: &'a str,
    sequence: u64,
    hash: String,
    entry: &'a str,
}

#[derive(Serialize)]
struct StatusBody<'a> {
    kiosk: &'a str,
    sequence: u64,
    hash: String,
}

#[derive(Deserialize)]
struct EntryAnswer {
    sequence: u64,
    hash: String,
    answer: Answer,
    deny_list: u64,
}

#[derive(Deserialize)]
struct StatusAnswer {
    sequence: u64,
    hash: String,
    deny_list: u64,
}

/// What the back office says of itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// The newest version of the deny list.
    pub deny_list: u64,
}

/// The body that forwards an entry.
#[must_use]
pub fn entry(kiosk: &str, link: &Link) -> String {
    let body =
        EntryBody { kiosk, sequence: link.entry.sequence, hash: to_hex(&link.hash), entry: &link.text };
    serde_json::to_string(&body).expect("strings and numbers are JSON")
}

/// The body that asks how the back office is.
#[must_use]
pub fn status(kiosk: &str, head: Head) -> String {
    let body = StatusBody { kiosk, sequence: head.sequence, hash: to_hex(&head.hash) };
    serde_json::to_string(&body).expect("strings and numbers are JSON")
}

/// Reads the answer to an entry, whose code has been checked.
///
/// # Errors
/// [`Doubt::Unparsable`]: it cannot be read or speaks of another entry.
pub fn read_entry(body: &[u8], link: &Link) -> Result<(Answer, Status), Doubt> {
    let said: EntryAnswer = serde_json::from_slice(body).map_err(|_bad| Doubt::Unparsable)?;
    if said.sequence != link.entry.sequence || said.hash != to_hex(&link.hash) {
        return Err(Doubt::Unparsable);
    }
    Ok((said.answer, Status { deny_list: said.deny_list }))
}

/// Reads the answer to a status, whose code has been checked. A back office that has more of our chain than we have
/// means that this ledger is an older copy: nothing may be forwarded on top of it.
///
/// # Errors
/// [`Doubt::Unparsable`].
pub fn read_status(body: &[u8], head: Head) -> Result<Status, Doubt> {
    let said: StatusAnswer = serde_json::from_slice(body).map_err(|_bad| Doubt::Unparsable)?;
    let same =
        said.sequence < head.sequence || said.sequence == head.sequence && said.hash == to_hex(&head.hash);
    if !same {
        tracing::error!(
            theirs = said.sequence,
            ours = head.sequence,
            "the back office has other entries of this kiosk: the ledger is an older copy; call the maker"
        );
        return Err(Doubt::Unparsable);
    }
    Ok(Status { deny_list: said.deny_list })
}

#[cfg(test)]
mod tests;
