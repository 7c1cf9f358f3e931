//! `cargo xtask image test`: the image in an emulated machine, as a unit that is started for the first time. Firmware,
//! boot loader, kernel, verified root, our services, and a finger on the glass; no file of the image is changed for it.
//!
//! The machine takes commands on its serial line: a unit that does so comes in as a credential of its firmware
//! (`systemd.system-credentials(7)`), which an image that was signed for a school will not take.

mod glass;
pub(super) mod life;
pub(super) mod turn;
mod witness;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::build::Image;
use super::keys::BootKey;
use super::parts;
use super::tools::Tools;
use crate::proof::guest::Guest;
use crate::{call, say};

/// From power to a shell in the real root: 100 s on a quiet machine of 2024, where every instruction is emulated.
const BOOT: Duration = Duration::from_secs(900);
/// From there until every unit has started: half as long again.
const SETTLE: Duration = Duration::from_secs(600);
/// Memory in MiB: of a small kiosk.
const MEMORY: &str = "2048";
/// The disk of a small kiosk. It only takes the room that is written.
const DISK: &str = "4G";
/// The machine's screen, in pixels. Small, because every pixel is emulated.
const SCREEN: (u32, u32) = (1280, 720);
/// The maker of the firmware gives one number to each machine; its machine id comes from it.
const SERIAL: &str = "7c1e6f0a-52f4-4d57-9b8e-0d1a150000aa";
/// More colours than a boot loader or a console has: our screens have pictures and letters with soft edges.
const COLOURS_MIN: usize = 64;
/// On the first start's screen: set it up later.
const LATER: glass::Place = (406, 915);
/// On the first screen of a unit that is board and kiosk: write.
const WRITE: glass::Place = (653, 347);
/// It starts only what is signed.
const FIRMWARE: &str = "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd";
/// A TPM that ends with the machine that is started after it.
const TPM: &str = "swtpm socket --tpm2 --tpmstate dir=\"$1\" --ctrl type=unixio,path=\"$1\"/socket --terminate --daemon \\
    && shift && exec \"$@\"";
const VARIABLES: &str = "/usr/share/OVMF/OVMF_VARS_4M.fd";

/// Boots the image and goes through what a first start must show.
pub(super) fn test(root: &Path, work: &Path, tools: &Tools, image: &Image) -> Result<ExitCode> {
    let place = work.join("test");
    fs::create_dir_all(&place)?;
    say::line("booting it, emulated; this takes some minutes");
    let started = Instant::now();
    let machine = Machine::fresh(work, tools, &place, image)?;
    let mut guest = Guest::start(machine.command()?, &place, BOOT)?;
    say::line(&format!("  in the real root after {} s", started.elapsed().as_secs()));
    match scenes(root, &mut guest, image, started) {
        Ok(lines) => {
            let told = format!("{}\n", lines.join("\n"));
            fs::write(place.join(format!("{}.txt", image.variant)), &told)?;
            say::line(&format!(
                "image test: {} checks hold, in {} s",
                lines.len(),
                started.elapsed().as_secs()
            ));
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => {
            say::line(&guest.last_words());
            Err(error.context("the guest's last lines stand above"))
        }
    }
}

/// The machine: a disk that starts as the image, a firmware, a screen with a panel on it, a network that leads nowhere.
struct Machine<'a> {
    tools: &'a Tools,
    place: &'a Path,
    disk: PathBuf,
    variables: PathBuf,
    tpm: PathBuf,
    stick: Option<PathBuf>,
}

impl<'a> Machine<'a> {
    /// As it leaves the factory.
    fn fresh(work: &Path, tools: &'a Tools, place: &'a Path, image: &Image) -> Result<Self> {
        let (disk, variables) = (place.join("disk.qcow2"), place.join("variables.fd"));
        BootKey::ready(work, tools)?.enrolled(tools, VARIABLES, &variables)?;
        let tpm = place.join("tpm");
        if tpm.exists() {
            fs::remove_dir_all(&tpm)?;
        }
        fs::create_dir_all(&tpm)?;
        let mut make = tools.command("qemu-img");
        make.args(["create", "-q", "-f", "qcow2", "-F", "raw", "-b"]).args([&image.disk, &disk]).arg(DISK);
        call::output(&mut make)?;
        Ok(Self { tools, place, disk, variables, tpm, stick: None })
    }

