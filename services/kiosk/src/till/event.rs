//! What happens to a till and what it wants done: the two sides of the state machine.

use super::attempt::{Attempt, AttemptNumber, Refund};
use super::order::{Order, PaymentId};
use super::payment::{Notice, View};
use super::record::Record;
use super::tender::Tender;
use super::timing::Timing;
use crate::channel::{ChannelKind, Opened, Proof, Refunded, Revoked};

/// What a till is told once.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Letters and digits that start every channel order number; drawn at random when the ledger is made.
    pub tag: String,
    /// Channels in the order to open them.
    pub channels: Vec<ChannelKind>,
    /// How long to wait for what.
    pub timing: Timing,
}

/// Numbers given out so far; they never go back, whatever is forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Channel order numbers, refunds included.
    pub numbers: u64,
    /// The last pick-up number.
    pub pickups: u32,
}

/// A channel's answer to a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To [`Effect::Open`].
    Opened(Opened),
    /// To [`Effect::Charge`] and [`Effect::Query`].
    Proof(Proof),
    /// To [`Effect::Revoke`].
    Revoked(Revoked),
    /// To [`Effect::Refund`].
    Refunded(Refunded),
}

/// What happens to a till.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The process started: everything unresolved is asked about.
    Started,
    /// A checked order under an id that the ledger does not know.
    Begin { id: PaymentId, order: Order },
    /// Something presented, and the channel that takes it. Devices do not know the payment, the bus names it.
    Tender { id: Option<PaymentId>, tender: Tender, channel: Option<ChannelKind> },
    /// A device has something to tell the person.
    Hint(Notice),
    /// The person gives up.
    Cancel { id: PaymentId },
    /// The screen is done with the payment.
    Dismiss { id: PaymentId },
    /// A channel answered.
    Answer { number: AttemptNumber, answer: Answer },
    /// Time has passed.
    Tick,
}

/// What is to be done, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Write to the ledger, durably; if that fails, nothing after it may happen.
    Append(Record),
    /// Ask a channel for a code to show.
    Open(Attempt),
    /// Charge a tender.
    Charge(Attempt, Tender),
    /// Ask what became of an attempt.
    Query(Attempt),
    /// Close or take back.
    Revoke(Attempt),
    /// Send money back.
    Refund(Attempt, Refund),
    /// The payment on the screen changed.
    Publish(Option<View>),
    /// Whether camera and reader are wanted.
    Listen(bool),
}

/// Why an event was refused; nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Money may be moving, or another payment is on the screen.
    #[error("money may be moving, or another payment is on the screen; wait until it ends")]
    Busy,
    /// The id belongs to another order.
    #[error("this payment id was used for another order; make a new one")]
    IdReused,
    /// No such payment is live.
    #[error("no such payment")]
    UnknownPayment,
    /// Tenders are taken only while the payment waits for one.
    #[error("codes and cards are taken only while the payment waits for one")]
    NotWaiting,
}
