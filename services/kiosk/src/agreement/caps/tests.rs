//! Caps at their edges, agreements that are not active, and histories of another day.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::{Agreement, AgreementState, Capped, Caps, CapsError, History, may_charge};
use crate::channel::ChannelKind;
use crate::member::{IdentityKind, TokenKey};
use crate::promotion::Day;
use crate::till::{Currency, Money};

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn agreement(state: AgreementState) -> Agreement {
    Agreement {
        id: "a".into(),
        member: TokenKey::new(&[7; 32]).unwrap().token(IdentityKind::Member, b"ann"),
        channel: ChannelKind::Alipay,
        currency: Currency::CNY,
        caps: Caps { per_transaction: 100, per_day: 250, per_month: 1_000 },
        state,
        expires_ms: Day::parse("2026-12-31").unwrap().start_ms(),
    }
}

#[test]
fn caps_hold_at_their_edges() {
    let day = Day::parse("2026-10-01").unwrap();
    for (amount, today, this_month, expect) in [
        (100, 0, 0, Ok(())),
        (101, 0, 0, Err(Capped::PerTransaction(cny(100)))),
        (100, 150, 150, Ok(())),
        (100, 151, 151, Err(Capped::PerDay(cny(99)))),
        (99, 151, 151, Ok(())),
        (1, 250, 250, Err(Capped::PerDay(cny(0)))),
        (1, 900, 900, Err(Capped::PerDay(cny(0)))),
        (100, 0, 900, Ok(())),
        (100, 0, 901, Err(Capped::PerMonth(cny(99)))),
        (1, 0, i64::MAX, Err(Capped::PerMonth(cny(0)))),
        (0, 0, 0, Err(Capped::BadAmount)),
        (-1, 0, 0, Err(Capped::BadAmount)),
    ] {
        let history = History { day, today, this_month };
        let result = may_charge(&agreement(AgreementState::Active), cny(amount), &history, day.start_ms());
        assert_eq!(result, expect, "{amount} after {today} today and {this_month} this month");
    }
}

#[test]
fn only_an_active_agreement_of_today_is_charged() {
    let day = Day::parse("2026-10-01").unwrap();
    let history = History { day, today: 0, this_month: 0 };
    for state in AgreementState::ALL {
        let result = may_charge(&agreement(state), cny(1), &history, day.start_ms());
        let expect = if state == AgreementState::Active { Ok(()) } else { Err(Capped::NotActive(state)) };
        assert_eq!(result, expect);
    }
    let active = agreement(AgreementState::Active);
    assert_eq!(may_charge(&active, cny(1), &history, day.next().start_ms()), Err(Capped::AnotherDay));
    assert_eq!(may_charge(&active, cny(1), &history, active.expires_ms), Err(Capped::Expired));
    let yen = Money::new(1, Currency::parse("JPY").unwrap());
    assert_eq!(may_charge(&active, yen, &history, day.start_ms()), Err(Capped::BadAmount));
}

#[test]
fn caps_that_cannot_be_meant_are_refused() {
    let caps = |per_transaction, per_day, per_month| Caps { per_transaction, per_day, per_month }.check();
    assert_eq!(Caps::default().check(), Ok(()));
    assert_eq!(caps(1, 1, 1), Ok(()));
    for (a, b, c) in [(0, 1, 1), (2, 1, 1), (1, 2, 1), (-1, -1, -1)] {
        assert_eq!(caps(a, b, c), Err(CapsError));
    }
    assert!(toml::from_str::<Caps>("per_week = 1").unwrap_err().to_string().contains("per_week"));
}
