//! WeChat Pay v3 beyond paying: certificates, refunds and their limits, splits, bills, what it tells by itself, and
//! everything that its own pages leave open.

use reqwest::header::HeaderMap;
use serde_json::json;
use time::macros::offset;
use time::{Date, OffsetDateTime};

use super::listener::Listener;
use super::sandbox::Sandbox;
use super::*;
use crate::channel::wechat::Wechat;
use crate::channel::{
    Delivery, Divided, Doubt, NoBill, PendingReason, Refunded, Refusal, Revoked, RowKind, Told,
};
use crate::till::{Share, Split};

/// A payment by code, paid.
pub(super) async fn paid(channel: &dyn Channel, number: &str, serial: u32) -> Attempt {
    let lunch = attempt(ChannelKind::Wechat, number, Way::Scanned);
    assert_paid(&channel.charge(&lunch, &tender(ChannelKind::Wechat, serial, "01")).await);
    lunch
}

async fn channel_ref(channel: &dyn Channel, attempt: &Attempt) -> String {
    match channel.query(attempt).await {
        Proof::Paid(proof) => proof.channel_ref,
        other => panic!("not paid: {other:?}"),
    }
}

pub(super) fn today() -> Date {
    OffsetDateTime::now_utc().to_offset(offset!(+8)).date()
}

#[tokio::test]
async fn the_platforms_certificates_are_fetched_when_an_answer_needs_them() {
    let sandbox = Sandbox::start();
    let wechat = sandbox.wechat_fetching();
    let lunch = attempt(ChannelKind::Wechat, "FETCHED001", Way::Shown);
    shown_code(wechat.open(&lunch).await);
    assert_eq!(wechat.query(&lunch).await, Proof::Pending(PendingReason::Shown));
    // Sealed with another APIv3 key, they are nobody's.
    let stranger = sandbox.wechat_fetching_with(b"0123456789abcdef0123456789ABCDEF");
    assert_eq!(stranger.open(&lunch).await, Opened::Unavailable(Doubt::BadSignature));
}

#[tokio::test]
async fn refunds_keep_the_platforms_limits() {
    let sandbox = Sandbox::start();
    let wechat = sandbox.wechat();
    let lunch = paid(&wechat, "PARTS00001", 21).await;
    let terms = wechat.terms();
    assert_eq!(
        (terms.refunds_max, terms.refund_gap_ms, terms.refund_within_ms),
        (50, 60_000, 31_536_000_000)
    );
    let first = refund("PART000000", 10);
    assert_eq!(
        wechat.refund_query(&lunch, &first).await,
        Refunded::Again(Doubt::ServerError),
        "never asked for"
    );
    assert_eq!(
        wechat.refund(&lunch, &first).await,
        Refunded::Again(Doubt::ServerError),
        "taken in, not done"
    );
    let early = refund("PART000001", 10);
    assert_eq!(wechat.refund(&lunch, &early).await, Refunded::Again(Doubt::ServerError), "within the minute");
    assert_eq!(wechat.refund_query(&lunch, &first).await, Refunded::Done);
    assert_eq!(sandbox.merchant_fen("w").await, FEN - 10);
    for part in 1..50 {
        sandbox.sim("advance-clock", json!({"seconds": 60})).await;
        let part = refund(&format!("PART{part:06}"), 10);
        assert_eq!(wechat.refund(&lunch, &part).await, Refunded::Again(Doubt::ServerError), "{part:?}");
        assert_eq!(wechat.refund(&lunch, &part).await, Refunded::Done, "the same number again");
    }
    sandbox.sim("advance-clock", json!({"seconds": 60})).await;
    assert_eq!(wechat.refund(&lunch, &refund("PART000050", 10)).await, Refunded::Refused, "the 51st");
    assert_eq!(sandbox.merchant_fen("w").await, FEN - 500);
    let old = paid(&wechat, "PARTS00002", 22).await;
    sandbox.sim("advance-clock", json!({"seconds": 365 * 86_400 + 1})).await;
    assert_eq!(wechat.refund(&old, &refund("LATE000001", 10)).await, Refunded::Refused, "after a year");
}

#[tokio::test]
async fn an_answer_about_another_amount_proves_no_refund() {
    let sandbox = Sandbox::start();
    let wechat = sandbox.wechat();
    let lunch = paid(&wechat, "AMOUNT0001", 23).await;
    assert_eq!(wechat.refund(&lunch, &refund("BACKAMT001", 100)).await, Refunded::Again(Doubt::ServerError));
    let other = refund("BACKAMT001", 200);
    assert_eq!(wechat.refund_query(&lunch, &other).await, Refunded::Again(Doubt::Unparsable));
}

