//! A gun on a real terminal, opened by its name.

use std::path::Path;

use scanner::fake::Gun;
use scanner::{Fault, Missing, Presents, Scanner, ScannerError, Source, check};

use crate::guns::{next, ready};

fn source(link: &Path) -> Source {
    Source::parse(&link.display().to_string()).expect("a path is a source")
}

#[test]
fn scans_through_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("gun");
    let gun = Gun::start(&link, &folder.path().join("control")).unwrap();
    let mut scanner = Scanner::start(&source(&link));
    ready(&mut scanner);
    // The last one is text in GBK-like bytes: kept as they are, 0xFF too.
    for code in ["281234567890123456", "]Q1https://example.edu/?a=1", "\u{4e2d}\u{6587}"] {
        gun.control().send(&format!("scan {code}")).unwrap();
        assert_eq!(next(&mut scanner), Ok(code.trim_start_matches("]Q1").as_bytes().to_vec()));
    }
    gun.control().send("tear 5 281234567890123456").unwrap();
    assert_eq!(next(&mut scanner), Err(ScannerError::Unread(Fault::Torn)));
    assert!(gun.control().send("shoot").is_err());
}

#[test]
fn the_cable_is_pulled_and_put_back() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("gun");
    let gun = Gun::start(&link, &folder.path().join("control")).unwrap();
    let mut scanner = Scanner::start(&source(&link));
    for turn in 0..3 {
        ready(&mut scanner);
        gun.control().send(&format!("scan 28123456789012345{turn}")).unwrap();
        assert_eq!(next(&mut scanner), Ok(format!("28123456789012345{turn}").into_bytes()));
        gun.control().send("unplug").unwrap();
        assert_eq!(next(&mut scanner), Err(ScannerError::Missing(Missing::Unplugged)));
        gun.control().send("plug").unwrap();
    }
}

#[test]
fn two_programs_want_one_gun() {
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("gun");
    let _gun = Gun::start(&link, &folder.path().join("control")).unwrap();
    let mut first = Scanner::start(&source(&link));
    ready(&mut first);
    let mut second = Scanner::start(&source(&link));
    assert_eq!(next(&mut second), Err(ScannerError::Missing(Missing::InUse)));
    let report = check(&source(&link)).unwrap();
    assert_eq!((report.found[0].presents, report.found[0].opens), (Presents::Serial, Err(Missing::InUse)));
    drop(first);
    ready(&mut second);
}
