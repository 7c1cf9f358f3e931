//! Alipay's methods: `biz_content` in, the answer's node out.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::canon::{fen, yuan};
use super::gate::{Call, Refusal, no_such_method};
use crate::cashier::{self, Charge, Clash, Refunding, SHOWN_LIFE, TakenBack};
use crate::clock::{HOUR, MINUTE, Millis, alipay_time};
use crate::spoil::Spoil;
use crate::trade::{Channel, Manners, Order, Scenario, State, Trade};
use crate::world::World;

/// Largest order in fen: 100,000,000 yuan.
const FEN_MAX: i64 = 10_000_000_000;

/// What a method answers.
pub struct Reply {
    /// The node.
    pub node: Map<String, Value>,
    /// About which order, where there is one.
    pub out_trade_no: String,
    /// What the payer's code does to the answer.
    pub spoil: Spoil,
}

type Outcome = Result<Value, Refusal>;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Content {
    out_trade_no: String,
    trade_no: String,
    total_amount: Option<String>,
    subject: Option<String>,
    scene: Option<String>,
    auth_code: Option<String>,
    timeout_express: Option<String>,
    qr_code_timeout_express: Option<String>,
    refund_amount: Option<String>,
    out_request_no: Option<String>,
    seller_id: Option<String>,
}

/// Short name of a method, for the fault plan.
pub fn short(method: &str) -> &str {
    method.rsplit('.').next().unwrap_or(method)
}

/// Runs a method.
pub fn run(world: &mut World, call: &Call, manners: Manners) -> Reply {
    let content: Content = match read(&call.biz_content) {
        Ok(content) => content,
        Err(refusal) => {
            return Reply { node: refusal.node(), out_trade_no: String::new(), spoil: Spoil::None };
        }
    };
    let mut spoil = Spoil::None;
    let outcome = match call.method.as_str() {
        "alipay.trade.precreate" => precreate(world, call, &content),
        "alipay.trade.pay" => pay(world, call, &content, &mut spoil),
        "alipay.trade.query" => query(world, &content),
        "alipay.trade.cancel" => cancel(world, &content),
        "alipay.trade.close" => close(world, &content),
        "alipay.trade.refund" => refund(world, &content),
        "alipay.trade.fastpay.refund.query" => refund_query(world, &content),
        other => Err(no_such_method(other)),
    };
    if manners != Manners::default()
        && let Some(trade) = world.trades.get_mut(&(Channel::Alipay, content.out_trade_no.clone()))
    {
        trade.manners = manners;
    }
    let node = match outcome {
        Ok(Value::Object(mut node)) => {
            node.entry("code").or_insert_with(|| "10000".into());
            node.entry("msg").or_insert_with(|| "Success".into());
            node
        }
        Ok(_never) => Refusal::unknown().node(),
        Err(refusal) => refusal.node(),
    };
    Reply { node, out_trade_no: content.out_trade_no, spoil }
}

fn read<T: DeserializeOwned>(biz_content: &str) -> Result<T, Refusal> {
    serde_json::from_str(biz_content).map_err(|error| parameter(format!("biz_content: {error}")))
}

fn parameter(sub_msg: impl Into<String>) -> Refusal {
    Refusal::business("ACQ.INVALID_PARAMETER", sub_msg)
}

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
    if content.seller_id.as_deref().is_some_and(|seller| seller != super::gate::SELLER_ID) {
        return Err(Refusal::business("ACQ.ACCESS_FORBIDDEN", "seller_id is not this application's seller"));
    }
    Ok(Order {
        channel: Channel::Alipay,
        out_trade_no: number.clone(),
        fen,
        subject,
        notify_url: call.notify_url.clone(),
    })
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

fn precreate(world: &mut World, call: &Call, content: &Content) -> Outcome {
    let order = order(call, content)?;
    let life = life(content)?;
    let code = cashier::offer(world, order, life).map_err(clash)?;
    Ok(json!({"out_trade_no": content.out_trade_no, "qr_code": code}))
}

fn pay(world: &mut World, call: &Call, content: &Content, spoil: &mut Spoil) -> Outcome {
    let order = order(call, content)?;
    if content.scene.as_deref() != Some("bar_code") {
        return Err(parameter("scene: bar_code"));
    }
    let auth_code = content.auth_code.clone().unwrap_or_default();
    let number = order.out_trade_no.clone();
    let first = world.trade(Channel::Alipay, &number).is_none();
    let charge = cashier::charge(world, order, &auth_code);
    if first && charge != Charge::DeadCode {
        *spoil = Spoil::by_code(&auth_code);
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
        Charge::Nothing if Scenario::of(&auth_code) == Scenario::Skew => Err(Refusal::timestamp()),
        Charge::Nothing => Err(Refusal::unknown()),
        Charge::Clash(found) => Err(clash(found)),
    }
}

