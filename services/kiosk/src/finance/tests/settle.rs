//! When the channels pay out, over weekends, holidays and the weekends worked on in exchange.

use time::macros::date;

use super::cny;
use crate::channel::ChannelKind::{self, Alipay, Campus, Unionpay, Wechat};
use crate::finance::{Calendar, CalendarError, ChannelDay, forecast};
use crate::till::Currency;

/// The National Day holiday of 2026: 1 to 7 October (Thursday to Wednesday), worked on Saturday the 10th.
const CALENDAR: &str = r#"
holidays = ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"]
working_weekends = ["2026-10-10"]
[[channel]]
channel = "alipay"
after = 1
[[channel]]
channel = "wechat"
after = 1
term = "calendar-days"
[[channel]]
channel = "unionpay"
after = 2
"#;

fn calendar() -> Calendar {
    let calendar: Calendar = toml::from_str(CALENDAR).expect("a calendar");
    calendar.check().expect("a sound calendar");
    calendar
}

#[test]
fn pay_outs_wait_for_working_days() {
    let calendar = calendar();
    for (channel, day, pays) in [
        (Alipay, date!(2026 - 09 - 28), Some(date!(2026 - 09 - 29))),
        (Alipay, date!(2026 - 09 - 30), Some(date!(2026 - 10 - 08))),
        (Alipay, date!(2026 - 10 - 03), Some(date!(2026 - 10 - 08))),
        (Alipay, date!(2026 - 10 - 09), Some(date!(2026 - 10 - 10))),
        (Alipay, date!(2026 - 10 - 10), Some(date!(2026 - 10 - 12))),
        (Wechat, date!(2026 - 09 - 29), Some(date!(2026 - 09 - 30))),
        (Wechat, date!(2026 - 10 - 10), Some(date!(2026 - 10 - 12))),
        (Unionpay, date!(2026 - 09 - 29), Some(date!(2026 - 10 - 08))),
        (Unionpay, date!(2026 - 10 - 08), Some(date!(2026 - 10 - 10))),
        (Campus, date!(2026 - 10 - 08), None),
    ] {
        assert_eq!(calendar.pays_on(channel, day), pays, "{channel:?} of {day}");
    }
}

fn day(channel: ChannelKind, gross: i64, fees: i64) -> ChannelDay {
    let currency = Currency::CNY;
    ChannelDay { channel, currency, payments: 1, gross, refunds: 0, refunded: 0, fees, divided: 0 }
}

#[test]
fn days_that_are_paid_out_together_are_one_sum() {
    let days = [
        (date!(2026 - 09 - 29), day(Alipay, 100, 1)),
        (date!(2026 - 09 - 30), day(Alipay, 1000, 6)),
        (date!(2026 - 10 - 03), day(Alipay, 500, 3)),
        (date!(2026 - 10 - 03), day(Campus, 500, 0)),
    ];
    let told = forecast(&calendar(), &days).unwrap();
    let told: Vec<_> = told.iter().map(|e| (e.on, e.channel, e.amount, e.of.len())).collect();
    assert_eq!(
        told,
        [(date!(2026 - 09 - 30), Alipay, cny(99), 1), (date!(2026 - 10 - 08), Alipay, cny(1491), 2)]
    );
}

#[test]
fn calendars_that_nobody_can_mean_are_refused() {
    let rule = "[[channel]]\nchannel = 'alipay'\nafter = 1\n";
    for (text, wrong) in [
        (rule.repeat(2), CalendarError::Twice(Alipay)),
        (rule.replace('1', "91"), CalendarError::TooLate(Alipay)),
    ] {
        assert_eq!(toml::from_str::<Calendar>(&text).unwrap().check(), Err(wrong));
    }
    let mut endless = calendar();
    let mut off = date!(2026 - 01 - 01);
    for _ in 0..80 {
        endless.holidays.insert(off);
        off = off.next_day().unwrap();
    }
    assert_eq!(endless.check(), Err(CalendarError::TooManyHolidays));
    for text in
        ["holidays = ['2026-02-30']", "holidays = ['soon']", "[[channel]]\nchannel = 'cash'\nafter = 1"]
    {
        assert!(toml::from_str::<Calendar>(text).is_err(), "{text}");
    }
}
