//! A sandbox process of the test's own, and Alipay's client with its keys.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;

use kiosk::channel::alipay::{Alipay, AlipayConfig, Keys};
use kiosk::channel::{Channel, exchange};
use serde_json::Value;

pub(crate) struct Sandbox {
    child: Child,
    _out: BufReader<ChildStdout>,
    keys: tempfile::TempDir,
    base: String,
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

impl Sandbox {
    pub(crate) fn start() -> Self {
        let keys = tempfile::tempdir().expect("folder");
        let made = Command::new(program()).arg("make-keys").arg(keys.path()).status().expect("make-keys");
        assert!(made.success());
        let mut child = Command::new(program())
            .args(["--listen", "127.0.0.1:0", "--keys"])
            .arg(keys.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("sandbox");
        let mut out = BufReader::new(child.stdout.take().expect("stdout"));
        let mut line = String::new();
        out.read_line(&mut line).expect("ready line");
        let base =
            line.split_whitespace().find(|word| word.starts_with("http://")).expect("address").to_owned();
        Self { child, _out: out, keys, base }
    }

    /// Alipay's client, as a school with agreements has it.
    pub(crate) fn alipay(&self) -> Arc<dyn Channel> {
        let key = |name: &str| std::fs::read(self.keys.path().join(name)).expect("key file");
        let keys = Keys::new(&key("alipay_app_priv.pem"), &key("alipay_platform_pub.pem")).expect("keys");
        let config: AlipayConfig = serde_json::from_value(serde_json::json!({
            "gateway": format!("{}/gateway.do", self.base),
            "app_id": "2021000000000001",
            "seller_id": "2088000000000001",
            "agreement_product": "GENERAL_WITHHOLDING",
            "agreement_scene": "INDUSTRY|CATERING",
        }))
        .expect("a configuration");
        Arc::new(Alipay::new(config, keys, exchange::client().expect("client")))
    }

    /// Asks the control plane; panics where it refuses.
    pub(crate) async fn sim(&self, what: &str, body: Value) -> Value {
        let client = exchange::client().expect("client");
        let answer = client.post(format!("{}/_sim/{what}", self.base)).body(body.to_string()).send().await;
        let answer = answer.expect("control plane");
        assert!(answer.status().is_success(), "{what}: {}", answer.status());
        serde_json::from_slice(&answer.bytes().await.expect("body")).expect("JSON")
    }

    /// What a member's phone sees at a link.
    pub(crate) async fn open(&self, link: &str) -> Value {
        assert!(link.starts_with(&self.base), "{link}");
        let answer = exchange::client().expect("client").get(link).send().await.expect("the page");
        serde_json::from_slice(&answer.bytes().await.expect("body")).expect("JSON")
    }

    /// What the merchant holds at Alipay, by the channel's own book, in fen.
    pub(crate) async fn merchant_fen(&self) -> i64 {
        let state = self.sim("state", Value::Object(Default::default())).await;
        state["books"]["a"]["balances"]["merchant"].as_i64().unwrap_or(0)
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // The process may be gone already; either way it is not running after this.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
