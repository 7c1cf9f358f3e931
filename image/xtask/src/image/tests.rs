//! The declarations of the image fit together, and what is read of a built one is read right.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::boot::turn::{first_block, partition};
use super::summary::{erofs_size, root_hash};
use super::tools::folder_name;
use super::update::{after, released};
use super::{VARIANTS, parts};

fn root() -> PathBuf {
    crate::root().unwrap()
}

/// Every file below a folder, by its path from there.
fn files(folder: &Path, below: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let path = below.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path(), &path));
        } else {
            found.push(path);
        }
    }
    found
}

#[test]
fn every_file_for_the_target_is_in_one_part() {
    let root = root();
    let parts = parts::read(&root).unwrap();
    for file in files(&root.join("image/rootfs"), Path::new("")) {
        let has = |part: &&parts::Part| part.files.iter().any(|place| file.starts_with(place));
        assert_eq!(parts.values().filter(has).count(), 1, "{}", file.display());
    }
    for place in parts.values().flat_map(|part| &part.files) {
        assert!(root.join("image/rootfs").join(place).exists(), "{}", place.display());
    }
}

#[test]
fn a_unit_comes_with_the_program_that_it_starts() {
    let root = root();
    for (name, part) in parts::read(&root).unwrap() {
        for file in part.files.iter().filter(|file| file.extension().is_some_and(|end| end == "service")) {
            let unit = fs::read_to_string(root.join("image/rootfs").join(file)).unwrap();
            let start = unit.lines().find_map(|line| line.strip_prefix("ExecStart=/usr/bin/")).unwrap();
            let program = start.split(' ').next().unwrap();
            assert!(part.programs.contains_key(program), "part `{name}` starts {program} and has it not");
        }
    }
}

#[test]
fn variants_have_parts_that_there_are_and_their_services_names() {
    let root = root();
    let known = parts::read(&root).unwrap();
    let mut names = BTreeMap::new();
    for variant in VARIANTS {
        let has = parts::of_variant(&root, variant).unwrap();
        assert!(
            has.contains(&"base".to_owned()) && has.iter().all(|part| known.contains_key(part)),
            "{has:?}"
        );
        names.insert(variant, parts::bus_names(&root, variant).unwrap());
    }
    let has = |variant: &str, name: &str| names[variant].contains(name);
    assert!(has("panel", "org.dais.Inference1") && !has("panel", "org.dais.Kiosk1"));
    assert!(has("kiosk", "org.dais.Kiosk1") && !has("kiosk", "org.dais.Inference1"));
    assert_eq!(names["both"].len(), 5);
}

#[test]
fn a_version_is_good_once_each_of_its_services_runs() {
    let root = root();
    let known = parts::read(&root).unwrap();
    for variant in VARIANTS {
        let units = parts::of_variant(&root, variant).unwrap();
        let units = units.iter().flat_map(|part| &known[part].files);
        let units = units.filter(|file| file.extension().is_some_and(|end| end == "service"));
        let mut has: Vec<_> = units.map(|file| file.file_name().unwrap().to_str().unwrap()).collect();
        has.sort_unstable();
        let gate = format!(
            "mkosi.profiles/{variant}/mkosi.extra/usr/lib/systemd/system/boot-complete.target.d/50-dais.conf"
        );
        for name in ["Requires", "After"] {
            let asked = setting(&gate, name);
            let mut asked: Vec<_> = asked.split(' ').collect();
            asked.sort_unstable();
            assert_eq!(asked, has, "{name} of {variant}");
        }
    }
}

/// A setting of a partition's or a unit's file.
fn setting(file: &str, name: &str) -> String {
    let text = fs::read_to_string(root().join("image/os").join(file)).unwrap();
    let mut lines = text.lines();
    lines.find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default().to_owned()
}

#[test]
fn both_slots_are_as_large_as_what_is_built_for_them() {
    let unit = "mkosi.extra/usr/lib/repart.d";
    for (built, slots) in [
        ("mkosi.repart/10-root.conf", ["10-root-a.conf", "20-root-b.conf"]),
        ("mkosi.repart/11-root-verity.conf", ["11-root-a-verity.conf", "21-root-b-verity.conf"]),
        ("mkosi.repart/00-esp.conf", ["00-esp.conf", "00-esp.conf"]),
    ] {
        for (slot, size) in slots.iter().flat_map(|slot| [(slot, "SizeMinBytes"), (slot, "SizeMaxBytes")]) {
            let slot = format!("{unit}/{slot}");
            assert_eq!(setting(&slot, size), setting(built, size), "{size} of {slot}");
            assert_eq!(setting(&slot, "Type"), setting(built, "Type"), "{slot}");
        }
    }
}

