//! What is heard of a payment: one sound for each thing that can have happened. They are made here, so that no file of
//! theirs lies anywhere: soft bells, by whose pitch and rhythm alone one knows what happened.

use std::f32::consts::TAU;

use crate::screens::{Notice, Stage};

/// Samples a second: bells of two kilohertz need no more.
const RATE: u32 = 16_000;
/// Partials of a bell: times its pitch, loudness, and how fast it dies away.
const PARTIALS: [(f32, f32, f32); 3] = [(1.0, 0.68, 5.0), (2.0, 0.24, 8.0), (3.0, 0.08, 12.0)];

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sound {
    /// Paid.
    Paid,
    /// Not paid.
    NotPaid,
    /// The outcome is not known yet.
    Asking,
    /// Money goes back.
    GivenBack,
    /// It ended without anything: given up, or nobody paid in time.
    Ended,
}

/// One stroke of the bell: when and how long in seconds, pitch in hertz, loudness up to 1.
struct Bell(f32, f32, f32, f32);

impl Sound {
    /// Every one.
    pub const ALL: [Self; 5] = [Self::Paid, Self::NotPaid, Self::Asking, Self::GivenBack, Self::Ended];

    /// What is heard when a payment comes to this; none where it goes on as before.
    pub fn of(stage: Stage, notice: Notice) -> Option<Self> {
        match (stage, notice) {
            (Stage::Paid, _) => Some(Self::Paid),
            (Stage::Cancelled | Stage::Expired | Stage::Failed, Notice::MoneyReturned) => {
                Some(Self::GivenBack)
            }
            (Stage::Failed, _) => Some(Self::NotPaid),
            (Stage::Cancelled | Stage::Expired, _) => Some(Self::Ended),
            (Stage::Asking, _) => Some(Self::Asking),
            // A refusal of what was shown: the payer looks at a phone, not at the screen.
            (
                Stage::Waiting,
                Notice::CodeDead
                | Notice::CodeUsed
                | Notice::UnknownCode
                | Notice::InsufficientFunds
                | Notice::Declined
                | Notice::CardUnknown
                | Notice::CardBlocked,
            ) => Some(Self::NotPaid),
            _ => None,
        }
    }

    /// A rise says yes, a fall says no.
    fn bells(self) -> &'static [Bell] {
        match self {
            Self::Paid => {
                &[Bell(0.0, 0.5, 659.3, 0.55), Bell(0.13, 0.5, 830.6, 0.55), Bell(0.26, 0.75, 1318.5, 0.6)]
            }
            Self::NotPaid => &[Bell(0.0, 0.35, 392.0, 0.7), Bell(0.22, 0.6, 261.6, 0.75)],
            Self::Asking => {
                &[Bell(0.0, 0.3, 523.3, 0.45), Bell(0.3, 0.3, 523.3, 0.45), Bell(0.6, 0.4, 523.3, 0.45)]
            }
            Self::GivenBack => {
                &[Bell(0.0, 0.4, 880.0, 0.5), Bell(0.16, 0.4, 698.5, 0.5), Bell(0.32, 0.7, 880.0, 0.55)]
            }
            Self::Ended => &[Bell(0.0, 0.55, 440.0, 0.5)],
        }
    }

    /// As a WAV file: one channel of 16 bits.
    pub fn wav(self) -> Vec<u8> {
        let bells = self.bells();
        let long = bells.iter().map(|bell| bell.0 + bell.1).fold(0.0, f32::max);
        let samples = (0..(long * RATE as f32) as u32).map(|at| {
            let at = at as f32 / RATE as f32;
            let loud: f32 = bells.iter().map(|bell| bell.at(at)).sum();
            (loud.clamp(-1.0, 1.0) * 32_000.0) as i16
        });
        let sound: Vec<u8> = samples.flat_map(i16::to_le_bytes).collect();
        let bytes = sound.len() as u32;
        let mut wav = Vec::with_capacity(sound.len() + 44);
        wav.extend(b"RIFF");
        wav.extend((bytes + 36).to_le_bytes());
        wav.extend(b"WAVEfmt ");
        wav.extend(16_u32.to_le_bytes());
        // PCM, one channel.
        wav.extend([1, 0, 1, 0]);
        wav.extend(RATE.to_le_bytes());
        wav.extend((RATE * 2).to_le_bytes());
        // Two bytes a sample of 16 bits.
        wav.extend([2, 0, 16, 0]);
        wav.extend(b"data");
        wav.extend(bytes.to_le_bytes());
        wav.extend(sound);
        wav
    }
}

impl Bell {
    /// How far its air moves so many seconds after the sound begins.
    fn at(&self, seconds: f32) -> f32 {
        let (at, long) = (seconds - self.0, self.1);
        if !(0.0..long).contains(&at) {
            return 0.0;
        }
        // It neither begins nor ends with a click.
        let swell = (at / 0.008).min(1.0) * ((long - at) / 0.03).min(1.0);
        let partial = |(times, loud, fades): (f32, f32, f32)| {
            loud * (-fades * at).exp() * (TAU * times * self.2 * at).sin()
        };
        self.3 * swell * PARTIALS.into_iter().map(partial).sum::<f32>()
    }
}

#[cfg(test)]
mod tests {
    //! Each sound is a sound of its own, short, and heard once for what it means.
    use super::*;

    #[test]
    fn every_sound_is_a_short_wav_file_of_its_own() {
        for (at, sound) in Sound::ALL.into_iter().enumerate() {
            let wav = sound.wav();
            assert!(wav.starts_with(b"RIFF") && &wav[8..12] == b"WAVE", "{sound:?}");
            let said = u32::from_le_bytes([wav[40], wav[41], wav[42], wav[43]]) as usize;
            assert_eq!(said + 44, wav.len());
            let second = RATE as usize * 2;
            assert!((second / 2..second * 3 / 2).contains(&wav.len()), "{sound:?} is too short or too long");
            let loudest =
                wav[44..].chunks_exact(2).map(|s| i16::from_le_bytes([s[0], s[1]]).unsigned_abs()).max();
            assert!(loudest.is_some_and(|loud| (8_000..32_000).contains(&loud)), "{sound:?} {loudest:?}");
            assert!(Sound::ALL[..at].iter().all(|other| other.wav() != wav), "{sound:?} sounds as another");
        }
    }

    #[test]
    fn yes_and_no_never_sound_alike() {
        assert_eq!(Sound::of(Stage::Paid, Notice::ReceiptLater), Some(Sound::Paid));
        assert_eq!(Sound::of(Stage::Failed, Notice::Declined), Some(Sound::NotPaid));
        assert_eq!(Sound::of(Stage::Expired, Notice::MoneyReturned), Some(Sound::GivenBack));
        assert_eq!(Sound::of(Stage::Asking, Notice::DoNotPayAgain), Some(Sound::Asking));
        for quiet in [Stage::Menu, Stage::Opening, Stage::Waiting, Stage::Charging, Stage::Confirming] {
            assert_eq!(Sound::of(quiet, Notice::None), None);
        }
    }
}
