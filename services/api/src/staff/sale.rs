//! What was sold, for staff who look for the payment that somebody comes back with.

use serde::{Deserialize, Serialize};
use zbus::Type;

/// A paid payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Sale {
    /// The payment.
    pub id: String,
    /// When it was paid, milliseconds since 1970 UTC.
    pub paid_ms: u64,
    /// Sum in minor units.
    pub total: i64,
    /// ISO 4217.
    pub currency: String,
    /// [`crate::kiosk::Channel`]; 0 where offers paid all.
    pub paid_by: u32,
    /// The number that was called out.
    pub pickup: u32,
    /// What staff sent back of it, or is on its way, in minor units.
    pub returned: i64,
    /// Dishes by sku, and how many of each.
    pub lines: Vec<(String, u32)>,
}
