//! Which answers count as the platform's.

use reqwest::StatusCode;

use super::*;
use crate::channel::rsa::tests::{OTHER, PAIR};

const NOW: i64 = 1_767_000_000;
const SERIAL: &str = "PUB_KEY_ID_0100000000000000000000000001";

/// What is believed with no certificate at hand; a serial number that nobody knows is no better than a wrong one.
fn verify(answer: &Answer) -> Result<(), Doubt> {
    keys().verify(answer, NOW, &[]).map_err(|_distrust| Doubt::BadSignature)
}

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
        assert_eq!(verify(&answer(&PAIR.0, age, "{}")), Ok(()), "{age} s");
    }
}

#[test]
fn stale_and_foreign_answers_are_not() {
    for age in [-300, 300, 86_400] {
        assert_eq!(verify(&answer(&PAIR.0, age, "{}")), Err(Doubt::BadSignature), "{age} s");
    }
    assert_eq!(verify(&answer(&OTHER.0, 0, "{}")), Err(Doubt::BadSignature));
    let mut changed = answer(&PAIR.0, 0, "{}");
    changed.body = b"{ }".to_vec();
    assert_eq!(verify(&changed), Err(Doubt::BadSignature));
}

#[test]
fn every_header_counts() {
    for name in ["Timestamp", "Nonce", "Serial", "Signature", "Signature-Type"] {
        let name = format!("Wechatpay-{name}");
        let mut without = answer(&PAIR.0, 0, "{}");
        without.headers.remove(&name);
        assert_eq!(verify(&without), Err(Doubt::BadSignature), "without {name}");
        let mut other = answer(&PAIR.0, 0, "{}");
        other.headers.insert(
            reqwest::header::HeaderName::from_bytes(name.as_bytes()).expect("name"),
            "1".parse().expect("value"),
        );
        assert_eq!(verify(&other), Err(Doubt::BadSignature), "another {name}");
    }
}

#[test]
fn probes_are_refused() {
    let mut probe = answer(&PAIR.0, 0, "{}");
    let right = header(&probe.headers, "Wechatpay-Signature").expect("signature").to_owned();
    probe.headers.insert("Wechatpay-Signature", format!("{PROBE}{right}").parse().expect("value"));
    assert_eq!(verify(&probe), Err(Doubt::BadSignature));
}

#[test]
fn an_unsigned_refusal_is_read_but_a_wrongly_signed_one_is_not() {
    let mut refusal = answer(&OTHER.0, 0, r#"{"code":"SIGN_ERROR"}"#);
    refusal.status = StatusCode::UNAUTHORIZED;
    assert_eq!(verify(&refusal), Err(Doubt::BadSignature));
    refusal.headers.clear();
    assert_eq!(verify(&refusal), Ok(()));
}

#[test]
fn serial_numbers_are_checked_when_the_service_starts() {
    let bad = Keys::new(PAIR.0.as_bytes(), "4F 1A", PAIR.1.as_bytes(), SERIAL).map(drop);
    assert_eq!(bad, Err(KeyError::Malformed("wechat_mch_serial")));
}

#[test]
fn a_key_that_we_do_not_hold_is_told_apart() {
    let mut other = answer(&PAIR.0, 0, "{}");
    other.headers.insert("Wechatpay-Serial", "4E".parse().expect("value"));
    assert_eq!(keys().verify(&other, NOW, &[]), Err(Distrust::UnknownKey));
    let mut stale = answer(&PAIR.0, 301, "{}");
    stale.headers.insert("Wechatpay-Serial", "4E".parse().expect("value"));
    assert_eq!(keys().verify(&stale, NOW, &[]), Err(Distrust::Wrong), "no reason to ask for certificates");
}
