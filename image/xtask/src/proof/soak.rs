//! `cargo xtask soak`: the till's simulation over far more histories than a test run has time for, on every core; and
//! `soak devices`: the drivers over far more taps, scans and receipts.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::Mutex;
use std::thread;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::{Options, failing_seed, kiosk_tests};
use crate::packages::Section;
use crate::{call, packages, say};

/// Histories unless asked otherwise.
const SEEDS: u64 = 10_000;
/// Histories between two words of progress: a few seconds.
const STRETCH: u64 = 500;
/// One history in so many also runs on the real ledger, which syncs the disk a hundred times for each.
const DISK_EVERY: u64 = 20;
/// The simulation, by the name that its test has.
const TEST: &str = "till::step::tests::crash::money_is_never_taken_twice_whenever_it_crashes";
/// The same on the real ledger.
const DISK_TEST: &str =
    "till::step::tests::crash::the_real_ledger_brings_the_till_back_whenever_the_power_fails";

/// What the workers share.
struct Progress {
    /// First seed that nobody has taken.
    next: u64,
    done: u64,
    failure: Option<(u64, String)>,
}

/// `[--seeds N] [--seed S]`, or `devices [ARGUMENTS]`.
pub(crate) fn run(root: &Path, words: &[String]) -> Result<ExitCode> {
    if let Some((word, rest)) = words.split_first()
        && word == "devices"
    {
        return devices(root, rest);
    }
    let options = Options::read(words, &["--seeds", "--seed"])?;
    if let Some(word) = options.bare.first() {
        bail!("`soak` does not know `{word}`; `cargo xtask help` tells what it takes");
    }
    let one = options.number("--seed")?;
    let first = one.unwrap_or(0);
    let count = options.number("--seeds")?.unwrap_or(if one.is_some() { 1 } else { SEEDS });
    let end = first.checked_add(count).context("so many seeds there are not")?;
    let Some(program) = kiosk_tests(root, &root.join("target"))? else {
        bail!("the kiosk's tests do not build: see `cargo test -p kiosk --lib --no-run`");
    };
    let workers = thread::available_parallelism().map_or(1, usize::from);
    say::line(&format!(
        "histories {first} to {} of the till's simulation, on {workers} cores",
        end.saturating_sub(1)
    ));
    let started = Instant::now();
    let progress = Mutex::new(Progress { next: first, done: 0, failure: None });
    thread::scope(|scope| {
        let work = || while stretch(root, &program, &progress, end, count, started) {};
        (0..workers).for_each(|_| drop(scope.spawn(work)));
    });
    let Ok(progress) = progress.into_inner() else { bail!("a worker was lost") };
    match progress.failure {
        None if progress.done == count => {
            say::line(&format!("{count} histories hold, in {:.1} s", started.elapsed().as_secs_f32()));
            say::line("one of them again: cargo xtask soak --seed N");
            Ok(ExitCode::SUCCESS)
        }
        None => bail!("only {} of {count} histories ran", progress.done),
        Some((seed, said)) => {
            say::line(&said);
            say::trouble(&format!("history {seed} fails; again: cargo xtask soak --seed {seed}"));
            Ok(ExitCode::FAILURE)
        }
    }
}

/// `[--taps N] [--scans N] [--receipts N] [--seed S]`, which `dais-soak` reads.
fn devices(root: &Path, words: &[String]) -> Result<ExitCode> {
    packages::ensure(root, &[Section::Build, Section::Run])?;
    let build = ["build", "-q", "-p", "nfc", "-p", "suite", "--bin", "dais-nfc", "--bin", "dais-soak"];
    if !call::status(&mut call::cargo(root, &build))?.success() {
        return Ok(ExitCode::FAILURE);
    }
    // Cables are pulled some hundred times, and each time libnfc says so.
    let complaints = root.join("target/soak/complaints.log");
    fs::create_dir_all(root.join("target/soak"))?;
    let log = File::create(&complaints).with_context(|| format!("{}", complaints.display()))?;
    let program = ["run", "-q", "-p", "suite", "--bin", "dais-soak", "--"];
    let mut command = call::cargo(root, &program);
    let good = call::status(command.args(words).stderr(log))?.success();
    if !good {
        say::trouble(&format!("what the programs said meanwhile: {}", complaints.display()));
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the next stretch of histories; answers whether there may be more.
fn stretch(
    root: &Path,
    program: &Path,
    progress: &Mutex<Progress>,
    end: u64,
    count: u64,
    started: Instant,
) -> bool {
    let (from, size) = {
        let Ok(mut progress) = progress.lock() else { return false };
        if progress.failure.is_some() || progress.next >= end {
            return false;
        }
        let from = progress.next;
        let size = STRETCH.min(end - from);
        progress.next = from + size;
        (from, size)
    };
    let outcome = histories(root, program, TEST, from, size)
        .and_then(|()| histories(root, program, DISK_TEST, from, size.div_ceil(DISK_EVERY)));
    let Ok(mut progress) = progress.lock() else { return false };
    match outcome {
        Ok(()) => {
            progress.done += size;
            say::line(&format!(
                "{:>9} of {count} after {:.0} s",
                progress.done,
                started.elapsed().as_secs_f32()
            ));
            true
        }
        Err((seed, said)) => {
            if progress.failure.is_none() {
                progress.failure = Some((seed, said));
            }
            false
        }
    }
}

/// The seed that fails, and what the test said of it.
type Outcome = Result<(), (u64, String)>;

/// Runs one of the two tests over so many histories.
fn histories(root: &Path, program: &Path, test: &str, from: u64, size: u64) -> Outcome {
    let output = Command::new(program)
        .args(["--exact", test, "--nocapture"])
        .env("DAIS_TILL_FIRST", from.to_string())
        .env("DAIS_TILL_SEEDS", size.to_string())
        .env_remove("DAIS_TILL_SEED")
        .current_dir(root.join("services/kiosk"))
        .output()
        .map_err(|error| (from, format!("the test program cannot be started: {error}")))?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    // A test that is not there any more runs nothing and fails nothing.
    if output.status.success() && said.contains("1 passed") {
        Ok(())
    } else {
        Err((failing_seed(&said).unwrap_or(from), said))
    }
}
