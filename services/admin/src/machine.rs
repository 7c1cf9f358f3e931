//! What the kernel tells of the computer, read from its files: `/proc`, `/sys` (proc(5), sysfs(5)).

use std::fs;
use std::path::Path;

use api::admin::Computer;

/// Video inputs that are named at most.
const INPUTS_MAX: usize = 8;
/// Where everything that outlives a restart lies.
const STATE: &str = "var/lib/dais";
/// Where a PC and a board with a device tree have theirs; the first needs leave, which tmpfiles.d gives.
const SERIALS: [&str; 3] = [
    "sys/class/dmi/id/product_serial",
    "sys/class/dmi/id/board_serial",
    "sys/firmware/devicetree/base/serial-number",
];
/// What makers leave in its place.
const NO_SERIALS: [&str; 8] = [
    "to be filled by o.e.m.",
    "default string",
    "system serial number",
    "not specified",
    "not applicable",
    "none",
    "0",
    "123456789",
];

/// Reads it; `root` is `/` but in tests. What cannot be read is empty or 0.
pub fn read(root: &Path) -> Computer {
    let text = |path: &str| fs::read_to_string(root.join(path)).unwrap_or_default();
    let first = |path: &str| text(path).trim().to_owned();
    Computer {
        name: first("proc/sys/kernel/hostname"),
        kernel: first("proc/sys/kernel/osrelease"),
        system: system(&text("etc/os-release")),
        up_s: up(&text("proc/uptime")),
        memory_mb: memory(&text("proc/meminfo")),
        disk_mb: disk(&root.join(STATE)),
        video_inputs: inputs(&root.join("sys/class/video4linux")),
    }
}

/// The computer's serial number, as its firmware has it; empty where it has none.
pub fn serial(root: &Path) -> String {
    let read = |path: &&str| fs::read_to_string(root.join(path)).ok();
    let told = SERIALS.iter().filter_map(read).map(|text| text.trim_matches(['\0', ' ', '\n']).to_owned());
    let real = |text: &String| !text.is_empty() && !NO_SERIALS.contains(&text.to_ascii_lowercase().as_str());
    told.into_iter().find(real).unwrap_or_default()
}

/// Processes that want a processor, over the last five minutes.
pub fn busy(root: &Path) -> f32 {
    load(&fs::read_to_string(root.join("proc/loadavg")).unwrap_or_default())
}

/// What it calls itself, and which image it is where it came as one (os-release(5)).
fn system(text: &str) -> String {
    let of = |name: &str| {
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='))?;
        Some(value.trim_matches(['"', '\'']).to_owned()).filter(|value| !value.is_empty())
    };
    let (name, image) = (of("PRETTY_NAME"), of("IMAGE_VERSION"));
    name.into_iter().chain(image.map(|version| format!("image {version}"))).collect::<Vec<_>>().join(", ")
}

fn inputs(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let name =
        |entry: std::io::Result<fs::DirEntry>| fs::read_to_string(entry.ok()?.path().join("name")).ok();
    let mut found: Vec<String> = entries.filter_map(name).map(|name| name.trim().to_owned()).collect();
    found.sort();
    found.dedup();
    found.truncate(INPUTS_MAX);
    found
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
    fn a_system_that_came_as_an_image_says_which() {
        let text = "PRETTY_NAME=\"Dais 1\"\nID=dais\nIMAGE_VERSION='42'\n";
        assert_eq!(system(text), "Dais 1, image 42");
        assert_eq!(system("PRETTY_NAME=\"Debian\"\nIMAGE_VERSION=\n"), "Debian");
        assert_eq!(system(""), "");
    }

    #[test]
    fn two_doors_of_one_video_input_are_one() {
        let root = tempfile::tempdir().unwrap();
        for (device, name) in
            [("video0", "HDMI capture\n"), ("video1", "HDMI capture\n"), ("video2", "Camera\n")]
        {
            let folder = root.path().join("sys/class/video4linux").join(device);
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join("name"), name).unwrap();
        }
        assert_eq!(read(root.path()).video_inputs, ["Camera", "HDMI capture"]);
    }

    #[test]
    fn a_serial_number_is_real_or_none() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(serial(root.path()), "");
        let write = |path: &str, text: &str| {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        write(SERIALS[2], "10000000abcd\0");
        assert_eq!(serial(root.path()), "10000000abcd");
        write(SERIALS[0], "To Be Filled By O.E.M.\n");
        assert_eq!(serial(root.path()), "10000000abcd");
        write(SERIALS[0], "PF3X1 \n");
        assert_eq!(serial(root.path()), "PF3X1");
    }

    #[test]
    fn this_machine_tells_of_itself_and_nothing_tells_nothing() {
        let here = read(Path::new("/"));
        assert!(here.up_s > 0 && here.memory_mb.0 > here.memory_mb.1 && !here.kernel.is_empty(), "{here:?}");
        let nowhere = tempfile::tempdir().unwrap();
        assert_eq!(read(nowhere.path()), Computer::default());
    }

    proptest! {
        #[test]
        fn nonsense_is_nought(text in ".*") {
            up(&text);
            load(&text);
            memory(&text);
            system(&text);
        }
    }
}
