//! `busctl` drives a payment from a terminal, as the README shows; and the services survive what happens to the bus.

use std::process::Output;

use api::kiosk::{Channel, PaymentState};
use suite::Suite;
use tokio::process::Command;

use crate::Stage;

async fn busctl(suite: &Suite, words: &[&str]) -> Output {
    let address = format!("--address={}", suite.bus.address);
    Command::new("busctl").arg(address).args(words).output().await.expect("busctl is part of systemd")
}

#[tokio::test(flavor = "multi_thread")]
async fn busctl_drives_a_payment() {
    let stage = Stage::till().await;
    let kiosk = ["org.dais.Kiosk1", "/org/dais/Kiosk1", "org.dais.Kiosk1"];
    let (_, dishes) = stage.suite.till().await.unwrap().menu().await.unwrap();
    let price = dishes[0].price.to_string();
    let begin = ["call", kiosk[0], kiosk[1], kiosk[2], "Begin", "sa(sux)xs", "terminal-1", "1"];
    let begin = [&begin[..], &[&dishes[0].sku, "1", &price, &price, "CNY"]].concat();
    let begun = busctl(&stage.suite, &begin).await;
    assert!(begun.status.success(), "{begun:?}");
    stage.suite.until_payment_is("two codes", |payment| payment.codes.len() == 2).await.unwrap();
    let shown = busctl(&stage.suite, &["get-property", kiosk[0], kiosk[1], kiosk[2], "Payment"]).await;
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("terminal-1") && shown.contains("qr.alipay.com"), "{shown}");
    stage.suite.pay_shown(Channel::Wechat).await.unwrap();
    stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    let wrong = busctl(&stage.suite, &["call", kiosk[0], kiosk[1], kiosk[2], "Lookup", "s", "nobody"]).await;
    assert!(!wrong.status.success());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_till_is_refused_and_the_policy_denies_what_is_not_allowed() {
    let stage = Stage::till().await;
    let stranger = stage.suite.bus.connect().await.unwrap();
    // Not one of our names: the shipped policy lets nobody own it.
    assert!(stranger.request_name("org.dais.Kiosk2").await.is_err());
    // Not a documented interface: the policy does not let the call through.
    let call = stranger.call_method(
        Some(api::KIOSK.name),
        api::KIOSK.path,
        Some("org.freedesktop.DBus.Debug.Stats"),
        "GetStats",
        &(),
    );
    let refused = call.await.unwrap_err().to_string();
    assert!(refused.contains("AccessDenied"), "{refused}");
    stage.end().await;
}
