//! The udev rule of receipt printers: it is one, it names what the shipped example says, and the till may open that.

use std::fs;

use crate::root;

fn read(path: &str) -> String {
    fs::read_to_string(root().join("image/rootfs").join(path)).unwrap()
}

/// The rule as key, operator and value; panics over what is no rule.
fn rule() -> Vec<(String, String, String)> {
    let text = read("usr/lib/udev/rules.d/70-dais-printer.rules");
    let rules: Vec<&str> = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    let [rule] = rules[..] else { panic!("one rule") };
    let part = |part: &str| {
        let (front, value) = part.split_once('"').unwrap_or_else(|| panic!("{part} has no value"));
        let value = value.strip_suffix('"').unwrap_or_else(|| panic!("{part} has no end"));
        let key = front.trim_end_matches(['=', '!', '+']);
        (key.to_owned(), front[key.len()..].to_owned(), value.to_owned())
    };
    rule.split(", ").map(part).collect()
}

#[test]
fn it_matches_printers_and_sets_a_name_and_a_right() {
    let rule = rule();
    let parts: Vec<_> = rule.iter().map(|(key, operator, _)| (key.as_str(), operator.as_str())).collect();
    let wanted = [
        ("ACTION", "!="),
        ("SUBSYSTEM", "=="),
        ("KERNEL", "=="),
        ("GROUP", "="),
        ("MODE", "="),
        ("SYMLINK", "+="),
    ];
    assert_eq!(parts, wanted);
}

#[test]
fn the_till_may_open_what_it_names() {
    let value = |wanted: &str| {
        rule().into_iter().find(|(key, ..)| key == wanted).map(|(.., value)| value).expect("it is there")
    };
    let unit = read("usr/lib/systemd/system/dais-kiosk.service");
    let group = value("GROUP");
    assert!(read("usr/lib/sysusers.d/dais.conf").contains(&format!("u {group} ")));
    assert!(unit.contains(&format!("\nUser={group}\n")));
    assert_eq!(value("MODE"), "0660");
    // The nodes of usbmisc are of the character device class "usb".
    assert_eq!(value("SUBSYSTEM"), "usbmisc");
    assert!(unit.contains("\nDeviceAllow=char-usb rw\n"));
    let example = format!("#: printer = \"/dev/{}\"\n", value("SYMLINK"));
    assert!(read("etc/dais/kiosk.toml").contains(&example), "the example names another place");
}
