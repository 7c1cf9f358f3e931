//! All that the emulated machine has besides its kernel: a shell, programs with their libraries, drivers. As the archive
//! that the kernel unpacks into memory (cpio "newc", as in the kernel's own buffer-format description).

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::kernel::Module;
use crate::call;

/// Loads the drivers, then does what comes over the serial line, a line at a time.
const INIT: &str = "#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc proc /proc
mount -t sysfs sysfs /sys
mount -t devtmpfs dev /dev
stty -F /dev/ttyS0 -echo
exec < /dev/ttyS0 > /dev/ttyS0 2>&1
for module in /modules/*; do insmod $module || echo \"DAIS refused $module\"; done
echo DAIS up
while read -r line; do eval \"$line\"; done
poweroff -f
";

const FOLDERS: &[&str] = &["bin", "dev", "lib64", "modules", "proc", "sys", "tmp"];
/// Kinds of file, with rights.
const FOLDER: u32 = 0o040_755;
const PROGRAM: u32 = 0o100_755;
const DEVICE: u32 = 0o020_600;
/// The console, on which a kernel starts its first program.
const CONSOLE: (u32, u32) = (5, 1);

/// The archive's bytes. `plugins` are libraries that a program opens by their names: each lies where it lies here.
pub(in crate::proof) fn build(
    programs: &[&Path],
    plugins: &[PathBuf],
    modules: &[Module],
) -> Result<Vec<u8>> {
    let mut archive = Archive::default();
    FOLDERS.iter().for_each(|name| archive.folder(name));
    archive.add("dev/console", DEVICE, CONSOLE, &[]);
    archive.add("init", PROGRAM, (0, 0), INIT.as_bytes());
    archive.file("bin/busybox", Path::new("/bin/busybox"))?;
    let mut needed = BTreeSet::new();
    for program in programs {
        let name = program.file_name().context("a program without a name")?;
        archive.file(&format!("bin/{}", name.to_string_lossy()), program)?;
        needed.extend(libraries(program)?);
    }
    for plugin in plugins {
        archive.file(&plugin.to_string_lossy(), plugin)?;
        needed.extend(libraries(plugin)?);
    }
    for library in needed {
        archive.file(&library.to_string_lossy(), &library)?;
    }
    for (at, (name, bytes)) in modules.iter().enumerate() {
        archive.add(&format!("modules/{at:03}-{name}.ko"), PROGRAM, (0, 0), bytes);
    }
    Ok(archive.end())
}

/// An archive of these programs alone.
#[cfg(test)]
pub(in crate::proof) fn archive(programs: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = Archive::default();
    programs.iter().for_each(|(name, bytes)| archive.program(name, bytes));
    archive.end()
}

/// The libraries that a program is started with, its loader among them.
fn libraries(program: &Path) -> Result<Vec<PathBuf>> {
    let said = call::output(Command::new("ldd").arg(program))?;
    let paths = said.lines().filter_map(|line| line.split_whitespace().find(|word| word.starts_with('/')));
    Ok(paths.map(PathBuf::from).collect())
}

#[derive(Default)]
struct Archive {
    bytes: Vec<u8>,
    folders: BTreeSet<String>,
    count: u32,
}

impl Archive {
    fn file(&mut self, name: &str, from: &Path) -> Result<()> {
        let bytes = fs::read(from).with_context(|| format!("{} cannot be read", from.display()))?;
        self.program(name, &bytes);
        Ok(())
    }

    fn program(&mut self, name: &str, bytes: &[u8]) {
        let name = name.trim_start_matches('/');
        for (at, _) in name.match_indices('/') {
            self.folder(&name[..at]);
        }
        self.add(name, PROGRAM, (0, 0), bytes);
    }

    fn folder(&mut self, name: &str) {
        if self.folders.insert(name.to_owned()) {
            self.add(name, FOLDER, (0, 0), &[]);
        }
    }

    /// A magic number and thirteen numbers of eight hexadecimal digits, the name, the content; each padded to four bytes.
    fn add(&mut self, name: &str, mode: u32, device: (u32, u32), content: &[u8]) {
        self.count += 1;
        // An archive of four gigabytes fits no kernel's memory, so the lengths fit.
        let (length, name_length) = (content.len() as u32, name.len() as u32 + 1);
        let head = [self.count, mode, 0, 0, 1, 0, length, 0, 0, device.0, device.1, name_length, 0];
        self.bytes.extend(b"070701");
        head.iter().for_each(|number| self.bytes.extend(format!("{number:08x}").bytes()));
        self.bytes.extend(name.bytes());
        self.bytes.push(0);
        self.pad();
        self.bytes.extend(content);
        self.pad();
    }

    fn pad(&mut self) {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }

    fn end(mut self) -> Vec<u8> {
        self.add("TRAILER!!!", 0, (0, 0), &[]);
        self.bytes
    }
}
