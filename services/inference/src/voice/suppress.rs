//! Noise taken out of a recording: DTLN (Westhausen and Meyer 2020, MIT), two small recurrent networks, 8 ms at a time.
//!
//! Every 128 samples at 16 kHz, the last 512 are looked at. The first network sees their magnitude spectrum and says
//! how much of each frequency is speech; the second makes the wave better still; four overlapping waves are added.
//! Input `[1, 1, 257]` or `[1, 1, 512]` and a state `[1, 2, 128, 2]` each; output the mask or the wave, and the state.
//!
//! At 48 kHz, what lies below 8 kHz goes through the networks, and what lies above is turned down as the first
//! network turns 4 to 8 kHz down, because there hardly anything but noise and the hiss of consonants is.

use std::collections::VecDeque;
use std::sync::Arc;

use rustfft::num_complex::Complex32;
use rustfft::{Fft, FftPlanner};

use crate::leave::Leave;
use crate::model::{Input, Model, ModelError, Output};

use super::pcm::Rate;
use super::thirds::{Down, Up};

/// Files below the models.
pub(crate) const MASK: &str = "dtln-1.onnx";
pub(crate) const WAVE: &str = "dtln-2.onnx";

/// New samples a step.
const STEP: usize = 128;
/// Samples that are looked at.
const BLOCK: usize = 512;
const BINS: usize = BLOCK / 2 + 1;
const STATE: [usize; 4] = [1, 2, 128, 2];
/// The bin of 4 kHz.
const HIGH: usize = BLOCK / 4;
/// How late the filters between the rates are, in samples at 48 kHz.
const FILTERS_LATE: usize = 119;
/// How late the sum of overlapping waves is, in samples at 16 kHz.
const SUM_LATE: usize = BLOCK - STEP;

/// The two networks, shared by all who clean.
pub(crate) struct Networks {
    pub(crate) mask: Model,
    pub(crate) wave: Model,
}

impl Networks {
    /// Makes them ready to run.
    pub(crate) fn prepare(&self) -> Result<(), ModelError> {
        self.mask.prepare(&[&[1, 1, BINS], &STATE])?;
        self.wave.prepare(&[&[1, 1, BLOCK], &STATE])
    }
}

/// One network's step: what it gives for `values`, its state brought on.
fn step(model: &Model, values: &[f32], state: &mut Vec<f32>, leave: &Leave) -> Result<Vec<f32>, ModelError> {
    let shape = [1, 1, values.len()];
    let inputs = [Input { shape: &shape, values }, Input { shape: &STATE, values: state }];
    let outputs = <[Output; 2]>::try_from(model.run(&inputs, leave)?);
    let [output, next] = outputs.map_err(|_| model.misshapen("a result and a state"))?;
    if output.values.len() != values.len() || next.values.len() != state.len() {
        return Err(model.misshapen("as much as went in"));
    }
    *state = next.values;
    Ok(output.values)
}

/// What the networks remember of one recording at 16 kHz.
struct Narrow {
    forward: Arc<dyn Fft<f32>>,
    back: Arc<dyn Fft<f32>>,
    heard: Vec<f32>,
    sum: Vec<f32>,
    states: [Vec<f32>; 2],
}

impl Narrow {
    fn new() -> Self {
        let mut planner = FftPlanner::new();
        let state = vec![0.0; STATE.iter().product()];
        Self {
            forward: planner.plan_fft_forward(BLOCK),
            back: planner.plan_fft_inverse(BLOCK),
            heard: vec![0.0; BLOCK],
            sum: vec![0.0; BLOCK],
            states: [state.clone(), state],
        }
    }

    /// The next [`STEP`] samples without noise, [`SUM_LATE`] late, and how much of 4 to 8 kHz was left.
    fn clean(
        &mut self,
        networks: &Networks,
        samples: &[f32],
        leave: &Leave,
    ) -> Result<(Vec<f32>, f32), ModelError> {
        self.heard.drain(..STEP);
        self.heard.extend_from_slice(samples);
        let mut spectrum: Vec<Complex32> =
            self.heard.iter().map(|sample| Complex32::new(*sample, 0.0)).collect();
        self.forward.process(&mut spectrum);
        let magnitude: Vec<f32> = spectrum[..BINS].iter().map(|bin| bin.norm()).collect();
        let [first, second] = &mut self.states;
        let mask = step(&networks.mask, &magnitude, first, leave)?;
        for (at, bin) in spectrum.iter_mut().enumerate() {
            // A real wave's spectrum is the same from both ends; one over its length is the inverse's own.
            *bin *= mask[at.min(BLOCK - at)] / BLOCK as f32;
        }
        self.back.process(&mut spectrum);
        let wave: Vec<f32> = spectrum.iter().map(|sample| sample.re).collect();
        let wave = step(&networks.wave, &wave, second, leave)?;
        self.sum.drain(..STEP);
        self.sum.resize(BLOCK, 0.0);
        self.sum.iter_mut().zip(wave).for_each(|(sum, sample)| *sum += sample);
        let all: f32 = magnitude[HIGH..].iter().sum();
        let left: f32 = magnitude[HIGH..].iter().zip(&mask[HIGH..]).map(|(bin, mask)| bin * mask).sum();
        Ok((self.sum[..STEP].to_vec(), if all > 0.0 { (left / all).clamp(0.0, 1.0) } else { 1.0 }))
    }
}

