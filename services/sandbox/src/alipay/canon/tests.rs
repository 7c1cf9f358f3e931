//! Published texts, and forms and amounts at their edges.

use aws_lc_rs::digest::{SHA256, digest};

use super::*;

fn map(pairs: Vec<(String, String)>) -> BTreeMap<String, String> {
    pairs.into_iter().collect()
}

#[test]
fn the_published_request_is_read_and_joined_byte_for_byte() {
    let form = "version=1.0&app_id=2021000000000001&charset=utf-8&format=JSON&method=alipay.trade.precreate\
                &biz_content=%7B%22out_trade_no%22%3A%22T1%22%2C%22subject%22%3A%22%E5%8D%88%E9%A4%90%2FA%22%2C\
                %22total_amount%22%3A%2212.30%22%7D&notify_url=http%3a%2f%2F127.0.0.1%3A8080%2Fn&sign_type=RSA2\
                &timestamp=2026-01-02+03%3A04%3A05&sign=x&return_url=";
    let text = signed_text(&map(parse_form(form).expect("form")), &["sign"]);
    let hash: String =
        digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, "9ca263a288d75b3e27541f0a07d29deec72e7b387d8dea5444580ec5875b48d1");
}

#[test]
fn broken_forms_are_refused() {
    for text in ["a=%", "a=%1", "a=%zz", "a=%FF", "%C3=1", "a=%+1"] {
        assert_eq!(parse_form(text), None, "{text}");
    }
    assert_eq!(parse_form("a&b="), Some(vec![("a".into(), String::new()), ("b".into(), String::new())]));
}

#[test]
fn forms_survive_the_round_trip() {
    let params = map(vec![("b c".into(), "午餐 &=+%".into()), ("a".into(), "*-_.~".into())]);
    assert_eq!(map(parse_form(&form(&params)).expect("form")), params);
}

#[test]
fn amounts_are_exact() {
    for (text, want) in
        [("12.30", 1230), ("0.01", 1), ("7", 700), ("7.5", 750), ("100000000.00", 10_000_000_000)]
    {
        assert_eq!(fen(text), Some(want), "{text}");
    }
    for text in ["", ".", "1.", ".5", "-1.00", "+1", "1e2", "1.001", "1,00", " 1", "١", "9999999999"] {
        assert_eq!(fen(text), None, "{text}");
    }
    assert_eq!((yuan(1230), yuan(1), yuan(100)), ("12.30".into(), "0.01".into(), "1.00".into()));
}
