//! The terminal's control plane, and its port as a stranger sees it. Its protocol is tested from the kiosk's side.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use serde_json::json;

use crate::process::{PROGRAM, Sandbox};

fn card(outcome: &str) -> serde_json::Value {
    json!({"do": "present", "card": {"scheme": "UnionPay", "last4": "0042"}, "outcome": outcome})
}

#[tokio::test]
async fn the_control_plane_plays_only_what_the_terminal_waits_for() {
    let sandbox = Sandbox::start();
    for (play, status) in [
        (json!({"do": "journal"}), 200),
        (json!({"do": "pin", "right": true}), 409),
        (card("approved"), 200),
        (card("blessed"), 400),
        (json!({"do": "dance"}), 400),
        (
            json!({"do": "present", "card": {"scheme": "UnionPay", "number": "6222"}, "outcome": "approved"}),
            400,
        ),
        (json!({"do": "power"}), 200),
    ] {
        assert_eq!(sandbox.json("/_sim/terminal", play.clone()).await.0, status, "{play}");
    }
    let (_, told) = sandbox.json("/_sim/terminal", json!({"do": "journal"})).await;
    assert_eq!(told, json!({"ok": true, "journal": [], "under_way": null}));
}

#[tokio::test]
async fn more_cards_than_a_test_needs_are_refused() {
    let sandbox = Sandbox::start();
    for ready in 0..65 {
        let status = sandbox.json("/_sim/terminal", card("approved")).await.0;
        assert_eq!(status, if ready < 64 { 200 } else { 409 }, "{ready}");
    }
}

#[test]
fn a_stranger_at_the_port_hears_nothing() {
    let sandbox = Sandbox::start_at("127.0.0.1:0", &["--terminal", "127.0.0.1:0"]);
    let address = sandbox.terminal.as_deref().expect("the ready line names the terminal's port");
    for said in
        [b"GET / HTTP/1.1\r\nhost: k\r\n\r\n".to_vec(), vec![0; 64], [&[0, 0, 0, 60][..], &[7; 60]].concat()]
    {
        let mut line = TcpStream::connect(address).expect("connection");
        line.write_all(&said).expect("words");
        let mut heard = Vec::new();
        // Ended or reset: either way there is no word.
        drop(line.read_to_end(&mut heard));
        assert_eq!(heard, b"");
    }
}

#[test]
fn a_journal_that_is_none_is_named_and_a_torn_last_line_is_dropped() {
    let keys = tempfile::tempdir().expect("folder");
    let journal = keys.path().join("journal");
    let torn = "{\"wrote\":\"closed\",\"number\":\"TORN000001\"}\n{\"wrote\":\"clo";
    std::fs::write(&journal, torn).expect("journal");
    drop(sandbox::terminal::journal::Journal::open(&journal).expect("journal"));
    assert_eq!(
        std::fs::read_to_string(&journal).expect("journal"),
        torn.split_inclusive('\n').next().expect("line")
    );
    std::fs::write(&journal, "no journal\n").expect("journal");
    let output = Command::new(PROGRAM)
        .args(["--listen", "127.0.0.1:0", "--keys"])
        .arg(keys.path())
        .arg("--terminal-journal")
        .arg(&journal)
        .stderr(Stdio::piped())
        .output()
        .expect("run");
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("is no journal"));
}
