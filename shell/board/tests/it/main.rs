//! `dais-board` as a teacher's helper would call it: from any format to any other, and out of a panel's own folder.
#![allow(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The bundled font, or any other.
fn font() -> PathBuf {
    let assets = std::env::var("DAIS_ASSETS").unwrap_or_else(|_| "../../assets/fetched".to_owned());
    let ours = Path::new(&assets).join("fonts/NotoSansSC-Regular.ttf");
    if ours.exists() { ours } else { PathBuf::from("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf") }
}

fn call(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_dais-board")).args(words).arg("--font").arg(font()).output().unwrap()
}

fn drawing() -> String {
    format!("{}/src/tests/interchange/files/drawn.excalidraw", env!("CARGO_MANIFEST_DIR"))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_drawing_goes_to_every_format_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    for ending in ["xopp", "svg", "pdf", "png", "excalidraw", "iwb", "inkml"] {
        let out = folder.path().join(format!("lesson.{ending}"));
        let written = call(&["convert", &drawing(), out.to_str().unwrap()]);
        assert!(written.status.success() && out.exists(), "{ending}: {}", said(&written));
        let read = call(&["info", out.to_str().unwrap()]);
        assert!(read.status.success(), "{ending}: {}", said(&read));
        assert!(said(&read).contains(": 1 pages"), "{ending}: {}", said(&read));
        assert!(!said(&read).contains(" 0 things"), "{ending}: {}", said(&read));
    }
}

#[test]
fn several_pages_are_several_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let from = format!("{}/src/tests/interchange/files/drawn.tldr", env!("CARGO_MANIFEST_DIR"));
    let out = folder.path().join("lesson.svg");
    let written = call(&["convert", &from, out.to_str().unwrap()]);
    assert!(written.status.success(), "{}", said(&written));
    let names: Vec<bool> =
        ["lesson-1.svg", "lesson-2.svg"].map(|name| folder.path().join(name).exists()).into();
    assert_eq!(names, [true, true]);
}

#[test]
fn a_panels_own_folder_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let (mut journal, ..) = board::Journal::open(&folder.path().join("board.journal")).unwrap();
    let surface = board::Surface { width_px: 960, height_px: 540, width_um: 1_895_000, height_um: 1_066_000 };
    let mut wall = board::Board::new(surface, board::Actor(1), std::fs::read(font()).unwrap()).unwrap();
    let rect = board::PageRect::new(100_000, 100_000, 700_000, 200_000);
    let effects = wall.place_text(board::PersonId::FIRST, rect, "Hello board", &[], 1_000);
    for op in &effects.ops {
        journal.append(op).unwrap();
    }
    journal.flush().unwrap();
    drop(journal);
    let out = folder.path().join("lesson.svg");
    let written = call(&["convert", folder.path().to_str().unwrap(), out.to_str().unwrap()]);
    assert!(written.status.success(), "{}", said(&written));
    assert!(std::fs::read_to_string(out).unwrap().contains("Hello board"));
}

#[test]
fn what_cannot_be_done_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.pdf");
    let letter = folder.path().join("letter.txt");
    std::fs::write(&letter, "Dear head teacher").unwrap();
    for (words, why) in [
        (vec!["convert", letter.to_str().unwrap(), out.to_str().unwrap()], "cannot open this kind of file"),
        (vec!["convert", "/nowhere/at.all", out.to_str().unwrap()], "cannot be read"),
        (vec!["convert", &drawing(), "lesson.docx"], "no format has this ending"),
        (vec!["convert", &drawing(), "lesson.tldr"], "does not write them"),
        (vec!["info", folder.path().to_str().unwrap()], "no board.journal"),
        (vec!["paint"], "not how it is called"),
    ] {
        let output = call(&words);
        assert!(!output.status.success() && said(&output).contains(why), "{words:?}: {}", said(&output));
    }
    assert!(!out.exists());
}
