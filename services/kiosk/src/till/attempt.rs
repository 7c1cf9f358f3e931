//! One attempt to be paid = one order number at one channel. Made and stored before the first byte goes out.

use serde::{Deserialize, Serialize};
use std::fmt;

use super::money::Money;
use super::order::{Order, TakenOff};
use super::tender::Tender;
use crate::channel::ChannelKind;
use crate::instalment::Instalment;

/// Longest channel order number: WeChat Pay takes 6 to 32 characters, the others more.
const NUMBER_LEN: std::ops::RangeInclusive<usize> = 6..=32;
/// Longest subject in characters: WeChat Pay's `description` takes 127, Alipay's `subject` 256.
pub const SUBJECT_CHARS_MAX: usize = 127;

/// A channel order number: 6 to 32 of `0-9A-Za-z`, unique for all time at all channels.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct AttemptNumber(String);

/// Not 6 to 32 letters and digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a channel order number is 6 to 32 letters and digits")]
pub struct BadAttemptNumber;

impl AttemptNumber {
    /// Checks the alphabet and the length.
    pub fn new(text: &str) -> Result<Self, BadAttemptNumber> {
        if NUMBER_LEN.contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric()) {
            Ok(Self(text.to_owned()))
        } else {
            Err(BadAttemptNumber)
        }
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for AttemptNumber {
    type Error = BadAttemptNumber;
    fn try_from(text: String) -> Result<Self, BadAttemptNumber> {
        Self::new(&text)
    }
}

impl From<AttemptNumber> for String {
    fn from(number: AttemptNumber) -> Self {
        number.0
    }
}

impl fmt::Debug for AttemptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for AttemptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A refund order number; the same rules and the same one-time use as an [`AttemptNumber`].
pub type RefundNumber = AttemptNumber;

/// How the payer meets the attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Way {
    /// The kiosk shows a code, the payer's wallet scans it.
    Shown,
    /// The payer's wallet shows a code, the kiosk scans it.
    Scanned,
    /// The payer holds a card to the reader.
    Card,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// Channel order number.
    pub number: AttemptNumber,
    /// Who would move the money.
    pub channel: ChannelKind,
    /// How the payer meets it.
    pub way: Way,
    /// What is asked for.
    pub amount: Money,
    /// What the payer's wallet shows, at most [`SUBJECT_CHARS_MAX`] characters.
    pub subject: String,
    /// When it was made, milliseconds since 1970 UTC.
    pub opened_at_ms: u64,
    /// By which agreement it is charged without a password: our own name of it, which is no secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<String>,
    /// In how many parts the payer pays it, where that was chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instalment: Option<Instalment>,
}

impl Attempt {
    /// One for all of an order.
    pub(super) fn of(
        order: &Order,
        number: AttemptNumber,
        (channel, way): (ChannelKind, Way),
        now: u64,
    ) -> Self {
        Self {
            number,
            channel,
            way,
            amount: order.total,
            subject: order.subject.clone(),
            opened_at_ms: now,
            agreement: None,
            instalment: order.instalment,
        }
    }

    /// The same with what its tender says of it.
    pub(super) fn by(self, tender: &Tender) -> Self {
        let Tender::Agreement(agreed) = tender else { return self };
        Self { agreement: Some(agreed.id.clone()), ..self }
    }
}

/// Why money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum RefundReason {
    /// Another attempt of the same payment was paid first.
    PaidTwice,
    /// The payment had ended before the money arrived.
    PaidLate,
    /// The channel took another amount than was asked for.
    WrongAmount,
    /// What was paid for could not be given any more.
    NotGiven,
    /// Staff asked for it.
    Asked,
}

impl RefundReason {
    /// What the channel shows to the payer, at most 80 bytes of UTF-8 (WeChat Pay's limit).
    pub const fn text(self) -> &'static str {
        match self {
            Self::PaidTwice => "重复支付退款",
            Self::PaidLate => "超时支付退款",
            Self::WrongAmount => "金额不符退款",
            Self::NotGiven => "时段已过退款",
            Self::Asked => "商家退款",
        }
    }
}

/// Money on its way back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    /// The refund's own number, kept over every retry.
    pub number: RefundNumber,
    /// How much goes back.
    pub amount: Money,
    /// Why.
    pub reason: RefundReason,
    /// What each party of a division gives of it, in the division's currency; the rest is the merchant's. Empty where
    /// nothing was divided, and in records from before parties gave back.
    #[serde(default)]
    pub back: Vec<Share>,
    /// Under which number the attempt was divided, where parties give back.
    #[serde(default)]
    pub split: Option<AttemptNumber>,
    /// What offers had taken off the part that goes back; none where there were no offers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub off: Option<TakenOff>,
}

impl Refund {
    /// A refund that the merchant bears alone.
    pub fn whole(number: RefundNumber, amount: Money, reason: RefundReason) -> Self {
        Self { number, amount, reason, back: Vec::new(), split: None, off: None }
    }
}

/// One party's part of an attempt's money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// The party's account at the channel, as the configuration names it.
    pub party: String,
    /// Its part, above 0.
    pub amount: Money,
}

/// How an attempt's money is divided; what no share names stays the merchant's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// The split's own number, kept over every retry.
    pub number: AttemptNumber,
    /// The shares; their sum is at most the attempt's amount.
    pub shares: Vec<Share>,
}
