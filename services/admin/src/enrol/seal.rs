//! The school's key, its signature, and whether a unit trusts it.

use std::fmt;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{BYTES_MAX, EnrolError};

/// Of a public key.
pub const KEY_BYTES: usize = 32;
/// Before the text in what is signed, so that a signature for something else is none for an enrolment.
const DOMAIN: &[u8] = b"dais-enrolment-1\n";
const KEY: &str = "# key: ";
const SIGNATURE: &str = "# signature: ";

/// A school's private key.
pub struct SchoolKey(Ed25519KeyPair);

impl fmt::Debug for SchoolKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SchoolKey(**)")
    }
}

impl SchoolKey {
    /// A new one.
    ///
    /// # Errors
    /// The machine has no random numbers yet.
    pub fn make() -> Result<Self, EnrolError> {
        Ed25519KeyPair::generate().map(Self).map_err(|_no_entropy| EnrolError::NoEntropy)
    }

    /// As it is kept: PKCS #8 (RFC 8410) in base64.
    ///
    /// # Errors
    /// It is none.
    pub fn read(text: &str) -> Result<Self, EnrolError> {
        let bytes = STANDARD.decode(text.trim()).map_err(|_not_base64| EnrolError::BadKey)?;
        Ed25519KeyPair::from_pkcs8(&bytes).map(Self).map_err(|_no_key| EnrolError::BadKey)
    }

    /// To be kept where nobody else reads it.
    ///
    /// # Errors
    /// Out of memory.
    pub fn text(&self) -> Result<String, EnrolError> {
        let document = self.0.to_pkcs8().map_err(|_no_document| EnrolError::BadKey)?;
        Ok(STANDARD.encode(document.as_ref()))
    }

    /// Its public half's fingerprint.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.0.public_key().as_ref())
    }

    /// The text with the two lines that make it an artefact.
    pub(super) fn seal(&self, text: &str) -> String {
        let line = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
        let body = format!("{text}{line}{KEY}{}\n", STANDARD.encode(self.0.public_key().as_ref()));
        let signature = self.0.sign(&signed(&body));
        format!("{body}{SIGNATURE}{}\n", STANDARD.encode(signature.as_ref()))
    }
}

fn signed(body: &str) -> Vec<u8> {
    [DOMAIN, body.as_bytes()].concat()
}

/// What was signed, and by which key.
pub(super) fn open(text: &str) -> Result<(&str, [u8; KEY_BYTES]), EnrolError> {
    if text.len() > BYTES_MAX {
        return Err(EnrolError::TooLong);
    }
    let text = text.trim_end();
    let (body, last) = text.rsplit_once('\n').ok_or(EnrolError::NotSigned)?;
    let signature = last.strip_prefix(SIGNATURE).ok_or(EnrolError::NotSigned)?;
    // What is signed ends with the line's own end.
    let body = text.get(..=body.len()).ok_or(EnrolError::NotSigned)?;
    let key_line = body.lines().next_back().and_then(|line| line.strip_prefix(KEY));
    let bytes = |text: &str| STANDARD.decode(text).map_err(|_not_base64| EnrolError::NotSigned);
    let key: [u8; KEY_BYTES] =
        bytes(key_line.ok_or(EnrolError::NotSigned)?)?.try_into().map_err(|_other| EnrolError::NotSigned)?;
    let signature = bytes(signature)?;
    UnparsedPublicKey::new(&ED25519, &key)
        .verify(&signed(body), &signature)
        .map_err(|_wrong| EnrolError::BadSignature)?;
    Ok((body, key))
}

/// What a person compares: 128 bits of the key's SHA-256, in eight groups of four hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Of a public key.
    pub fn of(key: &[u8]) -> Self {
        let hash = digest(&SHA256, key);
        let groups = hash
            .as_ref()
            .chunks(2)
            .take(8)
            .map(|pair| pair.iter().map(|byte| format!("{byte:02X}")).collect::<String>());
        Self(groups.collect::<Vec<_>>().join(" "))
    }

    /// As it is shown.
    pub fn text(&self) -> &str {
        &self.0
    }
}

/// Whether a unit takes what a key signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// It has met no key yet: a person compares this one.
    First,
    /// It is the one it knows.
    Pinned,
    /// It knows another.
    Another {
        /// The one it knows.
        pinned: Fingerprint,
    },
}

/// `pinned` is the key that the unit keeps, if any.
pub fn trust(pinned: Option<&[u8; KEY_BYTES]>, key: &[u8; KEY_BYTES]) -> Trust {
    match pinned {
        None => Trust::First,
        Some(pinned) if pinned == key => Trust::Pinned,
        Some(pinned) => Trust::Another { pinned: Fingerprint::of(pinned) },
    }
}
