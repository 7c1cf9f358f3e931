//! RSASSA-PKCS1-v1_5 with SHA-256 over PEM keys, and PEM itself.

use anyhow::{Context, anyhow, ensure};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Characters in a line of PEM (RFC 7468).
const PEM_LINE: usize = 64;

/// A private key.
#[derive(Debug)]
pub struct Signer(KeyPair);

impl Signer {
    /// Reads PKCS#8 PEM.
    pub fn from_pem(text: &str) -> anyhow::Result<Self> {
        let key =
            KeyPair::from_pkcs8(&from_pem(text)?).map_err(|_rejected| anyhow!("no RSA key in PKCS#8"))?;
        Ok(Self(key))
    }

    /// The signature in base64.
    pub fn sign(&self, text: &[u8]) -> String {
        let mut signature = vec![0; self.0.public_modulus_len()];
        match self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text, &mut signature) {
            Ok(()) => STANDARD.encode(signature),
            // An empty signature is refused by everyone, which is what a gateway without entropy deserves.
            Err(_failed) => String::new(),
        }
    }
}

/// A public key.
#[derive(Debug)]
pub struct Verifier(ParsedPublicKey);

impl Verifier {
    /// Reads SPKI PEM.
    pub fn from_pem(text: &str) -> anyhow::Result<Self> {
        let key = ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, from_pem(text)?);
        Ok(Self(key.map_err(|_rejected| anyhow!("no RSA public key"))?))
    }

    /// Whether the signature (base64) holds.
    pub fn verifies(&self, text: &[u8], signature: &str) -> bool {
        STANDARD.decode(signature).is_ok_and(|signature| self.0.verify_sig(text, &signature).is_ok())
    }
}

/// The bytes of a PEM text.
pub fn from_pem(text: &str) -> anyhow::Result<Vec<u8>> {
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
    STANDARD.decode(body.trim()).context("this is no PEM")
}

/// The PEM text of bytes.
pub fn to_pem(label: &str, der: &[u8]) -> String {
    let mut text = format!("-----BEGIN {label}-----\n");
    let mut body = STANDARD.encode(der);
    while !body.is_empty() {
        let rest = body.split_off(body.len().min(PEM_LINE));
        text.push_str(&body);
        text.push('\n');
        body = rest;
    }
    text.push_str(&format!("-----END {label}-----\n"));
    text
}

/// The PKCS#1 key inside a PKCS#8 one: the content of its OCTET STRING (RFC 5208).
pub fn pkcs1_of(pkcs8: &[u8]) -> anyhow::Result<&[u8]> {
    let (_, inside) = element(pkcs8, 0x30)?;
    let (version, rest) = (element(inside, 0x02)?, inside);
    let rest = &rest[version.0..];
    let algorithm = element(rest, 0x30)?;
    let (_, key) = element(&rest[algorithm.0..], 0x04)?;
    Ok(key)
}

/// One DER element at the start: its whole length, and its content.
fn element(der: &[u8], tag: u8) -> anyhow::Result<(usize, &[u8])> {
    let (&found, &first) = (der.first().context("DER ends")?, der.get(1).context("DER ends")?);
    ensure!(found == tag, "another DER element was expected");
    let (head, length) = if first < 0x80 {
        (2, usize::from(first))
    } else {
        let count = usize::from(first & 0x7F);
        let bytes = der.get(2..2 + count).context("DER ends")?;
        (2 + count, bytes.iter().fold(0, |length, byte| (length << 8) | usize::from(*byte)))
    };
    Ok((head + length, der.get(head..head + length).context("DER ends")?))
}
