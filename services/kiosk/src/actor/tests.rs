//! A full disk under a live till: nothing is charged, the person is told, and it goes on by itself.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot, watch};

use super::{Actor, Ask, Basket, Mail, Rejection, Screen, Sensed};
use crate::agreement::{Agreement, AgreementState, Caps, Seal};
use crate::channel::{Channel, ChannelKind, Opened, PaidProof, Proof, Refunded, Revoked, Terms};
use crate::ledger::agreement;
use crate::member::{IdentityKind, TokenKey};
use crate::policy::Policy;
use crate::run::Parts;
use crate::till::{
    Agreed, AgreementNumber, Attempt, Currency, Dish, Event, Line, Menu, Notice, OrderError, PayCode, Phase,
    Refund, Steady, Tender, Timing,
};

mod risk;

/// Pays at once, unless it is to say something else first, and counts.
#[derive(Default)]
struct Till1 {
    charges: AtomicU32,
    says: Mutex<VecDeque<Proof>>,
}

#[async_trait]
impl Channel for Till1 {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Alipay
    }
    fn takes(&self, _: &Tender) -> bool {
        true
    }
    async fn open(&self, _: &Attempt) -> Opened {
        Opened::Code("https://qr/1".into())
    }
    async fn charge(&self, attempt: &Attempt, _: &Tender) -> Proof {
        self.charges.fetch_add(1, Ordering::SeqCst);
        let paid = Proof::Paid(PaidProof { channel_ref: "T".into(), amount: attempt.amount });
        self.says.lock().unwrap().pop_front().unwrap_or(paid)
    }
    async fn query(&self, _: &Attempt) -> Proof {
        Proof::Pending(crate::channel::PendingReason::Shown)
    }
    async fn revoke(&self, _: &Attempt) -> Revoked {
        Revoked::Done
    }
    async fn refund(&self, _: &Attempt, _: &Refund) -> Refunded {
        Refunded::Done
    }
    fn terms(&self) -> Terms {
        Terms { refunds_max: 50, refund_gap_ms: 0, ..Terms::default() }
    }
}

struct Bench {
    runtime: Runtime,
    actor: Actor,
    letters: mpsc::Receiver<Mail>,
    screen: watch::Receiver<Screen>,
    channel: Arc<Till1>,
    now: Arc<AtomicU64>,
    _dir: tempfile::TempDir,
}

impl Bench {
    fn new() -> Self {
        Self::with(Policy::default())
    }

    fn with(policy: Policy) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let (mail, letters) = mpsc::channel(64);
        let (screen_tell, screen) = watch::channel(Screen::default());
        let channel = Arc::new(Till1::default());
        let now = Arc::new(AtomicU64::new(1_000));
        let dish = Dish {
            sku: "tea".into(),
            zh: "茶".into(),
            en: "Tea".into(),
            price: 300,
            picture: String::new(),
            ..Dish::default()
        };
        let (clock, steady) = (now.clone(), now.clone());
        let parts = Parts {
            channels: vec![channel.clone()],
            places: crate::counter::Places::default(),
            menu: Menu { currency: Currency::CNY, categories: Vec::new(), dishes: vec![dish] },
            ledger: dir.path().join("l"),
            timing: Timing::default(),
            plans: Default::default(),
            reading: Default::default(),
            calendar: Default::default(),
            policy,
            staff: None,
            front: None,
            clock: Arc::new(move || clock.load(Ordering::SeqCst)),
            steady: Arc::new(move || Steady { boot: 1, ms: steady.load(Ordering::SeqCst) }),
        };
        let mut actor = Actor::new(parts, mail, screen_tell, watch::channel(false).0, None);
        actor.open(runtime.handle()).unwrap();
        Self { runtime, actor, letters, screen, channel, now, _dir: dir }
    }

    fn take(&mut self, letter: Mail) {
        self.actor.take(self.runtime.handle(), vec![letter]).unwrap();
    }

    /// Takes the next answer of a channel.
    fn take_answer(&mut self) {
        let letter = self.runtime.block_on(self.letters.recv()).unwrap();
        self.take(letter);
    }

    fn begin(&mut self, id: &str) -> Result<(), Rejection> {
        let (reply, mut said) = oneshot::channel();
        let lines = vec![Line { sku: "tea".into(), quantity: 1, unit_price: 300 }];
        self.take(Mail::Ask(Ask::Begin {
            id: id.into(),
            lines,
            total: 300,
            currency: "CNY".into(),
            parts: None,
            reply,
        }));
        said.try_recv().unwrap()
    }

    fn present(&mut self, code: &str) {
        self.take(Mail::Sensed(Sensed::Tender(Tender::Code(PayCode::new(code).unwrap()))));
    }

    fn shown(&self) -> (Phase, Notice) {
        let screen = self.screen.borrow();
        let view = screen.payment.as_ref().unwrap();
        (view.phase.clone(), view.notice)
    }

    fn disk(&self, pages: i64) {
        self.actor.books.as_ref().unwrap().ledger.limit_pages(pages).unwrap();
    }

    fn refuse_writes(&self, refuse: bool) {
        self.actor.books.as_ref().unwrap().ledger.refuse_writes(refuse).unwrap();
    }
}

