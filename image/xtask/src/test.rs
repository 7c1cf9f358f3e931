//! `cargo xtask test`: every check of the house, one after another, and at the end a line that counts.
//!
//! Format, lints, tidy and the build count as one check each; each test counts as one. A failed step does not stop
//! the later ones, unless they could only fail by it.

mod count;

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, anyhow, bail};

use crate::packages::Section;
use crate::{assets, call, packages, say, tidy};
use count::{Count, Runner};

/// Runs everything; the last line is `N passed, N failed`.
pub(crate) fn run(root: &Path) -> ExitCode {
    let mut total = Count::default();
    steps(root, &mut total);
    say::line(&format!("\n{} passed, {} failed", total.passed, total.failed));
    if total.failed == 0 && total.passed > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn steps(root: &Path, total: &mut Count) {
    // Without these nothing below can be judged, so a failure here counts as the one that it is.
    let prepared =
        step("packages", || packages::ensure(root, Section::ALL)) && step("assets", || assets::fetch(root));
    if !prepared {
        total.failed += 1;
        return;
    }
    total.check(step("format", || cargo(root, &["fmt", "--all", "--check"])));
    total.check(step("lints", || {
        cargo(root, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
    }));
    total.check(step("tidy", || {
        let code = tidy::report(root)?;
        if code == ExitCode::SUCCESS { Ok(()) } else { Err(anyhow!("the house is not tidy")) }
    }));
    // Tests start the programs of other crates, which cargo would not build for them. With `--tests`, because the
    // tests' own dependencies change features of shared ones: without it everything would be built twice.
    let built = step("build", || cargo(root, &["build", "--workspace", "--bins", "--tests"]));
    total.check(built);
    if built {
        let mut tests = Count::default();
        let good = step("tests", || all_tests(root, &mut tests));
        total.add(&tests);
        if !good && tests.failed == 0 {
            total.failed += 1;
        }
    }
}

fn step(name: &str, work: impl FnOnce() -> Result<()>) -> bool {
    say::heading(name);
    let start = Instant::now();
    let done = work();
    if let Err(error) = &done {
        say::trouble(&format!("{error:#}"));
    }
    say::ended(name, done.is_ok(), start.elapsed());
    done.is_ok()
}

fn cargo(root: &Path, words: &[&str]) -> Result<()> {
    if call::status(&mut call::cargo(root, words))?.success() {
        return Ok(());
    }
    bail!("`cargo {}` failed", words.join(" "))
}

/// With nextest where it is installed (each test a process of its own, in parallel), else with cargo's own runner.
fn all_tests(root: &Path, count: &mut Count) -> Result<()> {
    let mut probe = call::cargo(root, &["nextest", "--version"]);
    let nextest =
        probe.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success());
    let (runner, words): (Runner, &[&str]) = if nextest {
        (Runner::Nextest, &["nextest", "run", "--workspace", "--no-fail-fast"])
    } else {
        say::line("cargo-nextest is not installed: using cargo's own test runner");
        (Runner::Cargo, &["test", "--workspace", "--lib", "--bins", "--tests", "--no-fail-fast"])
    };
    let good = counted(call::cargo(root, words), runner, count)?;
    if !good {
        bail!("`cargo {}` failed", words.join(" "));
    }
    if count.passed == 0 {
        bail!("no test ran, or the runner's summary could not be read");
    }
    Ok(())
}

/// Passes on what the runner prints, line by line as it comes, and counts by its summaries.
fn counted(mut command: Command, runner: Runner, count: &mut Count) -> Result<bool> {
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().context("cargo cannot be started")?;
    let err = child.stderr.take().context("no standard error")?;
    let out = child.stdout.take().context("no standard output")?;
    let other = thread::spawn(move || relay(err, runner));
    count.add(&relay(out, runner));
    count.add(&other.join().map_err(|_| anyhow!("reading the test runner's output failed"))?);
    Ok(child.wait().context("the test runner was lost")?.success())
}

fn relay(stream: impl Read, runner: Runner) -> Count {
    let mut count = Count::default();
    let mut lines = BufReader::new(stream);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_end_matches(['\n', '\r']);
        say::line(text);
        count.read(text, runner);
        line.clear();
    }
    count
}
