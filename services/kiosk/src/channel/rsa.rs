//! RSASSA-PKCS1-v1_5 with SHA-256, which Alipay (RSA2) and WeChat Pay v3 share. Keys come as PEM and never print.

use std::fmt;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Why a key cannot be used. Staff see the text when the service starts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// No PEM block.
    #[error("the key {0} is no PEM text: store it with its BEGIN and END lines")]
    NotPem(&'static str),
    /// PEM, but not the wanted kind of RSA key.
    #[error(
        "the key {0} is not an RSA key of 2048 bits or more: store the one that the channel's console shows"
    )]
    NotRsa(&'static str),
    /// A short text (serial number, API key) has a wrong length or alphabet.
    #[error("{0} is not what the channel's console shows: copy it again")]
    Malformed(&'static str),
}

/// A private key of ours.
pub struct SigningKey(KeyPair);

/// A public key of the channel.
pub struct VerifyingKey(ParsedPublicKey);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(**)")
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifyingKey")
    }
}

/// The first PEM block's label and bytes (RFC 7468, lax: any line length, blank lines dropped).
fn pem(name: &'static str, text: &[u8]) -> Result<(String, Vec<u8>), KeyError> {
    let text = std::str::from_utf8(text).map_err(|_not_text| KeyError::NotPem(name))?;
    let (_, rest) = text.split_once("-----BEGIN ").ok_or(KeyError::NotPem(name))?;
    let (label, rest) = rest.split_once("-----").ok_or(KeyError::NotPem(name))?;
    let (body, _) = rest.split_once("-----END ").ok_or(KeyError::NotPem(name))?;
    let base64: String = body.split_whitespace().collect();
    let der = STANDARD.decode(base64).map_err(|_not_base64| KeyError::NotPem(name))?;
    Ok((label.to_owned(), der))
}

impl SigningKey {
    /// Reads a private key: PKCS#8 (`PRIVATE KEY`) or PKCS#1 (`RSA PRIVATE KEY`). `name` is told in errors.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_pem(name: &'static str, text: &[u8]) -> Result<Self, KeyError> {
        let (label, der) = pem(name, text)?;
        let key =
            if label == "RSA PRIVATE KEY" { KeyPair::from_der(&der) } else { KeyPair::from_pkcs8(&der) };
        key.map(Self).map_err(|_rejected| KeyError::NotRsa(name))
    }

    /// The signature in base64, as both channels carry it. `None` only if the crypto library fails.
    pub fn sign(&self, text: &[u8]) -> Option<String> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature).ok()?;
        Some(STANDARD.encode(signature))
    }
}

impl VerifyingKey {
    /// Reads a public key (`PUBLIC KEY`, `RSA PUBLIC KEY`) or takes it out of a certificate (`CERTIFICATE`).
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_pem(name: &'static str, text: &[u8]) -> Result<Self, KeyError> {
        let (label, mut der) = pem(name, text)?;
        if label == "CERTIFICATE" {
            let (_, certificate) =
                x509_parser::parse_x509_certificate(&der).map_err(|_bad| KeyError::NotRsa(name))?;
            der = certificate.public_key().raw.to_owned();
        }
        Self::from_spki(name, &der)
    }

    /// Takes a public key as DER: SubjectPublicKeyInfo or PKCS#1.
    ///
    /// # Errors
    /// [`KeyError`].
    pub(super) fn from_spki(name: &'static str, der: &[u8]) -> Result<Self, KeyError> {
        ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, der)
            .map(Self)
            .map_err(|_rejected| KeyError::NotRsa(name))
    }

    /// Whether `signature` (base64) is the owner's over `text`.
    #[must_use]
    pub fn verifies(&self, text: &[u8], signature: &str) -> bool {
        STANDARD.decode(signature).is_ok_and(|signature| self.0.verify_sig(text, &signature).is_ok())
    }
}

#[cfg(any(fuzzing, test))]
pub(crate) mod fuzz;
#[cfg(test)]
pub(crate) mod tests;
