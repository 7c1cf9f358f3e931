//! Dishes that are sold out by staff's word, and what was sold over some days.

use std::sync::Arc;

use api::kiosk::{KioskError, PaymentState};
use api::staff::StaffError;
use futures_util::StreamExt;

use crate::bench::{AUDITOR, Bus, CASHIER, MANAGER, PATIENCE, Running, Shop, line};
use crate::script::{Script, paid};

#[tokio::test(flavor = "multi_thread")]
async fn a_dish_is_sold_out_at_once_over_restarts_and_only_for_new_orders() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let (ledger, shop) = (dir.path().join("l"), Shop::staffed(&channel));
    let running = Running::open(&bus, &ledger, &shop).await;
    let grant = running.grant(CASHIER).await;
    let mut told = running.till.receive_sold_out_changed().await;
    assert!(running.till.sold_out().await.unwrap().is_empty());
    // Somebody is paying for two teas.
    running.begin("p1").await.unwrap();
    running.until_state(PaymentState::Waiting).await;
    running.staff.sell_out(&grant, "tea", true).await.unwrap();
    let heard = async {
        while let Some(change) = told.next().await {
            if change.get().await.unwrap() == ["tea"] {
                return;
            }
        }
    };
    tokio::time::timeout(PATIENCE, heard).await.expect("the screens hear of it");
    let (_, labels) = running.till.labels().await.unwrap();
    assert!(labels.iter().all(|label| label.sold_out == (label.sku == "tea")));
    channel.charges.lock().unwrap().push_back(Some(paid(600)));
    running.till.present("p1", "281234567890123501").await.unwrap();
    running.until_state(PaymentState::Paid).await;
    running.till.dismiss("p1").await.unwrap();
    let tea = [line("tea", 1, 300)];
    let refused = running.till.begin("p2", &tea, 300, "CNY").await;
    assert!(matches!(refused, Err(KioskError::UnknownDish(why)) if why.contains("sold out")));
    // The lost answer to the order that was begun before is still an answer.
    running.begin("p1").await.unwrap();
    assert!(matches!(running.staff.sell_out(&grant, "soup", true).await, Err(StaffError::BadId(_))));
    assert!(matches!(running.staff.sell_out("none", "tea", false).await, Err(StaffError::NoGrant(_))));
    let auditor = running.grant(AUDITOR).await;
    let looked = running.staff.sell_out(&auditor, "tea", false).await;
    assert!(matches!(looked, Err(StaffError::NotAllowed(_))));
    running.stop().await;
    let running = Running::open(&bus, &ledger, &shop).await;
    assert_eq!(running.till.sold_out().await.unwrap(), ["tea"]);
    assert!(running.till.begin("p3", &tea, 300, "CNY").await.is_err());
    let grant = running.grant(MANAGER).await;
    running.staff.sell_out(&grant, "tea", false).await.unwrap();
    running.till.begin("p3", &tea, 300, "CNY").await.unwrap();
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_what_was_sold_by_day_way_and_dish() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let running = Running::open(&bus, &dir.path().join("l"), &Shop::staffed(&channel)).await;
    for id in ["p1", "p2"] {
        running.sell(id, &channel).await;
    }
    let grant = running.grant(CASHIER).await;
    running.staff.refund(&grant, "p1", "back", 200, "CNY").await.unwrap();
    let paid_ms = running.staff.sales(&grant, 1).await.unwrap()[0].paid_ms;
    let day = kiosk::finance::business_day(paid_ms);
    let (first, last) = (day.previous_day().unwrap().to_string(), day.next_day().unwrap().to_string());
    let takings = running.staff.takings(&grant, &first, &last).await.unwrap();
    let days: Vec<_> = takings.days.iter().map(|day| (day.payments, day.gross, day.returned)).collect();
    assert_eq!(
        days.iter().copied().fold((0, 0, 0), |a, b| (a.0 + b.0, a.1 + b.1, a.2 + b.2)),
        (2, 1_200, 200)
    );
    assert_eq!((days.len(), takings.days[1].day.clone()), (3, day.to_string()));
    assert_eq!(
        takings.channels.iter().map(|(_, count, sum)| (*count, *sum)).collect::<Vec<_>>(),
        [(2, 1_200)]
    );
    assert_eq!(takings.dishes, [("tea".to_owned(), 4, 1_200)]);
    let ask = |first: &'static str, last: &'static str| running.staff.takings(&grant, first, last);
    assert!(
        matches!(ask("2026-01-01", "2026-02-01").await, Err(StaffError::BadId(_))),
        "more than a chart has"
    );
    assert!(matches!(ask("2026-01-02", "2026-01-01").await, Err(StaffError::BadId(_))));
    assert!(matches!(running.staff.takings("none", &first, &last).await, Err(StaffError::NoGrant(_))));
    running.stop().await;
}
