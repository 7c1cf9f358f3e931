//! The till is killed in the middle of a charge: it ends in the truth by asking the channel, never in a second charge.

use api::kiosk::{Channel, PaymentState};
use serde_json::{Value, json};
use suite::Suite;

use crate::{Stage, till};

/// Trades of the sandbox that were paid.
async fn paid_trades(suite: &Suite) -> Vec<Value> {
    let state = suite.sandbox.state().await.unwrap();
    let trades = state["trades"].as_array().unwrap().clone();
    trades.into_iter().filter(|trade| trade["paid_at"].is_number()).collect()
}

async fn killed_while_charging(code: &str, channel: Channel) {
    let mut stage = Stage::till().await;
    // The channel takes the charge and keeps its answer back, so that the kill comes in the middle.
    let late = json!({ "next": [{ "fault": "delay", "call": "pay" }], "delay_ms": 60_000 });
    stage.suite.sandbox.sim("fault", late).await.unwrap();
    till::begin(&stage.suite, "killed").await;
    stage.suite.until_payment(&[PaymentState::Waiting]).await.unwrap();
    let proxy = stage.suite.till().await.unwrap();
    proxy.present("killed", code).await.unwrap();
    stage.suite.until_payment(&[PaymentState::Charging, PaymentState::Confirming]).await.unwrap();
    // The money has moved at the channel; the till does not know it yet.
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    while paid_trades(&stage.suite).await.is_empty() {
        assert!(tokio::time::Instant::now() < deadline, "the channel never charged");
        tokio::task::yield_now().await;
    }
    stage.suite.kiosk.take().unwrap().kill().await.unwrap();
    stage.suite.start_kiosk().await.unwrap();
    let paid = stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    assert_eq!((paid.id.as_str(), paid.paid_by), ("killed", channel.to_wire()));
    let charged = paid_trades(&stage.suite).await;
    assert_eq!(charged.len(), 1, "charged more than once: {charged:?}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_during_a_wechat_charge() {
    killed_while_charging("134567890123456701", Channel::Wechat).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_during_an_alipay_charge() {
    killed_while_charging("281234567890123401", Channel::Alipay).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_while_a_code_is_shown_and_paid_meanwhile() {
    let mut stage = Stage::till().await;
    till::begin(&stage.suite, "shown").await;
    stage.suite.until_payment_is("two codes", |payment| payment.codes.len() == 2).await.unwrap();
    stage.suite.kiosk.take().unwrap().kill().await.unwrap();
    stage.suite.pay_shown(Channel::Alipay).await.unwrap();
    stage.suite.start_kiosk().await.unwrap();
    let paid = stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    assert_eq!((paid.id.as_str(), paid.paid_by), ("shown", Channel::Alipay.to_wire()));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shell_that_is_killed_shows_the_payment_again() {
    let mut stage = Stage::with(|state| suite::Parts { role: "kiosk", ..suite::Parts::all(state) }).await;
    let (_, dishes) = stage.suite.till().await.unwrap().menu().await.unwrap();
    stage.suite.touch(&format!("dish-{}", dishes[0].sku)).await.unwrap();
    stage.suite.touch("pay").await.unwrap();
    let shown = stage.suite.until_payment_is("two codes", |payment| payment.codes.len() == 2).await.unwrap();
    stage.suite.shell.take().unwrap().kill().await.unwrap();
    stage.suite.start_shell().await.unwrap();
    let screen = stage.suite.screen().await.unwrap();
    screen
        .until("the codes are not shown again", async |all| {
            (all.iter().filter(|element| element.name.starts_with("code-")).count() == 2).then_some(())
        })
        .await
        .unwrap();
    let now = stage.suite.till().await.unwrap().payment().await.unwrap();
    assert_eq!((now.id, now.codes), (shown.id, shown.codes));
    stage.suite.pay_shown(Channel::Wechat).await.unwrap();
    stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    screen.find("dismiss").await.unwrap();
    stage.end().await;
}
