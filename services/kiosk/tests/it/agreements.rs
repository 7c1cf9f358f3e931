//! Charged without a password: signed at the real sandbox, charged by the member's one-time code, capped, ended, and a
//! lost answer found by asking, all over a real bus.

use std::path::Path;
use std::time::Duration;

use api::kiosk::{Channel, KioskError, Notice, Payment, PaymentState};
use api::staff::{Agreement, AgreementState, StaffError};
use kiosk::agreement::{Agreements, Caps, Rules, Seal};
use kiosk::ledger::Ledger;
use kiosk::member::{Handle, Keys};
use serde_json::json;

use crate::bench::{AUDITOR, Bus, CASHIER, PATIENCE, Running, Shop};
use crate::sandbox::Sandbox;

const MEMBER_KEY: &[u8] = &[7; 32];
/// Two teas at once and three on a day, at 6.00 yuan a sale of two.
const CAPS: Caps = Caps { per_transaction: 600, per_day: 1200, per_month: 5000 };

fn offered() -> Option<Agreements> {
    let seal = Seal::new(&[9; 32]).unwrap();
    Some(Agreements { seal, rules: Rules { days: 365, caps: CAPS } })
}

fn ann() -> Handle {
    Handle::from_random([3; 12])
}

/// A ledger in which Ann is a member.
fn join(path: &Path) {
    let (mut ledger, _) = Ledger::open(path).unwrap();
    ledger.join(&ann(), None, 1).unwrap();
}

/// What Ann's phone shows: each code of hers is newer than the last, because codes count once.
fn code(shop: &Shop) -> String {
    shop.skip(Duration::from_secs(30));
    Keys::new(MEMBER_KEY).unwrap().codes.code(&ann(), shop.clock()())
}

/// Waits until the member's only agreement is in a state. Each look makes the till ask the channel.
async fn until(running: &Running, grant: &str, wanted: AgreementState) -> Agreement {
    let mut beat = tokio::time::interval(Duration::from_millis(20));
    let looked = async {
        loop {
            beat.tick().await;
            let mut all = running.staff.agreements(grant, ann().as_str()).await.unwrap();
            let last = all.pop().expect("an agreement");
            if last.state == wanted.to_wire() {
                return last;
            }
        }
    };
    tokio::time::timeout(PATIENCE, looked).await.unwrap_or_else(|_| panic!("never {wanted:?}"))
}

/// Has Ann sign, whose phone's code then ends so at the sandbox; answers our name of the agreement.
async fn sign(running: &Running, sandbox: &Sandbox, grant: &str, scenario: &str) -> String {
    let alipay = Channel::Alipay.to_wire();
    let (id, link) = running.staff.sign_agreement(grant, ann().as_str(), alipay, 0, 0, 0).await.unwrap();
    sandbox.open(&link).await;
    until(running, grant, AgreementState::Asked).await;
    sandbox.sim("agree", json!({"external_agreement_no": id, "scenario": scenario})).await;
    until(running, grant, AgreementState::Active).await;
    id
}

async fn begin(running: &Running, id: &str) {
    running.begin(id).await.unwrap();
    running.until_state(PaymentState::Waiting).await;
}

