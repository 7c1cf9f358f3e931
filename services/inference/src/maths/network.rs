//! Our own network: the strokes of one symbol become the likelihoods of what it can be.
//!
//! Weights, labels and how they were made lie in `assets/models/maths`; they are part of the program. It sees the maps
//! that the handwriting network sees (`ink::maps`), a direction and its opposite added: which way a pen went along a
//! line, and in which order, differs too much among writers of symbols.

use crate::ink::Stroke;
use crate::ink::maps::{self, SIDE};
use crate::leave::Leave;
use crate::model::{Model, ModelError};

use super::symbol::Symbol;

/// The network's file.
pub(super) const NAME: &str = "symbols.onnx";
const WEIGHTS: &[u8] = include_bytes!("../../../../assets/models/maths/symbols.onnx");
/// Its labels in order, one a line.
const LABELS: &str = include_str!("../../../../assets/models/maths/symbols.txt");
/// Directions without their opposites.
const PLANES: usize = 4;

/// See the module.
pub(super) struct Network {
    model: Model,
    /// What each score is for; `None` for what is no symbol.
    symbols: Vec<Option<Symbol>>,
}

impl Network {
    /// Parses the weights.
    pub(super) fn open() -> Result<Self, ModelError> {
        let symbols = LABELS.lines().map(Symbol::of_label).collect();
        Ok(Self { model: Model::new(NAME, WEIGHTS, 1)?, symbols })
    }

    /// What some strokes can be as one symbol, and how likely each is; what is missing to one is that they are none.
    pub(super) fn judge(&self, strokes: &[&Stroke], leave: &Leave) -> Result<Vec<(Symbol, f32)>, ModelError> {
        let scores = self.model.run_one(&[1, PLANES, SIDE, SIDE], &folded(strokes), leave)?.values;
        if scores.len() != self.symbols.len() {
            let reason = format!("it gives {} scores for {} labels", scores.len(), self.symbols.len());
            return Err(ModelError::Unusable { name: NAME.to_owned(), reason });
        }
        let most = scores.iter().copied().fold(f32::MIN, f32::max);
        let sum: f32 = scores.iter().map(|score| (score - most).exp()).sum();
        let likely = |score: &f32| (score - most).exp() / sum;
        Ok(self
            .symbols
            .iter()
            .zip(&scores)
            .filter_map(|(symbol, score)| symbol.map(|symbol| (symbol, likely(score))))
            .collect())
    }
}

/// The maps of some strokes without their directions' signs, [`PLANES`] x [`SIDE`] x [`SIDE`].
fn folded(strokes: &[&Stroke]) -> Vec<f32> {
    let maps = maps::render(strokes, false);
    let (there, rest) = maps.split_at(PLANES * SIDE * SIDE);
    there.iter().zip(rest).map(|(there, back)| there + back).collect()
}

#[cfg(test)]
mod tests;
