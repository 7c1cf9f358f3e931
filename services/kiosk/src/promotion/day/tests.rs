//! Midnight in Beijing, leap days and short months.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::{Day, minute_of_day};

#[test]
fn a_day_starts_at_midnight_in_beijing() {
    // `date -u -d '2026-03-01 00:00 +0800' +%s` prints 1772294400.
    let start = 1_772_294_400_000;
    let day = Day::parse("2026-03-01").unwrap();
    assert_eq!(day.start_ms(), start);
    assert_eq!((Day::of(start), minute_of_day(start)), (day, 0));
    assert_eq!(Day::of(start - 1).to_string(), "2026-02-28");
    assert_eq!(minute_of_day(start - 1), 1439);
    assert_eq!(day.next().start_ms(), start + 86_400_000);
}

#[test]
fn months_keep_their_last_day() {
    for (from, months, to) in [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2026-11-15", 2, "2027-01-15"),
        ("2026-12-31", 12, "2027-12-31"),
    ] {
        assert_eq!(Day::parse(from).unwrap().plus_months(months).to_string(), to, "{from} + {months}");
    }
}

#[test]
fn no_moment_panics_and_no_nonsense_is_a_day() {
    let last = Day::of(u64::MAX);
    assert_eq!((last.to_string().as_str(), last.next(), last.plus_months(1000)), ("9999-12-31", last, last));
    assert_eq!((Day::of(0).to_string().as_str(), Day::of(0).start_ms()), ("1970-01-01", 0));
    for text in ["", "2026-13-01", "2026-02-29", "1.3.2026", "2026-3-1"] {
        assert!(Day::parse(text).is_err(), "{text}");
    }
}
