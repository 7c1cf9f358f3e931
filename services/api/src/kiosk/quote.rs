//! A price in the payer's own currency.

use serde::{Deserialize, Serialize};
use zbus::{OwnedVariant, Type, Variant};

use crate::wire::wire_enum;

wire_enum! {
    /// Whether a quote binds whoever made it.
    Binding {
        /// For the payer to read; the payer's bank decides.
        Informative = 1,
        /// Whoever quoted it owes that amount to a payer who accepted it in time.
        Binds = 2,
    }
}

/// A price in another currency. The till always charges in its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct Quote {
    /// By which it is accepted; empty where there is none.
    pub quote: String,
    /// ISO 4217.
    pub currency: String,
    /// In that currency's minor units.
    pub amount: i64,
    /// The rate with its markup, such as `1 CNY = 0.1437 USD`.
    pub rate: String,
    /// From when on it counts no more, milliseconds since 1970 UTC.
    pub expires_ms: i64,
    /// [`Binding`].
    pub binding: u32,
}