#[test]
fn a_full_disk_charges_nothing_and_says_so() {
    let mut bench = Bench::new();
    bench.begin("p1").unwrap();
    bench.take_answer();
    assert_eq!(bench.shown(), (Phase::Waiting, Notice::None));
    bench.refuse_writes(true);
    bench.present("280000000000000001");
    assert_eq!(bench.shown(), (Phase::Waiting, Notice::LedgerFull));
    assert_eq!(bench.channel.charges.load(Ordering::SeqCst), 0);
    // Space again: the same code, which was not used up, is taken.
    bench.refuse_writes(false);
    bench.now.store(60_000, Ordering::SeqCst);
    bench.present("280000000000000001");
    assert!(matches!(bench.shown().0, Phase::Charging(_)));
    while bench.shown().0 != Phase::Paid {
        bench.take_answer();
    }
    assert_eq!(bench.channel.charges.load(Ordering::SeqCst), 1);
}

#[test]
fn a_full_disk_takes_no_order() {
    let mut bench = Bench::new();
    // Big enough for the tables, too small for a record.
    bench.disk(1);
    let mut refused = None;
    for n in 0..200 {
        match bench.begin(&format!("p{n}")) {
            Err(Rejection::Locked) => {
                refused = Some(n);
                break;
            }
            said => said.unwrap(),
        }
        while bench.shown().0 == Phase::Opening {
            bench.take_answer();
        }
        let (reply, mut said) = oneshot::channel();
        bench.take(Mail::Ask(Ask::Cancel { id: format!("p{n}"), reply }));
        if matches!(said.try_recv().unwrap(), Err(Rejection::Locked)) {
            refused = Some(n);
            break;
        }
        while !bench.shown().0.is_over() {
            bench.take_answer();
        }
    }
    assert!(refused.is_some(), "the disk never became full");
    assert_eq!(bench.channel.charges.load(Ordering::SeqCst), 0);
}

/// An agreement that allows less than a tea costs, signed.
fn signed(bench: &mut Bench, per_transaction: i64) {
    let caps = Caps { per_transaction, per_day: per_transaction, per_month: per_transaction };
    let agreement = Agreement {
        id: "A1".into(),
        member: TokenKey::new(&[7; 32]).unwrap().token(IdentityKind::Member, b"m"),
        channel: ChannelKind::Alipay,
        currency: Currency::CNY,
        caps,
        state: AgreementState::Asked,
        expires_ms: u64::MAX,
    };
    let (seal, number) = (Seal::new(&[7; 32]).unwrap(), AgreementNumber::new("2026").unwrap());
    let ledger = &mut bench.actor.books.as_mut().unwrap().ledger;
    ledger.about_agreements(|tx| agreement::ask(tx, &agreement, 1_000)).unwrap();
    ledger.about_agreements(|tx| agreement::signed(tx, "A1", &number, &seal, 1_000)).unwrap();
}

