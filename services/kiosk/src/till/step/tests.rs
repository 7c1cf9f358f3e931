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
use crate::member::{Handle, IdentityKind, Redeem, TokenKey};
use crate::promotion::{self, Offer, PointsOffer, Serial, Voucher, Worth};
use crate::split::Plans;
use crate::till::{
    Agreed, AgreementNumber, Buyer, Currency, Event, Line, Money, Order, PayCode, PaymentId, Rules, Tender,
    Timing,
};

/// Its name.
const AGREEMENT: &str = "TESTTAG0A01";

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
        instalment: None,
        session: None,
    }
}

/// By these points are worth as many minor units, and pay half of an order.
fn offers() -> promotion::Rules {
    let mut rules = promotion::Rules::default();
    rules.member.redeem = Redeem { points: 1, worth: 1, share_max_bp: 5_000 };
    rules
}

/// The member of every order that has one.
fn buyer() -> Buyer {
    let handle = Handle::from_random([1; 12]);
    let token = TokenKey::new(&[7; 32]).expect("a key").token(IdentityKind::Member, b"m");
    Buyer { handle, token }
}

fn serial(number: u64) -> Serial {
    Serial::new(u128::from(number).to_be_bytes())
}

/// A member's order that a voucher and points make cheaper; where the voucher is worth as much, it costs nothing.
fn cheaper(minor: i64, voucher: i64, points: i64, number: u64) -> Order {
    let order = order(minor);
    let worth = Worth::Money(Money::new(voucher, Currency::CNY));
    let (issuer, audience) = ("office".into(), "dais".into());
    let voucher = Voucher { serial: serial(number), issuer, audience, expires_s: u64::MAX, worth };
    let points = (points > 0).then_some(PointsOffer { points });
    let offer = Offer { coupons: Vec::new(), vouchers: vec![voucher], points };
    let priced = promotion::price(&order.lines, &offer, &offers(), 0).expect("a price");
    Order { member: Some(buyer()), ..order.with_price(priced).expect("its own price") }
}

fn code(text: &str) -> Tender {
    Tender::Code(PayCode::new(text).expect("test code"))
}

/// Charged by the one agreement that there is.
fn by_agreement() -> Event {
    let number = AgreementNumber::new("20265325000012345678").expect("a number");
    let tender = Tender::Agreement(Agreed { id: AGREEMENT.to_owned(), number });
    Event::Tender { id: None, tender, channel: Some(ChannelKind::Alipay) }
}

fn scan(text: &str) -> Event {
    Event::Tender { id: None, tender: code(text), channel: Some(ChannelKind::Alipay) }
}
