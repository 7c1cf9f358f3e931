//! A trade from its order to its end: a code to show, a charge, a question, taking it back.

use serde_json::{Value, json};

use super::{BUYER, Content, Outcome, agreeing, finished, number, parameter};
use crate::alipay::canon::{fen, yuan};
use crate::alipay::gate::{Call, Refusal, SELLER_ID};
use crate::cashier::{self, Charge, Clash, SHOWN_LIFE, TakenBack};
use crate::clock::{HOUR, MINUTE, Millis, alipay_time};
use crate::spoil::Spoil;
use crate::trade::{Channel, Order, Scenario, State, Trade};
use crate::world::World;

/// Largest order in fen: 100,000,000 yuan.
const FEN_MAX: i64 = 10_000_000_000;
/// How long after payment an order can be taken back whole; later only a refund sends money back.
const CANCEL_WITHIN: Millis = 24 * HOUR;

fn clash(clash: Clash) -> Refusal {
    match clash {
        Clash::Paid => Refusal::business("ACQ.TRADE_HAS_SUCCESS", "this out_trade_no is paid: query it"),
        Clash::Closed => {
            Refusal::business("ACQ.TRADE_HAS_CLOSE", "this out_trade_no is closed: use a new one")
        }
        Clash::Different => Refusal::business(
            "ACQ.CONTEXT_INCONSISTENT",
            "this out_trade_no was sent before with another amount, subject or way: use a new one",
        ),
    }
}

fn order(call: &Call, content: &Content) -> Result<Order, Refusal> {
    let number = &content.out_trade_no;
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if number.is_empty() || number.len() > 64 || !number.bytes().all(fits) {
        return Err(parameter("out_trade_no: 1 to 64 letters, digits and underscores"));
    }
    let total = content.total_amount.as_deref().ok_or_else(|| parameter("total_amount is missing"))?;
    let fen = fen(total).filter(|fen| (1..=FEN_MAX).contains(fen));
    let fen = fen.ok_or_else(|| {
        Refusal::business("ACQ.TOTAL_FEE_EXCEED", "total_amount: 0.01 to 100000000.00 yuan as a string")
    })?;
    let subject = content.subject.clone().unwrap_or_default();
    if subject.is_empty() || subject.chars().count() > 256 {
        return Err(parameter("subject: 1 to 256 characters"));
    }
    if content.seller_id.as_deref().is_some_and(|seller| seller != SELLER_ID) {
        return Err(Refusal::business("ACQ.ACCESS_FORBIDDEN", "seller_id is not this application's seller"));
    }
    extended(content)?;
    let extend = &content.extend_params;
    let instalments = extend.hb_fq_num.as_ref().zip(extend.hb_fq_seller_percent.as_ref());
    let instalments = instalments.map(|(parts, percent)| format!("{parts}/{percent}"));
    Ok(Order {
        channel: Channel::Alipay,
        out_trade_no: number.clone(),
        fen,
        subject,
        notify_url: call.notify_url.clone(),
        instalments,
    })
}

/// Instalments of 3, 6 or 12 whose fee the buyer (0) or the seller (100) bears, and money kept for shares.
fn extended(content: &Content) -> Result<(), Refusal> {
    let extend = &content.extend_params;
    let among =
        |value: &Option<String>, known: &[&str]| value.as_deref().is_none_or(|value| known.contains(&value));
    if !among(&extend.hb_fq_num, &["3", "6", "12"]) {
        return Err(parameter("extend_params.hb_fq_num: 3, 6 or 12 as a string"));
    }
    if !among(&extend.hb_fq_seller_percent, &["0", "100"])
        || extend.hb_fq_num.is_some() != extend.hb_fq_seller_percent.is_some()
    {
        return Err(parameter("extend_params.hb_fq_seller_percent: 0 or 100 as a string, with hb_fq_num"));
    }
    if !among(&extend.royalty_freeze, &["true", "false"]) {
        return Err(parameter("extend_params.royalty_freeze: true or false as a string"));
    }
    Ok(())
}

/// `5m`, `2h`, `1d`: how long a trade can be paid.
fn life(content: &Content) -> Result<Millis, Refusal> {
    let Some(text) = content.qr_code_timeout_express.as_ref().or(content.timeout_express.as_ref()) else {
        return Ok(SHOWN_LIFE);
    };
    let bad = || parameter("timeout_express: 1m to 15d, as 5m, 2h or 1d");
    let unit = match text.as_bytes().last() {
        Some(b'm') => MINUTE,
        Some(b'h') => HOUR,
        Some(b'd') => 24 * HOUR,
        _other => return Err(bad()),
    };
    let count: u16 = text[..text.len() - 1].parse().map_err(|_bad| bad())?;
    let life = unit * Millis::from(count);
    if (MINUTE..=15 * 24 * HOUR).contains(&life) { Ok(life) } else { Err(bad()) }
}

/// `alipay.trade.precreate`.
pub(super) fn precreate(world: &mut World, call: &Call, content: &Content) -> Outcome {
    let order = order(call, content)?;
    let life = life(content)?;
    let code = cashier::offer(world, order, life).map_err(clash)?;
    Ok(json!({"out_trade_no": content.out_trade_no, "qr_code": code}))
}

