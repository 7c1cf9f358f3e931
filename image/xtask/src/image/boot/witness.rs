//! What the unit says of itself, asked on its serial line.

use std::collections::BTreeSet;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::proof::guest::Guest;

/// Takes commands on the serial line as soon as the real root is there. Not in the initrd, which it would never leave.
const UNIT: &str = "io.systemd.credential:systemd.extra-unit.dais-test.service=[Unit]
Description=Commands of the test
DefaultDependencies=no
ConditionPathExists=!/etc/initrd-release
[Service]
ExecStart=/bin/sh -c 'stty -echo; echo DAIS up; while read -r line; do eval \"$$line\"; done'
StandardInput=tty
StandardOutput=tty
StandardError=tty
TTYPath=/dev/ttyS0
KillSignal=SIGKILL
";
const WANTED: &str = "io.systemd.credential:systemd.unit-dropin.sysinit.target=[Unit]
Wants=dais-test.service
";
/// What goes wrong before that is told on the serial line too. Where a busy machine emulates every instruction, a start
/// takes ten times as long as it may on a unit.
const CONSOLE: &str = "io.systemd.stub.kernel-cmdline-extra=console=ttyS0 systemd.show_status=error \
                       systemd.default_timeout_start_sec=900 systemd.default_device_timeout_sec=900";

/// Strings of the machine's firmware (SMBIOS type 11), each with a name for its file.
pub(super) fn credentials() -> [(&'static str, &'static str); 3] {
    [("unit", UNIT), ("wanted", WANTED), ("console", CONSOLE)]
}

/// Waits until every unit has started or failed; none may have failed.
pub(super) fn units(guest: &mut Guest, silence: Duration) -> Result<String> {
    let state = guest.answer("systemctl is-system-running --wait || true", silence, |_| ())?;
    let failed = guest.answer("systemctl --failed --no-legend --plain | cut -d' ' -f1", silence, |_| ())?;
    if state != "running" || !failed.is_empty() {
        bail!("the system is {state}; failed units: {failed}");
    }
    Ok("every unit is well".to_owned())
}

/// Every name that ours should have on the bus has an owner.
pub(super) fn names(guest: &mut Guest, wanted: &BTreeSet<String>, silence: Duration) -> Result<String> {
    let said = guest.answer("busctl list --acquired --no-legend | cut -d' ' -f1", silence, |_| ())?;
    let owned: BTreeSet<&str> = said.split_whitespace().collect();
    let missing: Vec<&str> = wanted.iter().map(String::as_str).filter(|name| !owned.contains(name)).collect();
    if !missing.is_empty() {
        bail!("nobody owns {} on the bus", missing.join(", "));
    }
    Ok(format!("{} names on the bus: {}", wanted.len(), wanted.iter().cloned().collect::<Vec<_>>().join(" ")))
}

/// The root is proved block by block, and the state lies on a file system of its own that the TPM has opened.
pub(super) fn disks(guest: &mut Guest, silence: Duration) -> Result<String> {
    let root = guest.answer("dmsetup status root", silence, |_| ())?;
    if !root.ends_with(" verity V") {
        bail!("the root is not verified: {root}");
    }
    let state = guest.answer("findmnt -n -o FSTYPE,SOURCE /var", silence, |_| ())?;
    let sealed = guest.answer("dmsetup table var | cut -d' ' -f3", silence, |_| ())?;
    if state != "ext4 /dev/mapper/var" || sealed != "crypt" {
        bail!("/var is no sealed file system of its own: {state}, {sealed}");
    }
    Ok("root by dm-verity; /var is ext4, sealed to the TPM".to_owned())
}

/// Kernel files on the disk, with the starts that each has left.
pub(super) fn kernels(guest: &mut Guest, silence: Duration) -> Result<Vec<String>> {
    let files = guest.answer("ls /boot/EFI/Linux", silence, |_| ())?;
    Ok(files.split(' ').map(str::to_owned).collect())
}

/// The version has proved itself: its kernel file counts no starts any more.
pub(super) fn blessed(guest: &mut Guest, version: &str, silence: Duration) -> Result<String> {
    let (files, good) = (kernels(guest, silence)?, format!("dais_{version}.efi"));
    if !files.contains(&good) {
        bail!("version {version} is not blessed: {}", files.join(" "));
    }
    Ok(format!("{good} is good and counts no starts"))
}
