//! Published texts and their SHA-256.

use aws_lc_rs::digest::{SHA256, digest};

use super::*;

const NONCE: &str = "593BEC0C930BF1AFEB40B4A08C8FB242";

fn sha256(text: &[u8]) -> String {
    digest(&SHA256, text).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn request_text_is_the_published_one() {
    let body = r#"{"appid":"wx","mchid":"1900000109"}"#;
    let text = request_text("POST", "/v3/pay/transactions/native", 1_554_208_460, NONCE, body);
    assert_eq!(sha256(text.as_bytes()), "868503e6108c7fe4f4c567339ff135bc7297e96c5a1c02863b6458e17b15735d");
}

#[test]
fn an_empty_answer_keeps_its_line_feed() {
    let text = answer_text("1554208460", NONCE, b"");
    assert_eq!(sha256(&text), "daf021c5077b13414fc597564d935f2c6e5b1bf9c61e0dc2df4cd62a9aeb909e");
}
