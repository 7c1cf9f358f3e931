//! The udev rules: they can be read, they know the guns that the driver knows, and the till may open what they name.

use std::collections::BTreeSet;
use std::fs;

use crate::root;

/// Keys of udev(7) that our rules use.
const KEYS: &[&str] = &[
    "ACTION",
    "SUBSYSTEM",
    "KERNEL",
    "ATTRS",
    "ENV",
    "GOTO",
    "LABEL",
    "GROUP",
    "MODE",
    "SYMLINK",
    "OPTIONS",
];
/// Of these, those that match; they compare and never set.
const MATCHES: &[&str] = &["ACTION", "SUBSYSTEM", "KERNEL", "ATTRS"];

/// One `KEY{ATTRIBUTE}OPERATOR"VALUE"`.
struct Part {
    key: String,
    attribute: String,
    operator: String,
    value: String,
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap()
}

/// Takes the rules apart; panics over what is no rule.
fn rules() -> Vec<Vec<Part>> {
    let text = read("image/rootfs/usr/lib/udev/rules.d/70-dais-scanner.rules");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split(", ").map(part).collect()).collect()
}

fn part(text: &str) -> Part {
    let (front, value) = text.split_once('"').unwrap_or_else(|| panic!("{text} has no value"));
    let value = value.strip_suffix('"').unwrap_or_else(|| panic!("{text} has no end"));
    let name = front.trim_end_matches(['=', '!', '+']);
    let operator = &front[name.len()..];
    let (key, attribute) = name.split_once('{').unwrap_or((name, "}"));
    let attribute = attribute.strip_suffix('}').unwrap_or_else(|| panic!("{text} names no attribute"));
    let text = |text: &str| text.to_owned();
    Part { key: text(key), attribute: text(attribute), operator: text(operator), value: text(value) }
}

#[test]
fn every_rule_is_one() {
    let rules = rules();
    for part in rules.iter().flatten() {
        assert!(KEYS.contains(&part.key.as_str()), "{} is no key", part.key);
        let compares = matches!(part.operator.as_str(), "==" | "!=");
        let sets = matches!(part.operator.as_str(), "=" | "+=");
        assert!(compares || sets, "{}{} is no operator", part.key, part.operator);
        let must_compare = MATCHES.contains(&part.key.as_str());
        assert!(if part.key == "ENV" { true } else { compares == must_compare }, "{}", part.key);
    }
    let named = |key: &str| -> BTreeSet<String> {
        rules.iter().flatten().filter(|part| part.key == key).map(|part| part.value.clone()).collect()
    };
    assert!(named("GOTO").is_subset(&named("LABEL")), "a jump goes nowhere");
}

#[test]
fn rules_and_driver_know_the_same_guns() {
    let mut ruled = BTreeSet::new();
    for rule in rules() {
        let values = |attribute: &str| -> Option<Vec<String>> {
            let part = rule.iter().find(|part| part.key == "ATTRS" && part.attribute == attribute)?;
            Some(part.value.split('|').map(str::to_owned).collect())
        };
        for vendor in values("idVendor").unwrap_or_default() {
            let products = values("idProduct").unwrap_or_else(|| vec![String::new()]);
            ruled.extend(products.into_iter().map(|product| (vendor.clone(), product)));
        }
    }
    let source = read("drivers/scanner/src/quirks.rs");
    let table = source.split_once("pub const TABLE").unwrap().1.split_once("];").unwrap().0;
    let known: BTreeSet<(String, String)> = table
        .lines()
        .filter(|line| line.contains("Mark::Vendor(") || line.contains("Mark::Device("))
        .map(|line| {
            let mut numbers = line.split("0x").skip(1).map(|rest| rest[..4].to_owned());
            (numbers.next().unwrap(), numbers.next().unwrap_or_default())
        })
        .collect();
    assert!(known.len() > 10);
    assert_eq!(ruled, known);
}

#[test]
fn the_till_may_open_what_the_rules_name() {
    let users = read("image/rootfs/usr/lib/sysusers.d/dais.conf");
    let unit = read("image/rootfs/usr/lib/systemd/system/dais-kiosk.service");
    let mut subsystems = BTreeSet::new();
    for rule in rules() {
        let value = |key: &str| rule.iter().find(|part| part.key == key).map(|part| part.value.as_str());
        let Some(link) = value("SYMLINK") else { continue };
        let group = value("GROUP").expect("a name without a right");
        assert!(
            users.contains(&format!("u {group} ")) && unit.contains(&format!("\nUser={group}\n")),
            "{group}"
        );
        assert_eq!((link, value("MODE")), ("dais/scanner0", Some("0660")));
        subsystems.insert(value("SUBSYSTEM").unwrap().to_owned());
    }
    assert_eq!(subsystems, ["hidraw", "input", "tty"].map(str::to_owned).into());
    for class in ["char-input", "char-hidraw", "char-ttyUSB", "char-ttyACM"] {
        assert!(unit.contains(&format!("\nDeviceAllow={class} rw\n")), "{class}");
    }
}
