//! WeChat Pay v3's messages, and what its error codes mean for the money.

use serde::{Deserialize, Serialize};

use crate::channel::{Doubt, Proof, Refusal};

#[derive(Serialize)]
pub(super) struct Amount<'a> {
    /// Fen.
    pub(super) total: i64,
    pub(super) currency: &'a str,
}

#[derive(Serialize)]
pub(super) struct Native<'a> {
    pub(super) appid: &'a str,
    pub(super) mchid: &'a str,
    pub(super) description: &'a str,
    pub(super) out_trade_no: &'a str,
    /// RFC 3339.
    pub(super) time_expire: String,
    pub(super) notify_url: &'a str,
    pub(super) amount: Amount<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) settle_info: Option<Settle>,
}

/// How the order's money is settled.
#[derive(Serialize)]
pub(super) struct Settle {
    /// Held back until it is divided.
    pub(super) profit_sharing: bool,
}

#[derive(Serialize)]
pub(super) struct Payer<'a> {
    pub(super) auth_code: &'a str,
}

#[derive(Serialize)]
pub(super) struct Store<'a> {
    /// Our own number of the store; `id` would be WeChat's.
    pub(super) out_id: &'a str,
}

#[derive(Serialize)]
pub(super) struct Scene<'a> {
    pub(super) store_info: Store<'a>,
}

#[derive(Serialize)]
pub(super) struct Codepay<'a> {
    pub(super) appid: &'a str,
    pub(super) mchid: &'a str,
    pub(super) description: &'a str,
    pub(super) out_trade_no: &'a str,
    pub(super) payer: Payer<'a>,
    pub(super) amount: Amount<'a>,
    pub(super) scene_info: Scene<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) settle_info: Option<Settle>,
}

#[derive(Serialize)]
pub(super) struct Close<'a> {
    pub(super) mchid: &'a str,
}

#[derive(Serialize)]
pub(super) struct Reverse<'a> {
    pub(super) appid: &'a str,
    pub(super) mchid: &'a str,
}

#[derive(Serialize)]
pub(super) struct RefundAmount<'a> {
    pub(super) refund: i64,
    pub(super) total: i64,
    pub(super) currency: &'a str,
}

#[derive(Serialize)]
pub(super) struct RefundOrder<'a> {
    pub(super) out_trade_no: &'a str,
    pub(super) out_refund_no: &'a str,
    pub(super) reason: &'a str,
    /// Where the platform tells that it is done.
    pub(super) notify_url: &'a str,
    pub(super) amount: RefundAmount<'a>,
}

#[derive(Serialize)]
pub(super) struct Receiver<'a> {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    pub(super) account: &'a str,
    /// Fen.
    pub(super) amount: i64,
    pub(super) description: &'static str,
}

#[derive(Serialize)]
pub(super) struct SplitOrder<'a> {
    pub(super) appid: &'a str,
    pub(super) transaction_id: &'a str,
    pub(super) out_order_no: &'a str,
    pub(super) receivers: Vec<Receiver<'a>>,
    /// What no receiver gets is the merchant's from now on.
    pub(super) unfreeze_unsplit: bool,
}

#[derive(Serialize)]
pub(super) struct Unfreeze<'a> {
    pub(super) transaction_id: &'a str,
    pub(super) out_order_no: &'a str,
    pub(super) description: &'static str,
}

/// What one receiver got.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Received {
    pub(super) account: String,
    pub(super) amount: i64,
    /// `PENDING`, `SUCCESS` or `CLOSED`.
    pub(super) result: String,
}

/// A split, as asking for it and about it answers.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct SplitAnswer {
    pub(super) out_order_no: String,
    /// `PROCESSING` or `FINISHED`.
    pub(super) state: String,
    pub(super) receivers: Vec<Received>,
}

/// What a receiver gives back.
#[derive(Serialize)]
pub(super) struct ReturnOrder<'a> {
    /// The split's number.
    pub(super) out_order_no: &'a str,
    pub(super) out_return_no: &'a str,
    pub(super) return_mchid: &'a str,
    /// Fen.
    pub(super) amount: i64,
    pub(super) description: &'static str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct ReturnAnswer {
    out_return_no: String,
    return_mchid: String,
    amount: i64,
    /// `PROCESSING`, `SUCCESS` or `FAILED`.
    pub(super) result: String,
}

impl ReturnAnswer {
    /// Whether it speaks of what was asked.
    pub(super) fn is(&self, asked: &ReturnOrder<'_>) -> bool {
        self.out_return_no == asked.out_return_no
            && self.return_mchid == asked.return_mchid
            && self.amount == asked.amount
    }
}

/// Where a bill lies.
#[derive(Deserialize)]
pub(super) struct BillAnswer {
    pub(super) hash_type: String,
    /// Of the file before compression, hexadecimal.
    pub(super) hash_value: String,
    pub(super) download_url: String,
}

#[derive(Deserialize)]
pub(super) struct CodeUrl {
    pub(super) code_url: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Paid {
    pub(super) total: i64,
    pub(super) currency: String,
}

/// A transaction, as query and codepay answer it and a notify tells it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Transaction {
    pub(super) appid: String,
    pub(super) mchid: String,
    pub(super) out_trade_no: String,
    pub(super) transaction_id: String,
    pub(super) trade_state: String,
    pub(super) amount: Paid,
}

#[derive(Deserialize)]
pub(super) struct RefundedAmount {
    pub(super) refund: i64,
}

#[derive(Deserialize)]
pub(super) struct RefundAnswer {
    pub(super) out_refund_no: String,
    pub(super) status: String,
    pub(super) amount: RefundedAmount,
}

/// A refund as a notify tells it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct RefundTold {
    pub(super) mchid: String,
    pub(super) out_refund_no: String,
    pub(super) refund_status: String,
}

/// Why the platform refused.
#[derive(Deserialize)]
pub(super) struct Refused {
    pub(super) code: String,
}

/// What a refused charge or order proves. The list of codes is pay.weixin.qq.com's for codepay and native; a code
/// that is not on it proves nothing, and neither do those that mean "somebody else has this number".
pub(super) fn refusal(code: &str) -> Proof {
    let refusal = match code {
        "AUTH_CODE_EXPIRE" | "AUTH_CODE_ERROR" | "AUTH_CODE_INVALID" => Refusal::CodeDead,
        "NOTENOUGH" | "NOT_ENOUGH" => Refusal::InsufficientFunds,
        "ORDER_CLOSED" | "ORDERCLOSED" => Refusal::Closed,
        "PARAM_ERROR"
        | "INVALID_REQUEST"
        | "APPID_MCHID_NOT_MATCH"
        | "MCH_NOT_EXISTS"
        | "NO_AUTH"
        | "NOAUTH"
        | "RULE_LIMIT"
        | "RULELIMIT"
        | "TRADE_ERROR"
        | "USER_ACCOUNT_ABNORMAL"
        | "ACCOUNT_ERROR"
        | "SIGN_ERROR" => Refusal::Declined,
        _not_proof => return Proof::Unknown(Doubt::ServerError),
    };
    Proof::NotPaid(refusal)
}
