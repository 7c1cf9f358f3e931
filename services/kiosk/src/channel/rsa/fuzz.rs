//! Fuzz targets of the keys' parsers: see [`crate::fuzz`].

use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{SigningKey, VerifyingKey};

/// A private key of ours and the public key of somebody else whose private half nobody has, as PEM, made once a
/// process: no fuzzer can forge what the second one verifies.
static PAIR: LazyLock<(String, String)> = LazyLock::new(|| {
    let (own, other) = (
        KeyPair::generate(KeySize::Rsa2048).expect("key"),
        KeyPair::generate(KeySize::Rsa2048).expect("key"),
    );
    let private = AsDer::<Pkcs8V1Der<'_>>::as_der(&own).expect("der");
    let public = AsDer::<PublicKeyX509Der<'_>>::as_der(other.public_key()).expect("der");
    (block("PRIVATE KEY", private.as_ref()), block("PUBLIC KEY", public.as_ref()))
});

/// See [`PAIR`].
pub(crate) fn pair() -> (&'static str, &'static str) {
    (&PAIR.0, &PAIR.1)
}

fn block(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

/// A key or certificate as staff store it, read as both kinds; what is accepted can be used.
pub(crate) fn pem_key(bytes: &[u8]) {
    if let Ok(key) = SigningKey::from_pem("fuzz", bytes) {
        assert_eq!(format!("{key:?}"), "SigningKey(**)");
    }
    if let Ok(key) = VerifyingKey::from_pem("fuzz", bytes) {
        assert!(!key.verifies(b"text", "bm8gc2lnbmF0dXJl"), "no signature is a signature");
    }
}
