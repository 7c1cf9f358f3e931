//! `cargo xtask bench`: the till's payments a second, the board's latencies, what a person feels of the screens, how long cards are waited for, the board
//! beside others, the code decoders, the networks, the inference service at full load.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};

use super::{codes, inference, load, rivals};
use crate::packages::{self, Section};
use crate::{assets, call};

/// `till|board|taps|rivals|codes|inference [ARGUMENTS]`; the arguments go to services/kiosk/benches/till.rs,
/// shell/display/benches/panel-bench or services/suite/benches/taps.rs.
pub(crate) fn run(root: &Path, words: &[String]) -> Result<ExitCode> {
    match words.split_first().map(|(name, rest)| (name.as_str(), rest)) {
        Some(("till", rest)) => {
            let mut arguments = vec!["bench", "-q", "-p", "kiosk", "--bench", "till", "--"];
            arguments.extend(rest.iter().map(String::as_str));
            code(root, &arguments)
        }
        Some(("board", rest)) => panel(root, &rest.iter().map(String::as_str).collect::<Vec<_>>()),
        Some(("rivals", rest)) => rivals::run(root, rest),
        Some(("codes", rest)) => codes::run(root, rest),
        Some(("inference", rest)) => inference::run(root, rest),
        Some(("shell", rest)) => shell(root, rest),
        Some(("taps", rest)) => taps(root, rest),
        Some(("inference-load", [])) => load::run(root),
        _ => bail!(
            "the benchmarks are `cargo xtask bench till`, `... board`, `... shell`, `... taps`, `... rivals`, `... codes` and \
             `... inference`, `... inference-load`"
        ),
    }
}

/// Runs the suite's measurement of cards, on the programs as `cargo dev` starts them.
fn taps(root: &Path, words: &[String]) -> Result<ExitCode> {
    packages::ensure(root, &[Section::Build, Section::Run, Section::Test])?;
    let build = ["build", "-q", "-p", "nfc", "-p", "kiosk", "-p", "sandbox"];
    if !call::status(&mut call::cargo(root, &build))?.success() {
        return Ok(ExitCode::FAILURE);
    }
    let mut arguments = vec!["bench", "-q", "--profile", "dev", "-p", "suite", "--bench", "taps", "--"];
    arguments.extend(words.iter().map(String::as_str));
    code(root, &arguments)
}

/// Runs the shell's benchmark, with its assets and in the profile in which the display's runs.
fn shell(root: &Path, words: &[String]) -> Result<ExitCode> {
    packages::ensure(root, &[Section::Build, Section::Run])?;
    assets::fetch(root)?;
    let mut arguments = vec!["bench", "-q", "--profile", "dev", "-p", "ui", "--bench", "shell-bench", "--"];
    arguments.extend(words.iter().map(String::as_str));
    code(root, &arguments)
}

/// Runs the display's benchmark. In the `dev` profile what it measures is optimised already, and the rest of the
/// workspace need not be built a second time.
pub(super) fn panel(root: &Path, words: &[&str]) -> Result<ExitCode> {
    let front = ["bench", "-q", "--profile", "dev", "-p", "display", "--bench", "panel-bench", "--"];
    code(root, &[&front, words].concat())
}

fn code(root: &Path, arguments: &[&str]) -> Result<ExitCode> {
    let good = call::status(&mut call::cargo(root, arguments))?.success();
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