#[test]
fn erofs_tells_its_size() {
    let mut head = [0; 40];
    head[..4].copy_from_slice(&0xe0f5_e1e2_u32.to_le_bytes());
    head[12] = 12;
    head[36..].copy_from_slice(&1000_u32.to_le_bytes());
    assert_eq!(erofs_size(&head).unwrap(), 4_096_000);
    head[12] = 64;
    assert!(erofs_size(&head).unwrap_err().to_string().contains("too large"));
    head[0] = 0;
    assert!(erofs_size(&head).unwrap_err().to_string().contains("no erofs"));
}

#[test]
fn another_list_of_packages_is_another_tree() {
    let list = |names: &[&str]| folder_name(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>());
    assert_eq!(list(&["apt", "mkosi"]), list(&["apt", "mkosi"]));
    assert_ne!(list(&["apt", "mkosi"]), list(&["apt"]));
    assert!(list(&["apt"]).starts_with("tools-"));
}

#[test]
fn a_kernel_file_names_its_root() {
    assert_eq!(root_hash(b"MZ\0quiet roothash=0a1b rw\0").unwrap(), "0a1b");
    assert!(root_hash(b"MZ quiet").unwrap_err().to_string().contains("names no root"));
}

/// Whether a name fits a pattern of `sysupdate.d(5)`, in which the variant's name and `@v` and `@u` stand for others.
fn fits(name: &str, pattern: &str, version: &str, identifier: &str) -> bool {
    name == pattern.replace("%M", "dais-both").replace("@v", version).replace("@u", identifier)
}

#[test]
fn an_update_has_the_names_that_units_look_for() {
    let (version, identifier) = ("1.2.3", "8c3d2c632330445d3c4e9312ecc8dcad");
    for (built, transfer) in [
        ("next.verity.8c3d2c632330445d3c4e9312ecc8dcad.raw", "10-root-verity"),
        ("next.root.8c3d2c632330445d3c4e9312ecc8dcad.raw", "20-root"),
        ("next.efi", "30-kernel"),
    ] {
        let name = released(built, "next", "both", version).unwrap();
        let pattern =
            setting(&format!("mkosi.extra/usr/lib/sysupdate.d/{transfer}.transfer"), "MatchPattern");
        assert!(fits(&name, &pattern, version, identifier), "{name} for {pattern}");
    }
    for other in ["next.raw", "next.esp.raw", "next.manifest", "later.efi", "next.root.raw", "next"] {
        assert_eq!(released(other, "next", "both", version), None, "{other}");
    }
}

#[test]
fn a_unit_takes_only_what_is_signed_and_may_be_brought_to_this_version() {
    let this: Vec<u64> = env!("CARGO_PKG_VERSION").split('.').map(|part| part.parse().unwrap()).collect();
    for transfer in ["10-root-verity", "20-root", "30-kernel"] {
        let file = format!("mkosi.extra/usr/lib/sysupdate.d/{transfer}.transfer");
        let oldest: Vec<u64> =
            setting(&file, "MinVersion").split('.').map(|part| part.parse().unwrap()).collect();
        assert!(oldest <= this, "{transfer} allows {oldest:?}, this is {this:?}");
        // Only of an address signatures are asked, and then always.
        assert_eq!(setting(&file, "Type"), "url-file", "{transfer}");
        assert_eq!(setting(&file, "Verify"), "", "{transfer}");
    }
    for variant in VARIANTS {
        let id = setting(&format!("mkosi.profiles/{variant}/mkosi.conf"), "ImageId");
        assert_eq!(id, format!("dais-{variant}"), "one variant's update is none for another");
    }
}

#[test]
fn versions_follow_each_other() {
    assert_eq!(after("0.1.9", 1).unwrap(), "0.1.10");
    assert_eq!(after("2.0.0", 2).unwrap(), "2.0.2");
    assert!(after("two", 1).is_err() && after("2.x", 1).is_err());
}

#[test]
fn a_bit_is_turned_where_the_file_lies() {
    let told = " Ext:   logical offset   |  length :     physical offset    |  length\n   \
                0:        0..   12576 |   12576 :   78761984..  78766080 |    4096\n   \
                1:    12576..   21038 |    8462 :   78766080..  78770176 |    4096\n";
    assert_eq!(first_block(told), Some(78_761_984));
    assert_eq!(first_block("Path : /usr/bin/dais-shell"), None);
    let name = partition("8c3d2c632330445d3c4e9312ecc8dcad0123").unwrap();
    assert_eq!(name, "8c3d2c63-2330-445d-3c4e-9312ecc8dcad");
    assert!(partition("8c3d2c63").is_err());
}
