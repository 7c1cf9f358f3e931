//! Notifies: a form that Alipay signs. What it says is believed only when it is Alipay's, to us and of our money.
//!
//! Source: opendocs.alipay.com, "异步通知说明".

use std::collections::BTreeMap;

use super::config::AlipayConfig;
use super::sign::Keys;
use super::{agreeing, canon};
use crate::channel::{Doubt, PaidProof, Proof, Refunded, Refusal, Told};
use crate::till::{AttemptNumber, Currency, Money, RefundNumber};

/// Reads a notify's body.
pub(super) fn read(body: &[u8], keys: &Keys, config: &AlipayConfig) -> Result<Told, Doubt> {
    let params = canon::parse_form(body).ok_or(Doubt::Unparsable)?;
    let field = |name: &str| params.get(name).map(String::as_str).unwrap_or_default();
    if !field("charset").eq_ignore_ascii_case("utf-8") {
        return Err(Doubt::Unparsable);
    }
    let text = canon::signed_text(&params, &["sign", "sign_type"]);
    let certificate = params.get("alipay_cert_sn").map(String::as_str);
    if field("sign_type") != "RSA2" || !keys.verifies_notify(&text, field("sign"), certificate) {
        return Err(Doubt::BadSignature);
    }
    // Alipay signs for all its merchants with one key: the signature alone does not say that it is for us.
    // What tells of an agreement names no seller.
    let seller =
        |seller: &String| field("seller_id") == seller || field("notify_type").starts_with("dut_user_");
    let ours = field("app_id") == config.app_id && config.seller_id.as_ref().is_none_or(seller);
    if !ours {
        tracing::warn!("alipay told of another merchant's trade");
        return Err(Doubt::Unparsable);
    }
    if field("notify_type") != "trade_status_sync" {
        return Ok(agreeing::told(&params).unwrap_or(Told::Nothing));
    }
    Ok(trade(&params).unwrap_or(Told::Nothing))
}

/// What it says of a trade of ours; `None` where that is nothing to act on.
pub(super) fn trade(params: &BTreeMap<String, String>) -> Option<Told> {
    let field = |name: &str| params.get(name).map(String::as_str).unwrap_or_default();
    let number = AttemptNumber::new(field("out_trade_no")).ok()?;
    let back = Money::from_decimal(field("refund_fee"), Currency::CNY).is_ok_and(|fee| fee.minor() > 0);
    if back && let Ok(number) = RefundNumber::new(field("out_biz_no")) {
        return Some(Told::Refund { number, refunded: Refunded::Done });
    }
    let proof = match field("trade_status") {
        "TRADE_SUCCESS" | "TRADE_FINISHED" => {
            let amount = Money::from_decimal(field("total_amount"), Currency::CNY).ok()?;
            let channel_ref = field("trade_no").to_owned();
            if channel_ref.is_empty() || amount.minor() <= 0 {
                return None;
            }
            Proof::Paid(PaidProof { channel_ref, amount })
        }
        // A trade is also closed once all its money went back; that one was paid.
        "TRADE_CLOSED" if !back && field("gmt_payment").is_empty() => Proof::NotPaid(Refusal::Closed),
        _other => return None,
    };
    Some(Told::Payment { number, proof })
}

#[cfg(test)]
mod tests;
