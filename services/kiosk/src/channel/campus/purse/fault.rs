//! Why a conversation with a purse ends early, whichever kind of purse it is.

use nfc::NoAnswer;
use nfc::native::Refused;

use super::super::Doubt;
use crate::card::classic::Damaged;
use crate::card::desfire::DesfireError;
use crate::card::epurse::EpurseError;

/// Why a card is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Fault {
    /// It cannot prove that it is the school's.
    #[error("the card cannot prove that it is the school's: have the card office look at it")]
    NotGenuine,
    /// It says no, or its purse is damaged.
    #[error("the card refuses, or its purse is damaged: have the card office look at it")]
    Refused,
    /// Noise: held there again it may do better.
    #[error("the card's answer cannot be read: hold it to the reader again")]
    Unreadable,
}

/// Why a conversation ended early. What it did is in the journal.
#[derive(Debug)]
pub(super) enum Cut {
    /// The card left, or the reader.
    Left(NoAnswer),
    /// The card is not the school's, or answers nonsense.
    Card(Fault),
    /// The accounts do not answer.
    Accounts(Doubt),
}

impl From<NoAnswer> for Cut {
    fn from(left: NoAnswer) -> Self {
        Self::Left(left)
    }
}

impl From<Doubt> for Cut {
    fn from(doubt: Doubt) -> Self {
        Self::Accounts(doubt)
    }
}

impl From<Fault> for Cut {
    fn from(fault: Fault) -> Self {
        Self::Card(fault)
    }
}

impl From<DesfireError> for Cut {
    fn from(error: DesfireError) -> Self {
        Self::Card(match error {
            DesfireError::NotGenuine => Fault::NotGenuine,
            DesfireError::Refused(status) => {
                tracing::warn!(status, "a DESFire card refused a command");
                Fault::Refused
            }
            DesfireError::Unreadable => Fault::Unreadable,
        })
    }
}

impl From<EpurseError> for Cut {
    fn from(error: EpurseError) -> Self {
        Self::Card(match error {
            EpurseError::NotGenuine => Fault::NotGenuine,
            EpurseError::Refused(status) => {
                tracing::warn!(status, "an electronic purse refused a command");
                Fault::Refused
            }
            EpurseError::Unreadable => Fault::Unreadable,
        })
    }
}

impl From<Refused> for Cut {
    fn from(refused: Refused) -> Self {
        Self::Card(match refused {
            Refused::Key => Fault::NotGenuine,
            Refused::Unable => {
                tracing::warn!("the card reader has no commands for such cards: use one that has");
                Fault::Refused
            }
            Refused::Unreadable => Fault::Unreadable,
        })
    }
}

impl From<Damaged> for Cut {
    fn from(_damaged: Damaged) -> Self {
        Self::Card(Fault::Refused)
    }
}
