//! Wake words: 你好讲台 and "Hello Dais", heard by a small head of our own on Google's speech embeddings.
//!
//! Three networks a step of 80 ms (1,280 samples at 16 kHz): log-mel frames (eight of 10 ms, 32 bands), an embedding
//! of the last 76 of them (96 numbers), and the head, which looks at the last 16 embeddings, 1.96 s. The first two
//! are openWakeWord's (Apache-2.0); its word heads may not be sold, so the head is ours: made from synthesised speech
//! by `assets/models/wake`, where its accuracy is told too.
//!
//! Embeddings cost twenty times what all else does, so they are made only while somebody speaks, from the sound of
//! the last two seconds on: a quiet room costs nothing.

use std::collections::VecDeque;

use crate::leave::Leave;
use crate::model::{Model, ModelError};

/// Files below the models; the head is built in.
pub(crate) const MEL: &str = "speech-mel.onnx";
pub(crate) const EMBEDDING: &str = "speech-embedding.onnx";
pub(crate) const HEAD: &str = "wake-head.onnx";

/// Samples a step.
const STEP: usize = 1280;
/// Samples of the step before that the first mel frame of a step needs: its window is 512 long, its hop 160.
const OVERLAP: usize = 352;
const BANDS: usize = 32;
const FRAMES_A_STEP: usize = 8;
const FRAMES: usize = 76;
const NUMBERS: usize = 96;
const EMBEDDINGS: usize = 16;
/// Steps that give the head all that it looks at.
const STEPS: usize = (EMBEDDINGS - 1) + FRAMES.div_ceil(FRAMES_A_STEP);
/// Sound kept from before somebody spoke.
const KEPT: usize = STEPS * STEP + OVERLAP;
/// Steps that it goes on after the last speech, so that the head sees the end of a phrase well: 0.8 s.
const GO_ON: usize = 10;
/// Steps in a row in which the head must be certain, and how certain. Chosen on the speech it was made from.
const CERTAIN_STEPS: u32 = 2;
const CERTAIN: f32 = 0.8;
/// Steps after a phrase in which none is told again: two seconds.
const DEAF: usize = 25;

/// What was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phrase {
    /// 你好讲台
    Chinese,
    /// Hello Dais
    English,
}

/// Who was called, and how certain that is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Call {
    /// Samples since this sound's beginning at which it was clear.
    pub(crate) at: u64,
    pub(crate) phrase: Phrase,
    /// 0 to 1.
    pub(crate) confidence: f32,
}

/// The networks.
pub(crate) struct Networks {
    pub(crate) mel: Model,
    pub(crate) embedding: Model,
    pub(crate) head: Model,
}

/// What is remembered of one sound.
#[derive(Clone, Default)]
pub(crate) struct Memory {
    /// The last samples, as the mel network wants them: of 16 bits, yet as fractions.
    samples: VecDeque<f32>,
    /// Samples since the beginning that went through or were forgotten.
    at: u64,
    mel: VecDeque<f32>,
    embeddings: VecDeque<f32>,
    /// Steps that are still listened to.
    awake: usize,
    certain: [u32; 2],
    deaf: usize,
}

impl Memory {
    /// A piece of the sound is missing: nothing of before belongs to what comes.
    pub(crate) fn skip(&mut self, samples: u64) {
        let at = self.at + self.samples.len() as u64 + samples;
        *self = Self { at, ..Self::default() };
    }

    fn sleep(&mut self) {
        self.mel.clear();
        self.embeddings.clear();
        self.certain = [0; 2];
        let above = self.samples.len().saturating_sub(KEPT);
        self.samples.drain(..above);
        self.at += above as u64;
    }
}

impl Networks {
    /// Takes the next samples in; `speaking` where somebody does.
    pub(crate) fn hear(
        &self,
        memory: &mut Memory,
        samples: &[f32],
        speaking: bool,
        leave: &Leave,
    ) -> Result<Vec<Call>, ModelError> {
        memory.samples.extend(samples.iter().map(|sample| sample * 32_767.0));
        if speaking {
            memory.awake = GO_ON;
        }
        let mut calls = Vec::new();
        while memory.awake > 0 && memory.samples.len() >= STEP + OVERLAP {
            // What was kept from before is caught up with; only the time that follows is counted.
            if memory.samples.len() < 2 * STEP + OVERLAP && !speaking {
                memory.awake -= 1;
            }
            calls.extend(self.step(memory, leave)?);
        }
        if memory.awake == 0 {
            memory.sleep();
        }
        Ok(calls)
    }

    fn step(&self, memory: &mut Memory, leave: &Leave) -> Result<Option<Call>, ModelError> {
        let window: Vec<f32> = memory.samples.iter().take(STEP + OVERLAP).copied().collect();
        let mel = self.mel(&window, leave)?;
        memory.samples.drain(..STEP);
        memory.at += STEP as u64;
        memory.deaf = memory.deaf.saturating_sub(1);
        memory.mel.extend(mel);
        if memory.mel.len() < FRAMES * BANDS {
            return Ok(None);
        }
        let above = memory.mel.len() - FRAMES * BANDS;
        memory.mel.drain(..above);
        memory.embeddings.extend(self.embedding(memory.mel.make_contiguous(), leave)?);
        if memory.embeddings.len() < EMBEDDINGS * NUMBERS {
            return Ok(None);
        }
        let above = memory.embeddings.len() - EMBEDDINGS * NUMBERS;
        memory.embeddings.drain(..above);
        let likely = self.head(memory.embeddings.make_contiguous(), leave)?;
        Ok(memory.decide(likely))
    }

    /// Makes them ready to run.
    pub(crate) fn prepare(&self) -> Result<(), ModelError> {
        self.mel.prepare(&[&[1, STEP + OVERLAP]])?;
        self.embedding.prepare(&[&[1, FRAMES, BANDS, 1]])?;
        self.head.prepare(&[&[1, EMBEDDINGS, NUMBERS]])
    }

    /// Eight frames of a step's samples.
    pub(super) fn mel(&self, window: &[f32], leave: &Leave) -> Result<Vec<f32>, ModelError> {
        let output = self.mel.run_one(&[1, window.len()], window, leave)?;
        Ok(output.values.into_iter().map(|value| value / 10.0 + 2.0).collect())
    }

    /// The embedding of 76 frames.
    pub(super) fn embedding(&self, mel: &[f32], leave: &Leave) -> Result<Vec<f32>, ModelError> {
        Ok(self.embedding.run_one(&[1, FRAMES, BANDS, 1], mel, leave)?.values)
    }

    /// How likely either phrase has just been said.
    pub(super) fn head(&self, embeddings: &[f32], leave: &Leave) -> Result<[f32; 2], ModelError> {
        let output = self.head.run_one(&[1, EMBEDDINGS, NUMBERS], embeddings, leave)?;
        output.values.try_into().map_err(|_| self.head.misshapen("two likelihoods"))
    }
}

impl Memory {
    fn decide(&mut self, likely: [f32; 2]) -> Option<Call> {
        for (certain, likely) in self.certain.iter_mut().zip(likely) {
            *certain = if likely >= CERTAIN { *certain + 1 } else { 0 };
        }
        let (which, confidence) = if likely[0] >= likely[1] { (0, likely[0]) } else { (1, likely[1]) };
        if self.deaf > 0 || self.certain[which] < CERTAIN_STEPS {
            return None;
        }
        self.deaf = DEAF;
        let phrase = [Phrase::Chinese, Phrase::English][which];
        Some(Call { at: self.at, phrase, confidence })
    }
}
