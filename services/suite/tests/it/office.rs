//! The till from outside and from the office: told by a channel's real notify, refunded, held against a bill, closed.

use std::time::Duration;

use api::kiosk::{Channel, PaymentState};
use api::staff::{DifferenceClass, RefundState, StaffError, StaffProxy};
use serde_json::{Value, json};
use suite::{CASHIER, MANAGER, Parts, Suite};

use crate::{Stage, till};

async fn stage() -> Stage {
    Stage::with(|state| Parts { outside: true, unionpay: true, ..Parts::till(state) }).await
}

/// Begins a payment, waits for the channel's code and pays it at the sandbox.
async fn sell(suite: &Suite, id: &str, channel: Channel) -> i64 {
    let total = till::begin(suite, id).await;
    let shown = |payment: &api::kiosk::Payment| payment.codes.iter().any(|(of, _)| *of == channel.to_wire());
    suite.until_payment_is("a code", shown).await.unwrap();
    suite.pay_shown(channel).await.unwrap();
    let paid = suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    assert_eq!((paid.id.as_str(), paid.paid_by), (id, channel.to_wire()));
    suite.till().await.unwrap().dismiss(id).await.unwrap();
    total
}

/// The sandbox's trade that was paid last.
async fn last_paid(suite: &Suite) -> Value {
    let state = suite.sandbox.state().await.unwrap();
    let trades = state["trades"].as_array().unwrap().iter();
    trades
        .filter(|trade| trade["paid_at"].is_number())
        .max_by_key(|trade| trade["paid_at"].as_i64())
        .unwrap()
        .clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_channel_tells_the_till_of_its_payment_and_is_acknowledged() {
    let stage = stage().await;
    for (id, channel, letter) in [
        ("told-a", Channel::Alipay, "a"),
        ("told-w", Channel::Wechat, "w"),
        ("told-u", Channel::Unionpay, "u"),
    ] {
        sell(&stage.suite, id, channel).await;
        let number = last_paid(&stage.suite).await["out_trade_no"].clone();
        let heard = async {
            let mut beat = tokio::time::interval(Duration::from_millis(50));
            loop {
                beat.tick().await;
                let log = stage.suite.sandbox.sim("notify-log", json!({})).await.unwrap();
                let told = |entry: &&Value| entry["out_trade_no"] == number && entry["accepted"] == true;
                if log.as_array().unwrap().iter().any(|entry| told(&entry)) {
                    return;
                }
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(30), heard).await;
        assert!(
            waited.is_ok(),
            "{letter}: {}",
            stage.suite.sandbox.sim("notify-log", json!({})).await.unwrap()
        );
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_brings_the_money_back_in_the_channels_own_book() {
    let stage = stage().await;
    let suite = &stage.suite;
    let total = sell(suite, "back-1", Channel::Alipay).await;
    let staff = StaffProxy::new(&suite.connection).await.unwrap();
    let (cashier, who, _) = staff.open(CASHIER).await.unwrap();
    assert_eq!(who, "07");
    let too_much = staff.refund(&cashier, "back-1", "r0", 5001, "CNY").await;
    assert!(matches!(too_much, Err(StaffError::NotAllowed(_))), "{too_much:?}");
    staff.refund(&cashier, "back-1", "r1", total, "CNY").await.unwrap();
    staff.refund(&cashier, "back-1", "r1", total, "CNY").await.unwrap();
    let back = async {
        let mut beat = tokio::time::interval(Duration::from_millis(50));
        while staff.refunds(&cashier, "back-1").await.unwrap()[0].state != RefundState::Done.to_wire() {
            beat.tick().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), back).await.expect("the money is back");
    let trade = last_paid(suite).await;
    let refunds = trade["refunds"].as_array().unwrap();
    assert_eq!((refunds.len(), refunds[0]["fen"].as_i64()), (1, Some(total)), "{trade}");
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_with_planted_differences_is_reconciled_row_by_row() {
    let stage = stage().await;
    let suite = &stage.suite;
    for id in ["bill-1", "bill-2", "bill-3"] {
        sell(suite, id, Channel::Alipay).await;
    }
    let staff = StaffProxy::new(&suite.connection).await.unwrap();
    let (grant, ..) = staff.open(MANAGER).await.unwrap();
    let now_ms = suite.sandbox.state().await.unwrap()["now_ms"].as_i64().unwrap();
    let day = kiosk_day(now_ms);
    let alipay = Channel::Alipay.to_wire();
    let early = staff.reconcile(&grant, &day, alipay).await;
    assert!(matches!(early, Err(StaffError::NoBill(_))), "{early:?}");
    let planted = json!([{ "class": "drop", "nth": 0 }, { "class": "amount", "nth": 1 }, { "class": "foreign", "nth": 0 }]);
    suite.sandbox.sim("bill", json!({ "channel": "a", "date": day, "differences": planted })).await.unwrap();
    let found = staff.reconcile(&grant, &day, alipay).await.unwrap();
    let mut classes: Vec<u32> = found.iter().map(|difference| difference.class).collect();
    classes.sort_unstable();
    // The foreign order's number is not this till's: it is another till's of the same merchant.
    let wanted = [DifferenceClass::MissingThere, DifferenceClass::Amount];
    assert_eq!(classes, wanted.map(DifferenceClass::to_wire), "{found:?}");
    // The same again finds the same.
    assert_eq!(staff.reconcile(&grant, &day, alipay).await.unwrap(), found);
    let open = staff.close_day(&grant, &day, &[]).await;
    assert!(matches!(open, Err(StaffError::DayOpen(_))), "{open:?}");
    stage.end().await;
}

/// The business day of a moment, GMT+8, as `date` writes it: another clock than the till's.
pub(crate) fn kiosk_day(ms: i64) -> String {
    let out = std::process::Command::new("date")
        .env("TZ", "UTC-8")
        .args(["-d", &format!("@{}", ms / 1000), "+%F"])
        .output()
        .unwrap();
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}
