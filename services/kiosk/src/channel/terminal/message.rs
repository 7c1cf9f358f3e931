//! Messages of Dais ECR 1, pure: JSON in both directions, as `protocol.md` lists them.
//!
//! Unknown fields are passed over, so that a terminal may say more; unknown words become [`SaleState::Strange`] and
//! the like, which prove nothing. Whatever a terminal sends of a card, four digits are kept at most.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

use super::frame::FrameError;

/// The version of this protocol.
pub const VERSION: u32 = 1;
/// Longest short text (references, names of schemes); real ones have some 20 characters.
const SHORT_CHARS_MAX: usize = 64;

/// What the kiosk says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    /// Begins a session.
    Hello {
        /// [`VERSION`].
        version: u32,
        /// 16 random bytes in hexadecimal.
        nonce: String,
    },
    /// Takes money by card, once per number.
    Sale {
        /// Our attempt.
        number: String,
        /// Minor units, above 0.
        amount: i64,
        /// ISO 4217.
        currency: String,
        /// What the terminal may show.
        subject: String,
        /// How long the terminal waits for a card before it declines, in seconds.
        wait_s: u32,
    },
    /// Asks what became of a sale.
    Status {
        /// Our attempt.
        number: String,
    },
    /// Ends the wait for a card. Does nothing once the acquirer was asked.
    Cancel {
        /// Our attempt.
        number: String,
    },
    /// Takes a sale back whole; a number never heard of can not be sold any more.
    Reverse {
        /// Our attempt.
        number: String,
    },
    /// Sends a part back, once per refund's number.
    Refund {
        /// Our attempt.
        number: String,
        /// Our refund.
        refund_number: String,
        /// Minor units, above 0.
        amount: i64,
        /// ISO 4217.
        currency: String,
    },
    /// Asks what became of a refund.
    RefundStatus {
        /// Our attempt.
        number: String,
        /// Our refund.
        refund_number: String,
    },
    /// Asks for a page of a day's rows.
    Totals {
        /// `YYYY-MM-DD`, GMT+8.
        day: String,
        /// The first row of the page, from 0.
        from: u32,
    },
}

/// What the terminal says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Answer {
    /// Takes the session.
    Welcome {
        /// [`VERSION`].
        version: u32,
        /// 16 random bytes in hexadecimal.
        nonce: String,
    },
    /// To `sale`, `status`, `cancel` and `reverse`.
    Sale(SaleFact),
    /// To `refund` and `refund_status`.
    Refund(RefundFact),
    /// To `totals`.
    Totals(Totals),
    /// Nothing was done.
    Error {
        /// Why.
        code: Trouble,
    },
}

/// What became of a sale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaleFact {
    /// The attempt, as asked.
    pub number: String,
    /// How far it is.
    pub state: SaleState,
    /// What the payer paid, minor units; with `approved`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// ISO 4217; with `approved`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The terminal's own number of it; with `approved`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The acquirer's authorisation code; with `approved`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorisation: Option<String>,
    /// The card; with `approved`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub card: Option<MaskedCard>,
    /// Why not; with `declined`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Reason>,
}

/// How far a sale is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SaleState {
    /// For a card.
    Waiting,
    /// A card is there: its PIN or the acquirer's answer is awaited.
    Working,
    /// The payer has paid.
    Approved,
    /// No money moved, and none will.
    Declined,
    /// Cancelled or taken back: no money stays moved, and none will move.
    Closed,
    /// Never heard of.
    None,
    /// The terminal itself does not know yet.
    InDoubt,
    /// A word of a later version.
    #[serde(other)]
    Strange,
}

/// Why a sale was declined.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Too little money.
    InsufficientFunds,
    /// The card is blocked or expired.
    CardBlocked,
    /// Nobody held a card to it in time.
    TimedOut,
    /// The terminal lost its power first.
    PowerCut,
    /// The acquirer will not, or a word of a later version.
    #[serde(other)]
    Declined,
}

