//! Xournal++ itself: its picture of our file is our picture of our board.
use std::{path::Path, process::Command};

use super::{
    is_installed, keep,
    look::{self, Look},
    sample::{document, lettering},
};
use crate::{Document, format::xopp};

const WIDTH: u32 = 1_200;
/// How far the two pictures may be apart in squares of eight pixels, in 255ths: on the mean, where its letters
/// are hinted a little otherwise, and anywhere, where its dashes begin elsewhere. What is left out is further.
const MEAN: f64 = 1.2;
const ANYWHERE: f64 = 100.0;

/// Draws a page with Xournal++, which finds no fonts but the board's.
fn drawn(document: &Document, page: usize) -> Look {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("board.xopp"), xopp::write(document, &lettering()).unwrap().xopp).unwrap();
    let assets = std::env::var("DAIS_ASSETS").unwrap_or_else(|_| "../../assets/fetched".to_owned());
    let fonts = std::fs::canonicalize(Path::new(&assets).join("fonts")).unwrap();
    let configuration = format!(
        "<fontconfig><dir>{}</dir><cachedir>{}</cachedir></fontconfig>",
        fonts.display(),
        at("cache").display()
    );
    std::fs::write(at("fonts.conf"), configuration).unwrap();
    let output = Command::new("xournalpp")
        .env("HOME", folder.path())
        .env("XDG_CONFIG_HOME", at("config"))
        .env("FONTCONFIG_FILE", at("fonts.conf"))
        .env_remove("DISPLAY")
        .arg(format!("--export-png-width={WIDTH}"))
        .arg(format!("--export-range={}", page + 1))
        .args(["-i".into(), at("out.png").into_os_string(), at("board.xopp").into_os_string()])
        .output()
        .unwrap();
    let file = [at("out.png"), at(&format!("out-{}.png", page + 1))].into_iter().find(|file| file.exists());
    let file = file.unwrap_or_else(|| panic!("{output:?}"));
    let look = Look::of_file(&std::fs::read(file).unwrap());
    keep(&format!("xournalpp-{page}.png"), &look);
    look
}

#[test]
fn its_picture_of_our_file_is_ours() {
    if !is_installed("xournalpp") {
        return;
    }
    let board = document();
    for page in 0..2 {
        let (theirs, ours) = (drawn(&board, page), look::draw(&board, page, WIDTH));
        let (mean, anywhere) = ours.apart(&theirs);
        eprintln!("page {page}: {mean} {anywhere}");
        assert!(
            mean < MEAN && anywhere < ANYWHERE,
            "page {page}: {mean:.2} on the mean, {anywhere:.1} at most"
        );
    }
}

#[test]
fn whatever_is_left_out_shows() {
    if !is_installed("xournalpp") {
        return;
    }
    let whole = document();
    let theirs = drawn(&whole, 0);
    for missing in 0..whole.sheets[0].things.len() {
        let mut board = whole.clone();
        let thing = board.sheets[0].things.remove(missing);
        let (mean, anywhere) = look::draw(&board, 0, WIDTH).apart(&theirs);
        eprintln!("without {missing}: {mean} {anywhere}");
        assert!(
            mean >= MEAN || anywhere >= ANYWHERE,
            "{thing:?}: {mean:.2} on the mean, {anywhere:.1} at most"
        );
    }
}
