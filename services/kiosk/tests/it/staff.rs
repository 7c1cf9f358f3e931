//! What staff may do, and what everybody else may not.

use std::sync::Arc;
use std::time::Duration;

use api::kiosk::PaymentState;
use api::staff::{Refund, RefundState, StaffError, StaffProxy};

use crate::bench::{AUDITOR, Bus, CASHIER, MANAGER, PATIENCE, Running, Shop};
use crate::script::Script;

/// Waits until the payment has so many refunds and the channel has done all of them.
async fn until_refunded(running: &Running, grant: &str, id: &str, count: usize) -> Vec<Refund> {
    let mut beat = tokio::time::interval(Duration::from_millis(10));
    let done = async {
        loop {
            beat.tick().await;
            let refunds = running.staff.refunds(grant, id).await.unwrap();
            let back = |refund: &Refund| refund.state == RefundState::Done.to_wire();
            if refunds.len() == count && refunds.iter().all(back) {
                return refunds;
            }
        }
    };
    tokio::time::timeout(PATIENCE, done).await.expect("the money is back")
}

fn told(refunds: &[Refund]) -> Vec<(&str, i64)> {
    let mut told: Vec<_> = refunds.iter().map(|refund| (refund.ask.as_str(), refund.amount)).collect();
    told.sort_unstable();
    told
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cashier_refunds_in_parts_within_the_cap_and_never_more_than_was_paid() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let running = Running::open(&bus, &dir.path().join("l"), &Shop::staffed(&channel)).await;
    running.sell("p1", &channel).await;
    let (grant, who, seconds) = running.staff.open(CASHIER).await.unwrap();
    assert_eq!((who.as_str(), grant.len(), seconds), ("07", 32, 300));
    let refund =
        |ask: &'static str, amount, currency| running.staff.refund(&grant, "p1", ask, amount, currency);
    assert!(matches!(refund("a", 501, "CNY").await, Err(StaffError::NotAllowed(_))), "over the cap");
    refund("a", 400, "CNY").await.unwrap();
    refund("a", 400, "CNY").await.unwrap();
    assert!(matches!(refund("a", 100, "CNY").await, Err(StaffError::IdReused(_))));
    assert!(matches!(refund("b", 201, "CNY").await, Err(StaffError::TooMuch(_))));
    assert!(matches!(refund("b", 0, "CNY").await, Err(StaffError::TooMuch(_))));
    assert!(matches!(refund("b", -1, "CNY").await, Err(StaffError::TooMuch(_))));
    assert!(matches!(refund("b", 200, "USD").await, Err(StaffError::TooMuch(_))));
    assert!(matches!(refund("b", 200, "yuan").await, Err(StaffError::BadId(_))));
    assert!(matches!(refund("", 200, "CNY").await, Err(StaffError::BadId(_))));
    refund("b", 200, "CNY").await.unwrap();
    assert!(matches!(refund("c", 1, "CNY").await, Err(StaffError::TooMuch(_))));
    let refunds = until_refunded(&running, &grant, "p1", 2).await;
    assert_eq!(told(&refunds), [("a", 400), ("b", 200)]);
    let sales = running.staff.sales(&grant, 10).await.unwrap();
    let sold: Vec<_> = sales.iter().map(|sale| (sale.id.as_str(), sale.total, sale.returned)).collect();
    assert_eq!(sold, [("p1", 600, 600)]);
    assert!(sales[0].paid_ms > 0 && sales[0].pickup == 1 && !sales[0].lines.is_empty());
    assert!(matches!(running.staff.sales("none", 10).await, Err(StaffError::NoGrant(_))));
    // Asked again after both are settled, it is still the same refund.
    refund("a", 400, "CNY").await.unwrap();
    assert_eq!(until_refunded(&running, &grant, "p1", 2).await, refunds);
    assert_eq!(channel.count("refund"), 2);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_paid_payment_has_money_to_send_back() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let running = Running::open(&bus, &dir.path().join("l"), &Shop::staffed(&channel)).await;
    let grant = running.grant(MANAGER).await;
    let refund = |id: &'static str| running.staff.refund(&grant, id, "a", 100, "CNY");
    assert!(matches!(refund("nobody").await, Err(StaffError::UnknownPayment(_))));
    assert!(matches!(running.staff.refunds(&grant, "nobody").await, Err(StaffError::UnknownPayment(_))));
    running.begin("p1").await.unwrap();
    running.until_state(PaymentState::Waiting).await;
    assert!(matches!(refund("p1").await, Err(StaffError::NotPaid(_))));
    running.till.cancel("p1").await.unwrap();
    running.until_state(PaymentState::Cancelled).await;
    assert!(matches!(refund("p1").await, Err(StaffError::NotPaid(_))));
    assert_eq!((running.staff.refunds(&grant, "p1").await.unwrap(), channel.count("refund")), (vec![], 0));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_settled_before_a_restart_is_refunded_once() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let ledger = dir.path().join("l");
    let running = Running::open(&bus, &ledger, &Shop::staffed(&channel)).await;
    running.sell("p1", &channel).await;
    running.stop().await;
    let channel = Arc::<Script>::default();
    let running = Running::open(&bus, &ledger, &Shop::staffed(&channel)).await;
    let grant = running.grant(MANAGER).await;
    running.staff.refund(&grant, "p1", "all", 600, "CNY").await.unwrap();
    let refunds = until_refunded(&running, &grant, "p1", 1).await;
    running.stop().await;
    // And the refund itself outlives the next restart.
    let running = Running::open(&bus, &ledger, &Shop::staffed(&channel)).await;
    let grant = running.grant(MANAGER).await;
    running.staff.refund(&grant, "p1", "all", 600, "CNY").await.unwrap();
    assert!(matches!(
        running.staff.refund(&grant, "p1", "more", 1, "CNY").await,
        Err(StaffError::TooMuch(_))
    ));
    assert_eq!(running.staff.refunds(&grant, "p1").await.unwrap(), refunds);
    assert_eq!((channel.count("refund"), channel.count("query")), (1, 0));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_pins_are_counted_over_a_restart_and_lock_the_right_one_out() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let (ledger, shop) = (dir.path().join("l"), Shop::staffed(&channel));
    let running = Running::open(&bus, &ledger, &shop).await;
    // A PIN, a member, and no PIN at all.
    for typed in ["07260515", "08260514", ""] {
        assert!(matches!(running.staff.open(typed).await, Err(StaffError::WrongPin(_))), "{typed:?}");
    }
    assert!(matches!(running.staff.open(CASHIER).await, Err(StaffError::LockedOut(_))));
    running.stop().await;
    let running = Running::open(&bus, &ledger, &shop).await;
    let Err(StaffError::LockedOut(text)) = running.staff.open(CASHIER).await else {
        panic!("a restart opened the lock")
    };
    let (en, zh) = text.split_once('\n').expect("both languages");
    assert!(en.ends_with(" s") && zh.contains(" 秒"), "how long to wait: {text}");
    shop.skip(Duration::from_secs(31));
    // A wrong one now locks for longer than before, and a right one ends the count.
    assert!(matches!(running.staff.open("07260515").await, Err(StaffError::WrongPin(_))));
    shop.skip(Duration::from_secs(31));
    assert!(matches!(running.staff.open(CASHIER).await, Err(StaffError::LockedOut(_))));
    shop.skip(Duration::from_secs(31));
    running.staff.open(CASHIER).await.unwrap();
    assert!(matches!(running.staff.open("07260515").await, Err(StaffError::WrongPin(_))));
    running.staff.open(CASHIER).await.unwrap();
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_good_for_its_own_caller_for_its_time_and_its_role() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let shop = Shop::staffed(&channel);
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    let grant = running.grant(MANAGER).await;
    let connection = bus.connect().await;
    let stranger = StaffProxy::new(&connection).await.unwrap();
    assert!(matches!(stranger.trial_balance(&grant).await, Err(StaffError::NoGrant(_))));
    // Neither can a stranger end it.
    stranger.close(&grant).await.unwrap();
    assert!(matches!(running.staff.trial_balance("").await, Err(StaffError::NoGrant(_))));
    running.staff.trial_balance(&grant).await.unwrap();
    running.staff.close(&grant).await.unwrap();
    assert!(matches!(running.staff.trial_balance(&grant).await, Err(StaffError::NoGrant(_))));
    let grant = running.grant(AUDITOR).await;
    assert!(matches!(
        running.staff.refund(&grant, "p1", "a", 1, "CNY").await,
        Err(StaffError::NotAllowed(_))
    ));
    assert!(matches!(
        running.staff.close_day(&grant, "2026-01-31", &[]).await,
        Err(StaffError::NotAllowed(_))
    ));
    running.staff.trial_balance(&grant).await.unwrap();
    shop.skip(Duration::from_secs(301));
    assert!(
        matches!(running.staff.trial_balance(&grant).await, Err(StaffError::NoGrant(_))),
        "unused too long"
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_roster_nobody_may_do_anything() {
    let (bus, dir) = (Bus::start(), tempfile::tempdir().unwrap());
    let running = Running::start(&bus, &dir.path().join("l"), Arc::default()).await;
    assert!(matches!(running.staff.open(MANAGER).await, Err(StaffError::NoStaff(_))));
    assert!(matches!(running.staff.trial_balance("").await, Err(StaffError::NoStaff(_))));
    assert!(matches!(running.staff.refund("", "p1", "a", 1, "CNY").await, Err(StaffError::NoStaff(_))));
    running.stop().await;
}
