//! Offers and members from the poster to the next coupon, over the bus and the real ledger, with restarts between.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use api::kiosk::{KioskError, Line, PaymentState, Price};
use api::members::StepCount;
use api::staff::RefundState;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kiosk::finance::business_day;
use kiosk::member::{Handle, Keys};
use kiosk::promotion::{Rules, Serial, Voucher, Worth};
use kiosk::till::{Currency, Money};
use tempfile::TempDir;

use crate::bench::{AUDITOR, Bus, CASHIER, PATIENCE, Running, Shop, line};
use crate::script::{Script, paid};

mod members;
mod orders;

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

/// Kind, name and amount of each discount.
fn took(price: &Price) -> Vec<(u32, &str, i64)> {
    price.discounts.iter().map(|one| (one.kind, one.name.as_str(), one.amount)).collect()
}

fn refused(outcome: Result<(), KioskError>) -> String {
    match outcome {
        Err(KioskError::OfferRefused(why)) => why,
        other => panic!("not refused: {other:?}"),
    }
}
