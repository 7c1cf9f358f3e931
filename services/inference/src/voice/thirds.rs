//! Between 48,000 and 16,000 samples a second: every third of a low-passed signal, and back.
//!
//! One filter for both ways: a sinc with a Kaiser window (beta 8), 120 taps at 48 kHz, flat to 6.9 kHz and 70 dB
//! down from 9 kHz. It delays by 59.5 samples at 48 kHz, 1.24 ms.

use std::f64::consts::PI;

const TAPS: usize = 120;
const BETA: f64 = 8.0;
/// Half of 16 kHz, as a part of 48 kHz.
const CUT: f64 = 8.0 / 48.0;

/// The filter's weights, in order; their sum is 1.
fn weights() -> [f32; TAPS] {
    let middle = (TAPS as f64 - 1.0) / 2.0;
    let raw: [f64; TAPS] = std::array::from_fn(|tap| {
        let at = tap as f64 - middle;
        let sinc = (2.0 * PI * CUT * at).sin() / (PI * at);
        sinc * bessel(BETA * (1.0 - (at / middle).powi(2)).max(0.0).sqrt()) / bessel(BETA)
    });
    let sum: f64 = raw.iter().sum();
    raw.map(|weight| (weight / sum) as f32)
}

/// The modified Bessel function of order zero, by its series.
fn bessel(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1..32 {
        term *= (x / 2.0 / f64::from(k)).powi(2);
        sum += term;
    }
    sum
}

/// 48 kHz to 16 kHz.
#[derive(Clone)]
pub(crate) struct Down {
    weights: [f32; TAPS],
    /// What later samples still need.
    past: Vec<f32>,
}

impl Default for Down {
    fn default() -> Self {
        Self { weights: weights(), past: vec![0.0; TAPS - 1] }
    }
}

impl Down {
    /// Every third sample of the filtered signal, which goes on where the last call ended.
    pub(crate) fn convert(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        self.past.extend_from_slice(samples);
        let mut from = 0;
        while from + TAPS <= self.past.len() {
            out.push(dot(&self.past[from..from + TAPS], &self.weights));
            from += 3;
        }
        self.past.drain(..from);
    }
}

/// 16 kHz to 48 kHz.
#[derive(Clone)]
pub(crate) struct Up {
    /// The filter in three phases, each for one of three new samples, last tap first.
    phases: [[f32; TAPS / 3]; 3],
    past: Vec<f32>,
}

impl Default for Up {
    fn default() -> Self {
        let weights = weights();
        let phase = |phase: usize| std::array::from_fn(|tap| 3.0 * weights[phase + 3 * (TAPS / 3 - 1 - tap)]);
        Self { phases: [phase(0), phase(1), phase(2)], past: vec![0.0; TAPS / 3 - 1] }
    }
}

impl Up {
    /// Three samples for each, which go on where the last call ended.
    pub(crate) fn convert(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        self.past.extend_from_slice(samples);
        for window in self.past.windows(TAPS / 3) {
            out.extend(self.phases.iter().map(|phase| dot(window, phase)));
        }
        let done = self.past.len() + 1 - TAPS / 3;
        self.past.drain(..done);
    }
}

fn dot(one: &[f32], two: &[f32]) -> f32 {
    one.iter().zip(two).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(frequency: f64, rate: f64, length: usize) -> Vec<f32> {
        (0..length).map(|at| (2.0 * PI * frequency * at as f64 / rate).sin() as f32).collect()
    }

    fn rms(samples: &[f32]) -> f32 {
        (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32).sqrt()
    }

    #[test]
    fn what_fits_passes_and_what_would_fold_back_does_not() {
        for (frequency, least, most) in
            [(100.0, 0.7, 0.714), (7000.0, 0.7, 0.714), (9000.0, 0.0, 4e-4), (20_000.0, 0.0, 4e-4)]
        {
            let mut out = Vec::new();
            Down::default().convert(&sine(frequency, 48_000.0, 9600), &mut out);
            let loudness = rms(&out[100..]);
            assert!((least..=most).contains(&loudness), "{frequency} Hz: {loudness}");
        }
    }

    #[test]
    fn up_and_down_again_is_the_same_sound_later() {
        let sound = sine(1234.0, 16_000.0, 3200);
        let (mut full, mut back) = (Vec::new(), Vec::new());
        Up::default().convert(&sound, &mut full);
        assert_eq!(full.len(), 3 * sound.len());
        // Any cuts give the same.
        let (mut up, mut pieces) = (Up::default(), Vec::new());
        for piece in sound.chunks(7) {
            up.convert(piece, &mut pieces);
        }
        assert_eq!(pieces, full);
        let mut down = Down::default();
        for piece in full.chunks(11) {
            down.convert(piece, &mut back);
        }
        // Both filters delay by 119 samples of 48 kHz in all; the best whole number of 16 kHz is 40, less one that
        // a decimator which keeps the first of three begins with.
        let error = |late: usize| {
            let pairs = back[200 + late..].iter().zip(&sound[200..]);
            pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
        };
        let best = (30..50).map(error).fold(f32::MAX, f32::min);
        assert!(best < 0.2, "{best}");
        assert!((rms(&back[200..]) - std::f32::consts::FRAC_1_SQRT_2).abs() < 0.005);
    }
}
