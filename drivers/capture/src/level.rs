//! How loud sound is, in decibels below full scale (AES17: a full-scale sine is 0 dBFS, so 3.01 above its RMS).

/// What stands for silence: less than the noise of any microphone, and of 16 bits.
pub const SILENCE_DB: f32 = -120.0;
/// RMS of a full-scale sine lies so far below its peak.
const SINE_DB: f32 = 3.010_3;

/// How loud some sound is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Loudness over its length in dBFS; [`SILENCE_DB`] where all is 0.
    pub rms_db: f32,
    /// Its largest sample in dBFS; [`SILENCE_DB`] where all is 0.
    pub peak_db: f32,
    /// Samples at the very end of the scale: there it was too loud.
    pub clipped: usize,
}

impl Level {
    /// Nothing is heard.
    pub const SILENCE: Self = Self { rms_db: SILENCE_DB, peak_db: SILENCE_DB, clipped: 0 };

    /// Of signed samples of 16 bits.
    pub fn of(samples: &[i16]) -> Self {
        if samples.is_empty() {
            return Self::SILENCE;
        }
        let peak = samples.iter().map(|sample| sample.unsigned_abs()).max().unwrap_or(0);
        let square: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
        let rms = (square / samples.len() as f64).sqrt();
        let clipped = samples.iter().filter(|sample| **sample == i16::MAX || **sample == i16::MIN).count();
        let rms_db = decibels(rms as f32);
        Self {
            rms_db: if rms_db > SILENCE_DB { rms_db + SINE_DB } else { SILENCE_DB },
            peak_db: decibels(f32::from(peak)),
            clipped,
        }
    }
}

fn decibels(of_full_scale: f32) -> f32 {
    (20.0 * (of_full_scale / -f32::from(i16::MIN)).log10()).max(SILENCE_DB)
}

#[cfg(test)]
mod tests {
    //! Sounds whose levels are known.
    use super::*;
    use proptest::prelude::*;

    fn sine(amplitude: f32) -> Vec<i16> {
        (0..4800).map(|at| ((at as f32 / 48.0 * std::f32::consts::TAU).sin() * amplitude) as i16).collect()
    }

    fn near(one: f32, two: f32) -> bool {
        (one - two).abs() < 0.05
    }

    #[test]
    fn known_sounds() {
        let full = Level::of(&sine(32767.0));
        assert!(near(full.rms_db, 0.0) && near(full.peak_db, 0.0) && full.clipped > 0, "{full:?}");
        let half = Level::of(&sine(16384.0));
        assert!(near(half.rms_db, -6.02) && near(half.peak_db, -6.02) && half.clipped == 0, "{half:?}");
        let square: Vec<i16> = [i16::MIN, i16::MAX].repeat(100);
        assert!(near(Level::of(&square).rms_db, 3.01), "louder than any sine");
        assert_eq!(Level::of(&square).clipped, 200);
        assert_eq!(Level::of(&[0; 480]), Level::SILENCE);
        assert_eq!(Level::of(&[]), Level::SILENCE);
    }

    proptest! {
        #[test]
        fn loudness_is_never_far_above_the_peak(samples in prop::collection::vec(any::<i16>(), 0..200)) {
            let level = Level::of(&samples);
            prop_assert!(level.rms_db <= level.peak_db + SINE_DB + 0.01);
            prop_assert!(level.rms_db >= SILENCE_DB && level.peak_db <= 0.001);
        }
    }
}
