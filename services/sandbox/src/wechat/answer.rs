//! What WeChat Pay answers: transactions, refunds and errors as JSON.

use serde_json::{Value, json};

use super::gate::{APPID, MCHID};
use crate::clock::wechat_time;
use crate::trade::{Refund, State, Trade};

/// A transaction, as query, codepay and the notify tell it.
pub fn transaction(trade: &Trade) -> Value {
    let (state, words) = match trade.state {
        State::Offered => ("NOTPAY", "订单未支付"),
        State::Waiting if trade.auth_code.is_none() => ("NOTPAY", "订单未支付"),
        State::Waiting => ("USERPAYING", "用户支付中，需要输入密码"),
        State::Paid if trade.refunds.is_empty() => ("SUCCESS", "支付成功"),
        State::Paid => ("REFUND", "转入退款"),
        State::Closed => ("CLOSED", "订单已关闭"),
        State::Declined => ("PAYERROR", "支付失败"),
        State::Reversed => ("REVOKED", "订单已撤销"),
    };
    let mut transaction = json!({
        "appid": APPID, "mchid": MCHID, "out_trade_no": trade.order.out_trade_no,
        "trade_state": state, "trade_state_desc": words, "attach": "", "promotion_detail": [],
        "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
    });
    if let Some(paid_at) = trade.paid_at {
        let fen = trade.order.fen;
        transaction["transaction_id"] = trade.channel_ref.clone().into();
        transaction["trade_type"] = if trade.auth_code.is_some() { "MICROPAY" } else { "NATIVE" }.into();
        transaction["bank_type"] = "OTHERS".into();
        transaction["success_time"] = wechat_time(paid_at).into();
        transaction["amount"] =
            json!({"total": fen, "payer_total": fen, "currency": "CNY", "payer_currency": "CNY"});
    }
    transaction
}

/// The platform's number of a refund, the same whenever it is told.
pub fn refund_id(trade: &Trade, refund: &Refund) -> String {
    let nth = trade.refunds.iter().position(|one| one.number == refund.number).unwrap_or(0);
    format!("50000{}{nth:02}", &trade.channel_ref[5..])
}

/// A refund as its notify tells it.
pub fn refund_told(trade: &Trade, refund: &Refund) -> Value {
    json!({
        "mchid": MCHID, "out_trade_no": trade.order.out_trade_no, "transaction_id": trade.channel_ref,
        "out_refund_no": refund.number, "refund_id": refund_id(trade, refund), "refund_status": "SUCCESS",
        "success_time": wechat_time(refund.at), "user_received_account": "支付用户零钱",
        "amount": {
            "total": trade.order.fen, "refund": refund.fen, "payer_total": trade.order.fen,
            "payer_refund": refund.fen,
        },
    })
}

/// A refund.
pub fn refund(trade: &Trade, refund: &Refund) -> Value {
    let mut answer = json!({
        "refund_id": refund_id(trade, refund), "out_refund_no": refund.number,
        "transaction_id": trade.channel_ref, "out_trade_no": trade.order.out_trade_no,
        "channel": "ORIGINAL", "user_received_account": "零钱", "funds_account": "AVAILABLE",
        "create_time": wechat_time(refund.at), "status": "PROCESSING", "promotion_detail": [],
        "amount": {
            "total": trade.order.fen, "refund": refund.fen, "payer_total": trade.order.fen,
            "payer_refund": refund.fen, "settlement_refund": refund.fen,
            "settlement_total": trade.order.fen, "discount_refund": 0, "currency": "CNY",
        },
    });
    if refund.settled {
        answer["status"] = "SUCCESS".into();
        answer["success_time"] = wechat_time(refund.at).into();
    }
    answer
}

/// A refusal: HTTP status, code, what to do, and where.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Such as `PARAM_ERROR`.
    pub code: &'static str,
    /// What to do.
    pub message: String,
    /// The platform's `detail`: which field, where, what is wrong with it.
    pub detail: Option<Value>,
}

impl Refusal {
    /// A refusal.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into(), detail: None }
    }

    /// A parameter is wrong; a message that begins with the field's name and a colon names it in `detail`.
    pub fn parameter(message: impl Into<String>) -> Self {
        let message = message.into();
        let (field, issue) = message.split_once(": ").unwrap_or(("", &message));
        let field = format!("/{}", field.replace('.', "/"));
        let detail = json!({"field": field, "issue": issue, "location": "body"});
        Self { detail: Some(detail), ..Self::new(400, "PARAM_ERROR", message) }
    }

    /// The body that tells it.
    pub fn body(&self) -> String {
        let mut body = json!({"code": self.code, "message": self.message});
        if let Some(detail) = &self.detail {
            body["detail"] = detail.clone();
        }
        body.to_string()
    }
}
