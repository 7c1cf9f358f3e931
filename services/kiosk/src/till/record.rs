//! What the ledger keeps: facts and decisions, in the order in which they became true. The till's lasting state is
//! the fold of its records, live and after a restart by the same function.

use serde::{Deserialize, Serialize};

use super::attempt::{Attempt, AttemptNumber, Refund, RefundNumber, Share, Split};
use super::money::Money;
use super::order::{Order, PaymentId, TakenOff};
use super::session::SessionChange;
use crate::channel::ChannelKind;
use crate::exchange_rate::Quoted;
use crate::offline::{self, Pledge};

/// How a payment ended without a sale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Ending {
    /// By the person.
    Cancelled,
    /// Nobody paid in time.
    Expired,
    /// No channel could take it.
    Failed,
    /// The channel took another amount than asked for; it goes back.
    WrongAmount,
    /// What was paid for could not be given any more; the money goes back.
    NotGiven,
}

/// By what it is proved that an attempt moves no money any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ClosedBy {
    /// The channel's own word.
    Proof,
    /// A completed reversal or close.
    Reversal,
}

/// What becomes of money that a channel has proved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fate {
    /// It pays the order.
    Accepted {
        /// Number called out when the meal is ready.
        pickup: u32,
        /// How it is divided, where others have a part in it.
        split: Option<Split>,
    },
    /// It goes back.
    Returned(Refund),
}

/// One lasting fact or decision about one payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Record {
    /// We said yes to an order.
    Begun { id: PaymentId, order: Order, at_ms: u64 },
    /// A code to show is about to be asked for.
    Opening { id: PaymentId, attempt: Attempt },
    /// The channel gave a code to show.
    Opened { id: PaymentId, number: AttemptNumber, code: String },
    /// A tender is about to be charged; shown codes are being closed from now on.
    Charging { id: PaymentId, attempt: Attempt },
    /// The payment is being given up: every attempt of it is being closed or taken back.
    Reversing { id: PaymentId, how: Ending },
    /// An attempt moves no money any more.
    Closed { id: PaymentId, number: AttemptNumber, by: ClosedBy },
    /// A channel told of money after the attempt was closed. Such a message may be old, so the channel is asked.
    Doubted { id: PaymentId, number: AttemptNumber },
    /// A channel proved that money moved.
    Paid {
        id: PaymentId,
        number: AttemptNumber,
        channel: ChannelKind,
        channel_ref: String,
        amount: Money,
        at_ms: u64,
        fate: Fate,
        /// What offers took off the sale; none where there were no offers and no member, or the money goes back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        off: Option<TakenOff>,
        /// What stands good for it towards the school's back office, to which its entry is forwarded; nothing where the
        /// money goes back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pledge: Option<Pledge>,
    },
    /// The back office answered for the payment's entry, whose place in the chain is `sequence`.
    Forwarded {
        id: PaymentId,
        number: AttemptNumber,
        sequence: u64,
        amount: Money,
        answer: offline::Answer,
        at_ms: u64,
    },
    /// Offers paid all of the order, so that no channel is asked. The number is its own in the books.
    Free { id: PaymentId, number: AttemptNumber, pickup: u32, at_ms: u64, off: TakenOff },
    /// The payer accepted a quote of the price in another currency, or takes that back; the till charges its own.
    Quoted { id: PaymentId, quoted: Option<Quoted> },
    /// Staff took back an order that cost nothing, and what paid it goes back. `number` is its own in the books.
    FreeReturned {
        id: PaymentId,
        number: RefundNumber,
        ask: PaymentId,
        by: String,
        at_ms: u64,
        /// What goes back.
        off: TakenOff,
    },
    /// The payer told how it was, 1 to 5 stars.
    Feedback { id: PaymentId, stars: u32, at_ms: u64 },
    /// Staff asked for money to go back; the amount is reserved from now on. `ask` is the asker's own name for the
    /// refund, `by` who it was, `back` what each party of a split gives of it.
    RefundAsked {
        id: PaymentId,
        number: AttemptNumber,
        channel: ChannelKind,
        ask: PaymentId,
        refund: Refund,
        by: String,
        back: Vec<Share>,
        at_ms: u64,
    },
    /// Money of an attempt went back.
    Refunded { id: PaymentId, number: AttemptNumber, channel: ChannelKind, refund: Refund, at_ms: u64 },
    /// The channel refuses to send it back; staff must.
    RefundRefused {
        id: PaymentId,
        number: AttemptNumber,
        channel: ChannelKind,
        refund: Refund,
        back: Vec<Share>,
        /// The parties' parts of [`Refund::back`] are with the merchant all the same.
        #[serde(default)]
        gathered: bool,
    },
    /// Parties do not give their parts of a refund; it goes back without them, and they owe the merchant. `refund` is
    /// the refund's number, `shares` the parts.
    Withheld { id: PaymentId, number: AttemptNumber, refund: RefundNumber, shares: Vec<Share> },
    /// The channel has taken in how an attempt's money is divided.
    Divided { id: PaymentId, number: AttemptNumber, channel: ChannelKind, split: Split, at_ms: u64 },
    /// The channel refuses to divide it; staff must.
    DivisionRefused { id: PaymentId, number: AttemptNumber, split: AttemptNumber },
    /// Asking has lasted too long; staff must look.
    Case { id: PaymentId, number: AttemptNumber },
    /// Staff have looked at what the record with this number in the ledger says. Where that is a [`Self::Stopped`],
    /// they let the payment pass: it may be charged once without another review.
    CaseClosed {
        id: PaymentId,
        seq: i64,
        by: String,
        at_ms: u64,
        #[serde(default)]
        pass: bool,
    },
    /// A risk rule stopped a charge before it was made: staff must look first (`review`), or the answer was no.
    /// `again` where staff were asked before and have not looked yet.
    Stopped { id: PaymentId, review: bool, again: bool, amount: Money, at_ms: u64 },
    /// Something happened to the session that a payment began, or lengthened.
    Session { id: PaymentId, what: SessionChange, at_ms: u64 },
    /// The payment ended without a sale.
    Ended { id: PaymentId, how: Ending },
    /// The payment left the screen.
    Left { id: PaymentId },
}

impl Record {
    /// Whose it is.
    pub fn payment(&self) -> &PaymentId {
        match self {
            Self::Begun { id, .. }
            | Self::Opening { id, .. }
            | Self::Opened { id, .. }
            | Self::Charging { id, .. }
            | Self::Reversing { id, .. }
            | Self::Closed { id, .. }
            | Self::Doubted { id, .. }
            | Self::Paid { id, .. }
            | Self::Forwarded { id, .. }
            | Self::Free { id, .. }
            | Self::Quoted { id, .. }
            | Self::FreeReturned { id, .. }
            | Self::Feedback { id, .. }
            | Self::RefundAsked { id, .. }
            | Self::Refunded { id, .. }
            | Self::RefundRefused { id, .. }
            | Self::Withheld { id, .. }
            | Self::Divided { id, .. }
            | Self::DivisionRefused { id, .. }
            | Self::Case { id, .. }
            | Self::CaseClosed { id, .. }
            | Self::Stopped { id, .. }
            | Self::Session { id, .. }
            | Self::Ended { id, .. }
            | Self::Left { id } => id,
        }
    }
}
