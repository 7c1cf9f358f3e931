//! ACP's transactions: a checked request in, the answer's own fields out.

use super::canon::Fields;
use super::gate::{Call, Kind, Refusal};
use super::register::Filed;
use super::undoing;
use crate::cashier::{self, Charge, Clash, SHOWN_LIFE};
use crate::clock::{self, Millis, SECOND};
use crate::spoil::Spoil;
use crate::trade::{Channel, Manners, Order, Scenario, State};
use crate::world::World;

/// A kiosk's code may live this long at most: a day.
const LIFE_MAX: Millis = 24 * clock::HOUR;

/// What a transaction answers.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The fields besides those that every answer repeats.
    pub fields: Fields,
    /// What the payer's code does to the answer.
    pub spoil: Spoil,
}

pub(super) type Outcome = Result<Fields, Refusal>;

/// Runs a transaction. `wall` is the wall clock in seconds, which `payTimeout` is measured by.
pub fn run(world: &mut World, call: &Call, manners: Manners, wall: i64) -> Reply {
    let mut spoil = Spoil::None;
    let outcome = match call.kind {
        Kind::Apply => apply(world, call, wall),
        Kind::Pay => pay(world, call, &mut spoil),
        Kind::Query => super::query::run(world, call),
        Kind::Undo => undoing::undo(world, call),
        Kind::Refund => undoing::refund(world, call),
        Kind::Reverse => undoing::reverse(world, call),
    };
    if manners != Manners::default()
        && let Some(trade) = world.trades.get_mut(&(Channel::Unionpay, call.order().to_owned()))
    {
        trade.manners = manners;
    }
    let fields = match outcome {
        Ok(mut fields) => {
            fields.entry("respCode".to_owned()).or_insert_with(|| "00".to_owned());
            fields.entry("respMsg".to_owned()).or_insert_with(|| "成功[0000000]".to_owned());
            fields
        }
        Err(refusal) => told(&refusal),
    };
    Reply { fields, spoil }
}

/// A refusal as fields. An answer is not encoded, so nothing that separates fields may stand in a text.
pub fn told(refusal: &Refusal) -> Fields {
    let msg = refusal.msg.replace('&', "＆").replace('=', "＝").replace(['{', '}', '[', ']'], "");
    fields([("respCode", refusal.code), ("respMsg", &msg)])
}