/// What became of a refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundFact {
    /// The attempt, as asked.
    pub number: String,
    /// The refund, as asked.
    pub refund_number: String,
    /// How far it is.
    pub state: RefundState,
    /// Minor units; with `done`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// The terminal's own number of it; with `done`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// How far a refund is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// The money is on its way back.
    Done,
    /// Taken in, not finished.
    Working,
    /// It will not be done.
    Refused,
    /// Never heard of.
    None,
    /// A word of a later version.
    #[serde(other)]
    Strange,
}

/// One page of a day's rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// As asked.
    pub day: String,
    /// Whether there are any.
    pub state: TotalsState,
    /// Rows of the whole day.
    #[serde(default)]
    pub count: u32,
    /// Sum of all payments of the day, minor units.
    #[serde(default)]
    pub payments: i64,
    /// Sum of all refunds of the day, minor units, above 0.
    #[serde(default)]
    pub refunds: i64,
    /// This page's rows.
    #[serde(default)]
    pub rows: Vec<Row>,
}

/// Whether a day's rows can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TotalsState {
    /// They are complete.
    Ready,
    /// The day is not over.
    NotYet,
    /// Nothing happened on that day.
    None,
    /// A word of a later version.
    #[serde(other)]
    Strange,
}

/// One movement of money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The attempt.
    pub number: String,
    /// The refund, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_number: Option<String>,
    /// The terminal's own number of the sale.
    pub reference: String,
    /// Minor units, above 0.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
    /// What the acquirer keeps, minor units.
    pub fee: i64,
    /// Milliseconds since 1970 UTC.
    pub at_ms: u64,
}

/// Why nothing was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trouble {
    /// Another sale is under way.
    Busy,
    /// The number was used for something else.
    Conflict,
    /// The terminal does not take this request.
    Refused,
    /// The terminal's own trouble, or a word of a later version.
    #[serde(other)]
    Trouble,
}

/// Scheme and at most four digits of a card. Longer digits are cut when they are read, and none print.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaskedCard {
    /// Such as `UnionPay`.
    #[serde(deserialize_with = "wordy")]
    pub scheme: String,
    /// The last four digits, or fewer.
    #[serde(deserialize_with = "last_four")]
    pub last4: String,
}

impl fmt::Debug for MaskedCard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MaskedCard(**)")
    }
}

/// A scheme's name: letters and blanks only, so that no number can hide in it.
fn wordy<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let text = String::deserialize(from)?;
    Ok(text.chars().filter(|c| c.is_alphabetic() || *c == ' ').take(SHORT_CHARS_MAX).collect())
}

fn last_four<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    let digits: String = String::deserialize(from)?.chars().filter(char::is_ascii_digit).collect();
    Ok(digits.get(digits.len().saturating_sub(4)..).unwrap_or_default().to_owned())
}

impl Request {
    /// The exact bytes to send.
    ///
    /// # Errors
    /// [`FrameError::Content`]; it is JSON of plain texts and numbers, so only memory could fail.
    pub fn to_json(&self) -> Result<Vec<u8>, FrameError> {
        serde_json::to_vec(self).map_err(|_impossible| FrameError::Content)
    }
}

impl Answer {
    /// Reads what came; total, and bounded by the frame it came in.
    ///
    /// # Errors
    /// [`FrameError::Content`].
    pub fn from_json(json: &[u8]) -> Result<Self, FrameError> {
        let answer: Self = serde_json::from_slice(json).map_err(|_unreadable| FrameError::Content)?;
        let short = |text: &Option<String>| text.as_ref().is_none_or(|text| text.len() <= SHORT_CHARS_MAX);
        let bounded = match &answer {
            Self::Sale(fact) => short(&fact.reference) && short(&fact.authorisation),
            Self::Refund(fact) => short(&fact.reference),
            Self::Totals(totals) => totals.rows.iter().all(|row| row.reference.len() <= SHORT_CHARS_MAX),
            Self::Welcome { .. } | Self::Error { .. } => true,
        };
        if bounded { Ok(answer) } else { Err(FrameError::Content) }
    }
}

#[cfg(test)]
mod tests;
