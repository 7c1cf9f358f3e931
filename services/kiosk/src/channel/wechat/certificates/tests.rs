//! Certificates made by openssl, sealed with the APIv3 key: which are kept, which are not, and how often we ask.

use std::process::Command;
use std::sync::LazyLock;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::*;

const KEY: &[u8] = b"0123456789abcdef0123456789ABCDEF";
const SERIAL: &str = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1";

/// A certificate of that serial number, valid from now for ten days.
static PEM: LazyLock<String> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("folder");
    let key = folder.path().join("key.pem");
    let out = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=platform", "-days", "10"])
        .args(["-set_serial", &format!("0x{SERIAL}"), "-keyout"])
        .arg(key)
        .output()
        .expect("openssl");
    assert!(out.status.success());
    String::from_utf8(out.stdout).expect("PEM")
});

fn now() -> i64 {
    crate::channel::exchange::system_clock() + 60
}

fn date(at: i64) -> String {
    OffsetDateTime::from_unix_timestamp(at).expect("time").format(&Rfc3339).expect("time")
}

fn told(serial: &str, from: i64, until: i64, key: &[u8]) -> Value {
    let sealing = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("key"));
    let mut text = PEM.as_bytes().to_vec();
    let nonce = Nonce::assume_unique_for_key(*b"fdasflkja484");
    sealing.seal_in_place_append_tag(nonce, Aad::from("certificate"), &mut text).expect("seal");
    json!({
        "serial_no": serial, "effective_time": date(from), "expire_time": date(until),
        "encrypt_certificate": {
            "algorithm": "AEAD_AES_256_GCM", "nonce": "fdasflkja484", "associated_data": "certificate",
            "ciphertext": STANDARD.encode(text),
        },
    })
}

fn opened(told: &[Value]) -> Result<usize, Doubt> {
    let key = ApiKey::new("test", KEY).expect("key");
    open(json!({"data": told}).to_string().as_bytes(), &key, now()).map(|list| list.len())
}

#[test]
fn only_valid_certificates_of_their_own_serial_are_kept() {
    let (past, future) = (now() - 1000, now() + 1000);
    let good = told(SERIAL, past, future, KEY);
    assert_eq!(opened(std::slice::from_ref(&good)), Ok(1));
    let expired = told(SERIAL, past, now() - 1, KEY);
    let early = told(SERIAL, now() + 1, future, KEY);
    assert_eq!(opened(&[expired.clone(), good.clone(), early]), Ok(1));
    assert_eq!(opened(&[expired]), Err(Doubt::BadSignature), "none that is valid");
    assert_eq!(opened(&[]), Err(Doubt::BadSignature));
    assert_eq!(opened(&[told("4F", past, future, KEY)]), Err(Doubt::Unparsable), "another's serial number");
    let other = b"0123456789abcdef0123456789ABCDEE";
    assert_eq!(opened(&[told(SERIAL, past, future, other)]), Err(Doubt::BadSignature), "another's seal");
    assert_eq!(opened(&vec![good; CERTIFICATES_MAX + 1]), Err(Doubt::Unparsable));
    let key = ApiKey::new("test", KEY).expect("key");
    for text in ["", "{}", "[]", r#"{"data":[{}]}"#] {
        assert!(matches!(open(text.as_bytes(), &key, now()), Err(Doubt::Unparsable)), "{text}");
    }
}

#[test]
fn the_certificates_own_dates_bound_those_told_beside_it() {
    let key = ApiKey::new("test", KEY).expect("key");
    let years = 20 * 365 * 86_400;
    let body = json!({"data": [told(SERIAL, now() - years, now() + years, KEY)]}).to_string();
    let list = open(body.as_bytes(), &key, now()).expect("certificate");
    for (at, valid) in [(now() - 86_400, false), (now(), true), (now() + 11 * 86_400, false)] {
        assert_eq!(list[0].valid(at), valid, "{at}");
    }
    assert!(matches!(open(body.as_bytes(), &key, now() + 11 * 86_400), Err(Doubt::BadSignature)));
}

#[test]
fn the_platform_is_asked_once_in_five_minutes_whatever_is_wanted() {
    let certificates = Certificates::default();
    assert!(!certificates.wanted());
    certificates.want();
    assert!(certificates.wanted() && certificates.may_ask(1000));
    assert!(!certificates.wanted());
    for (at, may) in [(1000, false), (1299, false), (900, false), (1300, true), (1301, false), (1600, true)] {
        assert_eq!(certificates.may_ask(at), may, "{at}");
    }
}