const BUYER: &str = "stu***@example.edu";

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

/// The order's number, by `trade_no` where that is given (it wins), and only where Alipay knows a trade.
fn number(world: &World, content: &Content) -> Result<String, Refusal> {
    if content.out_trade_no.is_empty() && content.trade_no.is_empty() {
        return Err(parameter("send out_trade_no or trade_no"));
    }
    let mut trades = world.trades.values().filter(|trade| trade.order.channel == Channel::Alipay);
    let found = trades.find(|trade| {
        let asked = if content.trade_no.is_empty() {
            trade.order.out_trade_no == content.out_trade_no
        } else {
            trade.channel_ref == content.trade_no
        };
        asked && trade.scanned
    });
    found.map(|trade| trade.order.out_trade_no.clone()).ok_or_else(|| {
        Refusal::business("ACQ.TRADE_NOT_EXIST", "no trade: not sent, or its code has not been scanned")
    })
}

fn query(world: &mut World, content: &Content) -> Outcome {
    let number = number(world, content)?;
    let trade = cashier::queried(world, Channel::Alipay, &number).ok_or_else(Refusal::unknown)?;
    let status = match trade.state {
        State::Offered | State::Waiting => "WAIT_BUYER_PAY",
        State::Paid if trade.refunded() < trade.order.fen => "TRADE_SUCCESS",
        State::Paid | State::Closed | State::Declined | State::Reversed => "TRADE_CLOSED",
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

fn cancel(world: &mut World, content: &Content) -> Outcome {
    if content.out_trade_no.is_empty() {
        let number = number(world, content)?;
        return Ok(cancelled(world, &number));
    }
    Ok(cancelled(world, &content.out_trade_no))
}

fn cancelled(world: &mut World, number: &str) -> Value {
    let action = match cashier::take_back(world, Channel::Alipay, number) {
        TakenBack::Refunded => "refund",
        TakenBack::Unknown | TakenBack::Closed => "close",
    };
    let trade_no = world.trade(Channel::Alipay, number).map(|trade| trade.channel_ref.clone());
    json!({"out_trade_no": number, "trade_no": trade_no.unwrap_or_default(), "retry_flag": "N", "action": action})
}

fn close(world: &mut World, content: &Content) -> Outcome {
    let number = number(world, content)?;
    if !cashier::close(world, Channel::Alipay, &number) {
        return Err(Refusal::business("ACQ.TRADE_STATUS_ERROR", "only a trade that waits can be closed"));
    }
    let trade_no = world.trade(Channel::Alipay, &number).map(|trade| trade.channel_ref.clone());
    Ok(json!({"out_trade_no": number, "trade_no": trade_no}))
}

fn refund(world: &mut World, content: &Content) -> Outcome {
    let number = number(world, content)?;
    let amount = content.refund_amount.as_deref().ok_or_else(|| parameter("refund_amount is missing"))?;
    let amount = fen(amount).ok_or_else(|| parameter("refund_amount: yuan as a string with two decimals"))?;
    let request = content.out_request_no.as_deref().unwrap_or(&number);
    let change = match cashier::refund(world, Channel::Alipay, &number, request, amount) {
        Refunding::Moved => "Y",
        Refunding::Before => "N",
        Refunding::Different => {
            return Err(Refusal::business(
                "ACQ.DISCORDANT_REPEAT_REQUEST",
                "this out_request_no was sent before with another amount",
            ));
        }
        Refunding::TooMuch => {
            return Err(Refusal::business(
                "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL",
                "more than is left of the trade",
            ));
        }
        Refunding::NotPaid | Refunding::Unknown => {
            return Err(Refusal::business("ACQ.TRADE_STATUS_ERROR", "only a paid trade can be refunded"));
        }
    };
    let trade = world.trade(Channel::Alipay, &number).ok_or_else(Refusal::unknown)?;
    Ok(json!({
        "out_trade_no": number, "trade_no": trade.channel_ref, "buyer_logon_id": BUYER,
        "fund_change": change, "refund_fee": yuan(trade.refunded()), "gmt_refund_pay": alipay_time(world.now()),
    }))
}

fn refund_query(world: &mut World, content: &Content) -> Outcome {
    let number = number(world, content)?;
    let request = content.out_request_no.as_deref().ok_or_else(|| parameter("out_request_no is missing"))?;
    let trade = world.trade(Channel::Alipay, &number).ok_or_else(Refusal::unknown)?;
    let Some(refund) = trade.refunds.iter().find(|refund| refund.number == request) else {
        return Ok(json!({}));
    };
    Ok(json!({
        "out_trade_no": number, "trade_no": trade.channel_ref, "out_request_no": request,
        "refund_status": "REFUND_SUCCESS", "refund_amount": yuan(refund.fen),
        "total_amount": yuan(trade.order.fen), "gmt_refund_pay": alipay_time(refund.at),
    }))
}
