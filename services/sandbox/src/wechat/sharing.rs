//! Profit sharing: a paid order's money divided among receivers, in the same book as everything else.
//! Source: pay.weixin.qq.com/doc/v3, "分账".

use serde::Deserialize;
use serde_json::{Value, json};

use super::answer::Refusal;
use super::calls::{Outcome, by_id, read};
use super::gate::{APPID, Asked, MCHID};
use crate::book::MERCHANT;
use crate::cashier;
use crate::clock::{Millis, wechat_time};
use crate::trade::Channel;
use crate::withhold::Withholds;
use crate::world::World;

/// Receivers of one split.
const RECEIVERS_MAX: usize = 50;
/// Characters of a number of the merchant's.
const NUMBER_MAX: usize = 64;

/// One receiver's share.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Receiver {
    #[serde(rename = "type")]
    kind: String,
    account: String,
    amount: i64,
    description: String,
}

/// One split.
#[derive(Clone, Debug)]
pub struct Shared {
    order_id: String,
    transaction_id: String,
    receivers: Vec<Receiver>,
    unfreezes: bool,
    /// The receivers have their shares.
    done: bool,
    at: Millis,
}

/// One share given back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Return {
    out_order_no: String,
    account: String,
    fen: i64,
    at: Millis,
    became: Became,
}

/// How far a return is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Became {
    /// The share is the merchant's again.
    Done,
    /// Taken in.
    Open,
    /// It came to nothing, and stays so: another try needs another number.
    Failed,
}

#[derive(Deserialize)]
struct Order {
    #[serde(default)]
    appid: Option<String>,
    transaction_id: String,
    out_order_no: String,
    #[serde(default)]
    receivers: Vec<Receiver>,
    #[serde(default)]
    unfreeze_unsplit: bool,
    #[serde(default)]
    description: Option<String>,
}

#[derive(Deserialize)]
struct ReturnOrder {
    out_order_no: String,
    out_return_no: String,
    return_mchid: String,
    amount: i64,
    description: String,
}

#[derive(Deserialize)]
struct Added {
    appid: String,
    #[serde(rename = "type")]
    kind: String,
    account: String,
    #[serde(default)]
    relation_type: Option<String>,
}

fn refuse(message: &str) -> Refusal {
    Refusal::new(400, "INVALID_REQUEST", message)
}

fn number(field: &str, text: &str) -> Result<(), Refusal> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-|*@".contains(&byte);
    if (1..=NUMBER_MAX).contains(&text.len()) && text.bytes().all(fits) {
        Ok(())
    } else {
        Err(Refusal::parameter(format!("{field}: 1 to 64 of 0-9 A-Z a-z _ - | * @")))
    }
}

/// Divides an order. The same number again tells how far it is, and by then it is done.
pub(super) fn share(world: &mut World, asked: &Asked) -> Outcome {
    let order: Order = read(asked)?;
    if order.appid.as_deref() != Some(APPID) {
        return Err(Refusal::parameter(format!("appid: {APPID}")));
    }
    if !(1..=RECEIVERS_MAX).contains(&order.receivers.len()) {
        return Err(Refusal::parameter("receivers: 1 to 50"));
    }
    for one in &order.receivers {
        if !["MERCHANT_ID", "PERSONAL_OPENID", "PERSONAL_SUB_OPENID"].contains(&one.kind.as_str()) {
            return Err(Refusal::parameter("receivers.type: MERCHANT_ID or PERSONAL_OPENID"));
        }
        if one.account.is_empty() || one.account == MCHID || one.amount < 1 || one.description.is_empty() {
            return Err(Refusal::parameter(
                "receivers: each has another's account, an amount of 1 fen or more, and a description",
            ));
        }
        let added = world.wechat.receivers.contains(&one.account);
        if world.wechat.switches.receivers_must_be_added && !added {
            return Err(refuse("add the receiver first: POST /v3/profitsharing/receivers/add"));
        }
    }
    divide(world, order)
}

/// Ends an order's dividing: what is left is the merchant's.
pub(super) fn unfreeze(world: &mut World, asked: &Asked) -> Outcome {
    let order: Order = read(asked)?;
    if order.description.is_none() || !order.receivers.is_empty() {
        return Err(Refusal::parameter("description: say why, and name no receivers"));
    }
    divide(world, Order { unfreeze_unsplit: true, ..order })
}

