//! A sandbox process with a terminal, which can be killed and started again on the same port with its journal.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::super::{Key, Terminal, TerminalConfig};
use crate::channel::exchange;

pub(super) struct Twin {
    child: Child,
    _out: BufReader<ChildStdout>,
    folder: tempfile::TempDir,
    base: String,
    pub(super) address: SocketAddr,
}

/// `dais-sandbox` as cargo built it beside this test; built now where only this crate was.
fn program() -> PathBuf {
    let test = std::env::current_exe().expect("own path");
    let folder = test.parent().and_then(|deps| deps.parent()).expect("target folder");
    let program = folder.join("dais-sandbox");
    if !program.exists() {
        let built = Command::new(env!("CARGO")).args(["build", "-q", "-p", "sandbox"]).status();
        assert!(built.expect("cargo").success(), "the sandbox does not build");
    }
    program
}

/// The process, its output, its control plane and its terminal.
fn spawn(folder: &tempfile::TempDir, terminal: &str) -> (Child, BufReader<ChildStdout>, String, SocketAddr) {
    let mut child = Command::new(program())
        .args(["--listen", "127.0.0.1:0", "--terminal", terminal, "--keys"])
        .arg(folder.path())
        .arg("--terminal-journal")
        .arg(folder.path().join("journal"))
        .stdout(Stdio::piped())
        .spawn()
        .expect("sandbox");
    let mut out = BufReader::new(child.stdout.take().expect("stdout"));
    let mut line = String::new();
    out.read_line(&mut line).expect("ready line");
    let mut words = line.split_whitespace();
    let base = words.find(|word| word.starts_with("http://")).expect("address").to_owned();
    let address = words.last().expect("terminal").parse().expect("the terminal's address");
    (child, out, base, address)
}

impl Twin {
    pub(super) fn start() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let made = Command::new(program()).arg("make-keys").arg(folder.path()).status().expect("make-keys");
        assert!(made.success());
        let (child, out, base, address) = spawn(&folder, "127.0.0.1:0");
        Self { child, _out: out, folder, base, address }
    }

    /// SIGKILL.
    pub(super) fn kill(&mut self) {
        self.child.kill().expect("kill");
        self.child.wait().expect("end");
    }

    /// Starts again after [`Self::kill`], at the same address.
    pub(super) fn restart(&mut self) {
        let (child, out, base, _) = spawn(&self.folder, &self.address.to_string());
        (self.child, self._out, self.base) = (child, out, base);
    }

    pub(super) fn key(&self) -> Key {
        Key::new(&std::fs::read(self.folder.path().join("terminal_key.txt")).expect("key file")).expect("key")
    }

    pub(super) fn client(&self) -> Terminal {
        self.client_with(self.key())
    }

    pub(super) fn client_with(&self, key: Key) -> Terminal {
        client_at(self.address, key)
    }

    /// Asks the control plane; panics where it refuses.
    pub(super) async fn sim(&self, what: &str, body: Value) -> Value {
        let answer = exchange::client()
            .expect("client")
            .post(format!("{}/_sim/{what}", self.base))
            .body(body.to_string())
            .send()
            .await
            .expect("control plane");
        assert!(answer.status().is_success(), "{what}: {}", answer.status());
        serde_json::from_slice(&answer.bytes().await.expect("body")).expect("JSON")
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
        let state = self.sim("state", json!({})).await;
        state["books"]["t"]["balances"]["merchant"].as_i64().unwrap_or(0)
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

impl Drop for Twin {
    fn drop(&mut self) {
        // The process may be gone already; either way it is not running after this.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
