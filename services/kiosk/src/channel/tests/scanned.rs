//! Codes that the payer shows: one test for every scenario code.

use super::sandbox::Sandbox;
use super::*;
use crate::channel::{Doubt, PendingReason, Refusal, Revoked};

/// Runs one scenario at both channels: what charging says, and what the attempt is in the end.
async fn scenario(last: &str, want: impl Fn(&Proof, ChannelKind) -> bool, paid_in_the_end: bool) {
    let sandbox = Sandbox::start();
    let channels: [Box<dyn Channel>; 2] = [Box::new(sandbox.alipay()), Box::new(sandbox.wechat())];
    for channel in channels {
        let lunch = attempt(channel.kind(), "SCANNED001", Way::Scanned);
        let proof = channel.charge(&lunch, &tender(channel.kind(), 7, last)).await;
        assert!(want(&proof, channel.kind()), "{:?}: {proof:?}", channel.kind());
        let paid = channel.query(&lunch).await;
        if paid_in_the_end {
            assert_paid(&paid);
        } else {
            assert_eq!(paid, Proof::NotPaid(Refusal::NoSuchTrade));
        }
        let fen = if paid_in_the_end { FEN } else { 0 };
        assert_eq!(sandbox.merchant_fen(name(channel.as_ref())).await, fen);
        assert_eq!(channel.revoke(&lunch).await, Revoked::Done);
        assert_eq!(sandbox.merchant_fen(name(channel.as_ref())).await, 0, "reversed");
    }
}

#[tokio::test]
async fn code_01_pays() {
    scenario("01", |proof, _| matches!(proof, Proof::Paid(_)), true).await;
}

#[tokio::test]
async fn code_02_waits_for_the_password() {
    let sandbox = Sandbox::start();
    let channels: [Box<dyn Channel>; 2] = [Box::new(sandbox.alipay()), Box::new(sandbox.wechat())];
    for channel in channels {
        let lunch = attempt(channel.kind(), "PASSWORD01", Way::Scanned);
        let waits = Proof::Pending(PendingReason::PayerConfirms);
        assert_eq!(channel.charge(&lunch, &tender(channel.kind(), 7, "02")).await, waits);
        assert_eq!(channel.query(&lunch).await, waits);
        assert_eq!(channel.query(&lunch).await, waits);
        assert_paid(&channel.query(&lunch).await);
        let gives_up = attempt(channel.kind(), "PASSWORD02", Way::Scanned);
        assert_eq!(channel.charge(&gives_up, &tender(channel.kind(), 8, "02")).await, waits);
        assert_eq!(channel.revoke(&gives_up).await, Revoked::Done);
        assert_eq!(channel.query(&gives_up).await, Proof::NotPaid(Refusal::Closed));
        assert_eq!(sandbox.merchant_fen(name(channel.as_ref())).await, FEN);
    }
}

#[tokio::test]
async fn code_03_is_unknown_but_paid() {
    scenario("03", |proof, _| *proof == Proof::Unknown(Doubt::ServerError), true).await;
}

#[tokio::test]
async fn code_04_is_dead() {
    scenario("04", |proof, _| *proof == Proof::NotPaid(Refusal::CodeDead), false).await;
}

#[tokio::test]
async fn code_05_is_unknown_and_not_paid() {
    scenario("05", |proof, _| *proof == Proof::Unknown(Doubt::ServerError), false).await;
}

#[tokio::test]
async fn code_06_loses_the_answer_after_the_charge() {
    scenario("06", |proof, _| *proof == Proof::Unknown(Doubt::Transport), true).await;
}

#[tokio::test]
async fn code_07_notifies_before_it_answers() {
    scenario("07", |proof, _| matches!(proof, Proof::Paid(_)), true).await;
}

#[tokio::test]
async fn code_08_answers_with_a_wrong_signature() {
    scenario("08", |proof, _| *proof == Proof::Unknown(Doubt::BadSignature), true).await;
}

#[tokio::test]
async fn code_10_has_another_clock() {
    let sandbox = Sandbox::start();
    // Alipay turns the request away; WeChat Pay charges, and its answer is too old to be believed.
    let alipay = sandbox.alipay();
    let lunch = attempt(ChannelKind::Alipay, "SKEWED0001", Way::Scanned);
    let proof = alipay.charge(&lunch, &tender(ChannelKind::Alipay, 7, "10")).await;
    assert_eq!(proof, Proof::NotPaid(Refusal::Declined));
    assert_eq!(sandbox.merchant_fen("a").await, 0);
    let wechat = sandbox.wechat();
    let lunch = attempt(ChannelKind::Wechat, "SKEWED0001", Way::Scanned);
    let proof = wechat.charge(&lunch, &tender(ChannelKind::Wechat, 7, "10")).await;
    assert_eq!(proof, Proof::Unknown(Doubt::BadSignature));
    assert_paid(&wechat.query(&lunch).await);
}

#[tokio::test]
async fn code_11_pays_whatever_the_notifies_do() {
    scenario("11", |proof, _| matches!(proof, Proof::Paid(_)), true).await;
}

#[tokio::test]
async fn a_charge_is_never_made_twice() {
    let sandbox = Sandbox::start();
    let channels: [Box<dyn Channel>; 2] = [Box::new(sandbox.alipay()), Box::new(sandbox.wechat())];
    for channel in channels {
        let (lunch, code) =
            (attempt(channel.kind(), "TWICE00001", Way::Scanned), tender(channel.kind(), 7, "06"));
        assert_eq!(channel.charge(&lunch, &code).await, Proof::Unknown(Doubt::Transport));
        assert_paid(&channel.charge(&lunch, &code).await);
        assert_eq!(sandbox.merchant_fen(name(channel.as_ref())).await, FEN);
        let other = attempt(channel.kind(), "TWICE00002", Way::Scanned);
        assert_eq!(channel.charge(&other, &code).await, Proof::NotPaid(Refusal::CodeDead), "a used code");
    }
}
