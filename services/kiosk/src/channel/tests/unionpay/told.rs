//! Back notifies: heard by a listener of the test's own, read by the client, and believed only as they came.

use axum::body::Bytes;
use axum::routing::post;
use reqwest::header::HeaderMap;
use tokio::sync::mpsc;

use super::*;
use crate::channel::{Delivery, Reply, Told};

/// Longest wait for what must come.
const SOON: std::time::Duration = std::time::Duration::from_secs(20);

/// An address and what is posted there.
async fn listener() -> (String, mpsc::UnboundedReceiver<Bytes>) {
    let (told, heard) = mpsc::unbounded_channel();
    let route = post(move |body: Bytes| {
        let told = told.clone();
        async move {
            told.send(body).expect("the test is over");
            "ok"
        }
    });
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("listen");
    let url = format!("http://{}/n", listener.local_addr().expect("address"));
    let router = axum::Router::new().route("/n", route);
    tokio::spawn(async move { axum::serve(listener, router).await });
    (url, heard)
}

async fn next(heard: &mut mpsc::UnboundedReceiver<Bytes>) -> Bytes {
    tokio::time::timeout(SOON, heard.recv()).await.expect("a notify in time").expect("open")
}

fn read(client: &Unionpay, body: &[u8]) -> Result<Told, Doubt> {
    client.told(Delivery { headers: &HeaderMap::new(), body })
}

#[tokio::test]
async fn payments_undos_and_refunds_are_told() {
    let stage = Stage::start();
    let (url, mut heard) = listener().await;
    let client = Unionpay::new(stage.config(Some(url)), stage.keys(), exchange::client().expect("client"));
    let lunch = attempt(KIND, "TOLD000001", Way::Scanned);
    assert_paid(&client.charge(&lunch, &code(7, "01")).await);
    let body = next(&mut heard).await;
    let asked = client.query(&lunch).await;
    let told = read(&client, &body).expect("genuine");
    assert_eq!(told, Told::Payment { number: lunch.number.clone(), proof: asked });
    assert_eq!(read(&client, &body).expect("again"), told);
    let back = refund("TOLDBACK01", 30);
    assert_eq!(client.refund(&lunch, &back).await, Refunded::Done);
    let told = read(&client, &next(&mut heard).await).expect("genuine");
    assert_eq!(told, Told::Refund { number: back.number, refunded: Refunded::Done });
    let other = attempt(KIND, "TOLD000002", Way::Scanned);
    assert_paid(&client.charge(&other, &code(8, "01")).await);
    next(&mut heard).await;
    assert_eq!(client.revoke(&other).await, Revoked::Done);
    assert_eq!(read(&client, &next(&mut heard).await), Ok(Told::Nothing), "our own undo");
    assert_eq!(client.reply(true).status, 200);
    assert!(!matches!(client.reply(false), Reply { status: 200, .. }));
}

#[tokio::test]
async fn a_notify_that_was_touched_is_not_believed() {
    let stage = Stage::start();
    let (url, mut heard) = listener().await;
    let client = Unionpay::new(stage.config(Some(url)), stage.keys(), exchange::client().expect("client"));
    let lunch = attempt(KIND, "TOUCHED001", Way::Shown);
    stage.fault("signtest", "apply").await;
    assert_eq!(client.open(&lunch).await, Opened::Unavailable(Doubt::BadSignature));
    // A probe comes too, signed by somebody else.
    stage.pay("TOUCHED001").await;
    let (first, second) = (next(&mut heard).await, next(&mut heard).await);
    let read_both = [read(&client, &first), read(&client, &second)];
    assert_eq!(read_both.iter().filter(|one| **one == Err(Doubt::BadSignature)).count(), 1, "{read_both:?}");
    let genuine = if read_both[0].is_ok() { first } else { second };
    let text = String::from_utf8(genuine.to_vec()).expect("form");
    assert!(text.contains("txnAmt=1230"), "{text}");
    for (changed, doubt) in [
        (text.replace("txnAmt=1230", "txnAmt=1231"), Doubt::BadSignature),
        (text.replace("&txnAmt=1230", ""), Doubt::BadSignature),
        (format!("{text}&txnAmt=1"), Doubt::Unparsable),
        (format!("{text}&more=1"), Doubt::BadSignature),
        (text.replace("signMethod=01", "signMethod=11"), Doubt::BadSignature),
        (
            text.split_once("signature=").expect("signature").0.trim_end_matches('&').to_owned(),
            Doubt::BadSignature,
        ),
        (String::new(), Doubt::BadSignature),
        ("%".to_owned(), Doubt::Unparsable),
        ("a=%zz".to_owned(), Doubt::Unparsable),
    ] {
        assert_eq!(read(&client, changed.as_bytes()), Err(doubt), "{changed}");
    }
    assert_eq!(read(&client, &[b'a', b'=', 0xFF]), Err(Doubt::Unparsable));
}
