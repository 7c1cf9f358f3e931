//! The programs at a terminal: what they say of themselves.

use std::process::Command;

use crate::{DAIS_NFC, DAIS_PN532};

#[test]
fn the_help_is_asked_for_and_has_every_option_and_line() {
    let parts: [(&str, &[&str]); 2] = [
        (DAIS_NFC, &["--device PLACE", "pcsc:NAME", "\"event\":\"card\"", "\"seq\":1", "example"]),
        (
            DAIS_PN532,
            &["--link PATH", "--control SOCKET", "--end-with-stdin", "put UID ntag424 KEY", "vain", "quit"],
        ),
    ];
    for (program, parts) in parts {
        let asked = Command::new(program).arg("--help").output().unwrap();
        let said = String::from_utf8(asked.stdout).unwrap();
        assert!(asked.status.success() && asked.stderr.is_empty(), "{program}");
        for part in parts {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(said.lines().all(|line| line.len() <= 120), "{said}");
        let wrong = Command::new(program).arg("--hlep").output().unwrap();
        assert_eq!((wrong.status.code(), wrong.stdout.is_empty()), (Some(2), true));
        assert!(String::from_utf8(wrong.stderr).unwrap().contains("--hlep"));
    }
}
