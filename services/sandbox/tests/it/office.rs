//! The back office as any client sees it: codes, order, one answer for one entry, conflicts. Codes and hashes here are
//! made by OpenSSL's command line, not by our own code.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::process::Sandbox;

fn openssl(words: &[&str], input: &[u8]) -> String {
    let mut child = Command::new("openssl")
        .args(words)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("openssl");
    child.stdin.take().expect("input").write_all(input).expect("written");
    let said = String::from_utf8(child.wait_with_output().expect("output").stdout).expect("text");
    said.trim().rsplit(' ').next().expect("a word").to_owned()
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).expect("hex")).collect()
}

struct Office {
    sandbox: Sandbox,
    key: String,
    asked: u64,
}

impl Office {
    fn start() -> Self {
        let sandbox = Sandbox::start();
        let key = std::fs::read_to_string(sandbox.keys.path().join("office_key.txt")).expect("key");
        Self { sandbox, key: key.trim().to_owned(), asked: 0 }
    }

    fn code(&self, letter: &[u8], nonce: &str, body: &[u8]) -> String {
        let text = [b"dais-forward-1", letter, &hex(nonce), body].concat();
        openssl(&["dgst", "-sha256", "-mac", "HMAC", "-macopt", &format!("hexkey:{}", self.key)], &text)
    }

    async fn post(&self, call: &str, nonce: &str, code: &str, body: &str) -> (u16, String, String) {
        let url = format!("{}/office/{call}", self.sandbox.base);
        let request = reqwest::Client::new().post(url).header("dais-nonce", nonce).header("dais-code", code);
        let answer = request.body(body.to_owned()).send().await.expect("an answer");
        let code =
            answer.headers().get("dais-code").map_or("", |code| code.to_str().expect("text")).to_owned();
        (answer.status().as_u16(), code, answer.text().await.expect("a body"))
    }

    /// A question with its code; the answer's code must hold.
    async fn ask(&mut self, call: &str, body: &Value) -> (u16, Value) {
        self.asked += 1;
        let (nonce, body) = (format!("{:032x}", self.asked), body.to_string());
        let (status, code, said) =
            self.post(call, &nonce, &self.code(b"K", &nonce, body.as_bytes()), &body).await;
        assert_eq!(code, self.code(b"B", &nonce, said.as_bytes()), "{said}");
        (status, serde_json::from_str(&said).expect("JSON"))
    }
}

/// An entry by one member's tap, as the kiosk `k` forwards it after `before`.
fn entry(before: &str, sequence: u64, payment: &str, minor: i64, tap: u64) -> Value {
    let member: Vec<u8> = vec![9; 32];
    let text = json!({
        "sequence": sequence, "at_ms": 1, "payment": payment,
        "instrument": {"Member": {"member": member, "limit": 5000, "tap": tap}},
        "amount": {"minor": minor, "currency": "CNY"}, "deny_list": 0,
    })
    .to_string();
    let follows = [&hex(before)[..], &sequence.to_le_bytes(), text.as_bytes()].concat();
    json!({"kiosk": "k", "sequence": sequence, "hash": openssl(&["dgst", "-sha256"], &follows), "entry": text})
}

fn hash(entry: &Value) -> String {
    entry["hash"].as_str().expect("a hash").to_owned()
}

#[tokio::test]
async fn entries_are_taken_in_order_once_and_answered_the_same() {
    let mut office = Office::start();
    let start = "00".repeat(32);
    let first = entry(&start, 1, "p1", 300, 5);
    let (status, said) = office.ask("entries", &first).await;
    assert_eq!((status, &said["answer"], &said["hash"]), (200, &json!("Accepted"), &first["hash"]));
    assert_eq!(office.ask("entries", &first).await.1, said, "the same again");
    let other = entry(&start, 1, "p1", 301, 5);
    assert_eq!(office.ask("entries", &other).await.1["error"], "other-entry");
    let third = entry(&hash(&first), 3, "p3", 300, 7);
    assert_eq!(office.ask("entries", &third).await, (409, json!({"error": "gap", "expected": 2})));
    let torn = entry(&start, 2, "p2", 300, 6);
    assert_eq!(office.ask("entries", &torn).await.1["error"], "chain");
    let second = entry(&hash(&first), 2, "p2", 300, 6);
    assert_eq!(office.ask("entries", &second).await.1["answer"], "Accepted");
    let (_, log) = office.sandbox.json("/_sim/office", json!({"do": "log"})).await;
    assert_eq!(log["taken"]["k"].as_array().map(Vec::len), Some(2));
    let asked = json!({"kiosk": "k", "sequence": 2, "hash": hash(&second)});
    let (_, how) = office.ask("status", &asked).await;
    assert_eq!(how, json!({"sequence": 2, "hash": hash(&second), "deny_list": 0, "agrees": true}));
}

#[tokio::test]
async fn what_cannot_be_honoured_is_a_conflict_by_name() {
    let mut office = Office::start();
    let member = "09".repeat(32);
    let play = |play: Value| office.sandbox.json("/_sim/office", play);
    let planned = json!({"do": "conflict", "payment": "p2", "conflict": "NotGenuine"});
    assert_eq!(play(planned).await.0, 200);
    assert_eq!(play(json!({"do": "conflict", "payment": "p", "conflict": "Sad"})).await.0, 400);
    assert_eq!(play(json!({"do": "cap", "minor": 500})).await.0, 200);
    let mut before = "00".repeat(32);
    let mut sequence = 0;
    for (payment, minor, tap, answer) in [
        ("p1", 300, 5, json!("Accepted")),
        ("p2", 300, 6, json!({"Conflict": "NotGenuine"})),
        ("p3", 300, 5, json!({"Conflict": "CounterRepeats"})),
        ("p4", 501, 8, json!({"Conflict": "OverLimit"})),
        ("p5", 500, 9, json!("Accepted")),
    ] {
        sequence += 1;
        let next = entry(&before, sequence, payment, minor, tap);
        let said = office.ask("entries", &next).await.1;
        assert_eq!(said["answer"], answer, "{payment}");
        before = hash(&next);
    }
    let denied = json!({"do": "deny", "version": 7, "tokens": [member]});
    assert_eq!(office.sandbox.json("/_sim/office", denied).await.0, 200);
    let said = office.ask("entries", &entry(&before, 6, "p6", 1, 10)).await.1;
    assert_eq!((&said["answer"], &said["deny_list"]), (&json!({"Conflict": "AccountClosed"}), &json!(7)));
}

#[tokio::test]
async fn a_question_without_its_code_or_with_a_used_nonce_is_not_heard() {
    let office = Office::start();
    let body = json!({"kiosk": "k", "sequence": 0, "hash": "00".repeat(32)}).to_string();
    let nonce = "ab".repeat(16);
    let code = office.code(b"K", &nonce, body.as_bytes());
    assert_eq!(
        office.post("status", &nonce, &office.code(b"B", &nonce, body.as_bytes()), &body).await.0,
        401
    );
    assert_eq!(office.post("status", "", &code, &body).await.0, 401);
    assert_eq!(office.post("status", &nonce, &code, &format!("{body} ")).await.0, 401);
    assert_eq!(office.post("status", &nonce, &code, &body).await.0, 200);
    let (status, _, said) = office.post("status", &nonce, &code, &body).await;
    assert_eq!((status, said.contains("nonce")), (409, true), "{said}");
}
