//! Written expressions: strokes to LaTeX and to what it comes to.
//!
//! Strokes are tried together as symbols (`group`), each trial is drawn (`draw`) and named by a small network
//! (`network`, whose weights are read out of the published checkpoint by `checkpoint`), the surest reading of all
//! strokes is laid out by where its symbols stand (`layout`), and calculated exactly (`calculate`).
//!
//! The network and how its pictures are drawn are those of the package `mathnote-ocr` 0.2.1 (Apache-2.0).

mod calculate;
mod checkpoint;
mod draw;
mod group;
mod layout;
mod network;
mod number;
mod polynomial;
mod stroke;
mod symbol;

use std::collections::BTreeMap;

use crate::catalogue::{FileError, Files};
use crate::leave::Leave;
use crate::model::{Input, Model, ModelError};

pub use calculate::Outcome;
pub use checkpoint::CheckpointError;
pub use stroke::Area;

use group::{Group, Reading};
use stroke::{PEN, Writing};
use symbol::Symbol;

/// The network's weights.
pub const SYMBOLS: &str = "mathnote-symbols.pth";
/// Readings of a symbol that are told besides the likeliest.
const OTHERS_MAX: usize = 4;
/// What is less likely than this is no alternative.
const UNLIKELY: f32 = 0.02;
/// A stroke is thinned to so many points: the network's picture has 32 pixels a side.
const POINTS_MAX: usize = 256;

/// A symbol of an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The box around it, in the strokes' units.
    pub area: Area,
    /// What it can be, in LaTeX, the likeliest first, and how likely each is.
    pub readings: Vec<(String, f32)>,
}

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    /// In LaTeX.
    pub latex: String,
    /// What it comes to.
    pub outcome: Outcome,
    /// Its symbols, from left to right.
    pub symbols: Vec<Read>,
    /// How sure the least sure symbol is, from 0 to 1.
    pub confidence: f32,
}

/// Why expressions cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A file is missing or wrong.
    #[error(transparent)]
    File(#[from] FileError),
    /// The weights cannot be read.
    #[error("{SYMBOLS} cannot be used ({0}); install the assets again")]
    Checkpoint(#[from] CheckpointError),
    /// The weights are of another network.
    #[error("{SYMBOLS} holds another network; install the assets of this version")]
    OtherNetwork,
    /// The network does not run.
    #[error(transparent)]
    Model(#[from] ModelError),
}

/// Reads written expressions.
pub struct Maths {
    network: Model,
    /// What each of the network's outputs stands for; `None` for what is no part of arithmetic.
    symbols: Vec<Option<(Symbol, f32)>>,
}

impl Maths {
    /// Loads the network and tries it out.
    pub fn open(files: &Files, leave: &Leave) -> Result<Self, OpenError> {
        let checkpoint = checkpoint::read(&files.bytes(SYMBOLS)?)?;
        let onnx = network::onnx(&checkpoint).ok_or(OpenError::OtherNetwork)?;
        let symbols = checkpoint.labels.iter().map(|label| Symbol::of_label(label)).collect();
        let maths = Maths { network: Model::new(SYMBOLS, &onnx, 1)?, symbols };
        maths.scores(&vec![1.0; network::SIDE * network::SIDE], 0.1, leave)?;
        Ok(maths)
    }

    /// What the network says of a picture: one score a label.
    fn scores(&self, picture: &[f32], size: f32, leave: &Leave) -> Result<Vec<f32>, ModelError> {
        let side = network::SIDE;
        let inputs = [
            Input { shape: &[1, 1, side, side], values: picture },
            Input { shape: &[1, 1], values: &[size] },
        ];
        let mut outputs = self.network.run(&inputs, leave)?;
        Ok(outputs.pop().map(|output| output.values).unwrap_or_default())
    }

    /// Reads an expression: strokes in the order they were written, points in any unit, y down. Of more than
    /// [`Maths::STROKES_MAX`] strokes nothing is read; there is no symbol in what is none.
    pub fn read(&self, strokes: &[Vec<(f32, f32)>], leave: &Leave) -> Result<Expression, ModelError> {
        let thinned: Vec<Vec<(f32, f32)>> = strokes.iter().map(|stroke| thin(stroke)).collect();
        let writing = Writing::of(&thinned).filter(|writing| writing.strokes.len() <= group::STROKES_MAX);
        let Some(writing) = writing else { return Ok(Expression::nothing()) };
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
        let mut found = group::cover(&writing.strokes, &readings);
        found.sort_by(|a, b| a.area.left.total_cmp(&b.area.left));
        let row = layout::row(&found);
        let confidence = found.iter().map(|one| one.reading.first().map_or(0.0, |(_, likely)| *likely));
        let readings = |reading: &Reading| {
            reading.iter().take(1 + OTHERS_MAX).map(|(symbol, likely)| (symbol.latex(), *likely)).collect()
        };
        let read = found
            .iter()
            .map(|one| Read { area: writing.original(&one.area), readings: readings(&one.reading) });
        Ok(Expression {
            latex: layout::latex(&row),
            outcome: calculate::outcome(&row),
            symbols: read.collect(),
            confidence: confidence.fold(1.0, f32::min),
        })
    }

    /// What a group of strokes can be.
    fn reading(&self, group: &Group, writing: &Writing, leave: &Leave) -> Result<Reading, ModelError> {
        let strokes: Vec<_> = group.0.iter().map(|at| &writing.strokes[*at]).collect();
        let (picture, size) = draw::picture(&strokes, PEN, writing.page);
        let scores = self.scores(&picture, size, leave)?;
        let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let all: f32 = scores.iter().map(|score| (score - most).exp()).sum();
        let mut likely: BTreeMap<Symbol, f32> = BTreeMap::new();
        for (score, known) in scores.iter().zip(&self.symbols) {
            if let Some((symbol, usual)) = known {
                *likely.entry(*symbol).or_default() += (score - most).exp() / all * usual;
            }
        }
        let mut reading: Reading = likely.into_iter().filter(|(_, likely)| *likely >= UNLIKELY).collect();
        reading.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ok(reading)
    }

    /// The most strokes of an expression.
    pub const STROKES_MAX: usize = group::STROKES_MAX;
}

impl Expression {
    fn nothing() -> Expression {
        Expression {
            latex: String::new(),
            outcome: Outcome::Unfinished,
            symbols: Vec::new(),
            confidence: 0.0,
        }
    }
}

/// At most so many of a stroke's points, its ends among them.
fn thin(stroke: &[(f32, f32)]) -> Vec<(f32, f32)> {
    let step = stroke.len().div_ceil(POINTS_MAX).max(1);
    let last = stroke.last().filter(|_| !(stroke.len() - 1).is_multiple_of(step));
    stroke.iter().step_by(step).chain(last).copied().collect()
}
