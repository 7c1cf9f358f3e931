//! A request of ours, checked by the openssl command line over a digest that openssl makes too.

use std::io::Write;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;

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
fn openssl_accepts_our_signature_over_its_own_digest() {
    let folder = tempfile::tempdir().expect("folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("utf-8").to_owned();
    let (key, cert, public) = (path("key"), path("cert"), path("public"));
    let subject = "/CN=a merchant";
    let made = openssl(
        &["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", &key, "-out", &cert, "-subj", subject],
        b"",
    );
    assert!(made.0 && openssl(&["pkey", "-in", &key, "-pubout", "-out", &public], b"").0);
    let read = |path: &str| std::fs::read(path).expect("file");
    let keys = Keys::new(&read(&key), &read(&cert), &read(&cert), "a merchant").expect("keys");
    let mut fields: Fields = [("merId", "777290058110048"), ("orderDesc", "宫保鸡丁"), ("txnAmt", "1230")]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    keys.sign(&mut fields).expect("signed");
    let cert_id = &fields["certId"];
    let text = format!("certId={cert_id}&merId=777290058110048&orderDesc=宫保鸡丁&signMethod=01&txnAmt=1230");
    let (_, digest) = openssl(&["dgst", "-sha256", "-r"], text.as_bytes());
    let digest = String::from_utf8(digest).expect("text").split(' ').next().expect("digest").to_owned();
    std::fs::write(path("signature"), STANDARD.decode(&fields["signature"]).expect("base64")).expect("write");
    let verify = ["dgst", "-sha256", "-verify", &public, "-signature", &path("signature")];
    assert!(openssl(&verify, digest.as_bytes()).0, "openssl refuses our signature over {digest}");
    assert!(!openssl(&verify, text.as_bytes()).0, "it is the digest's text that is signed");

    // The other way round: openssl signs an answer, and we believe it.
    let mut answer: Fields = [("respCode", "00"), ("signMethod", "01"), ("signPubKeyCert", "")]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let pem = String::from_utf8(read(&cert)).expect("text").trim().to_owned();
    let text = format!("respCode=00&signMethod=01&signPubKeyCert={pem}");
    let (_, digest) = openssl(&["dgst", "-sha256", "-r"], text.as_bytes());
    let digest = String::from_utf8(digest).expect("text").split(' ').next().expect("digest").to_owned();
    let (_, signature) = openssl(&["dgst", "-sha256", "-sign", &key], digest.as_bytes());
    answer.insert("signPubKeyCert".to_owned(), pem);
    answer.insert("signature".to_owned(), STANDARD.encode(signature));
    let now = crate::channel::exchange::system_clock();
    assert_eq!(keys.verify(&answer, now), Ok(()));
    for (name, value) in [("respCode", "01"), ("signMethod", "11"), ("more", "1"), ("signature", "AAAA")] {
        let mut touched = answer.clone();
        touched.insert(name.to_owned(), value.to_owned());
        assert_eq!(keys.verify(&touched, now), Err(Doubt::BadSignature), "{name}");
        if touched.remove(name).is_some() && name != "more" {
            assert_eq!(keys.verify(&touched, now), Err(Doubt::BadSignature), "without {name}");
        }
    }
}
