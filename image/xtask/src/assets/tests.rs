//! Installing from an archive made here: the right bytes arrive, wrong ones are refused by name.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::archive::Archive;
use super::manifest::{Manifest, Registry};
use super::{hex, install};

/// A folder of this test's own below cargo's target folder.
fn room(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tmp/assets").join(name);
    if path.exists() {
        fs::remove_dir_all(&path).unwrap();
    }
    fs::create_dir_all(&path).unwrap();
    path
}

/// An npm archive with one picture, and a manifest that expects `expected` in it.
fn world(name: &str, expected: &[u8]) -> (PathBuf, PathBuf, Manifest) {
    let room = room(name);
    fs::create_dir_all(room.join("package/img")).unwrap();
    fs::write(room.join("package/img/tea.svg"), b"<svg/>").unwrap();
    let archive = room.join("menu.tgz");
    let done =
        Command::new("tar").arg("-czf").arg(&archive).arg("-C").arg(&room).arg("package").status().unwrap();
    assert!(done.success());
    let text = manifest(&hex(expected));
    (room.join("fetched"), archive, Manifest::parse(&text).unwrap())
}

fn manifest(hash: &str) -> String {
    format!(
        r#"
[[package]]
name = "menu"
registry = "npm"
version = "1.0.0"
licence = "MIT"
used_by = ["shell/ui"]
why = "a test"
[[asset]]
package = "menu"
file = "img/tea.svg"
target = "pictures/tea.svg"
sha256 = "{hash}"
"#
    )
}

#[test]
fn the_right_bytes_arrive_and_a_second_run_fetches_nothing() {
    let (place, archive, manifest) = world("right", b"<svg/>");
    let asked = Cell::new(0);
    let mut source = |_: &_| {
        asked.set(asked.get() + 1);
        Ok(Archive::cached(archive.clone(), Registry::Npm))
    };
    install(&manifest, &place, &mut source).unwrap();
    assert_eq!(fs::read(place.join("pictures/tea.svg")).unwrap(), b"<svg/>");
    install(&manifest, &place, &mut source).unwrap();
    assert_eq!(asked.get(), 1);
    // A flipped byte in an installed file shows, and the file is replaced.
    fs::write(place.join("pictures/tea.svg"), b"<svG/>").unwrap();
    install(&manifest, &place, &mut source).unwrap();
    assert_eq!(asked.get(), 2);
    assert_eq!(fs::read(place.join("pictures/tea.svg")).unwrap(), b"<svg/>");
}

#[test]
fn a_wrong_byte_is_refused_by_name_and_nothing_is_installed() {
    let (place, archive, manifest) = world("wrong", b"<svg />");
    let mut source = |_: &_| Ok(Archive::cached(archive.clone(), Registry::Npm));
    let error = format!("{:#}", install(&manifest, &place, &mut source).unwrap_err());
    assert!(!place.join("pictures/tea.svg").exists());
    // The first refusal threw the cached archive away, so that the next run fetches it anew.
    assert!(!archive.exists());
    assert!(error.contains("menu 1.0.0"), "{error}");
}

#[test]
fn a_fresh_archive_with_a_wrong_byte_is_the_last_word() {
    let (place, archive, manifest) = world("fresh", b"<svg />");
    let mut source = |_: &_| {
        let mut archive = Archive::cached(archive.clone(), Registry::Npm);
        archive.was_cached = false;
        Ok(archive)
    };
    let error = format!("{:#}", install(&manifest, &place, &mut source).unwrap_err());
    assert!(error.contains("`img/tea.svg` is refused") && error.contains(&hex(b"<svg/>")), "{error}");
    assert!(archive.exists());
}

#[test]
fn a_file_that_the_manifest_dropped_goes_away() {
    let (place, archive, manifest) = world("dropped", b"<svg/>");
    let mut source = |_: &_| Ok(Archive::cached(archive.clone(), Registry::Npm));
    install(&manifest, &place, &mut source).unwrap();
    let empty = Manifest { packages: Vec::new(), assets: Vec::new() };
    install(&empty, &place, &mut source).unwrap();
    assert!(!place.join("pictures/tea.svg").exists());
}

