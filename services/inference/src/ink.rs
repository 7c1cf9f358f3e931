//! On-line handwriting: strokes become lines of text, with what else they may say.
//!
//! Three witnesses are heard. A network of our own (`assets/models/ink`, trained on synthetic writing only) sees where
//! the pen moved in which direction, and so knows a connecting stroke from a written one. PP-OCRv6 small (PaddleOCR,
//! Apache-2.0), trained on many hands, sees the ink as a picture of the whole line. A table of character pairs knows
//! the language. Pieces of a line are joined to characters in every sensible way, each is judged by all three, and
//! the cheapest ways through are told.
//!
//! # Accuracy
//! Measured by `cargo run -p inference --example ink-accuracy -- FOLDER`, last on 2026-11-30, on synthetic ink that
//! `assets/models/ink/samples.py` writes. **No person's writing has been seen**, neither in training nor here; what a
//! real class writes may be read better or worse.
//!
//! | set | size | first | in five | in ten | errors |
//! |---|---|---|---|---|---|
//! | stroke medians, hurried, one character | 100 | 89 % | 98 % | 99 % | |
//! | Aoyagi Kouzan Gyosho (semi-cursive), one character | 100 | 85 % | 90 % | 90 % | |
//! | Seto Font (round hand), one character | 100 | 93 % | 98 % | 98 % | |
//! | lines of stroke medians | 272 in 40 lines | | | | 2.9 % |
//! | lines of Seto Font | 200 in 30 lines | | | | 2.5 % |
//!
//! The stroke medians are those that the network learned from, bent by other random numbers; the two fonts were kept
//! from it, but their skeletons have strokes in no order that a person would write, and one of its fonts is by the
//! same calligrapher. The texts of the lines are words of the list that the table of pairs was counted from.

mod language;
mod latin;
mod lattice;
mod lines;
pub(crate) mod maps;
mod network;
mod picture;
mod reader;
mod stroke;
mod weigh;

use crate::catalogue::Files;
use crate::leave::Leave;
use crate::model::ModelError;
use crate::open::OpenError;

use lattice::{Path, Span};
use lines::Group;
use network::Network;
use reader::{Reader, Reading};

/// The model files that the manifest lists for it; its own network and table lie in the program.
pub(crate) const READER_FILES: [&str; 2] = [reader::READER, reader::DICTIONARY];

pub use stroke::{Bounds, POINTS_MAX, Point, STROKES_MAX, Stroke, StrokeError, check};

/// Guesses told for one character.
pub const GUESSES_MAX: usize = 10;
/// Readings told for one line.
pub const READINGS_MAX: usize = 5;
/// Pieces that one character may consist of: 川 and 州 have up to six.
const SPAN_MAX: usize = 6;
/// A character is at most this many line heights wide.
const SPAN_WIDTH_MAX: f32 = 1.5;

/// What the asker knows of the writing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// Lines below each other.
    #[default]
    Lines,
    /// All strokes are one character.
    Character,
}

/// What the writing is in, where the asker knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Script {
    /// It is to be found out.
    #[default]
    Any,
    /// Chinese, with or without letters in it.
    Chinese,
    /// Letters and digits.
    Latin,
}

/// One line.
#[derive(Clone, Debug, PartialEq)]
pub struct InkLine {
    /// Around its ink.
    pub bounds: Bounds,
    /// The best reading.
    pub text: String,
    /// Of the best reading, 0 to 1.
    pub confidence: f32,
    /// From left to right, as in the best reading.
    pub characters: Vec<InkCharacter>,
    /// Further readings of the whole line, best first.
    pub alternatives: Vec<String>,
}

/// One character of the best reading.
#[derive(Clone, Debug, PartialEq)]
pub struct InkCharacter {
    /// Around its ink.
    pub bounds: Bounds,
    /// What it may be with a likelihood, best first; the first is what the line's text has.
    pub guesses: Vec<(String, f32)>,
}

/// Reads ink.
pub struct Ink {
    network: Network,
    reader: Reader,
    language: language::Language,
}

/// What is the same for all lines of a request.
#[derive(Clone, Copy)]
struct Ask<'a> {
    layout: Layout,
    script: Script,
    leave: &'a Leave,
}

impl Ink {
    /// Loads the networks; the reader's files are checked against the manifest.
    pub fn open(files: &Files) -> Result<Self, OpenError> {
        let network = Network::open()?;
        let reader = Reader::open(files, network.characters())?;
        Ok(Self { network, reader, language: language::own()? })
    }

    /// The lines of some ink from top to bottom. The strokes have passed [`check`].
    pub fn recognise(
        &self,
        strokes: &[Stroke],
        layout: Layout,
        script: Script,
        leave: &Leave,
    ) -> Result<Vec<InkLine>, ModelError> {
        let ask = Ask { layout, script, leave };
        match layout {
            Layout::Lines => lines::lines(strokes).iter().map(|line| self.line(strokes, line, ask)).collect(),
            Layout::Character => {
                let whole = Group { strokes: (0..strokes.len()).collect(), bounds: lines::around(strokes) };
                Ok(vec![self.line(strokes, &whole, ask)?])
            }
        }
    }

