//! How the till talks to those who move the money, and what it may believe of the answer.
//!
//! Every question to a channel ends in a [`Proof`], never in a bool. Only a fact that the channel has signed (or the
//! campus ledger has written) is proof; silence, 5xx, a bad signature and an unreadable answer are a [`Doubt`], and
//! a doubt is asked about again, never charged again.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::till::{Attempt, Money, Refund, Tender};

pub mod alipay;
pub mod campus;
pub mod exchange;
pub mod rsa;
pub mod wechat;

#[cfg(test)]
mod tests;

/// Who moves the money.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ChannelKind {
    /// Alipay.
    Alipay,
    /// WeChat Pay.
    Wechat,
    /// The school's own prepaid account, by card.
    Campus,
}

/// What is known of an attempt's money.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Proof {
    /// The channel has the payer's money for us.
    Paid(PaidProof),
    /// No money moved, for this reason.
    NotPaid(Refusal),
    /// Nothing moved yet, and it still may.
    Pending(PendingReason),
    /// Nobody can say: ask again.
    Unknown(Doubt),
}

/// What a channel says of money it took.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PaidProof {
    /// The channel's own number of the trade.
    pub channel_ref: String,
    /// What the payer paid, as the channel counts it.
    pub amount: Money,
}

/// Why a pending attempt is not paid yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum PendingReason {
    /// The code is shown and nobody has scanned it.
    Shown,
    /// The payer must confirm on the phone.
    PayerConfirms,
}

/// Why no money moved: each a fact that the channel has proved.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
pub enum Refusal {
    /// The attempt was closed or taken back.
    Closed,
    /// The channel has never heard of the attempt.
    NoSuchTrade,
    /// The payer's code is used up, expired or not this channel's.
    CodeDead,
    /// The payer has not enough money there.
    InsufficientFunds,
    /// No account belongs to the card.
    CardUnknown,
    /// The account is blocked.
    CardBlocked,
    /// The channel will not do it for another reason.
    Declined,
}

/// Why nobody can say what became of the money.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Serialize, Deserialize)]
pub enum Doubt {
    /// No answer in time.
    Timeout,
    /// No connection, or it broke.
    Transport,
    /// The channel says that it does not know, or answered 5xx.
    ServerError,
    /// The answer is not the channel's: no, wrong or stale signature.
    BadSignature,
    /// The answer cannot be read or speaks of something else.
    Unparsable,
}

/// What came of asking for a code to show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Opened {
    /// The text to show as a QR code.
    Code(String),
    /// The channel will not give one.
    Refused(Refusal),
    /// No usable answer came.
    Unavailable(Doubt),
}

/// What came of taking an attempt back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Revoked {
    /// Proved that no money can move any more, and none stays moved.
    Done,
    /// Not acknowledged: ask again.
    Again(Doubt),
    /// Too late: the payer has paid.
    AlreadyPaid,
}

/// What came of sending money back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refunded {
    /// The channel has sent it back.
    Done,
    /// Not acknowledged, or not finished: ask again with the same number.
    Again(Doubt),
    /// The channel will not; staff must look.
    Refused,
}

/// One way to move money. Every call ends within [`exchange::ANSWER_WITHIN`] and may be repeated for the same
/// attempt or refund without moving money twice.
#[async_trait]
pub trait Channel: Send + Sync {
    /// Who this is.
    fn kind(&self) -> ChannelKind;
    /// Whether the tender is this channel's, by its prefix and length; asks nobody.
    fn takes(&self, tender: &Tender) -> bool;
    /// Asks for a code that the payer can scan.
    async fn open(&self, attempt: &Attempt) -> Opened;
    /// Charges what the payer presented.
    async fn charge(&self, attempt: &Attempt, tender: &Tender) -> Proof;
    /// Asks what became of an attempt.
    async fn query(&self, attempt: &Attempt) -> Proof;
    /// Ends an attempt so that no money can move: closes what was shown, reverses what was charged.
    async fn revoke(&self, attempt: &Attempt) -> Revoked;
    /// Sends money of a paid attempt back.
    async fn refund(&self, attempt: &Attempt, refund: &Refund) -> Refunded;
}