#[tokio::test]
async fn a_paid_order_is_divided_once() {
    let sandbox = Sandbox::start();
    let wechat = sandbox.wechat_sharing();
    assert_eq!((sandbox.wechat().terms().parties_max, wechat.terms().parties_max), (0, 50));
    let lunch = paid(&wechat, "DIVIDED001", 31).await;
    let trade = channel_ref(&wechat, &lunch).await;
    let share = |party: &str, fen| Share { party: party.to_owned(), amount: yuan(fen) };
    let split = |number: &str, shares| Split { number: AttemptNumber::new(number).expect("number"), shares };
    let too_much = split("SPLIT00001", vec![share("1900000110", FEN + 1)]);
    assert_eq!(wechat.split(&lunch, &trade, &too_much).await, Divided::Refused);
    let seven_two_one = split("SPLIT00002", vec![share("1900000110", 246), share("openid-of-a-cook", 123)]);
    for _again in 0..2 {
        assert_eq!(wechat.split(&lunch, &trade, &seven_two_one).await, Divided::Done);
        assert_eq!(sandbox.held_fen("w", "1900000110").await, 246);
        assert_eq!(sandbox.held_fen("w", "openid-of-a-cook").await, 123);
        assert_eq!(sandbox.merchant_fen("w").await, FEN - 369);
    }
    let more = split("SPLIT00003", vec![share("1900000110", 1)]);
    assert_eq!(wechat.split(&lunch, &trade, &more).await, Divided::Refused, "the rest was unfrozen");
    let kept = paid(&wechat, "DIVIDED002", 32).await;
    let trade = channel_ref(&wechat, &kept).await;
    assert_eq!(wechat.split(&kept, &trade, &split("SPLIT00004", vec![])).await, Divided::Done, "all is ours");
    let plain = paid(&sandbox.wechat(), "DIVIDED003", 33).await;
    let trade = channel_ref(&wechat, &plain).await;
    let refused = wechat.split(&plain, &trade, &split("SPLIT00005", vec![share("1900000110", 1)])).await;
    assert_eq!(refused, Divided::Refused, "an order that was not held back");
}

#[tokio::test]
async fn a_split_in_doubt_is_asked_again_and_divides_once() {
    let sandbox = Sandbox::start();
    let wechat = sandbox.wechat_sharing();
    let share = || Share { party: "1900000110".to_owned(), amount: yuan(100) };
    for (serial, fault, doubt) in [
        (41, "drop-before", Doubt::Transport),
        (42, "charge-then-drop", Doubt::Transport),
        (43, "5xx", Doubt::ServerError),
        (44, "20000", Doubt::ServerError),
        (45, "wrong-signature", Doubt::BadSignature),
        (46, "stale-timestamp", Doubt::BadSignature),
        (47, "signtest", Doubt::BadSignature),
        (48, "truncated-body", Doubt::BadSignature),
    ] {
        let lunch = paid(&wechat, &format!("SPLITDOUBT{serial}"), serial).await;
        let trade = channel_ref(&wechat, &lunch).await;
        let number = AttemptNumber::new(&format!("SPLITNO{serial}")).expect("number");
        let split = Split { number, shares: vec![share()] };
        sandbox.sim("fault", json!({"fault": fault, "call": "split"})).await;
        assert_eq!(wechat.split(&lunch, &trade, &split).await, Divided::Again(doubt), "{fault}");
        assert_eq!(wechat.split(&lunch, &trade, &split).await, Divided::Done, "{fault}");
    }
    assert_eq!(sandbox.held_fen("w", "1900000110").await, 800);
}

#[tokio::test]
async fn refunds_and_their_questions_survive_every_fault() {
    let sandbox = Sandbox::start();
    let wechat = sandbox.wechat();
    let faults = [
        "drop-before",
        "charge-then-drop",
        "5xx",
        "20000",
        "wrong-signature",
        "stale-timestamp",
        "signtest",
        "truncated-body",
    ];
    for (serial, fault) in (51..).zip(faults) {
        let lunch = paid(&wechat, &format!("BACKDOUBT{serial}"), serial).await;
        let back = refund(&format!("BACKNO{serial}"), 100);
        sandbox.sim("fault", json!({"fault": fault, "call": "refund"})).await;
        assert!(matches!(wechat.refund(&lunch, &back).await, Refunded::Again(_)), "{fault}");
        let said = wechat.refund(&lunch, &back).await;
        assert!(matches!(said, Refunded::Again(Doubt::ServerError) | Refunded::Done), "{fault}: {said:?}");
        sandbox.sim("fault", json!({"fault": fault, "call": "query"})).await;
        assert!(matches!(wechat.refund_query(&lunch, &back).await, Refunded::Again(_)), "{fault}");
        assert_eq!(wechat.refund_query(&lunch, &back).await, Refunded::Done, "{fault}");
    }
    assert_eq!(sandbox.merchant_fen("w").await, 8 * (FEN - 100));
}

