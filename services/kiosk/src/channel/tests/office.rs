//! The back office's client against its twin: each fault is a doubt, never an answer, and the same entry again is
//! answered the same.

mod till;

use serde_json::json;

use super::sandbox::Sandbox;
use crate::channel::campus::Accounts;
use crate::channel::campus::back_office::{BackOffice, Key, OfflineConfig};
use crate::channel::{Doubt, exchange};
use crate::member::{IdentityKind, TokenKey};
use crate::offline::{Answer, Conflict, Entry, Head, Instrument, Link};
use crate::till::{Currency, Money, PaymentId};

fn office(sandbox: &Sandbox, key: &str) -> (BackOffice, tempfile::TempDir) {
    office_at(format!("{}/office", sandbox.base), key)
}

fn office_at(forward: String, key: &str) -> (BackOffice, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("folder");
    let accounts = Accounts::open(&folder.path().join("campus"), &[7; 16]).expect("accounts");
    let config = OfflineConfig { forward, kiosk: "canteen-1".into(), limits: Default::default() };
    config.check().expect("a configuration");
    let key = Key::new(key.as_bytes()).expect("a key");
    (BackOffice::new(config, key, exchange::client().expect("client"), accounts), folder)
}

fn link(head: Head, payment: &str, tap: u32) -> Link {
    let member = TokenKey::new(&[7; 32]).expect("a key").token(IdentityKind::Card, b"tag");
    let entry = Entry {
        sequence: head.sequence + 1,
        at_ms: 1,
        payment: PaymentId::new(payment).expect("id"),
        instrument: Instrument::Member { member, limit: 5_000, tap: Some(tap) },
        amount: Money::new(300, Currency::CNY),
        deny_list: 0,
    };
    Link::after(&head, entry).expect("a link")
}

/// What the twin took in: payments and answers.
async fn taken(sandbox: &Sandbox) -> serde_json::Value {
    sandbox.sim("office", json!({"do": "log"})).await["taken"]["canteen-1"].clone()
}

#[tokio::test]
async fn an_answer_without_the_offices_code_is_a_doubt() {
    // Whoever sits on the way answers everything with a yes.
    let anybody = axum::Router::new().fallback(|| async { r#"{"answer":"accepted"}"# });
    let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("listen");
    let address = socket.local_addr().expect("address");
    tokio::spawn(async move { axum::serve(socket, anybody).await });
    let (mut office, _folder) = office_at(format!("http://{address}/office"), &"11".repeat(32));
    let next = link(Head::START, "lunch", 1);
    assert_eq!(office.forward(&next).await.expect_err("no code"), Doubt::BadSignature);
    assert_eq!(office.status(Head::START).await.expect_err("no code"), Doubt::BadSignature);
}

#[tokio::test]
async fn every_fault_is_a_doubt_and_the_entry_counts_once() {
    let sandbox = Sandbox::start();
    let (mut office, _folder) = office(&sandbox, &sandbox.key("office_key.txt"));
    let mut head = Head::START;
    let faults = [
        "drop-before",
        "5xx",
        "charge-then-drop",
        "20000",
        "wrong-signature",
        "stale-timestamp",
        "truncated-body",
    ];
    for (tap, fault) in (1..).zip(faults) {
        let next = link(head, fault, tap);
        sandbox.sim("fault", json!({"fault": fault, "channel": "o", "call": "entries"})).await;
        office.forward(&next).await.expect_err(fault);
        assert_eq!(office.forward(&next).await.expect(fault).0, Answer::Accepted, "{fault}");
        assert_eq!(office.forward(&next).await.expect("again").0, Answer::Accepted, "{fault} again");
        head = next.head();
        sandbox.sim("fault", json!({"fault": fault, "channel": "o", "call": "status"})).await;
        office.status(head).await.expect_err(fault);
        office.status(head).await.expect(fault);
    }
    let rows = taken(&sandbox).await;
    assert_eq!(rows.as_array().map(Vec::len), Some(faults.len()));
}

#[tokio::test]
async fn conflicts_are_answers_and_a_gap_or_another_key_is_none() {
    let sandbox = Sandbox::start();
    let (mut office, _folder) = office(&sandbox, &sandbox.key("office_key.txt"));
    let first = link(Head::START, "p1", 5);
    sandbox.sim("office", json!({"do": "conflict", "payment": "p1", "conflict": "AccountClosed"})).await;
    let conflict = Answer::Conflict(Conflict::AccountClosed);
    assert_eq!(office.forward(&first).await.expect("an answer").0, conflict);
    assert_eq!(office.forward(&first).await.expect("an answer").0, conflict, "the same again");
    let other = link(Head::START, "p1", 6);
    office.forward(&other).await.expect_err("another entry at the same place");
    let far = link(link(first.head(), "p2", 7).head(), "p3", 8);
    office.forward(&far).await.expect_err("a gap");
    let copied = link(first.head(), "p2", 5);
    // The first was refused by plan, before its counter was looked at.
    assert_eq!(office.forward(&copied).await.expect("an answer").0, Answer::Accepted);
    let repeated = link(copied.head(), "p3", 5);
    let said = office.forward(&repeated).await.expect("an answer").0;
    assert_eq!(said, Answer::Conflict(Conflict::CounterRepeats));
    let (mut stranger, _other) = self::office(&sandbox, &"11".repeat(32));
    stranger.status(Head::START).await.expect_err("another key");
}

#[tokio::test]
async fn the_deny_list_is_current_while_the_office_says_that_ours_is_the_newest() {
    let sandbox = Sandbox::start();
    let (mut office, _folder) = office(&sandbox, &sandbox.key("office_key.txt"));
    let status = office.status(Head::START).await.expect("an answer");
    assert_eq!(office.deny_list(None, 1_000).await.expect("accounts"), (0, 0), "never heard");
    assert_eq!(office.deny_list(Some(status), 2_000).await.expect("accounts"), (0, 2_000));
    sandbox.sim("office", json!({"do": "deny", "version": 7, "tokens": []})).await;
    let newer = office.status(Head::START).await.expect("an answer");
    assert_eq!(office.deny_list(Some(newer), 3_000).await.expect("accounts"), (0, 2_000), "ours is older");
}
