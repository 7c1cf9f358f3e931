//! What became of an order: `respCode` is the question's own, `origRespCode` the transaction's.

use super::calls::{Outcome, fields, standing};
use super::canon::Fields;
use super::gate::{Call, Kind, Refusal};
use crate::cashier;
use crate::clock::alipay_time;
use crate::trade::Channel;
use crate::world::World;

pub(super) fn run(world: &mut World, call: &Call) -> Outcome {
    let no_such = || {
        Refusal::new(
            "34",
            "no such transaction: the code was not scanned, or orderId and txnTime are not those of one request",
        )
    };
    let filed = world.acp.get(call.order()).filter(|filed| filed.txn_time == call.field("txnTime"));
    let filed = filed.cloned().ok_or_else(no_such)?;
    let (code, msg) = match filed.kind {
        Kind::Undo | Kind::Refund => ("00", "成功"),
        _payment => {
            cashier::queried(world, Channel::Unionpay, call.order()).ok_or_else(no_such)?;
            standing(world, call.order()).ok_or_else(no_such)?
        }
    };
    let mut told = fields([
        ("origRespCode", code),
        ("origRespMsg", msg),
        ("queryId", &filed.query_id),
        ("txnAmt", &filed.fen.to_string()),
        ("currencyCode", "156"),
    ]);
    told.extend(settled(world, &filed.query_id, filed.fen));
    Ok(told)
}

/// The fields that say when and for how much a transaction is settled.
pub(super) fn settled(world: &World, query_id: &str, fen: i64) -> Fields {
    let now: String = alipay_time(world.now()).chars().filter(char::is_ascii_digit).collect();
    let trace = query_id.get(query_id.len().saturating_sub(6)..).unwrap_or_default();
    fields([
        ("settleAmt", &fen.to_string()),
        ("settleCurrencyCode", "156"),
        ("settleDate", now.get(4..8).unwrap_or_default()),
        ("traceNo", trace),
        ("traceTime", now.get(4..14).unwrap_or_default()),
    ])
}