#[tokio::test]
async fn the_days_bill_is_the_books() {
    let sandbox = Sandbox::start();
    let wechat = sandbox.wechat();
    let day = today();
    assert_eq!(wechat.bill(day).await, Err(NoBill::NotYet), "today's");
    let lunch = paid(&wechat, "BILLED0001", 61).await;
    wechat.refund(&lunch, &refund("BILLBACK01", 100)).await;
    let reversed = paid(&wechat, "BILLED0002", 62).await;
    assert_eq!(wechat.revoke(&reversed).await, Revoked::Done);
    let shown = attempt(ChannelKind::Wechat, "BILLED0003", Way::Shown);
    shown_code(wechat.open(&shown).await);
    sandbox.sim("pay", json!({"channel": "w", "out_trade_no": "BILLED0003"})).await;
    sandbox.sim("bill", json!({"channel": "w", "date": day.to_string()})).await;
    let bill = wechat.bill(day).await.expect("bill");
    let sum =
        |kind| bill.rows.iter().filter(|row| row.kind == kind).map(|row| row.amount.minor()).sum::<i64>();
    assert_eq!((sum(RowKind::Payment), sum(RowKind::Refund)), (3 * FEN, 100 + FEN));
    assert_eq!(sum(RowKind::Payment) - sum(RowKind::Refund), sandbox.merchant_fen("w").await);
    let back: Vec<_> = bill.rows.iter().filter_map(|row| row.refund.as_deref()).collect();
    assert_eq!(back, ["BILLBACK01"]);
    assert_eq!(
        bill.rows.iter().map(|row| row.fee.minor()).sum::<i64>(),
        7 * 3 - 1 - 7,
        "0.6 % a row, in fen"
    );
    let before = day.previous_day().expect("day");
    sandbox.sim("advance-clock", json!({"seconds": 3 * 86_400})).await;
    assert!(wechat.bill(day).await.is_ok(), "the right bill, two days later");
    assert_eq!(wechat.bill(before.previous_day().expect("day")).await, Err(NoBill::None), "nothing was sold");
}

#[tokio::test]
async fn a_bill_that_came_in_doubt_is_none() {
    let sandbox = Sandbox::start();
    let wechat = sandbox.wechat();
    let day = today();
    paid(&wechat, "BILLDOUBT1", 63).await;
    sandbox.sim("bill", json!({"channel": "w", "date": day.to_string()})).await;
    for (call, fault, want) in [
        ("bill", "5xx", NoBill::Doubt(Doubt::ServerError)),
        ("bill", "charge-then-drop", NoBill::Doubt(Doubt::Transport)),
        ("bill", "wrong-signature", NoBill::Doubt(Doubt::BadSignature)),
        ("bill", "truncated-body", NoBill::Doubt(Doubt::BadSignature)),
        ("download", "5xx", NoBill::Doubt(Doubt::ServerError)),
        ("download", "drop-before", NoBill::Doubt(Doubt::Transport)),
        ("download", "truncated-body", NoBill::Broken("it cannot be unpacked")),
    ] {
        sandbox.sim("fault", json!({"fault": fault, "call": call})).await;
        assert_eq!(wechat.bill(day).await, Err(want), "{call} {fault}");
    }
    assert!(wechat.bill(day).await.is_ok());
}

#[tokio::test]
async fn an_early_reverse_is_refused_and_repeated() {
    let sandbox = Sandbox::start();
    let wechat = sandbox.wechat();
    sandbox.sim("wechat", json!({"refuse_early_reverse": true})).await;
    let lunch = paid(&wechat, "TOOEARLY01", 71).await;
    assert_eq!(wechat.revoke(&lunch).await, Revoked::Again(Doubt::ServerError));
    assert_eq!(sandbox.merchant_fen("w").await, FEN);
    sandbox.sim("advance-clock", json!({"seconds": 15})).await;
    assert_eq!(wechat.revoke(&lunch).await, Revoked::Done);
    assert_eq!(wechat.revoke(&lunch).await, Revoked::Done, "again");
    assert_eq!(sandbox.merchant_fen("w").await, 0);
}