fn divide(world: &mut World, order: Order) -> Outcome {
    number("out_order_no", &order.out_order_no)?;
    let trade_number = by_id(world, &order.transaction_id)
        .ok_or_else(|| Refusal::parameter("transaction_id: names no paid order of this merchant"))?;
    if let Some(before) = world.wechat.shared.get(&order.out_order_no) {
        let same = before.transaction_id == order.transaction_id
            && before.receivers == order.receivers
            && before.unfreezes == order.unfreeze_unsplit;
        if !same {
            return Err(refuse("this out_order_no was sent before with other fields: use a new one"));
        }
        settle(world, &order.out_order_no);
        return told(world, &order.out_order_no);
    }
    if !world.wechat.held_back.contains(&trade_number) {
        return Err(refuse(
            "the order is not held back: make it with settle_info.profit_sharing, and divide before unfreezing",
        ));
    }
    let wanted: i64 = order.receivers.iter().map(|one| one.amount).sum();
    if wanted > unsplit(world, &trade_number, &order.transaction_id) {
        return Err(Refusal::new(403, "NOT_ENOUGH", "more than is left of the order to divide"));
    }
    let order_id = format!("30{}", world.chance.digits(26));
    if order.unfreeze_unsplit {
        world.wechat.held_back.remove(&trade_number);
    }
    let shared = Shared {
        order_id,
        transaction_id: order.transaction_id,
        receivers: order.receivers,
        unfreezes: order.unfreeze_unsplit,
        done: false,
        at: world.now(),
    };
    world.wechat.shared.insert(order.out_order_no.clone(), shared);
    told(world, &order.out_order_no)
}

/// The receivers get their shares, once.
fn settle(world: &mut World, out_order_no: &str) {
    let Some(shared) = world.wechat.shared.get_mut(out_order_no).filter(|shared| !shared.done) else {
        return;
    };
    shared.done = true;
    let shared = shared.clone();
    let Some(trade_number) = by_id(world, &shared.transaction_id) else { return };
    for one in &shared.receivers {
        cashier::post(world, Channel::Wechat, &trade_number, MERCHANT, &one.account, one.amount, "split");
    }
}

fn told(world: &World, out_order_no: &str) -> Outcome {
    let shared = world.wechat.shared.get(out_order_no).ok_or_else(no_split)?;
    let (state, result) = if shared.done { ("FINISHED", "SUCCESS") } else { ("PROCESSING", "PENDING") };
    let receivers: Vec<Value> = shared
        .receivers
        .iter()
        .enumerate()
        .map(|(at, one)| {
            let mut told = json!({
                "type": one.kind, "account": one.account, "amount": one.amount,
                "description": one.description, "result": result, "create_time": wechat_time(shared.at),
                "detail_id": format!("36{}{at:02}", &shared.order_id[2..26]),
            });
            if shared.done {
                told["finish_time"] = wechat_time(shared.at).into();
            }
            told
        })
        .collect();
    let body = json!({
        "transaction_id": shared.transaction_id, "out_order_no": out_order_no, "order_id": shared.order_id,
        "state": state, "receivers": receivers,
    });
    Ok((200, body.to_string()))
}

fn no_split() -> Refusal {
    Refusal::new(404, "RESOURCE_NOT_EXISTS", "no such split")
}

/// Tells about a split, which is also when it is done.
pub(super) fn query(world: &mut World, asked: &Asked, out_order_no: &str) -> Outcome {
    let shared = world.wechat.shared.get(out_order_no).ok_or_else(no_split)?;
    if asked.query("transaction_id") != Some(shared.transaction_id.as_str()) {
        return Err(Refusal::parameter("transaction_id: ask with ?transaction_id= of the order"));
    }
    settle(world, out_order_no);
    told(world, out_order_no)
}

/// What is left of a trade to divide.
fn unsplit(world: &World, trade_number: &str, transaction_id: &str) -> i64 {
    let splits = world.wechat.shared.values().filter(|shared| shared.transaction_id == transaction_id);
    let split: i64 = splits.flat_map(|shared| &shared.receivers).map(|one| one.amount).sum();
    let trade = world.trade(Channel::Wechat, trade_number);
    trade.map_or(0, |trade| trade.order.fen - trade.refunded()) - split
}

/// What is left of an order to divide.
pub(super) fn amounts(world: &mut World, transaction_id: &str) -> Outcome {
    let trade_number = by_id(world, transaction_id).ok_or_else(no_split)?;
    let held = world.wechat.held_back.contains(&trade_number);
    let left = if held { unsplit(world, &trade_number, transaction_id) } else { 0 };
    Ok((200, json!({"transaction_id": transaction_id, "unsplit_amount": left}).to_string()))
}

