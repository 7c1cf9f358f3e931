//! Back notifies as form fields, and their signature.

use super::canon::{self, Fields};
use super::gate::{Kind, MER_ID, SignMethod};
use super::query::settled;
use super::sign;
use crate::alipay::canon::form as encode;
use crate::keys::Keys;
use crate::trade::Trade;
use crate::world::World;

fn common() -> [(&'static str, String); 8] {
    [
        ("version", "5.1.0".to_owned()),
        ("encoding", "UTF-8".to_owned()),
        ("signMethod", "01".to_owned()),
        ("bizType", "000000".to_owned()),
        ("accessType", "0".to_owned()),
        ("merId", MER_ID.to_owned()),
        ("currencyCode", "156".to_owned()),
        ("respMsg", "成功[0000000]".to_owned()),
    ]
}

/// Fields that tell of a paid order, unsigned.
pub fn paid(world: &World, trade: &Trade) -> Fields {
    let number = &trade.order.out_trade_no;
    let filed = world.acp.get(number);
    // A payer's code is charged before the order is filed; its time is that of the sandbox then.
    let time = filed.map(|filed| filed.txn_time.clone()).unwrap_or_default();
    let sub = if trade.auth_code.is_some() { "06" } else { "07" };
    fields(
        world,
        &trade.channel_ref,
        trade.order.fen,
        [("txnType", "01"), ("txnSubType", sub)],
        number,
        &time,
    )
}

/// Fields that tell of an undo or a refund, unsigned.
pub fn sent_back(world: &World, number: &str) -> Fields {
    let Some(filed) = world.acp.get(number) else { return Fields::new() };
    let kind = if filed.kind == Kind::Undo { "31" } else { "04" };
    let mut told = fields(
        world,
        &filed.query_id,
        filed.fen,
        [("txnType", kind), ("txnSubType", "00")],
        number,
        &filed.txn_time,
    );
    let original = filed.of.as_ref().and_then(|of| world.acp.get(of));
    if let Some(original) = original {
        told.insert("origQryId".to_owned(), original.query_id.clone());
    }
    told
}

fn fields(
    world: &World,
    query_id: &str,
    fen: i64,
    kind: [(&str, &str); 2],
    number: &str,
    txn_time: &str,
) -> Fields {
    let mut told: Fields = common().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    told.extend(kind.map(|(name, value)| (name.to_owned(), value.to_owned())));
    told.extend(settled(world, query_id, fen));
    for (name, value) in [
        ("orderId", number),
        ("txnTime", txn_time),
        ("queryId", query_id),
        ("txnAmt", &fen.to_string()),
        ("respCode", "00"),
    ] {
        told.insert(name.to_owned(), value.to_owned());
    }
    told
}

/// The form to post.
pub fn form(mut fields: Fields, keys: &Keys, probe: bool) -> String {
    fields.insert("signPubKeyCert".to_owned(), keys.acp_up_cert.clone());
    let text = canon::signed_text(&fields);
    fields.insert("signature".to_owned(), sign(keys, SignMethod::Certificate, &text, probe));
    encode(&fields)
}
