//! `cargo xtask mutate`: plants one fault after another in a copy of the tree; the tests must catch each.
//!
//! A fault that passes means that the proof has a hole there, whatever the test count says.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::faults::{Fault, Faults};
use super::{Options, failing_seed, kiosk_tests};
use crate::{call, say};

/// The list, relative to the workspace.
const LIST: &str = "services/kiosk/mutations.toml";
/// The tests of one fault may take so long; a fault that makes the till spin is caught by it.
const TESTS_WITHIN_S: &str = "300";
/// How `timeout` says that it ended the program.
const TIMED_OUT: i32 = 124;

/// What became of one fault.
enum Verdict {
    /// A test fails: its name, and the seed where it is the simulation.
    Caught(String, Option<u64>),
    /// All tests pass.
    NotCaught,
    /// The compiler refuses it, so it proves nothing.
    NoProgram,
}

/// `[NAME ...]`: these faults, or all.
pub(crate) fn run(root: &Path, words: &[String]) -> Result<ExitCode> {
    let options = Options::read(words, &[])?;
    let faults = Faults::read(&root.join(LIST))?;
    if let Some(unknown) =
        options.bare.iter().find(|name| !faults.fault.iter().any(|fault| fault.name == **name))
    {
        bail!("no fault `{unknown}` in {LIST}");
    }
    // All of them are held against the source before the first is built.
    for fault in &faults.fault {
        fault.plant(&source(root, fault)?)?;
    }
    let chosen: Vec<&Fault> = faults
        .fault
        .iter()
        .filter(|fault| options.bare.is_empty() || options.bare.contains(&fault.name.as_str()))
        .collect();
    let tree = copy(root)?;
    sound(root, &tree, &faults, &chosen)?;
    let mut good = true;
    for fault in chosen {
        let started = Instant::now();
        let verdict = judge(root, &tree, &faults, fault)?;
        good &= matches!(verdict, Verdict::Caught(..));
        let word = match verdict {
            Verdict::Caught(test, Some(seed)) => format!("caught      {test}, seed {seed}"),
            Verdict::Caught(test, None) => format!("caught      {test}"),
            Verdict::NotCaught => "NOT CAUGHT".to_owned(),
            Verdict::NoProgram => "NO PROGRAM  it does not compile".to_owned(),
        };
        say::line(&format!("{:36} {:>4} s  {word}", fault.name, started.elapsed().as_secs()));
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Where the faulty copies are built. Never the tree's own target: cargo tells two copies of a workspace apart by
/// nothing, so a faulty program would pass for the tree's.
const BUILD: &str = "target/mutate-build";

fn source(root: &Path, fault: &Fault) -> Result<String> {
    fs::read_to_string(root.join(&fault.file)).with_context(|| format!("`{}`: {}", fault.name, fault.file))
}

/// A copy of every file that git knows or would take, so that a fault never touches what somebody edits.
fn copy(root: &Path) -> Result<PathBuf> {
    let tree = root.join("target/mutate");
    if tree.exists() {
        fs::remove_dir_all(&tree).context("the last copy cannot be removed")?;
    }
    let mut git = Command::new("git");
    let list = call::output(git.args(["ls-files", "-co", "--exclude-standard", "-z"]).current_dir(root))?;
    for name in list.split('\0').filter(|name| !name.is_empty() && root.join(name).is_file()) {
        let into = tree.join(name);
        fs::create_dir_all(into.parent().context("a file without a folder")?)?;
        // It is newer than what the last run built, whose last program was a faulty one.
        let status = Command::new("cp").arg(root.join(name)).arg(&into).status();
        if !status.is_ok_and(|status| status.success()) {
            bail!("{name} cannot be copied");
        }
    }
    Ok(tree)
}

/// Without a fault every named test passes, and there is one; else nothing below would mean anything.
fn sound(root: &Path, tree: &Path, faults: &Faults, chosen: &[&Fault]) -> Result<()> {
    let mut names: Vec<&String> = chosen.iter().flat_map(|fault| faults.tests(fault)).collect();
    names.sort();
    names.dedup();
    let Some(program) = kiosk_tests(tree, &root.join(BUILD))? else { bail!("the tests do not build") };
    for name in names {
        let (code, said) = tests(tree, &program, std::slice::from_ref(name))?;
        if code != Some(0) {
            bail!("`{name}` fails without any fault:\n{said}");
        }
        if said.contains(" 0 passed") {
            bail!("no test is called `{name}`");
        }
    }
    Ok(())
}

fn judge(root: &Path, tree: &Path, faults: &Faults, fault: &Fault) -> Result<Verdict> {
    let path = tree.join(&fault.file);
    let before = source(tree, fault)?;
    fs::write(&path, fault.plant(&before)?)?;
    let built = kiosk_tests(tree, &root.join(BUILD));
    let outcome = match &built {
        Ok(Some(program)) => tests(tree, program, faults.tests(fault)).map(Some),
        _ => Ok(None),
    };
    fs::write(&path, before)?;
    built?;
    let Some((code, said)) = outcome? else { return Ok(Verdict::NoProgram) };
    Ok(match code {
        Some(0) => Verdict::NotCaught,
        Some(TIMED_OUT) => Verdict::Caught(format!("it never ends (after {TESTS_WITHIN_S} s)"), None),
        _ => Verdict::Caught(failing_test(&said), failing_seed(&said)),
    })
}

/// Runs tests whose names contain one of these; answers how it ended and what it said.
fn tests(tree: &Path, program: &Path, names: &[String]) -> Result<(Option<i32>, String)> {
    let output = Command::new("timeout")
        .arg(TESTS_WITHIN_S)
        .arg(program)
        .args(names)
        .env("CARGO_MANIFEST_DIR", tree.join("services/kiosk"))
        .current_dir(tree.join("services/kiosk"))
        .output()
        .context("`timeout` cannot be started")?;
    let said = [output.stdout, output.stderr].concat();
    Ok((output.status.code(), String::from_utf8_lossy(&said).into_owned()))
}

/// The last part of the first failing test's name.
fn failing_test(output: &str) -> String {
    let failed = output.lines().find_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"));
    failed.map_or_else(
        || "the test program died".to_owned(),
        |name| name.rsplit("::").next().unwrap_or(name).to_owned(),
    )
}
