//! The gateway as a client without any of our code sees it: texts joined here, signed and verified by openssl.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::process::{Sandbox, openssl};

/// What a case does to the parameters.
type Change = fn(&mut BTreeMap<String, String>);

/// Alipay's clock, as `yyyy-MM-dd HH:mm:ss`.
fn timestamp(off_s: i64) -> String {
    let now = time::OffsetDateTime::now_utc() + time::Duration::seconds(8 * 3600 + off_s);
    let format = time::macros::format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    now.format(format).expect("time")
}

pub(crate) fn params(method: &str, biz_content: &Value) -> BTreeMap<String, String> {
    [
        ("app_id", "2021000000000001"),
        ("method", method),
        ("format", "JSON"),
        ("charset", "utf-8"),
        ("sign_type", "RSA2"),
        ("timestamp", &timestamp(0)),
        ("version", "1.0"),
        ("biz_content", &biz_content.to_string()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

pub(crate) fn sign(sandbox: &Sandbox, params: &mut BTreeMap<String, String>) {
    let pairs: Vec<String> = params.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let key = sandbox.key("alipay_app_priv.pem");
    let (ok, signature) = openssl(&["dgst", "-sha256", "-sign", &key], pairs.join("&").as_bytes());
    assert!(ok, "openssl cannot sign");
    params.insert("sign".to_owned(), STANDARD.encode(signature));
}

fn percent(text: &str) -> String {
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

fn form<'a>(params: impl Iterator<Item = (&'a String, &'a String)>) -> String {
    params.map(|(name, value)| format!("{name}={}", percent(value))).collect::<Vec<_>>().join("&")
}

/// Posts the parameters, those named `in_query` in the query; the body as it came.
pub(crate) async fn send(sandbox: &Sandbox, params: &BTreeMap<String, String>, in_query: &[&str]) -> String {
    let query = form(params.iter().filter(|(name, _)| in_query.contains(&name.as_str())));
    let body = form(params.iter().filter(|(name, _)| !in_query.contains(&name.as_str())));
    let url = format!("{}/gateway.do?{query}", sandbox.base);
    let http = reqwest::Client::new();
    let request = if body.is_empty() { http.get(url) } else { http.post(url).body(body) };
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    request.send().await.expect("answer").text().await.expect("text")
}

/// The node of an answer, after openssl has verified it over the text as received.
pub(crate) fn verified(sandbox: &Sandbox, body: &str) -> Value {
    let node = &body[body.find("_response\":").expect("node") + 11..body.rfind(",\"sign\":").expect("sign")];
    let sign = body.rsplit('"').nth(1).expect("sign");
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("signature");
    std::fs::write(&file, STANDARD.decode(sign).expect("base64")).expect("write");
    let (key, file) = (sandbox.key("alipay_platform_pub.pem"), file.to_str().expect("utf-8").to_owned());
    let verify = ["dgst", "-sha256", "-verify", &key, "-signature", &file];
    assert!(openssl(&verify, node.as_bytes()).0, "openssl refuses {body}");
    serde_json::from_str(node).expect("JSON")
}

#[tokio::test]
async fn parameters_may_be_split_in_any_way() {
    let sandbox = Sandbox::start();
    let order = json!({"out_trade_no": "SPLIT_1", "total_amount": "12.30", "subject": "午餐 a+b&c=d/e"});
    let mut params = params("alipay.trade.precreate", &order);
    sign(&sandbox, &mut params);
    let all: Vec<&str> = params.keys().map(String::as_str).collect();
    let common: Vec<&str> = all.iter().copied().filter(|name| *name != "biz_content").collect();
    for in_query in [&all[..], &common[..], &[]] {
        let body = send(&sandbox, &params, in_query).await;
        assert!(body.contains(r"https:\/\/qr.alipay.com\/"), "slashes are escaped: {body}");
        let node = verified(&sandbox, &body);
        assert_eq!((&node["code"], &node["out_trade_no"]), (&json!("10000"), &json!("SPLIT_1")));
    }
}

#[tokio::test]
async fn refusals_say_what_to_do() {
    let sandbox = Sandbox::start();
    let order = json!({"out_trade_no": "STRICT_1", "total_amount": "12.30", "subject": "午餐"});
    let cases: [(&str, Change, &str); 6] = [
        ("after signing", |p| drop(p.insert("biz_content".into(), "{}".into())), "isv.invalid-signature"),
        ("after signing", |p| drop(p.remove("sign")), "isv.missing-signature"),
        ("before", |p| drop(p.insert("timestamp".into(), timestamp(-301))), "isv.invalid-timestamp"),
        ("before", |p| drop(p.insert("timestamp".into(), timestamp(310))), "isv.invalid-timestamp"),
        ("before", |p| drop(p.insert("sign_type".into(), "RSA".into())), "isv.invalid-signature-type"),
        ("before", |p| drop(p.insert("method".into(), "alipay.trade.give".into())), "isv.invalid-method"),
    ];
    for (when, change, want) in cases {
        let mut params = params("alipay.trade.precreate", &order);
        if when == "before" {
            change(&mut params);
        }
        sign(&sandbox, &mut params);
        if when == "after signing" {
            change(&mut params);
        }
        let node = verified(&sandbox, &send(&sandbox, &params, &[]).await);
        assert_eq!(node["sub_code"], want, "{node}");
    }
    let mut stranger = params("alipay.trade.precreate", &order);
    stranger.insert("app_id".into(), "1".into());
    sign(&sandbox, &mut stranger);
    let body = send(&sandbox, &stranger, &[]).await;
    assert!(body.starts_with("{\"error_response\":{") && !body.contains("\"sign\""), "{body}");
}

#[tokio::test]
async fn strange_orders_are_refused() {
    let sandbox = Sandbox::start();
    for (order, want) in [
        (json!({"out_trade_no": "N1", "total_amount": 12.30, "subject": "x"}), "ACQ.INVALID_PARAMETER"),
        (json!({"out_trade_no": "N2", "total_amount": "0.00", "subject": "x"}), "ACQ.TOTAL_FEE_EXCEED"),
        (
            json!({"out_trade_no": "N3", "total_amount": "100000000.01", "subject": "x"}),
            "ACQ.TOTAL_FEE_EXCEED",
        ),
        (json!({"out_trade_no": "N-4", "total_amount": "1.00", "subject": "x"}), "ACQ.INVALID_PARAMETER"),
        (json!({"out_trade_no": "N5", "total_amount": "1.00", "subject": ""}), "ACQ.INVALID_PARAMETER"),
        (
            json!({"out_trade_no": "N6", "total_amount": "1.00", "subject": "x", "timeout_express": "9"}),
            "ACQ.INVALID_PARAMETER",
        ),
        (json!("no object"), "ACQ.INVALID_PARAMETER"),
    ] {
        let mut params = params("alipay.trade.precreate", &order);
        sign(&sandbox, &mut params);
        let node = verified(&sandbox, &send(&sandbox, &params, &[]).await);
        assert_eq!((&node["code"], &node["sub_code"]), (&json!("40004"), &json!(want)), "{order}");
    }
}

/// A bar-code charge whose notifies go to `notify_url`.
pub(crate) async fn charge(sandbox: &Sandbox, number: &str, code: &str, notify_url: &str) -> String {
    let order = json!({
        "out_trade_no": number, "total_amount": "12.30", "subject": "午餐", "scene": "bar_code", "auth_code": code,
    });
    let mut params = params("alipay.trade.pay", &order);
    if !notify_url.is_empty() {
        params.insert("notify_url".to_owned(), notify_url.to_owned());
    }
    sign(sandbox, &mut params);
    send(sandbox, &params, &[]).await
}

/// A call of the test's own, its verified node.
pub(crate) async fn call(sandbox: &Sandbox, method: &str, content: &Value) -> Value {
    let mut params = params(method, content);
    sign(sandbox, &mut params);
    verified(sandbox, &send(sandbox, &params, &[]).await)
}
