//! How the till talks to those who move the money, and what it may believe of the answer.
//!
//! Every question to a channel ends in a [`Proof`], never in a bool. Only a fact that the channel has signed (or the
//! campus ledger has written) is proof; silence, 5xx, a bad signature and an unreadable answer are a [`Doubt`], and
//! a doubt is asked about again, never charged again.

use async_trait::async_trait;
use reqwest::header::HeaderMap;
use serde::{Deserialize, Serialize};
use time::Date;

use crate::agreement::Agreement;
use crate::offline::Pledge;
use crate::till::{
    AgreementNumber, Attempt, AttemptNumber, CardUid, Currency, Money, Refund, RefundNumber, Split, Tender,
};

mod agreeing;
pub mod alipay;
pub mod bill;
pub mod campus;
pub mod exchange;
mod form;
pub mod rsa;
pub mod terminal;
pub mod unionpay;
pub mod wechat;

pub use agreeing::{Signed, Signing, Unsigned};
pub use bill::{Bill, BillRow, NoBill, RowKind};

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
    /// UnionPay QR codes over the ACP gateway.
    Unionpay,
    /// Bank cards and phone wallets, by the certified terminal beside the kiosk.
    Terminal,
}

impl ChannelKind {
    /// The channel in lower case, as accounts and configuration name it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alipay => "alipay",
            Self::Wechat => "wechat",
            Self::Campus => "campus",
            Self::Unionpay => "unionpay",
            Self::Terminal => "terminal",
        }
    }
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
    /// The card left the reader before it could answer: the same card must be held to it again.
    CardAgain,
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
    /// A party of [`Refund::back`], by its place there, does not give its part, and the payer has nothing yet; none is
    /// any of them. The refund may be asked for again without that party, with the same number.
    Withheld(Option<usize>),
    /// The channel will not; staff must look. Nothing has moved.
    Refused,
    /// The channel will not, after every party of [`Refund::back`] has given its part to the merchant.
    RefusedAfterBack,
}

/// What came of dividing a paid attempt's money among parties.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Divided {
    /// The channel has taken it in: each party gets its share.
    Done,
    /// Not acknowledged, or not finished: ask again with the same number.
    Again(Doubt),
    /// The channel will not; staff must look.
    Refused,
}

/// What a channel told by itself, at the kiosk's notify address: headers and the body byte for byte.
#[derive(Clone, Copy, Debug)]
pub struct Delivery<'a> {
    /// HTTP headers.
    pub headers: &'a HeaderMap,
    /// The body, before anything in it is believed.
    pub body: &'a [u8],
}

/// What a verified delivery says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Told {
    /// What is known of an attempt's money now.
    Payment {
        /// The attempt.
        number: AttemptNumber,
        /// As a query would have answered.
        proof: Proof,
    },
    /// What became of a refund.
    Refund {
        /// The refund.
        number: RefundNumber,
        /// As asking again would have answered.
        refunded: Refunded,
    },
    /// Something about an agreement, by our name of it: the channel is asked what.
    Agreement(String),
    /// Genuine, and nothing that a till acts on.
    Nothing,
}

/// What a channel waits to hear after a delivery: HTTP status and body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The body, in the channel's own words.
    pub body: &'static str,
}

/// What a channel allows. The till refuses what is beyond before it asks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Terms {
    /// Most that one attempt may ask for, in minor units.
    pub amount_max: i64,
    /// How long after payment money can go back, in milliseconds.
    pub refund_within_ms: u64,
    /// How many refunds one attempt may have.
    pub refunds_max: u32,
    /// Pause that the channel wants between two refunds of one attempt, in milliseconds.
    pub refund_gap_ms: u64,
    /// How many parties one attempt's money may be divided among; 0 where the channel divides nothing.
    pub parties_max: u32,
    /// Whether a payer may pay an attempt in monthly parts.
    pub instalments: bool,
}

impl Default for Terms {
    /// The narrowest of all channels, so that one which says nothing is never asked too much.
    fn default() -> Self {
        Self {
            amount_max: 1_000_000,
            refund_within_ms: 30 * 86_400_000,
            refunds_max: 1,
            refund_gap_ms: 60_000,
            parties_max: 0,
            instalments: false,
        }
    }
}

