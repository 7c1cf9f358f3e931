//! All state of the sandbox, owned by one thread; the web routes ask it with closures, one after the other.

use std::collections::BTreeMap;
use std::sync::mpsc;

use tokio::sync::oneshot;

use crate::acp::register::Filed;
use crate::alipay::accounts::Accounts;
use crate::bill::Bills;
use crate::book::Book;
use crate::chance::Chance;
use crate::clock::{Millis, VirtualClock};
use crate::fault::Plan;
use crate::notice::Outbox;
use crate::terminal::desk::Desk;
use crate::trade::{Channel, Trade};
use crate::withhold::Withholds;
use crate::{office, wechat};

/// The payer's phone, of which the wallet page is the screen.
#[derive(Clone, Debug, Default)]
pub struct Phone {
    /// The pay code on its screen.
    pub showing: Option<(Channel, String)>,
}

/// Everything.
#[derive(Debug)]
pub struct World {
    /// The sandbox's time.
    pub clock: VirtualClock,
    /// Where random texts and faults come from.
    pub chance: Chance,
    /// What goes wrong.
    pub faults: Plan,
    /// All trades by channel and the merchant's order number.
    pub trades: BTreeMap<(Channel, String), Trade>,
    /// Which order each payer's code was used for; a code is used once.
    pub used_codes: BTreeMap<String, String>,
    /// Orders cancelled before they were made; they cannot be made any more.
    pub tombs: BTreeMap<(Channel, String), Millis>,
    /// Every order number used at UnionPay.
    pub acp: BTreeMap<String, Filed>,
    /// Each channel's book.
    pub books: BTreeMap<Channel, Book>,
    /// What Alipay keeps beside trades.
    pub alipay: Accounts,
    /// What WeChat Pay keeps beside trades.
    pub wechat: wechat::desk::Desk,
    /// Bills made on demand.
    pub bills: Bills,
    /// Notifies to send, and those sent.
    pub outbox: Outbox,
    /// The payer's phone.
    pub phone: Phone,
    /// The card terminal.
    pub terminal: Desk,
    /// The school's back office.
    pub office: office::desk::Desk,
    /// Parties that do not give back their part of a refund.
    pub withholding: BTreeMap<(Channel, String), Withholds>,
}

impl World {
    /// An empty world.
    pub fn new(clock: VirtualClock, seed: u64, faults: Plan) -> Self {
        Self {
            clock,
            chance: Chance::new(seed),
            faults,
            trades: BTreeMap::new(),
            used_codes: BTreeMap::new(),
            tombs: BTreeMap::new(),
            acp: BTreeMap::new(),
            books: BTreeMap::new(),
            alipay: Accounts::default(),
            wechat: wechat::desk::Desk::default(),
            bills: Bills::default(),
            outbox: Outbox::default(),
            phone: Phone::default(),
            terminal: Desk::default(),
            office: office::desk::Desk::default(),
            withholding: BTreeMap::new(),
        }
    }

    /// The sandbox's time.
    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// A trade by the merchant's order number.
    pub fn trade(&self, channel: Channel, number: &str) -> Option<&Trade> {
        self.trades.get(&(channel, number.to_owned()))
    }

    /// How a party of a division answers when it is to give back; none gives.
    pub fn withholds(&self, channel: Channel, account: &str) -> Option<Withholds> {
        self.withholding.get(&(channel, account.to_owned())).copied()
    }

    /// What an account holds by a channel's own book, in fen.
    pub fn held(&self, channel: Channel, account: &str) -> i64 {
        self.books.get(&channel).and_then(|book| book.balances().get(account).copied()).unwrap_or(0)
    }

    /// A trade by a code that the merchant shows.
    pub fn shown(&self, code: &str) -> Option<&Trade> {
        self.trades.values().find(|trade| trade.shown_code.as_deref() == Some(code))
    }

    /// A trade by the payer's code.
    pub fn presented(&self, code: &str) -> Option<&Trade> {
        self.trades.values().find(|trade| trade.auth_code.as_deref() == Some(code))
    }
}

type Task = Box<dyn FnOnce(&mut World) + Send>;

/// The way to the [`World`].
#[derive(Clone, Debug)]
pub struct Door(mpsc::Sender<Task>);

/// The world's thread has ended; the process is stopping.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox is stopping")]
pub struct Closed;

impl Door {
    /// Starts the world's thread; it ends when the last door is dropped.
    ///
    /// # Errors
    /// No thread could be started.
    pub fn open(mut world: World) -> std::io::Result<Self> {
        let (door, tasks) = mpsc::channel::<Task>();
        std::thread::Builder::new().name("world".to_owned()).spawn(move || {
            for task in tasks {
                crate::cashier::expire_due(&mut world);
                task(&mut world);
            }
        })?;
        Ok(Self(door))
    }

    /// Asks the world and waits for the answer.
    ///
    /// # Errors
    /// [`Closed`].
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&mut World) -> T + Send + 'static,
    ) -> Result<T, Closed> {
        let (reply, answer) = oneshot::channel();
        let task: Task = Box::new(move |world| {
            // The one who asked may have hung up; the world has moved on all the same.
            drop(reply.send(question(world)));
        });
        self.0.send(task).map_err(|_gone| Closed)?;
        answer.await.map_err(|_gone| Closed)
    }
}
