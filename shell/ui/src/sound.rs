//! What is heard of a payment: one sound for each thing that can have happened, made by `assets/sounds/make.py`.

use crate::screens::{Notice, Stage};

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

    /// Its WAV file.
    pub fn wav(self) -> &'static [u8] {
        match self {
            Self::Paid => include_bytes!("../../../assets/sounds/paid.wav"),
            Self::NotPaid => include_bytes!("../../../assets/sounds/not_paid.wav"),
            Self::Asking => include_bytes!("../../../assets/sounds/asking.wav"),
            Self::GivenBack => include_bytes!("../../../assets/sounds/given_back.wav"),
            Self::Ended => include_bytes!("../../../assets/sounds/ended.wav"),
        }
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
            let rate = u32::from_le_bytes([wav[28], wav[29], wav[30], wav[31]]) as usize;
            assert!((rate / 4..rate * 3 / 2).contains(&wav.len()), "{sound:?} is too short or too long");
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
