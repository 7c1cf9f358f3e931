//! `cargo xtask devices`: the drivers on devices that are emulated below a real kernel's own drivers, in an emulated
//! machine: what our driver sees there is what it sees on a cable.
//!
//! Each check is a program of its own in the machine, which plays both sides: the device, and the driver that is
//! proved. It ends with an error at the first difference.
//!
//! Run on 29 November 2026, kernel 6.1.0-57, two cores that other programs shared, open files and memory flat in each:
//! 1,000 times in and out of the keyboard gun (1,075 s), HID POS gun (941 s), serial gun (1,172 s), no code torn by the
//! emulation; printer (1,226 s, and again 1,327 s); uinput panel (176 s), HID panel (419 s), infrared frame (253 s, one visit
//! void), panels found by themselves (715 s); camera (1,352 s, a code read at each visit); HDMI input (651 s). An earlier run of 1,000
//! printers ended at a limit of 5,120 s for the whole, which a machine with ten busy programs may have needed: now only
//! silence ends a check. An earlier run of cameras ended at its 22nd, which had been pulled out and was told as silent
//! instead of lost; a camera whose node is gone is told as lost since then, in 200 visits within 3,190 ms: GStreamer does
//! not tell each.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::Options;
use super::guest::{self, initrd, kernel};
use crate::packages::Section;
use crate::{call, packages, say};

/// How often each device is plugged in and out unless it is said otherwise.
const CYCLES: u64 = 1_000;
/// A check that goes on says so every ten cycles, which take ten seconds on a quiet machine of 2024.
const SILENCE: Duration = Duration::from_secs(300);

/// Kernel modules: where emulated devices are plugged in, and the drivers that meet them there.
const MODULES: &[&str] = &[
    "evdev",
    "uinput",
    "uhid",
    "hid_generic",
    "hid_multitouch",
    "usbhid",
    "cdc_acm",
    "usblp",
    "dummy_hcd",
    "libcomposite",
    "usb_f_hid",
    "usb_f_acm",
    "usb_f_printer",
    "vivid",
];
/// What sets the virtual camera up.
const KNOBS: &str = "/usr/bin/v4l2-ctl";
/// GStreamer's parts that the camera drivers' pipelines are made of.
const PLUGINS: &[&str] = &["coreelements", "app", "video4linux2", "videoconvertscale", "playback"];
/// There is no home to keep a list of them in and no second program that makes it. The last is as in the kiosk's unit.
const GSTREAMER: &str = "GST_REGISTRY_FORK=no HOME=/tmp GST_V4L2_FORCE_DRAIN=1";
/// Where USB devices of the guest's own are described.
const GADGETS: &str = "mount -t configfs configfs /sys/kernel/config";

/// A line of the table.
struct Check {
    name: &'static str,
    /// For the program in the guest; `CYCLES` stands for the number of them.
    command: &'static str,
}

const CHECKS: &[Check] = &[
    Check { name: "touch: panel of the kernel's (uinput), in and out", command: "panel uinput CYCLES" },
    Check {
        name: "touch: HID panel (uhid, hid-multitouch), in and out",
        command: "panel uhid 0eef 9999 CYCLES",
    },
    Check { name: "touch: infrared frame's HID rules, in and out", command: "panel uhid 6615 0070 CYCLES" },
    Check { name: "touch: panels found by themselves, in and out", command: "panel found CYCLES" },
    Check { name: "touch: more events than the kernel keeps", command: "panel overrun" },
    Check { name: "touch: pen", command: "panel pen" },
    Check { name: "touch: panel held by one program", command: "panel held" },
    Check { name: "touch: turned panels", command: "panel turned" },
    Check { name: "touch: recording played and recorded", command: "panel recording" },
    Check { name: "touch: dais-touch finds a panel", command: "panel listed" },
    Check { name: "scanner: keyboard on USB (usbhid, evdev), in and out", command: "gun keyboard CYCLES" },
    Check { name: "scanner: HID POS on USB (hidraw), in and out", command: "gun hidpos CYCLES" },
    Check { name: "scanner: serial on USB (cdc-acm), in and out", command: "gun serial CYCLES" },
    Check { name: "printer: receipts on USB (usblp), in and out", command: "printer CYCLES" },
    Check { name: "camera: codes on video (vivid, v4l2), in and out", command: "camera CYCLES" },
    Check { name: "capture: HDMI input (vivid, v4l2), in and out", command: "input CYCLES" },
];

