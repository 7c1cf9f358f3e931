//! The kiosk's front over real HTTP: what a channel tells by itself, and the one code for every wallet.

use std::sync::Arc;
use std::time::Duration;

use api::kiosk::{Channel, Payment, PaymentState};
use api::staff::{Case, CaseKind, StaffError};
use futures_util::future::join_all;
use kiosk::channel::ChannelKind;
use kiosk::till::Timing;
use reqwest::header::{LOCATION, USER_AGENT};
use reqwest::redirect::Policy;

use crate::bench::{Bus, CASHIER, MANAGER, PATIENCE, Running, Shop};
use crate::script::{SIGNATURE, Script, paid};

/// Two channels, and a till that asks neither by itself while the test lasts.
fn shop(timing: Timing) -> (Arc<Script>, Arc<Script>, Shop) {
    let (alipay, wechat) = (Arc::<Script>::default(), Arc::new(Script::of(ChannelKind::Wechat)));
    let shop = Shop { front: true, timing, ..Shop::staffed(&alipay) };
    (alipay.clone(), wechat.clone(), Shop { channels: vec![alipay, wechat], ..shop })
}

fn patient() -> Timing {
    Timing { shown_query_ms: 3_600_000, ..Timing::default() }
}

fn browser() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap()
}

/// What the channel heard for its notify.
async fn notify(running: &Running, channel: &str, number: &str, minor: i64, signature: &str) -> String {
    let url = format!("http://{}/notify/{channel}", running.front.unwrap());
    let told = browser().post(url).header(SIGNATURE, signature).body(format!("{number} {minor}"));
    told.send().await.unwrap().text().await.unwrap()
}

/// The number of the channel's shown attempt, as its code carries it.
fn number(payment: &Payment, channel: Channel) -> String {
    let (_, code) = payment.codes.iter().find(|(of, _)| *of == channel.to_wire()).expect("its code");
    code.rsplit(['/', '=']).next().unwrap().to_owned()
}

/// Begins a payment and waits for all three codes.
async fn show(running: &Running, id: &str) -> Payment {
    running.begin(id).await.unwrap();
    running.until("three codes", |payment| payment.codes.len() == 3).await
}

