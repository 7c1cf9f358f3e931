//! Installs what the build needs, fetches assets, checks the house and starts it.
//!
//! Depends on no system library, because it is what installs them.

pub mod assets;
pub mod image;
pub mod packages;
pub mod tidy;

mod call;
mod dev;
mod proof;
mod say;
mod test;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

const HELP: &str = "\
The tool of the Dais workspace.

  cargo dev [ARGUMENTS]      install what is missing, fetch assets, build, start the whole suite on a private bus
                             (ARGUMENTS go to `dais-suite dev`; `cargo dev --help` lists them)
  cargo xtask test           every check: format, lints, tidy, build, unit and end-to-end tests; ends with a count
  cargo xtask assets         fetch and check what the manifests in assets name
  cargo xtask packages       install the Debian packages of image/packages.txt that are missing
  cargo xtask tidy           check the house rules alone

  cargo xtask image [VARIANT]
                             a bootable disk image, in target/image: panel, kiosk or both (the standard)
  cargo xtask image test [VARIANT]
                             boots it in an emulated machine: first picture, units, bus, a touch that becomes ink
  cargo xtask image test update [VARIANT]
                             brings it to a next version there; refusals, a turned bit and a bad version come back

  cargo xtask soak [--seeds N] [--seed S]
                             the till's simulation over N histories (10,000), or over history S alone
  cargo xtask soak devices [--taps N] [--scans N] [--receipts N] [--seed S]
                             N card taps (10,000), scans (10,000) and receipts (1,000) through the real drivers on
                             emulated devices: none lost or doubled, memory and open files flat
  cargo xtask mutate [NAME ...]
                             plant each fault of services/kiosk/mutations.toml in a copy; the tests must catch it
  cargo xtask fuzz [TARGET ...] [--seconds N]
                             every parser of bytes from outside under libFuzzer, N seconds each (60)
  cargo xtask display [--kernel PACKAGE]
                             the display on graphics drivers of a real kernel (Debian's), in an emulated machine
  cargo xtask screens [--accept]
                             every screen as a picture, in target/screens; with --accept they are what the tests
                             compare with from now on
  cargo xtask view [SURFACE] every surface by itself in slint-viewer with example values, as pictures in target/viewer;
                             with a name that one stays open and follows its file
  cargo xtask strip          the scripted lesson and lunch, as the two pictures of the README, in target/dev/pictures
  cargo xtask devices [--kernel PACKAGE] [--cycles N] [--only WORD]
                             the drivers on emulated devices below a real kernel's own drivers, plugged in and out
                             N times (1,000)
  cargo xtask bench till     payments a second that the till makes durable, beside what disk and RSA alone allow
  cargo xtask bench board [--quick]
                             the board from event to pixel, its memory and disk, beside their gates
  cargo xtask bench shell [--quick]
                             from the start of the process to ink, from a touch to the picture's answer, and what the
                             screens cost while ten people write
  cargo xtask bench taps [TAPS]
                             how long a card is waited for, through libnfc and PC/SC, until its number and until paid
  cargo xtask bench rivals [--quick] [--size WxH] [--only NAME]
                             the board beside Xournal++, OpenBoard, Excalidraw and tldraw on a virtual display
  cargo xtask bench codes [FOLDER] [--live SECONDS] [--frames N]
                             our code decoders beside others' on a folder of pictures (with a truth.tsv or without);
                             the age of live frames; N frames near the limit, counted for wrong reads
  cargo xtask bench inference-load
                             what recognition costs who waits for it, and the board's ink while it is at full load
  cargo xtask bench inference [--rounds N] [--profile] [--without-avx512]
                             the networks that read text, and a whole page, beside onnxruntime on one thread;
                             with --profile also where our time goes, operator by operator

  cargo xtask help           this text

Downloads are kept in $XDG_CACHE_HOME/dais (or ~/.cache/dais); removing it is safe.";

/// Does what the words ask and says what went wrong, if anything did.
pub fn run(words: &[String]) -> ExitCode {
    let Some((command, rest)) = words.split_first() else {
        say::line(HELP);
        return ExitCode::from(2);
    };
    match dispatch(command, rest) {
        Ok(code) => code,
        Err(error) => {
            say::trouble(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Commands that take arguments.
const TAKE_WORDS: &[&str] =
    &["dev", "soak", "mutate", "fuzz", "display", "devices", "screens", "view", "bench", "image"];

fn dispatch(command: &str, rest: &[String]) -> Result<ExitCode> {
    if !TAKE_WORDS.contains(&command) && !rest.is_empty() {
        bail!("`{command}` takes no arguments; `cargo xtask help` lists the commands");
    }
    let root = root()?;
    match command {
        "dev" => dev::run(&root, rest),
        "test" => Ok(test::run(&root)),
        "assets" => assets::fetch(&root).map(|()| ExitCode::SUCCESS),
        "packages" => packages::ensure(&root, packages::Section::ALL).map(|()| ExitCode::SUCCESS),
        "image" => image::run(&root, rest),
        "tidy" => tidy::report(&root),
        "soak" => proof::soak::run(&root, rest),
        "mutate" => proof::mutate::run(&root, rest),
        "fuzz" => proof::fuzz::run(&root, rest),
        "display" => proof::display::run(&root, rest),
        "devices" => proof::devices::run(&root, rest),
        "screens" => proof::screens::run(&root, rest),
        "view" => proof::view::run(&root, rest),
        "strip" => dev::strip(&root),
        "bench" => proof::bench::run(&root, rest),
        "help" | "--help" | "-h" => {
            say::line(HELP);
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("no command `{other}`; `cargo xtask help` lists them"),
    }
}

/// The workspace's folder: two above this crate, wherever the clone lies.
///
/// # Errors
/// When started outside the workspace by hand instead of through cargo.
pub fn root() -> Result<PathBuf> {
    let start = match std::env::var_os("CARGO_MANIFEST_DIR") {
        Some(crate_folder) => PathBuf::from(crate_folder),
        None => std::env::current_dir().context("the current folder cannot be read")?,
    };
    let found = start.ancestors().find(|folder| folder.join("image/packages.txt").is_file());
    found.map(Path::to_path_buf).context("start this inside the Dais workspace, as `cargo xtask ...`")
}
