//! A pay code from the scanner gun's serial line to the channel, and a gun that is unplugged.

use std::time::Duration;

use api::kiosk::{Channel, Device, DeviceState, Notice, PaymentState};
use futures_util::StreamExt;
use suite::Suite;

use crate::Stage;
use crate::till::begin;

/// Pay codes of both wallets, which the sandbox pays at once.
const WECHAT_CODE: &str = "134567890123456701";
const ALIPAY_CODE: &str = "281234567890123401";

pub(crate) async fn until_scanner(suite: &Suite, state: DeviceState) {
    let till = suite.till().await.unwrap();
    let mut changes = till.receive_devices_changed().await;
    let wanted = (Device::Scanner.to_wire(), state.to_wire());
    let wait = async {
        while !till.devices().await.unwrap().contains(&wanted) {
            changes.next().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait)
        .await
        .unwrap_or_else(|_| panic!("the scanner is not {state:?}"));
}

async fn until_notice(suite: &Suite, notice: Notice) {
    let told = |payment: &api::kiosk::Payment| payment.notice == notice.to_wire();
    let payment = suite.until_payment_is(&format!("{notice:?}"), told).await.unwrap();
    assert_eq!(payment.state, PaymentState::Waiting.to_wire());
}

async fn until_paid(suite: &Suite, id: &str, channel: Channel) {
    let paid = suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    assert_eq!((paid.id.as_str(), paid.paid_by), (id, channel.to_wire()));
    suite.till().await.unwrap().dismiss(id).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scanned_pay_code_pays_and_what_is_none_is_told() {
    let stage = Stage::till().await;
    let suite = &stage.suite;
    until_scanner(suite, DeviceState::Ready).await;
    // Nobody waits for it.
    suite.gun.scan(WECHAT_CODE).await.unwrap();
    begin(suite, "scan-1").await;
    suite.until_payment(&[PaymentState::Waiting]).await.unwrap();
    suite.gun.scan("a shopping list, no code").await.unwrap();
    until_notice(suite, Notice::UnknownCode).await;
    suite.gun.tear(7, WECHAT_CODE).await.unwrap();
    until_notice(suite, Notice::CodeUnreadable).await;
    // What follows a torn code may be its rest, so it has to be scanned once more.
    suite.gun.scan("6923450656181").await.unwrap();
    suite.gun.scan(WECHAT_CODE).await.unwrap();
    until_paid(suite, "scan-1", Channel::Wechat).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gun_that_is_unplugged_is_missing_and_pays_when_it_is_back() {
    let stage = Stage::till().await;
    let suite = &stage.suite;
    until_scanner(suite, DeviceState::Ready).await;
    begin(suite, "unplugged").await;
    suite.until_payment(&[PaymentState::Waiting]).await.unwrap();
    suite.gun.tear(9, ALIPAY_CODE).await.unwrap();
    suite.gun.unplug().await.unwrap();
    until_scanner(suite, DeviceState::Missing).await;
    suite.gun.plug().await.unwrap();
    until_scanner(suite, DeviceState::Ready).await;
    suite.gun.scan(ALIPAY_CODE).await.unwrap();
    until_paid(suite, "unplugged", Channel::Alipay).await;
    stage.end().await;
}
