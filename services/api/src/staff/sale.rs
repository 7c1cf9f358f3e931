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

/// What was sold on a business day (GMT+8).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct DayTakings {
    /// As `2026-01-31`.
    pub day: String,
    /// How many payments were paid on it.
    pub payments: u32,
    /// What they came to, in minor units of the till's currency.
    pub gross: i64,
    /// What staff sent back of that, whenever they did.
    pub returned: i64,
}

/// What was sold over some days. Sums are in minor units of the till's currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Takings {
    /// Every day, also those on which nothing was sold.
    pub days: Vec<DayTakings>,
    /// By channel, the largest first: [`crate::kiosk::Channel`] (0: offers paid all), how many payments, their sum.
    pub channels: Vec<(u32, u32, i64)>,
    /// By dish, the largest first: its sku, how many were sold, what they came to at their list price.
    pub dishes: Vec<(String, u32, i64)>,
}
