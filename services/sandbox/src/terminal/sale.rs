//! One sale at the terminal, put together from the journal's lines.

use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::journal::{Card, Entry};
use crate::clock::Millis;

/// How far a sale is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// For a card.
    #[default]
    Waiting,
    /// For the PIN. Forgotten when the power goes.
    Pin,
    /// The acquirer was asked.
    Asking,
    /// Paid.
    Approved,
    /// No money moved, for this reason.
    Declined(String),
    /// Cancelled or taken back.
    Closed,
}

/// Money sent back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Back {
    /// Minor units.
    pub minor: i64,
    /// The terminal's number of it.
    pub reference: String,
    /// When.
    pub at: Millis,
}

/// One sale.
#[derive(Clone, Debug, Default)]
pub struct Sale {
    /// Minor units.
    pub minor: i64,
    /// ISO 4217; empty for one that was closed before it began.
    pub currency: String,
    /// When the wait for a card ends.
    pub until: Millis,
    /// How far it is.
    pub stage: Stage,
    /// The card that was presented.
    pub card: Option<Card>,
    /// The acquirer's word: the terminal's reference, its code, when.
    pub charged: Option<(String, String, Millis)>,
    /// Money sent back, by the refund's number.
    pub refunds: BTreeMap<String, Back>,
    /// How many more queries are answered `in_doubt`. Forgotten when the power goes.
    pub doubts: u32,
}

impl Sale {
    /// Minor units sent back so far.
    pub fn refunded(&self) -> i64 {
        self.refunds.values().map(|back| back.minor).sum()
    }

    /// As the protocol tells it.
    pub fn told(&self, number: &str) -> Value {
        let state = match &self.stage {
            Stage::Waiting => "waiting",
            Stage::Pin => "working",
            Stage::Asking => "in_doubt",
            Stage::Approved => "approved",
            Stage::Declined(_) => "declined",
            Stage::Closed => "closed",
        };
        let mut told = json!({"type": "sale", "number": number, "state": state});
        match (&self.stage, &self.charged, &self.card) {
            (Stage::Declined(reason), ..) => told["reason"] = json!(reason),
            (Stage::Approved, Some((reference, authorisation, _)), Some(card)) => {
                told["amount"] = json!(self.minor);
                told["currency"] = json!(self.currency);
                told["reference"] = json!(reference);
                told["authorisation"] = json!(authorisation);
                told["card"] = json!(card);
            }
            _nothing_more => {}
        }
        told
    }
}

/// Applies a line. A sale may be closed before it ever began.
pub fn apply(sales: &mut BTreeMap<String, Sale>, entry: &Entry) {
    let (Entry::Began { number, .. }
    | Entry::Asking { number, .. }
    | Entry::Charged { number, .. }
    | Entry::Approved { number }
    | Entry::Declined { number, .. }
    | Entry::Closed { number }
    | Entry::Refunded { number, .. }) = entry;
    let sale = sales.entry(number.clone()).or_default();
    match entry {
        Entry::Began { minor, currency, until, .. } => {
            *sale = Sale { minor: *minor, currency: currency.clone(), until: *until, ..Sale::default() };
        }
        Entry::Asking { card, .. } => {
            sale.stage = Stage::Asking;
            sale.card = Some(card.clone());
        }
        Entry::Charged { reference, authorisation, at, .. } => {
            sale.charged = Some((reference.clone(), authorisation.clone(), *at));
        }
        Entry::Approved { .. } => sale.stage = Stage::Approved,
        Entry::Declined { reason, .. } => sale.stage = Stage::Declined(reason.clone()),
        Entry::Closed { .. } => sale.stage = Stage::Closed,
        Entry::Refunded { refund, minor, reference, at, .. } => {
            let back = Back { minor: *minor, reference: reference.clone(), at: *at };
            sale.refunds.insert(refund.clone(), back);
        }
    }
}