pub(super) fn fields<const N: usize>(pairs: [(&str, &str); N]) -> Fields {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// The order of a payment, and whether it is the first with its number.
fn order(world: &World, call: &Call) -> Result<(Order, bool), Refusal> {
    let subject = call.field("orderDesc");
    let order = Order {
        channel: Channel::Unionpay,
        out_trade_no: call.order().to_owned(),
        fen: call.fen(),
        subject: if subject.is_empty() { "商品" } else { subject }.to_owned(),
        notify_url: call.back_url(),
        instalments: None,
    };
    let Some(filed) = world.acp.get(call.order()) else { return Ok((order, true)) };
    if filed.txn_time != call.field("txnTime") || filed.kind != call.kind || filed.fen != order.fen {
        return Err(duplicate());
    }
    Ok((order, false))
}

pub(super) fn duplicate() -> Refusal {
    Refusal::new(
        "12",
        "this orderId was sent before with another txnTime, amount or transaction: query it, or use a new one",
    )
}

fn clash(clash: Clash) -> Refusal {
    match clash {
        Clash::Paid => Refusal::new("12", "this orderId is paid: query it"),
        Clash::Closed => Refusal::new("35", "this order is over or was reversed: use a new orderId"),
        Clash::Different => duplicate(),
    }
}

fn file(world: &mut World, call: &Call) {
    let number = call.order().to_owned();
    let query_id = world.trade(Channel::Unionpay, &number).map(|trade| trade.channel_ref.clone());
    let filed = world.acp.entry(number).or_insert(Filed {
        kind: call.kind,
        txn_time: call.field("txnTime").to_owned(),
        fen: call.fen(),
        of: None,
        query_id: String::new(),
    });
    filed.query_id = query_id.unwrap_or_default();
}

/// How long a code can be paid.
fn life(call: &Call, wall: i64) -> Result<Millis, Refusal> {
    let text = call.field("payTimeout");
    if text.is_empty() {
        return Ok(SHOWN_LIFE);
    }
    let until = super::time_of(text).ok_or_else(|| Refusal::new("10", "payTimeout: yyyyMMddHHmmss"))?;
    let life = (until - wall) * SECOND;
    if (1..=LIFE_MAX).contains(&life) {
        Ok(life)
    } else {
        Err(Refusal::new("39", "payTimeout: after now, and within a day"))
    }
}

fn apply(world: &mut World, call: &Call, wall: i64) -> Outcome {
    let (order, _first) = order(world, call)?;
    let code = cashier::offer(world, order, life(call, wall)?).map_err(clash)?;
    file(world, call);
    Ok(fields([("qrCode", &code)]))
}

fn pay(world: &mut World, call: &Call, spoil: &mut Spoil) -> Outcome {
    let code = call.field("qrNo").to_owned();
    if code.is_empty() {
        return Err(Refusal::new("13", "qrNo: what the payer's phone shows"));
    }
    let (order, first) = order(world, call)?;
    // Filed first: the notify of a payment repeats what was filed.
    file(world, call);
    let charge = cashier::charge(world, order, &code);
    if first && charge != Charge::DeadCode {
        *spoil = Spoil::by_code(&code);
    }
    if matches!(charge, Charge::Paid | Charge::Waiting) {
        file(world, call);
    } else if first {
        world.acp.remove(call.order());
    }
    match charge {
        Charge::Paid => Ok(Fields::new()),
        Charge::Waiting => {
            Ok(fields([("respCode", "05"), ("respMsg", "交易已受理，请稍后查询交易结果[2030005]")]))
        }
        Charge::DeadCode => Err(Refusal::new(
            "61",
            "qrNo is used, expired or not UnionPay's (19 digits from 62, or an EMV code): scan it again",
        )),
        Charge::Nothing if Scenario::of(&code) == Scenario::Skew => {
            Err(Refusal::new("39", "the clocks differ: set the clock by NTP"))
        }
        Charge::Nothing => Err(unknown()),
        Charge::Clash(found) => Err(clash(found)),
    }
}

/// The channel does not know.
pub fn unknown() -> Refusal {
    Refusal::new(
        "03",
        "交易通讯超时，请发起查询交易[2030003] It may have happened: query before anything else",
    )
}

/// Whether a payment can still be taken back whole: it is paid, of today, and nothing went back yet.
pub(super) fn same_day(world: &World, number: &str) -> bool {
    let paid_at = world.trade(Channel::Unionpay, number).and_then(|trade| trade.paid_at);
    let day = |at: Millis| clock::alipay_time(at)[..10].to_owned();
    paid_at.is_none_or(|paid_at| day(paid_at) == day(world.now()))
}

/// What a payment's own `origRespCode` is; none where the gateway knows of no transaction.
pub(super) fn standing(world: &World, number: &str) -> Option<(&'static str, &'static str)> {
    let trade = world.trade(Channel::Unionpay, number)?;
    let undone =
        world.acp.values().any(|filed| filed.kind == Kind::Undo && filed.of.as_deref() == Some(number));
    Some(match trade.state {
        // A code that was made and not scanned is an order of the merchant's and no transaction.
        State::Offered => return None,
        State::Closed if !trade.scanned => return None,
        State::Waiting => ("05", "交易已受理，请稍后查询交易结果"),
        State::Paid => ("00", "成功"),
        // An undo is a transaction of its own; the payment stays a payment.
        State::Reversed if undone => ("00", "成功"),
        State::Reversed => ("01", "交易失败，已冲正"),
        State::Closed => ("69", "您的输入超时，交易失败"),
        State::Declined => ("30", "交易未通过"),
    })
}
