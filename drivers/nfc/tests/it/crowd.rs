//! Two cards on the emulated chip at once, through the real child, the real libnfc and Debian's `nfc-list`.

use std::process::Command;

use nfc::fake::Fake;
use nfc::{CardKind, Tap};

use crate::{Bench, STUDENT, card, connstring};

const OTHER: &str = "DEADBEEF";

#[test]
fn two_cards_are_told_and_the_one_that_stays_is_read() {
    for (first, second) in [("ultralight", "classic"), ("iso_dep", "classic"), ("classic", "iso_dep")] {
        let mut bench = Bench::new();
        for left in [STUDENT, OTHER] {
            bench.send(&format!("both {STUDENT} {first} {OTHER} {second}"));
            assert_eq!(bench.tap(), Tap::TwoCards, "{first} and {second}");
            bench.quiet_for(std::time::Duration::from_millis(500));
            bench.send(&format!("take {}", if left == STUDENT { OTHER } else { STUDENT }));
            let kind = if left == STUDENT { first } else { second };
            let kind = match kind {
                "ultralight" => CardKind::Ultralight,
                "classic" => CardKind::Classic,
                _ => CardKind::IsoDep,
            };
            assert_eq!(bench.tap(), card(left, kind));
            bench.send("take");
            assert_eq!(bench.tap(), Tap::Gone);
        }
    }
}

#[test]
fn a_card_that_comes_beside_one_that_was_read_changes_nothing() {
    let mut bench = Bench::new();
    bench.send(&format!("put {STUDENT} iso_dep"));
    assert_eq!(bench.tap(), card(STUDENT, CardKind::IsoDep));
    bench.send(&format!("beside {OTHER} classic"));
    bench.quiet_for(std::time::Duration::from_millis(500));
    bench.send(&format!("take {STUDENT}"));
    assert_eq!(bench.tap(), Tap::Gone);
    assert_eq!(bench.tap(), card(OTHER, CardKind::Classic));
}

#[test]
fn debians_nfc_list_finds_both() {
    if Command::new("nfc-list").arg("-h").output().is_err() {
        println!("skipped: nfc-list is not installed (Debian package libnfc-bin)");
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let link = dir.path().join("reader");
    let fake = Fake::start(&link, &dir.path().join("control")).unwrap();
    let mut control = fake.control().unwrap();
    control.send(&format!("put {STUDENT} iso_dep")).unwrap();
    control.send(&format!("beside {OTHER} classic")).unwrap();
    let output = Command::new("nfc-list").env("LIBNFC_DEFAULT_DEVICE", connstring(&link)).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.contains("2 ISO14443A passive target(s) found"), "{text}");
    for uid in ["04  a1  b2  c3  d4  e5  f6", "de  ad  be  ef"] {
        assert!(text.contains(uid), "{text}");
    }
}
