//! Notifies as Alipay's page of samples shows them, signed by the openssl command line.

use std::io::Write;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::channel::rsa::tests::{OTHER, PAIR};

/// What a case changes before signing: names and values, none to drop one.
type Change<'a> = &'a [(&'a str, Option<&'a str>)];

fn config() -> AlipayConfig {
    toml::from_str(
        "gateway = \"https://openapi.alipay.com/gateway.do\"\napp_id = \"2021000000000001\"\n\
         seller_id = \"2088000000000001\"",
    )
    .expect("config")
}

fn keys() -> Keys {
    Keys::new(PAIR.0.as_bytes(), OTHER.1.as_bytes()).expect("keys")
}

/// The signature over the text in base64, made by openssl with Alipay's key.
fn openssl(text: &str) -> String {
    let key = tempfile::NamedTempFile::new().expect("file");
    std::fs::write(key.path(), OTHER.0.as_bytes()).expect("key");
    let mut child = Command::new("openssl")
        .args(["dgst", "-sha256", "-sign"])
        .arg(key.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("openssl");
    child.stdin.take().expect("stdin").write_all(text.as_bytes()).expect("text");
    STANDARD.encode(child.wait_with_output().expect("openssl").stdout)
}

fn escaped(text: &str) -> String {
    text.bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

/// A notify of a paid trade, changed and then signed.
fn notify(change: Change<'_>) -> String {
    let mut params: BTreeMap<&str, &str> = [
        ("notify_time", "2026-01-02 12:00:06"),
        ("notify_type", "trade_status_sync"),
        ("notify_id", "2026010200222120005074950000000001"),
        ("app_id", "2021000000000001"),
        ("auth_app_id", "2021000000000001"),
        ("charset", "utf-8"),
        ("version", "1.0"),
        ("trade_no", "2026010222001400000000000001"),
        ("out_trade_no", "DAIS000001"),
        ("seller_id", "2088000000000001"),
        ("trade_status", "TRADE_SUCCESS"),
        ("total_amount", "12.30"),
        ("receipt_amount", "12.30"),
        ("subject", "午餐 a+b&c=d 100%"),
        ("gmt_payment", "2026-01-02 12:00:05"),
        ("fund_bill_list", "[{\"amount\":\"12.30\",\"fundChannel\":\"ALIPAYACCOUNT\"}]"),
        ("passback_params", ""),
    ]
    .into();
    for (name, value) in change {
        match value {
            Some(value) => params.insert(name, value),
            None => params.remove(name),
        };
    }
    // The text is joined here, without the code under test.
    let signed: Vec<String> = params
        .iter()
        .filter(|(name, value)| !value.is_empty() && **name != "sign_type")
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let sign = openssl(&signed.join("&"));
    params.entry("sign_type").or_insert("RSA2");
    params.insert("sign", &sign);
    let form: Vec<String> = params.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    form.join("&")
}

fn told(change: Change<'_>) -> Result<Told, Doubt> {
    read(notify(change).as_bytes(), &keys(), &config())
}

fn payment(proof: Proof) -> Result<Told, Doubt> {
    Ok(Told::Payment { number: AttemptNumber::new("DAIS000001").expect("number"), proof })
}

fn paid() -> Result<Told, Doubt> {
    payment(Proof::Paid(PaidProof {
        channel_ref: "2026010222001400000000000001".to_owned(),
        amount: Money::new(1230, Currency::CNY),
    }))
}

#[test]
fn a_paid_trade_is_proved() {
    assert_eq!(told(&[]), paid());
    assert_eq!(told(&[("trade_status", Some("TRADE_FINISHED"))]), paid());
    assert_eq!(told(&[("refund_fee", Some("0.00"))]), paid());
}

#[test]
fn another_amount_is_told_as_it_is() {
    let Ok(Told::Payment { proof: Proof::Paid(paid), .. }) = told(&[("total_amount", Some("0.01"))]) else {
        panic!("a paid trade");
    };
    assert_eq!(paid.amount.minor(), 1, "the till compares");
}

#[test]
fn a_trade_closed_unpaid_is_not_paid_and_one_refunded_is_no_such_thing() {
    let closed = [("trade_status", Some("TRADE_CLOSED"))];
    let unpaid = [closed[0], ("gmt_payment", None)];
    assert_eq!(told(&unpaid), payment(Proof::NotPaid(Refusal::Closed)));
    let back = [closed[0], ("refund_fee", Some("12.30")), ("gmt_refund", Some("2026-01-02 12:10:00.000"))];
    assert_eq!(told(&back), Ok(Told::Nothing), "refunded by others than this till");
    let number = RefundNumber::new("BACK000001").expect("number");
    let ours = [back[0], back[1], ("out_biz_no", Some("BACK000001"))];
    assert_eq!(told(&ours), Ok(Told::Refund { number: number.clone(), refunded: Refunded::Done }));
    let part = [("refund_fee", Some("1.00")), ("out_biz_no", Some("BACK000001"))];
    assert_eq!(told(&part), Ok(Told::Refund { number, refunded: Refunded::Done }));
    assert_eq!(told(&[("refund_fee", Some("1.00"))]), paid(), "paid, whatever went back");
    assert_eq!(told(&closed), Ok(Told::Nothing), "closed and paid: refunded in some way");
}

#[test]
fn what_a_till_does_not_act_on_is_nothing() {
    for change in [
        ("trade_status", Some("WAIT_BUYER_PAY")),
        ("trade_status", Some("TRADE_UNHEARD_OF")),
        ("trade_status", None),
        ("notify_type", Some("dut_user_sign")),
        ("out_trade_no", Some("not-a-number-of-ours")),
        ("total_amount", Some("12.3.0")),
        ("total_amount", Some("-12.30")),
        ("trade_no", None),
    ] {
        assert_eq!(told(&[change]), Ok(Told::Nothing), "{change:?}");
    }
}

#[test]
fn what_tells_of_an_agreement_names_it_and_no_seller() {
    for kind in ["dut_user_sign", "dut_user_unsign"] {
        let change =
            [("notify_type", Some(kind)), ("external_agreement_no", Some("OURS000001")), ("seller_id", None)];
        assert_eq!(told(&change), Ok(Told::Agreement("OURS000001".to_owned())), "{kind}");
        let foreign = [change[0], change[1], change[2], ("app_id", Some("2021000000000002"))];
        assert_eq!(told(&foreign), Err(Doubt::Unparsable), "{kind}");
    }
    let another = [("notify_type", Some("trade_status_sync")), ("seller_id", None)];
    assert_eq!(told(&another), Err(Doubt::Unparsable), "a trade names its seller");
}

#[test]
fn another_merchants_notify_is_refused_though_alipay_signed_it() {
    assert_eq!(told(&[("app_id", Some("2021000000000002"))]), Err(Doubt::Unparsable));
    assert_eq!(told(&[("seller_id", Some("2088000000000002"))]), Err(Doubt::Unparsable));
    assert_eq!(told(&[("charset", Some("gbk"))]), Err(Doubt::Unparsable));
}

#[test]
fn whatever_is_changed_after_signing_is_refused() {
    let right = notify(&[]);
    let changed = [
        ("12.30", "12.31"),
        ("TRADE_SUCCESS", "TRADE_FINISHED"),
        ("RSA2", "RSA"),
        ("&sign=", "&signed="),
        ("out_trade_no=DAIS000001", "out_trade_no=DAIS000002"),
        ("passback_params=", "passback_params=x"),
    ];
    for (from, to) in changed {
        let from = if from.contains('=') { from.to_owned() } else { escaped(from) };
        let to = if to.contains('=') { to.to_owned() } else { escaped(to) };
        let wrong = right.replacen(&from, &to, 1);
        assert_ne!(wrong, right, "{from}");
        assert_eq!(read(wrong.as_bytes(), &keys(), &config()), Err(Doubt::BadSignature), "{from} -> {to}");
    }
    let ours = Keys::new(PAIR.0.as_bytes(), PAIR.1.as_bytes()).expect("keys");
    assert_eq!(read(right.as_bytes(), &ours, &config()), Err(Doubt::BadSignature), "another key");
    let twice = format!("{right}&trade_status=TRADE_CLOSED");
    assert_eq!(read(twice.as_bytes(), &keys(), &config()), Err(Doubt::Unparsable), "one name twice");
    assert_eq!(read(b"", &keys(), &config()), Err(Doubt::Unparsable));
}
