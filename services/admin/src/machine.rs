//! What the kernel tells of the computer, read from its files: `/proc`, `/sys` (proc(5), sysfs(5)).

use std::fs;
use std::path::Path;

/// Interfaces that are shown at most: a panel has two or three.
const INTERFACES_MAX: usize = 8;
/// Where everything that outlives a restart lies.
const STATE: &str = "var/lib/dais";

/// The computer. What could not be read is empty or 0.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Machine {
    /// Its name.
    pub name: String,
    /// The kernel's version.
    pub kernel: String,
    /// Seconds since it was switched on.
    pub up_s: u64,
    /// Processes that want a processor, over the last five minutes.
    pub load: f32,
    /// Megabytes of memory, all and available.
    pub memory_mb: (u64, u64),
    /// Megabytes of the disk that state lies on, all and available.
    pub disk_mb: (u64, u64),
    /// Network interfaces, and whether each is connected.
    pub interfaces: Vec<(String, bool)>,
}

impl Machine {
    /// Reads it; `root` is `/` but in tests.
    pub fn read(root: &Path) -> Self {
        let text = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_default();
        let first = |path: &str| text(path).trim().to_owned();
        Self {
            name: first("proc/sys/kernel/hostname"),
            kernel: first("proc/sys/kernel/osrelease"),
            up_s: up(&text("proc/uptime")),
            load: load(&text("proc/loadavg")),
            memory_mb: memory(&text("proc/meminfo")),
            disk_mb: disk(&root.join(STATE)),
            interfaces: interfaces(&root.join("sys/class/net")),
        }
    }
}

fn up(text: &str) -> u64 {
    text.split(['.', ' ']).next().and_then(|seconds| seconds.parse().ok()).unwrap_or_default()
}

fn load(text: &str) -> f32 {
    text.split(' ').nth(1).and_then(|load| load.parse().ok()).unwrap_or_default()
}

fn memory(text: &str) -> (u64, u64) {
    let of = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        let kilobytes = line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok());
        kilobytes.unwrap_or_default() / 1024
    };
    (of("MemTotal:"), of("MemAvailable:"))
}

fn disk(path: &Path) -> (u64, u64) {
    let Ok(disk) = rustix::fs::statvfs(path) else { return (0, 0) };
    let megabytes = |blocks: u64| blocks.saturating_mul(disk.f_frsize) / (1024 * 1024);
    (megabytes(disk.f_blocks), megabytes(disk.f_bavail))
}

fn interfaces(folder: &Path) -> Vec<(String, bool)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<(String, bool)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok().filter(|name| name != "lo")?;
            let up = fs::read_to_string(entry.path().join("operstate")).ok()?.trim() == "up";
            // What is not a piece of hardware is of interest only where it is used.
            (up || entry.path().join("device").exists()).then_some((name, up))
        })
        .collect();
    found.sort();
    found.truncate(INTERFACES_MAX);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_the_kernel_writes_is_understood() {
        assert_eq!(up("3605.12 7000.01\n"), 3605);
        assert!((load("0.10 1.25 2.00 1/200 4242\n") - 1.25).abs() < 0.001);
        let text = "MemTotal:        2048000 kB\nMemFree:          1 kB\nMemAvailable:    1024000 kB\n";
        assert_eq!(memory(text), (2000, 1000));
    }

    #[test]
    fn this_machine_tells_of_itself_and_nothing_tells_nothing() {
        let here = Machine::read(Path::new("/"));
        assert!(here.up_s > 0 && here.memory_mb.0 > here.memory_mb.1 && !here.kernel.is_empty(), "{here:?}");
        let nowhere = tempfile::tempdir().unwrap();
        assert_eq!(Machine::read(nowhere.path()), Machine::default());
    }

    proptest! {
        #[test]
        fn nonsense_is_nought(text in ".*") {
            up(&text);
            load(&text);
            memory(&text);
        }
    }
}
