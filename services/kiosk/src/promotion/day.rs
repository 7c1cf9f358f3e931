//! Business days: the calendar of Beijing (GMT+8, no summer time), by which coupons, caps and birthdays count,
//! because the channels' bills do.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::{Date, Month, macros::format_description};

/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;
/// Milliseconds by which Beijing is ahead of UTC.
const OFFSET_MS: u64 = 28_800_000;
/// Julian day of 1970-01-01.
const EPOCH_JULIAN: i32 = 2_440_588;

/// One calendar day at GMT+8, written `2026-03-01`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day(Date);

/// Not a calendar day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no day: write it like 2026-03-01")]
pub struct BadDay(String);

impl Day {
    /// Reads `2026-03-01`.
    ///
    /// # Errors
    /// [`BadDay`].
    pub fn parse(text: &str) -> Result<Self, BadDay> {
        Date::parse(text, format_description!("[year]-[month]-[day]"))
            .map(Self)
            .map_err(|_not_a_day| BadDay(text.to_owned()))
    }

    /// The day on which a moment (milliseconds since 1970 UTC) lies.
    #[must_use]
    pub fn of(now_ms: u64) -> Self {
        let days = now_ms.saturating_add(OFFSET_MS).checked_div(DAY_MS).unwrap_or(0);
        let julian = i32::try_from(days).unwrap_or(i32::MAX).saturating_add(EPOCH_JULIAN);
        Self(Date::from_julian_day(julian).unwrap_or(Date::MAX))
    }

    /// Its first moment, in milliseconds since 1970 UTC; 0 for days before 1970.
    #[must_use]
    pub fn start_ms(self) -> u64 {
        let days = u64::try_from(self.0.to_julian_day().saturating_sub(EPOCH_JULIAN)).unwrap_or(0);
        days.saturating_mul(DAY_MS).saturating_sub(OFFSET_MS)
    }

    /// The first day of its month.
    #[must_use]
    pub fn month_start(self) -> Self {
        Self(self.0.replace_day(1).unwrap_or(self.0))
    }

    /// The next day.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.next_day().unwrap_or(self.0))
    }

    /// The same day so many months later, or that month's last day where it is shorter.
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        let (mut year, mut month) = (self.0.year(), self.0.month());
        for _ in 0..months {
            if month == Month::December {
                year = year.saturating_add(1);
            }
            month = month.next();
        }
        let last = month.length(year);
        Self(Date::from_calendar_date(year, month, self.0.day().min(last)).unwrap_or(self.0))
    }

    /// Month (1 to 12) and day of the month.
    #[must_use]
    pub fn month_and_day(self) -> (u8, u8) {
        (u8::from(self.0.month()), self.0.day())
    }

    /// Whether its year has a 29 February.
    #[must_use]
    pub fn in_leap_year(self) -> bool {
        Month::February.length(self.0.year()) == 29
    }
}

/// Minutes since midnight at GMT+8, 0 to 1439.
#[must_use]
pub fn minute_of_day(now_ms: u64) -> u32 {
    let into = now_ms.saturating_add(OFFSET_MS).checked_rem(DAY_MS).unwrap_or(0);
    u32::try_from(into.checked_div(60_000).unwrap_or(0)).unwrap_or(0)
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (month, day) = self.month_and_day();
        write!(f, "{:04}-{month:02}-{day:02}", self.0.year())
    }
}

impl TryFrom<String> for Day {
    type Error = BadDay;
    fn try_from(text: String) -> Result<Self, BadDay> {
        Self::parse(&text)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> Self {
        day.to_string()
    }
}

#[cfg(test)]
mod tests;