    /// What starts it, with what its disk and its firmware hold by now.
    fn command(&self) -> Result<Command> {
        let mut command = self.tools.command("sh");
        command.args(["-c", TPM, "machine"]).arg(&self.tpm).args(["qemu-system-x86_64", "-m", MEMORY]);
        command.args(["-machine", "smm=on", "-global", "driver=cfi.pflash01,property=secure,value=on"]);
        command.arg("-chardev").arg(format!("socket,id=tpm,path={}", self.tpm.join("socket").display()));
        command.args(["-tpmdev", "emulator,id=tpm0,chardev=tpm", "-device", "tpm-crb,tpmdev=tpm0"]);
        command.arg("-drive").arg(format!("if=pflash,format=raw,unit=0,readonly=on,file={FIRMWARE}"));
        command.arg("-drive").arg(format!("if=pflash,format=raw,unit=1,file={}", self.variables.display()));
        command
            .arg("-drive")
            .arg(format!("if=virtio,format=qcow2,cache=unsafe,file={}", self.disk.display()));
        if let Some(stick) = &self.stick {
            command
                .arg("-drive")
                .arg(format!("if=virtio,format=raw,cache=unsafe,readonly=on,file={}", stick.display()));
        }
        command.args([
            "-device",
            &format!("virtio-gpu-pci,id={},xres={},yres={}", glass::CARD, SCREEN.0, SCREEN.1),
        ]);
        command.args(["-device", &format!("virtio-multitouch-pci,display={},head=0", glass::CARD)]);
        command.args(["-device", "virtio-rng-pci", "-nic", "user,model=virtio-net-pci,restrict=on"]);
        command.args(["-smbios", &format!("type=1,uuid={SERIAL}")]);
        for credential in witness::credentials() {
            let file = self.place.join(credential.0);
            fs::write(&file, credential.1)?;
            command.args(["-smbios", &format!("type=11,path={}", file.display())]);
        }
        Ok(command)
    }
}

/// One after the other; what held, a line each.
fn scenes(root: &Path, guest: &mut Guest, image: &Image, started: Instant) -> Result<Vec<String>> {
    let mut held = Vec::new();
    let mut hold = |line: String| {
        let line = format!("  {line} ({} s after power)", started.elapsed().as_secs());
        say::line(&line);
        held.push(line);
    };
    glass::wait(guest, "the first picture of the shell", SETTLE, |seen| seen.colours() > COLOURS_MIN)?;
    hold("the shell shows its first picture".to_owned());
    hold(witness::units(guest, SETTLE)?);
    hold(witness::names(guest, &parts::bus_names(root, &image.variant)?, SETTLE)?);
    hold(witness::disks(guest, SETTLE)?);
    hold(witness::blessed(guest, &image.version, SETTLE)?);
    let first = glass::still(guest, "the first screen", SETTLE)?;
    say::line(&format!("  the first screen: {}", glass::keep(guest, "first")?.display()));
    glass::touch(guest, LATER)?;
    glass::wait(guest, "what comes after the first start", SETTLE, |seen| glass::another(seen, &first))?;
    let home = glass::still(guest, "what comes after the first start", SETTLE)?;
    hold("a touch of the glass is answered".to_owned());
    if image.variant == "kiosk" {
        return Ok(held);
    }
    if image.variant == "both" {
        glass::touch(guest, WRITE)?;
        glass::wait(guest, "the board", SETTLE, |seen| glass::another(seen, &home))?;
    }
    let board = glass::still(guest, "the board", SETTLE)?;
    let ways = ways();
    glass::strokes(guest, &ways)?;
    glass::wait(guest, "ink", SETTLE, |seen| glass::ink(&board, seen, &ways))?;
    hold(format!("{} fingers write at once", ways.len()));
    say::line(&format!("  the board: {}", glass::keep(guest, "board")?.display()));
    Ok(held)
}

/// Three fingers on an empty board: two of one hand, one of another's.
fn ways() -> Vec<Vec<glass::Place>> {
    let steps = 0..12;
    let zigzag = steps.clone().map(|step| (235 + step * 23, 360 + step % 4 * 55)).collect();
    let level = steps.clone().map(|step| (235 + step * 23, 583 + step)).collect();
    let slope = steps.map(|step| (625 + step * 15, 416 + step * 14)).collect();
    vec![zigzag, level, slope]
}
