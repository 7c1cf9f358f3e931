//! The payment channels that are not there: keys, the sandbox process, and its control plane.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use tokio::process::Command;

use crate::process::{Program, Running};

/// The running sandbox.
#[derive(Debug)]
pub struct Sandbox {
    running: Running,
    http: reqwest::Client,
    /// `http://127.0.0.1:PORT`.
    pub base: String,
    /// Every key of the sandbox's contract.
    pub keys: PathBuf,
    /// Where its card terminal listens.
    pub terminal: SocketAddr,
}

impl Sandbox {
    /// Makes keys where there are none, and starts the sandbox; port 0 takes a free one.
    pub async fn start(programs: &Path, state: &Path, logs: &Path, port: u16) -> Result<Self> {
        let program = programs.join("dais-sandbox");
        let keys = state.join("channel-keys");
        // The newest of the keys: a folder of an older suite is made anew.
        if !keys.join("terminal_key.txt").exists() {
            let made = Command::new(&program)
                .arg("make-keys")
                .arg(&keys)
                .output()
                .await
                .context("dais-sandbox cannot be started")?;
            ensure!(made.status.success(), "no channel keys: {}", String::from_utf8_lossy(&made.stderr));
        }
        let port = if port == 0 { free_port()? } else { is_free(port)? };
        let program = Program::new("dais-sandbox", program).with([
            "--listen".into(),
            format!("127.0.0.1:{port}"),
            "--terminal-journal".into(),
            state.join("terminal.journal").display().to_string(),
            "--keys".into(),
            keys.display().to_string(),
            "--assets".into(),
            crate::source_tree().join("assets/fetched").display().to_string(),
            "--terminal".into(),
            "127.0.0.1:0".into(),
        ]);
        let (running, ready) = program.start_and_hear(logs).await?;
        let terminal = ready.split_whitespace().last().and_then(|word| word.parse().ok());
        let terminal = terminal.with_context(|| format!("the sandbox names no terminal: {ready}"))?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { running, http, base: format!("http://127.0.0.1:{port}"), keys, terminal })
    }

    /// The payer's wallet page.
    pub fn wallet(&self) -> String {
        format!("{}/wallet", self.base)
    }

    /// What the kiosk's camera sees.
    pub fn camera(&self) -> String {
        format!("{}/wallet/camera.mjpg", self.base)
    }

    /// One order to the control plane, `_sim/VERB`.
    pub async fn sim(&self, verb: &str, body: Value) -> Result<Value> {
        let url = format!("{}/_sim/{verb}", self.base);
        let answer = self
            .http
            .post(url)
            .body(body.to_string())
            .header("content-type", "application/json")
            .send()
            .await?;
        let status = answer.status();
        let text = answer.text().await?;
        ensure!(status.is_success(), "the sandbox refused {verb}: {status} {text}");
        Ok(serde_json::from_str(&text).unwrap_or(Value::Null))
    }

    /// Holds a card to the terminal, or ready for its next sale; `outcome` as the sandbox's terminal names it.
    pub async fn present(&self, outcome: &str) -> Result<()> {
        let card = json!({ "scheme": "UnionPay", "last4": "0042" });
        self.sim("terminal", json!({ "do": "present", "card": card, "outcome": outcome })).await.map(drop)
    }

    /// Shows a payer's own code to the kiosk's camera; its scenario is what the channel does with it.
    pub async fn show(&self, channel: &str, scenario: &str) -> Result<()> {
        let body = json!({ "channel": channel, "scenario": scenario }).to_string();
        let url = format!("{}/wallet/show", self.base);
        let asked = self.http.post(url).header("content-type", "application/json").body(body).send().await?;
        ensure!(asked.status().is_success(), "the wallet shows no code: {}", asked.status());
        Ok(())
    }

    /// Everything the channels know.
    pub async fn state(&self) -> Result<Value> {
        self.sim("state", json!({})).await
    }

    /// Ends it.
    pub async fn stop(self) -> Result<()> {
        self.running.stop().await
    }
}

/// A port that was free a moment ago.
pub fn free_port() -> Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A port that was asked for, where nobody else has it: most often that is another suite.
fn is_free(port: u16) -> Result<u16> {
    let tried = std::net::TcpListener::bind(("127.0.0.1", port));
    tried.map(|_| port).with_context(|| {
        format!("port {port} cannot be had, perhaps because another suite runs; choose another with --port")
    })
}

/// The order number of the newest trade of a channel (`a`, `w` or `u`) that nobody has paid or closed.
pub(crate) fn open_trade(state: &Value, channel: &str) -> Option<String> {
    let trades = state.get("trades")?.as_array()?;
    let is_open = |trade: &&Value| trade["state"] == "offered" || trade["state"] == "waiting";
    let open = trades.iter().rev().filter(|trade| trade["channel"] == channel).find(is_open)?;
    open["out_trade_no"].as_str().map(str::to_owned)
}