#[tokio::test]
async fn a_waiting_payer_is_understood_however_it_is_told() {
    let sandbox = Sandbox::start();
    let wechat = sandbox.wechat();
    for (serial, how) in [(81, "4xx"), (82, "202"), (83, "200")] {
        sandbox.sim("wechat", json!({"userpaying": how})).await;
        let lunch = attempt(ChannelKind::Wechat, &format!("WAITING{serial}"), Way::Scanned);
        let waits = Proof::Pending(PendingReason::PayerConfirms);
        assert_eq!(wechat.charge(&lunch, &tender(ChannelKind::Wechat, serial, "02")).await, waits, "{how}");
        assert_eq!(wechat.query(&lunch).await, waits);
        assert_eq!(wechat.revoke(&lunch).await, Revoked::Done);
        assert_eq!(wechat.query(&lunch).await, Proof::NotPaid(Refusal::Closed));
    }
}

fn told(wechat: &Wechat, (headers, body): &(HeaderMap, Vec<u8>)) -> Result<Told, Doubt> {
    wechat.told(Delivery { headers, body })
}

#[tokio::test]
async fn what_the_platform_tells_is_believed_only_from_the_platform() {
    let sandbox = Sandbox::start();
    let mut listener = Listener::start().await;
    let wechat = sandbox.wechat_told(&listener.url);
    let shown = attempt(ChannelKind::Wechat, "TOLD000001", Way::Shown);
    sandbox.sim("fault", json!({"fault": "signtest", "channel": "w", "call": "native"})).await;
    assert_eq!(wechat.open(&shown).await, Opened::Unavailable(Doubt::BadSignature), "the probe of an answer");
    shown_code(wechat.open(&shown).await);
    sandbox.sim("pay", json!({"channel": "w", "out_trade_no": "TOLD000001"})).await;
    let (mut probes, mut payments) = (0, Vec::new());
    for _notify in 0..2 {
        let delivery = listener.next().await;
        if delivery.0["wechatpay-signature"].to_str().expect("text").starts_with("WECHATPAY/SIGNTEST/") {
            assert_eq!(told(&wechat, &delivery), Err(Doubt::BadSignature), "a probe");
            probes += 1;
        } else {
            payments.push(delivery);
        }
    }
    assert_eq!((probes, payments.len()), (1, 1));
    let payment = payments.remove(0);
    let proof = wechat.query(&shown).await;
    assert_paid(&proof);
    let number = shown.number.clone();
    assert_eq!(told(&wechat, &payment), Ok(Told::Payment { number, proof }), "as a query answers");
    for name in ["timestamp", "nonce", "serial", "signature", "signature-type"] {
        let mut without = payment.clone();
        without.0.remove(format!("wechatpay-{name}"));
        assert_eq!(told(&wechat, &without), Err(Doubt::BadSignature), "without {name}");
    }
    let mut changed = payment.clone();
    changed.1.push(b' ');
    assert_eq!(told(&wechat, &changed), Err(Doubt::BadSignature));
    let late = sandbox.wechat_told(&listener.url).with_clock(|| super::super::exchange::system_clock() + 400);
    assert_eq!(told(&late, &payment), Err(Doubt::BadSignature), "stale");
    assert_eq!(told(&sandbox.wechat(), &payment), Err(Doubt::BadSignature), "no key to open it with");
    let replies = [wechat.reply(true), wechat.reply(false)];
    assert_eq!((replies[0].status, replies[0].body), (200, ""));
    assert!(replies[1].status >= 400 && replies[1].body.contains("FAIL"));
}

#[tokio::test]
async fn a_refund_that_is_done_is_told() {
    let sandbox = Sandbox::start();
    let mut listener = Listener::start().await;
    let wechat = sandbox.wechat_told(&listener.url);
    let lunch = paid(&wechat, "TOLDBACK01", 91).await;
    let back = refund("TOLDBACK02", 100);
    assert_eq!(wechat.refund(&lunch, &back).await, Refunded::Again(Doubt::ServerError));
    let delivery = listener.next().await;
    let number = back.number.clone();
    assert_eq!(told(&wechat, &delivery), Ok(Told::Refund { number, refunded: Refunded::Done }));
}

#[tokio::test]
async fn a_notify_by_an_unknown_key_brings_the_certificates_for_the_next() {
    let sandbox = Sandbox::start();
    let mut listener = Listener::start().await;
    // One client opens the order; the other has not spoken to the platform yet when it is told.
    let shown = attempt(ChannelKind::Wechat, "TOLDFIRST1", Way::Shown);
    let opener = sandbox.wechat_fetching_told(&listener.url);
    shown_code(opener.open(&shown).await);
    sandbox.sim("pay", json!({"channel": "w", "out_trade_no": "TOLDFIRST1"})).await;
    let delivery = listener.next().await;
    let fresh = sandbox.wechat_fetching_told(&listener.url);
    assert_eq!(told(&fresh, &delivery), Err(Doubt::BadSignature));
    assert_paid(&fresh.query(&shown).await);
    assert!(matches!(told(&fresh, &delivery), Ok(Told::Payment { .. })));
}
