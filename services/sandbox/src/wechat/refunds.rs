//! Refunds with the platform's limits: 50 parts of an order, a minute apart, within 365 days.

use serde::Deserialize;

use super::answer::{self, Refusal};
use super::calls::{Outcome, by_id, not_exist, read};
use super::gate::Asked;
use crate::book::MERCHANT;
use crate::cashier::{self, Refunding};
use crate::clock::{HOUR, MINUTE, Millis};
use crate::trade::{Channel, Trade};
use crate::world::World;

/// Part refunds of one order.
const PARTS_MAX: usize = 50;
/// Pause between two of them.
const APART: Millis = MINUTE;
/// How long after payment.
const WITHIN: Millis = 365 * 24 * HOUR;

#[derive(Deserialize)]
struct RefundAmount {
    refund: i64,
    total: i64,
    currency: String,
}

#[derive(Deserialize)]
struct RefundOrder {
    transaction_id: Option<String>,
    out_trade_no: Option<String>,
    out_refund_no: String,
    reason: Option<String>,
    notify_url: Option<String>,
    amount: RefundAmount,
}

/// Why a further refund is not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// There were fifty.
    TooMany,
    /// The last one is not a minute old.
    TooSoon,
    /// The payment is older than a year.
    TooLate,
}

impl Limit {
    /// What to do.
    pub fn words(self) -> &'static str {
        match self {
            Self::TooMany => "an order can be refunded in 50 parts at most",
            Self::TooSoon => "wait a minute between two refunds of one order, then ask with the same number",
            Self::TooLate => "an order can be refunded within 365 days of its payment",
        }
    }
}

/// Whether the trade may have one more refund now. A number that is known already may always ask again.
pub fn within_limits(trade: &Trade, number: &str, now: Millis) -> Result<(), Limit> {
    let Some(paid_at) = trade.paid_at else { return Ok(()) };
    if trade.refunds.iter().any(|one| one.number == number) {
        return Ok(());
    }
    if now - paid_at > WITHIN {
        return Err(Limit::TooLate);
    }
    if trade.refunds.len() >= PARTS_MAX {
        return Err(Limit::TooMany);
    }
    match trade.refunds.iter().map(|one| one.at).max() {
        Some(last) if now - last < APART => Err(Limit::TooSoon),
        _rested => Ok(()),
    }
}

/// Takes a refund in.
pub(super) fn refund(world: &mut World, asked: &Asked) -> Outcome {
    let asked: RefundOrder = read(asked)?;
    let number = match (&asked.out_trade_no, &asked.transaction_id) {
        (Some(number), _) => number.clone(),
        (None, Some(id)) => by_id(world, id).ok_or_else(not_exist)?,
        (None, None) => return Err(Refusal::parameter("out_trade_no: send it or transaction_id")),
    };
    if asked.out_refund_no.is_empty() || asked.out_refund_no.len() > 64 {
        return Err(Refusal::parameter("out_refund_no: 1 to 64 characters"));
    }
    if asked.amount.currency != "CNY" {
        return Err(Refusal::parameter("amount.currency: CNY"));
    }
    if asked.reason.as_ref().is_some_and(|reason| reason.len() > 80) {
        return Err(Refusal::parameter("reason: 80 bytes at most"));
    }
    let trade = world.trade(Channel::Wechat, &number).ok_or_else(not_exist)?;
    if trade.order.fen != asked.amount.total {
        return Err(Refusal::parameter("amount.total: is not the order's"));
    }
    let allowed = within_limits(trade, &asked.out_refund_no, world.now());
    let left = trade.order.fen - trade.refunded();
    let first = trade.refunds.iter().all(|one| one.number != asked.out_refund_no);
    if asked.amount.refund <= left {
        allowed.map_err(|limit| match limit {
            Limit::TooSoon => Refusal::new(429, "FREQUENCY_LIMITED", limit.words()),
            _final => Refusal::new(400, "INVALID_REQUEST", limit.words()),
        })?;
        if first && asked.amount.refund > world.held(Channel::Wechat, MERCHANT) {
            return Err(Refusal::new(
                403,
                "NOT_ENOUGH",
                "the merchant's account holds less, since shares went to other parties: take them back or top it up",
            ));
        }
    }
    if let Some(url) = asked.notify_url.filter(|url| url.starts_with("http")) {
        world.wechat.refund_urls.insert(asked.out_refund_no.clone(), url);
    }
    match cashier::refund(world, Channel::Wechat, &number, &asked.out_refund_no, asked.amount.refund) {
        Refunding::Moved | Refunding::Before => text(world, &number, &asked.out_refund_no),
        Refunding::Different => {
            Err(Refusal::parameter("amount.refund: this out_refund_no was sent before with another amount"))
        }
        Refunding::TooMuch => Err(Refusal::new(400, "INVALID_REQUEST", "more than is left of the order")),
        Refunding::NotPaid | Refunding::Unknown => {
            Err(Refusal::new(400, "INVALID_REQUEST", "only a paid order can be refunded"))
        }
    }
}

fn text(world: &World, number: &str, refund: &str) -> Outcome {
    let trade = world.trade(Channel::Wechat, number).ok_or_else(not_exist)?;
    let found = trade.refunds.iter().find(|one| one.number == refund).ok_or_else(not_exist)?;
    Ok((200, answer::refund(trade, found).to_string()))
}

/// Tells about a refund, which is also when it is done.
pub(super) fn query(world: &mut World, refund: &str) -> Outcome {
    let trade = asked_about(world, refund);
    let trade = trade.ok_or_else(|| Refusal::new(404, "RESOURCE_NOT_EXISTS", "no such refund"))?;
    let found = trade.refunds.iter().find(|one| one.number == refund).ok_or_else(not_exist)?;
    Ok((200, answer::refund(&trade, found).to_string()))
}

/// The trade of a refund that is asked about, the refund done by now.
pub fn asked_about(world: &mut World, refund: &str) -> Option<Trade> {
    let ours = |trade: &&mut Trade| trade.order.channel == Channel::Wechat;
    for trade in world.trades.values_mut().filter(ours) {
        if let Some(found) = trade.refunds.iter_mut().find(|one| one.number == refund) {
            found.settled = true;
            return Some(trade.clone());
        }
    }
    None
}
