//! Xournal++ itself: its picture of our file is our picture of our board.
use std::{path::Path, process::Command};

use super::{
    is_installed,
    look::{Apart, Look, WIDTH, assert_alike, assert_each_thing_counts},
    sample::{document, lettering},
};
use crate::{
    Document, Pattern,
    format::{Limits, xopp},
};

/// On the mean its letters are hinted a little otherwise; anywhere, its dashes begin elsewhere.
const MOST: Apart = Apart { mean: 1.2, anywhere: 100.0 };

/// Draws a page of a file with Xournal++, which finds no fonts but the board's.
pub(super) fn drawn(xopp: &[u8], page: usize) -> Look {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("board.xopp"), xopp).unwrap();
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

/// The board as a file of Xournal++.
fn written(board: &Document) -> Vec<u8> {
    xopp::write(board, &lettering()).unwrap().xopp
}

#[test]
fn its_picture_of_our_file_is_ours() {
    if !is_installed("xournalpp") {
        return;
    }
    let board = document();
    let file = written(&board);
    for page in 0..2 {
        assert_alike(&board, page, "xournalpp", &drawn(&file, page), MOST);
    }
}

#[test]
fn its_picture_of_our_papers_is_ours() {
    if !is_installed("xournalpp") {
        return;
    }
    use Pattern::{Dots, FourLines, Grid, Lines, Mizige, Plain, Staff, Tianzige};
    let mut board = document();
    board.sheets.drain(..1);
    for pattern in [Plain, Grid, Dots, Lines, Staff, Tianzige, Mizige, FourLines] {
        board.sheets[0].paper.pattern = pattern;
        let file = written(&board);
        // It has squares and dots too, in the same places but in a colour of its own.
        if !matches!(pattern, Grid | Dots) {
            assert_alike(&board, 0, &format!("{pattern:?}"), &drawn(&file, 0), MOST);
        }
        let after = xopp::read(&file, &|_| None, &Limits::BOARD).unwrap().document.sheets[0].paper;
        assert_eq!((after.ground, after.pattern), (board.sheets[0].paper.ground, pattern));
        assert!(pattern == Plain || after.pitch_um == board.sheets[0].paper.pitch_um);
    }
}

#[test]
fn whatever_is_left_out_shows() {
    if !is_installed("xournalpp") {
        return;
    }
    let whole = document();
    assert_each_thing_counts(&whole, &drawn(&written(&whole), 0), MOST);
}
