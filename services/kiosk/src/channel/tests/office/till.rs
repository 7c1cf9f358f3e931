//! A till with its campus accounts and a back office that can be cut off: what is paid is forwarded once, over faults
//! and restarts; while it is away only what can be honoured later is taken, and only so much.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use api::kiosk::OfflineState;
use nfc::fake::cards::ntag424::Ntag424;
use serde_json::json;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use super::super::sandbox::Sandbox;
use super::taken;
use crate::actor::{Actor, Ask, Mail, Rejection, Screen, Sensed, StaffAsk};
use crate::card::aes::AesKey;
use crate::card::sun::{self, SunKeys};
use crate::channel::campus::back_office::{BackOffice, Key, OfflineConfig, Pace};
use crate::channel::campus::{Accounts, Campus};
use crate::channel::exchange;
use crate::ledger::{Case, CaseKind};
use crate::member::{Keys, TokenKey};
use crate::offline::{RefusedOffline, Rules};
use crate::policy::Policy;
use crate::run::{Parts, system_clock, system_steady};
use crate::till::{CardUid, Currency, Dish, Line, Menu, Money, Notice, Phase, Tender, Timing};

const CARDS: &[u8] = b"0123456789abcdef0123456789abcdef";
const MEMBERS: &[u8] = b"fedcba9876543210fedcba9876543210";
const UID: [u8; 7] = [0x04, 0xDE, 0x5F, 0x1E, 0xAC, 0xC0, 0x40];
const TAG_KEY: [u8; 16] = [0x5A; 16];
const PATIENCE: Duration = Duration::from_secs(30);

fn tag() -> CardUid {
    CardUid::new(&UID).expect("uid")
}

/// What the tag says when it was read so often before.
fn tap(counter: u32) -> Tender {
    let mut tag = Ntag424::new(UID, TAG_KEY, counter);
    tag.obey(b"\x00\xA4\x04\x00\x07\xD2\x76\x00\x00\x85\x01\x01\x00");
    tag.obey(b"\x00\xA4\x00\x0C\x02\xE1\x04");
    let file = tag.obey(b"\x00\xB0\x00\x00\x00");
    Tender::Sun(sun::from_ndef(&file).expect("a message"))
}

/// What outlives a till.
struct Site {
    sandbox: Sandbox,
    folder: tempfile::TempDir,
    ahead_ms: Arc<AtomicU64>,
}

/// A running till.
struct Till {
    mail: mpsc::Sender<Mail>,
    screen: watch::Receiver<Screen>,
    trigger: daemon::Trigger,
    task: JoinHandle<anyhow::Result<()>>,
}

impl Site {
    fn new() -> Self {
        let site = Self {
            sandbox: Sandbox::start(),
            folder: tempfile::tempdir().expect("folder"),
            ahead_ms: Arc::default(),
        };
        let mut office = site.accounts();
        for card in [tag(), CardUid::new(&[4, 1, 2, 3]).expect("uid")] {
            office.enrol(&card).expect("enrol");
            let number = format!("TOPUP{}", card.reveal().len());
            office.top_up(&number, &card, Money::new(50_000, Currency::CNY)).expect("top up");
        }
        site
    }

    fn accounts(&self) -> Accounts {
        Accounts::open(&self.folder.path().join("campus"), CARDS).expect("accounts")
    }

    fn open(&self) -> Till {
        let keys = SunKeys { picc_data: AesKey::new(TAG_KEY), file: AesKey::new(TAG_KEY) };
        let accounts = self.accounts().with_tokens(TokenKey::new(MEMBERS).expect("a key"));
        let campus = Campus::over(accounts).expect("campus").with_sun(keys);
        let limits = Rules { per_transaction: 600, per_instrument: 1_000, total: 1_500, ..Rules::default() };
        let config = OfflineConfig {
            forward: format!("{}/office", self.sandbox.base),
            kiosk: "canteen-1".into(),
            limits,
        };
        let key = Key::new(self.sandbox.key("office_key.txt").as_bytes()).expect("a key");
        let mut office = BackOffice::new(config, key, exchange::client().expect("client"), self.accounts());
        let soon = Duration::from_millis(20);
        office.pace = Pace { first: soon, most: soon, every: soon };
        let dish = |sku: &str, price| Dish {
            sku: sku.into(),
            zh: "茶".into(),
            en: "Tea".into(),
            price,
            picture: String::new(),
            ..Dish::default()
        };
        let (clock, ahead) = (system_clock(), self.ahead_ms.clone());
        let parts = Parts {
            channels: vec![Arc::new(campus)],
            places: crate::counter::Places::default(),
            menu: Menu {
                currency: Currency::CNY,
                categories: Vec::new(),
                dishes: vec![dish("tea", 300), dish("feast", 700)],
            },
            ledger: self.folder.path().join("ledger"),
            timing: Timing::default(),
            plans: Default::default(),
            reading: Default::default(),
            calendar: Default::default(),
            policy: Policy {
                members: Some(Keys::new(MEMBERS).expect("keys")),
                back_office: Some(office),
                ..Policy::default()
            },
            staff: None,
            front: None,
            clock: Arc::new(move || clock() + ahead.load(Ordering::Relaxed)),
            steady: system_steady(),
        };
        let (mail, letters) = mpsc::channel(64);
        let (tell, screen) = watch::channel(Screen::default());
        let (trigger, stop) = daemon::Stop::by_hand();
        let mut actor = Actor::new(parts, mail.clone(), tell, watch::channel(false).0, None);
        actor.start_forwarding(&stop);
        let handle = tokio::runtime::Handle::current();
        let task = tokio::task::spawn_blocking(move || actor.work(&handle, letters));
        Till { mail, screen, trigger, task }
    }

