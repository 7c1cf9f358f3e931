//! Noise taken out of a recording: RNNoise (Valin 2018, in Rust), 10 ms at a time at 48 kHz.

use nnnoiseless::DenoiseState;

use super::pcm::Rate;
use super::thirds::{Down, Up};

/// The network says of its first frame nothing that is meant to be heard; and its overlapping windows are a frame late.
const FRAME: usize = DenoiseState::FRAME_SIZE;

/// See the module. What comes out is as long as what went in, except for less than a frame that waits, and a frame
/// later: 10 ms, and 2.5 ms more at 16 kHz.
pub struct Suppressor {
    state: Box<DenoiseState<'static>>,
    rate: Rate,
    up: Up,
    down: Down,
    waiting: Vec<f32>,
}

impl Suppressor {
    /// For sound of this rate.
    pub fn new(rate: Rate) -> Self {
        Self {
            state: DenoiseState::new(),
            rate,
            up: Up::default(),
            down: Down::default(),
            waiting: Vec::new(),
        }
    }

    /// Appends the sound without its noise, which goes on where the last call ended.
    pub fn clean(&mut self, samples: &[i16], out: &mut Vec<i16>) {
        let heard = samples.iter().map(|sample| f32::from(*sample));
        match self.rate {
            Rate::Full => self.waiting.extend(heard),
            Rate::Voice => self.up.convert(&heard.collect::<Vec<_>>(), &mut self.waiting),
        }
        let whole = self.waiting.len() / FRAME * FRAME;
        let mut cleaned = vec![0.0; whole];
        for (frame, clean) in self.waiting[..whole].chunks_exact(FRAME).zip(cleaned.chunks_exact_mut(FRAME)) {
            self.state.process_frame(clean, frame);
        }
        self.waiting.drain(..whole);
        let sample = |value: f32| value.round().clamp(-32_768.0, 32_767.0) as i16;
        match self.rate {
            Rate::Full => out.extend(cleaned.into_iter().map(sample)),
            Rate::Voice => {
                let mut voice = Vec::with_capacity(whole / 3);
                self.down.convert(&cleaned, &mut voice);
                out.extend(voice.into_iter().map(sample));
            }
        }
    }

    /// The last of it: what waited, and what the filters still held.
    pub fn finish(&mut self, out: &mut Vec<i16>) {
        let late = match self.rate {
            Rate::Full => 2 * FRAME,
            Rate::Voice => 2 * FRAME / 3 + 40,
        };
        self.clean(&vec![0; late], out);
    }
}
