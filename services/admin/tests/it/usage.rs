//! The program at a terminal.

use std::path::Path;
use std::process::{Command, Output};

fn call(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dais-admin")).args(words).output().unwrap()
}

#[test]
fn the_help_has_every_command_and_option_with_an_example() {
    for word in ["--help", "-h", "help"] {
        let output = call(&[word]);
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{word}");
        for part in [
            "--config FILE",
            "--check",
            "health NAME",
            "enrol key FILE",
            "enrol make KEY FILE",
            "enrol check FILE",
            "> unit.enrol",
        ] {
            assert!(said.contains(part), "{part}: {said}");
        }
        assert!(said.lines().all(|line| line.chars().count() <= 120), "{said}");
    }
}

#[test]
fn a_good_configuration_is_said_to_be_good() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../image/rootfs/etc/dais/admin.toml");
    let shipped = shipped.display().to_string();
    let output = call(&["--check", "--config", &shipped]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!((output.status.success(), said), (true, format!("{shipped} is good\n")));
    assert!(!call(&["--check", "--config", "/nonexistent.toml"]).status.success());
}