struct Scene {
    sandbox: Sandbox,
    bus: Bus,
    shop: Shop,
    dir: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let (sandbox, bus, dir) = (Sandbox::start(), Bus::start(), tempfile::tempdir().unwrap());
        join(&dir.path().join("l"));
        let offers = || (Some(Keys::new(MEMBER_KEY).unwrap()), None);
        let shop = Shop { agreements: offered, offers, staff: true, ..Shop::with(vec![sandbox.alipay()]) };
        Self { sandbox, bus, shop, dir }
    }

    async fn open(&self) -> Running {
        Running::open(&self.bus, &self.dir.path().join("l"), &self.shop).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_is_signed_charged_up_to_its_caps_and_ended() {
    let scene = Scene::new();
    let running = scene.open().await;
    let grant = running.grant(CASHIER).await;
    let id = sign(&running, &scene.sandbox, &grant, "01").await;
    begin(&running, "p1").await;
    let first = code(&scene.shop);
    running.till.pay_by_agreement("p1", &first).await.unwrap();
    let paid = running.until_state(PaymentState::Paid).await;
    assert_eq!((paid.paid_by, paid.pickup), (Channel::Alipay.to_wire(), 1));
    assert!(matches!(running.till.pay_by_agreement("p1", &first).await, Err(KioskError::NotWaiting(_))));
    running.till.dismiss("p1").await.unwrap();
    // The same code again is nobody's consent.
    begin(&running, "p2").await;
    let said = running.till.pay_by_agreement("p2", &first).await;
    assert!(matches!(said, Err(KioskError::AgreementRefused(_))), "{said:?}");
    // As a scanner or the camera sees it, a member code charges too.
    running.till.present("p2", &code(&scene.shop)).await.unwrap();
    running.until_state(PaymentState::Paid).await;
    running.till.dismiss("p2").await.unwrap();
    let after = until(&running, &grant, AgreementState::Active).await;
    assert_eq!((after.agreement.as_str(), after.today, after.per_day), (id.as_str(), 1200, 1200));
    // The day's cap is reached: the payer is told to pay another way, and may.
    begin(&running, "p3").await;
    let said = running.till.pay_by_agreement("p3", &code(&scene.shop)).await;
    assert!(matches!(&said, Err(KioskError::AgreementRefused(why)) if why.contains("0.00 CNY")), "{said:?}");
    let told = running.until("told", |p| p.notice == Notice::Declined.to_wire()).await;
    assert_eq!(told.state, PaymentState::Waiting.to_wire());
    running.till.present("p3", "281234567890123401").await.unwrap();
    running.until_state(PaymentState::Paid).await;
    running.till.dismiss("p3").await.unwrap();
    assert_eq!(scene.sandbox.merchant_fen().await, 1800);
    // Ended, also for the restarted till and the channel.
    running.staff.suspend_agreement(&grant, &id).await.unwrap();
    running.staff.resume_agreement(&grant, &id).await.unwrap();
    running.staff.end_agreement(&grant, &id).await.unwrap();
    running.staff.end_agreement(&grant, &id).await.unwrap();
    let resumed = running.staff.resume_agreement(&grant, &id).await;
    assert!(matches!(resumed, Err(StaffError::AgreementRefused(_))), "{resumed:?}");
    running.stop().await;
    scene.shop.skip(Duration::from_secs(86_400));
    let running = scene.open().await;
    begin(&running, "p4").await;
    let said = running.till.pay_by_agreement("p4", &code(&scene.shop)).await;
    assert!(matches!(said, Err(KioskError::AgreementRefused(_))), "{said:?}");
    running.till.present("p4", &code(&scene.shop)).await.unwrap();
    running.until("told", |p| p.notice == Notice::OfferTooLate.to_wire()).await;
    assert_eq!(scene.sandbox.merchant_fen().await, 1800, "nothing more was charged");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_is_found_by_asking_and_counts_once_over_a_restart() {
    let scene = Scene::new();
    let running = scene.open().await;
    let grant = running.grant(CASHIER).await;
    // The charge goes through, and its answer never arrives.
    sign(&running, &scene.sandbox, &grant, "06").await;
    begin(&running, "p1").await;
    running.till.pay_by_agreement("p1", &code(&scene.shop)).await.unwrap();
    running.stop().await;
    let running = scene.open().await;
    running.until_state(PaymentState::Paid).await;
    let grant = running.grant(CASHIER).await;
    let after = until(&running, &grant, AgreementState::Active).await;
    assert_eq!((after.today, scene.sandbox.merchant_fen().await), (600, 600));
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_is_told_to_the_channel_until_it_has_acknowledged_it() {
    let scene = Scene::new();
    let running = scene.open().await;
    let grant = running.grant(CASHIER).await;
    let id = sign(&running, &scene.sandbox, &grant, "01").await;
    for fault in ["drop-before", "20000", "wrong-signature"] {
        scene.sandbox.sim("fault", json!({"fault": fault, "call": "unsign"})).await;
    }
    running.staff.end_agreement(&grant, &id).await.unwrap();
    let mut beat = tokio::time::interval(Duration::from_millis(20));
    let unsigned = async {
        loop {
            beat.tick().await;
            let state = scene.sandbox.sim("state", json!({})).await;
            let faults = state["faults"]["next"].as_array().unwrap();
            let agreements = state["agreements"].as_array().unwrap();
            if faults.iter().all(|fault| fault["times"] == 0)
                && agreements.iter().all(|agreement| !agreement["ended_at"].is_null())
            {
                return;
            }
            // Each try that fails is followed by a longer pause.
            scene.shop.skip(Duration::from_secs(1));
            running.staff.agreements(&grant, ann().as_str()).await.unwrap();
        }
    };
    tokio::time::timeout(PATIENCE, unsigned).await.expect("the channel knows of the end");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agreement_that_the_payer_ends_in_the_wallet_ends_here_with_the_first_refused_charge() {
    let scene = Scene::new();
    let running = scene.open().await;
    let grant = running.grant(CASHIER).await;
    let id = sign(&running, &scene.sandbox, &grant, "01").await;
    running.staff.suspend_agreement(&grant, &id).await.unwrap();
    begin(&running, "p1").await;
    let said = running.till.pay_by_agreement("p1", &code(&scene.shop)).await;
    assert!(matches!(&said, Err(KioskError::AgreementRefused(why)) if why.contains("Suspended")), "{said:?}");
    running.staff.resume_agreement(&grant, &id).await.unwrap();
    let state = scene.sandbox.sim("state", json!({})).await;
    let number = state["agreements"][0]["number"].as_str().unwrap().to_owned();
    scene.sandbox.sim("disagree", json!({"agreement_no": number})).await;
    running.till.pay_by_agreement("p1", &code(&scene.shop)).await.unwrap();
    let declined = |p: &Payment| {
        (p.state, p.notice) == (PaymentState::Waiting.to_wire(), Notice::Declined.to_wire())
            && !p.codes.is_empty()
    };
    running.until("declined after the charge", declined).await;
    let ended = until(&running, &grant, AgreementState::Revoked).await;
    assert_eq!((ended.today, scene.sandbox.merchant_fen().await), (0, 0), "what was refused counts nowhere");
    let file = std::fs::read(scene.dir.path().join("l")).unwrap();
    let wal = std::fs::read(scene.dir.path().join("l-wal")).unwrap_or_default();
    let holds = |bytes: &[u8]| bytes.windows(number.len()).any(|part| part == number.as_bytes());
    assert!(!holds(&file) && !holds(&wal), "the channel's number lies in the clear");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_agreed_is_refused_by_name() {
    let scene = Scene::new();
    let running = scene.open().await;
    let grant = running.grant(CASHIER).await;
    let (ann, alipay) = (ann(), Channel::Alipay.to_wire());
    let sign = |member: &str, channel, caps: [i64; 3]| {
        let (staff, grant, member) = (running.staff.clone(), grant.clone(), member.to_owned());
        async move { staff.sign_agreement(&grant, &member, channel, caps[0], caps[1], caps[2]).await }
    };
    for member in ["nobody", "000000000000"] {
        let said = sign(member, alipay, [0, 0, 0]).await;
        assert!(matches!(said, Err(StaffError::UnknownMember(_))), "{member}: {said:?}");
    }
    for (channel, caps) in [
        (Channel::Wechat.to_wire(), [0, 0, 0]),
        (99, [0, 0, 0]),
        (alipay, [601, 0, 0]),
        (alipay, [600, 599, 0]),
        (alipay, [-1, 0, 0]),
    ] {
        let said = sign(ann.as_str(), channel, caps).await;
        assert!(matches!(said, Err(StaffError::AgreementRefused(_))), "{channel} {caps:?}: {said:?}");
    }
    for n in 0..9 {
        let said = sign(ann.as_str(), alipay, [100, 200, 300]).await;
        assert_eq!(said.is_ok(), n < 8, "{n}: {said:?}");
    }
    let auditor = running.grant(AUDITOR).await;
    let said = running.staff.agreements(&auditor, ann.as_str()).await;
    assert!(matches!(said, Err(StaffError::NotAllowed(_))), "{said:?}");
    let grant = running.grant(CASHIER).await;
    let said = running.staff.end_agreement(&grant, "NOSUCH").await;
    assert!(matches!(said, Err(StaffError::AgreementRefused(_))), "{said:?}");
    // Nobody has signed: the member's code is no consent to anything.
    begin(&running, "p1").await;
    let said = running.till.pay_by_agreement("p1", &code(&scene.shop)).await;
    assert!(matches!(said, Err(KioskError::AgreementRefused(_))), "{said:?}");
    let said = running.till.pay_by_agreement("p1", "DM1.333333333333.00000000").await;
    assert!(matches!(said, Err(KioskError::AgreementRefused(_))), "{said:?}");
    assert_eq!(scene.sandbox.merchant_fen().await, 0);
    running.stop().await;
}
