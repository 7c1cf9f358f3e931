//! The bus contract: the documented interface is the live one, and each refusal has its name.

use std::sync::Arc;

use api::kiosk::{Device, DeviceState, KioskError, Payment, PaymentState, Standing};
use futures_util::StreamExt;
use zbus::OwnedVariant;

use crate::bench::{Bus, PATIENCE, Running, line};
use crate::script::Script;

#[tokio::test(flavor = "multi_thread")]
async fn the_live_interfaces_are_the_documented_ones() {
    let (bus, dir) = (Bus::start(), tempfile::tempdir().unwrap());
    let running = Running::start(&bus, &dir.path().join("l"), Arc::default()).await;
    let peer = zbus::fdo::IntrospectableProxy::builder(&running.client)
        .destination(api::KIOSK.name)
        .path(api::KIOSK.path)
        .build()
        .await
        .unwrap();
    let xml = peer.introspect().await.unwrap();
    let beside = ["Staff", "Members", "Receipts", "Devices", "Counter", "Sessions"]
        .map(|part| format!("{}.{part}", api::KIOSK.name));
    for interface in [api::KIOSK.name].into_iter().chain(beside.iter().map(String::as_str)) {
        let live = api::xml::canonical(&xml, interface).unwrap();
        assert_eq!(live, api::xml::canonical(api::xml::KIOSK, interface).unwrap(), "{interface}");
    }
    let (currency, dishes) = running.till.menu().await.unwrap();
    assert_eq!((currency.as_str(), dishes.len(), dishes[0].sku.as_str()), ("CNY", 2, "tea"));
    let (categories, labels) = running.till.labels().await.unwrap();
    let said: Vec<_> = labels.iter().map(|label| (label.sku.as_str(), label.sold_out)).collect();
    assert_eq!((categories.len(), said), (0, vec![("tea", false), ("noodles", false)]));
    assert_eq!(running.till.waits().await.unwrap(), (0, 0));
    assert!(
        matches!(running.till.sight().await, Err(KioskError::NotWaiting(_))),
        "nobody pays, nobody is seen"
    );
    let absent = DeviceState::Absent.to_wire();
    let devices: Vec<_> = Device::ALL.iter().map(|device| (device.to_wire(), absent)).collect();
    assert_eq!(running.till.devices().await.unwrap(), devices);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changed_is_told_once_more_when_it_is_quiet() {
    let (bus, dir) = (Bus::start(), tempfile::tempdir().unwrap());
    let running = Running::start(&bus, &dir.path().join("l"), Arc::default()).await;
    let properties = zbus::fdo::PropertiesProxy::builder(&running.client)
        .destination(api::KIOSK.name)
        .path(api::KIOSK.path)
        .build()
        .await
        .unwrap();
    let mut signals = properties.receive_properties_changed().await.unwrap();
    running.begin("p1").await.unwrap();
    // The payment waits with its code, and nothing happens any more.
    let mut told = 0;
    let twice = async {
        while told < 2 {
            let signal = signals.next().await.expect("a signal");
            let args = signal.args().unwrap();
            if let Some(value) = args.changed_properties.get("Payment") {
                let payment = Payment::try_from(OwnedVariant::try_from(value).unwrap()).unwrap();
                told += usize::from(payment.state == PaymentState::Waiting.to_wire());
            }
        }
    };
    tokio::time::timeout(PATIENCE, twice).await.expect("who asked while it changed hears it now");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_refused_by_name_and_not_stored() {
    let (bus, dir) = (Bus::start(), tempfile::tempdir().unwrap());
    let running = Running::start(&bus, &dir.path().join("l"), Arc::default()).await;
    let till = &running.till;
    let tea = || [line("tea", 1, 300)];
    let begin = |id: &'static str, lines: Vec<api::kiosk::Line>, total, currency: &'static str| async move {
        till.begin(id, &lines, total, currency).await.unwrap_err()
    };
    assert!(matches!(begin("p1", vec![], 0, "CNY").await, KioskError::OrderEmpty(_)));
    assert!(matches!(begin("p1", tea().into(), 301, "CNY").await, KioskError::WrongTotal(_)));
    assert!(matches!(begin("p1", vec![line("tea", 0, 300)], 0, "CNY").await, KioskError::WrongTotal(_)));
    assert!(matches!(begin("p1", vec![line("soup", 1, 300)], 300, "CNY").await, KioskError::UnknownDish(_)));
    assert!(matches!(begin("p1", vec![line("tea", 1, 200)], 200, "CNY").await, KioskError::PriceChanged(_)));
    assert!(matches!(begin("p1", tea().into(), 300, "USD").await, KioskError::WrongCurrency(_)));
    assert!(matches!(begin("", tea().into(), 300, "CNY").await, KioskError::BadId(_)));
    assert!(matches!(till.lookup("p1").await.unwrap_err(), KioskError::UnknownPayment(_)));
    assert!(matches!(till.cancel("p1").await.unwrap_err(), KioskError::UnknownPayment(_)));
    assert!(matches!(till.dismiss("p1").await.unwrap_err(), KioskError::UnknownPayment(_)));
    assert!(matches!(till.present("p1", "28").await.unwrap_err(), KioskError::NotWaiting(_)));
    assert!(till.recent(10).await.unwrap().is_empty());
    assert_eq!(till.payment().await.unwrap().state, PaymentState::Idle.to_wire());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_id_is_one_payment() {
    let (bus, dir) = (Bus::start(), tempfile::tempdir().unwrap());
    let channel = Arc::<Script>::default();
    let running = Running::start(&bus, &dir.path().join("l"), channel.clone()).await;
    running.begin("p1").await.unwrap();
    running.begin("p1").await.unwrap();
    let other = running.till.begin("p1", &[line("noodles", 1, 1800)], 1800, "CNY").await.unwrap_err();
    assert!(matches!(other, KioskError::IdReused(_)));
    assert!(matches!(running.begin("p2").await.unwrap_err(), KioskError::Busy(_)));
    running.until_state(PaymentState::Waiting).await;
    running.till.cancel("p1").await.unwrap();
    running.until_state(PaymentState::Cancelled).await;
    running.till.cancel("p1").await.unwrap();
    running.till.dismiss("p1").await.unwrap();
    running.until_state(PaymentState::Idle).await;
    // Settled and off the screen, it is still the same payment.
    running.begin("p1").await.unwrap();
    assert_eq!(running.till.lookup("p1").await.unwrap().state, PaymentState::Cancelled.to_wire());
    assert_eq!(channel.count("open"), 1);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_ledger_locks_the_till() {
    let (bus, dir) = (Bus::start(), tempfile::tempdir().unwrap());
    let ledger = dir.path().join("l");
    std::fs::write(&ledger, b"not a ledger at all, and long enough to be one page of something").unwrap();
    let running = Running::start(&bus, &ledger, Arc::default()).await;
    assert_eq!(running.till.standing().await.unwrap(), Standing::Locked.to_wire());
    assert!(matches!(running.begin("p1").await.unwrap_err(), KioskError::Locked(_)));
    assert!(matches!(running.till.recent(1).await.unwrap_err(), KioskError::Locked(_)));
    running.stop().await;
    assert!(std::fs::read(&ledger).unwrap().starts_with(b"not a ledger"));
}
