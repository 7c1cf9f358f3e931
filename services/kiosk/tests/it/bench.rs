//! A private bus and a till on it, with the channels, staff, front and clock that the test wants.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use api::kiosk::{KioskProxy, Line, Payment, PaymentState};
use api::members::MembersProxy;
use api::receipts::ReceiptsProxy;
use api::staff::StaffProxy;
use futures_util::StreamExt;
use kiosk::agreement::Agreements;
use kiosk::channel::campus::Accounts;
use kiosk::channel::campus::back_office::{BackOffice, Key, OfflineConfig};
use kiosk::channel::{Channel, exchange};
use kiosk::exchange_rate::Rates;
use kiosk::front::FrontConfig;
use kiosk::instalment::Plans;
use kiosk::member::Keys;
use kiosk::policy::Policy;
use kiosk::promotion::Rules;
use kiosk::receipts::ReceiptPrinter;
use kiosk::staff::{Roster, Staff, hash};
use kiosk::till::{Currency, Dish, Menu, Timing};
use kiosk::{CardReader, Clock, Parts, risk, run, system_clock};
pub(crate) use testbus::Bus;
use testbus::Service;
use tokio::net::TcpListener;
use zbus::Connection;

use crate::script::{Script, paid};

/// Longest wait for anything in a test; far above what is needed on a loaded machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// A payer's code that the scripted Alipay takes.
pub(crate) const CODE: &str = "281234567890123401";
/// What three members type: number and PIN. The cashier may send 5 yuan back.
pub(crate) const CASHIER: &str = "07260514";
pub(crate) const MANAGER: &str = "01481920";
pub(crate) const AUDITOR: &str = "09730164";

/// What a till is started with.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) channels: Vec<Arc<Script>>,
    /// Real clients beside the scripted ones.
    pub(crate) clients: Vec<Arc<dyn Channel>>,
    /// Whether it knows the three members.
    pub(crate) staff: bool,
    /// Whether it can be reached from outside.
    pub(crate) front: bool,
    /// What it knows of offers and members; without them it takes none.
    pub(crate) offers: fn() -> (Option<Keys>, Option<Rules>),
    /// By what members are charged without a password.
    pub(crate) agreements: fn() -> Option<Agreements>,
    /// In what parts orders are paid.
    pub(crate) instalments: fn() -> Option<Plans>,
    pub(crate) timing: Timing,
    /// The risk rules, and with them a key by which cards are recognised.
    pub(crate) risk: Option<risk::Rules>,
    /// Where cards are read.
    pub(crate) reader: Option<CardReader>,
    /// Where receipts are printed.
    pub(crate) printer: Option<ReceiptPrinter>,
    /// Its customer light.
    pub(crate) light: Option<PathBuf>,
    /// Where codes are seen.
    pub(crate) camera: Option<camera::Source>,
    /// The address of its school's back office.
    pub(crate) office: Option<String>,
    /// Its file of rates.
    pub(crate) rates: Option<PathBuf>,
    /// How far its clock is ahead, in milliseconds; it lives longer than the till.
    pub(crate) ahead_ms: Arc<AtomicU64>,
}

impl Shop {
    pub(crate) fn of(channel: &Arc<Script>) -> Self {
        Self { channels: vec![channel.clone()], ..Self::with(Vec::new()) }
    }

    /// With real clients alone.
    pub(crate) fn with(clients: Vec<Arc<dyn Channel>>) -> Self {
        Self {
            channels: Vec::new(),
            clients,
            staff: false,
            front: false,
            offers: || (None, None),
            agreements: || None,
            instalments: || None,
            timing: hasty(),
            risk: None,
            reader: None,
            printer: None,
            light: None,
            camera: None,
            office: None,
            rates: None,
            ahead_ms: Arc::default(),
        }
    }

    pub(crate) fn staffed(channel: &Arc<Script>) -> Self {
        Self { staff: true, ..Self::of(channel) }
    }

    pub(crate) fn skip(&self, by: Duration) {
        self.ahead_ms.fetch_add(u64::try_from(by.as_millis()).expect("a span"), Ordering::Relaxed);
    }

    pub(crate) fn clock(&self) -> Clock {
        let (clock, ahead) = (system_clock(), self.ahead_ms.clone());
        Arc::new(move || clock() + ahead.load(Ordering::Relaxed))
    }

    fn back_office(&self, ledger: &Path) -> Option<BackOffice> {
        let forward = self.office.clone()?;
        let config = OfflineConfig { forward, kiosk: "canteen-1".to_owned(), limits: Default::default() };
        let accounts = Accounts::open(&ledger.with_file_name("campus"), &[7; 16]).expect("accounts");
        let key = Key::new("11".repeat(32).as_bytes()).expect("a key");
        Some(BackOffice::new(config, key, exchange::client().expect("a client"), accounts))
    }

    #[allow(clippy::needless_update, reason = "a policy has parts that other tests are about")]
    fn policy(&self, ledger: &Path) -> Policy {
        let (members, promotion) = (self.offers)();
        let key = || self.risk.is_some().then(|| Keys::new(&[7; 32]).expect("a key"));
        let rates = self.rates.as_ref().map(|path| Rates::new(path, Currency::CNY));
        Policy {
            members: members.or_else(key),
            promotion,
            agreements: (self.agreements)(),
            instalments: (self.instalments)(),
            risk: self.risk.clone(),
            rates,
            back_office: self.back_office(ledger),
            ..Policy::default()
        }
    }

