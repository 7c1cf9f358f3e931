//! A sandbox process of a test's own, killed with it. The one starter for this crate's tests and for those over a bus,
//! which include this file by its path; so it names nothing of the crate.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

pub(crate) struct Process {
    child: Child,
    _out: BufReader<ChildStdout>,
    folder: tempfile::TempDir,
    /// What it said once it was ready.
    pub(crate) ready: String,
    /// Where it listens.
    pub(crate) base: String,
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

/// The process in its folder, its output, and what it said once it was ready.
fn spawn(folder: &tempfile::TempDir, arguments: &[&str]) -> (Child, BufReader<ChildStdout>, String) {
    let mut child = Command::new(program())
        .args(["--listen", "127.0.0.1:0", "--keys", "."])
        .args(arguments)
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("sandbox");
    let mut out = BufReader::new(child.stdout.take().expect("stdout"));
    let mut ready = String::new();
    out.read_line(&mut ready).expect("ready line");
    (child, out, ready)
}

fn address(ready: &str) -> String {
    ready.split_whitespace().find(|word| word.starts_with("http://")).expect("address").to_owned()
}

impl Process {
    /// Starts it in a folder of its own, with keys of its own.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let made = Command::new(program()).arg("make-keys").arg(folder.path()).status().expect("make-keys");
        assert!(made.success());
        let (child, out, ready) = spawn(&folder, arguments);
        let base = address(&ready);
        Self { child, _out: out, folder, ready, base }
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("kill");
        self.child.wait().expect("end");
    }

    /// Starts again after [`Self::kill`], in the same folder.
    pub(crate) fn restart(&mut self, arguments: &[&str]) {
        (self.child, self._out, self.ready) = spawn(&self.folder, arguments);
        self.base = address(&self.ready);
    }

    /// Where a key file lies.
    pub(crate) fn key_file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn key(&self, name: &str) -> String {
        std::fs::read_to_string(self.key_file(name)).expect("key file")
    }

    /// Asks the control plane; panics where it refuses.
    pub(crate) async fn sim(&self, what: &str, body: Value) -> Value {
        let asked = reqwest::Client::new().post(format!("{}/_sim/{what}", self.base)).body(body.to_string());
        let answer = asked.send().await.expect("control plane");
        assert!(answer.status().is_success(), "{what}: {}", answer.status());
        serde_json::from_slice(&answer.bytes().await.expect("body")).expect("JSON")
    }

    /// What an account holds at a channel, by the channel's own book, in fen.
    pub(crate) async fn held_fen(&self, channel: &str, account: &str) -> i64 {
        let state = self.sim("state", json!({})).await;
        state["books"][channel]["balances"][account].as_i64().unwrap_or(0)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // The process may be gone already; either way it is not running after this.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
