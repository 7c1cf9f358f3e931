//! What happens to a till and what it wants done: the two sides of the state machine.

use std::collections::BTreeMap;

use super::attempt::{Attempt, AttemptNumber, Refund, Split};
use super::money::Money;
use super::order::{Order, PaymentId};
use super::payment::{Notice, View};
use super::record::Record;
use super::tender::Tender;
use super::timing::Timing;
use crate::channel::{ChannelKind, Divided, Opened, PaidProof, Proof, Refunded, Revoked, Terms, Told};
use crate::exchange_rate::Quoted;
use crate::offline::{self, Pledge};
use crate::split::Plans;

/// What a till is told once.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Letters and digits that start every channel order number; drawn at random when the ledger is made.
    pub tag: String,
    /// Channels in the order to open them.
    pub channels: Vec<ChannelKind>,
    /// What each channel allows; one that is not named has the narrowest terms.
    pub terms: BTreeMap<ChannelKind, Terms>,
    /// Who else has a part in what is sold.
    pub plans: Plans,
    /// How long to wait for what.
    pub timing: Timing,
}

impl Rules {
    /// What a channel allows.
    pub fn terms(&self, channel: ChannelKind) -> Terms {
        self.terms.get(&channel).cloned().unwrap_or_default()
    }

    /// Whether a channel may be asked for an order: not for more than it allows, nor for parts where it has none.
    pub(super) fn take(&self, channel: ChannelKind, order: &Order) -> bool {
        let terms = self.terms(channel);
        order.total.minor() <= terms.amount_max && (order.instalment.is_none() || terms.instalments)
    }
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
    /// To [`Effect::Charge`], [`Effect::Query`] and [`Effect::Seen`].
    Proof(Proof),
    /// The same: paid by a card for which something stands good towards the back office.
    Pledged(PaidProof, Pledge),
    /// To [`Effect::Revoke`].
    Revoked(Revoked),
    /// To [`Effect::Refund`] and [`Effect::RefundQuery`], under the refund's number.
    Refunded(Refunded),
    /// To [`Effect::Split`], under the split's number.
    Divided(Divided),
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
    /// Staff want money to go back: `ask` is the asker's own name for it, the same again is one refund.
    Refund { id: PaymentId, ask: PaymentId, amount: Money, by: String },
    /// A channel's bill disagrees about an attempt or a refund: it is asked again.
    Doubt { number: AttemptNumber },
    /// A risk rule stops what was presented and would be charged so much: staff must look first (`review`), or the
    /// answer is no.
    Stopped { id: PaymentId, tender: Tender, amount: Money, review: bool },
    /// Staff have looked at a case of a payment; where a rule made it, they let the payment pass.
    CaseClosed { id: PaymentId, seq: i64, by: String, pass: bool },
    /// The payer accepts a quote of the price in another currency, or with none reads the till's again.
    Quote { id: PaymentId, quoted: Option<Quoted> },
    /// The payer tells how it was, 1 to 5 stars.
    Feedback { id: PaymentId, stars: u32 },
    /// A channel answered about an attempt, a refund or a split, whose number this is.
    Answer { number: AttemptNumber, answer: Answer },
    /// The school's back office answered for a payment's entry.
    Forwarded { id: PaymentId, sequence: u64, answer: offline::Answer },
    /// A channel told by itself; it is genuine, and speaks for its own attempts alone.
    Told { channel: ChannelKind, told: Told },
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
    /// Ask what became of a refund.
    RefundQuery(Attempt, Refund),
    /// Divide a paid attempt's money; the text is the channel's own number of the trade.
    Split(Attempt, String, Split),
    /// Show the channel a card again that it has unfinished business with, then ask what became of the attempt.
    Seen(Attempt, Tender),
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
    /// Only a paid payment has money to send back.
    #[error("this payment is not paid, so nothing can go back")]
    NotPaid,
    /// More than is left, or nothing.
    #[error("at most {0} can still go back")]
    TooMuch(Money),
    /// What cost nothing has gone back.
    #[error("this order has gone back already")]
    AllBack,
    /// The channel's time for refunds is over, or the payment had as many as it may have.
    #[error("the channel takes no further refund of this payment; pay the person back another way")]
    RefundOver,
    /// Another session runs there.
    #[error("another session runs in this room; wait until it ends")]
    RoomTaken,
    /// More in a row than is sold.
    #[error("no more of this session may be bought in a row")]
    TooLong,
}
