//! The ways to write a request: with certificates, in GBK, sealed with AES; each made and checked by openssl.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::alipay::{params, send, sign, verified};
use crate::process::{Sandbox, openssl};

fn run(args: &[&str]) -> String {
    let (ok, told) = openssl(args, b"");
    assert!(ok, "openssl {args:?}");
    String::from_utf8(told).expect("text").trim().to_owned()
}

/// A certificate's number, from what openssl reads and hashes.
fn number(sandbox: &Sandbox, file: &str) -> String {
    let file = sandbox.key(file);
    let issuer = run(&["x509", "-in", &file, "-noout", "-issuer", "-nameopt", "RFC2253"]);
    let serial = run(&["x509", "-in", &file, "-noout", "-serial"]);
    // Decimal by hand: u128 holds the sandbox's 16 bytes.
    let serial = u128::from_str_radix(serial.trim_start_matches("serial="), 16).expect("serial");
    let text = format!("{}{serial}", issuer.trim_start_matches("issuer="));
    let (_, digest) = openssl(&["dgst", "-md5", "-r"], text.as_bytes());
    String::from_utf8(digest).expect("text")[..32].to_owned()
}

/// Each RSA root of the bundle has its number in the joined one.
fn root_number(sandbox: &Sandbox) -> String {
    let bundle = std::fs::read_to_string(sandbox.key("alipay_root_cert.pem")).expect("bundle");
    let mut numbers = Vec::new();
    for (index, block) in bundle.split("\n\n").enumerate() {
        let name = format!("one_root_{index}.pem");
        std::fs::write(sandbox.key(&name), block).expect("write");
        if run(&["x509", "-in", &sandbox.key(&name), "-noout", "-text"]).contains("sha256WithRSAEncryption") {
            numbers.push(number(sandbox, &name));
        }
    }
    assert_eq!((bundle.split("\n\n").count(), numbers.len()), (3, 2), "one root is a curve's");
    numbers.join("_")
}

#[tokio::test]
async fn certificates_are_named_and_checked() {
    let sandbox = Sandbox::start();
    let order = json!({"out_trade_no": "CERT_1", "total_amount": "12.30", "subject": "午餐"});
    let (app, root) = (number(&sandbox, "alipay_app_cert.pem"), root_number(&sandbox));
    let send_with = async |numbers: &[(&str, &str)]| {
        let mut params = params("alipay.trade.precreate", &order);
        params.extend(numbers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        sign(&sandbox, &mut params);
        send(&sandbox, &params, &[]).await
    };
    let body = send_with(&[("app_cert_sn", &app), ("alipay_root_cert_sn", &root)]).await;
    let named = format!(",\"alipay_cert_sn\":\"{}\",\"sign\":", number(&sandbox, "alipay_platform_cert.pem"));
    assert!(body.contains(&named) && body.contains("10000"), "{body}");
    let node = body.replace(&named, ",\"sign\":");
    assert_eq!(verified(&sandbox, &node)["out_trade_no"], "CERT_1");
    for (numbers, want) in [
        (vec![("app_cert_sn", root.as_str()), ("alipay_root_cert_sn", &root)], "isv.invalid-app-cert-sn"),
        (vec![("app_cert_sn", &app), ("alipay_root_cert_sn", &app)], "isv.invalid-alipay-root-cert-sn"),
        (vec![("app_cert_sn", &app)], "isv.missing-alipay-root-cert-sn"),
        (vec![("alipay_root_cert_sn", &root)], "isv.missing-app-cert-sn"),
    ] {
        let body = send_with(&numbers).await;
        assert!(body.contains(want), "{body}");
    }
    assert!(!send_with(&[]).await.contains("alipay_cert_sn"), "key mode names none");
}

#[tokio::test]
async fn gbk_is_signed_and_answered_in_gbk() {
    let sandbox = Sandbox::start();
    let order = json!({"out_trade_no": "GBK_1", "total_amount": "12.30", "subject": "午餐"});
    let mut params = params("alipay.trade.precreate", &order);
    params.insert("charset".into(), "gbk".into());
    let text = params.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
    let gbk = |text: &str| encoding_rs::GBK.encode(text).0.into_owned();
    let key = sandbox.key("alipay_app_priv.pem");
    let (_, signature) = openssl(&["dgst", "-sha256", "-sign", &key], &gbk(&text));
    params.insert("sign".into(), STANDARD.encode(signature));
    let escaped = |text: &str| gbk(text).iter().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let body: Vec<String> = params.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    let request = reqwest::Client::new().post(format!("{}/gateway.do", sandbox.base)).body(body.join("&"));
    let answer = request.send().await.expect("answer");
    assert_eq!(answer.headers()["content-type"], "text/html;charset=gbk");
    let answer = answer.bytes().await.expect("body");
    let answer = std::str::from_utf8(&answer).expect("ASCII");
    assert_eq!(verified(&sandbox, answer)["code"], "10000", "{answer}");
}

#[tokio::test]
async fn sealed_content_is_opened_by_openssls_rules() {
    let sandbox = Sandbox::start();
    let key = std::fs::read_to_string(sandbox.key("alipay_aes_key.txt")).expect("key");
    let key: String =
        STANDARD.decode(key.trim()).expect("base64").iter().map(|byte| format!("{byte:02x}")).collect();
    let aes = ["enc", "-aes-128-cbc", "-K", &key, "-iv", "00000000000000000000000000000000"];
    let order = json!({"out_trade_no": "AES_1", "total_amount": "12.30", "subject": "午餐"});
    let mut params = params("alipay.trade.precreate", &order);
    let (_, sealed) = openssl(&aes, order.to_string().as_bytes());
    params.insert("biz_content".into(), STANDARD.encode(sealed));
    params.insert("encrypt_type".into(), "AES".into());
    sign(&sandbox, &mut params);
    let body = send(&sandbox, &params, &[]).await;
    let node = body.split('"').nth(3).expect("sealed node").replace("\\/", "/");
    let (_, clear) = openssl(&[&aes[..], &["-d"]].concat(), &STANDARD.decode(node).expect("base64"));
    let clear: Value = serde_json::from_slice(&clear).expect("JSON");
    assert_eq!((&clear["code"], &clear["out_trade_no"]), (&json!("10000"), &json!("AES_1")), "{body}");
    params.remove("sign");
    params.insert("biz_content".into(), order.to_string());
    sign(&sandbox, &mut params);
    assert!(send(&sandbox, &params, &[]).await.contains("isv.decryption-error-unknown"));
}
