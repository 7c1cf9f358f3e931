//! How the school's back office stands, and what waits for it.

use serde::{Deserialize, Serialize};
use zbus::{OwnedVariant, Type, Variant};

use crate::wire::wire_enum;

wire_enum! {
    /// How the school's back office stands, which honours payments by campus card.
    OfflineState {
        /// This kiosk has none.
        None = 1,
        /// It answers.
        Online = 2,
        /// It does not: only cards that prove themselves are taken, under limits.
        Offline = 3,
    }
}

/// Payments that wait for the school's back office.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct Offline {
    /// [`OfflineState`].
    pub state: u32,
    /// How many wait.
    pub waiting: u32,
    /// Their sum in minor units.
    pub amount: i64,
    /// ISO 4217.
    pub currency: String,
    /// When the oldest was paid, milliseconds since 1970 UTC; 0 where none waits.
    pub oldest_ms: i64,
    /// Why the last card was not taken, in words; empty since one was taken or the back office answers.
    pub said: String,
}
