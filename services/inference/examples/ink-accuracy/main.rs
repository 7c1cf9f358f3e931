//! Measures handwriting recognition on ink that was not used to make it.
//!
//! `cargo run -p inference --example ink-accuracy -- FOLDER` reads every `*.pot` (CASIA-OLHWDB), `*.xml` (Tegaki) and
//! `*.ink` file below FOLDER as isolated characters or, where an `.ink` text is longer, as lines. An `.ink` file is
//! text: `= TEXT` begins a sample, and each line after it is a stroke, `x,y x,y ...`. Prints for each file how often
//! the right character came first, within five, within ten, and the character error rate of lines.
//!
//! No ink of other people lies in this repository: see `assets/models/ink/README.md` for where it can be had.

#![allow(clippy::print_stdout)]

mod formats;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use inference::catalogue::{self, Files};
use inference::{Ink, Layout, Leave, Script};

use formats::Sample;

/// Far more than one sample needs.
const PATIENCE: Duration = Duration::from_secs(600);

#[derive(Default)]
struct Score {
    characters: usize,
    first: usize,
    five: usize,
    ten: usize,
    lines: usize,
    letters: usize,
    edits: usize,
    spent: Duration,
}

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let Some(folder) = arguments.next() else { bail!("usage: ink-accuracy FOLDER [SAMPLES A FILE]") };
    let most =
        arguments.next().map(|number| number.parse()).transpose().context("SAMPLES must be a number")?;
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets");
    let listed = catalogue::read(&assets.join("models/manifest.toml"))?;
    let ink = Ink::open(&Files::new(&assets.join("fetched/models"), listed))?;
    for path in files(Path::new(&folder))? {
        let mut samples = formats::read(&path)?;
        if let Some(most) = most {
            // Evenly over the whole file.
            let step = samples.len().div_ceil(most).max(1);
            samples = samples.into_iter().step_by(step).collect();
        }
        let mut score = Score::default();
        for sample in &samples {
            score.add(&ink, sample)?;
        }
        println!("{}: {}", path.display(), score.told());
    }
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else if path.extension().is_some_and(|kind| kind == "pot" || kind == "xml" || kind == "ink") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

impl Score {
    fn add(&mut self, ink: &Ink, sample: &Sample) -> Result<()> {
        let alone = sample.text.chars().count() == 1;
        let layout = if alone { Layout::Character } else { Layout::Lines };
        let begun = Instant::now();
        let lines = ink.recognise(&sample.strokes, layout, Script::Any, &Leave::until(begun + PATIENCE))?;
        self.spent += begun.elapsed();
        if alone {
            let guesses =
                lines.first().and_then(|line| line.characters.first()).map(|one| one.guesses.as_slice());
            let place = guesses.and_then(|all| all.iter().position(|guess| guess.0 == sample.text));
            self.characters += 1;
            self.first += usize::from(place == Some(0));
            self.five += usize::from(place.is_some_and(|place| place < 5));
            self.ten += usize::from(place.is_some_and(|place| place < 10));
        } else {
            let read: String = lines.iter().map(|line| line.text.as_str()).collect();
            self.lines += 1;
            self.letters += sample.text.chars().count();
            self.edits += edits(&sample.text, &read);
        }
        Ok(())
    }

    fn told(&self) -> String {
        let percent = |part: usize, all: usize| 100.0 * part as f64 / all.max(1) as f64;
        let mut told = String::new();
        if self.characters > 0 {
            told += &format!(
                "{} characters: first {:.1} %, five {:.1} %, ten {:.1} %; ",
                self.characters,
                percent(self.first, self.characters),
                percent(self.five, self.characters),
                percent(self.ten, self.characters)
            );
        }
        if self.lines > 0 {
            told += &format!("{} lines: {:.1} % errors; ", self.lines, percent(self.edits, self.letters));
        }
        let each = self.spent.as_secs_f64() * 1000.0 / (self.characters + self.lines).max(1) as f64;
        told + &format!("{each:.0} ms each")
    }
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
