//! Xournal++ itself: its picture of our file is our picture of our board.
use std::{path::Path, process::Command};

use super::{
    is_installed,
    look::{Apart, Look, WIDTH, assert_alike, assert_each_thing_counts},
    sample::{document, lettering},
};
use crate::{Document, format::xopp};

/// On the mean its letters are hinted a little otherwise; anywhere, its dashes begin elsewhere.
const MOST: Apart = Apart { mean: 1.2, anywhere: 100.0 };

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
    Look::of_file(&std::fs::read(file).unwrap())
}

#[test]
fn its_picture_of_our_file_is_ours() {
    if !is_installed("xournalpp") {
        return;
    }
    let board = document();
    for page in 0..2 {
        assert_alike(&board, page, "xournalpp", &drawn(&board, page), MOST);
    }
}

#[test]
fn whatever_is_left_out_shows() {
    if !is_installed("xournalpp") {
        return;
    }
    let whole = document();
    assert_each_thing_counts(&whole, &drawn(&whole, 0), MOST);
}
