//! What WeChat Pay tells by itself: payments and refunds, sealed and signed by v3, or signed XML by v2.

use serde_json::json;

use super::{answer, canon, nonce, signature, v2};
use crate::clock::{self, wechat_time};
use crate::keys::Keys;
use crate::notice::{Content, Notice};
use crate::spoil::Spoil;
use crate::trade::Trade;
use crate::world::World;

/// What is told of a paid trade, in the protocol that made it.
pub fn paid(world: &World, trade: &Trade) -> Content {
    match world.wechat.v2.get(&trade.order.out_trade_no) {
        Some(how) => Content::WechatV2 { fields: v2::calls::paid(trade), how: *how },
        None => Content::Wechat {
            event: "TRANSACTION.SUCCESS",
            original: "transaction",
            resource: answer::transaction(trade),
            serial: world.wechat.answers_with.clone(),
        },
    }
}

/// What is told of a refund, and where: only where the refund itself named an address. It is done by then.
pub fn refunded(world: &mut World, trade: &Trade, number: &str) -> Option<(String, Content)> {
    let url = world.wechat.refund_urls.get(number)?.clone();
    let refund = trade.refunds.iter().find(|one| one.number == number)?;
    let content = Content::Wechat {
        event: "REFUND.SUCCESS",
        original: "refund",
        resource: answer::refund_told(trade, refund),
        serial: world.wechat.answers_with.clone(),
    };
    Some((url, content))
}

/// A v3 notify's body and headers for one delivery.
pub fn sealed(notice: &Notice, keys: &Keys, at: i64) -> Option<(String, [(&'static str, String); 6])> {
    let Content::Wechat { event, original, resource, serial } = &notice.content else { return None };
    let nonce = nonce(12);
    let sealed = canon::seal(&keys.wx_apiv3, &nonce, original, &resource.to_string())?;
    let summary = if *original == "refund" { "退款成功" } else { "支付成功" };
    let body = json!({
        "id": notice.id, "create_time": wechat_time(at * clock::SECOND), "event_type": event,
        "resource_type": "encrypt-resource", "summary": summary,
        "resource": {
            "original_type": original, "algorithm": "AEAD_AES_256_GCM", "ciphertext": sealed,
            "associated_data": original, "nonce": nonce,
        },
    })
    .to_string();
    let spoil = if notice.probe { Spoil::Probe } else { Spoil::None };
    let serial = serial.as_deref().unwrap_or(&keys.wx_platform_serial);
    let headers = signature(keys, serial, at, &body, spoil);
    Some((body, headers))
}
