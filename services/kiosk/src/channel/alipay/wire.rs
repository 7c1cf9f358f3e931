//! Alipay's messages: what is put into `biz_content`, and what an answer's node says.

use serde::{Deserialize, Serialize};

use crate::channel::Doubt;
use crate::till::AttemptNumber;

/// `biz_content` of every method about one trade; what a method does not take stays out of the text.
#[derive(Default, Serialize)]
pub(super) struct Content<'a> {
    pub(super) out_trade_no: &'a str,
    /// Yuan with two decimals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) total_amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scene: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) auth_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) seller_id: Option<&'a str>,
    /// Minutes, as `5m`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) timeout_express: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refund_amount: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) out_request_no: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) refund_reason: Option<&'a str>,
    /// What parties of a division give of a refund.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) refund_royalty_parameters: Vec<super::split::Royalty<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) product_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) agreement_params: Option<AgreementParams<'a>>,
    #[serde(skip_serializing_if = "ExtendParams::is_empty")]
    pub(super) extend_params: ExtendParams,
}

/// By which agreement a payer is charged.
#[derive(Serialize)]
pub(super) struct AgreementParams<'a> {
    pub(super) agreement_no: &'a str,
}

/// What only some trades carry; all values are texts.
#[derive(Default, Serialize)]
pub(super) struct ExtendParams {
    /// Number of instalments.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hb_fq_num: Option<String>,
    /// How many percent of the instalments' fee the seller bears.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hb_fq_seller_percent: Option<String>,
    /// `true` keeps the money until it is divided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) royalty_freeze: Option<&'static str>,
}

impl ExtendParams {
    fn is_empty(&self) -> bool {
        self.hb_fq_num.is_none() && self.royalty_freeze.is_none()
    }
}

/// The node of any answer; which fields are there depends on the method and the code.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Node {
    pub(super) code: String,
    pub(super) sub_code: String,
    pub(super) out_trade_no: String,
    pub(super) trade_no: String,
    pub(super) trade_status: String,
    pub(super) total_amount: String,
    pub(super) qr_code: String,
    pub(super) retry_flag: String,
    pub(super) fund_change: String,
    /// What of the trade has gone back so far, this refund included.
    pub(super) refund_fee: String,
    pub(super) refund_status: String,
    pub(super) refund_amount: String,
    pub(super) out_request_no: String,
    pub(super) result_code: String,
    pub(super) bill_download_url: String,
    pub(super) agreement_no: String,
    pub(super) external_agreement_no: String,
    /// Of an agreement.
    pub(super) status: String,
}

/// What a node's `code` and `sub_code` mean for the money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// `10000`.
    Ok,
    /// `10003`: the payer must confirm.
    Waiting,
    /// The gateway does not know; it may have happened.
    Unknown,
    /// `40004`: the method ran and refused; the reason is [`Node::sub_code`].
    Refused,
    /// The request never reached the method: parameters, signature, rights.
    NotDispatched,
}

impl Node {
    /// The node, unless it names another trade than the one that was asked about: an answer that was signed for
    /// another call proves nothing here. Where it names none, the channel answers by its position alone.
    pub(super) fn about(self, number: &AttemptNumber) -> Result<Self, Doubt> {
        let named = self.out_trade_no.as_str();
        if named.is_empty() || named == number.as_str() { Ok(self) } else { Err(Doubt::Unparsable) }
    }

    /// Reads the verdict. A code that is not documented proves nothing.
    pub(super) fn verdict(&self) -> Verdict {
        match (self.code.as_str(), self.sub_code.as_str()) {
            ("10000", _) => Verdict::Ok,
            ("10003", _) => Verdict::Waiting,
            ("40004", "ACQ.SYSTEM_ERROR" | "aop.ACQ.SYSTEM_ERROR") => Verdict::Unknown,
            ("40004", _) => Verdict::Refused,
            ("20001" | "40001" | "40002" | "40006", _) => Verdict::NotDispatched,
            _other => Verdict::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_about_another_trade_proves_nothing() {
        let number = AttemptNumber::new("MINE0001").expect("number");
        let named = |name: &str| Node { out_trade_no: name.to_owned(), ..Node::default() }.about(&number);
        assert!(named("MINE0001").is_ok());
        assert!(named("").is_ok(), "a refusal names no trade");
        assert!(matches!(named("MINE0002"), Err(Doubt::Unparsable)));
    }
}
