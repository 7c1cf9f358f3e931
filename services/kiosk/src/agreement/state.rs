//! The life of an agreement: asked for, active, suspended, and ended for good.

use serde::{Deserialize, Serialize};

/// Where an agreement is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AgreementState {
    /// The payer is at the channel's page and has not signed yet.
    Asked,
    /// Signed: it may be charged within its caps.
    Active,
    /// The member or staff stopped it for a while.
    Suspended,
    /// Ended by the member, staff or the channel. It never comes back; a new one is signed instead.
    Revoked,
    /// Nobody signed in time, or its time is over.
    Expired,
}

/// What happens to an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// The channel says that the payer has signed.
    Signed,
    /// The member or staff stops it.
    Suspend,
    /// The member lets it go on.
    Resume,
    /// The member, staff or the channel ends it.
    Revoke,
    /// Its time is over.
    Expire,
}

/// The change does not fit the state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an agreement that is {0:?} cannot become otherwise by {1:?}")]
pub struct NoSuchChange(pub AgreementState, pub Change);

impl AgreementState {
    /// All states.
    pub const ALL: [Self; 5] = [Self::Asked, Self::Active, Self::Suspended, Self::Revoked, Self::Expired];

    /// The word that tables keep; never changed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }

    /// The state after a change. Hearing the same twice is no error, because channels tell things twice.
    ///
    /// # Errors
    /// [`NoSuchChange`].
    pub const fn after(self, change: Change) -> Result<Self, NoSuchChange> {
        match (self, change) {
            (Self::Asked | Self::Active, Change::Signed)
            | (Self::Suspended | Self::Active, Change::Resume) => Ok(Self::Active),
            (Self::Active | Self::Suspended, Change::Suspend) => Ok(Self::Suspended),
            // A late word that the payer signed does not lift what somebody stopped since.
            (Self::Suspended, Change::Signed) => Ok(Self::Suspended),
            (Self::Expired, Change::Expire) => Ok(Self::Expired),
            (Self::Asked | Self::Active | Self::Suspended, Change::Expire) => Ok(Self::Expired),
            (Self::Asked | Self::Active | Self::Suspended | Self::Revoked, Change::Revoke) => {
                Ok(Self::Revoked)
            }
            _ => Err(NoSuchChange(self, change)),
        }
    }
}

#[cfg(test)]
mod tests;