/// `alipay.trade.pay`.
pub(super) fn pay(world: &mut World, call: &Call, content: &Content, spoil: &mut Spoil) -> Outcome {
    let order = order(call, content)?;
    let number = order.out_trade_no.clone();
    let first = world.trade(Channel::Alipay, &number).is_none();
    let (presented, charge) = match (&content.agreement_params, content.scene.as_deref()) {
        (Some(agreement), None) => {
            let product = content.product_code.as_deref().unwrap_or_default();
            if !matches!(product, "GENERAL_WITHHOLDING" | "CYCLE_PAY_AUTH") {
                return Err(parameter(
                    "product_code: GENERAL_WITHHOLDING or CYCLE_PAY_AUTH with agreement_params",
                ));
            }
            let (agreement, fen) = (agreement.agreement_no.clone(), order.fen);
            if first {
                agreeing::allows(world, &agreement, fen)?;
            }
            let charge = cashier::withhold(world, order, &agreement);
            if first && matches!(charge, Charge::Paid | Charge::Waiting) {
                agreeing::charged(world, &agreement, fen);
            }
            (agreement, charge)
        }
        (None, Some("bar_code")) => {
            let auth_code = content.auth_code.clone().unwrap_or_default();
            let charge = cashier::charge(world, order, &auth_code);
            (auth_code, charge)
        }
        _other => return Err(parameter("scene: bar_code with auth_code; or agreement_params and no scene")),
    };
    if first && charge != Charge::DeadCode {
        *spoil = Spoil::by_code(&presented);
    }
    match charge {
        Charge::Paid => world.trade(Channel::Alipay, &number).map(paid_node).ok_or_else(Refusal::unknown),
        Charge::Waiting => Ok(json!({
            "code": "10003", "msg": "order success pay inprocess", "out_trade_no": number,
            "trade_no": world.trade(Channel::Alipay, &number).map(|trade| trade.channel_ref.clone()),
            "buyer_logon_id": BUYER,
        })),
        Charge::DeadCode => Err(Refusal::business(
            "ACQ.PAYMENT_AUTH_CODE_INVALID",
            "auth_code is used, expired or not Alipay's (16 to 24 digits from 25 to 30): scan it again",
        )),
        Charge::Nothing if Scenario::of(&presented) == Scenario::Skew => Err(Refusal::timestamp()),
        Charge::Nothing => Err(Refusal::unknown()),
        Charge::Clash(found) => Err(clash(found)),
    }
}

fn paid_node(trade: &Trade) -> Value {
    let total = yuan(trade.order.fen);
    json!({
        "out_trade_no": trade.order.out_trade_no, "trade_no": trade.channel_ref,
        "buyer_logon_id": BUYER, "buyer_user_id": "2088102146225135",
        "total_amount": total, "receipt_amount": total, "buyer_pay_amount": total, "invoice_amount": total,
        "point_amount": "0.00", "gmt_payment": alipay_time(trade.paid_at.unwrap_or_default()),
        "fund_bill_list": [{"fund_channel": "ALIPAYACCOUNT", "amount": total}],
    })
}

/// `alipay.trade.query`.
pub(super) fn query(world: &mut World, content: &Content) -> Outcome {
    let number = number(world, content)?;
    let trade = cashier::queried(world, Channel::Alipay, &number).ok_or_else(Refusal::unknown)?;
    let status = match trade.state {
        State::Offered | State::Waiting => "WAIT_BUYER_PAY",
        State::Paid if trade.refunded() == trade.order.fen => "TRADE_CLOSED",
        State::Paid if finished(&trade, world.now()) => "TRADE_FINISHED",
        State::Paid => "TRADE_SUCCESS",
        State::Closed | State::Declined | State::Reversed => "TRADE_CLOSED",
    };
    let mut node = paid_node(&trade);
    node["trade_status"] = status.into();
    if let Some(node) = node.as_object_mut() {
        let sent = node.remove("gmt_payment");
        match sent.filter(|_sent| trade.paid_at.is_some()) {
            Some(sent) => drop(node.insert("send_pay_date".to_owned(), sent)),
            None => drop(node.remove("fund_bill_list")),
        }
    }
    Ok(node)
}

/// `alipay.trade.cancel`.
pub(super) fn cancel(world: &mut World, content: &Content) -> Outcome {
    let number =
        if content.out_trade_no.is_empty() { number(world, content)? } else { content.out_trade_no.clone() };
    let trade = world.trade(Channel::Alipay, &number).filter(|trade| trade.state == State::Paid);
    if trade.and_then(|trade| trade.paid_at).is_some_and(|paid_at| world.now() > paid_at + CANCEL_WITHIN) {
        return Err(Refusal::business(
            "ACQ.CANCEL_NOT_ALLOWED",
            "paid more than 24 hours ago: send it back with alipay.trade.refund",
        ));
    }
    Ok(cancelled(world, &number))
}

fn cancelled(world: &mut World, number: &str) -> Value {
    let action = match cashier::take_back(world, Channel::Alipay, number) {
        TakenBack::Refunded => "refund",
        TakenBack::Unknown | TakenBack::Closed => "close",
    };
    let trade_no = world.trade(Channel::Alipay, number).map(|trade| trade.channel_ref.clone());
    json!({"out_trade_no": number, "trade_no": trade_no.unwrap_or_default(), "retry_flag": "N", "action": action})
}

/// `alipay.trade.close`.
pub(super) fn close(world: &mut World, content: &Content) -> Outcome {
    let number = number(world, content)?;
    if !cashier::close(world, Channel::Alipay, &number) {
        return Err(Refusal::business("ACQ.TRADE_STATUS_ERROR", "only a trade that waits can be closed"));
    }
    let trade_no = world.trade(Channel::Alipay, &number).map(|trade| trade.channel_ref.clone());
    Ok(json!({"out_trade_no": number, "trade_no": trade_no}))
}
