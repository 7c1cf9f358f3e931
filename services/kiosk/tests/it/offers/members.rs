//! Members: how staff make and find them, what feedback gives them, and a till that knows none.

use std::sync::Arc;

use api::kiosk::{KioskError, PaymentState};
use api::members::Identity;
use api::staff::StaffError;
use kiosk::member::Handle;

use super::{Till, keys, refused, voucher};
use crate::bench::{AUDITOR, Bus, CASHIER, MANAGER, Running, Shop, line};
use crate::script::Script;

#[tokio::test(flavor = "multi_thread")]
async fn feedback_on_a_paid_order_of_a_campaign_gives_the_next_coupon_and_the_funnel_counts() {
    let till = Till::open().await;
    let member = till.join().await;
    let (noodles, code) = ([line("noodles", 1, 1800)], till.code(&member));
    for (campaign, showing) in [("poster", "s1"), ("poster", "s1"), ("poster", "s2")] {
        till.running.till.shown(campaign, showing).await.unwrap();
    }
    let unknown = till.running.till.shown("nothing", "s1").await;
    assert!(matches!(unknown, Err(KioskError::OfferRefused(_))));
    assert!(matches!(till.running.till.shown("poster", "").await, Err(KioskError::BadId(_))));
    till.begin("p1", &noodles, 1800, &[&code, "poster"], 0).await.unwrap();
    till.running.until_state(PaymentState::Waiting).await;
    let feedback = |stars| till.running.till.feedback("p1", stars);
    assert!(matches!(feedback(5).await, Err(KioskError::NotPaid(_))));
    assert!(matches!(till.running.till.feedback("p9", 5).await, Err(KioskError::UnknownPayment(_))));
    till.pay("p1", 1800).await;
    assert_eq!(till.steps().await, [(1, 2, 1), (2, 1, 1), (3, 1, 1), (4, 1, 1), (5, 0, 0), (6, 0, 0)]);
    // Settled and off the screen, over a restart.
    let till = till.again().await;
    let feedback = |stars| till.running.till.feedback("p1", stars);
    for stars in [0, 6] {
        assert!(matches!(feedback(stars).await, Err(KioskError::BadFeedback(_))));
    }
    feedback(4).await.unwrap();
    feedback(1).await.unwrap();
    let all = [(1, 2, 1), (2, 1, 1), (3, 1, 1), (4, 1, 1), (5, 1, 1), (6, 1, 1)];
    assert_eq!(till.steps().await, all);
    let code = till.code(&member);
    let price = till.quote(&noodles, &[&code], 0).await;
    assert_eq!((price.at_hand, price.total), (vec!["thanks".to_owned()], 1800));
    let price = till.quote(&noodles, &[&code, "thanks"], 0).await;
    assert_eq!((price.at_hand, price.total), (vec![], 1600));
    till.begin("p2", &noodles, 1600, &[&code, "thanks"], 0).await.unwrap();
    till.pay("p2", 1600).await;
    // It was given once.
    let code = till.code(&member);
    let price = till.quote(&noodles, &[&code, "thanks"], 0).await;
    assert!(price.total == 1800 && price.left_out[0].1.contains("used up"), "{price:?}");
    let grant = till.running.grant(AUDITOR).await;
    let other = till.running.members.funnel(&grant, "poster", "2020-01-01", "2020-01-02").await.unwrap();
    assert!(other.iter().all(|count| count.events == 0));
    let unknown = till.running.members.funnel(&grant, "nothing", "2020-01-01", "2020-01-02").await;
    assert!(matches!(unknown, Err(StaffError::OfferRefused(_))));
    till.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_make_members_find_them_by_phone_and_give_coupons() {
    let till = Till::open().await;
    let members = &till.running.members;
    let cashier = till.running.grant(CASHIER).await;
    let (handle, secret) = members.join(&cashier, "02-29").await.unwrap();
    let text = String::from_utf8(api::sealed::read(&secret, 1 << 10).unwrap()).unwrap();
    assert!(text.starts_with(&format!("otpauth://totp/Dais:{handle}?secret=")), "an app takes it");
    assert!(matches!(members.join(&cashier, "02-30").await, Err(StaffError::BadId(_))));
    let phone = Identity::Phone.to_wire();
    members.bind(&cashier, &handle, phone, "138 0000 0000").await.unwrap();
    members.bind(&cashier, &handle, phone, "+8613800000000").await.unwrap();
    assert_eq!(members.points(&cashier, "8613800000000").await.unwrap().handle, handle);
    let (second, _) = members.join(&cashier, "").await.unwrap();
    assert_ne!(second, handle);
    let bind = |member: String, kind, number: &'static str| {
        let (members, cashier) = (members.clone(), cashier.clone());
        async move { members.bind(&cashier, &member, kind, number).await }
    };
    assert!(matches!(bind(second.clone(), phone, "13800000000").await, Err(StaffError::MemberRefused(_))));
    assert!(matches!(bind(second.clone(), phone, "12").await, Err(StaffError::BadId(_))));
    assert!(matches!(bind(second.clone(), 9, "13800000001").await, Err(StaffError::BadId(_))));
    for nobody in ["000000000000", "13900000000", ""] {
        let said = bind(nobody.to_owned(), phone, "13800000002").await;
        assert!(matches!(said, Err(StaffError::UnknownMember(_))), "{nobody}");
    }
    let give = |grant: String, coupon: &'static str, ask: &'static str| {
        let (members, second) = (members.clone(), second.clone());
        async move { members.give_coupon(&grant, &second, coupon, ask).await }
    };
    assert!(matches!(give(cashier.clone(), "thanks", "a").await, Err(StaffError::NotAllowed(_))));
    let manager = till.running.grant(MANAGER).await;
    assert!(matches!(give(manager.clone(), "tenth", "a").await, Err(StaffError::OfferRefused(_))));
    assert!(matches!(give(manager.clone(), "nothing", "a").await, Err(StaffError::OfferRefused(_))));
    give(manager.clone(), "thanks", "a").await.unwrap();
    give(manager.clone(), "thanks", "a").await.unwrap();
    let (tea, code) = ([line("tea", 1, 300)], till.code(&second));
    assert_eq!(till.quote(&tea, &[&code], 0).await.at_hand, ["thanks"]);
    till.begin("p1", &tea, 100, &[&code, "thanks"], 0).await.unwrap();
    till.pay("p1", 100).await;
    let code = till.code(&second);
    assert!(till.quote(&tea, &[&code], 0).await.at_hand.is_empty(), "twice asked was given once");
    let auditor = till.running.grant(AUDITOR).await;
    assert!(matches!(members.join(&auditor, "").await, Err(StaffError::NotAllowed(_))));
    assert!(matches!(members.points("", &second).await, Err(StaffError::NoGrant(_))));
    till.running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_till_without_the_key_or_the_rules_says_so() {
    let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
    let running = Running::open(&bus, &dir.path().join("l"), &Shop::staffed(&channel)).await;
    let (tea, code) = ([line("tea", 1, 300)], keys().codes.code(&Handle::from_random([1; 12]), 0));
    let till = &running.till;
    let Err(KioskError::OfferRefused(why)) = till.quote(&tea, "CNY", &[&code], 0).await else {
        panic!("a member is known without a key")
    };
    assert!(why.contains("member_key"), "{why}");
    assert_eq!(refused(till.begin_with("p1", &tea, 300, "CNY", &[&code], 0).await), why);
    let price = till.quote(&tea, "CNY", &["tenth", &voucher(1, 100)], 0).await.unwrap();
    assert_eq!((price.total, price.left_out.len()), (300, 2));
    assert!(price.left_out.iter().all(|(_, why)| why.contains("takes no offers")), "{price:?}");
    let grant = running.grant(MANAGER).await;
    assert!(matches!(running.members.join(&grant, "").await, Err(StaffError::MemberRefused(_))));
    till.begin_with("p1", &tea, 300, "CNY", &[], 0).await.unwrap();
    // Without offers it is the order that Begin begins.
    till.begin("p1", &tea, 300, "CNY").await.unwrap();
    running.stop().await;
}
