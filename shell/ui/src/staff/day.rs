//! The business day (GMT+8, as the till's books have it) and its takings by hour and by channel. Pure.

use std::collections::BTreeMap;

use api::staff::Sale;

const DAY_MS: u64 = 86_400_000;
const HOUR_MS: u64 = 3_600_000;
/// What GMT+8 is ahead of UTC.
const AHEAD_MS: u64 = 8 * HOUR_MS;

/// Days of the chart that staff see first.
pub(super) const WEEK: u64 = 7;

/// The day of the week, 0 is Monday. 1970 began with a Thursday.
pub(super) fn weekday(number: u64) -> u64 {
    (number + 3) % WEEK
}

/// A day by its number since 1970.
pub(super) fn number(at_ms: u64) -> u64 {
    (at_ms + AHEAD_MS) / DAY_MS
}

/// `2026-01-31`. Source of the arithmetic: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
/// `civil_from_days`.
pub(super) fn name(number: u64) -> String {
    let days = number + 719_468;
    let era = days / 146_097;
    let of_era = days % 146_097;
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

/// `12:31`.
pub(super) fn clock(at_ms: u64) -> String {
    let minutes = (at_ms + AHEAD_MS) % DAY_MS / 60_000;
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The takings of a day.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Takings {
    /// From the first hour on which something was sold to the last: hour and sum.
    pub(super) hours: Vec<(u64, i64)>,
    /// By channel: how many and their sum, the largest first.
    pub(super) channels: Vec<(u32, u32, i64)>,
    /// All of it.
    pub(super) total: i64,
    /// What staff sent back of it.
    pub(super) returned: i64,
}

impl Takings {
    /// Of the payments that were paid on a day.
    pub(super) fn of<'a>(sales: impl Iterator<Item = &'a Sale>) -> Self {
        let mut takings = Self::default();
        let mut hours: BTreeMap<u64, i64> = BTreeMap::new();
        let mut channels: BTreeMap<u32, (u32, i64)> = BTreeMap::new();
        for sale in sales {
            takings.total += sale.total;
            takings.returned += sale.returned;
            *hours.entry((sale.paid_ms + AHEAD_MS) % DAY_MS / HOUR_MS).or_default() += sale.total;
            let channel = channels.entry(sale.paid_by).or_default();
            *channel = (channel.0 + 1, channel.1 + sale.total);
        }
        if let (Some((&first, _)), Some((&last, _))) = (hours.first_key_value(), hours.last_key_value()) {
            takings.hours =
                (first..=last).map(|hour| (hour, hours.get(&hour).copied().unwrap_or(0))).collect();
        }
        takings.channels =
            channels.into_iter().map(|(channel, (count, sum))| (channel, count, sum)).collect();
        takings.channels.sort_by_key(|(_, _, sum)| std::cmp::Reverse(*sum));
        takings
    }
}

#[cfg(test)]
mod tests {
    //! Days, hours and sums.
    use super::*;

    fn sale(paid_ms: u64, total: i64, paid_by: u32, returned: i64) -> Sale {
        Sale {
            id: "a".into(),
            paid_ms,
            total,
            currency: "CNY".into(),
            paid_by,
            pickup: 1,
            returned,
            lines: Vec::new(),
        }
    }

    #[test]
    fn days_are_named_as_the_books_name_them() {
        assert_eq!(name(0), "1970-01-01");
        // 2024-02-29T16:00:00Z is midnight of March 1st in GMT+8.
        assert_eq!(name(number(1_709_222_400_000)), "2024-03-01");
        assert_eq!(name(number(1_709_222_399_999)), "2024-02-29");
        assert_eq!(name(number(1_798_732_800_000)), "2027-01-01");
        // 2024-03-01 was a Friday.
        assert_eq!((weekday(number(1_709_222_400_000)), weekday(0)), (4, 3));
        assert_eq!(clock(1_709_222_399_999), "23:59");
        assert_eq!(clock(1_709_222_400_000), "00:00");
    }

    #[test]
    fn takings_are_summed_by_hour_and_by_channel() {
        let noon = 1_709_222_400_000 + 12 * HOUR_MS;
        let all =
            [sale(noon, 1800, 1, 0), sale(noon + 60_000, 1200, 2, 300), sale(noon + 2 * HOUR_MS, 900, 1, 0)];
        let takings = Takings::of(all.iter());
        assert_eq!(takings.hours, [(12, 3000), (13, 0), (14, 900)]);
        assert_eq!(takings.channels, [(1, 2, 2700), (2, 1, 1200)]);
        assert_eq!((takings.total, takings.returned), (3900, 300));
        assert_eq!(Takings::of(std::iter::empty()), Takings::default());
    }
}