    fn roster(&self, ledger: &Path) -> Staff {
        let line = |words: &[&str], typed: &str| hash(words, &typed[2..]).expect("a member");
        let lines = [
            line(&["07", "cashier", "500"], CASHIER),
            line(&["01", "manager"], MANAGER),
            line(&["09", "auditor"], AUDITOR),
        ];
        let roster = Roster::parse(lines.join("\n").as_bytes()).expect("a roster");
        Staff::new(roster, &ledger.with_file_name("staff.lockout"), self.clock()()).expect("staff")
    }
}

/// A running till.
pub(crate) struct Running {
    service: Service,
    pub(crate) till: KioskProxy<'static>,
    pub(crate) staff: StaffProxy<'static>,
    pub(crate) members: MembersProxy<'static>,
    pub(crate) receipts: ReceiptsProxy<'static>,
    pub(crate) client: Connection,
    /// Where its front listens.
    pub(crate) front: Option<SocketAddr>,
}

pub(crate) fn menu() -> Menu {
    let dish = |sku: &str, price| Dish {
        sku: sku.into(),
        zh: "茶".into(),
        en: "Tea".into(),
        price,
        picture: "1f375.webp".into(),
        ..Dish::default()
    };
    Menu {
        currency: Currency::CNY,
        categories: Vec::new(),
        dishes: vec![dish("tea", 300), dish("noodles", 1800)],
    }
}

fn hasty() -> Timing {
    Timing {
        query_first_ms: 50,
        query_interval_ms: 50,
        retry_first_ms: 50,
        shown_query_ms: 50,
        ..Timing::default()
    }
}

impl Running {
    pub(crate) async fn start(bus: &Bus, ledger: &Path, channel: Arc<Script>) -> Self {
        Self::open(bus, ledger, &Shop::of(&channel)).await
    }

    pub(crate) async fn open(bus: &Bus, ledger: &Path, shop: &Shop) -> Self {
        let client = bus.connect().await;
        let (front, address) = match shop.front {
            true => {
                let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
                let listen = listener.local_addr().expect("an address");
                let config = FrontConfig { listen, public_url: format!("http://{listen}") };
                (Some((config, listener)), Some(listen))
            }
            false => (None, None),
        };
        let parts = Parts {
            channels: shop
                .channels
                .iter()
                .map(|channel| channel.clone() as Arc<dyn Channel>)
                .chain(shop.clients.iter().cloned())
                .collect(),
            places: kiosk::Places {
                reader: shop.reader.clone(),
                printer: shop.printer.clone(),
                light: shop.light.clone(),
                camera: shop.camera.clone(),
                ..kiosk::Places::default()
            },
            menu: menu(),
            ledger: ledger.to_owned(),
            timing: shop.timing.clone(),
            plans: Default::default(),
            reading: Default::default(),
            calendar: Default::default(),
            policy: shop.policy(ledger),
            staff: shop.staff.then(|| shop.roster(ledger)),
            front,
            clock: shop.clock(),
            steady: kiosk::system_steady(),
        };
        let run = |server, stop| async move { run(&server, parts, stop).await };
        let service = bus.serve(api::KIOSK.name, run).await;
        let till = KioskProxy::new(&client).await.expect("a proxy");
        let staff = StaffProxy::new(&client).await.expect("a proxy");
        let members = MembersProxy::new(&client).await.expect("a proxy");
        let receipts = ReceiptsProxy::new(&client).await.expect("a proxy");
        Self { service, till, staff, members, receipts, client, front: address }
    }

    /// Ends it, whatever is under way; what a channel answers from now on is lost.
    pub(crate) async fn stop(self) {
        self.service.stop().await;
    }

    /// Waits until the payment on the screen is as wanted.
    pub(crate) async fn until(&self, what: &str, wanted: impl Fn(&Payment) -> bool) -> Payment {
        let wait = async {
            let mut changes = self.till.receive_payment_changed().await;
            let mut payment = self.till.payment().await.expect("a payment");
            while !wanted(&payment) {
                payment = changes.next().await.expect("changes").get().await.expect("a payment");
            }
            payment
        };
        match tokio::time::timeout(PATIENCE, wait).await {
            Ok(payment) => payment,
            Err(_) => {
                let seen = self.till.payment().await.expect("a payment");
                let kept = self.till.lookup(&seen.id).await;
                panic!("never {what}: seen {seen:?}, and the till says {kept:?}");
            }
        }
    }

    pub(crate) async fn until_state(&self, state: PaymentState) -> Payment {
        self.until(&format!("{state:?}"), |payment| payment.state == state.to_wire()).await
    }

    pub(crate) async fn begin(&self, id: &str) -> Result<(), api::kiosk::KioskError> {
        self.till.begin(id, &[line("tea", 2, 300)], 600, "CNY").await
    }

    /// Sells two teas to a payer with a code, and clears the screen for the next.
    pub(crate) async fn sell(&self, id: &str, channel: &Script) {
        channel.charges.lock().expect("charges").push_back(Some(paid(600)));
        self.begin(id).await.expect("begun");
        self.until_state(PaymentState::Waiting).await;
        // A payer's code is good once, so each payer shows another.
        let code = format!("2812345678901235{:02}", channel.count("charge"));
        self.till.present(id, &code).await.expect("presented");
        self.until_state(PaymentState::Paid).await;
        self.till.dismiss(id).await.expect("dismissed");
    }

    /// A grant for who types this.
    pub(crate) async fn grant(&self, typed: &str) -> String {
        self.staff.open(typed).await.expect("a grant").0
    }
}

pub(crate) fn line(sku: &str, quantity: u32, unit_price: i64) -> Line {
    Line { sku: sku.to_owned(), quantity, unit_price }
}
