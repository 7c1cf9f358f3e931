//! Our own network: one character's strokes become the likelihoods of its classes.
//!
//! Weights, classes and how they were made lie in `assets/models/ink`; they are part of the program.

use crate::leave::Leave;
use crate::model::{Model, ModelError};

use super::maps::{self, MAPS, SIDE};
use super::stroke::Stroke;

/// The network's file.
pub(crate) const NAME: &str = "ink.onnx";
const WEIGHTS: &[u8] = include_bytes!("../../../../assets/models/ink/ink.onnx");
/// Its classes in order, one character each.
const CLASSES: &str = include_str!("../../../../assets/models/ink/ink-classes.txt");
/// Guesses kept of one shape.
const KEPT: usize = 20;

/// See the module.
pub(crate) struct Network {
    model: Model,
    characters: Vec<char>,
}

impl Network {
    /// Parses the weights.
    pub(crate) fn open() -> Result<Self, ModelError> {
        let characters = CLASSES.trim_end().chars().collect();
        Ok(Self { model: Model::new(NAME, WEIGHTS, 1)?, characters })
    }

    /// The character of a class.
    pub(crate) fn character(&self, class: usize) -> char {
        self.characters.get(class).copied().unwrap_or(char::REPLACEMENT_CHARACTER)
    }

    /// All classes in order.
    pub(crate) fn characters(&self) -> &[char] {
        &self.characters
    }

    /// The likeliest classes of one character's strokes with the logarithms of their likelihoods, best first.
    pub(crate) fn judge(&self, strokes: &[&Stroke], leave: &Leave) -> Result<Vec<(usize, f32)>, ModelError> {
        let scores = self.model.run_one(&[1, MAPS, SIDE, SIDE], &maps::render(strokes), leave)?.values;
        let most = scores.iter().copied().fold(f32::MIN, f32::max);
        let sum: f32 = scores.iter().map(|score| (score - most).exp()).sum();
        let norm = most + sum.ln();
        let mut order: Vec<(usize, f32)> = scores.into_iter().map(|score| score - norm).enumerate().collect();
        order.select_nth_unstable_by(KEPT, |a, b| b.1.total_cmp(&a.1));
        order.truncate(KEPT);
        order.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ok(order)
    }
}
