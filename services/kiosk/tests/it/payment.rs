//! Payments from the first letter to the last, with restarts in the middle.

use std::sync::Arc;

use api::kiosk::{Channel, KioskError, Notice, PaymentState};
use kiosk::channel::{Doubt, Proof, Refusal, Revoked};

use crate::bench::{Bus, CODE, Running};
use crate::script::{Script, paid};

#[tokio::test(flavor = "multi_thread")]
async fn a_scanned_code_pays() {
    let (bus, dir) = (Bus::start(), tempfile::tempdir().unwrap());
    let channel = Arc::<Script>::default();
    channel.charges.lock().unwrap().push_back(Some(paid(600)));
    let running = Running::start(&bus, &dir.path().join("l"), channel.clone()).await;
    running.begin("p1").await.unwrap();
    let waiting = running.until_state(PaymentState::Waiting).await;
    assert!(waiting.codes.len() == 1 && waiting.codes[0].1.starts_with("https://qr.alipay.com/"));
    running.till.present("p1", "4006381333931").await.unwrap();
    running.until("unknown code", |p| p.notice == Notice::UnknownCode.to_wire()).await;
    running.till.present("p1", CODE).await.unwrap();
    let done = running.until_state(PaymentState::Paid).await;
    assert_eq!((done.paid_by, done.pickup, done.codes.len()), (Channel::Alipay.to_wire(), 1, 0));
    assert!(matches!(running.till.cancel("p1").await.unwrap_err(), KioskError::Busy(_)));
    running.till.dismiss("p1").await.unwrap();
    assert_eq!(running.till.recent(5).await.unwrap()[0].state, PaymentState::Paid.to_wire());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dead_code_waits_again_with_a_fresh_code() {
    let (bus, dir) = (Bus::start(), tempfile::tempdir().unwrap());
    let channel = Arc::<Script>::default();
    channel.charges.lock().unwrap().extend([Some(Proof::NotPaid(Refusal::CodeDead)), Some(paid(600))]);
    let running = Running::start(&bus, &dir.path().join("l"), channel.clone()).await;
    running.begin("p1").await.unwrap();
    let first = running.until_state(PaymentState::Waiting).await;
    running.till.present("p1", CODE).await.unwrap();
    let wanted = Notice::CodeDead.to_wire();
    let second = running.until("code dead", |p| p.notice == wanted && p.codes.len() == 1).await;
    assert_ne!(first.codes, second.codes);
    // The camera still sees the same dead code.
    running.till.present("p1", CODE).await.unwrap();
    running.till.present("p1", "281234567890123402").await.unwrap();
    running.until_state(PaymentState::Paid).await;
    assert_eq!(channel.count("charge"), 2);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_charge_without_an_answer_is_asked_about_after_a_restart() {
    let (bus, dir) = (Bus::start(), tempfile::tempdir().unwrap());
    let ledger = dir.path().join("l");
    let channel = Arc::<Script>::default();
    let running = Running::start(&bus, &ledger, channel.clone()).await;
    running.begin("p1").await.unwrap();
    running.until_state(PaymentState::Waiting).await;
    running.till.present("p1", CODE).await.unwrap();
    running.until_state(PaymentState::Charging).await;
    assert!(matches!(running.till.cancel("p1").await.unwrap_err(), KioskError::Busy(_)));
    running.stop().await;

    let channel = Arc::<Script>::default();
    channel.queries.lock().unwrap().extend([Proof::Unknown(Doubt::Timeout), paid(600)]);
    let running = Running::start(&bus, &ledger, channel.clone()).await;
    let done = running.until_state(PaymentState::Paid).await;
    assert_eq!((done.id.as_str(), done.pickup), ("p1", 1));
    assert_eq!(channel.count("charge"), 0);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shown_code_paid_while_being_cancelled_is_a_sale() {
    let (bus, dir) = (Bus::start(), tempfile::tempdir().unwrap());
    let channel = Arc::<Script>::default();
    channel.revokes.lock().unwrap().push_back(Revoked::AlreadyPaid);
    let running = Running::start(&bus, &dir.path().join("l"), channel.clone()).await;
    running.begin("p1").await.unwrap();
    running.until_state(PaymentState::Waiting).await;
    channel.queries.lock().unwrap().extend([paid(600), paid(600)]);
    running.till.cancel("p1").await.ok();
    running.until_state(PaymentState::Paid).await;
    assert_eq!(channel.count("refund"), 0);
    running.stop().await;
}
