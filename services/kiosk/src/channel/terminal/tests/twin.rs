//! A sandbox process with a terminal, which can be killed and started again on the same port with its journal.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::{Key, Terminal, TerminalConfig};
use crate::channel::tests::process::Process;

pub(super) struct Twin {
    process: Process,
    pub(super) address: SocketAddr,
}

impl Twin {
    pub(super) fn start() -> Self {
        let process = Process::start(&["--terminal", "127.0.0.1:0", "--terminal-journal", "journal"]);
        let address = process.ready.split_whitespace().last().expect("terminal");
        let address = address.parse().expect("the terminal's address");
        Self { process, address }
    }

    /// SIGKILL.
    pub(super) fn kill(&mut self) {
        self.process.kill();
    }

    /// Starts again after [`Self::kill`], at the same address.
    pub(super) fn restart(&mut self) {
        self.process.restart(&["--terminal", &self.address.to_string(), "--terminal-journal", "journal"]);
    }

    pub(super) fn key(&self) -> Key {
        Key::new(self.process.key("terminal_key.txt").as_bytes()).expect("key")
    }

    pub(super) fn client(&self) -> Terminal {
        self.client_with(self.key())
    }

    pub(super) fn client_with(&self, key: Key) -> Terminal {
        client_at(self.address, key)
    }

    pub(super) async fn sim(&self, what: &str, body: Value) -> Value {
        self.process.sim(what, body).await
    }

    /// Holds a card to the terminal, or ready for its next sale.
    pub(super) async fn present(&self, outcome: &str) {
        let card = json!({"scheme": "UnionPay", "last4": "0042"});
        self.sim("terminal", json!({"do": "present", "card": card, "outcome": outcome})).await;
    }

    /// How often the acquirer was asked to move money for a sale: `pay`, `reverse` or `refund`.
    pub(super) async fn movements(&self, what: &str, number: &str) -> usize {
        let state = self.sim("state", json!({})).await;
        let entries = state["books"]["t"]["entries"].as_array().cloned().unwrap_or_default();
        entries.iter().filter(|entry| entry["what"] == what && entry["out_trade_no"] == number).count()
    }

    /// What the merchant holds at the acquirer, in fen.
    pub(super) async fn merchant_fen(&self) -> i64 {
        self.process.held_fen("t", "merchant").await
    }
}

pub(super) fn client_at(address: SocketAddr, key: Key) -> Terminal {
    let config = TerminalConfig { address, amount_max: 5_000_000, refund_days: 30 };
    Terminal::new(config, key)
}

impl Terminal {
    /// The same with less patience.
    pub(super) fn within(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }
}
