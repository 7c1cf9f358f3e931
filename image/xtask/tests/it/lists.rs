//! The list of packages and the manifest of assets, as they are shipped.

use std::collections::BTreeSet;
use std::fs;

use xtask::assets::manifest::Manifest;
use xtask::packages::{Section, lacking, parse};

use crate::root;

#[test]
fn the_package_list_has_every_section_and_no_package_twice_in_one() {
    let packages = parse(&fs::read_to_string(root().join("image/packages.txt")).unwrap()).unwrap();
    let rare = [Section::Guest, Section::Image, Section::Tools, Section::Rivals, Section::Codes];
    for section in Section::ALL.iter().chain(&rare) {
        assert!(packages.iter().any(|package| package.section == *section), "{section:?}");
    }
    // The tools tree is a system of its own, and one rare command may need what another does.
    for sections in std::iter::once(Section::ALL).chain(rare.chunks(1)) {
        let within = packages.iter().filter(|package| sections.contains(&package.section));
        let names: BTreeSet<&str> = within.clone().map(|package| package.name.as_str()).collect();
        assert_eq!(names.len(), within.count());
    }
}

#[test]
fn only_what_is_neither_installed_nor_replaced_is_lacking() {
    let text = "[build]\ngcc # C\n[assets]\nnpm | npm --version # fetches\npip | pip -V # fetches\n";
    let wanted = parse(text).unwrap();
    let installed = BTreeSet::from(["gcc".to_owned()]);
    let missing = lacking(&wanted, &installed, &|command| command == "npm --version");
    assert_eq!(missing.iter().map(|package| package.name.as_str()).collect::<Vec<_>>(), ["pip"]);
}

#[test]
fn a_package_list_with_a_gap_names_its_line() {
    for (text, word) in [
        ("gcc # C\n", "line 1: a package before the first section"),
        ("[build]\ngcc\n", "line 2: write why"),
        ("[build]\n\ngcc #\n", "line 3: write why"),
        ("[bulid]\n", "line 1: no section `bulid`"),
        ("[build]\ngcc; reboot # x\n", "line 2: `gcc; reboot` is no Debian package name"),
        ("[build]\nnpm | # x\n", "line 2: write why"),
    ] {
        let error = format!("{:#}", parse(text).unwrap_err());
        assert!(error.contains(word), "{text}: {error}");
    }
}

#[test]
fn the_manifest_names_users_that_exist() {
    let manifest = Manifest::read(&root()).unwrap();
    for package in &manifest.packages {
        for user in &package.used_by {
            assert!(root().join(user).is_dir(), "{}: {user}", package.name);
        }
    }
    assert!(manifest.has_target("fonts/NotoSansSC-Regular.ttf"));
}
