//! Money on its way back: the undo of the same day, refunds in parts, and the reversal of what got no answer.

use super::calls::{Outcome, duplicate, fields, same_day};
use super::gate::{Call, Kind, Refusal};
use super::register::Filed;
use crate::cashier::{self, Refunding, TakenBack};
use crate::clock::{HOUR, Millis};
use crate::notice;
use crate::trade::{Channel, State};
use crate::world::World;

/// QR payments can be refunded this long.
const REFUND_WITHIN: Millis = 30 * 24 * HOUR;

/// The payment that `origQryId` names.
fn original(world: &World, call: &Call) -> Result<String, Refusal> {
    let wanted = call.field("origQryId");
    if wanted.is_empty() {
        return Err(Refusal::new("13", "origQryId: the payment's queryId, from its query or notify"));
    }
    let payment = |filed: &Filed| matches!(filed.kind, Kind::Pay | Kind::Apply) && filed.query_id == wanted;
    world
        .acp
        .iter()
        .find(|(_, filed)| payment(filed))
        .map(|(number, _)| number.clone())
        .ok_or_else(|| Refusal::new("35", "origQryId names no payment"))
}

/// Whether this very undo or refund was done before.
fn done_before(world: &World, call: &Call, of: &str) -> Result<bool, Refusal> {
    let Some(filed) = world.acp.get(call.order()) else { return Ok(false) };
    let same = filed.kind == call.kind
        && filed.of.as_deref() == Some(of)
        && filed.fen == call.fen()
        && filed.txn_time == call.field("txnTime");
    if same { Ok(true) } else { Err(duplicate()) }
}

fn file(world: &mut World, call: &Call, of: &str) {
    let query_id = format!("{}{}", call.field("txnTime"), world.chance.digits(7));
    let filed = Filed {
        kind: call.kind,
        txn_time: call.field("txnTime").to_owned(),
        fen: call.fen(),
        of: Some(of.to_owned()),
        query_id,
    };
    world.acp.insert(call.order().to_owned(), filed);
    if let Some(url) = call.back_url() {
        notice::tell_acp(world, of, &url, super::notify::sent_back(world, call.order()));
    }
}

fn answer(world: &World, call: &Call) -> Outcome {
    let query_id = world.acp.get(call.order()).map(|filed| filed.query_id.clone()).unwrap_or_default();
    Ok(fields([("queryId", &query_id), ("origQryId", call.field("origQryId"))]))
}

pub(super) fn undo(world: &mut World, call: &Call) -> Outcome {
    let of = original(world, call)?;
    if done_before(world, call, &of)? {
        return answer(world, call);
    }
    let trade = world.trade(Channel::Unionpay, &of).cloned();
    let trade = trade.ok_or_else(|| Refusal::new("35", "origQryId names no payment"))?;
    if trade.state == State::Reversed || !trade.refunds.is_empty() {
        return Err(Refusal::new("45", "money of this payment went back already"));
    }
    if trade.state != State::Paid {
        return Err(Refusal::new("35", "only a paid order can be undone"));
    }
    if call.fen() != trade.order.fen {
        return Err(Refusal::new("36", "an undo takes the whole payment back: send its txnAmt"));
    }
    if !same_day(world, &of) {
        return Err(Refusal::new("39", "an undo is for the day of the payment: refund it"));
    }
    cashier::take_back(world, Channel::Unionpay, &of);
    file(world, call, &of);
    answer(world, call)
}

pub(super) fn refund(world: &mut World, call: &Call) -> Outcome {
    let of = original(world, call)?;
    if done_before(world, call, &of)? {
        return answer(world, call);
    }
    let paid_at = world.trade(Channel::Unionpay, &of).and_then(|trade| trade.paid_at);
    if paid_at.is_some_and(|paid_at| world.now() - paid_at > REFUND_WITHIN) {
        return Err(Refusal::new("39", "a QR payment can be refunded within 30 days"));
    }
    if world.trade(Channel::Unionpay, &of).is_some_and(|trade| trade.state == State::Reversed) {
        return Err(Refusal::new("45", "this payment was undone or reversed already"));
    }
    match cashier::refund(world, Channel::Unionpay, &of, call.order(), call.fen()) {
        Refunding::Moved => {
            file(world, call, &of);
            answer(world, call)
        }
        Refunding::Before | Refunding::Different => Err(duplicate()),
        Refunding::TooMuch => Err(Refusal::new("36", "txnAmt is more than is left of the payment")),
        Refunding::NotPaid | Refunding::Unknown => {
            Err(Refusal::new("35", "only a paid order can be refunded"))
        }
    }
}

/// Reverses a payment with a scanned code, by its own number and time. One that never arrived cannot arrive any more.
pub(super) fn reverse(world: &mut World, call: &Call) -> Outcome {
    let number = call.order().to_owned();
    if let Some(filed) = world.acp.get(&number) {
        if filed.txn_time != call.field("txnTime") {
            return Err(Refusal::new("36", "txnTime is not that of the payment"));
        }
        if filed.kind != Kind::Pay {
            return Err(Refusal::new("35", "only a payment with a scanned code (01 06) can be reversed"));
        }
        if !same_day(world, &number) {
            return Err(Refusal::new("39", "a reversal is for the day of the payment: refund it"));
        }
        if world.trade(Channel::Unionpay, &number).is_some_and(|trade| !trade.refunds.is_empty()) {
            return Err(Refusal::new("45", "money of this payment went back already"));
        }
    }
    match cashier::take_back(world, Channel::Unionpay, &number) {
        TakenBack::Unknown | TakenBack::Closed | TakenBack::Refunded => Ok(fields([])),
    }
}