    /// Every answer of the back office is lost from now on, though it takes in what it hears; or all is well again.
    async fn cut(&self, off: bool) {
        let lost = if off { json!({"charge-then-drop": 1000}) } else { json!({}) };
        self.sandbox.sim("fault", json!({"per_mille": lost, "next": []})).await;
    }

    /// Payments and answers as the back office counted them.
    async fn counted(&self) -> Vec<(String, serde_json::Value)> {
        let rows = taken(&self.sandbox).await;
        let row = |row: &serde_json::Value| {
            (row["payment"].as_str().expect("id").to_owned(), row["answer"].clone())
        };
        rows.as_array().map(|rows| rows.iter().map(row).collect()).unwrap_or_default()
    }
}

impl Till {
    async fn until(&self, what: &str, wanted: impl Fn(&Screen) -> bool) -> Screen {
        let mut screen = self.screen.clone();
        let found = tokio::time::timeout(PATIENCE, screen.wait_for(|screen| wanted(screen))).await;
        match found {
            Ok(found) => found.expect("the till lives").clone(),
            Err(_) => panic!("never {what}: {:?}", self.screen.borrow().clone()),
        }
    }

    async fn until_state(&self, state: OfflineState, waiting: u32) -> Screen {
        let wanted = (state.to_wire(), waiting);
        let what = format!("{state:?} with {waiting} waiting");
        self.until(&what, |screen| (screen.offline.state, screen.offline.waiting) == wanted).await
    }

    async fn ask<T>(
        &self,
        ask: impl FnOnce(oneshot::Sender<Result<T, Rejection>>) -> Ask,
    ) -> Result<T, Rejection> {
        let (reply, said) = oneshot::channel();
        self.mail.send(Mail::Ask(ask(reply))).await.expect("the till lives");
        said.await.expect("an answer")
    }

    async fn begin(&self, id: &str, sku: &str, total: i64) {
        let lines = vec![Line { sku: sku.into(), quantity: 1, unit_price: total }];
        let (id, currency) = (id.to_owned(), "CNY".to_owned());
        self.ask(|reply| Ask::Begin { id, lines, total, currency, parts: None, reply }).await.expect("begun");
        self.until("waits", |screen| screen.payment.as_ref().is_some_and(|p| p.phase == Phase::Waiting))
            .await;
    }

    async fn sense(&self, tender: Tender) {
        self.mail.send(Mail::Sensed(Sensed::Tender(tender))).await.expect("the till lives");
    }

    async fn told(&self, notice: Notice) -> String {
        let wanted = |screen: &Screen| screen.payment.as_ref().is_some_and(|p| p.notice == notice);
        self.until(&format!("{notice:?}"), wanted).await.offline.said
    }

    /// Sells one tea to the tag that was read so often before.
    async fn sell(&self, id: &str, counter: u32) {
        self.begin(id, "tea", 300).await;
        self.sense(tap(counter)).await;
        self.until("paid", |screen| screen.payment.as_ref().is_some_and(|p| p.phase == Phase::Paid)).await;
        self.leave(id).await;
    }

    async fn leave(&self, id: &str) {
        let id = id.to_owned();
        self.ask(|reply| Ask::Dismiss { id, reply }).await.expect("dismissed");
    }

    async fn cancel(&self, id: &str) {
        let name = id.to_owned();
        self.ask(|reply| Ask::Cancel { id: name, reply }).await.expect("cancelled");
        self.until("ended", |screen| screen.payment.as_ref().is_some_and(|p| p.phase.is_over())).await;
        self.leave(id).await;
    }

    async fn cases(&self) -> Vec<Case> {
        self.ask(|reply| Ask::Staff(StaffAsk::Cases { limit: 10, reply })).await.expect("cases")
    }

    async fn refund(&self, id: &str) -> Result<(), Rejection> {
        let (id, ask, by) = (id.to_owned(), "r1".to_owned(), "s1".to_owned());
        let amount = Money::new(300, Currency::CNY);
        self.ask(|reply| Ask::Staff(StaffAsk::Refund { id, ask, amount, by, manager: false, reply })).await
    }

