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

/// A refund.
pub fn refund(trade: &Trade, refund: &Refund) -> Value {
    let mut answer = json!({
        "refund_id": format!("50000{}", &trade.channel_ref[5..]), "out_refund_no": refund.number,
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

/// A refusal: HTTP status, code, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Such as `PARAM_ERROR`.
    pub code: &'static str,
    /// What to do.
    pub message: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// A parameter is wrong.
    pub fn parameter(message: impl Into<String>) -> Self {
        Self::new(400, "PARAM_ERROR", message)
    }

    /// The body that tells it.
    pub fn body(&self) -> String {
        json!({"code": self.code, "message": self.message}).to_string()
    }
}
