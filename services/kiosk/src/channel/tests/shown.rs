//! Codes that the kiosk shows: opened, paid, closed, late, refunded.

use serde_json::json;

use super::sandbox::Sandbox;
use super::*;
use crate::channel::{PendingReason, Refunded, Refusal, Revoked};

fn both(sandbox: &Sandbox) -> [Box<dyn Channel>; 2] {
    [Box::new(sandbox.alipay()), Box::new(sandbox.wechat())]
}

#[tokio::test]
async fn a_shown_code_is_paid_and_proved() {
    let sandbox = Sandbox::start();
    for channel in both(&sandbox) {
        let (channel, short) = (channel.as_ref(), name(channel.as_ref()));
        let lunch = attempt(channel.kind(), "SHOWN00001", Way::Shown);
        let code = shown_code(channel.open(&lunch).await);
        assert!(code.starts_with("https://qr.alipay.com/") || code.starts_with("weixin://wxpay/"), "{code}");
        assert_eq!(shown_code(channel.open(&lunch).await), code, "the same attempt opens the same code");
        assert_eq!(channel.query(&lunch).await, Proof::Pending(PendingReason::Shown));
        sandbox.sim("pay", json!({"channel": short, "out_trade_no": "SHOWN00001"})).await;
        assert_paid(&channel.query(&lunch).await);
        assert_eq!(channel.revoke(&lunch).await, Revoked::AlreadyPaid);
        assert_eq!(sandbox.merchant_fen(short).await, FEN);
    }
}

#[tokio::test]
async fn a_revoked_code_cannot_be_paid() {
    let sandbox = Sandbox::start();
    for channel in both(&sandbox) {
        let (channel, short) = (channel.as_ref(), name(channel.as_ref()));
        let lunch = attempt(channel.kind(), "CLOSED0001", Way::Shown);
        let code = shown_code(channel.open(&lunch).await);
        assert_eq!(channel.revoke(&lunch).await, Revoked::Done);
        assert_eq!(channel.revoke(&lunch).await, Revoked::Done, "again");
        let answer = reqwest::Client::new()
            .post(format!("{}/wallet/confirm", sandbox.base))
            .header("content-type", "application/json")
            .body(json!({"code": code}).to_string())
            .send()
            .await
            .expect("wallet");
        let told: serde_json::Value =
            serde_json::from_slice(&answer.bytes().await.expect("body")).expect("JSON");
        assert_eq!(told["state"], "closed", "{told}");
        assert_eq!(sandbox.merchant_fen(short).await, 0);
        let never = attempt(channel.kind(), "NEVER00001", Way::Shown);
        assert_eq!(channel.revoke(&never).await, Revoked::Done, "one that was never opened");
    }
}

#[tokio::test]
async fn a_scanned_code_waits_for_the_payer_and_expires() {
    let sandbox = Sandbox::start();
    for channel in both(&sandbox) {
        let (channel, kind) = (channel.as_ref(), channel.kind());
        let lunch = attempt(kind, "EXPIRES001", Way::Shown);
        let code = shown_code(channel.open(&lunch).await);
        let read = reqwest::Client::new()
            .post(format!("{}/wallet/read", sandbox.base))
            .header("content-type", "text/plain")
            .body(code);
        assert!(read.send().await.expect("wallet").status().is_success());
        assert!(matches!(channel.query(&lunch).await, Proof::Pending(_)));
        sandbox.sim("advance-clock", json!({"seconds": 301})).await;
        assert_eq!(channel.query(&lunch).await, Proof::NotPaid(Refusal::Closed));
        assert_eq!(channel.revoke(&lunch).await, Revoked::Done);
    }
}

#[tokio::test]
async fn refunds_happen_once() {
    let sandbox = Sandbox::start();
    for channel in both(&sandbox) {
        let (channel, short) = (channel.as_ref(), name(channel.as_ref()));
        let lunch = attempt(channel.kind(), "REFUND0001", Way::Shown);
        shown_code(channel.open(&lunch).await);
        assert_eq!(channel.refund(&lunch, &refund("BACK000001", FEN)).await, Refunded::Refused, "not paid");
        sandbox.sim("pay", json!({"channel": short, "out_trade_no": "REFUND0001"})).await;
        let back = refund("BACK000002", 1000);
        let mut said = channel.refund(&lunch, &back).await;
        if said != Refunded::Done {
            // WeChat Pay first takes a refund in; the same number asks again.
            assert_eq!(short, "w");
            said = channel.refund(&lunch, &back).await;
        }
        assert_eq!(said, Refunded::Done);
        assert_eq!(channel.refund(&lunch, &back).await, Refunded::Done, "the same number again");
        assert_eq!(sandbox.merchant_fen(short).await, FEN - 1000);
        assert_eq!(channel.refund(&lunch, &refund("BACK000003", 231)).await, Refunded::Refused, "too much");
        assert_eq!(sandbox.merchant_fen(short).await, FEN - 1000);
    }
}

#[tokio::test]
async fn the_platform_may_be_known_by_its_certificate() {
    let sandbox = Sandbox::start();
    let lunch = attempt(ChannelKind::Wechat, "CERTIFIED1", Way::Shown);
    shown_code(sandbox.wechat_by_certificate().open(&lunch).await);
}
