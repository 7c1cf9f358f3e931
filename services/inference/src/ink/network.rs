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
/// How often one shape is shown.
const VIEWS: usize = 2;
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
    ///
    /// It is shown twice, with and without the moves between the strokes: they help where the strokes come in the
    /// usual order, and mislead where a writer has an order of their own. The mean of the likelihoods counts.
    pub(crate) fn judge(&self, strokes: &[&Stroke], leave: &Leave) -> Result<Vec<(usize, f32)>, ModelError> {
        let mut maps = maps::render(strokes, true);
        maps.extend(maps::render(strokes, false));
        let scores = self.model.run_one(&[VIEWS, MAPS, SIDE, SIDE], &maps, leave)?.values;
        let mut likely = vec![0.0; scores.len() / VIEWS];
        for view in scores.chunks_exact(likely.len()) {
            let most = view.iter().copied().fold(f32::MIN, f32::max);
            let sum: f32 = view.iter().map(|score| (score - most).exp()).sum();
            likely.iter_mut().zip(view).for_each(|(all, score)| *all += (score - most).exp() / sum);
        }
        let log = |likely: f32| (likely / VIEWS as f32).max(f32::MIN_POSITIVE).ln();
        let mut order: Vec<(usize, f32)> = likely.into_iter().map(log).enumerate().collect();
        order.select_nth_unstable_by(KEPT, |a, b| b.1.total_cmp(&a.1));
        order.truncate(KEPT);
        order.sort_by(|a, b| b.1.total_cmp(&a.1));
        Ok(order)
    }
}

#[cfg(test)]
mod tests;
