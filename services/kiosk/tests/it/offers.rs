//! Offers and members from the poster to the next coupon, over the bus and the real ledger, with restarts between.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use api::kiosk::{Discount, KioskError, Line, OfferKind, PaymentState, Price};
use api::members::{Identity, StepCount};
use api::staff::{RefundState, StaffError};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kiosk::finance::business_day;
use kiosk::member::{Handle, Keys};
use kiosk::promotion::{Rules, Serial, Voucher, Worth};
use kiosk::till::{Currency, Money};
use tempfile::TempDir;

use crate::bench::{AUDITOR, Bus, CASHIER, MANAGER, PATIENCE, Running, Shop, line};
use crate::script::{Script, paid};

/// The credential `member_key` of these tests.
const KEY: [u8; 32] = [7; 32];
/// One code later than the last.
const STEP: Duration = Duration::from_secs(30);

fn keys() -> Keys {
    Keys::new(&KEY).unwrap()
}

fn issuer() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[5; 32]).unwrap()
}

/// A point is worth 10 fen; a poster's next coupon takes 2 yuan off.
fn rules() -> Rules {
    let text = "[[coupon]]\nid = 'tenth'\ncut = { percent = { basis_points = 1000, cap = 500 } }\n
         first_day = '2020-01-01'\nlast_day = '2099-01-01'\n
         [[coupon]]\nid = 'thanks'\ncut = { amount = 200 }\n
         first_day = '2020-01-01'\nlast_day = '2099-01-01'\nper_member = 5\nby_grant = true\n
         [[campaign]]\nid = 'poster'\nnext_coupon = 'thanks'\n
         [member.redeem]\npoints = 1\nworth = 10\nshare_max_bp = 5000\n
         [[issuer]]\nid = 'office'\npublic_key = 'PUBLIC'\n";
    let public = URL_SAFE_NO_PAD.encode(issuer().public_key().as_ref());
    let rules: Rules = toml::from_str(&text.replace("PUBLIC", &public)).unwrap();
    rules.check().unwrap();
    rules
}

/// A voucher of so many fen.
fn voucher(number: u8, minor: i64) -> String {
    let worth = Worth::Money(Money::new(minor, Currency::CNY));
    let (issuer_id, audience) = ("office".to_owned(), "dais".to_owned());
    let serial = Serial::new([number; 16]);
    Voucher { serial, issuer: issuer_id, audience, expires_s: 4_000_000_000, worth }.sign(&issuer()).unwrap()
}

fn serial(number: u8) -> String {
    Serial::new([number; 16]).to_string()
}

struct Till {
    running: Running,
    shop: Shop,
    channel: Arc<Script>,
    bus: Bus,
    dir: TempDir,
}

impl Till {
    async fn open() -> Self {
        let (bus, dir, channel) = (Bus::start(), tempfile::tempdir().unwrap(), Arc::<Script>::default());
        let shop = Shop { offers: || (Some(keys()), Some(rules())), ..Shop::staffed(&channel) };
        let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
        Self { running, shop, channel, bus, dir }
    }

    /// Ends the till and starts it again on its ledger.
    async fn again(self) -> Self {
        let Self { running, shop, channel, bus, dir } = self;
        running.stop().await;
        let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
        Self { running, shop, channel, bus, dir }
    }

    /// The code that a member's phone shows next.
    fn code(&self, member: &str) -> String {
        self.shop.skip(STEP);
        keys().codes.code(&Handle::new(member).unwrap(), self.shop.clock()())
    }

    async fn quote(&self, lines: &[Line], offers: &[&str], points: i64) -> Price {
        self.running.till.quote(lines, "CNY", offers, points).await.unwrap()
    }

    async fn begin(
        &self,
        id: &str,
        lines: &[Line],
        total: i64,
        offers: &[&str],
        points: i64,
    ) -> Result<(), KioskError> {
        self.running.till.begin_with(id, lines, total, "CNY", offers, points).await
    }

    /// The payer pays what is asked for by a code.
    async fn pay(&self, id: &str, minor: i64) {
        self.channel.charges.lock().unwrap().push_back(Some(paid(minor)));
        self.running.until_state(PaymentState::Waiting).await;
        let code = format!("2812345678901235{:02}", self.channel.count("charge"));
        self.running.till.present(id, &code).await.unwrap();
        let payment = self.running.until_state(PaymentState::Paid).await;
        assert_eq!((payment.total, payment.pickup > 0), (minor, true));
        self.running.till.dismiss(id).await.unwrap();
    }

