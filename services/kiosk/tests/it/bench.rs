//! A private bus, a till on it, and a channel that does what the test says.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use api::kiosk::{KioskProxy, Line, Payment, PaymentState};
use async_trait::async_trait;
use futures_util::StreamExt;
use kiosk::channel::{Channel, ChannelKind, Opened, PendingReason, Proof, Refunded, Revoked};
use kiosk::till::{Attempt, Currency, Dish, Menu, Refund, Tender, Timing};
use kiosk::{Parts, run, system_clock};
use tokio::task::JoinHandle;
use zbus::Connection;
use zbus::connection::Builder;

/// Longest wait for anything in a test; far above what is needed on a loaded machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A dbus-daemon that ends with the test.
pub(crate) struct Bus {
    child: Child,
    address: String,
}

impl Bus {
    pub(crate) fn start() -> Self {
        let mut child = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon is installed");
        let mut address = String::new();
        BufReader::new(child.stdout.take().expect("its output"))
            .read_line(&mut address)
            .expect("its address");
        Self { child, address: address.trim().to_owned() }
    }

    pub(crate) async fn connect(&self) -> Connection {
        daemon::answering(Builder::address(self.address.as_str())).build().await.expect("the bus")
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        if self.child.kill().is_ok() {
            self.child.wait().expect("it was killed");
        }
    }
}

/// What the channel is to answer next; `None` hangs for ever, like a lost answer.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) charges: Mutex<VecDeque<Option<Proof>>>,
    pub(crate) queries: Mutex<VecDeque<Proof>>,
    pub(crate) revokes: Mutex<VecDeque<Revoked>>,
    /// Every call, in words.
    pub(crate) calls: Mutex<Vec<String>>,
}

impl Script {
    fn note(&self, verb: &str, attempt: &Attempt) {
        self.calls.lock().expect("calls").push(format!("{verb} {:?}", attempt.way));
    }

    pub(crate) fn count(&self, verb: &str) -> usize {
        self.calls.lock().expect("calls").iter().filter(|call| call.starts_with(verb)).count()
    }
}

#[async_trait]
impl Channel for Script {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Alipay
    }
    fn takes(&self, tender: &Tender) -> bool {
        matches!(tender, Tender::Code(code) if code.reveal().starts_with("28"))
    }
    async fn open(&self, attempt: &Attempt) -> Opened {
        self.note("open", attempt);
        Opened::Code(format!("https://qr/{}", attempt.number))
    }
    async fn charge(&self, attempt: &Attempt, _: &Tender) -> Proof {
        self.note("charge", attempt);
        let next = self.charges.lock().expect("charges").pop_front().flatten();
        match next {
            Some(proof) => proof,
            None => std::future::pending().await,
        }
    }
    async fn query(&self, attempt: &Attempt) -> Proof {
        self.note("query", attempt);
        let next = self.queries.lock().expect("queries").pop_front();
        next.unwrap_or(Proof::Pending(PendingReason::Shown))
    }
    async fn revoke(&self, attempt: &Attempt) -> Revoked {
        self.note("revoke", attempt);
        self.revokes.lock().expect("revokes").pop_front().unwrap_or(Revoked::Done)
    }
    async fn refund(&self, attempt: &Attempt, _: &Refund) -> Refunded {
        self.note("refund", attempt);
        Refunded::Done
    }
}

/// A running till.
pub(crate) struct Running {
    trigger: daemon::Trigger,
    task: JoinHandle<anyhow::Result<()>>,
    pub(crate) till: KioskProxy<'static>,
    pub(crate) client: Connection,
}

pub(crate) fn menu() -> Menu {
    let dish = |sku: &str, price| Dish {
        sku: sku.into(),
        zh: "茶".into(),
        en: "Tea".into(),
        price,
        picture: "1f375.webp".into(),
    };
    Menu { currency: Currency::CNY, dishes: vec![dish("tea", 300), dish("noodles", 1800)] }
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
        let server = bus.connect().await;
        let client = bus.connect().await;
        let parts = Parts {
            channels: vec![channel],
            camera: None,
            reader: None,
            menu: menu(),
            ledger: ledger.to_owned(),
            timing: hasty(),
            plans: Default::default(),
            reading: Default::default(),
            calendar: Default::default(),
            staff: None,
            front: None,
            clock: system_clock(),
        };
        let (trigger, stop) = daemon::Stop::by_hand();
        let dbus = zbus::fdo::DBusProxy::new(&client).await.expect("the bus");
        let mut owners = dbus.receive_name_owner_changed().await.expect("owners");
        let task = tokio::spawn(async move { run(&server, parts, stop).await });
        let owned = async {
            while let Some(change) = owners.next().await {
                let change = change.args().expect("a change");
                if change.name() == api::KIOSK.name && change.new_owner().is_some() {
                    return;
                }
            }
        };
        tokio::time::timeout(PATIENCE, owned).await.expect("the till is on the bus");
        let till = KioskProxy::new(&client).await.expect("a proxy");
        Self { trigger, task, till, client }
    }

    /// Ends it, whatever is under way; what a channel answers from now on is lost.
    pub(crate) async fn stop(self) {
        self.trigger.fire();
        self.task.await.expect("no panic").expect("a clean end");
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
            Err(_) => panic!("never {what}: {:?}", self.till.payment().await),
        }
    }

    pub(crate) async fn until_state(&self, state: PaymentState) -> Payment {
        self.until(&format!("{state:?}"), |payment| payment.state == state.to_wire()).await
    }

    pub(crate) async fn begin(&self, id: &str) -> Result<(), api::kiosk::KioskError> {
        self.till.begin(id, &[line("tea", 2, 300)], 600, "CNY").await
    }
}

pub(crate) fn line(sku: &str, quantity: u32, unit_price: i64) -> Line {
    Line { sku: sku.to_owned(), quantity, unit_price }
}