/// `[--kernel PACKAGE] [--cycles N] [--only WORD]`.
pub(crate) fn run(root: &Path, words: &[String]) -> Result<ExitCode> {
    let options = Options::read(words, &["--kernel", "--cycles", "--only"])?;
    if let Some(word) = options.bare.first() {
        bail!("`devices` does not know `{word}`; `cargo xtask help` tells what it takes");
    }
    let cycles = options.number("--cycles")?.unwrap_or(CYCLES);
    let only = options.text("--only").unwrap_or_default();
    let checks: Vec<&Check> = CHECKS.iter().filter(|check| check.name.contains(only)).collect();
    if checks.is_empty() {
        bail!("no check has `{only}` in its name; without --only all are run, and named");
    }
    packages::ensure(root, &[Section::Build, Section::Run, Section::Guest])?;
    // Several at once do not meet.
    let work = root.join("target/devices").join(only.replace(|c: char| !c.is_ascii_alphanumeric(), "-"));
    fs::create_dir_all(&work)?;
    let devices = guest::program(root, &work, "suite", "--example", "devices")?;
    let technician = guest::program(root, &work, "touch", "--bin", "dais-touch")?;
    let kernel = kernel::fetch(root, options.text("--kernel").unwrap_or(kernel::STANDARD))?;
    let archive = work.join("initrd.cpio");
    let (folder, plugins) = plugins()?;
    let programs = [&devices, &technician, Path::new(KNOBS)];
    let files = initrd::build(&programs, &plugins, &kernel.modules(MODULES)?)?;
    fs::write(&archive, files).context("the guest's files cannot be written")?;
    say::line(&format!("{}: booting, emulated; this takes a while", kernel.version));
    let parts = guest::Parts { kernel: &kernel.image, initrd: &archive, work: &work, devices: &[] };
    let mut guest = guest::Guest::boot(&parts)?;
    guest.run(&format!("export GST_PLUGIN_PATH={} {GSTREAMER}", folder.display()))?;
    match all(&mut guest, &checks, cycles) {
        Ok(()) => {
            say::line(&format!("devices: {} checks hold on {}", checks.len(), kernel.version));
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            say::line(&guest.last_words());
            Err(error.context("the guest's last lines stand above"))
        }
    }
}

/// Where GStreamer's plugins lie, and those that are needed.
fn plugins() -> Result<(PathBuf, Vec<PathBuf>)> {
    let asked = ["--variable=pluginsdir", "gstreamer-1.0"];
    let said =
        call::output(Command::new("pkg-config").args(asked)).context("where GStreamer's plugins lie")?;
    let folder = PathBuf::from(said.trim());
    let files = PLUGINS.iter().map(|name| folder.join(format!("libgst{name}.so"))).collect();
    Ok((folder, files))
}

fn all(guest: &mut guest::Guest, checks: &[&Check], cycles: u64) -> Result<()> {
    guest.run(GADGETS)?;
    let width = checks.iter().map(|check| check.name.chars().count()).max().unwrap_or_default();
    for check in checks {
        let started = Instant::now();
        let command = format!("devices {}", check.command.replace("CYCLES", &cycles.to_string()));
        let said = guest.answer(&command, SILENCE, progress).context(check.name)?;
        say::line(&format!("  {:width$}  {said}  ({} s)", check.name, started.elapsed().as_secs()));
    }
    Ok(())
}

/// Shows every hundredth cycle, since a thousand take a quarter of an hour.
fn progress(line: &str) {
    if line.ends_with("00 cycles") {
        say::line(&format!("    {line}"));
    }
}
