//! A voucher of the development issuer, signed by a program that is not ours.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::process::Command;

/// What it is worth.
pub(super) const FEN: i64 = 500;
/// A PKCS #8 key is these bytes and the secret: an Ed25519 key without attributes (RFC 8410).
const PKCS8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
/// The secret of the issuer in the shipped file's example: RFC 8032, section 7.1, test 1.
const SECRET: [u8; 32] = [
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44,
    0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
];
/// What is signed begins with this.
const DOMAIN: &[u8] = b"dais-voucher-1\0";
/// How long it is good, in seconds.
const GOOD_FOR_S: u64 = 86_400;

/// The text of a voucher with a serial number of its own.
pub(super) async fn worth(serial: u64) -> Result<String> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let mut payload = vec![1];
    for name in ["office-2026", "dais"] {
        payload.push(u8::try_from(name.len())?);
        payload.extend(name.as_bytes());
    }
    payload.extend(u128::from(serial).to_be_bytes());
    payload.extend((now + GOOD_FOR_S).to_be_bytes());
    payload.push(1);
    payload.extend(b"CNY");
    payload.extend(FEN.to_be_bytes());
    let signature = sign(&[DOMAIN, &payload].concat()).await?;
    Ok(format!("DV1.{}", URL_SAFE_NO_PAD.encode([payload, signature].concat())))
}

async fn sign(message: &[u8]) -> Result<Vec<u8>> {
    let dir = tempfile::tempdir()?;
    let (key, text) = (dir.path().join("key.der"), dir.path().join("text"));
    std::fs::write(&key, [&PKCS8[..], &SECRET[..]].concat())?;
    std::fs::write(&text, message)?;
    let mut openssl = Command::new("openssl");
    openssl.args(["pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey"]).arg(&key).arg("-in").arg(&text);
    let output = openssl.output().await.context("openssl is in the project's list of packages")?;
    ensure!(output.status.success(), "no signature: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output.stdout)
}
