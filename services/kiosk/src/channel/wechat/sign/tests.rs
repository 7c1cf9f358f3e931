//! Which answers count as the platform's.

use reqwest::StatusCode;

use super::*;
use crate::channel::rsa::tests::{OTHER, PAIR};

const NOW: i64 = 1_767_000_000;
const SERIAL: &str = "PUB_KEY_ID_0100000000000000000000000001";

fn keys() -> Keys {
    Keys::new(PAIR.0.as_bytes(), "4F1A\n", PAIR.1.as_bytes(), SERIAL).expect("keys")
}

/// An answer of the platform made `age` seconds ago, signed with `key`.
fn answer(key: &str, age: i64, body: &str) -> Answer {
    let timestamp = (NOW - age).to_string();
    let text = canon::answer_text(&timestamp, "nonce", body.as_bytes());
    let signature = SigningKey::from_pem("test", key.as_bytes()).expect("key").sign(&text).expect("sign");
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("Wechatpay-Timestamp", timestamp.as_str()),
        ("Wechatpay-Nonce", "nonce"),
        ("Wechatpay-Serial", SERIAL),
        ("Wechatpay-Signature", signature.as_str()),
        ("Wechatpay-Signature-Type", SCHEME),
    ] {
        headers.insert(name, value.parse().expect("header"));
    }
    Answer { status: StatusCode::OK, headers, body: body.as_bytes().to_owned() }
}

#[test]
fn a_fresh_answer_of_the_platform_is_believed() {
    for age in [-299, 0, 299] {
        assert_eq!(keys().verify(&answer(&PAIR.0, age, "{}"), NOW), Ok(()), "{age} s");
    }
}

#[test]
fn stale_and_foreign_answers_are_not() {
    for age in [-300, 300, 86_400] {
        assert_eq!(keys().verify(&answer(&PAIR.0, age, "{}"), NOW), Err(Doubt::BadSignature), "{age} s");
    }
    assert_eq!(keys().verify(&answer(&OTHER.0, 0, "{}"), NOW), Err(Doubt::BadSignature));
    let mut changed = answer(&PAIR.0, 0, "{}");
    changed.body = b"{ }".to_vec();
    assert_eq!(keys().verify(&changed, NOW), Err(Doubt::BadSignature));
}

#[test]
fn every_header_counts() {
    for name in ["Timestamp", "Nonce", "Serial", "Signature", "Signature-Type"] {
        let name = format!("Wechatpay-{name}");
        let mut without = answer(&PAIR.0, 0, "{}");
        without.headers.remove(&name);
        assert_eq!(keys().verify(&without, NOW), Err(Doubt::BadSignature), "without {name}");
        let mut other = answer(&PAIR.0, 0, "{}");
        other.headers.insert(
            reqwest::header::HeaderName::from_bytes(name.as_bytes()).expect("name"),
            "1".parse().expect("value"),
        );
        assert_eq!(keys().verify(&other, NOW), Err(Doubt::BadSignature), "another {name}");
    }
}

#[test]
fn probes_are_refused() {
    let mut probe = answer(&PAIR.0, 0, "{}");
    let right = header(&probe.headers, "Wechatpay-Signature").expect("signature").to_owned();
    probe.headers.insert("Wechatpay-Signature", format!("{PROBE}{right}").parse().expect("value"));
    assert_eq!(keys().verify(&probe, NOW), Err(Doubt::BadSignature));
}

#[test]
fn an_unsigned_refusal_is_read_but_a_wrongly_signed_one_is_not() {
    let mut refusal = answer(&OTHER.0, 0, r#"{"code":"SIGN_ERROR"}"#);
    refusal.status = StatusCode::UNAUTHORIZED;
    assert_eq!(keys().verify(&refusal, NOW), Err(Doubt::BadSignature));
    refusal.headers.clear();
    assert_eq!(keys().verify(&refusal, NOW), Ok(()));
}

#[test]
fn serial_numbers_are_checked_when_the_service_starts() {
    let bad = Keys::new(PAIR.0.as_bytes(), "4F 1A", PAIR.1.as_bytes(), SERIAL).map(drop);
    assert_eq!(bad, Err(KeyError::Malformed("wechat_mch_serial")));
}
