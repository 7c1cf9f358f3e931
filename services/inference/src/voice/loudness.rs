//! How loud a room is: A-weighted as ears hear it (IEC 61672-1), every 250 ms.
//!
//! The weighting is six filters of first order, from the standard's own pole frequencies. The four that take lows away
//! are bilinear; the two at 12.2 kHz are bilinear at 48 kHz, a little higher because that bends highs, and one zero that
//! follows their slope at 16 kHz, where they lie beyond half the rate. Against the standard's table: within 0.3 dB from 31.5 Hz to 8 kHz at 48 kHz and to 4 kHz at
//! 16 kHz, which says nothing of sound above 8 kHz.
//!
//! **What a microphone cannot know.** Samples say how loud sound is below the largest number (dBFS), not how loud it
//! is in the room: gain and sensitivity of microphones differ by 20 dB and more, and many turn their gain by
//! themselves. The level in dB(A) is therefore dBFS(A) plus `full_scale_db`, the level at which this microphone would
//! reach full scale. Its default, 120 dB, is that of common MEMS microphones (-26 dBFS at 94 dB) at unity gain; with
//! it the number is a guess, and so is the light. Hold a sound level meter beside the microphone, and set
//! `full_scale_db` to its reading minus the dBFS(A) that is told, and both are as good as the meter. No such number
//! serves as evidence of anything.

use std::f64::consts::TAU;

use super::pcm::Rate;

/// Levels are told this often at most; eyes follow no more.
pub(crate) const LEVELS_A_SECOND: u32 = 4;
/// What stands for silence.
pub const SILENCE_DB: f64 = -120.0;
/// RMS of a full-scale sine lies so far below its peak (AES17: that sine is 0 dBFS).
const SINE_DB: f64 = 3.010_3;

/// The standard's pole frequencies in hertz; the first counts twice.
const POLES: [f64; 3] = [20.598_997, 107.652_65, 737.862_23];
/// The standard's last, 12,194 Hz, which counts twice, moved so that 8 kHz is right after the bilinear transform.
const TOP_AT_FULL_RATE: f64 = 13_600.0;
/// Zero for the last two poles at 16 kHz, so that 4 kHz is 0.89 dB down from lows, as they have it.
const ZERO_AT_VOICE_RATE: f64 = 0.1152;

/// One filter of first order: out = b0 in + b1 in' - a1 out'.
#[derive(Clone, Copy, Debug)]
struct Section {
    b0: f64,
    b1: f64,
    a1: f64,
    /// The state: b1 in' - a1 out'.
    held: f64,
}

impl Section {
    fn new(b0: f64, b1: f64, a1: f64) -> Self {
        Self { b0, b1, a1, held: 0.0 }
    }

    /// Takes what is below the frequency away.
    fn high(pole: f64, rate: f64) -> Self {
        let (double, pole) = (2.0 * rate, TAU * pole);
        let gain = double / (double + pole);
        Self::new(gain, -gain, (pole - double) / (pole + double))
    }

    /// Takes what is above it away.
    fn low(pole: f64, rate: f64) -> Self {
        let (double, pole) = (2.0 * rate, TAU * pole);
        let gain = pole / (double + pole);
        Self::new(gain, gain, (pole - double) / (pole + double))
    }

    fn filter(&mut self, sample: f64) -> f64 {
        let out = self.b0 * sample + self.held;
        self.held = self.b1 * sample - self.a1 * out;
        out
    }

    /// The square of its gain at a frequency, as a part of the rate.
    fn power(&self, frequency: f64) -> f64 {
        let cos = (TAU * frequency).cos();
        let of = |c0: f64, c1: f64| c0 * c0 + c1 * c1 + 2.0 * c0 * c1 * cos;
        of(self.b0, self.b1) / of(1.0, self.a1)
    }
}

/// A-weighting at one rate.
#[derive(Clone, Debug)]
struct Weighting {
    sections: [Section; 6],
    /// Makes 1 kHz pass as it is.
    gain: f64,
}

