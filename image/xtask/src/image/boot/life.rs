//! `cargo xtask image test update`: a unit that is brought to the next version and keeps what it knows, that does not
//! take what was not signed for it, that leaves a version whose root has one bit turned, and one that does not prove
//! itself. The machine stays the same from scene to scene; it is switched on again wherever it would start again.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use super::turn::Turned;
use super::{BOOT, Machine, SETTLE, witness};
use crate::image::build::{self, Edition, Image};
use crate::image::keys::{Keys, UPDATES};
use crate::image::tools::Tools;
use crate::image::{parts, update};
use crate::proof::guest::Guest;
use crate::{call, say};

/// Room for the files of two versions.
const STICK: &str = "2G";
/// Its name, by which the unit finds it.
const LABEL: &str = "dais-stick";
/// A version that is older than any that units may be brought to.
const TOO_OLD: &str = "0.0.9";
/// As often a version is started that has not proved itself (`30-kernel.transfer`).
const STARTS: usize = 3;
/// A service that ends as it starts: what a version must not be kept for.
const FAULT: (&str, &str) = (
    "usr/lib/systemd/system/dais-admin.service.d/90-fault.conf",
    "[Service]\nExecStart=\nExecStart=/bin/false\n",
);
/// What the unit knows, as far as this test goes.
const KNOWN: &str = "/var/lib/dais/known";
/// A program that every start reads.
const READ: &str = "/usr/bin/dais-shell";
/// What is offered besides, in folders of the stick: which, what is asked for, a word of the refusal.
const REFUSED: [(&str, &str, &str); 4] = [
    ("older", TOO_OLD, "is obsolete, refusing"),
    ("unsigned", "", "Failed to retrieve signature file"),
    ("foreign", "", "Signature verification failed"),
    ("changed", "", "file has been tampered with"),
];

/// Three versions, and what becomes of them.
pub(in crate::image) fn test(root: &Path, work: &Path, tools: &Tools, first: &Image) -> Result<ExitCode> {
    let place = work.join("life");
    fs::create_dir_all(&place)?;
    let (second, third) = editions(root, work, tools, first, &place)?;
    let mut machine = Machine::fresh(work, tools, &place, first)?;
    machine.stick = Some(stick(work, tools, &place, &second, &third)?);
    say::line("the life of a unit, emulated; this takes a quarter of an hour and more");
    let mut life = Life {
        machine,
        names: parts::bus_names(root, &first.variant)?,
        started: Instant::now(),
        held: Vec::new(),
    };
    life.scenes(first, &second, &third)?;
    fs::write(place.join(format!("{}.txt", first.variant)), format!("{}\n", life.held.join("\n")))?;
    say::line(&format!(
        "image test update: {} checks hold, in {} s",
        life.held.len(),
        life.started.elapsed().as_secs()
    ));
    Ok(ExitCode::SUCCESS)
}

/// The next version, with the same in it, and one after it that cannot prove itself.
fn editions(root: &Path, work: &Path, tools: &Tools, first: &Image, place: &Path) -> Result<(Image, Image)> {
    let fault = place.join("fault");
    let file = fault.join(FAULT.0);
    fs::create_dir_all(file.parent().context("a file in no folder")?)?;
    fs::write(&file, FAULT.1)?;
    let edition = |name: &str, releases: u64, over: Option<&Path>| {
        let version = update::after(&first.version, releases)?;
        let name = format!("{name}-{}", first.variant);
        build::edition(
            root,
            work,
            tools,
            &Edition { name: &name, variant: &first.variant, version: &version, over },
        )
    };
    Ok((edition("next", 1, None)?, edition("worse", 2, Some(&fault))?))
}

/// A stick with a folder for each offer.
fn stick(work: &Path, tools: &Tools, place: &Path, second: &Image, third: &Image) -> Result<PathBuf> {
    let (ours, strange) = (Keys::ready(work, tools, UPDATES)?, Keys::ready(work, tools, "stranger")?);
    let all = place.join("stick");
    if all.exists() {
        fs::remove_dir_all(&all)?;
    }
    ours.sign(&update::lay(work, second, &all.join("next"))?)?;
    ours.sign(&update::lay(work, third, &all.join("worse"))?)?;
    update::lay(work, second, &all.join("unsigned"))?;
    strange.sign(&update::lay(work, second, &all.join("foreign"))?)?;
    let old = Image { version: TOO_OLD.to_owned(), ..second.clone() };
    ours.sign(&update::lay(work, &old, &all.join("older"))?)?;
    let changed = all.join("changed");
    ours.sign(&update::lay(work, second, &changed)?)?;
    change(&changed)?;
    let file = place.join("stick.raw");
    if file.exists() {
        fs::remove_file(&file)?;
    }
    let mut make = tools.command("mke2fs");
    make.args(["-q", "-t", "ext4", "-L", LABEL, "-d"]).args([&all, &file]).arg(STICK);
    call::output(&mut make).context("the stick")?;
    Ok(file)
}

