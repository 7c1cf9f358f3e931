//! What is heard of a payment: one sound for each thing that can have happened, soft bells by whose pitch and rhythm
//! alone one knows what it was.

use std::f32::consts::TAU;

use super::chime::RATE;
use screens::{Notice, Stage};

/// Partials of a bell: times its pitch, loudness, and how fast it dies away.
const PARTIALS: [(f32, f32, f32); 3] = [(1.0, 0.68, 5.0), (2.0, 0.24, 8.0), (3.0, 0.08, 12.0)];

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Paid.
    Paid,
    /// Not paid.
    NotPaid,
    /// Not known yet.
    Asking,
    /// Money goes back.
    GivenBack,
    /// It ended without anything: given up, or nobody paid in time.
    Ended,
}

/// One stroke of the bell: when and how long in seconds, pitch in hertz, loudness up to 1.
struct Bell(f32, f32, f32, f32);

impl Outcome {
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
}

/// One channel of samples.
pub(super) fn heard(outcome: Outcome) -> Vec<i16> {
    let bells = outcome.bells();
    let long = bells.iter().map(|bell| bell.0 + bell.1).fold(0.0, f32::max);
    let sample = |at: u32| {
        let at = at as f32 / RATE as f32;
        let loud: f32 = bells.iter().map(|bell| bell.at(at)).sum();
        (loud.clamp(-1.0, 1.0) * 32_000.0) as i16
    };
    (0..(long * RATE as f32) as u32).map(sample).collect()
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
    //! Each sound is a sound of its own, short, and heard for what it means.
    use super::*;

    const ALL: [Outcome; 5] =
        [Outcome::Paid, Outcome::NotPaid, Outcome::Asking, Outcome::GivenBack, Outcome::Ended];

    #[test]
    fn every_sound_is_short_loud_enough_and_one_of_its_own() {
        for (at, outcome) in ALL.into_iter().enumerate() {
            let samples = heard(outcome);
            let second = RATE as usize;
            assert!((second / 2..second * 3 / 2).contains(&samples.len()), "{outcome:?}");
            let loudest = samples.iter().map(|sample| sample.unsigned_abs()).max();
            assert!(loudest.is_some_and(|loud| (8_000..32_000).contains(&loud)), "{outcome:?} {loudest:?}");
            assert!(
                samples[0] == 0 && samples.last().is_some_and(|last| last.unsigned_abs() < 200),
                "{outcome:?}"
            );
            assert!(ALL[..at].iter().all(|other| heard(*other) != samples), "{outcome:?} sounds as another");
        }
    }

    #[test]
    fn yes_and_no_never_sound_alike() {
        assert_eq!(Outcome::of(Stage::Paid, Notice::ReceiptLater), Some(Outcome::Paid));
        assert_eq!(Outcome::of(Stage::Failed, Notice::Declined), Some(Outcome::NotPaid));
        assert_eq!(Outcome::of(Stage::Expired, Notice::MoneyReturned), Some(Outcome::GivenBack));
        assert_eq!(Outcome::of(Stage::Asking, Notice::DoNotPayAgain), Some(Outcome::Asking));
        for quiet in [Stage::Menu, Stage::Opening, Stage::Waiting, Stage::Charging, Stage::Confirming] {
            assert_eq!(Outcome::of(quiet, Notice::None), None);
        }
    }
}
