//! `cargo xtask fuzz`: every parser that reads bytes from outside, one after another, under libFuzzer.
//!
//! The program is built by the stable compiler with LLVM's own coverage passes, which is all that libFuzzer needs;
//! without sanitizers, because the code it runs has no `unsafe` of ours. It has a target folder of its own, and the
//! dependencies' versions are the product's.
//!
//! Run on 29 November 2026 on a busy machine, in seconds: `nfc_chip` 601; `nfc_tag` 182; `card_answers` 181;
//! `scanner_descriptor`, `scanner_reports`, `scanner_keys`, `scanner_characters`, `printer_reply`, `capture_samples` 121
//! each; `card_purse`, `card_sun` 92; `scanner_elements`, `nfc_line`, `nfc_request` 91; `scanner_source` 61;
//! `touch_recording`, `nfc_answers` 21. These stand. Five ended at what they found: `touch_events` after 6,
//! `printer_machine` 5, `device_sources` 7, `card_ndef` 132, `card_sectors` 12; that is mended, and since then only the
//! ordinary tests have run them. The targets that are not named here were not run that day.
//!
//! All 23 of the drivers again that evening, at low priority on a full machine and over the corpora of the day, so that the
//! seconds are those of a processor: `camera_frame` 37, `card_ndef` 31, `card_answers` 28, `capture_samples` 21,
//! `nfc_request` 13, `card_sun`, `scanner_descriptor`, `scanner_characters` 12, `printer_machine`, `device_sources` 11,
//! `card_sectors`, `nfc_answers`, `nfc_tag`, `printer_reply`, `scanner_source` 9, `nfc_chip`, `touch_events`,
//! `touch_recording` 8, `card_purse` 6, `nfc_line`, `scanner_keys` 5, `scanner_elements`, `scanner_reports` 4. All stand,
//! the five that had been mended among them; an hour for each is still to be run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::Options;
use crate::packages::Section;
use crate::{call, packages, say};

/// Seconds for each target unless asked otherwise: enough to see whether it stands at all.
const SECONDS: u64 = 60;
/// One input may take so many seconds; a parser that needs more is broken.
const INPUT_SECONDS: u64 = 10;
/// Memory of the program in MiB. Parsers are bounded; the rest is libFuzzer's own tables.
const MEMORY_MIB: u64 = 1024;
/// Longest input in bytes.
const BYTES_MAX: u64 = 8192;
/// What LLVM is to count: edges, and the values that are compared.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Cllvm-args=-sanitizer-coverage-trace-compares";

/// `[TARGET] [--seconds N]`.
pub(crate) fn run(root: &Path, words: &[String]) -> Result<ExitCode> {
    let options = Options::read(words, &["--seconds"])?;
    let seconds = options.number("--seconds")?.unwrap_or(SECONDS);
    let folder = root.join("services/kiosk/fuzz");
    let all = targets(&folder)?;
    let chosen: Vec<&String> =
        all.iter().filter(|name| options.bare.is_empty() || options.bare.contains(&name.as_str())).collect();
    if let Some(unknown) = options.bare.iter().find(|name| !all.iter().any(|known| known == *name)) {
        bail!("no target `{unknown}`; there are {}", all.join(", "));
    }
    packages::ensure(root, &[Section::Build])?;
    let program = build(root, &folder)?;
    let mut failed = Vec::new();
    for name in chosen {
        if !one(&folder, &program, name, seconds)? {
            failed.push(name.as_str());
        }
    }
    if failed.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    say::trouble(&format!("these targets fail: {}", failed.join(", ")));
    Ok(ExitCode::FAILURE)
}

/// Every target has a folder of seeds.
fn targets(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder.join("seeds")).context("services/kiosk/fuzz/seeds cannot be read")? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn build(root: &Path, folder: &Path) -> Result<PathBuf> {
    let compiler = call::output(Command::new("rustc").arg("-vV").current_dir(root))?;
    let host =
        compiler.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock")).context("Cargo.lock cannot be copied")?;
    say::line("building the fuzz program (the first time takes several minutes)");
    // With `--target` the flags do not reach build scripts and macros, which run in the compiler.
    let mut cargo = call::cargo(folder, &["build", "--release", "--target", host, "--target-dir", "target"]);
    if !call::status(cargo.env("RUSTFLAGS", FLAGS))?.success() {
        bail!("the fuzz program does not build; the reason stands above");
    }
    Ok(folder.join("target").join(host).join("release/fuzz"))
}

/// Runs one target at low priority; answers whether it stands.
fn one(folder: &Path, program: &Path, name: &str, seconds: u64) -> Result<bool> {
    let work = folder.join("target/found").join(name);
    let (corpus, seeds, log) = (work.join("corpus"), work.join("seeds"), work.join("log.txt"));
    fs::create_dir_all(&corpus).and_then(|()| fs::create_dir_all(&seeds))?;
    sow(&folder.join("seeds").join(name), &seeds)?;
    let started = Instant::now();
    let file = fs::File::create(&log)?;
    let status = Command::new("nice")
        .args(["-n", "15"])
        .arg(program)
        .args([&corpus, &seeds])
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-timeout={INPUT_SECONDS}"))
        .arg(format!("-rss_limit_mb={MEMORY_MIB}"))
        .arg(format!("-max_len={BYTES_MAX}"))
        .arg(format!("-artifact_prefix={}/", work.display()))
        .args(["-print_final_stats=1", "-reload=0"])
        .env("DAIS_FUZZ_TARGET", name)
        .stdout(file.try_clone()?)
        .stderr(file)
        .status()
        .context("`nice` cannot be started")?;
    let text = String::from_utf8_lossy(&fs::read(&log)?).into_owned();
    let count = text.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    let edges = text.lines().rev().find_map(|line| line.split_once("cov: ")?.1.split(' ').next());
    say::line(&format!(
        "{name:24} {:>5} s {:>12} inputs {:>7} edges  {}",
        started.elapsed().as_secs(),
        count.unwrap_or("?").trim(),
        edges.unwrap_or("?"),
        if status.success() { "stands" } else { "FAILS" },
    ));
    if !status.success() {
        let lines = text.lines();
        let said = lines.filter(|line| {
            ["panicked", "ERROR", "Test unit", "limit"].iter().any(|word| line.contains(word))
        });
        said.for_each(|line| say::line(&format!("    {line}")));
        say::line(&format!(
            "    again: DAIS_FUZZ_TARGET={name} {} FILE; all it said is in {}",
            program.display(),
            log.display()
        ));
    }
    Ok(status.success())
}

/// Lays the seeds out as libFuzzer reads them: a `.hex` one is bytes that are no text.
fn sow(from: &Path, into: &Path) -> Result<()> {
    for entry in fs::read_dir(from).with_context(|| format!("{} cannot be read", from.display()))? {
        let path = entry?.path();
        let bytes = fs::read(&path)?;
        let hex = path.extension().is_some_and(|ending| ending == "hex");
        let bytes = if hex {
            unhex(&bytes).with_context(|| format!("{} is not hexadecimal", path.display()))?
        } else {
            bytes
        };
        fs::write(into.join(path.file_name().context("a seed without a name")?), bytes)?;
    }
    Ok(())
}

/// The bytes of hexadecimal text; blanks and line ends are for the eye.
pub(super) fn unhex(text: &[u8]) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let byte = |pair: &[u8]| match pair {
        [_, _] => u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok(),
        _odd => None,
    };
    digits.chunks(2).map(byte).collect()
}
