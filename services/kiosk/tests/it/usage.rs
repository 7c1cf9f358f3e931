//! The program at a terminal: what it says of itself and of its configuration.

use std::path::Path;
use std::process::{Command, Output};

fn call(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dais-kiosk")).args(words).output().unwrap()
}

/// The shipped configuration with the files it names where they lie in the source tree.
fn shipped(dir: &Path, more: &str) -> String {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../image/rootfs/etc/dais");
    let named = |name: &str| format!("{:?}", source.join(name));
    let text = format!(
        "menu = {}\npromotion = {}\nrisk = {}\n{more}",
        named("menu.toml"),
        named("promotion.toml"),
        named("risk.toml")
    );
    let file = dir.join("kiosk.toml");
    std::fs::write(&file, text).unwrap();
    file.display().to_string()
}

#[test]
fn a_good_configuration_is_told_with_what_was_looked_at() {
    let dir = tempfile::tempdir().unwrap();
    let file = shipped(dir.path(), "camera = \"/dev/video0\"\n");
    let output = call(&["--check", "--config", &file]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    for part in [&*file, "dishes in CNY", "offers and risk rules", "campus cards", "camera", "when it starts"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let file = shipped(dir.path(), "light = \"green\"\n");
    let output = call(&["--check", "--config", &file]);
    assert!(!output.status.success() && output.stdout.is_empty());
}

#[test]
fn the_help_has_every_command_and_a_wrong_word_leads_to_it() {
    let help = String::from_utf8(call(&["--help"]).stdout).unwrap();
    for part in ["staff hash", "campus top-up", "campus settle NUMBER", "books verify", "cargo dev"] {
        assert!(help.contains(part), "{part}");
    }
    assert!(help.lines().all(|line| line.chars().count() <= 120), "{help}");
    let dir = tempfile::tempdir().unwrap();
    let file = shipped(dir.path(), "");
    let output = call(&["--config", &file, "refund", "lunch-1"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("refund lunch-1 is not known"), "{said}");
    assert!(said.contains("--help"), "{said}");
}
