//! Birthdays, those of 29 February too, and every so-manieth order.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::{Birthday, Occasion, occasions};
use crate::member::rules::{NthOrder, Rules};
use crate::promotion::Day;

#[test]
fn birthdays_come_every_year() {
    for (month, day, today, is) in [
        (5, 17, "2026-05-17", true),
        (5, 17, "2026-05-18", false),
        (2, 29, "2028-02-29", true),
        (2, 29, "2028-02-28", false),
        (2, 29, "2026-02-28", true),
        (2, 28, "2026-02-28", true),
        (2, 28, "2028-02-29", false),
    ] {
        let birthday = Birthday::new(month, day).unwrap();
        assert_eq!(birthday.is_on(Day::parse(today).unwrap()), is, "{month}-{day} on {today}");
    }
    for (month, day) in [(0, 1), (13, 1), (2, 30), (4, 31), (1, 0)] {
        assert_eq!(Birthday::new(month, day), None);
    }
}

#[test]
fn every_so_manieth_order_and_the_birthday_give_more() {
    let rules = Rules {
        nth_orders: vec![NthOrder { every: 10, bonus_points: 50 }, NthOrder { every: 4, bonus_points: 7 }],
        ..Rules::default()
    };
    let today = Day::parse("2026-05-17").unwrap();
    let nth = |number, points| Occasion::NthOrder { number, points };
    for (birthday, number, expect) in [
        (None, 0, vec![]),
        (None, 3, vec![]),
        (None, 4, vec![nth(4, 7)]),
        (Birthday::new(5, 17), 20, vec![Occasion::Birthday { times: 2 }, nth(20, 50), nth(20, 7)]),
        (Birthday::new(5, 18), 10, vec![nth(10, 50)]),
    ] {
        assert_eq!(occasions(&rules, birthday, number, today), expect, "order {number}");
    }
}
