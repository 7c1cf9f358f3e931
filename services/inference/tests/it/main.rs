//! Recognition with the real networks, which `cargo xtask assets` brings, and over a real bus.

// What the tests share is test code too, which clippy only knows of functions marked as tests.
#![allow(clippy::unwrap_used)]

mod bus;
mod camera;
mod faults;
mod film;
mod golden;
mod handwriting;
mod ink;
mod maths;
mod memfds;
mod models;
mod print;
mod search;
mod served;
mod strokes;
mod swap;
mod vision;
mod voice;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use inference::catalogue::{self, Files};
use inference::{Leave, Line, Raster, Text};

/// Far more than a loaded machine needs.
const PATIENCE: Duration = Duration::from_secs(120);

fn assets() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets")
}

fn models() -> PathBuf {
    assets().join("fetched/models")
}

fn recogniser() -> Text {
    let listed = catalogue::read(&assets().join("models/manifest.toml")).unwrap();
    Text::open(&Files::new(&models(), listed), &Leave::until(Instant::now() + PATIENCE))
        .expect("run `cargo xtask assets` first")
}

fn read(recogniser: &Text, picture: &Raster) -> Vec<Line> {
    recogniser.read(picture, &Leave::until(Instant::now() + PATIENCE)).unwrap()
}

fn texts(lines: &[Line]) -> Vec<&str> {
    lines.iter().map(|line| line.text.as_str()).collect()
}

/// Characters to insert, delete or change to get from one text to the other.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, character) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for column in 1..=to.len() {
            let change = diagonal + usize::from(character != to[column - 1]);
            diagonal = row[column];
            row[column] = change.min(row[column] + 1).min(row[column - 1] + 1);
        }
    }
    row[to.len()]
}