impl Weighting {
    fn new(rate: Rate) -> Self {
        let hertz = f64::from(rate.samples_a_second());
        let [lowest, low, middle] = POLES;
        let top = match rate {
            Rate::Full => [Section::low(TOP_AT_FULL_RATE, hertz), Section::low(TOP_AT_FULL_RATE, hertz)],
            Rate::Voice => [Section::new(1.0, ZERO_AT_VOICE_RATE, 0.0), Section::new(1.0, 0.0, 0.0)],
        };
        let cut = |pole| Section::high(pole, hertz);
        let sections = [cut(lowest), cut(lowest), cut(low), cut(middle), top[0], top[1]];
        let power: f64 = sections.iter().map(|section| section.power(1000.0 / hertz)).product();
        Self { sections, gain: power.sqrt().recip() }
    }

    fn filter(&mut self, sample: f64) -> f64 {
        self.sections.iter_mut().fold(sample * self.gain, |sample, section| section.filter(sample))
    }
}

/// How loud a quarter of a second was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loudness {
    /// A-weighted, in dB below a full-scale sine; [`SILENCE_DB`] where all is 0.
    pub dbfs: f64,
    /// Samples at the very end of the scale: it was louder than that.
    pub clipped: u32,
}

/// See the module.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    weighting: Weighting,
    period: u32,
    counted: u32,
    energy: f64,
    clipped: u32,
}

impl Meter {
    pub(crate) fn new(rate: Rate) -> Self {
        let period = rate.samples_a_second() / LEVELS_A_SECOND;
        Self { weighting: Weighting::new(rate), period, counted: 0, energy: 0.0, clipped: 0 }
    }

    /// Takes a sample in; the loudness of the period that it completes.
    pub(crate) fn hear(&mut self, sample: i16) -> Option<Loudness> {
        let weighted = self.weighting.filter(f64::from(sample) / 32_768.0);
        self.energy += weighted * weighted;
        self.clipped += u32::from(sample == i16::MAX || sample == i16::MIN);
        self.counted += 1;
        (self.counted == self.period).then(|| {
            let mean = std::mem::take(&mut self.energy) / f64::from(self.period);
            self.counted = 0;
            let dbfs = (10.0 * mean.log10() + SINE_DB).max(SILENCE_DB);
            Loudness { dbfs, clipped: std::mem::take(&mut self.clipped) }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Frequencies and A-weights of IEC 61672-1, table 3.
    const TABLE: [(f64, f64); 13] = [
        (31.5, -39.4),
        (63.0, -26.2),
        (125.0, -16.1),
        (250.0, -8.6),
        (500.0, -3.2),
        (1000.0, 0.0),
        (1600.0, 1.0),
        (2000.0, 1.2),
        (2500.0, 1.3),
        (3150.0, 1.2),
        (4000.0, 1.0),
        (6300.0, -0.1),
        (8000.0, -1.1),
    ];

    fn of_sine(rate: Rate, frequency: f64, amplitude: f64) -> Loudness {
        let mut meter = Meter::new(rate);
        let hertz = f64::from(rate.samples_a_second());
        let sample = |at: u32| (f64::from(at) * TAU * frequency / hertz).sin() * amplitude;
        (0..rate.samples_a_second()).filter_map(|at| meter.hear(sample(at).round() as i16)).last().unwrap()
    }

    #[test]
    fn a_sine_of_any_pitch_is_as_loud_as_the_standard_says() {
        for (frequency, weight) in TABLE {
            for (rate, highest, tolerance) in [(Rate::Full, 8000.0, 0.35), (Rate::Voice, 4000.0, 0.35)] {
                let dbfs = of_sine(rate, frequency, 16_384.0).dbfs;
                let wanted = weight - 6.02;
                assert!(
                    frequency > highest || (dbfs - wanted).abs() < tolerance,
                    "{rate:?} {frequency} Hz: {dbfs:.2} instead of {wanted:.2}"
                );
            }
        }
    }

    #[test]
    fn silence_and_the_end_of_the_scale() {
        assert_eq!(of_sine(Rate::Full, 1000.0, 0.0), Loudness { dbfs: SILENCE_DB, clipped: 0 });
        let loud = of_sine(Rate::Full, 1000.0, 40_000.0);
        assert!(loud.clipped > 1000, "{loud:?}");
    }
}
