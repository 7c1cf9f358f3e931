//! A channel's own book in double entry, so that a test can hold the channel's money against a merchant's ledger.

use serde::Serialize;
use std::collections::BTreeMap;

/// The merchant's account.
pub const MERCHANT: &str = "merchant";

/// One movement of money.
#[derive(Clone, Debug, Serialize)]
pub struct Entry {
    /// The account that gives.
    pub from: String,
    /// The account that takes.
    pub to: String,
    /// How much, in fen.
    pub fen: i64,
    /// `pay`, `refund`, `reverse` or `share`.
    pub what: &'static str,
    /// The merchant's order number.
    pub out_trade_no: String,
}

/// All movements at one channel, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Book(Vec<Entry>);

impl Book {
    /// Writes a movement down.
    pub fn post(&mut self, entry: Entry) {
        self.0.push(entry);
    }

    /// The movements, oldest first.
    pub fn entries(&self) -> &[Entry] {
        &self.0
    }

    /// What every account holds, in fen. The sum is always zero.
    pub fn balances(&self) -> BTreeMap<&str, i64> {
        let mut balances = BTreeMap::new();
        for entry in &self.0 {
            *balances.entry(entry.from.as_str()).or_insert(0) -= entry.fen;
            *balances.entry(entry.to.as_str()).or_insert(0) += entry.fen;
        }
        balances
    }
}
