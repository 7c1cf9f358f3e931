//! What the sandbox tells a merchant's address, read by the client.

use axum::Router;
use axum::body::Bytes;
use axum::routing::post;
use reqwest::header::HeaderMap;
use serde_json::json;
use tokio::sync::mpsc;
use tokio::time::{Duration, timeout};

use super::super::sandbox::Sandbox;
use super::super::*;
use crate::channel::alipay::Alipay;
use crate::channel::{Delivery, Doubt, Refunded, Told};

/// Longest wait for what must come.
const SOON: Duration = Duration::from_secs(20);

/// A merchant's address, and what comes there; it answers in the client's own words.
async fn listen(sandbox: &Sandbox) -> (Alipay, mpsc::UnboundedReceiver<Bytes>) {
    let (tell, told) = mpsc::unbounded_channel();
    let word = sandbox.alipay().reply(true).body;
    let route = post(move |body: Bytes| {
        let tell = tell.clone();
        async move {
            tell.send(body).expect("test is over");
            word
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("listen");
    let url = format!("http://{}/n", listener.local_addr().expect("address"));
    tokio::spawn(async move { axum::serve(listener, Router::new().route("/n", route)).await });
    let alipay = sandbox.alipay_of(sandbox.alipay_keys(), |config| config.notify_url = Some(url));
    (alipay, told)
}

async fn next(told: &mut mpsc::UnboundedReceiver<Bytes>) -> Bytes {
    timeout(SOON, told.recv()).await.expect("a notify in time").expect("open")
}

fn read(alipay: &Alipay, body: &[u8]) -> Result<Told, Doubt> {
    alipay.told(Delivery { headers: &HeaderMap::new(), body })
}

#[tokio::test]
async fn a_payment_and_a_refund_are_told() {
    let sandbox = Sandbox::start();
    let (alipay, mut told) = listen(&sandbox).await;
    let lunch = attempt(ChannelKind::Alipay, "NOTIFIED01", Way::Shown);
    shown_code(alipay.open(&lunch).await);
    sandbox.sim("pay", json!({"channel": "a", "out_trade_no": "NOTIFIED01"})).await;
    let body = next(&mut told).await;
    let Ok(Told::Payment { number, proof }) = read(&alipay, &body) else { panic!("{body:?}") };
    assert_eq!(number, lunch.number);
    assert_paid(&proof);
    assert_eq!(proof, alipay.query(&lunch).await, "as a query answers");
    let stranger = sandbox.alipay_with(&sandbox.own_key("alipay_app"), &sandbox.platform_pub("wx_platform"));
    assert_eq!(read(&stranger, &body), Err(Doubt::BadSignature));

    for (number, fen) in [("BACK000001", 1000), ("BACK000002", 230)] {
        let back = refund(number, fen);
        assert_eq!(alipay.refund(&lunch, &back).await, Refunded::Done);
        let want = Told::Refund { number: back.number, refunded: Refunded::Done };
        assert_eq!(read(&alipay, &next(&mut told).await), Ok(want), "also where all of it went back");
    }
    // Asked after the last delivery, so that its answer has been written down.
    sandbox.sim("advance-clock", json!({"seconds": 300})).await;
    assert!(timeout(Duration::from_millis(300), told.recv()).await.is_err(), "`success` was understood");
}

#[tokio::test]
async fn duplicates_and_older_states_do_no_harm() {
    let sandbox = Sandbox::start();
    let (alipay, mut told) = listen(&sandbox).await;
    let lunch = attempt(ChannelKind::Alipay, "NOTIFIED11", Way::Scanned);
    assert_paid(&alipay.charge(&lunch, &tender(ChannelKind::Alipay, 1, "11")).await);
    let mut heard = Vec::new();
    for _copy in 0..3 {
        heard.push(read(&alipay, &next(&mut told).await));
    }
    assert!(heard.iter().all(|one| *one == heard[0] && matches!(one, Ok(Told::Payment { .. }))), "{heard:?}");
    sandbox.sim("advance-clock", json!({"seconds": 2})).await;
    assert_eq!(read(&alipay, &next(&mut told).await), Ok(Told::Nothing), "an older state");
}

#[test]
fn the_word_is_exact() {
    let (alipay, _) = super::super::sandbox::strangers(crate::channel::exchange::client().expect("client"));
    assert_eq!((alipay.reply(true).status, alipay.reply(true).body), (200, "success"));
    assert_ne!(alipay.reply(false).body, "success");
}