/// As if a cap had been reached between the look at it and the write.
#[test]
fn a_charge_that_the_ledger_does_not_allow_refuses_its_letter_and_the_till_goes_on() {
    let mut bench = Bench::new();
    signed(&mut bench, 299);
    bench.begin("p1").unwrap();
    bench.take_answer();
    let charge = |bench: &mut Bench| {
        let agreed = Agreed { id: "A1".into(), number: AgreementNumber::new("2026").unwrap() };
        let tender = Tender::Agreement(agreed);
        let (reply, mut said) = oneshot::channel();
        let event = Event::Tender { id: None, tender, channel: Some(ChannelKind::Alipay) };
        bench.actor.step(event, super::batch::reply_to(reply));
        bench.actor.commit(bench.runtime.handle()).unwrap();
        said.try_recv().unwrap()
    };
    let said = charge(&mut bench);
    assert!(matches!(&said, Err(Rejection::Agreement(why)) if why.contains("2.99")), "{said:?}");
    assert_eq!(bench.shown(), (Phase::Waiting, Notice::Declined));
    assert_eq!(bench.channel.charges.load(Ordering::SeqCst), 0);
    // The same payer pays with a code.
    bench.present("280000000000000001");
    while bench.shown().0 != Phase::Paid {
        bench.take_answer();
    }
    assert_eq!(bench.channel.charges.load(Ordering::SeqCst), 1);
}

/// A room is sold at its price: who brings an offer is told so before they pay.
#[test]
fn time_in_a_room_takes_no_offers_and_says_so() {
    let sold = "[[offer]]\nid = 'hour'\nzh = '自习室'\nen = 'Room'\nminutes = 60\nprice = 2000\nroom = '101'\nin_a_row = 2\n";
    let sessions = Some(toml::from_str(sold).unwrap());
    let mut bench = Bench::with(Policy { sessions, ..Policy::default() });
    let basket = |offers: &[&str], points| Basket {
        lines: vec![Line { sku: "hour".into(), quantity: 2, unit_price: 2_000 }],
        currency: "CNY".into(),
        offers: offers.iter().map(|offer| (*offer).to_owned()).collect(),
        points,
    };
    for refused in [basket(&["LUNCH10"], 0), basket(&[], 5)] {
        let (reply, mut said) = oneshot::channel();
        bench.take(Mail::Ask(Ask::Quote { basket: refused, reply }));
        let said = said.try_recv().unwrap();
        assert!(matches!(said, Err(Rejection::Order(OrderError::SessionPlain))));
    }
    let (reply, mut said) = oneshot::channel();
    let coupon = basket(&["LUNCH10"], 0);
    bench.take(Mail::Ask(Ask::BeginWith { id: "a".into(), total: 4_000, basket: coupon, reply }));
    assert!(matches!(said.try_recv().unwrap(), Err(Rejection::Order(OrderError::SessionPlain))));
    assert_eq!(bench.screen.borrow().payment, None, "nothing is begun");
    let (reply, mut said) = oneshot::channel();
    bench.take(Mail::Ask(Ask::Quote { basket: basket(&[], 0), reply }));
    assert_eq!(said.try_recv().unwrap().unwrap().order.total.minor(), 4_000);
    let (reply, mut said) = oneshot::channel();
    bench.take(Mail::Ask(Ask::BeginWith { id: "a".into(), total: 4_000, basket: basket(&[], 0), reply }));
    said.try_recv().unwrap().unwrap();
    let bought = bench.screen.borrow().payment.as_ref().unwrap().order.session.clone();
    assert_eq!(bought.unwrap().length_ms, 2 * 3_600_000, "without offers it is the same order as any");
}
