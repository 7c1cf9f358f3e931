//! What WeChat Pay tells by itself: verified over the raw body, opened with the APIv3 key, and about this merchant.
//! Source: pay.weixin.qq.com/doc/v3, "支付成功回调通知" and "退款结果通知".

use serde::Deserialize;

use super::sealed::Sealed;
use super::sign::Distrust;
use super::wire::{RefundTold, Transaction};
use super::{Wechat, order, refund};
use crate::channel::{Delivery, Doubt, Told};
use crate::till::AttemptNumber;

/// Longest notify read. Real ones stay below 8 KiB.
const NOTIFY_BYTES_MAX: usize = 64 * 1024;

#[derive(Deserialize)]
struct Notify {
    event_type: String,
    resource: Sealed,
}

impl Wechat {
    pub(super) fn hear(&self, delivery: Delivery<'_>) -> Result<Told, Doubt> {
        if delivery.body.len() > NOTIFY_BYTES_MAX {
            return Err(Doubt::Unparsable);
        }
        let now = (self.clock)();
        let held = self.certificates.list();
        match self.keys.verify_text(delivery.headers, delivery.body, now, &held) {
            Ok(()) => {}
            Err(Distrust::UnknownKey) => {
                // The platform tells it again in 15 s; the next question brings its certificates.
                self.certificates.want();
                return Err(Doubt::BadSignature);
            }
            Err(Distrust::Wrong) => return Err(Doubt::BadSignature),
        }
        let notify: Notify = serde_json::from_slice(delivery.body).map_err(|_not_it| Doubt::Unparsable)?;
        let clear = self.keys.api().and_then(|key| key.open(&notify.resource)).ok_or(Doubt::BadSignature)?;
        read(&notify.event_type, &clear, &self.config.mchid, &self.config.appid)
    }
}

/// What an opened notify says to this merchant.
pub(super) fn read(event: &str, clear: &[u8], mchid: &str, appid: &str) -> Result<Told, Doubt> {
    if event == "TRANSACTION.SUCCESS" {
        let said: Transaction = serde_json::from_slice(clear).map_err(|_not_it| Doubt::Unparsable)?;
        if said.mchid != mchid || said.appid != appid || said.trade_state != "SUCCESS" {
            return Err(Doubt::Unparsable);
        }
        // Another program of the same merchant may use numbers that no till makes.
        let Ok(number) = AttemptNumber::new(&said.out_trade_no) else { return Ok(Told::Nothing) };
        return Ok(Told::Payment { number, proof: order::paid(said) });
    }
    if event.starts_with("REFUND.") {
        let said: RefundTold = serde_json::from_slice(clear).map_err(|_not_it| Doubt::Unparsable)?;
        if said.mchid != mchid {
            return Err(Doubt::Unparsable);
        }
        let Ok(number) = AttemptNumber::new(&said.out_refund_no) else { return Ok(Told::Nothing) };
        return Ok(Told::Refund { number, refunded: refund::status(&said.refund_status) });
    }
    Ok(Told::Nothing)
}

#[cfg(test)]
mod tests;
