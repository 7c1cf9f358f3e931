//! How many rough figures are taken for what they are, and how much writing for figures it is not: figures drawn by
//! simulated hands, one in so many strokes, and characters written at three sizes whose every stroke is held at its
//! end, as no writer does (each then counts as writing amid writing, as its character's strokes follow each other).
//!
//! `cargo run -p board --example figures [--hands N] [--hanzi FOLDER] [--ink FILE]`: `FOLDER` holds files of the npm
//! package `hanzi-writer-data` (medians of strokes in their order); `FILE` has a character a line, `label` tab strokes,
//! points `x,y` between blanks and strokes between semicolons, y down.

// A simulated hand may tremble a bit differently on another machine: nothing is kept of it.
#![allow(clippy::disallowed_methods)]
#[path = "figures/hand.rs"]
mod hand;
#[path = "figures/writing.rs"]
mod writing;

use std::{collections::BTreeMap, path::PathBuf};

use board::{Before, Kind, recognise_last};
use hand::{Drawing, Hand};
use lexopt::ValueExt as _;

/// What became of drawings of one sort.
#[derive(Default)]
struct Tally {
    right: usize,
    ink: usize,
    wrong: BTreeMap<Kind, usize>,
    sure: u64,
}

fn main() -> anyhow::Result<()> {
    let (mut hands, mut hanzi, mut ink) = (200_u64, None::<PathBuf>, None::<PathBuf>);
    let mut args = lexopt::Parser::from_env();
    while let Some(arg) = args.next()? {
        match arg {
            lexopt::Arg::Long("hands") => hands = args.value()?.parse()?,
            lexopt::Arg::Long("hanzi") => hanzi = Some(args.value()?.into()),
            lexopt::Arg::Long("ink") => ink = Some(args.value()?.into()),
            _ => return Err(usage()),
        }
    }
    figures(hands);
    if let Some(folder) = hanzi {
        writing(&writing::hanzi(&folder)?, "hanzi-writer-data");
    }
    if let Some(file) = ink {
        writing(&writing::ink(&file)?, "real ink");
    }
    Ok(())
}

fn usage() -> anyhow::Error {
    anyhow::anyhow!("figures [--hands N] [--hanzi FOLDER] [--ink FILE]")
}

/// Every sort of drawing, by so many hands.
fn figures(hands: u64) {
    say(&format!("{:24} {:>6} {:>6} {:>6} {:>5}  wrong", "drawn", "right", "ink", "wrong", "sure"));
    let (mut right, mut all) = (0, 0);
    for drawing in Drawing::ALL {
        let mut tally = Tally::default();
        for seed in 0..hands {
            let strokes = Hand::new(seed).draw(drawing);
            let Some((last, before)) = strokes.split_last() else { continue };
            // Drawn, not written: a figure's strokes are its own.
            let before: Vec<Before<'_>> = before.iter().map(|nodes| Before { nodes, fluent: true }).collect();
            match recognise_last(&before, last) {
                Some((figure, parts)) if drawing.is(figure.kind) && parts.len() == before.len() => {
                    tally.right += 1;
                    tally.sure += u64::from(figure.confidence);
                }
                Some((figure, _)) => *tally.wrong.entry(figure.kind).or_default() += 1,
                None => tally.ink += 1,
            }
        }
        let part = |count: usize| format!("{:.1}%", count as f64 * 100.0 / hands as f64);
        let wrong: usize = tally.wrong.values().sum();
        let sure = tally.sure / (tally.right as u64).max(1);
        say(&format!(
            "{:24} {:>6} {:>6} {:>6} {sure:>5}  {:?}",
            drawing.name(),
            part(tally.right),
            part(tally.ink),
            part(wrong),
            tally.wrong
        ));
        right += tally.right;
        all += hands as usize;
    }
    say(&format!("{:24} {:>5.1}%", "all", right as f64 * 100.0 / all as f64));
}

/// Every stroke of every character held: alone on the board, and after two characters like it.
fn writing(characters: &[writing::Character], source: &str) {
    for size_um in [60e3, 90e3, 140e3] {
        let (mut strokes, mut alone, mut amid) = (0_usize, BTreeMap::<Kind, usize>::new(), BTreeMap::new());
        for three in characters.windows(3) {
            let placed: Vec<_> = (0..)
                .zip(three)
                .map(|(place, it)| it.placed(size_um, f64::from(place) * size_um * 1.2))
                .collect();
            let earlier: Vec<_> = placed[..2].concat();
            for at in 0..placed[2].len() {
                let last = &placed[2][at];
                let fluent = |nodes: &'_ Vec<ink::Node>| -> bool { !nodes.is_empty() };
                let own = &placed[2][..at];
                let count = |before: &[&Vec<ink::Node>], tally: &mut BTreeMap<Kind, usize>| {
                    let before: Vec<Before<'_>> =
                        before.iter().map(|nodes| Before { nodes, fluent: fluent(nodes) }).collect();
                    if let Some((figure, _)) = recognise_last(&before, last) {
                        *tally.entry(figure.kind).or_default() += 1;
                    }
                };
                count(&own.iter().collect::<Vec<_>>(), &mut alone);
                // What was written in the last four seconds: about eight strokes.
                let line: Vec<_> = earlier.iter().chain(own).collect();
                count(&line[line.len().saturating_sub(8)..], &mut amid);
                strokes += 1;
            }
        }
        let part = |tally: &BTreeMap<Kind, usize>| {
            tally.values().sum::<usize>() as f64 * 100.0 / strokes.max(1) as f64
        };
        say(&format!(
            "{source}, {:.0} mm: {strokes} strokes held; the first character {:.2}% {alone:?}; in a line {:.2}% {amid:?}",
            size_um / 1e3,
            part(&alone),
            part(&amid)
        ));
    }
}

fn say(line: &str) {
    use std::io::Write;
    // A reader that has gone away wants no more.
    if writeln!(std::io::stdout(), "{line}").is_err() {
        std::process::exit(0);
    }
}
