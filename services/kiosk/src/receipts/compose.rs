//! A paid payment -> its receipt. No card number, no pay code and no member is on it; what is left on the card that paid is,
//! as its owner takes the paper along.

use printer::Receipt;
use printer::Words;
use printer::receipt::Line;
use time::OffsetDateTime;

use super::{ReceiptConfig, Slip};
use crate::channel::ChannelKind;
use crate::finance::GMT8_MS;
use crate::promotion::Source;
use crate::till::{Currency, Menu, Money, ReturnState, View};

/// The receipt of a payment that was paid.
pub(crate) fn receipt(slip: &Slip, menu: &Menu, config: &ReceiptConfig) -> Receipt {
    let view = &slip.view;
    let currency = view.order.total.currency();
    let lines = view.order.lines.iter().map(|line| {
        let dish = menu.dishes.iter().find(|dish| dish.sku == line.sku);
        let price = Money::new(line.unit_price, currency);
        Line {
            // What is no longer on the menu was sold under its sku.
            name: dish.map_or_else(|| Words::new(&line.sku, ""), |dish| Words::new(&dish.zh, &dish.en)),
            quantity: line.quantity,
            price: shown(price),
            amount: price.times(line.quantity).map(shown).unwrap_or_default(),
        }
    });
    let discounts = view.order.priced.iter().flat_map(|priced| &priced.discounts);
    let offers = discounts.map(|discount| {
        let words = match &discount.source {
            Source::Coupon(_) => Words::new("优惠券", "Coupon"),
            Source::Voucher(_) => Words::new("代金券", "Voucher"),
            Source::Points(_) => Words::new("积分", "Points"),
        };
        (words, format!("-{}", shown(discount.amount)))
    });
    let (returned, kept) = given_back(view);
    Receipt {
        shop: config.shop.clone(),
        pickup: (view.pickup > 0).then(|| format!("{:03}", view.pickup)),
        lines: lines.collect(),
        offers: offers.collect(),
        total: shown(view.order.total),
        quoted: view.quoted.as_ref().map(|quoted| quoted.shown.to_string()),
        paid_by: payer(view.paid_by),
        left: slip.left.map(shown),
        time: local(view.paid_ms),
        order: view.id.as_str().to_owned(),
        link: config.link.as_ref().map(|link| format!("{link}{}", escaped(view.id.as_str()))),
        foot: config.foot.clone(),
        copy: false,
        returned,
        kept,
    }
}

/// What went back of it, as `-¥5.00`, each with how far it is, and what was paid in the end; nothing where nothing did.
fn given_back(view: &View) -> (Vec<(Words, String)>, Option<String>) {
    let mut kept = view.order.total;
    let mut returned = Vec::new();
    // What the channel refuses has not gone back; staff give it another way, and the ledger says how.
    for refund in view.refunds.iter().filter(|refund| refund.ask.is_some()) {
        let words = match refund.state {
            ReturnState::Done => Words::new("已退款", "Refunded"),
            ReturnState::Open => Words::new("退款中", "Refund under way"),
            ReturnState::Refused => continue,
        };
        let Some(left) = refund.amount.negated().ok().and_then(|amount| kept.plus(amount).ok()) else {
            continue;
        };
        kept = left;
        returned.push((words, format!("-{}", shown(refund.amount))));
    }
    let kept = (!returned.is_empty()).then(|| shown(kept));
    (returned, kept)
}

fn payer(channel: Option<ChannelKind>) -> Words {
    match channel {
        Some(ChannelKind::Alipay) => Words::new("支付宝", "Alipay"),
        Some(ChannelKind::Wechat) => Words::new("微信支付", "WeChat Pay"),
        Some(ChannelKind::Unionpay) => Words::new("云闪付", "UnionPay"),
        Some(ChannelKind::Campus) => Words::new("校园卡", "Campus card"),
        Some(ChannelKind::Terminal) => Words::new("银行卡", "Bank card"),
        // Offers paid all of it.
        None => Words::new("优惠", "Offers"),
    }
}

fn shown(money: Money) -> String {
    match money.currency() {
        Currency::CNY => format!("¥{}", money.to_decimal()),
        _ => money.to_string(),
    }
}

/// `2026-11-29 12:31:05` at GMT+8; empty where the ledger does not say when it was paid.
pub(super) fn local(at_ms: u64) -> String {
    let Some(local) = i64::try_from(at_ms).ok().filter(|at| *at > 0).map(|at| at.saturating_add(GMT8_MS))
    else {
        return String::new();
    };
    let Ok(time) = OffsetDateTime::from_unix_timestamp(local.div_euclid(1000)) else { return String::new() };
    let (date, (hour, minute, second)) = (time.date(), time.to_hms());
    format!("{date} {hour:02}:{minute:02}:{second:02}")
}

/// An id within an address.
fn escaped(id: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    id.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests;
