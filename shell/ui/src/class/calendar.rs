//! The time and the date in both languages.

use std::cell::RefCell;

use jiff::civil::{Date, DateTime, Weekday};
use jiff::tz::TimeZone;

const WEEKDAYS: [(&str, &str); 7] = [
    ("星期一", "Monday"),
    ("星期二", "Tuesday"),
    ("星期三", "Wednesday"),
    ("星期四", "Thursday"),
    ("星期五", "Friday"),
    ("星期六", "Saturday"),
    ("星期日", "Sunday"),
];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The day of the week, from Monday on.
fn weekday(day: Weekday) -> (&'static str, &'static str) {
    let at = usize::try_from(day.to_monday_zero_offset()).unwrap_or_default();
    WEEKDAYS.get(at).copied().unwrap_or_default()
}

/// A date in Chinese: 11月30日 星期一.
pub fn date_zh(date: Date) -> String {
    format!("{}月{}日 {}", date.month(), date.day(), weekday(date.weekday()).0)
}

/// A date in English: Monday, 30 November.
pub fn date_en(date: Date) -> String {
    let month = usize::try_from(date.month() - 1).ok().and_then(|at| MONTHS.get(at)).unwrap_or(&"");
    format!("{}, {} {month}", weekday(date.weekday()).1, date.day())
}

/// Hours and minutes.
pub fn time(now: DateTime) -> String {
    format!("{:02}:{:02}", now.hour(), now.minute())
}

thread_local! {
    /// The time zone that was chosen on the screens; the system's own is read but now and then.
    static CHOSEN: RefCell<Option<TimeZone>> = const { RefCell::new(None) };
}

/// Somebody chose this time zone here; a name that is not known changes nothing.
pub fn set_zone(name: &str) {
    match TimeZone::get(name) {
        Ok(zone) => CHOSEN.with(|chosen| *chosen.borrow_mut() = Some(zone)),
        Err(error) => tracing::warn!(%error, "a time zone is not known here"),
    }
}

/// The time and date of this place.
pub fn now() -> DateTime {
    let chosen = CHOSEN.with(|chosen| chosen.borrow().clone());
    let now = jiff::Zoned::now();
    chosen.map_or_else(|| now.datetime(), |zone| now.with_time_zone(zone).datetime())
}

/// A moment of this place, from milliseconds since 1970 UTC: `01-31 12:31:05`.
pub fn stamp(at_ms: u64) -> String {
    let at = i64::try_from(at_ms).ok().and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
    let local = at.map(|at| at.to_zoned(jiff::tz::TimeZone::system()));
    local.map(|at| at.strftime("%m-%d %H:%M:%S").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_in_both_languages() {
        for (date, zh, en) in [
            (jiff::civil::date(2026, 11, 30), "11月30日 星期一", "Monday, 30 November"),
            (jiff::civil::date(2028, 2, 29), "2月29日 星期二", "Tuesday, 29 February"),
            (jiff::civil::date(2026, 1, 4), "1月4日 星期日", "Sunday, 4 January"),
        ] {
            assert_eq!((date_zh(date).as_str(), date_en(date).as_str()), (zh, en));
        }
        assert_eq!(time(jiff::civil::date(2026, 1, 4).at(8, 5, 59, 0)), "08:05");
    }
}
