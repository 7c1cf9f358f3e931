//! Written expressions: strokes to LaTeX and to what it comes to.
//!
//! Strokes are tried together as symbols (`group`), each trial is named by a small network of our own (`network`),
//! the surest divisions of all strokes are laid out by where their symbols stand (`layout`) and weighed as
//! expressions (`decide`), and what is meant is calculated exactly (`calculate`). An expression is **sure** only if
//! hardly anything else can be meant; of others the candidates are told, and nobody is shown a wrong value. Whoever
//! knows better chooses among what each symbol may be (`chosen`). What a reader of text says is words (`words`) is none.
//!
//! # Accuracy
//! Of single digits by people whom the network has not seen (14 writers of UCI pendigits, a tablet) 96.4 % of 3,498 are
//! named rightly, of scanned ones (MNIST, made strokes of by thinning) 79.9 % of 2,000; of symbols of five fonts that
//! were kept from it 98.6 % of 140, of six plotter fonts 92.9 % of 168 (`assets/models/maths/train.py`). Of expressions
//! (example `maths`, 60 simulated hands, nine sorts; how symbols stand to each other is always made up):
//!
//! | written in | n | exactly read | symbols | sure | right of the sure |
//! |---|---|---|---|---|---|
//! | six plotter fonts kept from the network | 540 | 92.6 % | 98.7 % | 71.3 % | 100.0 % |
//! | the same with digits of those 14 people | 540 | 84.3 % | 97.5 % | 51.3 % | 97.8 % |
//!
//! Of 60 words in the letters of those fonts 59 are taken for words and for no sum, and of the 540 expressions none
//! (`--text`; without the reader of text 28 % of 240 words would be offered a value).
//!
//! **No expression that a person wrote has been seen**, nor any sign or letter by one: only digits.

mod calculate;
mod chosen;
mod decide;
mod group;
mod layout;
mod network;
mod number;
mod polynomial;
mod stroke;
mod symbol;
mod words;

use std::collections::BTreeMap;

use crate::ink::{Bounds, Stroke, StrokeError, check};
use crate::leave::Leave;
use crate::model::ModelError;

pub use calculate::Outcome;
pub use chosen::{ChoiceError, Chosen, choose};
pub use group::EXPRESSION_STROKES_MAX;
pub use words::are_words;

use decide::Candidate;
use group::{Group, Reading};
use network::Network;
use stroke::Writing;
use symbol::Symbol;

/// Points of one expression: its strokes by a pen that reports 240 times a second, a second each.
pub const EXPRESSION_POINTS_MAX: usize = EXPRESSION_STROKES_MAX * 240;
/// Expressions that are told at most.
pub const CANDIDATES_MAX: usize = 4;
/// Readings of a symbol that are told at most.
const SYMBOL_READINGS_MAX: usize = 5;
/// What is less likely than this is no reading of a symbol.
const UNLIKELY: f32 = 0.01;
/// What has less than this share of all that can be meant is no candidate.
const SHARE_MIN: f32 = 0.02;
/// An expression is sure from this confidence on: of digits by strangers two in a hundred sure ones are wrong then. Half
/// would suffice for the fonts; strange hands deserve more care.
const SURE: f32 = 0.7;

/// A symbol of an expression. Like [`Expression`] it does not show in `Debug` what was written.
#[derive(Clone, PartialEq)]
pub struct Read {
    /// The box around it, in the strokes' units.
    pub area: Bounds,
    /// What it can be, in LaTeX, what it was taken for first, and how likely each is.
    pub readings: Vec<(String, f32)>,
}

/// An expression that may be meant. What was written is in it, so it has no `Debug` that shows it.
#[derive(Clone, PartialEq)]
pub struct Expression {
    /// In LaTeX.
    pub latex: String,
    /// What it comes to.
    pub outcome: Outcome,
    /// 0 to 1.
    pub confidence: f32,
}

/// What some strokes say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The first of the expressions is meant.
    pub sure: bool,
    /// What may be meant, the likeliest first; nothing where nothing can be read.
    pub expressions: Vec<Expression>,
    /// The symbols of the first, from left to right.
    pub symbols: Vec<Read>,
}

