//! `cargo xtask display`: the display on real graphics drivers of a real kernel, in an emulated machine.
//!
//! The machine has Debian's kernel, two graphics cards of different kinds and nothing else. The display's `probe` example
//! shows recordings there; the pictures that leave the cards are compared, pixel by pixel, with those the same program
//! makes in memory here. Times are told as ratios only, because every instruction is emulated.

pub(crate) mod picture;
mod scenes;
mod screen;
mod viewer;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::Options;
use super::guest::{self, initrd, kernel};
use crate::packages::Section;
use crate::{call, packages, say};

/// The cards' screens, in pixels. Small, because every pixel is emulated.
const SIZE: (u32, u32) = (960, 540);
/// Drivers of the cards and of the bus they sit on.
const MODULES: &[&str] = &["virtio_pci", "virtio_gpu", "bochs"];

/// `[--kernel PACKAGE]`.
pub(crate) fn run(root: &Path, words: &[String]) -> Result<ExitCode> {
    let options = Options::read(words, &["--kernel"])?;
    if let Some(word) = options.bare.first() {
        bail!("`display` does not know `{word}`; `cargo xtask help` tells what it takes");
    }
    packages::ensure(root, &[Section::Build, Section::Guest])?;
    let work = root.join("target/display");
    fs::create_dir_all(&work)?;
    let started = Instant::now();
    let probe = build(root, &work)?;
    let size = format!("{}x{}", SIZE.0, SIZE.1);
    let memory = work.join("memory.ppm");
    call::output(Command::new(&probe).args(["memory", &size]).arg(&memory))?;
    let kernel = kernel::fetch(root, options.text("--kernel").unwrap_or(kernel::STANDARD))?;
    let modules = kernel.modules(MODULES)?;
    let archive = work.join("initrd.cpio");
    fs::write(&archive, initrd::build(&[&probe], &[], &modules)?)
        .context("the guest's files cannot be written")?;
    say::line(&format!("{}: booting, emulated; this takes a while", kernel.version));
    let devices = screen::devices(&work, SIZE)?;
    let parts = guest::Parts { kernel: &kernel.image, initrd: &archive, work: &work, devices: &devices };
    let mut guest = guest::Guest::boot(&parts)?;
    let outcome = scenes::all(&mut guest, &size, &fs::read(&memory)?);
    // What the guest said last is what explains a failure.
    let seconds = started.elapsed().as_secs();
    match outcome {
        Ok(count) => {
            say::line(&format!("display: {count} checks hold on {}, in {seconds} s", kernel.version));
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            say::line(&guest.last_words());
            Err(error.context(format!("after {seconds} s; the guest's last lines stand above")))
        }
    }
}

/// The probe, without what a debugger would need.
fn build(root: &Path, work: &Path) -> Result<PathBuf> {
    guest::program(root, work, "display", "--example", "probe")
}

#[cfg(test)]
mod tests;
