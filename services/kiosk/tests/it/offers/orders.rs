//! Orders with offers: their price, their payment or none, their end and their refunds.

use api::kiosk::{KioskError, Notice, OfferKind, PaymentState};
use api::staff::{RefundState, StaffError};

use super::{Till, refused, serial, took, voucher};
use crate::bench::{CASHIER, MANAGER, line};

#[tokio::test(flavor = "multi_thread")]
async fn a_member_pays_by_a_channel_what_coupon_voucher_and_points_leave() {
    let till = Till::open().await;
    let member = till.regular().await;
    assert_eq!(till.points(&member).await, 18);
    let (noodles, code, voucher) = ([line("noodles", 1, 1800)], till.code(&member), voucher(1, 300));
    let offers = [code.as_str(), "tenth", &voucher];
    let price = till.quote(&noodles, &offers, 10).await;
    let (coupon, by_voucher, points) = (OfferKind::Coupon, OfferKind::Voucher, OfferKind::Points);
    let expected = [
        (coupon.to_wire(), "tenth", 180),
        (by_voucher.to_wire(), &*serial(1), 300),
        (points.to_wire(), "10", 100),
    ];
    assert_eq!(took(&price), expected);
    assert_eq!((price.gross, price.total), (1800, 1220));
    assert_eq!((price.member, price.points, price.earns, price.tier.as_str()), (true, 18, 12, "普通"));
    assert!(price.left_out.is_empty() && price.at_hand.is_empty(), "{price:?}");
    // A second look with the same code, and then the order.
    assert_eq!(till.quote(&noodles, &offers, 10).await, price);
    till.begin("p1", &noodles, 1220, &offers, 10).await.unwrap();
    assert_eq!(till.points(&member).await, 8);
    till.pay("p1", 1220).await;
    assert_eq!(till.points(&member).await, 20);
    assert_eq!(till.books().await, "channel:alipay 3020, discounts 480, points 100, sales -3600");
    // The code was for one order.
    let price = till.quote(&noodles, &[&code], 0).await;
    assert!(!price.member && price.left_out[0].1.contains("used before"), "{price:?}");
    assert!(refused(till.begin("p2", &noodles, 1800, &[&code], 0).await).contains("used before"));
    let next = till.code(&member);
    assert!(till.quote(&noodles, &[&next], 0).await.member);
    till.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_offers_pay_is_paid_at_once_and_goes_back_without_money() {
    let till = Till::open().await;
    let (tea, voucher) = ([line("tea", 1, 300)], voucher(1, 300));
    assert_eq!(till.quote(&tea, &[&voucher], 0).await.total, 0);
    till.begin("p1", &tea, 0, &[&voucher], 0).await.unwrap();
    let payment = till.running.until_state(PaymentState::Paid).await;
    assert_eq!((payment.id.as_str(), payment.total, payment.pickup, payment.paid_by), ("p1", 0, 1, 0));
    assert!(payment.codes.is_empty() && payment.notice == Notice::None.to_wire());
    assert!(matches!(till.running.till.cancel("p1").await, Err(KioskError::Busy(_))));
    till.running.till.dismiss("p1").await.unwrap();
    assert_eq!(till.books().await, "discounts 300, sales -300");
    assert!(till.quote(&tea, &[&voucher], 0).await.left_out[0].1.contains("used before"));
    let till = till.again().await;
    let grant = till.running.grant(CASHIER).await;
    let refund = |ask: &'static str, amount| till.running.staff.refund(&grant, "p1", ask, amount, "CNY");
    assert!(matches!(refund("a", 1).await, Err(StaffError::TooMuch(_))));
    refund("a", 0).await.unwrap();
    refund("a", 0).await.unwrap();
    assert!(matches!(refund("b", 0).await, Err(StaffError::TooMuch(_))));
    let refunds = till.running.staff.refunds(&grant, "p1").await.unwrap();
    let done = RefundState::Done.to_wire();
    assert_eq!(refunds.iter().map(|r| (&*r.ask, r.amount, r.state)).collect::<Vec<_>>(), [("a", 0, done)]);
    assert_eq!(till.books().await, "refunds 300, sales -300");
    // What paid it pays again.
    till.begin("p2", &tea, 0, &[&voucher], 0).await.unwrap();
    let payment = till.running.until_state(PaymentState::Paid).await;
    assert_eq!((payment.id.as_str(), payment.pickup), ("p2", 2));
    assert!(till.channel.calls.lock().unwrap().is_empty(), "a channel was asked for nothing");
    till.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_count_is_told_by_quote_and_refused_by_begin() {
    let till = Till::open().await;
    let (tea, good, forged) =
        ([line("tea", 2, 300)], voucher(1, 100), voucher(2, 100).replacen("DV1.A", "DV1.B", 1));
    let price = till.quote(&tea, &[&forged, &good, &good, "thanks", "nothing", "poster"], 5).await;
    assert_eq!((price.gross, price.total, price.member), (600, 500, false));
    let out: Vec<(u32, &str)> = price.left_out.iter().map(|(place, why)| (*place, why.as_str())).collect();
    for ((place, why), (at, word)) in
        out.iter().zip([(0, "voucher"), (2, "twice"), (3, "members"), (4, "no voucher"), (6, "member code")])
    {
        assert!(*place == at && why.contains(word), "{out:?}");
    }
    assert_eq!(out.len(), 5);
    assert!(refused(till.begin("p1", &tea, 500, &[&good, "nothing"], 0).await).contains("no voucher"));
    for wrong in [600, 499, 0, -1] {
        let said = till.begin("p1", &tea, wrong, &[&good], 0).await;
        assert!(matches!(said, Err(KioskError::WrongTotal(_))), "{wrong}: {said:?}");
    }
    assert!(matches!(till.begin("p1", &[], 0, &[&good], 0).await, Err(KioskError::OrderEmpty(_))));
    assert!(matches!(till.begin("", &tea, 500, &[&good], 0).await, Err(KioskError::BadId(_))));
    let stale = [line("tea", 2, 200)];
    assert!(matches!(till.running.till.quote(&stale, "CNY", &[], 0).await, Err(KioskError::PriceChanged(_))));
    assert!(matches!(till.running.till.quote(&tea, "USD", &[], 0).await, Err(KioskError::WrongCurrency(_))));
    let many = vec![good.as_str(); 21];
    assert!(matches!(till.running.till.quote(&tea, "CNY", &many, 0).await, Err(KioskError::OfferRefused(_))));
    assert!(till.running.till.recent(5).await.unwrap().is_empty(), "something was stored");
    assert_eq!(till.quote(&tea, &[&good], 0).await.total, 500, "the voucher is free");
    till.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_id_with_other_offers_is_another_order() {
    let till = Till::open().await;
    let member = till.regular().await;
    let (tea, one, two, code) = ([line("tea", 2, 300)], voucher(1, 100), voucher(2, 100), till.code(&member));
    let offers = [one.as_str(), &code, "tenth", "poster"];
    let total = till.quote(&tea, &offers, 9).await.total;
    till.begin("p1", &tea, total, &offers, 9).await.unwrap();
    till.begin("p1", &tea, total, &offers, 9).await.unwrap();
    let other = till.code(&till.join().await);
    let reused: [(&[&str], i64); 7] = [
        (&[&two, &code, "tenth", "poster"], 9),
        (&[&one, &other, "tenth", "poster"], 9),
        (&[&one, &code, "poster"], 9),
        (&[&one, &code, "tenth"], 9),
        (&[&one, "tenth", "poster"], 9),
        (&[&one, &two, &code, "tenth", "poster"], 9),
        (&offers, 8),
    ];
    let is_reused = |said: Result<(), KioskError>| matches!(said, Err(KioskError::IdReused(_)));
    for (offers, points) in reused {
        assert!(is_reused(till.begin("p1", &tea, total, offers, points).await), "{offers:?} {points}");
    }
    assert!(is_reused(till.begin("p1", &tea, total + 1, &offers, 9).await));
    assert!(is_reused(till.running.till.begin("p1", &tea, total, "CNY").await), "without offers");
    assert!(matches!(till.begin("p2", &tea, 500, &[&two], 0).await, Err(KioskError::Busy(_))));
    // The process is gone and with it what it remembered; the answer is the same.
    let till = till.again().await;
    till.begin("p1", &tea, total, &offers, 9).await.unwrap();
    assert!(is_reused(till.begin("p1", &tea, total, &[&one], 9).await));
    till.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_keeps_what_an_order_claimed_and_its_end_gives_it_back() {
    let till = Till::open().await;
    let member = till.regular().await;
    let (tea, voucher, code) = ([line("tea", 2, 300)], voucher(1, 200), till.code(&member));
    let total = till.quote(&tea, &[&voucher, &code], 5).await.total;
    till.begin("p1", &tea, total, &[&voucher, &code], 5).await.unwrap();
    till.running.until_state(PaymentState::Waiting).await;
    let till = till.again().await;
    assert_eq!(till.points(&member).await, 13);
    assert!(till.quote(&tea, &[&voucher], 0).await.left_out[0].1.contains("used before"));
    till.running.till.cancel("p1").await.unwrap();
    till.running.until_state(PaymentState::Cancelled).await;
    assert_eq!(till.points(&member).await, 18);
    assert_eq!(till.quote(&tea, &[&voucher], 0).await.total, 400);
    assert_eq!(till.books().await, "channel:alipay 1800, sales -1800");
    till.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refunds_take_back_earned_points_and_give_back_spent_ones_and_the_voucher_with_the_last() {
    let till = Till::open().await;
    let member = till.regular().await;
    let (noodles, voucher, code) = ([line("noodles", 1, 1800)], voucher(1, 300), till.code(&member));
    let offers = [code.as_str(), &voucher];
    assert_eq!(till.quote(&noodles, &offers, 10).await.total, 1400);
    till.begin("p1", &noodles, 1400, &offers, 10).await.unwrap();
    till.pay("p1", 1400).await;
    assert_eq!(till.points(&member).await, 18 - 10 + 14);
    let grant = till.running.grant(MANAGER).await;
    till.running.staff.refund(&grant, "p1", "half", 700, "CNY").await.unwrap();
    till.until_back(&grant, "p1", 1).await;
    assert_eq!(till.points(&member).await, 22 - 7 + 5);
    let half = "channel:alipay 2500, discounts 150, points 50, refunds 900, sales -3600";
    assert_eq!(till.books().await, half);
    assert!(till.quote(&noodles, &[&voucher], 0).await.left_out[0].1.contains("used before"));
    let till = till.again().await;
    let grant = till.running.grant(MANAGER).await;
    till.running.staff.refund(&grant, "p1", "rest", 700, "CNY").await.unwrap();
    till.until_back(&grant, "p1", 2).await;
    assert_eq!(till.points(&member).await, 18);
    assert_eq!(till.books().await, "channel:alipay 1800, refunds 1800, sales -3600");
    assert_eq!(till.quote(&noodles, &[&voucher], 0).await.total, 1500);
    till.running.stop().await;
}
