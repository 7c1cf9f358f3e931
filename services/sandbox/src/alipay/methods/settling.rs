//! A paid trade's money divided among parties that were bound before.

use serde::Deserialize;
use serde_json::json;

use super::{Outcome, number, parameter, read};
use crate::alipay::accounts::Settled;
use crate::alipay::canon::fen;
use crate::alipay::gate::{Call, Refusal, SELLER_ID};
use crate::book::MERCHANT;
use crate::cashier;
use crate::trade::{Channel, State};
use crate::world::World;

/// Receivers in one request to bind.
const RECEIVERS_MAX: usize = 20;
/// Parties in one request to divide.
const PARTIES_MAX: usize = 50;

#[derive(Default, Deserialize)]
#[serde(default)]
struct Binding {
    out_request_no: String,
    receiver_list: Vec<Receiver>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Receiver {
    #[serde(rename = "type")]
    kind: String,
    account: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Dividing {
    out_request_no: String,
    trade_no: String,
    royalty_parameters: Vec<Share>,
    royalty_mode: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Share {
    royalty_type: Option<String>,
    trans_out: Option<String>,
    trans_in: String,
    trans_in_type: String,
    amount: Option<String>,
}

/// What one party gives of a refund.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Giving {
    royalty_type: Option<String>,
    trans_out: String,
    trans_out_type: String,
    trans_in: Option<String>,
    amount: Option<String>,
}

/// What parties give of a refund of `refund_fen`: account and fen, none of them more than it has of the trade.
pub(super) fn givings(
    world: &World,
    number: &str,
    list: &[Giving],
    refund_fen: i64,
) -> Result<Vec<(String, i64)>, Refusal> {
    let mut givings: Vec<(String, i64)> = Vec::with_capacity(list.len());
    for one in list {
        if one.royalty_type.as_deref().is_some_and(|kind| kind != "transfer") {
            return Err(parameter("royalty_type: transfer"));
        }
        if one.trans_in.as_deref().is_some_and(|to| to != SELLER_ID) {
            return Err(parameter("trans_in: the seller, or nothing"));
        }
        if !exists(&one.trans_out_type, &one.trans_out) {
            return Err(Refusal::business("ACQ.USER_NOT_EXIST", "trans_out: a party of this trade"));
        }
        if world.withholds(Channel::Alipay, &one.trans_out).is_some() {
            return Err(Refusal::business(
                "ACQ.REFUND_ROYALTY_PAYEE_ACCOUNT_ABNORMAL",
                format!("trans_out {} does not give back now: see /_sim/withhold", one.trans_out),
            ));
        }
        let amount = one.amount.as_deref().and_then(fen).filter(|fen| *fen > 0);
        let amount = amount.ok_or_else(|| parameter("amount: yuan above 0 as a string"))?;
        let asked: i64 =
            givings.iter().filter(|(account, _)| account == &one.trans_out).map(|(_, fen)| fen).sum();
        if amount + asked > world.alipay.held(number, &one.trans_out) {
            return Err(Refusal::business(
                "ACQ.ALLOC_AMOUNT_VALIDATE_ERROR",
                format!("trans_out {} has not so much of this trade", one.trans_out),
            ));
        }
        givings.push((one.trans_out.clone(), amount));
    }
    if givings.iter().map(|(_, fen)| fen).sum::<i64>() > refund_fen {
        return Err(Refusal::business(
            "ACQ.ALLOC_AMOUNT_VALIDATE_ERROR",
            "the parties give more than is refunded",
        ));
    }
    Ok(givings)
}

/// `alipay.trade.royalty.relation.bind`. Binding again is no error.
pub(super) fn bind(world: &mut World, call: &Call) -> Outcome {
    let binding: Binding = read(&call.biz_content)?;
    if binding.out_request_no.is_empty() {
        return Err(parameter("out_request_no is missing"));
    }
    if binding.receiver_list.is_empty() {
        return Err(Refusal::business("ACQ.RECEIVER_LIST_EMPTY", "receiver_list: 1 to 20 receivers"));
    }
    if binding.receiver_list.len() > RECEIVERS_MAX {
        return Err(Refusal::business("ACQ.RELATION_QUANTITY_LIMIT", "receiver_list: 1 to 20 receivers"));
    }
    for receiver in &binding.receiver_list {
        if !matches!(receiver.kind.as_str(), "userId" | "loginName" | "openId") {
            return Err(Refusal::business(
                "ACQ.INVALID_RECEIVER_TYPE",
                "receiver_list.type: userId, loginName or openId",
            ));
        }
        if !exists(&receiver.kind, &receiver.account) {
            return Err(Refusal::business(
                "ACQ.USER_NOT_EXIST",
                "receiver_list.account: 16 digits from 2088 as userId, another's login as loginName",
            ));
        }
    }
    world.alipay.receivers.extend(binding.receiver_list.into_iter().map(|receiver| receiver.account));
    Ok(json!({"result_code": "SUCCESS"}))
}

/// Whether such an account can be: the sandbox has everybody but the merchant.
fn exists(kind: &str, account: &str) -> bool {
    let user =
        account.len() == 16 && account.starts_with("2088") && account.bytes().all(|b| b.is_ascii_digit());
    account != SELLER_ID && if kind == "userId" { user } else { !account.is_empty() && account.len() <= 100 }
}

/// `alipay.trade.order.settle`. The same request again moves nothing.
pub(super) fn settle(world: &mut World, call: &Call) -> Outcome {
    let dividing: Dividing = read(&call.biz_content)?;
    let request = &dividing.out_request_no;
    if request.is_empty() || request.len() > 32 {
        return Err(parameter("out_request_no: 1 to 32 characters"));
    }
    if dividing.royalty_mode.as_deref().is_some_and(|mode| mode != "sync") {
        return Err(parameter("royalty_mode: sync; this sandbox divides at once"));
    }
    let content = super::Content { trade_no: dividing.trade_no.clone(), ..Default::default() };
    let number = number(world, &content)?;
    let shares = shares(&dividing)?;
    if let Some(before) = world.alipay.settled.get(request) {
        if before.out_trade_no == number && before.shares == shares {
            return Ok(json!({"trade_no": dividing.trade_no, "settle_no": before.settle_no}));
        }
        return Err(Refusal::business(
            "ACQ.DISCORDANT_REPEAT_REQUEST",
            "this out_request_no divided another trade or other shares: use a new one",
        ));
    }
    if let Some((account, _)) = shares.iter().find(|(account, _)| !world.alipay.receivers.contains(account)) {
        return Err(Refusal::business(
            "ACQ.ROYALTY_RECEIVER_INVALID",
            format!("trans_in {account} is not bound: call alipay.trade.royalty.relation.bind first"),
        ));
    }
    let trade = world.trade(Channel::Alipay, &number).ok_or_else(Refusal::unknown)?;
    let left = trade.order.fen - trade.refunded() - world.alipay.shared(&number);
    if trade.state != State::Paid {
        return Err(Refusal::business("ACQ.ILLEGAL_SETTLE_STATE", "only a paid trade can be divided"));
    }
    if shares.iter().map(|(_, fen)| fen).sum::<i64>() > left {
        return Err(Refusal::business(
            "ACQ.ALLOC_AMOUNT_VALIDATE_ERROR",
            "the shares are more than what is left of the trade after refunds and other shares",
        ));
    }
    for (account, fen) in &shares {
        cashier::post(world, Channel::Alipay, &number, MERCHANT, account, *fen, "share");
    }
    let settle_no = format!("{}002530060600{}", &dividing.trade_no[..8], world.chance.digits(12));
    let settled = Settled { out_trade_no: number, shares, settle_no: settle_no.clone() };
    world.alipay.settled.insert(request.clone(), settled);
    Ok(json!({"trade_no": dividing.trade_no, "settle_no": settle_no}))
}

/// Each share's account and fen, in the order of the request.
fn shares(dividing: &Dividing) -> Result<Vec<(String, i64)>, Refusal> {
    let list = &dividing.royalty_parameters;
    if list.is_empty() || list.len() > PARTIES_MAX {
        return Err(parameter("royalty_parameters: 1 to 50 shares"));
    }
    list.iter()
        .map(|share| {
            if share.royalty_type.as_deref().is_some_and(|kind| kind != "transfer") {
                return Err(parameter("royalty_type: transfer"));
            }
            if share.trans_out.as_deref().is_some_and(|out| out != SELLER_ID) {
                return Err(parameter("trans_out: the seller, or nothing"));
            }
            if !exists(&share.trans_in_type, &share.trans_in) {
                return Err(Refusal::business(
                    "ACQ.USER_NOT_EXIST",
                    "trans_in: 16 digits from 2088 as userId, another's login as loginName",
                ));
            }
            let amount = share.amount.as_deref().and_then(fen).filter(|fen| *fen > 0);
            let amount = amount.ok_or_else(|| parameter("amount: yuan above 0 as a string"))?;
            Ok((share.trans_in.clone(), amount))
        })
        .collect()
}
