//! Emulated devices below the kernel's own drivers, and our drivers on top: `cargo xtask devices` runs this in its
//! guest. It plays both sides, and ends with an error at the first difference.

mod cameras;
mod flat;
mod gadget;
mod guns;
mod panels;
mod paper;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// The kernel makes a node, or takes it away, within milliseconds; an emulated machine is a hundred times slower.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at what the kernel has done.
const LOOK: Duration = Duration::from_millis(2);

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match act(&words) {
        Ok(said) => {
            say(&said);
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&format!("devices: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn act(words: &[&str]) -> Result<String> {
    match words {
        ["panel", rest @ ..] => panels::act(rest),
        ["gun", name, cycles] => guns::cycles(name, cycles.parse()?),
        ["printer", cycles] => paper::cycles(cycles.parse()?),
        ["camera", cycles] => cameras::codes(cycles.parse()?),
        ["input", cycles] => cameras::inputs(cycles.parse()?),
        _ => bail!(
            "panel ({}) | gun keyboard|hidpos|serial CYCLES | printer CYCLES | camera CYCLES | input CYCLES",
            panels::WORDS
        ),
    }
}

#[expect(clippy::print_stdout, reason = "its words are its result")]
fn say(line: &str) {
    println!("{line}");
}

#[expect(clippy::print_stderr, reason = "whoever started us tells a long check from one that hangs")]
pub(crate) fn tell(cycles: usize) {
    eprintln!("{cycles} cycles");
}

/// Waits until `what` answers.
pub(crate) fn until<T>(name: &str, mut what: impl FnMut() -> Option<T>) -> Result<T> {
    let end = Instant::now() + PATIENCE;
    loop {
        match what() {
            Some(found) => return Ok(found),
            None if Instant::now() > end => bail!("{name}: not within {} s", PATIENCE.as_secs()),
            None => std::thread::sleep(LOOK),
        }
    }
}
