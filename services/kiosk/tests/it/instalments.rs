//! Orders in monthly parts: the plans that are told, the choice on the order, and what reaches the real sandbox.

use std::sync::Arc;

use api::kiosk::{Bearer, Channel, Instalment, KioskError, Notice, PaymentState};
use kiosk::channel::ChannelKind;
use kiosk::instalment::{self, Plan, Plans};
use serde_json::json;

use crate::bench::{Bus, Running, Shop, line};
use crate::sandbox::Sandbox;
use crate::script::Script;

fn instalments() -> Option<Plans> {
    let plan = |parts, fee_bp, bearer| Plan { parts, fee_bp, bearer, from: 60_000 };
    let plans = vec![plan(6, 450, instalment::Bearer::Buyer), plan(3, 230, instalment::Bearer::Seller)];
    Some(Plans { plans })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chosen_parts_reach_the_channel_and_only_channels_that_can_are_asked() {
    let (sandbox, bus, dir) = (Sandbox::start(), Bus::start(), tempfile::tempdir().unwrap());
    let wechat = Arc::new(Script::of(ChannelKind::Wechat));
    let shop = Shop { instalments, channels: vec![wechat.clone()], ..Shop::with(vec![sandbox.alipay()]) };
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    let plan =
        |parts, fee, monthly, bearer: Bearer| Instalment { parts, fee, monthly, bearer: bearer.to_wire() };
    // 720.00 yuan: 2.30 % is 16.56 for the seller; 4.50 % is 32.40 for the buyer, 125.40 a month.
    let want = [plan(3, 1656, 24_000, Bearer::Seller), plan(6, 3240, 12_540, Bearer::Buyer)];
    assert_eq!(running.till.instalments(72_000).await.unwrap(), want);
    assert!(running.till.instalments(59_999).await.unwrap().is_empty());
    let noodles = |quantity: u32| [line("noodles", quantity, 1800)];
    let begin = |id: &'static str, quantity: u32, parts| {
        let (till, lines, total) = (running.till.clone(), noodles(quantity), i64::from(quantity) * 1800);
        async move { till.begin_in(id, &lines, total, "CNY", parts).await }
    };
    for (quantity, parts) in [(40, 5), (40, 12), (40, 0), (33, 3)] {
        let said = begin("p1", quantity, parts).await;
        assert!(matches!(said, Err(KioskError::InstalmentRefused(_))), "{quantity} in {parts}: {said:?}");
    }
    begin("p1", 40, 6).await.unwrap();
    begin("p1", 40, 6).await.unwrap();
    assert!(matches!(begin("p1", 40, 3).await, Err(KioskError::IdReused(_))));
    let at_once = running.till.begin("p1", &noodles(40), 72_000, "CNY").await;
    assert!(matches!(at_once, Err(KioskError::IdReused(_))), "{at_once:?}");
    let waiting = running.until_state(PaymentState::Waiting).await;
    let channels: Vec<u32> = waiting.codes.iter().map(|(channel, _)| *channel).collect();
    assert_eq!(channels, [Channel::Alipay.to_wire()]);
    // A wallet that cannot pay in parts is not charged at once instead.
    running.till.present("p1", "130000000000000001").await.unwrap();
    running.until("declined", |p| p.notice == Notice::Declined.to_wire()).await;
    assert_eq!((wechat.count("open"), wechat.count("charge")), (0, 0));
    running.till.present("p1", "281234567890123401").await.unwrap();
    running.until_state(PaymentState::Paid).await;
    let state = sandbox.sim("state", json!({})).await;
    let trades = state["trades"].as_array().unwrap();
    let parts: Vec<&str> = trades.iter().filter_map(|trade| trade["instalments"].as_str()).collect();
    assert_eq!(parts, ["6/0", "6/0"], "the code that was shown, and the one that was scanned");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_plans_or_a_channel_that_can_nothing_is_offered() {
    let (bus, dir) = (Bus::start(), tempfile::tempdir().unwrap());
    let shop = Shop { instalments, ..Shop::of(&Arc::new(Script::of(ChannelKind::Wechat))) };
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    assert!(running.till.instalments(72_000).await.unwrap().is_empty());
    let said = running.till.begin_in("p1", &[line("noodles", 40, 1800)], 72_000, "CNY", 6).await;
    assert!(matches!(said, Err(KioskError::InstalmentRefused(_))), "{said:?}");
    running.stop().await;
}