/// Turns one bit of the hashes, which come first.
fn change(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let file = entry?.path();
        if file.extension().is_some_and(|kind| kind == "verity") {
            let mut bytes = fs::read(&file)?;
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            // The file of the build is the same one.
            fs::remove_file(&file)?;
            fs::write(&file, bytes)?;
            fs::set_permissions(&file, PermissionsExt::from_mode(0o644))?;
            return Ok(());
        }
    }
    bail!("an update without hashes")
}

/// A unit, and what held so far.
struct Life<'a> {
    machine: Machine<'a>,
    names: BTreeSet<String>,
    started: Instant,
    held: Vec<String>,
}

impl Life<'_> {
    fn scenes(&mut self, first: &Image, second: &Image, third: &Image) -> Result<()> {
        let turned = Turned::of(self.machine.tools, second, READ)?;
        let mut guest = self.power()?;
        self.told(&mut guest, |life, guest| {
            life.well(guest, first)?;
            guest.run(&format!("head -c 1000000 /dev/urandom > {KNOWN}"))?;
            life.refuses(guest)?;
            life.takes(guest, "next", second)
        })?;
        let known = self.restarts(guest)?;
        let mut guest = self.power()?;
        self.told(&mut guest, |life, guest| {
            life.well(guest, second)?;
            life.kept(guest, &known)?;
            guest.run(&turned.command())
        })?;
        self.restarts(guest)?;
        self.leaves_corrupt(second)?;
        let mut guest = self.power()?;
        self.told(&mut guest, |life, guest| {
            life.back(guest, first, second)?;
            life.kept(guest, &known)?;
            life.takes(guest, "worse", third)
        })?;
        self.restarts(guest)?;
        self.gives_up(third)?;
        let mut guest = self.power()?;
        self.told(&mut guest, |life, guest| {
            life.back(guest, first, third)?;
            life.kept(guest, &known)
        })
    }

    fn hold(&mut self, line: &str) {
        let line = format!("  {line} ({} s)", self.started.elapsed().as_secs());
        say::line(&line);
        self.held.push(line);
    }

    /// Switches it on.
    fn power(&mut self) -> Result<Guest> {
        let place = self.machine.place;
        let log = place.join("serial.log");
        if log.exists() {
            // Each start is kept for people, the last under the usual name.
            fs::rename(&log, place.join(format!("serial-{}.log", self.started.elapsed().as_secs())))?;
        }
        Guest::power(self.machine.command()?, place)
    }

    /// A scene from the moment that the unit takes commands; if it fails, what the unit said last.
    fn told(
        &mut self,
        guest: &mut Guest,
        scene: impl FnOnce(&mut Self, &mut Guest) -> Result<()>,
    ) -> Result<()> {
        guest.up(BOOT).and_then(|()| scene(self, guest)).inspect_err(|_| say::line(&guest.last_words()))
    }

    /// It runs this version, from the root that was built, and all is well.
    fn well(&mut self, guest: &mut Guest, image: &Image) -> Result<()> {
        self.runs(guest, image)?;
        let blessed = witness::blessed(guest, &image.version, SETTLE)?;
        self.hold(&format!("version {} runs; {blessed}", image.version));
        Ok(())
    }

    fn runs(&mut self, guest: &mut Guest, image: &Image) -> Result<()> {
        witness::units(guest, SETTLE)?;
        witness::names(guest, &self.names, SETTLE)?;
        witness::disks(guest, SETTLE)?;
        let words = guest.answer("cat /proc/cmdline", SETTLE, |_| ())?;
        let version = guest.answer("sed -n s/^IMAGE_VERSION=//p /etc/os-release", SETTLE, |_| ())?;
        if version.trim_matches('"') != image.version || !words.contains(&image.root_hash) {
            bail!("version {version} runs, and not {}: {words}", image.version);
        }
        Ok(())
    }

    /// What it must not take, it does not take, and nothing has changed for it.
    fn refuses(&mut self, guest: &mut Guest) -> Result<()> {
        plug(guest)?;
        let before = witness::kernels(guest, SETTLE)?;
        for (folder, version, word) in REFUSED {
            let asked = offered(folder, &format!("update {version} 2>&1 | grep -o -m1 '{word}'"));
            let said = guest.answer(&asked, SETTLE, |_| ()).with_context(|| format!("`{folder}`"))?;
            self.hold(&format!("refuses what is {folder}: {said}"));
        }
        if witness::kernels(guest, SETTLE)? != before {
            bail!("what was refused is there all the same");
        }
        Ok(())
    }

    /// Is brought to another version by what lies on the stick.
    fn takes(&mut self, guest: &mut Guest, folder: &str, image: &Image) -> Result<()> {
        plug(guest)?;
        let began = Instant::now();
        guest.answer(&offered(folder, "update >/dev/null"), SETTLE, |_| ())?;
        let files = witness::kernels(guest, SETTLE)?;
        let wanted = format!("dais_{}+{STARTS}-0.efi", image.version);
        if !files.contains(&wanted) {
            bail!("the update left {}", files.join(" "));
        }
        self.hold(&format!("version {} written in {} s: {wanted}", image.version, began.elapsed().as_secs()));
        Ok(())
    }

    /// Starts again as it is told to; what it knows.
    fn restarts(&mut self, mut guest: Guest) -> Result<String> {
        let known = guest.answer(&format!("sync; sha256sum < {KNOWN}"), SETTLE, |_| ())?;
        guest.send("systemctl --no-block reboot")?;
        guest.ends(SETTLE).inspect_err(|_| say::line(&guest.last_words()))?;
        Ok(known)
    }

    /// What it knew it still knows.
    fn kept(&mut self, guest: &mut Guest, known: &str) -> Result<()> {
        if guest.answer(&format!("sha256sum < {KNOWN}"), SETTLE, |_| ())? != known {
            bail!("{KNOWN} is not what it was");
        }
        self.hold("/var is as it was");
        Ok(())
    }

    /// Starts the version whose root has one bit turned: it must end by itself.
    fn leaves_corrupt(&mut self, image: &Image) -> Result<()> {
        let (mut guest, began) = (self.power()?, Instant::now());
        guest.ends(BOOT).inspect_err(|_| say::line(&guest.last_words()))?;
        self.hold(&format!(
            "version {} with one bit of its root turned ends by itself after {} s",
            image.version,
            began.elapsed().as_secs()
        ));
        Ok(())
    }

    /// Starts a version that cannot prove itself as often as it may.
    fn gives_up(&mut self, image: &Image) -> Result<()> {
        for start in 1..=STARTS {
            let (mut guest, began) = (self.power()?, Instant::now());
            guest.up(BOOT).and_then(|()| guest.ends(BOOT)).inspect_err(|_| say::line(&guest.last_words()))?;
            self.hold(&format!(
                "version {} does not prove itself: start {start} ends by itself after {} s",
                image.version,
                began.elapsed().as_secs()
            ));
        }
        Ok(())
    }

    /// The version before runs again, and the other one is marked as bad.
    fn back(&mut self, guest: &mut Guest, image: &Image, bad: &Image) -> Result<()> {
        self.runs(guest, image)?;
        let files = witness::kernels(guest, SETTLE)?;
        let marked = format!("dais_{}+0-", bad.version);
        if !files.iter().any(|file| file.starts_with(&marked)) {
            bail!("version {} is not marked as bad: {}", bad.version, files.join(" "));
        }
        self.hold(&format!("version {} runs again; on the disk: {}", image.version, files.join(" ")));
        Ok(())
    }
}

/// Opens the stick, once a start.
fn plug(guest: &mut Guest) -> Result<()> {
    let mount = format!("(mountpoint -q /run/stick || mount -r -L {LABEL} /run/stick)");
    guest.run(&format!("mkdir -p /run/stick /run/dais/update && {mount}"))
}

/// Asks for an update while a folder of the stick is what is offered.
fn offered(folder: &str, asked: &str) -> String {
    let (at, program) = ("/run/dais/update", "/usr/lib/systemd/systemd-sysupdate");
    format!("mount --bind /run/stick/{folder} {at}; {program} {asked}; ended=$?; umount {at}; (exit $ended)")
}