    async fn join(&self) -> String {
        let grant = self.running.grant(CASHIER).await;
        self.running.members.join(&grant, "").await.unwrap().0
    }

    /// A member who has bought noodles and so has 18 points.
    async fn regular(&self) -> String {
        let member = self.join().await;
        let code = self.code(&member);
        self.begin("before", &[line("noodles", 1, 1800)], 1800, &[&code], 0).await.unwrap();
        self.pay("before", 1800).await;
        member
    }

    async fn points(&self, member: &str) -> i64 {
        let grant = self.running.grant(CASHIER).await;
        self.running.members.points(&grant, member).await.unwrap().balance
    }

    /// What lies on each account that is not empty; they sum to zero.
    async fn books(&self) -> String {
        let grant = self.running.grant(AUDITOR).await;
        let rows = self.running.staff.trial_balance(&grant).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.amount).sum::<i64>(), 0);
        let told: BTreeMap<String, i64> = rows.into_iter().map(|row| (row.account, row.amount)).collect();
        let told = told.iter().filter(|(_, amount)| **amount != 0);
        told.map(|(account, amount)| format!("{account} {amount}")).collect::<Vec<_>>().join(", ")
    }

    async fn until_back(&self, grant: &str, id: &str, count: usize) {
        let mut beat = tokio::time::interval(Duration::from_millis(10));
        let back = async {
            loop {
                beat.tick().await;
                let refunds = self.running.staff.refunds(grant, id).await.unwrap();
                let done = |refund: &api::staff::Refund| refund.state == RefundState::Done.to_wire();
                if refunds.len() == count && refunds.iter().all(done) {
                    return;
                }
            }
        };
        tokio::time::timeout(PATIENCE, back).await.expect("the money is back");
    }

    async fn steps(&self) -> Vec<(u32, u64, u64)> {
        let day = business_day(self.shop.clock()()).to_string();
        let grant = self.running.grant(AUDITOR).await;
        let counts = self.running.members.funnel(&grant, "poster", &day, &day).await.unwrap();
        counts.iter().map(|StepCount { step, events, members }| (*step, *events, *members)).collect()
    }
}

fn took(price: &Price) -> Vec<(u32, &str, i64)> {
    let told = |one: &'_ Discount| (one.kind, one.amount);
    price.discounts.iter().map(|one| (told(one).0, one.name.as_str(), told(one).1)).collect()
}

fn refused(outcome: Result<(), KioskError>) -> String {
    match outcome {
        Err(KioskError::OfferRefused(why)) => why,
        other => panic!("not refused: {other:?}"),
    }
}

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
    assert!(payment.codes.is_empty() && payment.notice == api::kiosk::Notice::None.to_wire());
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

#[tokio::test(flavor = "multi_thread")]
async fn feedback_on_a_paid_order_of_a_campaign_gives_the_next_coupon_and_the_funnel_counts() {
    let till = Till::open().await;
    let member = till.join().await;
    let (noodles, code) = ([line("noodles", 1, 1800)], till.code(&member));
    till.begin("p1", &noodles, 1800, &[&code, "poster"], 0).await.unwrap();
    till.running.until_state(PaymentState::Waiting).await;
    let feedback = |stars| till.running.till.feedback("p1", stars);
    assert!(matches!(feedback(5).await, Err(KioskError::NotPaid(_))));
    assert!(matches!(till.running.till.feedback("p9", 5).await, Err(KioskError::UnknownPayment(_))));
    till.pay("p1", 1800).await;
    assert_eq!(till.steps().await, [(1, 0, 0), (2, 1, 1), (3, 1, 1), (4, 1, 1), (5, 0, 0), (6, 0, 0)]);
    // Settled and off the screen, over a restart.
    let till = till.again().await;
    let feedback = |stars| till.running.till.feedback("p1", stars);
    for stars in [0, 6] {
        assert!(matches!(feedback(stars).await, Err(KioskError::BadFeedback(_))));
    }
    feedback(4).await.unwrap();
    feedback(1).await.unwrap();
    let all = [(1, 0, 0), (2, 1, 1), (3, 1, 1), (4, 1, 1), (5, 1, 1), (6, 1, 1)];
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
