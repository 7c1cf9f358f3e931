//! Paying without a screen: a shown code, a card, and everything that can be wrong with an order, a code or a card.

use std::time::Duration;

use api::kiosk::{Channel, Device, DeviceState, KioskError, KioskProxy, Line, Notice, PaymentState};
use futures_util::StreamExt;
use suite::{STRANGER_CARD, STUDENT_CARD, Suite};

use crate::Stage;

/// One of the first dish, and what it costs.
pub(crate) async fn meal(till: &KioskProxy<'_>) -> (Vec<Line>, i64, String) {
    let (currency, dishes) = till.menu().await.unwrap();
    let line = Line { sku: dishes[0].sku.clone(), quantity: 1, unit_price: dishes[0].price };
    (vec![line], dishes[0].price, currency)
}

/// Begins a payment for one meal; returns what it costs.
pub(crate) async fn begin(suite: &Suite, id: &str) -> i64 {
    let till = suite.till().await.unwrap();
    let (lines, total, currency) = meal(&till).await;
    till.begin(id, &lines, total, &currency).await.unwrap();
    total
}

/// Waits until the card reader is found.
pub(crate) async fn until_reader(suite: &Suite, state: DeviceState) {
    let till = suite.till().await.unwrap();
    let mut changes = till.receive_devices_changed().await;
    let wanted = (Device::CardReader.to_wire(), state.to_wire());
    let wait = async {
        while !till.devices().await.unwrap().contains(&wanted) {
            changes.next().await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(30), wait)
        .await
        .unwrap_or_else(|_| panic!("the reader is not {state:?}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shown_code_is_paid_at_either_channel() {
    let stage = Stage::till().await;
    for (id, channel) in [("shown-1", Channel::Alipay), ("shown-2", Channel::Wechat)] {
        begin(&stage.suite, id).await;
        let waiting =
            stage.suite.until_payment_is("two codes", |payment| payment.codes.len() == 2).await.unwrap();
        assert!(
            waiting.codes.iter().any(|(_, code)| code.starts_with("https://qr.alipay.com/")),
            "{waiting:?}"
        );
        assert!(
            waiting.codes.iter().any(|(_, code)| code.starts_with("weixin://wxpay/bizpayurl?pr=")),
            "{waiting:?}"
        );
        stage.suite.pay_shown(channel).await.unwrap();
        let paid = stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
        assert_eq!((paid.id.as_str(), paid.paid_by), (id, channel.to_wire()));
        assert_ne!(paid.pickup, 0);
        stage.suite.till().await.unwrap().dismiss(id).await.unwrap();
    }
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unionpay_shows_a_third_code_and_takes_its_payers() {
    let stage = Stage::with(|state| suite::Parts { unionpay: true, ..suite::Parts::till(state) }).await;
    begin(&stage.suite, "unionpay-1").await;
    let waiting =
        stage.suite.until_payment_is("three codes", |payment| payment.codes.len() == 3).await.unwrap();
    assert!(waiting.codes.iter().any(|(_, code)| code.starts_with("https://qr.95516.com/")), "{waiting:?}");
    stage.suite.pay_shown(Channel::Unionpay).await.unwrap();
    let paid = stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    assert_eq!(paid.paid_by, Channel::Unionpay.to_wire());
    stage.suite.till().await.unwrap().dismiss("unionpay-1").await.unwrap();
    // The other codes are given up; the payer's own code is taken from the camera.
    begin(&stage.suite, "unionpay-2").await;
    stage.suite.until_payment(&[PaymentState::Waiting]).await.unwrap();
    let show = reqwest::Client::new().post(format!("{}/wallet/show", stage.suite.sandbox.base));
    let show = show.header("content-type", "application/json").body(r#"{"channel":"u","scenario":"03"}"#);
    assert!(show.send().await.unwrap().status().is_success());
    let paid = stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    assert_eq!((paid.id.as_str(), paid.paid_by), ("unionpay-2", Channel::Unionpay.to_wire()));
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_campus_card_pays_and_other_cards_are_told_why_not() {
    let stage = Stage::till().await;
    until_reader(&stage.suite, DeviceState::Ready).await;
    begin(&stage.suite, "card-1").await;
    stage.suite.until_payment(&[PaymentState::Waiting]).await.unwrap();
    let notice = |wanted: Notice| {
        move |payment: &api::kiosk::Payment| {
            payment.notice == wanted.to_wire() && payment.state == PaymentState::Waiting.to_wire()
        }
    };
    stage.suite.reader.tear(STUDENT_CARD).await.unwrap();
    stage
        .suite
        .until_payment_is("told to hold the card longer", notice(Notice::CardLeftTooSoon))
        .await
        .unwrap();
    stage.suite.reader.put(STRANGER_CARD).await.unwrap();
    stage.suite.until_payment_is("told that the card is unknown", notice(Notice::CardUnknown)).await.unwrap();
    stage.suite.reader.put(STUDENT_CARD).await.unwrap();
    let paid = stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    assert_eq!(paid.paid_by, Channel::Campus.to_wire());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_was_unplugged_comes_back() {
    let stage = Stage::till().await;
    until_reader(&stage.suite, DeviceState::Ready).await;
    stage.suite.reader.unplug().await.unwrap();
    until_reader(&stage.suite, DeviceState::Missing).await;
    stage.suite.reader.plug().await.unwrap();
    until_reader(&stage.suite, DeviceState::Ready).await;
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_of_no_channel_is_told_and_the_payment_goes_on() {
    let stage = Stage::till().await;
    begin(&stage.suite, "code-1").await;
    stage.suite.until_payment(&[PaymentState::Waiting]).await.unwrap();
    let till = stage.suite.till().await.unwrap();
    till.present("code-1", "9787111128069").await.unwrap();
    let told = stage
        .suite
        .until_payment_is("told", |payment| payment.notice == Notice::UnknownCode.to_wire())
        .await
        .unwrap();
    assert_eq!(PaymentState::from_wire(told.state), PaymentState::Waiting);
    // A wallet's code that pays at once still does.
    till.present("code-1", "134567890123456701").await.unwrap();
    let paid = stage.suite.until_payment(&[PaymentState::Paid]).await.unwrap();
    assert_eq!(paid.paid_by, Channel::Wechat.to_wire());
    stage.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_order_is_refused_by_name_and_stored_nowhere() {
    let stage = Stage::till().await;
    let till = stage.suite.till().await.unwrap();
    let (lines, total, currency) = meal(&till).await;
    let strange = vec![Line { sku: "moon-cheese".to_owned(), ..lines[0].clone() }];
    let dear = vec![Line { unit_price: total + 1, ..lines[0].clone() }];
    assert!(matches!(till.begin("w", &lines, total + 1, &currency).await, Err(KioskError::WrongTotal(_))));
    assert!(matches!(till.begin("w", &[], 0, &currency).await, Err(KioskError::OrderEmpty(_))));
    assert!(matches!(till.begin("w", &strange, total, &currency).await, Err(KioskError::UnknownDish(_))));
    assert!(matches!(till.begin("w", &dear, total + 1, &currency).await, Err(KioskError::PriceChanged(_))));
    assert!(matches!(till.begin("w", &lines, total, "XXX").await, Err(KioskError::WrongCurrency(_))));
    assert!(matches!(till.begin("", &lines, total, &currency).await, Err(KioskError::BadId(_))));
    assert!(matches!(till.lookup("w").await, Err(KioskError::UnknownPayment(_))));
    // The same question twice is one payment; the same id for another order is refused.
    till.begin("w", &lines, total, &currency).await.unwrap();
    till.begin("w", &lines, total, &currency).await.unwrap();
    let two = vec![Line { quantity: 2, ..lines[0].clone() }];
    assert!(matches!(till.begin("w", &two, total * 2, &currency).await, Err(KioskError::IdReused(_))));
    assert_eq!(till.recent(10).await.unwrap().len(), 1);
    stage.end().await;
}
