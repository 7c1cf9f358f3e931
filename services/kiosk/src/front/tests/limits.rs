//! What the front bears, and what it answers to those who are not believed, not heard or too many.

use std::sync::atomic::Ordering;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::notary::{By, Notary, SIGNATURE, signed};
use super::*;

/// Status and body.
async fn post(bench: &Bench, channel: &str, by: &By, number: &str) -> (u16, String) {
    let told = signed(number, by);
    let url = bench.url(&format!("/notify/{channel}"));
    let answer =
        browser().post(url).header(SIGNATURE, told.signature).body(told.body).send().await.expect("answer");
    (answer.status().as_u16(), answer.text().await.expect("body"))
}

#[tokio::test]
async fn a_channel_hears_success_only_once_the_till_has_kept_it() {
    let mut bench = Bench::plain(vec![Arc::new(Notary::new(ChannelKind::Alipay))]).await;
    for (kept, heard) in [(Some(true), "success"), (Some(false), "fail"), (None, "fail")] {
        let mut letters = std::mem::replace(&mut bench.letters, mpsc::channel(1).1);
        let till = tokio::spawn(async move {
            let letter = letters.recv().await.expect("letter");
            if let Some(kept) = kept {
                letter.reply.send(kept).expect("the channel waits");
            }
            letters
        });
        assert_eq!(
            post(&bench, "alipay", &By::Platform, "KEPT000001").await,
            (200, heard.to_owned()),
            "{kept:?}"
        );
        bench.letters = till.await.expect("till");
    }
    bench.letters.close();
    assert_eq!(post(&bench, "alipay", &By::Platform, "KEPT000002").await.1, "fail", "no till at all");
}

#[tokio::test]
async fn what_is_not_believed_never_reaches_the_till() {
    let channels: Vec<Arc<dyn Channel>> =
        vec![Arc::new(Notary::new(ChannelKind::Alipay)), Arc::new(Notary::new(ChannelKind::Wechat))];
    let mut bench = Bench::plain(channels).await;
    let again = r#"{"code":"FAIL","message":"again"}"#;
    for by in [By::Stranger, By::Probe] {
        assert_eq!(post(&bench, "alipay", &by, "FALSE00001").await, (200, "fail".to_owned()));
        assert_eq!(post(&bench, "wechat", &by, "FALSE00001").await, (500, again.to_owned()));
    }
    let plain = browser().post(bench.url("/notify/alipay")).body("out_trade_no=FALSE00001").send().await;
    assert_eq!(plain.expect("answer").text().await.expect("body"), "fail", "unsigned");
    for absent in ["unionpay", "campus", "terminal", "Alipay", "x"] {
        assert_eq!(post(&bench, absent, &By::Platform, "FALSE00001").await.0, 404, "{absent}");
    }
    assert_eq!(post(&bench, "alipay", &By::Platform, "nothing").await.1, "success", "genuine, and no letter");
    assert!(bench.letters.try_recv().is_err());
}

#[tokio::test]
async fn a_body_that_is_too_long_is_not_looked_at() {
    let notary = Arc::new(Notary::new(ChannelKind::Alipay));
    let bench = Bench::plain(vec![notary.clone()]).await;
    for (length, looked_at) in [(32 * 1024, 1), (32 * 1024 + 1, 1), (1 << 20, 1)] {
        let request = browser().post(bench.url("/notify/alipay")).body(vec![b'a'; length]);
        // The front may hang up while the rest is still being sent.
        if let Ok(answer) = request.send().await {
            assert_eq!(answer.text().await.unwrap_or_default().trim_start_matches("fail"), "", "{length}");
        }
        assert_eq!(notary.asked.load(Ordering::Relaxed), looked_at, "{length}");
    }
}

/// Beyond its burst a peer is dropped before a byte is read, so its signatures cost nothing.
#[tokio::test]
async fn garbage_costs_no_more_signatures_than_a_peer_is_given() {
    let notary = Arc::new(Notary::new(ChannelKind::Alipay));
    let bench = Bench::start(vec![notary.clone()], Limits::default(), 0).await;
    let client = browser();
    let told = signed("GARBAGE001", &By::Stranger);
    let mut answered = 0;
    for _knock in 0..500 {
        let request = client.post(bench.url("/notify/alipay")).header(SIGNATURE, &told.signature);
        answered += u64::from(request.body(told.body.clone()).send().await.is_ok());
    }
    let burst = Limits::default().peer.burst;
    assert_eq!((answered, notary.asked.load(Ordering::Relaxed)), (burst, burst));
}

#[tokio::test]
async fn a_connection_that_dawdles_is_ended() {
    let limits = Limits { life: Duration::from_millis(200), ..Limits::default() };
    let bench = Bench::start(vec![Arc::new(Notary::new(ChannelKind::Alipay))], limits, 1000).await;
    for said in [
        "",
        "POST /notify/alipay HTTP/1.1\r\nhost: k\r\n",
        "POST /notify/alipay HTTP/1.1\r\nhost: k\r\ncontent-length: 100\r\n\r\nhalf",
    ] {
        let mut visitor = TcpStream::connect(bench.address).await.expect("connection");
        visitor.write_all(said.as_bytes()).await.expect("words");
        let mut heard = Vec::new();
        // Ended or reset; either way the read comes to an end, which is what this test waits for.
        drop(visitor.read_to_end(&mut heard).await);
        assert!(!heard.starts_with(b"HTTP/1.1 200 OK\r\n") || heard.ends_with(b"fail"), "{said:?}");
    }
}

#[tokio::test]
async fn more_connections_than_places_wait_their_turn() {
    let limits = Limits { connections: 2, ..Limits::default() };
    let bench = Bench::start(vec![], limits, 1000).await;
    let held = [
        TcpStream::connect(bench.address).await.expect("first"),
        TcpStream::connect(bench.address).await.expect("second"),
    ];
    let url = bench.url("/p/none");
    let third =
        tokio::spawn(async move { browser().get(url).send().await.map(|answer| answer.status().as_u16()) });
    drop(held);
    assert_eq!(third.await.expect("task").expect("answer"), 404);
}

#[tokio::test]
async fn one_connection_carries_one_request() {
    let bench = Bench::plain(vec![]).await;
    let mut visitor = TcpStream::connect(bench.address).await.expect("connection");
    let request = "GET /p/none HTTP/1.1\r\nhost: k\r\n\r\n";
    visitor.write_all(request.repeat(3).as_bytes()).await.expect("words");
    let mut heard = Vec::new();
    // Unread requests may reset the connection after the one answer.
    drop(visitor.read_to_end(&mut heard).await);
    let answers = String::from_utf8_lossy(&heard).matches("HTTP/1.1 404").count();
    assert_eq!(answers, 1);
}

#[tokio::test]
async fn it_ends_when_it_is_told_to() {
    let mut bench = Bench::plain(vec![]).await;
    drop(bench.stop.take());
    bench.served.await.expect("task").expect("served");
    assert!(TcpStream::connect(bench.address).await.is_err());
}
