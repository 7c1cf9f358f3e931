//! What the terminal does with cards and what it remembers: all of it in the journal, but for what a cut of the
//! power may forget.

use std::collections::{BTreeMap, VecDeque};
use std::io;

use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use super::journal::{Card, Entry, Journal};
use super::sale::{self, Sale, Stage};
use crate::book::{Entry as Movement, MERCHANT};
use crate::clock::{Millis, alipay_time};
use crate::trade::Channel;
use crate::world::World;

/// The book's account of all cards.
const CARDS: &str = "cards";
/// How many queries are answered `in_doubt` before the acquirer is reached.
const DOUBTS: u32 = 2;
/// Cards that may be held ready for sales to come.
const READY_MAX: usize = 64;

/// What happens to a card that is presented.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Paid at once.
    Approved,
    /// The acquirer will not.
    Declined,
    /// Too little money.
    InsufficientFunds,
    /// The card is blocked.
    CardBlocked,
    /// The PIN is asked for; the control plane types it.
    Pin,
    /// Paid, and the acquirer's answer is late: `in_doubt` for two queries.
    UnknownCharged,
    /// Not paid, and the acquirer's answer is late: `in_doubt` for two queries.
    UnknownUncharged,
    /// Paid, and the power goes before the terminal knows.
    PowerCut,
    /// The power goes before the acquirer is reached.
    PowerCutBefore,
}

/// A card held to the terminal.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Presented {
    /// The card.
    pub card: Card,
    /// What happens.
    pub outcome: Outcome,
}

/// The terminal.
#[derive(Debug)]
pub struct Desk {
    journal: Journal,
    /// All sales by the kiosk's number.
    pub sales: BTreeMap<String, Sale>,
    ready: VecDeque<Presented>,
    power: watch::Sender<u64>,
}

impl Default for Desk {
    fn default() -> Self {
        let (power, _) = watch::channel(0);
        Self { journal: Journal::default(), sales: BTreeMap::new(), ready: VecDeque::new(), power }
    }
}

impl Desk {
    /// Changes whenever the power was cut; connections end then.
    pub fn power(&self) -> watch::Receiver<u64> {
        self.power.subscribe()
    }

    /// The journal's lines.
    pub fn entries(&self) -> &[Entry] {
        self.journal.entries()
    }

    /// The sale that the terminal is in.
    pub fn under_way(&self) -> Option<&String> {
        let busy = |stage: &Stage| matches!(stage, Stage::Waiting | Stage::Pin | Stage::Asking);
        self.sales.iter().find(|(_, sale)| busy(&sale.stage)).map(|(number, _)| number)
    }
}

/// Takes a journal over: its movements are posted again, since a new process has an empty book.
///
/// # Errors
/// The journal cannot be written.
pub fn start(world: &mut World, journal: Journal) -> io::Result<()> {
    world.terminal.journal = journal;
    for entry in world.terminal.journal.entries().to_vec() {
        post(world, &entry);
        sale::apply(&mut world.terminal.sales, &entry);
    }
    settle_all(world)
}

/// Cuts the power and gives it back: what is not in the journal is forgotten, connections end, and the sale that the
/// terminal was in is settled with the acquirer.
///
/// # Errors
/// The journal cannot be written.
pub fn power_cut(world: &mut World) -> io::Result<()> {
    let desk = &mut world.terminal;
    desk.sales.clear();
    desk.ready.clear();
    for entry in desk.journal.entries() {
        sale::apply(&mut desk.sales, entry);
    }
    desk.power.send_modify(|cuts| *cuts += 1);
    settle_all(world)
}

fn settle_all(world: &mut World) -> io::Result<()> {
    while let Some(number) = world.terminal.under_way().cloned() {
        settle(world, &number, "power_cut")?;
    }
    Ok(())
}

/// Finds out from the acquirer what became of a sale.
pub(super) fn settle(world: &mut World, number: &str, otherwise: &str) -> io::Result<()> {
    let charged = world.terminal.sales.get(number).is_some_and(|sale| sale.charged.is_some());
    let number = number.to_owned();
    let entry = if charged {
        Entry::Approved { number }
    } else {
        Entry::Declined { number, reason: otherwise.to_owned() }
    };
    write(world, entry)
}

/// Ends a wait for a card that lasted too long.
pub(super) fn expire(world: &mut World) -> io::Result<()> {
    let now = world.now();
    let late = |sale: &Sale| matches!(sale.stage, Stage::Waiting | Stage::Pin) && sale.until <= now;
    let number =
        world.terminal.under_way().filter(|number| world.terminal.sales.get(*number).is_some_and(late));
    match number.cloned() {
        Some(number) => write(world, Entry::Declined { number, reason: "timed_out".to_owned() }),
        None => Ok(()),
    }
}

