//! `cargo xtask bench inference-load`: what the inference service costs those who wait for it, and what it costs the
//! board's ink while it is at full load, idle and loaded in turns of one run.

mod groups;

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, ExitCode, Stdio};

use anyhow::{Context, Result, ensure};

use crate::packages::{self, Section};
use crate::{call, say};
use groups::Groups;

/// Turns of an idle and a loaded measurement; the middle one of each counts.
const TURNS: usize = 5;
/// The board's case: 1920x1080, an empty page, the UI idle, so many seconds, ten people.
const BOARD: &[&str] = &["live", "1920x1080", "0", "idle", "4", "10"];
/// How much slower the ink may be at its 50th and 99th percentile.
const GATE: f64 = 1.2;

/// Runs both measurements.
pub(super) fn run(root: &Path) -> Result<ExitCode> {
    packages::ensure(root, &[Section::Build, Section::Run, Section::Test])?;
    if !call::status(&mut call::cargo(root, &load(&[])))?.success() {
        return Ok(ExitCode::FAILURE);
    }
    let first = board(root)?; // builds it, and makes the board that is written on
    say::line(&format!("ten people's ink at first: {:.3} / {:.3} ms", first[0], first[1]));
    let groups = Groups::make();
    match &groups {
        Ok(_) => say::line("board and service in groups as their units have them"),
        Err(why) => say::line(&format!("board and service in one group, unlike on a unit: {why:#}")),
    }
    let groups = groups.ok();
    let (mut idle, mut loaded) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        idle.push(of_board(groups.as_ref(), root)?);
        let busy = match &groups {
            Some(groups) => groups.as_service(|| Busy::start(root))?,
            None => Busy::start(root)?,
        };
        loaded.push(of_board(groups.as_ref(), root)?);
        busy.end()?;
    }
    let mut good = true;
    for (name, of) in [("p50", 0), ("p99", 1)] {
        let (idle, loaded) = (middle(&idle, of), middle(&loaded, of));
        let ratio = loaded / idle;
        say::line(&format!(
            "ten people's ink, {name}: {idle:.3} ms alone, {loaded:.3} ms with the service at full load, {ratio:.2} \
             (gate {GATE})"
        ));
        good &= ratio <= GATE;
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

// The whole workspace's features, so that what the tests have built (tract above all) is not built again.
fn load<'a>(words: &[&'a str]) -> Vec<&'a str> {
    let front = ["bench", "-q", "--profile", "dev", "--workspace", "--bench", "load", "--"];
    [&front, words].concat()
}

/// What [`board`] tells, as its unit would run it.
fn of_board(groups: Option<&Groups>, root: &Path) -> Result<[f64; 2]> {
    groups.map_or_else(|| board(root), |groups| groups.as_board(|| board(root)))
}

/// The 50th and 99th percentile of the board's latency in milliseconds.
fn board(root: &Path) -> Result<[f64; 2]> {
    let front = ["bench", "-q", "--profile", "dev", "--workspace", "--bench", "panel-bench", "--"];
    let said = call::output(&mut call::cargo(root, &[&front, BOARD].concat()))?;
    let line = said.lines().find_map(|line| line.strip_prefix("contacts10 "));
    let mut numbers = line.unwrap_or_default().split_whitespace().map_while(|word| word.parse().ok());
    numbers.next().zip(numbers.next()).map(|(p50, p99)| [p50, p99]).context("the board told no latency")
}

fn middle(each: &[[f64; 2]], of: usize) -> f64 {
    let mut sorted: Vec<f64> = each.iter().map(|pair| pair[of]).collect();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The service at full load, until it is ended.
struct Busy(Child);

impl Busy {
    fn start(root: &Path) -> Result<Self> {
        let mut child = call::cargo(root, &load(&["--hold"]))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cargo cannot be started")?;
        let mut told = String::new();
        BufReader::new(child.stdout.take().context("it has no output")?).read_line(&mut told)?;
        ensure!(told.starts_with("at full load"), "the service was not brought to full load");
        Ok(Self(child))
    }

    fn end(mut self) -> Result<()> {
        // It ends with its standard input.
        drop(self.0.stdin.take());
        ensure!(self.0.wait()?.success(), "the service at full load failed");
        Ok(())
    }
}
