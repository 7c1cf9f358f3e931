//! Starting, the ready line, keys, stopping.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_dais-sandbox");

pub(crate) struct Sandbox {
    child: Child,
    pub(crate) keys: tempfile::TempDir,
    pub(crate) base: String,
    /// The terminal's address, where one was asked for.
    pub(crate) terminal: Option<String>,
}

impl Sandbox {
    pub(crate) fn start() -> Self {
        Self::start_at("127.0.0.1:0", &[])
    }

    pub(crate) fn start_at(listen: &str, more: &[&str]) -> Self {
        let keys = tempfile::tempdir().expect("folder");
        assert!(Command::new(PROGRAM).arg("make-keys").arg(keys.path()).status().expect("run").success());
        let mut child = Command::new(PROGRAM)
            .args(["--listen", listen, "--keys"])
            .arg(keys.path())
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .expect("start");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("stdout")).read_line(&mut line).expect("ready line");
        let base = line.split_whitespace().find(|word| word.starts_with("http://")).expect(&line).to_owned();
        let terminal = line.split_once(" terminal ").map(|(_, address)| address.trim().to_owned());
        Self { child, keys, base, terminal }
    }

    pub(crate) fn key(&self, name: &str) -> String {
        self.keys.path().join(name).to_str().expect("utf-8").to_owned()
    }

    pub(crate) async fn post(&self, path: &str, kind: &str, body: Vec<u8>) -> (u16, Value) {
        let request =
            reqwest::Client::new().post(format!("{}{path}", self.base)).header("content-type", kind);
        let answer = request.body(body).send().await.expect("answer");
        let status = answer.status().as_u16();
        let body = answer.bytes().await.expect("body");
        (status, serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    pub(crate) async fn json(&self, path: &str, body: Value) -> (u16, Value) {
        self.post(path, "application/json", body.to_string().into_bytes()).await
    }

    /// Sends SIGTERM and waits for the end.
    fn terminate(&mut self) -> std::process::ExitStatus {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().expect("kill").success());
        self.child.wait().expect("end")
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may have ended by itself; either way it is not running after this.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Runs openssl with the input on its stdin.
pub(crate) fn openssl(args: &[&str], input: &[u8]) -> (bool, Vec<u8>) {
    let mut child = Command::new("openssl")
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("openssl");
    child.stdin.take().expect("stdin").write_all(input).expect("input");
    let output = child.wait_with_output().expect("openssl");
    (output.status.success(), output.stdout)
}

#[test]
fn keys_are_what_their_names_say() {
    let folder = tempfile::tempdir().expect("folder");
    let keys = folder.path().join("new/keys");
    assert!(Command::new(PROGRAM).arg("make-keys").arg(&keys).status().expect("run").success());
    let file = |name: &str| keys.join(name).to_str().expect("utf-8").to_owned();
    for name in ["alipay_app", "alipay_platform", "wx_mch", "wx_platform", "acp_mch", "acp_up"] {
        let public = std::fs::read(file(&format!("{name}_pub.pem"))).expect("pub");
        for form in ["priv", "priv_pkcs1"] {
            let path = file(&format!("{name}_{form}.pem"));
            assert_eq!(
                openssl(&["pkey", "-in", &path, "-pubout"], b""),
                (true, public.clone()),
                "{name} {form}"
            );
        }
        let pkcs1 = std::fs::read_to_string(file(&format!("{name}_priv_pkcs1.pem"))).expect("pkcs1");
        assert!(pkcs1.starts_with("-----BEGIN RSA PRIVATE KEY-----"));
    }
    for name in ["wx_mch", "wx_platform", "acp_mch", "acp_up"] {
        let path = file(&format!("{name}_cert.pem"));
        assert!(openssl(&["verify", "-CAfile", &path, &path], b"").0, "{name}");
        let (_, serial) = openssl(&["x509", "-in", &path, "-noout", "-serial"], b"");
        let told = std::fs::read_to_string(file(&format!("{name}_serial.txt"))).expect("serial");
        assert_eq!(String::from_utf8_lossy(&serial).trim(), format!("serial={told}"));
    }
    for (name, length) in [("wx_apiv3_key.txt", 32), ("wx_v2_key.txt", 32), ("terminal_key.txt", 64)] {
        assert_eq!(std::fs::read(file(name)).expect("key").len(), length, "{name}");
    }
    assert!(std::fs::read_to_string(file("wx_pubkey_id.txt")).expect("id").starts_with("PUB_KEY_ID_"));
}

#[tokio::test]
async fn sigterm_ends_it_cleanly_even_with_a_stream_open() {
    let mut sandbox = Sandbox::start();
    let stream = reqwest::get(format!("{}/wallet/camera.mjpg", sandbox.base)).await.expect("stream");
    assert!(stream.status().is_success());
    let before = Instant::now();
    assert!(sandbox.terminate().success());
    assert!(before.elapsed() < Duration::from_secs(5), "{:?}", before.elapsed());
    let mut rest = String::new();
    sandbox.child.stdout.take().expect("stdout").read_to_string(&mut rest).expect("output");
    assert_eq!(rest, "", "one line and no more");
}

#[test]
fn what_is_missing_is_named() {
    let fails = |args: &[&str]| {
        let output = Command::new(PROGRAM).args(args).output().expect("run");
        assert!(!output.status.success(), "{args:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert!(fails(&[]).contains("--listen"));
    assert!(fails(&["--listen", "127.0.0.1:0", "--keys", "/nonexistent"]).contains("make-keys"));
    assert!(fails(&["--wat"]).contains("make-keys DIR"));
    let folder = tempfile::tempdir().expect("folder");
    let plan = folder.path().join("plan.json");
    std::fs::write(&plan, r#"{"per_mile": {}}"#).expect("plan");
    let text = fails(&["--listen", "127.0.0.1:0", "--keys", "/nonexistent", "--faults", path(&plan)]);
    assert!(text.contains("per_mile"), "{text}");
}

fn path(path: &Path) -> &str {
    path.to_str().expect("utf-8")
}

#[tokio::test]
async fn the_control_plane_is_for_loopback_only() {
    let open = Sandbox::start_at("0.0.0.0:0", &[]);
    let base = open.base.replace("0.0.0.0", "127.0.0.1");
    let answer =
        reqwest::Client::new().post(format!("{base}/_sim/state")).body("{}").send().await.expect("answer");
    assert_eq!(answer.status().as_u16(), 404);
    let closed = Sandbox::start();
    assert_eq!(closed.json("/_sim/state", json!({})).await.0, 200);
    assert_eq!(closed.json("/_sim/pay", json!({"channel": "a", "out_trade_no": "x"})).await.0, 404);
    assert_eq!(closed.json("/_sim/pay", json!({"channel": "z"})).await.0, 400);
    assert_eq!(closed.json("/_sim/advance-clock", json!({"seconds": -1})).await.0, 400);
}
