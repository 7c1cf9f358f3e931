//! The house as it stands: tidy, its lists, and the target's files held against the bus contract.
#![allow(clippy::unwrap_used)] // a test ends where something is not as it must be

use std::path::{Path, PathBuf};

mod lists;
mod policy;
mod printer_rule;
mod rules;
mod units;

/// The workspace's folder.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_house_is_tidy() {
    let offences = xtask::tidy::check(&root()).unwrap();
    let text: Vec<String> = offences.iter().map(ToString::to_string).collect();
    assert!(text.is_empty(), "\n{}", text.join("\n"));
}
