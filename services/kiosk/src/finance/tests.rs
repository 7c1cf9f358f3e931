//! Books that a real accountant's program reads, days that start at midnight in China, closes that cannot be talked
//! around.
#![allow(clippy::arithmetic_side_effects)]

mod close;
mod export;
mod settle;
mod takings;

use proptest::prelude::*;
use time::Date;
use time::macros::date;

use super::*;
use crate::till::Currency;

pub(super) fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

/// Milliseconds of `2026-11-25T23:59:59.999+08:00`.
fn at(text: &str) -> u64 {
    let format = &time::format_description::well_known::Rfc3339;
    let moment = time::OffsetDateTime::parse(text, format).expect("a moment");
    u64::try_from(moment.unix_timestamp_nanos() / 1_000_000).expect("after 1970")
}

#[test]
fn a_business_day_starts_at_midnight_in_china() {
    for (moment, day) in [
        ("1970-01-01T00:00:00Z", date!(1970 - 01 - 01)),
        ("1970-01-01T15:59:59.999Z", date!(1970 - 01 - 01)),
        ("1970-01-01T16:00:00Z", date!(1970 - 01 - 02)),
        ("2026-11-25T23:59:59.999+08:00", date!(2026 - 11 - 25)),
        ("2026-11-26T00:00:00+08:00", date!(2026 - 11 - 26)),
        ("2028-02-29T12:00:00+08:00", date!(2028 - 02 - 29)),
        ("2026-12-31T16:00:00Z", date!(2027 - 01 - 01)),
    ] {
        assert_eq!(business_day(at(moment)), day, "{moment}");
    }
    assert_eq!(business_day(u64::MAX), Date::MAX);
    for text in ["", "2026-11-31", "2026-1-1", "2026-11-25 ", "+026-11-25", "2026-13-01", "２026-11-25"] {
        assert_eq!(parse_day(text), None, "{text:?}");
    }
    assert_eq!(parse_day("2028-02-29"), Some(date!(2028 - 02 - 29)));
}

proptest! {
    #[test]
    fn every_moment_is_within_its_day(at_ms in 0_i64..4_000_000_000_000) {
        let day = business_day(u64::try_from(at_ms).unwrap());
        let (from, to) = day_bounds(day);
        prop_assert!(from <= at_ms && at_ms < to);
        prop_assert_eq!(day_bounds(day.next_day().unwrap()).0, to);
        prop_assert_eq!(parse_day(&day.to_string()), Some(day));
    }

    /// Whatever is closed when, no entry counts on a day that was closed before it was made, and none before its own.
    #[test]
    fn no_entry_falls_on_a_closed_day(
        heads in prop::collection::vec(0_i64..100, 0..10),
        seq in 1_i64..120,
        own in 0_i64..20,
    ) {
        let first = date!(2026 - 11 - 01);
        let mut heads = heads;
        heads.sort_unstable();
        let closes: Vec<Closed> = heads
            .iter()
            .zip(0_i64..)
            .map(|(head, day)| Closed { day: first + time::Duration::days(day), head: *head })
            .collect();
        let at_ms = u64::try_from(day_bounds(first + time::Duration::days(own)).0).unwrap();
        let posted = posted_on(at_ms, seq, &closes);
        prop_assert!(posted >= business_day(at_ms));
        for closed in &closes {
            prop_assert!(posted != closed.day || seq <= closed.head);
        }
        // It waits no longer than it must.
        let before = posted.previous_day().unwrap();
        let waits_for = closes.iter().any(|closed| closed.day == before && closed.head < seq);
        prop_assert!(posted == business_day(at_ms) || waits_for);
    }
}

#[test]
fn the_chart_knows_what_each_account_is() {
    for (account, kind) in [
        ("channel:alipay", Kind::Asset),
        ("sales", Kind::Income),
        ("sales:noodles", Kind::Income),
        ("refunds", Kind::Income),
        ("discounts", Kind::Income),
        ("owed", Kind::Liability),
        ("payable:a:b", Kind::Liability),
        ("points", Kind::Income),
        ("prepaid:campus", Kind::Liability),
        ("fees:wechat", Kind::Expense),
    ] {
        assert_eq!(Chart::of(account).map(|chart| chart.kind), Ok(kind), "{account}");
    }
    for account in ["", "channel", "channel:", "sale", "owed:x", "payable", ":sales"] {
        assert_eq!(Chart::of(account), Err(FinanceError::UnknownAccount(account.to_owned())), "{account:?}");
    }
}

#[test]
fn a_trial_balance_adds_up_in_each_currency_or_is_none() {
    let usd = Currency::parse("USD").unwrap();
    let lines = [
        ("channel:alipay", Currency::CNY, 300, 0),
        ("sales", Currency::CNY, 0, 300),
        ("channel:alipay", Currency::CNY, 0, 100),
        ("refunds", Currency::CNY, 100, 0),
        ("channel:alipay", usd, 5, 0),
        ("sales", usd, 0, 5),
    ];
    let rows = trial_balance(lines).unwrap().rows;
    let told: Vec<String> =
        rows.iter().map(|r| format!("{} {} {} {}", r.account, r.currency, r.debit, r.credit)).collect();
    assert_eq!(
        told,
        [
            "channel:alipay CNY 300 100",
            "channel:alipay USD 5 0",
            "refunds CNY 100 0",
            "sales CNY 0 300",
            "sales USD 0 5",
        ]
    );
    assert_eq!(rows[0].net(), Ok(cny(200)));
    assert_eq!(trial_balance(lines.into_iter().take(5)), Err(FinanceError::Unbalanced(usd, 5)));
    let too_large = [("sales", Currency::CNY, i64::MAX, 0), ("sales", Currency::CNY, 1, 0)];
    assert_eq!(trial_balance(too_large), Err(FinanceError::TooLarge));
}

#[test]
fn fees_are_shown_beside_what_the_contract_says() {
    use crate::channel::ChannelKind::{Alipay, Campus};
    let rules = toml::from_str("[[fee]]\nchannel = 'alipay'\nbasis_points = 60\n").unwrap();
    let booked = [(Alipay, cny(12)), (Alipay, cny(-6)), (Campus, cny(1))];
    let payments = [(Alipay, cny(1000)), (Alipay, cny(1000)), (Campus, cny(700))];
    let lines = fee_report(&rules, &booked, &payments, &[(Alipay, cny(1000), cny(500))]).unwrap();
    let [alipay, campus] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((alipay.booked, alipay.expected, alipay.off), (cny(6), Some(cny(9)), Some(cny(-3))));
    assert_eq!((campus.booked, campus.expected, campus.off), (cny(1), None, None));
}