/// Writes a line, posts its movement, and applies it; in this order.
pub(super) fn write(world: &mut World, entry: Entry) -> io::Result<()> {
    world.terminal.journal.append(entry.clone())?;
    post(world, &entry);
    sale::apply(&mut world.terminal.sales, &entry);
    Ok(())
}

/// The acquirer's book.
fn post(world: &mut World, entry: &Entry) {
    let movement = match entry {
        Entry::Charged { number, .. } => {
            world.terminal.sales.get(number).map(|sale| (sale.minor, "pay", number))
        }
        Entry::Closed { number } => {
            let charged = world.terminal.sales.get(number).filter(|sale| sale.charged.is_some());
            charged.map(|sale| (sale.minor, "reverse", number))
        }
        Entry::Refunded { number, minor, .. } => Some((*minor, "refund", number)),
        _no_money => None,
    };
    let Some((fen, what, number)) = movement else { return };
    let (from, to) = if what == "pay" { (CARDS, MERCHANT) } else { (MERCHANT, CARDS) };
    let movement =
        Movement { from: from.to_owned(), to: to.to_owned(), fen, what, out_trade_no: number.clone() };
    world.books.entry(Channel::Terminal).or_default().post(movement);
}

/// Presents a card: to the sale that waits, or held ready for the next. `false` where another card is in it, or too
/// many are ready.
///
/// # Errors
/// The journal cannot be written.
pub fn present(world: &mut World, presented: Presented) -> io::Result<bool> {
    expire(world)?;
    let Some(number) = world.terminal.under_way().cloned() else {
        let room = world.terminal.ready.len() < READY_MAX;
        if room {
            world.terminal.ready.push_back(presented);
        }
        return Ok(room);
    };
    let waits = world.terminal.sales.get(&number).is_some_and(|sale| sale.stage == Stage::Waiting);
    if waits {
        take(world, &number, presented)?;
    }
    Ok(waits)
}

/// Takes the card that is held ready, if any.
pub(super) fn take_ready(world: &mut World, number: &str) -> io::Result<()> {
    match world.terminal.ready.pop_front() {
        Some(presented) => take(world, number, presented),
        None => Ok(()),
    }
}

fn take(world: &mut World, number: &str, presented: Presented) -> io::Result<()> {
    let Presented { card, outcome } = presented;
    if outcome == Outcome::Pin {
        if let Some(sale) = world.terminal.sales.get_mut(number) {
            sale.stage = Stage::Pin;
            sale.card = Some(card);
        }
        return Ok(());
    }
    write(world, Entry::Asking { number: number.to_owned(), card })?;
    if matches!(outcome, Outcome::Approved | Outcome::UnknownCharged | Outcome::PowerCut) {
        charge(world, number)?;
    }
    match outcome {
        Outcome::Approved => settle(world, number, "declined"),
        Outcome::Declined => settle(world, number, "declined"),
        Outcome::InsufficientFunds => settle(world, number, "insufficient_funds"),
        Outcome::CardBlocked => settle(world, number, "card_blocked"),
        Outcome::PowerCut | Outcome::PowerCutBefore => power_cut(world),
        Outcome::UnknownCharged | Outcome::UnknownUncharged | Outcome::Pin => {
            if let Some(sale) = world.terminal.sales.get_mut(number) {
                sale.doubts = DOUBTS;
            }
            Ok(())
        }
    }
}

/// Types the PIN. `false` where none is asked for.
///
/// # Errors
/// The journal cannot be written.
pub fn pin(world: &mut World, right: bool) -> io::Result<bool> {
    expire(world)?;
    let asked = world.terminal.sales.iter().find(|(_, sale)| sale.stage == Stage::Pin);
    let Some((number, card)) = asked.and_then(|(number, sale)| Some((number.clone(), sale.card.clone()?)))
    else {
        return Ok(false);
    };
    write(world, Entry::Asking { number: number.clone(), card })?;
    if right {
        charge(world, &number)?;
    }
    settle(world, &number, "declined").map(|()| true)
}

/// The acquirer takes the money.
fn charge(world: &mut World, number: &str) -> io::Result<()> {
    let entry = Entry::Charged {
        number: number.to_owned(),
        reference: reference(world),
        authorisation: world.chance.text(b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 6),
        at: world.now(),
    };
    write(world, entry)
}

/// The terminal's own number of a movement: its day, its place in the journal, and chance.
pub(super) fn reference(world: &mut World) -> String {
    let day = alipay_time(world.now()).get(..10).unwrap_or_default().replace('-', "");
    format!("{day}{:06}{}", world.terminal.entries().len(), world.chance.digits(4))
}

/// Days since 1970 at GMT+8.
pub(super) fn day_of(at: Millis) -> i64 {
    (at + 8 * crate::clock::HOUR).div_euclid(24 * crate::clock::HOUR)
}
