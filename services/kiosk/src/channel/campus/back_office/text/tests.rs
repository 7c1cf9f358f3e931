//! The protocol's page against the code: its codes and hash were made by another program.

use super::{Key, Speaker, entry, read_entry, read_status, status, to_hex};
use crate::card::aes::hex;
use crate::channel::Doubt;
use crate::offline::{Answer, Conflict, Head, Link};

const PAGE: &str = include_str!("../protocol.md");

fn between<'a>(before: &str, after: &str) -> &'a str {
    PAGE.split(before).nth(1).and_then(|rest| rest.split(after).next()).expect("the page has it")
}

fn key() -> Key {
    Key::new(between("## Examples\n\nKey `", "`").as_bytes()).expect("a key")
}

fn nonce() -> [u8; 16] {
    hex(between("nonce `", "`")).and_then(|bytes| bytes.try_into().ok()).expect("a nonce")
}

/// Speaker, code and body of each example.
fn examples() -> Vec<(Speaker, &'static str, &'static str)> {
    let block = between("```\n", "```");
    let lines: Vec<&str> = block.lines().collect();
    let one = |pair: &[&'static str]| {
        let (letter, code) = pair[0].split_once(' ').expect("a letter");
        (if letter == "K" { Speaker::Kiosk } else { Speaker::Office }, code, pair[1])
    };
    lines.chunks(2).map(one).collect()
}

/// The link of the first example, read as a kiosk's ledger would.
fn link() -> Link {
    let body: serde_json::Value = serde_json::from_str(examples()[0].2).expect("JSON");
    let hash = hex(body["hash"].as_str().expect("a hash")).expect("hexadecimal");
    let text = body["entry"].as_str().expect("a text").to_owned();
    Link::read(&Head::START, 1, text, &hash).expect("it follows the start")
}

#[test]
fn the_pages_bodies_and_codes_are_ours() {
    let (key, link) = (key(), link());
    let examples = examples();
    assert_eq!(examples.len(), 5);
    for (speaker, code, body) in &examples {
        assert_eq!(key.code(*speaker, &nonce(), body.as_bytes()), *code, "{body}");
        assert!(key.holds(*speaker, &nonce(), body.as_bytes(), code));
    }
    assert_eq!(entry("canteen-1", &link), examples[0].2);
    assert_eq!(status("canteen-1", link.head()), examples[3].2);
    let answer = |at: usize| read_entry(examples[at].2.as_bytes(), &link).expect("an answer");
    assert_eq!((answer(1).0, answer(1).1.deny_list), (Answer::Accepted, 7));
    assert_eq!(answer(2).0, Answer::Conflict(Conflict::AccountClosed));
    assert_eq!(read_status(examples[4].2.as_bytes(), link.head()).map(|status| status.deny_list), Ok(7));
}

#[test]
fn a_code_holds_for_its_speaker_nonce_and_body_alone() {
    let (key, nonce) = (key(), nonce());
    let (speaker, code, body) = examples()[1];
    let body = body.as_bytes();
    let mut other = nonce;
    other[0] ^= 1;
    assert!(!key.holds(Speaker::Kiosk, &nonce, body, code), "our own words sent back");
    assert!(!key.holds(speaker, &other, body, code), "of another question");
    assert!(!key.holds(speaker, &nonce, &body[1..], code));
    for spoilt in ["", "00", &code[1..], &format!("{code}00")] {
        assert!(!key.holds(speaker, &nonce, body, spoilt), "{spoilt}");
    }
    let stranger = Key::new("11".repeat(32).as_bytes()).expect("a key");
    assert!(!stranger.holds(speaker, &nonce, body, code));
    for short in ["", "0011", &"zz".repeat(32)] {
        assert!(Key::new(short.as_bytes()).is_err(), "{short}");
    }
}

#[test]
fn answers_about_something_else_prove_nothing() {
    let link = link();
    let said = |sequence: u64, hash: &str, answer: &str| {
        format!("{{\"sequence\":{sequence},\"hash\":\"{hash}\",\"answer\":{answer},\"deny_list\":7}}")
    };
    let hash = to_hex(&link.hash);
    for body in [
        said(2, &hash, "\"Accepted\""),
        said(1, &"0".repeat(64), "\"Accepted\""),
        said(1, &hash, "\"Fine\""),
        said(1, &hash, "{\"Conflict\":\"Sad\"}"),
        said(1, &hash, "null"),
        "{}".to_owned(),
        String::new(),
    ] {
        assert_eq!(read_entry(body.as_bytes(), &link), Err(Doubt::Unparsable), "{body}");
    }
    // Behind us is well; ahead of us, or another hash at our place, means that our ledger is an older copy.
    let head = link.head();
    for (sequence, hash, ok) in
        [(0, "00".repeat(32), true), (1, hash.clone(), true), (1, "00".repeat(32), false), (2, hash, false)]
    {
        let body = said(sequence, &hash, "null");
        assert_eq!(read_status(body.as_bytes(), head).is_ok(), ok, "{sequence} {hash}");
    }
}
