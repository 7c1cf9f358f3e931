//! Published texts and their SHA-256, and answers cut out of awkward bodies.

use aws_lc_rs::digest::{SHA256, digest};

use super::*;

fn sha256(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn precreate() -> BTreeMap<&'static str, String> {
    [
        ("app_id", "2021000000000001"),
        ("biz_content", r#"{"out_trade_no":"T1","subject":"午餐/A","total_amount":"12.30"}"#),
        ("charset", "utf-8"),
        ("format", "JSON"),
        ("method", "alipay.trade.precreate"),
        ("notify_url", "http://127.0.0.1:8080/n"),
        ("sign", "must not be signed"),
        ("return_url", ""),
        ("sign_type", "RSA2"),
        ("timestamp", "2026-01-02 03:04:05"),
        ("version", "1.0"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

#[test]
fn request_text_is_the_published_one() {
    let text = signed_text(&precreate(), &["sign"]);
    assert_eq!(sha256(&text), "9ca263a288d75b3e27541f0a07d29deec72e7b387d8dea5444580ec5875b48d1");
}

#[test]
fn the_node_is_cut_as_received() {
    let node =
        r#"{"code":"10000","msg":"Success","out_trade_no":"T1","qr_code":"https:\/\/qr.alipay.com\/bax1"}"#;
    assert_eq!(sha256(node), "101901f24ac1afe4befd1e8716b6dea1b8e287522258a4071eb782c1406bc216");
    for (body, certificate) in [
        (format!(r#"{{"alipay_trade_precreate_response":{node},"sign":"c2ln"}}"#), None),
        (
            format!(
                r#"{{ "alipay_trade_precreate_response" : {node} , "alipay_cert_sn":"ab", "sign" :"c2ln"}} "#
            ),
            Some("ab"),
        ),
        (format!(r#"{{"sign":"c2ln","error_response":{node}}}"#), None),
    ] {
        let signed = cut(&body, "alipay.trade.precreate");
        assert_eq!(signed, Some(Signed { node, sign: Some("c2ln"), certificate }), "{body}");
    }
}

#[test]
fn braces_and_quotes_inside_strings_do_not_end_the_node() {
    let node = r#"{"msg":"a } \" { b \\","deep":{"x":"}"}}"#;
    let body = format!(r#"{{"a_b_response":{node},"sign":"s"}}"#);
    assert_eq!(cut(&body, "a.b").map(|signed| signed.node), Some(node));
}

#[test]
fn what_is_no_answer_is_refused() {
    for body in [
        "",
        "{}",
        "[]",
        "<html>",
        r#"{"other_response":{},"sign":"s"}"#,
        r#"{"a_b_response":{"#,
        r#"{"a_b_response":{},"a_b_response":{},"sign":"s"}"#,
        r#"{"a_b_response":{},"error_response":{},"sign":"s"}"#,
        r#"{"a_b_response":{},"sign":"s"} trailing"#,
        r#"{"a_b_response":"text","sign":"s"}"#,
        r#"{"a_b_response":{},"sign":"unterminated"#,
    ] {
        assert_eq!(cut(body, "a.b"), None, "{body}");
    }
}

#[test]
fn unsigned_answers_say_so() {
    let signed = cut(r#"{"error_response":{}}"#, "a.b");
    assert_eq!(signed, Some(Signed { node: "{}", sign: None, certificate: None }));
}

#[test]
fn forms_encode_everything_but_the_unreserved() {
    let params = [("a b", "ü&=+%~".to_owned())].into();
    assert_eq!(form(&params), "a%20b=%C3%BC%26%3D%2B%25~");
}

#[test]
fn a_notify_is_decoded_once_and_joined_without_its_signature() {
    let body = "sign_type=RSA2&total_amount=12.30&subject=%E5%8D%88%E9%A4%90+%2525+a%26b&sign=x&empty=";
    let params = parse_form(body.as_bytes()).expect("form");
    assert_eq!(signed_text(&params, &["sign", "sign_type"]), "subject=午餐 %25 a&b&total_amount=12.30");
}

#[test]
fn what_is_no_form_is_refused() {
    let long = format!("a={}", "x".repeat(NOTIFY_BYTES_MAX));
    let many: String = (0..=NOTIFY_PARAMS_MAX).map(|number| format!("a{number}=1&")).collect();
    for body in ["a=%", "a=%1", "a=%zz", "a=%FF", "a=1&a=2", &long, &many] {
        assert_eq!(parse_form(body.as_bytes()), None, "{:.20}", body);
    }
    assert_eq!(parse_form(b"\xFF=1"), None);
}
