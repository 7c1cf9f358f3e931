//! Emulated panels below the kernel's own drivers, and our driver on top: `cargo xtask devices` runs this in its guest.
//! Needs /dev/uinput, /dev/uhid and nobody else who opens panels; ends with an error at the first wrong contact.

mod flat;
mod found;
mod hands;
mod uhid;
mod uinput;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use touch::{Description, Placements, Source, SourceSpec, Waker, evdev};

/// The screen that all panels lie on, in micrometres.
pub(crate) const SCREEN: (i32, i32) = (1_895_000, 1_066_000);
/// The kernel makes a node, or takes it away, within milliseconds; an emulated machine is a hundred times slower.
const PATIENCE: Duration = Duration::from_secs(60);
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
            say(&format!("panels: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn act(words: &[&str]) -> Result<String> {
    match words {
        ["uinput", cycles] => uinput::cycles(cycles.parse()?),
        ["uhid", vendor, product, cycles] => hands::hid_cycles(
            u16::from_str_radix(vendor, 16)?,
            u16::from_str_radix(product, 16)?,
            cycles.parse()?,
        ),
        ["found", cycles] => found::cycles(cycles.parse()?),
        ["overrun"] => uinput::overrun(),
        ["pen"] => uinput::pen(),
        ["held"] => uinput::held(),
        ["turned"] => uinput::turned(),
        ["listed"] => uinput::listed(),
        ["recording"] => uinput::recording(),
        _ => bail!(
            "uinput CYCLES | uhid VENDOR PRODUCT CYCLES | found CYCLES | overrun | pen | held | turned | listed | recording"
        ),
    }
}

#[expect(clippy::print_stdout, reason = "its words are its result")]
fn say(line: &str) {
    println!("{line}");
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

/// The node of the device with this key (`vendor:product:serial`), once it can be opened.
pub(crate) fn node_of(key: &str) -> Result<PathBuf> {
    until(&format!("the node of {key}"), || {
        let entries = std::fs::read_dir("/dev/input").ok()?;
        let mut paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
        paths.find(|path| described(path).is_some_and(|about| about.key() == key))
    })
}

fn described(path: &Path) -> Option<Description> {
    let is_event = path.file_name()?.to_str()?.starts_with("event");
    let file = std::fs::File::open(path).ok().filter(|_| is_event)?;
    evdev::describe(&file).ok()
}

pub(crate) fn open(node: &Path, placements: &Placements) -> Result<Source> {
    let spec = SourceSpec { path: node.to_owned(), desc: None };
    Source::open(&spec, Some(SCREEN), placements, Waker::new()?)
        .with_context(|| format!("{}", node.display()))
}
