//! Alipay's methods: `biz_content` in, the answer's node out.

mod agreeing;
mod billing;
mod refunding;
mod settling;
mod trading;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::gate::{Call, Refusal, no_such_method};
use crate::clock::{HOUR, Millis};
use crate::spoil::Spoil;
use crate::trade::{Channel, Manners, State, Trade};
use crate::world::World;

/// How long after payment money can go back; after that a trade is finished.
const REFUND_LIFE: Millis = 365 * 24 * HOUR;
/// The payer of every trade, as Alipay masks a login.
const BUYER: &str = "stu***@example.edu";

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

/// What methods about one trade read of `biz_content`; the others read their own.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Content {
    out_trade_no: String,
    trade_no: String,
    total_amount: Option<String>,
    subject: Option<String>,
    scene: Option<String>,
    auth_code: Option<String>,
    product_code: Option<String>,
    agreement_params: Option<AgreementParams>,
    extend_params: ExtendParams,
    timeout_express: Option<String>,
    qr_code_timeout_express: Option<String>,
    refund_amount: Option<String>,
    refund_royalty_parameters: Vec<settling::Giving>,
    out_request_no: Option<String>,
    seller_id: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct AgreementParams {
    agreement_no: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct ExtendParams {
    hb_fq_num: Option<String>,
    hb_fq_seller_percent: Option<String>,
    royalty_freeze: Option<String>,
}

/// Short name of a method, for the fault plan.
pub fn short(method: &str) -> &str {
    match method {
        "alipay.trade.fastpay.refund.query" => "refund-query",
        "alipay.trade.royalty.relation.bind" => "bind",
        "alipay.user.agreement.query" => "agreement-query",
        "alipay.data.dataservice.bill.downloadurl.query" => "bill",
        other => other.rsplit('.').next().unwrap_or(other),
    }
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
        "alipay.trade.precreate" => trading::precreate(world, call, &content),
        "alipay.trade.pay" => trading::pay(world, call, &content, &mut spoil),
        "alipay.trade.query" => trading::query(world, &content),
        "alipay.trade.cancel" => trading::cancel(world, &content),
        "alipay.trade.close" => trading::close(world, &content),
        "alipay.trade.refund" => refunding::refund(world, &content),
        "alipay.trade.fastpay.refund.query" => refunding::query(world, &content),
        "alipay.trade.order.settle" => settling::settle(world, call),
        "alipay.trade.royalty.relation.bind" => settling::bind(world, call),
        "alipay.user.agreement.page.sign" => agreeing::page(world, call),
        "alipay.user.agreement.query" => agreeing::query(world, call),
        "alipay.user.agreement.unsign" => agreeing::unsign(world, call),
        "alipay.data.dataservice.bill.downloadurl.query" => billing::link(world, call),
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

/// Whether the time to send money back is over.
fn finished(trade: &Trade, now: Millis) -> bool {
    trade.state == State::Paid && trade.paid_at.is_some_and(|paid_at| now > paid_at + REFUND_LIFE)
}
