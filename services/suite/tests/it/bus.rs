//! `busctl` drives a payment from a terminal, as the README shows; and the services survive what happens to the bus.

use std::process::Output;

use api::kiosk::{Channel, PaymentState};
use suite::{Suite, look};
use tokio::process::Command;

use crate::{Stage, board, till};

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

#[tokio::test(flavor = "multi_thread")]
async fn a_bus_that_goes_away_takes_no_ink_and_no_payment_with_it() {
    let mut stage = Stage::all().await;
    let before = board::written(&mut stage).await;
    till::begin(&stage.suite, "bus-1").await;
    stage.suite.until_payment_is("two codes", |payment| payment.codes.len() == 2).await.unwrap();
    stage.suite.bus.kill().await.unwrap();
    // The services end, for systemd to start them anew; the shell stays, and ink flows.
    let suite = &mut stage.suite;
    for service in [suite.kiosk.take(), suite.inference.take(), suite.sense.take(), suite.admin.take()] {
        service.unwrap().ended().await.unwrap();
    }
    let (left, _right) = board::letters(&stage.suite);
    let lower = left.into_iter().map(|mut stroke| {
        stroke.points.iter_mut().for_each(|point| point.0 += f64::from(stage.suite.parts.size.0) * 0.08);
        stroke
    });
    stage.suite.write_together(&lower.collect::<Vec<_>>(), &[]).await.unwrap();
    stage.suite.pay_shown(Channel::Alipay).await.unwrap();
    let logs = stage.suite.logs();
    stage.suite.bus.start_again(&logs).await.unwrap();
    stage.suite.connection = stage.suite.bus.connect().await.unwrap();
    stage.suite.start_kiosk().await.unwrap();
    stage.suite.start_inference().await.unwrap();
    stage.suite.start_sense().await.unwrap();
    stage.suite.start_admin().await.unwrap();
    stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    let ink = look::ink(&before, look::LEFT);
    let screen = stage.suite.until_screen().await.unwrap();
    screen.until_picture("the ink is lost", |now| look::ink(now, look::LEFT) > ink).await.unwrap();
    stage.end().await;
}
