//! What charts are drawn from.

use time::macros::date;

use crate::channel::ChannelKind;
use crate::finance::{Sum, Takings, day_bounds};
use crate::till::{
    Currency, Line, Money, Notice, Order, PaymentId, Phase, RefundNumber, ReturnState, Returning, View,
};

fn view(id: &str, at_ms: i64, channel: Option<ChannelKind>, lines: &[(&str, u32, i64)]) -> View {
    let total = lines.iter().map(|(_, quantity, price)| i64::from(*quantity) * price).sum();
    let line = |(sku, quantity, unit_price): &(&str, u32, i64)| Line {
        sku: (*sku).to_owned(),
        quantity: *quantity,
        unit_price: *unit_price,
    };
    View {
        id: PaymentId::new(id).unwrap(),
        phase: Phase::Paid,
        order: Order {
            lines: lines.iter().map(line).collect(),
            total: Money::new(total, Currency::CNY),
            subject: "午餐".into(),
            priced: None,
            member: None,
            campaign: None,
            instalment: None,
            session: None,
        },
        codes: Vec::new(),
        paid_by: channel,
        pickup: 1,
        notice: Notice::None,
        refunds: Vec::new(),
        paid_ms: u64::try_from(at_ms).unwrap(),
        quoted: None,
        paid_number: None,
    }
}

fn back(ask: Option<&str>, minor: i64, state: ReturnState) -> Returning {
    Returning {
        number: RefundNumber::new("TESTTAG000000009").unwrap(),
        ask: ask.map(|ask| PaymentId::new(ask).unwrap()),
        amount: Money::new(minor, Currency::CNY),
        state,
    }
}

#[test]
fn days_ways_and_dishes_are_summed_and_what_is_not_sold_is_not() {
    let (monday, tuesday, thursday) = (date!(2026 - 03 - 02), date!(2026 - 03 - 03), date!(2026 - 03 - 05));
    let (first, _) = day_bounds(monday);
    let (_, end) = day_bounds(tuesday);
    let mut lunch = view("a", first, Some(ChannelKind::Alipay), &[("noodles", 2, 1_800), ("tea", 1, 300)]);
    lunch.refunds = vec![
        back(Some("r1"), 300, ReturnState::Done),
        back(Some("r2"), 100, ReturnState::Open),
        back(Some("r3"), 50, ReturnState::Refused),
        // Paid twice: it is no sale's.
        back(None, 3_900, ReturnState::Done),
    ];
    let mut cancelled = view("d", first, None, &[("tea", 9, 300)]);
    cancelled.phase = Phase::Waiting;
    let views = [
        lunch,
        view("b", end - 1, Some(ChannelKind::Campus), &[("tea", 20, 300)]),
        view("c", end, None, &[("tea", 1, 300)]),
        cancelled,
        view("before", first - 1, Some(ChannelKind::Alipay), &[("tea", 1, 300)]),
    ];
    let takings = Takings::of(&views, monday, thursday);
    let days: Vec<(u32, i64, i64)> =
        takings.days.iter().map(|day| (day.sold.count, day.sold.minor, day.returned)).collect();
    assert_eq!(days, [(1, 3_900, 400), (1, 6_000, 0), (1, 300, 0), (0, 0, 0)]);
    assert_eq!(takings.days[3].day, thursday);
    let sum = |count, minor| Sum { count, minor };
    assert_eq!(
        takings.channels,
        [
            (Some(ChannelKind::Campus), sum(1, 6_000)),
            (Some(ChannelKind::Alipay), sum(1, 3_900)),
            (None, sum(1, 300))
        ]
    );
    assert_eq!(takings.dishes, [("tea".to_owned(), sum(22, 6_600)), ("noodles".to_owned(), sum(2, 3_600))]);
    assert_eq!(Takings::of(&views, thursday, monday), Takings::default());
}
