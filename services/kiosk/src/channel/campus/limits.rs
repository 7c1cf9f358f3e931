//! What one card may spend without anybody asking. Pure.

use serde::Deserialize;

/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;
/// China's clock is eight hours ahead of UTC, and a business day ends at its midnight.
const AHEAD_MS: u64 = 8 * 3_600_000;

/// Limits of every account; staff may set others for one. All in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Most that one payment may take.
    pub once_max: i64,
    /// Most that one business day (GMT+8) may take.
    pub day_max: i64,
    /// Most that one payment may take without a PIN. The kiosk has no PIN pad, so more is refused here and paid at a
    /// counter that has one.
    pub pin_free_max: i64,
}

impl Default for Limits {
    /// 500 yuan at once, 1000 yuan a day, and no PIN up to 500 yuan: far above a lunch, and no more than a lost card
    /// should cost before it is reported.
    fn default() -> Self {
        Self { once_max: 50_000, day_max: 100_000, pin_free_max: 50_000 }
    }
}

impl Limits {
    /// Whether an amount may be taken where so much was spent on that day already.
    pub fn allow(&self, amount: i64, spent: i64) -> bool {
        amount <= self.once_max
            && amount <= self.pin_free_max
            && spent.checked_add(amount).is_some_and(|day| day <= self.day_max)
    }
}

/// The business day of a moment, in days since 1970.
pub fn day_of(at_ms: u64) -> i64 {
    i64::try_from(at_ms.saturating_add(AHEAD_MS) / DAY_MS).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    //! Edges of the limits and of the day.
    use super::*;

    #[test]
    fn edges() {
        let limits = Limits { once_max: 100, day_max: 150, pin_free_max: 90 };
        for (amount, spent, allowed) in [
            (90, 0, true),
            (91, 0, false),
            (90, 60, true),
            (90, 61, false),
            (1, i64::MAX, false),
            (101, 0, false),
        ] {
            assert_eq!(limits.allow(amount, spent), allowed, "{amount} after {spent}");
        }
    }

    #[test]
    fn a_business_day_begins_at_midnight_in_beijing() {
        assert_eq!(day_of(0), 0);
        assert_eq!(day_of(DAY_MS - AHEAD_MS - 1), 0);
        assert_eq!(day_of(DAY_MS - AHEAD_MS), 1);
    }
}
