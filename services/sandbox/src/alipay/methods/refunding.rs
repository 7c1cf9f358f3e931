//! Money sent back, once per refund number.

use serde_json::json;

use super::{BUYER, Content, Outcome, finished, number, parameter, settling};
use crate::alipay::accounts::Gave;
use crate::alipay::canon::{fen, yuan};
use crate::alipay::gate::Refusal;
use crate::book::MERCHANT;
use crate::cashier::{self, Refunding};
use crate::clock::alipay_time;
use crate::trade::Channel;
use crate::world::World;

/// `alipay.trade.refund`.
pub(super) fn refund(world: &mut World, content: &Content) -> Outcome {
    let number = number(world, content)?;
    let amount = content.refund_amount.as_deref().ok_or_else(|| parameter("refund_amount is missing"))?;
    let amount = fen(amount).ok_or_else(|| parameter("refund_amount: yuan as a string with two decimals"))?;
    let request = content.out_request_no.as_deref().unwrap_or(&number);
    if request.is_empty() || request.len() > 64 {
        return Err(parameter("out_request_no: 1 to 64 characters"));
    }
    let trade = world.trade(Channel::Alipay, &number).ok_or_else(Refusal::unknown)?;
    let first = trade.refunds.iter().all(|refund| refund.number != request);
    if first && finished(trade, world.now()) {
        return Err(Refusal::business(
            "ACQ.TRADE_HAS_FINISHED",
            "the time to send money back is over (365 days): pay the buyer in another way",
        ));
    }
    if first && content.out_request_no.is_none() && amount < trade.order.fen {
        return Err(parameter("out_request_no: a refund of a part has a number of its own"));
    }
    let parts = if first {
        settling::givings(world, &number, &content.refund_royalty_parameters, amount)?
    } else {
        Vec::new()
    };
    let given: i64 = parts.iter().map(|(_, fen)| fen).sum();
    let balance = world.held(Channel::Alipay, MERCHANT);
    if first && amount <= trade.order.fen - trade.refunded() && amount - given > balance {
        return Err(Refusal::business(
            "ACQ.SELLER_BALANCE_NOT_ENOUGH",
            "the seller's account holds less, since shares went to other parties: top it up, same out_request_no",
        ));
    }
    let change = match cashier::refund(world, Channel::Alipay, &number, request, amount) {
        Refunding::Moved => {
            for (account, fen) in parts {
                cashier::post(world, Channel::Alipay, &number, &account, MERCHANT, fen, "share-back");
                let out_trade_no = number.clone();
                world.alipay.gave.push(Gave { out_trade_no, account, fen });
            }
            "Y"
        }
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

/// `alipay.trade.fastpay.refund.query`: 10000 without `refund_status` where there is no such refund.
pub(super) fn query(world: &mut World, content: &Content) -> Outcome {
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