    async fn stop(self) {
        self.trigger.fire();
        self.mail.send(Mail::Stop).await.expect("the till lives");
        self.task.await.expect("no panic").expect("a clean end");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_is_forwarded_over_faults_and_a_conflict_is_staffs_case_until_they_close_it() {
    let site = Site::new();
    let till = site.open();
    till.until_state(OfflineState::Online, 0).await;
    for fault in ["drop-before", "5xx", "charge-then-drop", "wrong-signature", "truncated-body"] {
        site.sandbox.sim("fault", json!({"fault": fault, "channel": "o", "call": "entries"})).await;
    }
    till.sell("p1", 60).await;
    till.until_state(OfflineState::Online, 0).await;
    site.sandbox.sim("office", json!({"do": "conflict", "payment": "p2", "conflict": "AccountClosed"})).await;
    till.sell("p2", 61).await;
    till.until_state(OfflineState::Online, 0).await;
    let answers =
        [("p1".to_owned(), json!("Accepted")), ("p2".to_owned(), json!({"Conflict": "AccountClosed"}))];
    assert_eq!(site.counted().await, answers);
    let cases = till.cases().await;
    let case = |case: &Case| (case.kind, case.payment.clone(), case.amount.minor());
    assert_eq!(cases.iter().map(case).collect::<Vec<_>>(), [(CaseKind::NotHonoured, "p2".into(), 300)]);
    assert_eq!(CaseKind::NotHonoured.number(), 8);
    till.stop().await;
    // The case outlives a restart, and closing it does too.
    let till = site.open();
    let (seq, by) = (till.cases().await[0].seq, "s1".to_owned());
    till.ask(|reply| Ask::Staff(StaffAsk::CloseCase { seq, by, reply })).await.expect("closed");
    assert!(till.cases().await.is_empty());
    till.refund("p1").await.expect("an honoured payment can be refunded");
    till.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_is_away_taps_are_taken_under_limits_kept_over_a_restart_and_counted_once() {
    let site = Site::new();
    let till = site.open();
    till.until_state(OfflineState::Online, 0).await;
    site.cut(true).await;
    till.until_state(OfflineState::Offline, 0).await;
    // A card that only has a number, and more than one payment may be.
    till.begin("p1", "tea", 300).await;
    till.sense(Tender::Card(CardUid::new(&[4, 1, 2, 3]).expect("uid"))).await;
    assert_eq!(till.told(Notice::OfflineCard).await, RefusedOffline::UnsignedCard.to_string());
    till.cancel("p1").await;
    till.begin("p2", "feast", 700).await;
    till.sense(tap(60)).await;
    let most = Money::new(600, Currency::CNY);
    assert_eq!(till.told(Notice::OfflineLimit).await, RefusedOffline::PerTransaction(most).to_string());
    till.cancel("p2").await;
    till.sell("p3", 61).await;
    let shown = till.until_state(OfflineState::Offline, 1).await.offline;
    assert_eq!((shown.amount, shown.currency.as_str(), shown.oldest_ms > 0), (300, "CNY", true));
    assert!(matches!(till.refund("p3").await, Err(Rejection::Offline(RefusedOffline::Refund))));
    till.stop().await;
    // The back office has counted it, and its answer was lost: it is forwarded again and answered the same.
    let till = site.open();
    till.until_state(OfflineState::Offline, 1).await;
    till.sell("p4", 62).await;
    till.sell("p5", 63).await;
    till.until_state(OfflineState::Offline, 3).await;
    till.begin("p6", "tea", 300).await;
    till.sense(tap(64)).await;
    let left = Money::new(100, Currency::CNY);
    assert_eq!(till.told(Notice::OfflineLimit).await, RefusedOffline::PerInstrument(left).to_string());
    site.cut(false).await;
    till.until_state(OfflineState::Online, 0).await;
    till.sense(tap(65)).await;
    till.until("paid", |screen| screen.payment.as_ref().is_some_and(|p| p.phase == Phase::Paid)).await;
    till.until_state(OfflineState::Online, 0).await;
    let payments: Vec<String> = site.counted().await.into_iter().map(|(payment, _)| payment).collect();
    assert_eq!(payments, ["p3", "p4", "p5", "p6"]);
    till.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_taken_by_a_deny_list_that_nobody_vouched_for_within_a_day() {
    let site = Site::new();
    site.cut(true).await;
    let till = site.open();
    till.until_state(OfflineState::Offline, 0).await;
    till.begin("p1", "tea", 300).await;
    till.sense(tap(60)).await;
    assert_eq!(
        till.told(Notice::OfflineFull).await,
        RefusedOffline::DenyListStale.to_string(),
        "never heard"
    );
    site.cut(false).await;
    till.until_state(OfflineState::Online, 0).await;
    till.cancel("p1").await;
    site.cut(true).await;
    till.until_state(OfflineState::Offline, 0).await;
    till.sell("p2", 61).await;
    site.ahead_ms.fetch_add(25 * 3_600_000, Ordering::Relaxed);
    till.begin("p3", "tea", 300).await;
    till.sense(tap(62)).await;
    assert_eq!(
        till.told(Notice::OfflineFull).await,
        RefusedOffline::DenyListStale.to_string(),
        "a day later"
    );
    till.stop().await;
}
