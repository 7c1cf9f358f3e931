//! The business day: from midnight to midnight at GMT+8, as every channel counts it; and on which day an entry counts.

use time::{Date, Duration, Month, OffsetDateTime};

/// GMT+8 in milliseconds. China has one time zone and no summer time.
pub const GMT8_MS: i64 = 8 * 3_600_000;
/// Milliseconds of a day.
const DAY_MS: i64 = 86_400_000;

/// The business day of a moment, in milliseconds since 1970 UTC. A moment beyond the calendar is on its last day.
pub fn business_day(at_ms: u64) -> Date {
    let local = i64::try_from(at_ms).unwrap_or(i64::MAX).saturating_add(GMT8_MS);
    let days = local.div_euclid(DAY_MS);
    OffsetDateTime::UNIX_EPOCH.date().checked_add(Duration::days(days.min(MOST_DAYS))).unwrap_or(Date::MAX)
}

/// More days than the calendar has after 1970, and few enough that no duration overflows.
const MOST_DAYS: i64 = 1_000_000_000;

/// A day's first moment and the first of the next, in milliseconds since 1970 UTC.
pub fn day_bounds(day: Date) -> (i64, i64) {
    let days = day.midnight().assume_utc().unix_timestamp().div_euclid(DAY_MS.div_euclid(1_000));
    let start = days.saturating_mul(DAY_MS).saturating_sub(GMT8_MS);
    (start, start.saturating_add(DAY_MS))
}

/// Reads `2026-11-25`.
pub fn parse_day(text: &str) -> Option<Date> {
    let mut parts = text.splitn(3, '-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(year, 4) || !digits(month, 2) || !digits(day, 2) {
        return None;
    }
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

/// A closed day and the last record that it may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed {
    /// The day.
    pub day: Date,
    /// The ledger's last record when it was closed.
    pub head: i64,
}

/// The day on which an entry of the till counts: its business day, or, where that was closed before the entry was
/// made, the first day that was still open then. `closes` are in order.
pub fn posted_on(at_ms: u64, seq: i64, closes: &[Closed]) -> Date {
    let own = business_day(at_ms);
    let before = closes.iter().rev().find(|closed| closed.head < seq);
    let open = before.and_then(|closed| closed.day.next_day());
    open.map_or(own, |open| own.max(open))
}
