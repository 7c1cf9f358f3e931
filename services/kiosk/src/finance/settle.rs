//! When a channel is expected to pay out what it holds for us: T+1, T+n, over weekends and holidays, all of it
//! configuration.
//!
//! ```toml
//! holidays = ["2026-10-01", "2026-10-02"]
//! working_weekends = ["2026-10-10"]
//! [[channel]]
//! channel = "alipay"
//! after = 1
//! term = "working-days"
//! ```

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer};
use time::{Date, Weekday};

use super::day::parse_day;
use super::{ChannelDay, FinanceError};
use crate::channel::ChannelKind;
use crate::split::ChannelName;
use crate::till::{Currency, Money};

/// Most days after a sale; one that waits longer is no settlement but a dispute.
const AFTER_MAX: u32 = 90;
/// Longest run of days without a working day that a calendar may have; China's longest holiday with weekends has 11.
const REST_MAX: u32 = 60;
/// Most holidays of a configuration: some years of them.
const DAYS_MAX: usize = 1_000;

/// Which days are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Term {
    /// Banks' working days.
    #[default]
    WorkingDays,
    /// Every day.
    CalendarDays,
}

/// When one channel pays out.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settlement {
    /// Whose.
    pub channel: ChannelName,
    /// So many days after the sale.
    pub after: u32,
    /// Which days are counted.
    #[serde(default)]
    pub term: Term,
}

/// Settlements, and the days on which banks work.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Calendar {
    /// Days off besides Saturdays and Sundays.
    #[serde(deserialize_with = "days")]
    pub holidays: BTreeSet<Date>,
    /// Saturdays and Sundays that are worked on, in exchange for a holiday.
    #[serde(deserialize_with = "days")]
    pub working_weekends: BTreeSet<Date>,
    /// One a channel.
    #[serde(rename = "channel")]
    pub channels: Vec<Settlement>,
}

fn days<'de, D: Deserializer<'de>>(from: D) -> Result<BTreeSet<Date>, D::Error> {
    let texts = Vec::<String>::deserialize(from)?;
    let read = |text: &String| {
        parse_day(text)
            .ok_or_else(|| serde::de::Error::custom(format!("{text:?} is no day such as 2026-10-01")))
    };
    texts.iter().map(read).collect()
}

/// Why a calendar cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// Later than any channel pays.
    #[error("{0:?} is said to settle after more than 90 days")]
    TooLate(ChannelKind),
    /// Two rules for one channel.
    #[error("{0:?} has two settlement rules; keep one")]
    Twice(ChannelKind),
    /// Too many days, or no working day for too long.
    #[error("the calendar has too many holidays; keep those of the last and the next year")]
    TooManyHolidays,
}

impl Calendar {
    /// Refuses what nobody can mean.
    ///
    /// # Errors
    /// [`CalendarError`].
    pub fn check(&self) -> Result<(), CalendarError> {
        for (index, rule) in self.channels.iter().enumerate() {
            let ChannelName(channel) = rule.channel;
            if rule.after > AFTER_MAX {
                return Err(CalendarError::TooLate(channel));
            }
            if self.channels.iter().take(index).any(|other| other.channel == rule.channel) {
                return Err(CalendarError::Twice(channel));
            }
        }
        let rested = self.holidays.iter().any(|day| self.next_working(*day).is_none());
        if rested || self.holidays.len().max(self.working_weekends.len()) > DAYS_MAX {
            return Err(CalendarError::TooManyHolidays);
        }
        Ok(())
    }

    /// Whether banks work.
    pub fn is_working(&self, day: Date) -> bool {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        !self.holidays.contains(&day) && (!weekend || self.working_weekends.contains(&day))
    }

    fn next_working(&self, after: Date) -> Option<Date> {
        let mut day = after;
        for _ in 0..REST_MAX {
            day = day.next_day()?;
            if self.is_working(day) {
                return Some(day);
            }
        }
        None
    }

    /// When the channel pays out what it took on `day`; none where no rule is written down (the campus purse pays
    /// out nothing). A pay-out that would fall on a day off comes on the next working day.
    pub fn pays_on(&self, channel: ChannelKind, day: Date) -> Option<Date> {
        let rule = self.channels.iter().find(|rule| rule.channel == ChannelName(channel))?;
        let mut on = day;
        for _ in 0..rule.after {
            on = match rule.term {
                Term::WorkingDays => self.next_working(on)?,
                Term::CalendarDays => on.next_day()?,
            };
        }
        if self.is_working(on) { Some(on) } else { self.next_working(on) }
    }
}

/// What is expected on one day from one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// When.
    pub on: Date,
    /// From whom.
    pub channel: ChannelKind,
    /// How much; below zero where more went back than came in.
    pub amount: Money,
    /// The business days that it pays.
    pub of: Vec<Date>,
}

/// What the channels are expected to pay out for these days, in order of time.
///
/// # Errors
/// [`FinanceError::TooLarge`].
pub fn forecast(calendar: &Calendar, days: &[(Date, ChannelDay)]) -> Result<Vec<Expected>, FinanceError> {
    let mut sums: BTreeMap<(Date, ChannelKind, Currency), (i64, Vec<Date>)> = BTreeMap::new();
    for (day, figures) in days {
        let Some(on) = calendar.pays_on(figures.channel, *day) else { continue };
        let net = figures.net()?;
        let sum = sums.entry((on, figures.channel, net.currency())).or_default();
        sum.0 = sum.0.checked_add(net.minor()).ok_or(FinanceError::TooLarge)?;
        sum.1.push(*day);
    }
    let expected = sums.into_iter().map(|((on, channel, currency), (minor, of))| Expected {
        on,
        channel,
        amount: Money::new(minor, currency),
        of,
    });
    Ok(expected.collect())
}
