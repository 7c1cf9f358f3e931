//! Days and orders on which a member gets more: the birthday, and every so-manieth order.

use serde::{Deserialize, Serialize};

use super::rules::Rules;
use crate::promotion::Day;

/// Month and day; the year is nobody's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Birthday {
    month: u8,
    day: u8,
}

impl Birthday {
    /// A day that some year has.
    #[must_use]
    pub fn new(month: u8, day: u8) -> Option<Self> {
        // 2028 is a leap year, so that 29 February is a birthday.
        Day::parse(&format!("2028-{month:02}-{day:02}")).ok().map(|_real| Self { month, day })
    }

    /// Month (1 to 12) and day.
    #[must_use]
    pub const fn month_and_day(self) -> (u8, u8) {
        (self.month, self.day)
    }

    /// Whether it is celebrated on a day; 29 February on the 28th in years without one.
    #[must_use]
    pub fn is_on(self, today: Day) -> bool {
        let (month, day) = today.month_and_day();
        let moved = (self.month, self.day) == (2, 29) && !today.in_leap_year();
        (month, day) == if moved { (2, 28) } else { (self.month, self.day) }
    }
}

/// Why an order gives more points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// It is the member's birthday: points count so many times.
    Birthday {
        /// How many times.
        times: u32,
    },
    /// It is the member's so-manieth order: so many points more.
    NthOrder {
        /// A multiple of the rule's `every`.
        number: u32,
        /// The bonus.
        points: u32,
    },
}

/// The occasions of a member's order; `number` counts the member's paid orders from 1.
#[must_use]
pub fn occasions(rules: &Rules, birthday: Option<Birthday>, number: u32, today: Day) -> Vec<Occasion> {
    let mut found = Vec::new();
    if birthday.is_some_and(|birthday| birthday.is_on(today)) {
        found.push(Occasion::Birthday { times: rules.birthday_times });
    }
    let due = rules.nth_orders.iter().filter(|rule| number > 0 && number.checked_rem(rule.every) == Some(0));
    found.extend(due.map(|rule| Occasion::NthOrder { number, points: rule.bonus_points }));
    found
}

#[cfg(test)]
mod tests;
