//! Proofs beyond the ordinary tests: fuzzing, planted faults, long simulations, measurements of till and board, and
//! the display and the drivers on a real kernel.
//!
//! Each takes long, so none is part of `cargo xtask test`; what each finds becomes an ordinary test.

pub(crate) mod bench;
pub(crate) mod devices;
pub(crate) mod display;
pub(crate) mod fuzz;
pub(crate) mod guest;
pub(crate) mod mutate;
pub(crate) mod screens;
pub(crate) mod soak;
pub(crate) mod view;

mod codes;
mod faults;
mod inference;
mod load;
mod rivals;
mod venv;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::call;

/// Words of one command: bare ones, and `--name value` pairs.
struct Options<'a> {
    bare: Vec<&'a str>,
    pairs: Vec<(&'a str, &'a str)>,
}

impl<'a> Options<'a> {
    /// Reads the words; `known` are the names that take a value, with their dashes.
    fn read(words: &'a [String], known: &[&str]) -> Result<Self> {
        let mut options = Self { bare: Vec::new(), pairs: Vec::new() };
        let mut words = words.iter().map(String::as_str);
        while let Some(word) = words.next() {
            if !word.starts_with("--") {
                options.bare.push(word);
            } else if known.contains(&word) {
                options.pairs.push((word, words.next().with_context(|| format!("`{word}` wants a value"))?));
            } else {
                bail!("no option `{word}`; `cargo xtask help` lists them");
            }
        }
        Ok(options)
    }

    fn text(&self, name: &str) -> Option<&'a str> {
        self.pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    fn number(&self, name: &str) -> Result<Option<u64>> {
        let read = |text: &str| text.parse().with_context(|| format!("`{name} {text}` is no whole number"));
        self.text(name).map(read).transpose()
    }
}

/// Builds the tests of the kiosk's library in `root`; answers their program. `None` where it does not compile.
fn kiosk_tests(root: &Path, target: &Path) -> Result<Option<PathBuf>> {
    let target = target.to_string_lossy().into_owned();
    let words =
        ["test", "-q", "-p", "kiosk", "--lib", "--no-run", "--message-format=json", "--target-dir", &target];
    let output = call::cargo(root, &words).output().context("cargo cannot be started")?;
    if !output.status.success() {
        return Ok(None);
    }
    // One JSON object a line; the library's tests are the last program that was linked.
    let text = String::from_utf8_lossy(&output.stdout);
    let mut programs =
        text.lines().filter_map(|line| line.split_once("\"executable\":\"")?.1.split('"').next());
    let program = programs.next_back().context("cargo named no test program")?;
    Ok(Some(PathBuf::from(program)))
}

/// The first seed of the till's simulation that a test's output names.
fn failing_seed(output: &str) -> Option<u64> {
    let (_, rest) = output.split_once("DAIS_TILL_SEED=")?;
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests;
