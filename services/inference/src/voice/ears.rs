//! What one listener is told of one sound: a state that samples go into and events come out of, without a clock.
//!
//! Nothing of the sound is kept beyond the two seconds that the wake word needs, and nothing of it is ever written.

use earshot::Detector;

use crate::leave::Leave;
use crate::model::ModelError;

use super::Voice;
use super::activity::{self, Activity, Change};
use super::light::{Colour, Light, Thresholds};
use super::loudness::{Loudness, Meter};
use super::pcm::Rate;
use super::silero;
use super::thirds::Down;
use super::wake::{self, Phrase};

/// What a listener wishes to be told.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Wishes {
    /// When speech begins and ends.
    pub activity: bool,
    /// How loud it is, and its colour.
    pub level: Option<Thresholds>,
    /// When one of the phrases is said.
    pub wake: bool,
}

/// What was heard, and when, in milliseconds of sound since the beginning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Heard {
    /// Somebody began to speak.
    Began {
        /// Then.
        at_ms: u64,
    },
    /// Nobody speaks any more.
    Ended {
        /// Since then.
        at_ms: u64,
    },
    /// The last quarter of a second.
    Level {
        /// Its end.
        at_ms: u64,
        /// How loud it was.
        loudness: Loudness,
        /// The slow level in dB(A), as good as `full_scale_db` is.
        level_db: f64,
        /// What that means for a class.
        colour: Colour,
    },
    /// A phrase was said.
    Wake {
        /// When it was clear.
        at_ms: u64,
        /// Which.
        phrase: Phrase,
        /// 0 to 1.
        confidence: f32,
    },
}

/// See the module.
pub struct Ears {
    wishes: Wishes,
    rate: Rate,
    /// Samples that were heard or went missing.
    at: u64,
    meter: Meter,
    light: Light,
    down: Down,
    /// Samples at 16 kHz that fill no frame yet.
    waiting: Vec<f32>,
    detector: Box<Detector>,
    opinion: Opinion,
    activity: Activity,
    /// Missing samples that fill no frame yet, in thirds of a sample at 16 kHz.
    missing: u64,
    memory: wake::Memory,
}

/// The second opinion, which takes twice as long as a frame.
#[derive(Default)]
struct Opinion {
    memory: silero::Memory,
    waiting: Vec<f32>,
    last: f32,
}

impl Ears {
    /// For sound of this rate.
    pub fn new(rate: Rate, wishes: Wishes) -> Self {
        Self {
            wishes,
            rate,
            at: 0,
            meter: Meter::new(rate),
            light: Light::new(wishes.level.unwrap_or_default()),
            down: Down::default(),
            waiting: Vec::new(),
            detector: Detector::default_boxed(),
            opinion: Opinion::default(),
            activity: Activity::default(),
            missing: 0,
            memory: wake::Memory::default(),
        }
    }

    /// Hears more; `missing` samples are not there before them.
    ///
    /// # Errors
    /// A network failed, or must make way.
    pub fn hear(
        &mut self,
        voice: &Voice,
        samples: &[i16],
        missing: u64,
        leave: &Leave,
    ) -> Result<Vec<Heard>, ModelError> {
        let mut heard = Vec::new();
        if missing > 0 {
            heard.extend(self.skip(missing));
        }
        if self.wishes.level.is_some() {
            self.measure(samples, &mut heard);
        }
        self.at += samples.len() as u64;
        if !self.wishes.activity && !self.wishes.wake {
            return Ok(heard);
        }
        let fractions = samples.iter().map(|sample| f32::from(*sample) / 32_768.0);
        match self.rate {
            Rate::Voice => self.waiting.extend(fractions),
            Rate::Full => self.down.convert(&fractions.collect::<Vec<_>>(), &mut self.waiting),
        }
        // The filter may swing beyond the scale where sound is at its end.
        self.waiting.iter_mut().for_each(|sample| *sample = sample.clamp(-1.0, 1.0));
        let waiting = std::mem::take(&mut self.waiting);
        let frames = waiting.chunks_exact(activity::FRAME);
        self.waiting = frames.remainder().to_vec();
        for frame in frames {
            self.judge(voice, frame, leave, &mut heard)?;
        }
        Ok(heard)
    }

    /// The sound has ended: who still spoke no longer does.
    pub fn end(&mut self) -> Option<Heard> {
        let change = self.activity.interrupt().filter(|_| self.wishes.activity)?;
        Some(told(change))
    }

    fn skip(&mut self, missing: u64) -> Option<Heard> {
        let ended = self.end();
        self.at += missing;
        let thirds = match self.rate {
            Rate::Voice => 3 * missing,
            Rate::Full => missing,
        };
        self.missing += thirds + 3 * self.waiting.len() as u64;
        self.waiting.clear();
        let frame = activity::FRAME as u64;
        self.activity.skip(self.missing / (3 * frame));
        self.memory.skip(self.missing / (3 * frame) * frame);
        self.missing %= 3 * frame;
        self.detector.reset();
        self.opinion = Opinion::default();
        ended
    }

    fn measure(&mut self, samples: &[i16], heard: &mut Vec<Heard>) {
        for (at, sample) in (self.at + 1..).zip(samples) {
            if let Some(loudness) = self.meter.hear(*sample) {
                let (level_db, colour) = self.light.see(loudness.dbfs);
                heard.push(Heard::Level { at_ms: self.rate.milliseconds(at), loudness, level_db, colour });
            }
        }
    }

    fn judge(
        &mut self,
        voice: &Voice,
        frame: &[f32],
        leave: &Leave,
        heard: &mut Vec<Heard>,
    ) -> Result<(), ModelError> {
        let mut probability = self.detector.predict_f32(frame);
        if let Some(silero) = &voice.silero {
            self.opinion.waiting.extend_from_slice(frame);
            if self.opinion.waiting.len() == silero::FRAME {
                self.opinion.last =
                    silero::judge(silero, &mut self.opinion.memory, &self.opinion.waiting, leave)?;
                self.opinion.waiting.clear();
            }
            // Each is deceived by another noise; the mean of both, or silero alone, calls more of it speech.
            probability = probability.min(self.opinion.last);
        }
        let change = self.activity.judge(probability);
        if self.wishes.activity {
            heard.extend(change.map(told));
        }
        if self.wishes.wake
            && let Some(networks) = &voice.wake
        {
            let calls = networks.hear(&mut self.memory, frame, self.activity.is_speaking(), leave)?;
            heard.extend(calls.into_iter().map(|call| Heard::Wake {
                at_ms: Rate::Voice.milliseconds(call.at),
                phrase: call.phrase,
                confidence: call.confidence,
            }));
        }
        Ok(())
    }
}

fn told(change: Change) -> Heard {
    let at_ms = |frame: u64| Rate::Voice.milliseconds(frame * activity::FRAME as u64);
    match change {
        Change::Began(frame) => Heard::Began { at_ms: at_ms(frame) },
        Change::Ended(frame) => Heard::Ended { at_ms: at_ms(frame) },
    }
}
