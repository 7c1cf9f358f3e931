//! Published texts, and forms and amounts at their edges.

use aws_lc_rs::digest::{SHA256, digest};

use super::*;

fn read(text: &str) -> Option<BTreeMap<String, String>> {
    decoded(&pairs(text)?, encoding_rs::UTF_8)
}

#[test]
fn the_published_request_is_read_and_joined_byte_for_byte() {
    let form = "version=1.0&app_id=2021000000000001&charset=utf-8&format=JSON&method=alipay.trade.precreate\
                &biz_content=%7B%22out_trade_no%22%3A%22T1%22%2C%22subject%22%3A%22%E5%8D%88%E9%A4%90%2FA%22%2C\
                %22total_amount%22%3A%2212.30%22%7D&notify_url=http%3a%2f%2F127.0.0.1%3A8080%2Fn&sign_type=RSA2\
                &timestamp=2026-01-02+03%3A04%3A05&sign=x&return_url=";
    let text = signed_text(&read(form).expect("form"), &["sign"]);
    let hash: String =
        digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hash, "9ca263a288d75b3e27541f0a07d29deec72e7b387d8dea5444580ec5875b48d1");
}

#[test]
fn broken_forms_are_refused() {
    for text in ["a=%", "a=%1", "a=%zz", "a=%FF", "%C3=1", "a=%+1"] {
        assert_eq!(read(text), None, "{text}");
    }
    let empty = [("a".to_owned(), String::new()), ("b".to_owned(), String::new())].into();
    assert_eq!(read("a&b="), Some(empty));
    let gbk = |text: &str| decoded(&pairs(text).expect("pairs"), encoding_rs::GBK);
    assert_eq!(gbk("a=%CE%E7%B2%CD"), Some([("a".to_owned(), "午餐".to_owned())].into()));
    assert_eq!(gbk("a=%FF%FF"), None);
}

#[test]
fn forms_survive_the_round_trip() {
    let params = [("b c".into(), "午餐 &=+%".into()), ("a".into(), "*-_.~".into())].into();
    assert_eq!(read(&form(&params)), Some(params));
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
    assert_eq!((yuan(1230), yuan(1), yuan(-5)), ("12.30".into(), "0.01".into(), "-0.05".into()));
}