/// One way to move money. Every call ends within [`exchange::ANSWER_WITHIN`] and may be repeated for the same
/// attempt or refund without moving money twice.
#[async_trait]
pub trait Channel: Send + Sync {
    /// Who this is.
    fn kind(&self) -> ChannelKind;
    /// Whether the tender is this channel's, by its prefix and length; asks nobody.
    fn takes(&self, tender: &Tender) -> bool;
    /// Which card this is, where the channel can tell without asking anybody. That it is genuine or may pay is another
    /// question.
    fn card(&self, tender: &Tender) -> Option<CardUid> {
        match tender {
            Tender::Card(uid) | Tender::Purse(_, uid) => Some(uid.clone()),
            _ => None,
        }
    }
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

    /// What the channel allows.
    fn terms(&self) -> Terms {
        Terms::default()
    }
    /// Asks what became of a refund, without moving money. A channel without such a question asks with the refund's
    /// own number, which moves nothing twice.
    async fn refund_query(&self, attempt: &Attempt, refund: &Refund) -> Refunded {
        self.refund(attempt, refund).await
    }
    /// Divides a paid attempt's money among parties, once per the split's number. `channel_ref` is the channel's own
    /// number of the trade, from its [`PaidProof`].
    async fn split(&self, attempt: &Attempt, channel_ref: &str, split: &Split) -> Divided {
        let _nothing_to_divide = (attempt, channel_ref, split);
        Divided::Refused
    }
    /// Whether payers may sign agreements here.
    fn signs(&self) -> bool {
        false
    }
    /// Where the payer signs an agreement, whose id is our own name of it.
    async fn sign(&self, agreement: &Agreement) -> Signing {
        let _nowhere = agreement;
        Signing::NotOffered
    }
    /// Asks whether the agreement of this id was signed, and whether it still is.
    async fn signed(&self, id: &str) -> Signed {
        let _nobody_knows = id;
        Signed::Unknown(Doubt::Unparsable)
    }
    /// Ends an agreement; ending it again is no error.
    async fn unsign(&self, number: &AgreementNumber) -> Unsigned {
        let _nobody_to_tell = number;
        Unsigned::Again(Doubt::Unparsable)
    }
    /// The channel's own account of one business day (GMT+8). Asked for in the background, a day later.
    ///
    /// # Errors
    /// [`NoBill`].
    async fn bill(&self, day: Date) -> Result<Bill, NoBill> {
        let _no_bills = day;
        Err(NoBill::None)
    }
    /// Reads what the channel told by itself. It is believed only where the channel's signature holds.
    ///
    /// # Errors
    /// [`Doubt`]: not the channel's, stale, or unreadable; it is answered with [`Self::reply`] of false.
    fn told(&self, delivery: Delivery<'_>) -> Result<Told, Doubt> {
        let _unasked = delivery;
        Err(Doubt::Unparsable)
    }
    /// What the channel waits to hear: `kept` once what it told is in the ledger, or need not be.
    fn reply(&self, kept: bool) -> Reply {
        if kept { Reply { status: 200, body: "success" } } else { Reply { status: 400, body: "fail" } }
    }
    /// Whose card a tender is, with the counter that its proof carries, where somebody else could be shown that it was
    /// there; asks nobody.
    fn bearer(&self, tender: &Tender) -> Option<campus::Bearer> {
        let _nobody = tender;
        None
    }
    /// What stands good for a paid attempt towards the school's back office; none where nothing does, or nobody wants
    /// to know.
    ///
    /// # Errors
    /// [`Doubt`]: it cannot be said now, so the attempt is not proved paid yet either.
    async fn pledge(&self, attempt: &Attempt) -> Result<Option<Pledge>, Doubt> {
        let _nothing = attempt;
        Ok(None)
    }
    /// What a card that lies on the reader holds, for its owner's eyes; none where that may not be shown.
    async fn holding(&self, tender: &Tender, currency: Currency) -> Option<campus::Holding> {
        let _not_ours = (tender, currency);
        None
    }
    /// What the purse of the card held after it had paid under this number, for the receipt in its owner's hand; none where
    /// the channel does not know, or has no purses.
    async fn left(&self, number: &AttemptNumber) -> Option<Money> {
        let _no_purse = number;
        None
    }
    /// Something presented while no payment waits for it. A channel that has unfinished business with that very card
    /// finishes it here and returns soon.
    async fn seen(&self, tender: &Tender) {
        let _not_ours = tender;
    }
}