/// Between 48 kHz and the networks.
struct Wide {
    down: Down,
    up: Up,
    /// The same way without the networks: what it loses is what lies above 8 kHz.
    past_up: Up,
    late: VecDeque<f32>,
    above: VecDeque<f32>,
    gain: f32,
}

impl Wide {
    fn new() -> Self {
        Self {
            down: Down::default(),
            up: Up::default(),
            past_up: Up::default(),
            late: vec![0.0; FILTERS_LATE].into(),
            above: vec![0.0; 3 * SUM_LATE].into(),
            gain: 1.0,
        }
    }

    /// The next three times [`STEP`] samples.
    fn clean(
        &mut self,
        narrow: &mut Narrow,
        networks: &Networks,
        samples: &[f32],
        leave: &Leave,
    ) -> Result<Vec<f32>, ModelError> {
        let (mut voice, mut below, mut out) = (Vec::new(), Vec::new(), Vec::new());
        self.down.convert(samples, &mut voice);
        self.past_up.convert(&voice, &mut below);
        self.late.extend(samples);
        self.above.extend(self.late.drain(..samples.len()).zip(below).map(|(all, below)| all - below));
        let (clean, gain) = narrow.clean(networks, &voice, leave)?;
        self.up.convert(&clean, &mut out);
        let (from, length) = (self.gain, samples.len() as f32);
        for (at, (sample, above)) in out.iter_mut().zip(self.above.drain(..samples.len())).enumerate() {
            *sample += above * (from + (gain - from) * at as f32 / length);
        }
        self.gain = gain;
        Ok(out)
    }
}

/// One recording on its way through. What comes out is as long as what went in, each sample in its place, so that it
/// stays beside a picture; of live sound the last 34.5 ms are still on their way.
pub struct Suppressor {
    narrow: Narrow,
    wide: Option<Wide>,
    waiting: Vec<f32>,
    /// Samples that come out before the first one that went in.
    lead: usize,
    /// Samples that went in and have not come out.
    owed: usize,
}

impl Suppressor {
    /// For sound of this rate.
    pub fn new(rate: Rate) -> Self {
        let (wide, lead) = match rate {
            Rate::Voice => (None, SUM_LATE),
            Rate::Full => (Some(Wide::new()), 3 * SUM_LATE + FILTERS_LATE),
        };
        Self { narrow: Narrow::new(), wide, waiting: Vec::new(), lead, owed: 0 }
    }

    /// Appends the sound without its noise, which goes on where the last call ended.
    pub(crate) fn clean(
        &mut self,
        networks: &Networks,
        samples: &[i16],
        out: &mut Vec<i16>,
        leave: &Leave,
    ) -> Result<(), ModelError> {
        self.owed += samples.len();
        let mut clean = self.pass(networks, samples, leave)?;
        let early = self.lead.min(clean.len());
        self.lead -= early;
        clean.drain(..early);
        self.owed -= clean.len();
        out.append(&mut clean);
        Ok(())
    }

    /// What the networks make of it, late as they are.
    fn pass(&mut self, networks: &Networks, samples: &[i16], leave: &Leave) -> Result<Vec<i16>, ModelError> {
        let mut out = Vec::with_capacity(samples.len());
        self.waiting.extend(samples.iter().map(|sample| f32::from(*sample) / 32_768.0));
        let piece = if self.wide.is_some() { 3 * STEP } else { STEP };
        let waiting = std::mem::take(&mut self.waiting);
        let pieces = waiting.chunks_exact(piece);
        self.waiting = pieces.remainder().to_vec();
        for piece in pieces {
            let clean = match &mut self.wide {
                Some(wide) => wide.clean(&mut self.narrow, networks, piece, leave)?,
                None => self.narrow.clean(networks, piece, leave)?.0,
            };
            out.extend(
                clean.into_iter().map(|sample| (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16),
            );
        }
        Ok(out)
    }

    /// The last of it: what waited, and what is still on its way.
    pub(crate) fn finish(
        &mut self,
        networks: &Networks,
        out: &mut Vec<i16>,
        leave: &Leave,
    ) -> Result<(), ModelError> {
        // Silence behind it pushes it out; less than a step is never looked at.
        let behind = self.lead + self.owed + if self.wide.is_some() { 3 * STEP } else { STEP };
        let clean = self.pass(networks, &vec![0; behind], leave)?;
        out.extend(clean.into_iter().skip(self.lead).take(self.owed));
        (self.lead, self.owed) = (0, 0);
        Ok(())
    }
}
