//! PP-OCRv6 small on drawn ink: the likelihoods of characters along a line.

use std::collections::HashMap;

use crate::catalogue::Files;
use crate::leave::Leave;
use crate::model::{Model, ModelError};
use crate::open::OpenError;

use super::picture::{self, HEIGHT, Pen, Place};
use super::stroke::{Bounds, Stroke};

/// The network's file.
pub(crate) const READER: &str = "ppocrv6-small-rec.onnx";
/// Its characters.
pub(crate) const DICTIONARY: &str = "ppocrv6-dict.txt";
/// Pixels of the canvas a step.
pub(crate) const STEP: f32 = 8.0;
/// Widths of its canvas; each has a plan of some 25 MB.
const WIDTHS: [usize; 6] = [96, 160, 320, 480, 640, 960];
/// How the ink is drawn, each way once.
const PENS: [Pen; 2] =
    [Pen { width: 2.0, slant: 0.0, margin: 5.0 }, Pen { width: 2.4, slant: 0.0, margin: 8.0 }];
/// Likelihoods below this are not looked at.
const LIKELY_MIN: f32 = 1e-3;

/// See the module.
pub(crate) struct Reader {
    model: Model,
    // For each of the reader's classes its character, if it is one alone, and our class, where there is one.
    known: Vec<(Option<char>, Option<usize>)>,
}

/// One drawing of a line as the reader saw it.
pub(crate) struct Reading {
    pub(crate) place: Place,
    pub(crate) steps: Vec<Step>,
}

/// What the reader sees at one place of a line; only likelihoods of at least 0.001.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Step {
    /// Likelihood that no character is clearest here.
    pub(crate) blank: f32,
    /// Letters, digits, signs and Chinese characters, likeliest first.
    pub(crate) characters: Vec<(char, f32)>,
    /// The same as our classes, in no order.
    pub(crate) ours: Vec<(usize, f32)>,
}

impl Step {
    /// The likeliest character, or `None` where it is none.
    pub(crate) fn most(&self) -> Option<char> {
        self.characters.first().filter(|first| first.1 > self.blank).map(|first| first.0)
    }
}

impl Reader {
    /// Loads network and dictionary; `characters` are our own classes.
    pub(crate) fn open(files: &Files, characters: &[char]) -> Result<Self, OpenError> {
        let model = Model::new(READER, &files.bytes(READER)?, WIDTHS.len())?;
        let dictionary = files.bytes(DICTIONARY)?;
        let own: HashMap<char, usize> = characters.iter().enumerate().map(|(class, &c)| (c, class)).collect();
        let text = String::from_utf8_lossy(&dictionary);
        let mut known = vec![(None, None)];
        known.extend(text.lines().map(|line| {
            let mut letters = line.chars();
            let alone = letters.next().filter(|_| letters.next().is_none());
            (alone, alone.and_then(|letter| own.get(&letter).copied()))
        }));
        known.push((Some(' '), None));
        Ok(Self { model, known })
    }

    /// Looks at a line in each way of drawing.
    pub(crate) fn read(
        &self,
        strokes: &[&Stroke],
        bounds: &Bounds,
        leave: &Leave,
    ) -> Result<Vec<Reading>, ModelError> {
        let widest = WIDTHS[WIDTHS.len() - 1];
        PENS.iter()
            .map(|&pen| {
                let place = Place::of(bounds, pen, widest);
                let canvas = WIDTHS.into_iter().find(|&width| width >= place.width).unwrap_or(widest);
                let input = picture::draw(strokes, &place, pen, canvas);
                let output = self.model.run_one(&[1, 3, HEIGHT, canvas], &input, leave)?;
                let steps =
                    output.values.chunks_exact(self.known.len()).map(|step| self.step(step)).collect();
                Ok(Reading { place, steps })
            })
            .collect()
    }

    /// What the reader sees within `bounds`: our classes with likelihoods, the mean of all drawings.
    pub(crate) fn sight(&self, readings: &[Reading], bounds: &Bounds) -> HashMap<usize, f32> {
        let mut sum: HashMap<usize, f32> = HashMap::new();
        for reading in readings {
            let middle = 0.5 * (bounds.top + bounds.bottom);
            let (left, _) = reading.place.pixel(bounds.left, middle);
            let (right, _) = reading.place.pixel(bounds.right, middle);
            let first = (left / STEP - 0.5).round().max(0.0) as usize;
            let last = (right / STEP + 0.5).round().max(0.0) as usize;
            let mut most: HashMap<usize, f32> = HashMap::new();
            for step in reading.steps.iter().take(last + 1).skip(first) {
                for &(class, likely) in &step.ours {
                    let known = most.entry(class).or_default();
                    *known = known.max(likely);
                }
            }
            for (class, likely) in most {
                *sum.entry(class).or_default() += likely / readings.len() as f32;
            }
        }
        sum
    }

    fn step(&self, likelihoods: &[f32]) -> Step {
        let mut step = Step { blank: likelihoods[0], characters: Vec::new(), ours: Vec::new() };
        for (&likely, &(character, ours)) in likelihoods.iter().zip(&self.known) {
            if likely >= LIKELY_MIN {
                step.characters.extend(character.map(|character| (character, likely)));
                step.ours.extend(ours.map(|class| (class, likely)));
            }
        }
        step.characters.sort_by(|a, b| b.1.total_cmp(&a.1));
        step
    }
}