impl Answer {
    /// Whether any of it could be taken for a sum.
    pub(crate) fn is_sum(&self) -> bool {
        self.expressions.iter().any(|one| !matches!(one.outcome, Outcome::Formula | Outcome::Number))
    }
}

/// Reads written expressions.
pub struct Maths {
    network: Network,
}

impl std::fmt::Debug for Expression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Expression({} bytes, {:.2})", self.latex.len(), self.confidence)
    }
}

impl std::fmt::Debug for Read {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Read({} readings)", self.readings.len())
    }
}

/// Refuses what is no expression by its size, or cannot be read, before anything is computed.
pub fn check_expression(strokes: &[Stroke]) -> Result<(), StrokeError> {
    check(strokes)?;
    let points = strokes.iter().map(|stroke| stroke.0.len()).sum();
    if strokes.len() > EXPRESSION_STROKES_MAX || points > EXPRESSION_POINTS_MAX {
        return Err(StrokeError::TooMany { strokes: strokes.len(), points });
    }
    Ok(())
}

impl Maths {
    /// Loads the network, which is part of the program, and tries it out.
    pub fn open(leave: &Leave) -> Result<Self, ModelError> {
        let maths = Self { network: Network::open()? };
        maths.network.judge(&[], leave)?;
        Ok(maths)
    }

    /// Reads an expression: strokes in the order they were written, which have passed [`check_expression`].
    pub fn read(&self, strokes: &[Stroke], leave: &Leave) -> Result<Answer, ModelError> {
        let Some(writing) = Writing::of(strokes) else { return Ok(Answer::default()) };
        let mut readings: BTreeMap<Group, Reading> = BTreeMap::new();
        for group in group::candidates(&writing.strokes) {
            let reading = match group::by_shape(&group, &writing.strokes) {
                Some(reading) => reading,
                None => self.reading(&group, &writing, leave)?,
            };
            if !reading.is_empty() || group.0.len() == 1 {
                readings.insert(group, reading);
            }
        }
        let covers = group::covers(&writing.strokes, &readings, leave)?;
        Ok(told(&decide::candidates(&covers), &writing))
    }

    /// What a group of strokes can be, the likeliest first.
    fn reading(&self, group: &Group, writing: &Writing, leave: &Leave) -> Result<Reading, ModelError> {
        let strokes: Vec<&Stroke> = group.0.iter().map(|at| &writing.ink[*at]).collect();
        let mut reading: Reading = self.network.judge(&strokes, leave)?;
        reading.retain(|(_, likely)| *likely >= UNLIKELY);
        reading.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ok(reading)
    }
}

fn expression(candidate: &Candidate) -> Expression {
    Expression {
        latex: candidate.latex.clone(),
        outcome: candidate.outcome.clone(),
        confidence: (candidate.share * candidate.whole).max(0.0),
    }
}

fn told(candidates: &[Candidate], writing: &Writing) -> Answer {
    let is_candidate = |candidate: &&Candidate| candidate.share >= SHARE_MIN && !candidate.latex.is_empty();
    let expressions: Vec<Expression> =
        candidates.iter().filter(is_candidate).take(CANDIDATES_MAX).map(expression).collect();
    let symbol = |found: &group::Found| Read {
        area: writing.original(&found.area),
        readings: found.reading.iter().take(SYMBOL_READINGS_MAX).map(latex).collect(),
    };
    let first = candidates.iter().find(is_candidate);
    let is_sure = |first: &Candidate| {
        // Letters alone are nothing to work out, and often a scrawl.
        let is_digit = |found: &group::Found| matches!(found.reading.first(), Some((Symbol::Digit(_), _)));
        let letters = first.outcome == Outcome::Formula && !first.found.iter().any(is_digit);
        expression(first).confidence >= SURE && first.outcome.is_expression() && !letters
    };
    Answer {
        sure: first.is_some_and(is_sure),
        symbols: first.map(|first| first.found.iter().map(symbol).collect()).unwrap_or_default(),
        expressions,
    }
}

fn latex((symbol, likely): &(Symbol, f32)) -> (String, f32) {
    (symbol.latex(), *likely)
}

#[cfg(test)]
mod tests;