async fn balance(running: &Running, grant: &str, account: &str) -> i64 {
    let balances = running.staff.trial_balance(grant).await.unwrap();
    balances.iter().filter(|balance| balance.account == account).map(|balance| balance.amount).sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notify_pays_without_a_question_and_is_kept_before_it_is_acknowledged() {
    let (bus, dir) = (Bus::start(), tempfile::tempdir().unwrap());
    let (alipay, wechat, shop) = shop(patient());
    let ledger = dir.path().join("l");
    let running = Running::open(&bus, &ledger, &shop).await;
    let shown = show(&running, "p1").await;
    let number = number(&shown, Channel::Alipay);
    assert_eq!(notify(&running, "alipay", &number, 600, "forged").await, "fail");
    assert_eq!(running.till.payment().await.unwrap().state, PaymentState::Waiting.to_wire());
    assert_eq!(notify(&running, "alipay", &number, 600, "genuine").await, "success");
    let paid = running.until_state(PaymentState::Paid).await;
    assert_eq!((paid.paid_by, paid.pickup), (Channel::Alipay.to_wire(), 1));
    assert_eq!((alipay.count("query"), wechat.count("query")), (0, 0));
    running.stop().await;
    // It is known after a restart without anybody telling it again.
    let running = Running::open(&bus, &ledger, &shop).await;
    assert_eq!(running.till.lookup("p1").await.unwrap().state, PaymentState::Paid.to_wire());
    assert_eq!(
        notify(&running, "alipay", &number, 600, "genuine").await,
        "success",
        "told after the restart"
    );
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_notify_eight_times_at_once_is_one_sale() {
    let (bus, dir) = (Bus::start(), tempfile::tempdir().unwrap());
    let (alipay, _, shop) = shop(patient());
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    let shown = show(&running, "p1").await;
    let number = number(&shown, Channel::Alipay);
    let heard = join_all((0..8).map(|_copy| notify(&running, "alipay", &number, 600, "genuine"))).await;
    assert_eq!(heard, ["success"; 8]);
    running.until_state(PaymentState::Paid).await;
    running.till.dismiss("p1").await.unwrap();
    assert_eq!(notify(&running, "alipay", &number, 600, "genuine").await, "success", "long settled");
    let grant = running.grant(MANAGER).await;
    assert_eq!(balance(&running, &grant, "channel:alipay").await, 600);
    assert!(running.staff.refunds(&grant, "p1").await.unwrap().is_empty());
    assert!(running.staff.cases(&grant, 10).await.unwrap().is_empty());
    assert_eq!(alipay.count("refund"), 0);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_speaks_for_its_own_attempts_alone() {
    let (bus, dir) = (Bus::start(), tempfile::tempdir().unwrap());
    let (.., shop) = shop(patient());
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    let shown = show(&running, "p1").await;
    let foreign = number(&shown, Channel::Wechat);
    // Genuine, kept and of no effect: it would come again and again otherwise.
    assert_eq!(notify(&running, "alipay", &foreign, 600, "genuine").await, "success");
    assert_eq!(notify(&running, "alipay", "NOBODYSNUMBER01", 600, "genuine").await, "success");
    assert_eq!(running.till.payment().await.unwrap(), shown);
    let grant = running.grant(MANAGER).await;
    assert_eq!(balance(&running, &grant, "channel:alipay").await, 0);
    assert_eq!(notify(&running, "wechat", &foreign, 600, "genuine").await, "success");
    let paid = running.until_state(PaymentState::Paid).await;
    assert_eq!(paid.paid_by, Channel::Wechat.to_wire());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn money_told_after_the_end_goes_back_and_is_a_case_until_somebody_has_looked() {
    let (bus, dir) = (Bus::start(), tempfile::tempdir().unwrap());
    let (alipay, _, shop) = shop(Timing { waiting_limit_ms: 1000, retry_first_ms: 50, ..patient() });
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    let shown = show(&running, "p1").await;
    let number = number(&shown, Channel::Alipay);
    running.until_state(PaymentState::Expired).await;
    running.till.dismiss("p1").await.unwrap();
    running.until_state(PaymentState::Idle).await;
    // What it tells late is asked about; only then is it believed.
    alipay.queries.lock().unwrap().push_back(paid(600));
    assert_eq!(notify(&running, "alipay", &number, 600, "genuine").await, "success");
    let grant = running.grant(CASHIER).await;
    let mut beat = tokio::time::interval(Duration::from_millis(10));
    let listed = async {
        loop {
            beat.tick().await;
            if let [case] = &running.staff.cases(&grant, 10).await.unwrap()[..] {
                return Case::clone(case);
            }
        }
    };
    let case = tokio::time::timeout(PATIENCE, listed).await.expect("a case");
    assert_eq!((case.payment.as_str(), case.number, case.amount), ("p1", number, 600));
    assert_eq!((case.kind, case.currency.as_str()), (CaseKind::PaidLate.to_wire(), "CNY"));
    let refunds = running.staff.refunds(&grant, "p1").await.unwrap();
    assert_eq!((refunds.len(), refunds[0].ask.as_str(), refunds[0].amount), (1, "", 600));
    assert!(matches!(running.staff.close_case(&grant, case.case).await, Err(StaffError::NotAllowed(_))));
    let grant = running.grant(MANAGER).await;
    assert!(running.staff.cases(&grant, 0).await.unwrap().is_empty());
    running.staff.close_case(&grant, case.case).await.unwrap();
    assert!(running.staff.cases(&grant, 10).await.unwrap().is_empty());
    let again = running.staff.close_case(&grant, case.case).await;
    assert!(matches!(again, Err(StaffError::UnknownPayment(_))), "{again:?}");
    assert_eq!(running.till.lookup("p1").await.unwrap().state, PaymentState::Expired.to_wire());
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_code_leads_every_wallet_to_its_own_and_dies_with_the_payment() {
    let (bus, dir) = (Bus::start(), tempfile::tempdir().unwrap());
    let (.., shop) = shop(patient());
    let running = Running::open(&bus, &dir.path().join("l"), &shop).await;
    let shown = show(&running, "p1").await;
    let kinds: Vec<u32> = shown.codes.iter().map(|(kind, _)| *kind).collect();
    assert_eq!(kinds, [Channel::Any, Channel::Alipay, Channel::Wechat].map(Channel::to_wire));
    let link = &shown.codes[0].1;
    assert!(link.starts_with(&format!("http://{}/p/", running.front.unwrap())), "{link}");
    let follow = async |agent: &str| browser().get(link).header(USER_AGENT, agent).send().await.unwrap();
    let wallets = [("Mozilla/5.0 AlipayClient/10.5.8", 1), ("Mozilla/5.0 MicroMessenger/8.0.49", 2)];
    for (agent, own) in wallets {
        let answer = follow(agent).await;
        assert_eq!(answer.status(), 302, "{agent}");
        assert_eq!(answer.headers()[LOCATION], shown.codes[own].1, "{agent}");
    }
    for agent in ["Mozilla/5.0 (iPhone) Safari/604.1", "Mozilla/5.0 CloudPay UnionPay/1.0"] {
        let answer = follow(agent).await;
        assert_eq!(answer.status(), 200, "{agent}");
        let page = answer.text().await.unwrap();
        assert!(shown.codes[1..].iter().all(|(_, code)| page.contains(code)), "{page}");
    }
    notify(&running, "wechat", &number(&shown, Channel::Wechat), 600, "genuine").await;
    let paid = running.until_state(PaymentState::Paid).await;
    assert!(paid.codes.is_empty());
    assert_eq!(follow(wallets[0].0).await.status(), 404);
    running.till.dismiss("p1").await.unwrap();
    let next = show(&running, "p2").await;
    assert_ne!(next.codes[0].1, *link, "each payment has a link of its own");
    assert_eq!(follow(wallets[0].0).await.status(), 404);
    running.stop().await;
}
