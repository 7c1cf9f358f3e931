//! Emulated panels below the kernel's own drivers, and our driver on top. Needs /dev/uinput, /dev/uhid and nobody else
//! who opens panels.

mod found;
mod hands;
mod recording;
mod uhid;
mod uinput;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use touch::{Description, Placements, Source, SourceSpec, Waker, evdev};

use crate::until;

/// The screen that all panels lie on, in micrometres.
const SCREEN: (i32, i32) = (1_895_000, 1_066_000);
/// What can be asked for.
pub(crate) const WORDS: &str = "uinput CYCLES | uhid VENDOR PRODUCT CYCLES | found CYCLES | overrun | pen | held | turned | listed | recording";

pub(crate) fn act(words: &[&str]) -> Result<String> {
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
        ["recording"] => recording::recorded(),
        _ => bail!("panel {WORDS}"),
    }
}

/// The node of the device with this key (`vendor:product:serial`), once it can be opened.
fn node_of(key: &str) -> Result<PathBuf> {
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

fn open(node: &Path, placements: &Placements) -> Result<Source> {
    let spec = SourceSpec { path: node.to_owned(), desc: None };
    Source::open(&spec, Some(SCREEN), placements, Waker::new()?)
        .with_context(|| format!("{}", node.display()))
}