#[test]
fn a_manifest_that_cannot_be_trusted_is_refused() {
    let good = manifest(&hex(b"x"));
    Manifest::parse(&good).unwrap();
    for (from, to, word) in [
        ("licence = \"MIT\"", "licence = \"Proprietary\"", "licence `Proprietary`"),
        ("licence = \"MIT\"\n", "", "missing field `licence`"),
        ("file = \"img", "file = \"../img", "without `..`"),
        ("target = \"", "target = \"/", "without `..`"),
        ("sha256 = \"", "sha256 = \"A", "64 lower-case"),
        ("package = \"menu\"", "package = \"mneu\"", "no package `mneu`"),
        ("name = \"menu\"", "name = \"--menu\"", "not one that a registry gives"),
        ("why = \"a test\"", "why = \"a test\"\ncolour = 1", "unknown field `colour`"),
        ("target = \"pictures", "target = \"models", "task stands with"),
        ("target = \"pictures/tea.svg", "task = \"text\"\ntarget = \"models/tea.onnx", "shapes stand with"),
        ("file =", "shapes = [[1]]\nfile =", "shapes stand with"),
        ("file =", "golden = {}\nfile =", "only a network has"),
    ] {
        assert!(good.contains(from));
        let error = format!("{:#}", Manifest::parse(&good.replace(from, to)).unwrap_err());
        assert!(error.contains(word), "{to}: {error}");
    }
}

#[test]
fn models_and_only_they_stand_in_their_manifest() {
    let root = room("both");
    fs::create_dir_all(root.join("assets/models")).unwrap();
    let rest = manifest(&hex(b"x"));
    let model = rest
        .replace("target = \"pictures/tea.svg", "task = \"text\"\nshapes = [[1]]\ntarget = \"models/tea.onnx")
        .replace("\"menu\"", "\"mind\"");
    let both = |first: &str, second: &str| {
        fs::write(root.join("assets/manifest.toml"), first).unwrap();
        fs::write(root.join("assets/models/manifest.toml"), second).unwrap();
        Manifest::read(&root).map_err(|error| format!("{error:#}"))
    };
    let good = both(&rest, &model).unwrap();
    assert!(good.has_target("pictures/tea.svg") && good.has_target("models/tea.onnx"));
    for (first, second, word) in [
        (&model, &rest, "assets/manifest.toml: `models/tea.onnx`"),
        (&rest, &rest, "assets/models/manifest.toml: `pictures/tea.svg`"),
        (&rest, &model.replace("\"mind\"", "\"menu\""), "`menu` stands in both"),
    ] {
        let error = both(first, second).unwrap_err();
        assert!(error.contains(word), "{word}: {error}");
    }
}

#[test]
fn what_is_made_from_a_packages_file_is_refused_when_either_hash_is_wrong() {
    let made = |source: &str, part: &str, hash: &str| {
        let whole =
            manifest(hash) + &format!("source_sha256 = \"{}\"\npart = {part}\n", hex(source.as_bytes()));
        let asset = Manifest::parse(&whole).unwrap().assets.remove(0);
        super::prepare::checked(&asset, b"<svg/>".to_vec()).map_err(|error| format!("{error:#}"))
    };
    assert_eq!(made("<svg/>", "[1, 3]", &hex(b"svg")).unwrap(), b"svg");
    let error = made("<svg />", "[1, 3]", &hex(b"svg")).unwrap_err();
    assert!(error.starts_with("`img/tea.svg` is refused") && error.contains(&hex(b"<svg/>")), "{error}");
    let error = made("<svg/>", "[1, 3]", &hex(b"svG")).unwrap_err();
    assert!(error.contains("`pictures/tea.svg`, made from `img/tea.svg`, is refused"), "{error}");
    let error = made("<svg/>", "[4, 3]", &hex(b"svg")).unwrap_err();
    assert!(error.contains("beyond the end"), "{error}");
}

#[test]
fn a_step_without_the_hash_before_it_is_refused() {
    let good = manifest(&hex(b"x"));
    let source = format!("source_sha256 = \"{}\"\n", hex(b"y"));
    for (more, word) in [
        ("step = \"scrub\"\n".to_owned(), "source_sha256 stands where"),
        (source.clone(), "source_sha256 stands where"),
        (source.clone() + "step = \"scrub\"\noutputs = [\"a\"]\n", "picks outputs"),
        (source + "step = \"bake\"\n", "unknown variant `bake`"),
    ] {
        let error = format!("{:#}", Manifest::parse(&(good.clone() + &more)).unwrap_err());
        assert!(error.contains(word), "{more}: {error}");
    }
}
