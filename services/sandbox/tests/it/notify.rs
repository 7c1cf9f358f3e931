//! Notifies at a merchant of the test's own, their signatures checked by openssl.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::{Duration, timeout};

use crate::alipay::charge;
use crate::process::{Sandbox, openssl};

/// Longest wait for what must come.
const SOON: Duration = Duration::from_secs(20);

pub(crate) struct Merchant {
    pub(crate) url: String,
    pub(crate) heard: mpsc::UnboundedReceiver<(HeaderMap, Bytes)>,
}

type Told = mpsc::UnboundedSender<(HeaderMap, Bytes)>;

/// Listens and answers every notify with the text.
pub(crate) async fn merchant(answer: &'static str) -> Merchant {
    let (told, heard) = mpsc::unbounded_channel();
    let route = post(move |State(told): State<Arc<Told>>, headers: HeaderMap, body: Bytes| async move {
        told.send((headers, body)).expect("test is over");
        answer
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("listen");
    let url = format!("http://{}/n", listener.local_addr().expect("address"));
    let router = Router::new().route("/n", route).with_state(Arc::new(told));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Merchant { url, heard }
}

impl Merchant {
    pub(crate) async fn next(&mut self) -> (HeaderMap, Bytes) {
        timeout(SOON, self.heard.recv()).await.expect("a notify in time").expect("open")
    }
}

fn verifies(sandbox: &Sandbox, key: &str, text: &[u8], signature: &str) -> bool {
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("signature");
    std::fs::write(&file, STANDARD.decode(signature).expect("base64")).expect("write");
    let file = file.to_str().expect("utf-8");
    openssl(&["dgst", "-sha256", "-verify", &sandbox.key(key), "-signature", file], text).0
}

/// Verifies an Alipay notify and gives its status and id.
fn read(sandbox: &Sandbox, body: &[u8]) -> (String, String) {
    let decode = |text: &str| -> String {
        let bytes: Vec<u8> =
            text.replace('+', " ").split('%').enumerate().fold(Vec::new(), |mut out, (at, part)| {
                if at == 0 {
                    out.extend_from_slice(part.as_bytes());
                } else {
                    out.push(u8::from_str_radix(&part[..2], 16).expect("hex"));
                    out.extend_from_slice(&part.as_bytes()[2..]);
                }
                out
            });
        String::from_utf8(bytes).expect("utf-8")
    };
    let text = std::str::from_utf8(body).expect("utf-8");
    let mut params: Vec<(String, String)> = text
        .split('&')
        .map(|pair| pair.split_once('=').expect("pair"))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect();
    params.sort();
    let of = |name: &str| params.iter().find(|(found, _)| found == name).expect(name).1.clone();
    let pairs: Vec<String> = params
        .iter()
        .filter(|(name, value)| name != "sign" && name != "sign_type" && !value.is_empty())
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert!(verifies(sandbox, "alipay_platform_pub.pem", pairs.join("&").as_bytes(), &of("sign")), "{text}");
    assert_eq!((of("total_amount"), of("app_id")), ("12.30".to_owned(), "2021000000000001".to_owned()));
    (of("trade_status"), of("notify_id"))
}

#[tokio::test]
async fn a_refused_notify_comes_again_on_the_schedule() {
    let sandbox = Sandbox::start();
    let mut merchant = merchant("not yet").await;
    assert!(charge(&sandbox, "NOTIFY_1", "280000000000000101", &merchant.url).await.contains("10000"));
    let first = read(&sandbox, &merchant.next().await.1);
    assert_eq!(first.0, "TRADE_SUCCESS");
    sandbox.json("/_sim/advance-clock", json!({"seconds": 239})).await;
    assert!(timeout(Duration::from_millis(300), merchant.heard.recv()).await.is_err(), "before its time");
    sandbox.json("/_sim/advance-clock", json!({"seconds": 1})).await;
    assert_eq!(read(&sandbox, &merchant.next().await.1), first, "the same notify, the same id");
}

#[tokio::test]
async fn an_accepted_notify_rests() {
    let sandbox = Sandbox::start();
    let mut merchant = merchant("success").await;
    charge(&sandbox, "NOTIFY_2", "280000000000000201", &merchant.url).await;
    merchant.next().await;
    sandbox.json("/_sim/advance-clock", json!({"seconds": 90_000})).await;
    assert!(timeout(Duration::from_millis(300), merchant.heard.recv()).await.is_err());
    let (_, log) = sandbox.json("/_sim/notify-log", json!({})).await;
    assert_eq!((log.as_array().map(Vec::len), &log[0]["accepted"]), (Some(1), &json!(true)), "{log}");
}

#[tokio::test]
async fn code_07_notifies_before_it_answers() {
    let sandbox = Sandbox::start();
    let mut merchant = merchant("success").await;
    let answer = charge(&sandbox, "NOTIFY_7", "280000000000000107", &merchant.url).await;
    assert!(answer.contains("10000"), "{answer}");
    assert!(merchant.heard.try_recv().is_ok(), "the notify was there before the answer");
}

#[tokio::test]
async fn code_11_notifies_twice_and_out_of_order() {
    let sandbox = Sandbox::start();
    let mut merchant = merchant("success").await;
    charge(&sandbox, "NOTIFY_11", "280000000000000111", &merchant.url).await;
    let mut told = Vec::new();
    for _copy in 0..3 {
        told.push(read(&sandbox, &merchant.next().await.1));
    }
    assert!(told.iter().all(|one| *one == told[0] && one.0 == "TRADE_SUCCESS"), "{told:?}");
    sandbox.json("/_sim/advance-clock", json!({"seconds": 2})).await;
    assert_eq!(read(&sandbox, &merchant.next().await.1).0, "WAIT_BUYER_PAY", "an older state, later");
}

#[tokio::test]
async fn wechat_notifies_are_sealed_and_signed_and_probed() {
    let sandbox = Sandbox::start();
    let mut merchant = merchant("").await;
    let order = json!({
        "appid": "wxd678efh567hg6787", "mchid": "1900000109", "description": "午餐", "out_trade_no": "NOTIFY_W",
        "notify_url": merchant.url, "amount": {"total": 1230, "currency": "CNY"},
    });
    sandbox.json("/_sim/fault", json!({"fault": "signtest", "channel": "w", "call": "native"})).await;
    let (target, body) = ("/v3/pay/transactions/native", order.to_string());
    let now = time::OffsetDateTime::now_utc().unix_timestamp();
    let text = format!("POST\n{target}\n{now}\nabc\n{body}\n");
    let key = sandbox.key("wx_mch_priv.pem");
    let (_, signature) = openssl(&["dgst", "-sha256", "-sign", &key], text.as_bytes());
    let serial = std::fs::read_to_string(sandbox.key("wx_mch_serial.txt")).expect("serial");
    let authorization = format!(
        "WECHATPAY2-SHA256-RSA2048 serial_no=\"{serial}\",signature=\"{}\",timestamp=\"{now}\",mchid=\"1900000109\",\
         nonce_str=\"abc\"",
        STANDARD.encode(signature)
    );
    let request = reqwest::Client::new().post(format!("{}{target}", sandbox.base));
    let request = request.header("authorization", authorization).header("accept", "application/json");
    let answer = request.body(body).send().await.expect("answer");
    assert_eq!(answer.status().as_u16(), 200);
    assert_eq!(sandbox.json("/_sim/pay", json!({"channel": "w", "out_trade_no": "NOTIFY_W"})).await.0, 200);
    let (mut probes, mut resources) = (0, Vec::new());
    for _notify in 0..2 {
        let (headers, body) = merchant.next().await;
        let of = |name: &str| headers[name].to_str().expect("text");
        if of("wechatpay-signature").starts_with("WECHATPAY/SIGNTEST/") {
            probes += 1;
            continue;
        }
        let mut text = format!("{}\n{}\n", of("wechatpay-timestamp"), of("wechatpay-nonce")).into_bytes();
        text.extend_from_slice(&body);
        text.push(b'\n');
        assert!(verifies(&sandbox, "wx_platform_pub.pem", &text, of("wechatpay-signature")));
        resources.push(open(&sandbox, &body));
    }
    assert_eq!(probes, 1);
    assert_eq!(
        (&resources[0]["trade_state"], &resources[0]["amount"]["total"]),
        (&json!("SUCCESS"), &json!(1230))
    );
}

/// Opens the sealed resource with the merchant's API key.
fn open(sandbox: &Sandbox, body: &[u8]) -> serde_json::Value {
    use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
    let notify: serde_json::Value = serde_json::from_slice(body).expect("JSON");
    let of = |name: &str| notify["resource"][name].as_str().expect(name).as_bytes().to_vec();
    let key = std::fs::read(sandbox.key("wx_apiv3_key.txt")).expect("key");
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).expect("key"));
    let mut sealed = STANDARD.decode(of("ciphertext")).expect("base64");
    let nonce = Nonce::try_assume_unique_for_key(&of("nonce")).expect("nonce");
    let clear = key.open_in_place(nonce, Aad::from(of("associated_data")), &mut sealed).expect("opens");
    serde_json::from_slice(clear).expect("JSON")
}
