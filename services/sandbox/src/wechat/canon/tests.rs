//! Published texts, their SHA-256, and the published sealed field.

use aws_lc_rs::digest::{SHA256, digest};

use super::*;

const NONCE: &str = "593BEC0C930BF1AFEB40B4A08C8FB242";

fn sha256(text: &[u8]) -> String {
    digest(&SHA256, text).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn published_texts_match() {
    let body = br#"{"appid":"wx","mchid":"1900000109"}"#;
    let text = request_text("POST", "/v3/pay/transactions/native", "1554208460", NONCE, body);
    assert_eq!(sha256(&text), "868503e6108c7fe4f4c567339ff135bc7297e96c5a1c02863b6458e17b15735d");
    let text = answer_text(1_554_208_460, NONCE, "");
    assert_eq!(sha256(text.as_bytes()), "daf021c5077b13414fc597564d935f2c6e5b1bf9c61e0dc2df4cd62a9aeb909e");
}

#[test]
fn the_published_field_is_sealed_to_the_same_bytes() {
    let clear = r#"{"out_trade_no":"T1","trade_state":"SUCCESS"}"#;
    let sealed = seal(b"0123456789abcdef0123456789ABCDEF", "fdasflkja484", "transaction", clear);
    let published = "bz1mQGtugHE+xvD4swlMsg4mbrvl1y0RQwgxTxC9eNAnoXATr12HyoUn/oXqQFkdNMgpL22y7lC7wk2AOA==";
    assert_eq!(sealed.as_deref(), Some(published));
    assert_eq!(seal(b"short", "fdasflkja484", "", clear), None);
}

#[test]
fn authorization_is_a_set() {
    let header = r#"WECHATPAY2-SHA256-RSA2048 serial_no="4F", mchid="19",timestamp="1",signature="a+/=",nonce_str="n""#;
    let fields = authorization(header).expect("fields");
    assert_eq!((fields["mchid"], fields["signature"], fields["serial_no"]), ("19", "a+/=", "4F"));
    for bad in ["", "Bearer x", r#"WECHATPAY2-SHA256-RSA2048 mchid=19"#, "WECHATPAY2-SHA256-RSA2048"] {
        assert_eq!(authorization(bad), None, "{bad}");
    }
}
