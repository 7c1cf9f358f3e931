//! A student's lunch and its money back, all by touching the kiosk's screen.

use std::time::Duration;

use api::kiosk::{Channel, KioskError, KioskProxy, PaymentState};
use api::shell::Element;
use api::staff::{RefundState, StaffProxy};
use suite::{CASHIER, MANAGER, Parts};
use zbus::OwnedFd;

use crate::Stage;

#[tokio::test(flavor = "multi_thread")]
async fn lunch_is_paid_judged_and_sent_back_by_touch_alone() {
    let mut stage = Stage::with(|state| Parts {
        role: "kiosk",
        size: (1080, 1920),
        inference: false,
        ..Parts::all(state)
    })
    .await;
    let till = stage.suite.till().await.unwrap();
    let (_, labels) = till.labels().await.unwrap();
    let drink = labels.iter().find(|label| label.category == "drinks").unwrap().sku.clone();
    let screen = stage.suite.screen().await.unwrap();
    let there = async |name: &str| {
        let seen = async |all: &[Element]| all.iter().any(|element| element.name == name).then_some(());
        screen.until(&format!("no {name}"), seen).await.unwrap();
    };
    stage.suite.touch("category-drinks").await.unwrap();
    stage.suite.touch(&format!("dish-{drink}")).await.unwrap();
    stage.suite.touch("pay").await.unwrap();
    let waiting =
        stage.suite.until_payment_is("two codes", |payment| payment.codes.len() == 2).await.unwrap();
    there("good-for").await;
    let (since, until) = till.waits().await.unwrap();
    assert!(since > 0 && until > since);
    // The payer sees what the kiosk's camera sees, and nobody does once nobody pays.
    let (picture, width, height) = first_sight(&till).await;
    let gray = api::sealed::read(&picture, 160 * 160).unwrap();
    assert_eq!(gray.len() as u64, u64::from(width) * u64::from(height));
    stage.suite.pay_shown(Channel::Alipay).await.unwrap();
    let paid = stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    there("receipt").await;
    stage.suite.touch("stars-5").await.unwrap();
    stage.suite.touch("send-stars").await.unwrap();
    there("thanked").await;
    stage.suite.touch("dismiss").await.unwrap();
    stage.suite.touch("staff").await.unwrap();
    for digit in MANAGER.chars() {
        stage.suite.touch(&format!("digit-{digit}")).await.unwrap();
    }
    stage.suite.touch("enter").await.unwrap();
    stage.suite.touch("sale-0").await.unwrap();
    stage.suite.touch("reason-0").await.unwrap();
    stage.suite.touch("send-back").await.unwrap();
    there("staff-told").await;
    let staff = StaffProxy::new(&stage.suite.connection).await.unwrap();
    let (grant, ..) = staff.open(CASHIER).await.unwrap();
    let mut beat = tokio::time::interval(Duration::from_millis(50));
    let back = async {
        loop {
            beat.tick().await;
            let refunds = staff.refunds(&grant, &paid.id).await.unwrap();
            if refunds.iter().any(|refund| refund.state == RefundState::Done.to_wire()) {
                return refunds;
            }
        }
    };
    let refunds = tokio::time::timeout(Duration::from_secs(20), back).await.unwrap();
    assert_eq!((refunds.len(), refunds[0].amount), (1, waiting.total));
    assert!(refunds[0].ask.starts_with("wrong-dish-"), "the reason is kept in the books");
    stage.suite.touch("staff-leave").await.unwrap();
    screen.find("staff").await.unwrap();
    assert!(till.sight().await.is_err(), "nobody pays, nobody is seen");
    stage.end().await;
}

/// What the camera sees, as soon as its first picture has come.
async fn first_sight(till: &KioskProxy<'_>) -> (OwnedFd, u32, u32) {
    let mut beat = tokio::time::interval(Duration::from_millis(50));
    let seen = async {
        loop {
            beat.tick().await;
            match till.sight().await {
                Err(KioskError::NotWaiting(_)) => {}
                told => return told.unwrap(),
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), seen).await.unwrap()
}