    fn line(
        &self,
        strokes: &[Stroke],
        line: &Group,
        Ask { layout, script, leave }: Ask,
    ) -> Result<InkLine, ModelError> {
        let pieces = match layout {
            Layout::Lines => lines::pieces(strokes, line),
            Layout::Character => vec![line.clone()],
        };
        let all: Vec<&Stroke> = line.strokes.iter().map(|&at| &strokes[at]).collect();
        let readings = self.reader.read(&all, &line.bounds, leave)?;
        let latin = |reading: &&Reading| match script {
            Script::Any => layout == Layout::Lines && latin::is_latin(&reading.steps),
            Script::Chinese => false,
            Script::Latin => layout == Layout::Lines,
        };
        if let Some(first) = readings.first().filter(latin) {
            return Ok(latin_line(line, first));
        }
        let spans = self.spans(strokes, line, &pieces, &readings, leave)?;
        let weight = if pieces.len() == 1 { weigh::LANGUAGE_ALONE } else { weigh::LANGUAGE };
        let paths = lattice::paths(pieces.len(), &spans, &self.language, weight, READINGS_MAX);
        Ok(self.told(line, &pieces, &spans, &paths))
    }

    /// Every sensible way to join pieces to one character, judged.
    fn spans(
        &self,
        strokes: &[Stroke],
        line: &Group,
        pieces: &[Group],
        readings: &[Reading],
        leave: &Leave,
    ) -> Result<Vec<Span>, ModelError> {
        let widest = SPAN_WIDTH_MAX * line.bounds.height();
        let mut spans = Vec::new();
        for from in 0..pieces.len() {
            for to in from + 1..=pieces.len().min(from + SPAN_MAX) {
                let group = lines::joined(&pieces[from..to]);
                if to > from + 1 && group.bounds.width() > widest {
                    break;
                }
                let ink: Vec<&Stroke> = group.strokes.iter().map(|&at| &strokes[at]).collect();
                let shape = self.network.judge(&ink, leave)?;
                let sight = self.reader.sight(readings, &group.bounds);
                spans.push(Span { from, to, guesses: weigh::fuse(&shape, &sight) });
            }
        }
        Ok(spans)
    }

    fn told(&self, line: &Group, pieces: &[Group], spans: &[Span], paths: &[Path]) -> InkLine {
        let texts: Vec<String> = paths.iter().map(|path| self.text(spans, path)).collect();
        let characters: Vec<InkCharacter> = paths.first().map_or_else(Vec::new, |path| {
            path.steps.iter().map(|&(span, guess)| self.character(pieces, &spans[span], guess)).collect()
        });
        let sum: f32 =
            characters.iter().filter_map(|character| character.guesses.first()).map(|guess| guess.1).sum();
        InkLine {
            bounds: line.bounds,
            text: texts.first().cloned().unwrap_or_default(),
            confidence: if characters.is_empty() { 0.0 } else { sum / characters.len() as f32 },
            characters,
            alternatives: texts.into_iter().skip(1).collect(),
        }
    }

    fn text(&self, spans: &[Span], path: &Path) -> String {
        path.steps.iter().map(|&(span, guess)| self.network.character(spans[span].guesses[guess].0)).collect()
    }

    fn character(&self, pieces: &[Group], span: &Span, chosen: usize) -> InkCharacter {
        let mut order: Vec<usize> = (0..span.guesses.len()).collect();
        // The language may have chosen another than the likeliest shape.
        order.swap(0, chosen);
        order[1..].sort_by(|&a, &b| span.guesses[a].1.total_cmp(&span.guesses[b].1));
        let least = span.guesses.iter().map(|guess| guess.1).fold(f32::MAX, f32::min);
        let sum: f32 = span.guesses.iter().map(|guess| (least - guess.1).exp()).sum();
        let guesses = order.into_iter().take(GUESSES_MAX).map(|at| {
            let (class, cost) = span.guesses[at];
            (self.network.character(class).to_string(), (least - cost).exp() / sum)
        });
        InkCharacter { bounds: lines::joined(&pieces[span.from..span.to]).bounds, guesses: guesses.collect() }
    }
}

/// A line of letters as the reader alone sees it.
fn latin_line(line: &Group, reading: &Reading) -> InkLine {
    let texts = latin::texts(&reading.steps, READINGS_MAX);
    let said = |text: &latin::Text| text.characters.iter().map(|&(letter, _)| letter).collect::<String>();
    let (best, rest) =
        texts.split_first().map_or((&[][..], &[][..]), |(best, rest)| (&best.characters[..], rest));
    let likely =
        |&(_, step): &(char, usize)| reading.steps[step].characters.first().map_or(0.0, |first| first.1);
    let characters: Vec<InkCharacter> = best
        .iter()
        .enumerate()
        .map(|(at, &(letter, step))| {
            // Halfway to the neighbours, whose letters may be joined to this one.
            let middle = |to: Option<&(char, usize)>, end: f32| {
                to.map_or(end, |&(_, other)| {
                    reading.place.across(0.5 * (step + other + 1) as f32 * reader::STEP)
                })
            };
            let left = middle(at.checked_sub(1).map(|before| &best[before]), line.bounds.left);
            let right = middle(best.get(at + 1), line.bounds.right);
            let mut guesses: Vec<(String, f32)> = reading.steps[step]
                .characters
                .iter()
                .filter(|guess| guess.0 != letter)
                .map(|guess| (guess.0.to_string(), guess.1))
                .take(GUESSES_MAX - 1)
                .collect();
            let own = reading.steps[step].characters.iter().find(|guess| guess.0 == letter);
            guesses.insert(0, (letter.to_string(), own.map_or(0.0, |guess| guess.1)));
            InkCharacter { bounds: Bounds { left, right, ..line.bounds }, guesses }
        })
        .collect();
    let sum: f32 = best.iter().map(likely).sum();
    InkLine {
        bounds: line.bounds,
        text: best.iter().map(|&(letter, _)| letter).collect(),
        confidence: if best.is_empty() { 0.0 } else { sum / best.len() as f32 },
        characters,
        alternatives: rest.iter().map(said).collect(),
    }
}
