//! Alipay's asynchronous notifies as form parameters, and their signature.

use std::collections::BTreeMap;

use super::canon::{self, yuan};
use super::gate::{APP_ID, SELLER_ID};
use crate::clock::alipay_time;
use crate::keys::Keys;
use crate::notice;
use crate::trade::Trade;
use crate::world::World;

/// Parameters that tell of a paid trade, unsigned and without `notify_id`.
pub fn paid(trade: &Trade) -> BTreeMap<String, String> {
    let total = yuan(trade.order.fen);
    let bills = format!("[{{\"amount\":\"{total}\",\"fundChannel\":\"ALIPAYACCOUNT\"}}]");
    let paid_at = trade.paid_at.unwrap_or(trade.made_at);
    [
        ("notify_time", alipay_time(paid_at)),
        ("notify_type", "trade_status_sync".to_owned()),
        ("app_id", APP_ID.to_owned()),
        ("auth_app_id", APP_ID.to_owned()),
        ("charset", "utf-8".to_owned()),
        ("version", "1.0".to_owned()),
        ("trade_no", trade.channel_ref.clone()),
        ("out_trade_no", trade.order.out_trade_no.clone()),
        ("buyer_id", "2088102146225135".to_owned()),
        ("seller_id", SELLER_ID.to_owned()),
        ("trade_status", "TRADE_SUCCESS".to_owned()),
        ("total_amount", total.clone()),
        ("receipt_amount", total.clone()),
        ("buyer_pay_amount", total.clone()),
        ("invoice_amount", total),
        ("point_amount", "0.00".to_owned()),
        ("subject", trade.order.subject.clone()),
        ("gmt_create", alipay_time(trade.made_at)),
        ("gmt_payment", alipay_time(paid_at)),
        ("fund_bill_list", bills),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect()
}

/// Parameters that tell of money sent back.
pub fn refunded(trade: &Trade, refund: &str) -> BTreeMap<String, String> {
    let mut params = paid(trade);
    let at = trade.refunds.iter().find(|one| one.number == refund).map_or(trade.made_at, |one| one.at);
    let status = if trade.refunded() < trade.order.fen { "TRADE_SUCCESS" } else { "TRADE_CLOSED" };
    for (name, value) in [
        ("out_biz_no", refund.to_owned()),
        ("refund_fee", yuan(trade.refunded())),
        ("gmt_refund", format!("{}.000", alipay_time(at))),
        ("notify_time", alipay_time(at)),
        ("trade_status", status.to_owned()),
    ] {
        params.insert(name.to_owned(), value);
    }
    params
}

/// Tells that a payer signed or ended an agreement, where its page names an address.
pub fn tell_agreement(world: &mut World, number: &str) {
    let Some(agreement) = world.alipay.agreements.get(number) else { return };
    let Some(name) = agreement.name.clone() else { return };
    let Some(page) = world.alipay.pages.get(&name) else { return };
    let Some(url) = page.notify_url.clone() else { return };
    let ended = agreement.ended_at.is_some();
    let (kind, status) = if ended { ("dut_user_unsign", "UNSIGN") } else { ("dut_user_sign", "NORMAL") };
    let at = alipay_time(agreement.ended_at.unwrap_or(agreement.signed_at));
    let params = [
        ("notify_time", at.clone()),
        ("notify_type", kind.to_owned()),
        ("app_id", APP_ID.to_owned()),
        ("auth_app_id", APP_ID.to_owned()),
        ("charset", "utf-8".to_owned()),
        ("version", "1.0".to_owned()),
        ("agreement_no", number.to_owned()),
        ("external_agreement_no", name.clone()),
        ("personal_product_code", "GENERAL_WITHHOLDING_P".to_owned()),
        ("sign_scene", page.scene.clone()),
        ("status", status.to_owned()),
        ("sign_time", alipay_time(agreement.signed_at)),
        ("alipay_user_id", "2088102146225135".to_owned()),
    ];
    let params = params.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    notice::told(world, &name, &url, notice::Content::Alipay(params));
}

/// The form to post: signed over everything but `sign` and `sign_type`.
pub fn form(mut params: BTreeMap<String, String>, keys: &Keys, probe: bool) -> String {
    let key = if probe { &keys.stranger } else { &keys.alipay_platform };
    let text = canon::signed_text(&params, &["sign", "sign_type"]);
    params.insert("sign".to_owned(), key.sign(text.as_bytes()));
    params.insert("sign_type".to_owned(), "RSA2".to_owned());
    canon::form(&params)
}
