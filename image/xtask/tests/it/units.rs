//! The units: systemd understands them, they expose little, and they start what the bus policies know.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::root;

const UNITS: &[&str] = &[
    "dais-kiosk.service",
    "dais-inference.service",
    "dais-sense.service",
    "dais-admin.service",
    "dais-shell.service",
];
/// Asks the others once, owns nothing, and is started by the boot's last target.
const HEALTH: &str = "dais-health.service";
/// Highest exposure that systemd may see in a unit, in tenths; the others must reach devices.
const EXPOSURE_MAX: &[(&str, &str)] = &[
    ("kiosk", "20"),
    ("inference", "10"),
    ("sense", "15"),
    ("admin", "15"),
    ("shell", "20"),
    ("health", "10"),
];
const UNIT_FOLDER: &str = "usr/lib/systemd/system";

/// A target's file tree: ours, systemd's own units from this machine, and programs that only exist.
struct Tree(PathBuf);

impl Tree {
    fn new(name: &str) -> Self {
        let place = std::env::temp_dir().join(format!("dais-units-{}-{name}", std::process::id()));
        copy(&root().join("image/rootfs"), &place);
        let here = Path::new("/").join(UNIT_FOLDER);
        for entry in fs::read_dir(here).unwrap() {
            let path = entry.unwrap().path();
            let wanted = path.extension().is_some_and(|ending| ending == "target" || ending == "slice");
            if wanted || path.file_stem().is_some_and(|stem| stem == "dbus") {
                let bytes = fs::read(&path).unwrap_or_default();
                fs::write(place.join(UNIT_FOLDER).join(path.file_name().unwrap()), bytes).unwrap();
            }
        }
        fs::create_dir_all(place.join("usr/bin")).unwrap();
        for unit in UNITS {
            let program = place.join("usr/bin").join(unit.trim_end_matches(".service"));
            fs::write(&program, "#!/bin/sh\n").unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        }
        Self(place)
    }

    fn analyze(&self, words: &[&str]) -> Output {
        let mut command = Command::new("systemd-analyze");
        command.arg(format!("--root={}", self.0.display())).args(words).output().unwrap()
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn unit(name: &str) -> String {
    fs::read_to_string(root().join("image/rootfs").join(UNIT_FOLDER).join(name)).unwrap()
}

#[test]
fn systemd_understands_every_unit() {
    let tree = Tree::new("verify");
    let done = tree.analyze(&[&["verify", "--man=no", HEALTH], UNITS].concat());
    let said = String::from_utf8(done.stderr).unwrap();
    assert!(done.status.success() && said.is_empty(), "{said}");
}

#[test]
fn no_unit_is_open_wider_than_its_work_needs() {
    let tree = Tree::new("security");
    for (service, tenths) in EXPOSURE_MAX {
        let name = format!("dais-{service}.service");
        let done = tree.analyze(&[
            "security",
            "--offline=true",
            "--no-pager",
            &format!("--threshold={tenths}"),
            &name,
        ]);
        assert!(done.status.success(), "{}", String::from_utf8(done.stdout).unwrap());
    }
}

#[test]
fn units_users_names_and_preset_agree() {
    let rootfs = root().join("image/rootfs");
    let users = fs::read_to_string(rootfs.join("usr/lib/sysusers.d/dais.conf")).unwrap();
    let preset = fs::read_to_string(rootfs.join("usr/lib/systemd/system-preset/50-dais.preset")).unwrap();
    for name in UNITS {
        let text = unit(name);
        let user = name.trim_end_matches(".service");
        assert!(text.contains(&format!("\nUser={user}\n")), "{name}");
        assert!(users.contains(&format!("u {user} ")), "{name}");
        assert!(preset.contains(&format!("enable {name}")), "{name}");
        let bus_name = text.lines().find_map(|line| line.strip_prefix("BusName=")).unwrap();
        let policy = rootfs.join(format!("usr/share/dbus-1/system.d/{bus_name}.conf"));
        let policy = fs::read_to_string(policy).unwrap();
        let owns = format!("<policy user=\"{user}\">\n    <allow own=\"{bus_name}\"/>");
        assert!(policy.contains(&owns), "{name}: {bus_name} belongs to another user");
        let start = text.lines().find_map(|line| line.strip_prefix("ExecStart=")).unwrap();
        let config = start.split("--config ").nth(1).unwrap();
        assert!(rootfs.join(config.trim_start_matches('/')).is_file(), "{name}: {config} is not shipped");
    }
}

#[test]
fn the_till_gets_the_keys_that_it_asks_for_and_no_others() {
    let text = unit("dais-kiosk.service");
    let given: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("LoadCredentialEncrypted=")).collect();
    let read = |file: &str| fs::read_to_string(root().join("services/kiosk/src").join(file)).unwrap();
    let source = read("config.rs") + &read("config/channels.rs") + &read("main.rs") + &read("office.rs");
    assert!(!given.is_empty());
    for name in &given {
        assert!(source.contains(&format!("\"{name}\"")), "{name} is given but never read");
    }
    for name in source.split('"').filter(|word| is_credential(word)) {
        assert!(given.contains(&name), "{name} is read but not given");
    }
}

/// A quoted word of the shape that the till's credentials have.
fn is_credential(word: &str) -> bool {
    let channel = ["alipay_", "wechat_", "campus_"].iter().any(|front| word.starts_with(front));
    let kind = ["_key", "_pub", "_serial"].iter().any(|end| word.ends_with(end));
    channel && kind && word.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}
