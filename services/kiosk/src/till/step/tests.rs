//! The state machine under test: every pair of state and event as a text table, and random histories with a crash
//! after any effect against a bank that loses, delays and contradicts.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

mod audit;
mod bank;
mod crash;
mod disk;
mod once;
mod table;
mod world;

use crate::channel::{ChannelKind, Terms};
use crate::split::Plans;
use crate::till::{Currency, Event, Line, Money, Order, PayCode, PaymentId, Rules, Tender, Timing};

fn rules() -> Rules {
    Rules {
        tag: "TESTTAG0".to_owned(),
        channels: vec![ChannelKind::Alipay, ChannelKind::Wechat, ChannelKind::Campus],
        terms: [ChannelKind::Alipay, ChannelKind::Wechat, ChannelKind::Campus]
            .into_iter()
            .map(|kind| (kind, Terms { refunds_max: 3, parties_max: 5, ..Terms::default() }))
            .collect(),
        plans: plans(),
        timing: Timing::default(),
    }
}

/// Half of what Alipay takes is for others, 2 to 1.
fn plans() -> Plans {
    toml::from_str(
        "[[plan]]\nname = 'all'\nchannels = ['alipay']\nkeep = 3\n
         parties = [{ party = 'farm', weight = 2 }, { party = 'bank', weight = 1 }]\n",
    )
    .expect("plans")
}

fn id(text: &str) -> PaymentId {
    PaymentId::new(text).expect("test id")
}

fn order(minor: i64) -> Order {
    let line = Line { sku: "tea".into(), quantity: 1, unit_price: minor };
    Order {
        lines: vec![line],
        total: Money::new(minor, Currency::CNY),
        subject: "茶".into(),
        priced: None,
        member: None,
        campaign: None,
    }
}

fn code(text: &str) -> Tender {
    Tender::Code(PayCode::new(text).expect("test code"))
}

fn scan(text: &str) -> Event {
    Event::Tender { id: None, tender: code(text), channel: Some(ChannelKind::Alipay) }
}