/// A receiver gives its share back, once per number.
pub(super) fn give_back(world: &mut World, asked: &Asked) -> Outcome {
    let order: ReturnOrder = read(asked)?;
    number("out_return_no", &order.out_return_no)?;
    if order.description.is_empty() || order.amount < 1 {
        return Err(Refusal::parameter("amount: 1 fen or more, and a description"));
    }
    let shared = world.wechat.shared.get(&order.out_order_no).ok_or_else(no_split)?.clone();
    let merchant = |one: &Receiver| one.account == order.return_mchid && one.kind == "MERCHANT_ID";
    if !shared.receivers.iter().any(merchant) {
        return Err(refuse("return_mchid: only a merchant that got a share of this split can give it back"));
    }
    let wanted = Return {
        out_order_no: order.out_order_no.clone(),
        account: order.return_mchid.clone(),
        fen: order.amount,
        at: world.now(),
        became: Became::Open,
    };
    if let Some(before) = world.wechat.returned.get(&order.out_return_no) {
        let same = Return { at: before.at, became: before.became, ..wanted } == *before;
        if !same {
            return Err(refuse("this out_return_no was sent before with other fields: use a new one"));
        }
        hand_back(world, &order.out_return_no);
        return returned(world, &order.out_return_no);
    }
    let withholds = world.withholds(Channel::Wechat, &wanted.account);
    if withholds == Some(Withholds::Refuses) {
        return Err(Refusal::new(
            403,
            "NOT_ENOUGH",
            "the receiver does not give back now: see /_sim/withhold",
        ));
    }
    let got: i64 =
        shared.receivers.iter().filter(|one| one.account == wanted.account).map(|one| one.amount).sum();
    let back = world.wechat.returned.values().filter(|one| {
        one.out_order_no == wanted.out_order_no
            && one.account == wanted.account
            && one.became != Became::Failed
    });
    if !shared.done || wanted.fen > got - back.map(|one| one.fen).sum::<i64>() {
        return Err(refuse("the receiver has not so much of this split"));
    }
    let failed = withholds == Some(Withholds::Fails);
    let became = if failed { Became::Failed } else { Became::Open };
    world.wechat.returned.insert(order.out_return_no.clone(), Return { became, ..wanted });
    if withholds.is_none() {
        hand_back(world, &order.out_return_no);
    }
    returned(world, &order.out_return_no)
}

/// The merchant gets a share that is taken in, once.
fn hand_back(world: &mut World, number: &str) {
    let open = |one: &&mut Return| one.became == Became::Open;
    let Some(one) = world.wechat.returned.get_mut(number).filter(open) else { return };
    one.became = Became::Done;
    let one = one.clone();
    let transaction = world.wechat.shared.get(&one.out_order_no).map(|shared| shared.transaction_id.clone());
    let Some(trade_number) = transaction.and_then(|id| by_id(world, &id)) else { return };
    cashier::post(world, Channel::Wechat, &trade_number, &one.account, MERCHANT, one.fen, "split-return");
}

fn returned(world: &World, number: &str) -> Outcome {
    let one = world.wechat.returned.get(number).ok_or_else(no_split)?;
    let order_id = world.wechat.shared.get(&one.out_order_no).map(|shared| shared.order_id.clone());
    let result = match one.became {
        Became::Done => "SUCCESS",
        Became::Open => "PROCESSING",
        Became::Failed => "FAILED",
    };
    let mut body = json!({
        "order_id": order_id, "out_order_no": one.out_order_no, "out_return_no": number,
        "return_id": format!("3008{number}"), "return_mchid": one.account, "amount": one.fen,
        "result": result, "create_time": wechat_time(one.at),
    });
    if one.became != Became::Open {
        body["finish_time"] = wechat_time(one.at).into();
    }
    if one.became == Became::Failed {
        body["fail_reason"] = "ACCOUNT_ABNORMAL".into();
    }
    Ok((200, body.to_string()))
}

/// Tells about a share given back.
pub(super) fn given_back(world: &mut World, asked: &Asked, out_return_no: &str) -> Outcome {
    let one = world.wechat.returned.get(out_return_no).ok_or_else(no_split)?;
    if asked.query("out_order_no") != Some(one.out_order_no.as_str()) {
        return Err(Refusal::parameter("out_order_no: ask with ?out_order_no= of the split"));
    }
    hand_back(world, out_return_no);
    returned(world, out_return_no)
}

/// Adds or deletes a receiver.
pub(super) fn receiver(world: &mut World, asked: &Asked, add: bool) -> Outcome {
    let one: Added = read(asked)?;
    if one.appid != APPID || one.account.is_empty() {
        return Err(Refusal::parameter(format!("appid: {APPID}, and an account")));
    }
    if add && one.relation_type.is_none() {
        return Err(Refusal::parameter("relation_type: such as PARTNER"));
    }
    if add {
        world.wechat.receivers.insert(one.account.clone());
    } else {
        world.wechat.receivers.remove(&one.account);
    }
    let mut body = json!({"type": one.kind, "account": one.account});
    if let Some(relation) = one.relation_type {
        body["relation_type"] = relation.into();
    }
    Ok((200, body.to_string()))
}
