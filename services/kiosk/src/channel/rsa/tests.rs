//! Keys in every PEM form, and our signatures checked by the openssl command line, which shares no code with ours.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::KeyPair as _;

use super::*;

/// A fresh private key (PKCS#8) and its public key (SPKI) as PEM, made once a process.
pub(crate) static PAIR: LazyLock<(String, String)> = LazyLock::new(make);
/// Somebody else's.
pub(crate) static OTHER: LazyLock<(String, String)> = LazyLock::new(make);

fn make() -> (String, String) {
    let key = KeyPair::generate(KeySize::Rsa2048).expect("key");
    let private = AsDer::<Pkcs8V1Der<'_>>::as_der(&key).expect("der");
    let public = AsDer::<PublicKeyX509Der<'_>>::as_der(key.public_key()).expect("der");
    (block("PRIVATE KEY", private.as_ref()), block("PUBLIC KEY", public.as_ref()))
}

fn block(label: &str, der: &[u8]) -> String {
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", STANDARD.encode(der))
}

fn openssl(args: &[&str], input: &[u8]) -> (bool, Vec<u8>) {
    let mut child = Command::new("openssl")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl");
    child.stdin.take().expect("stdin").write_all(input).expect("write");
    let output = child.wait_with_output().expect("openssl");
    (output.status.success(), output.stdout)
}

#[test]
fn openssl_accepts_our_signature_and_we_accept_its() {
    let folder = tempfile::tempdir().expect("folder");
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("write");
        path.to_str().expect("utf-8").to_owned()
    };
    let text = "app_id=1&subject=午餐/A".as_bytes();
    let private = file("private.pem", PAIR.0.as_bytes());
    let public = file("public.pem", PAIR.1.as_bytes());
    let ours = SigningKey::from_pem("test", PAIR.0.as_bytes()).expect("key").sign(text).expect("sign");
    let ours = file("ours", &STANDARD.decode(ours).expect("base64"));
    let verify = ["dgst", "-sha256", "-verify", &public, "-signature", &ours];
    assert!(openssl(&verify, text).0, "openssl refuses our signature");
    assert!(!openssl(&verify, b"another text").0, "openssl accepts anything");

    let (_, theirs) = openssl(&["dgst", "-sha256", "-sign", &private], text);
    let key = VerifyingKey::from_pem("test", PAIR.1.as_bytes()).expect("key");
    assert!(key.verifies(text, &STANDARD.encode(&theirs)));
    assert!(!key.verifies(b"another text", &STANDARD.encode(&theirs)));
    assert!(!key.verifies(text, "no base64!"));
    let other = VerifyingKey::from_pem("test", OTHER.1.as_bytes()).expect("key");
    assert!(!other.verifies(text, &STANDARD.encode(&theirs)), "somebody else's key");
}

#[test]
fn every_pem_form_is_read() {
    let (_, pkcs1) = openssl(&["rsa", "-traditional"], PAIR.0.as_bytes());
    let signature = SigningKey::from_pem("test", &pkcs1).expect("PKCS#1").sign(b"x").expect("sign");
    let folder = tempfile::tempdir().expect("folder");
    let private = folder.path().join("private.pem");
    std::fs::write(&private, &PAIR.0).expect("write");
    let private = private.to_str().expect("utf-8");
    let (_, certificate) = openssl(&["req", "-x509", "-key", private, "-subj", "/CN=t", "-days", "1"], b"");
    let (_, short) = openssl(&["rsa", "-RSAPublicKey_out"], PAIR.0.as_bytes());
    for (form, pem) in
        [("SPKI", PAIR.1.as_bytes()), ("certificate", certificate.as_slice()), ("RSA PUBLIC KEY", &short)]
    {
        let key = VerifyingKey::from_pem("test", pem).expect(form);
        assert!(key.verifies(b"x", &signature), "{form}");
    }
}

#[test]
fn what_is_no_key_is_named() {
    let refused = |text: &str| SigningKey::from_pem("alipay_app_key", text.as_bytes()).expect_err("no key");
    assert_eq!(refused(""), KeyError::NotPem("alipay_app_key"));
    assert_eq!(refused("-----BEGIN PRIVATE KEY-----\n!!\n-----END X"), KeyError::NotPem("alipay_app_key"));
    assert_eq!(refused(&block("PRIVATE KEY", b"no key")), KeyError::NotRsa("alipay_app_key"));
    assert_eq!(refused(&PAIR.1), KeyError::NotRsa("alipay_app_key"), "a public key is no private one");
    let key = SigningKey::from_pem("test", PAIR.0.as_bytes()).expect("key");
    assert_eq!(format!("{key:?}"), "SigningKey(**)");
}
