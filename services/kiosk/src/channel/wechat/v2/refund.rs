//! Money sent back by v2. Its answer only says that the refund was taken in; whether it is done is asked.

use super::wire::Said;
use super::{Fields, WechatV2};
use crate::channel::{Doubt, Refunded};
use crate::till::{Attempt, Refund};

impl WechatV2 {
    pub(super) async fn send_back(&self, attempt: &Attempt, refund: &Refund) -> Refunded {
        let (total, fen) = (attempt.amount.minor().to_string(), refund.amount.minor().to_string());
        let fields = [
            ("out_trade_no", attempt.number.as_str()),
            ("out_refund_no", refund.number.as_str()),
            ("total_fee", total.as_str()),
            ("refund_fee", fen.as_str()),
            ("refund_fee_type", "CNY"),
            ("refund_desc", refund.reason.text()),
        ];
        match self.call("/secapi/pay/refund", &fields).await {
            Ok(Said::Yes(_)) => self.sent_back(refund).await,
            Ok(Said::No(code)) => match code.as_str() {
                "SYSTEMERROR" | "BIZERR_NEED_RETRY" | "FREQUENCY_LIMITED" => {
                    Refunded::Again(Doubt::ServerError)
                }
                _final => Refunded::Refused,
            },
            Err(doubt) => Refunded::Again(doubt),
        }
    }

    pub(super) async fn sent_back(&self, refund: &Refund) -> Refunded {
        match self.call("/pay/refundquery", &[("out_refund_no", refund.number.as_str())]).await {
            Ok(Said::Yes(said)) => became(refund, &said),
            // A refused question says nothing about the money, not even where the platform knows no such refund:
            // it is asked for again with the same number.
            Ok(Said::No(_)) => Refunded::Again(Doubt::ServerError),
            Err(doubt) => Refunded::Again(doubt),
        }
    }
}

/// What an answer about one refund proves: it is the first and only one in it.
fn became(refund: &Refund, said: &Fields) -> Refunded {
    let get = |name: &str| said.get(name).map(String::as_str).unwrap_or_default();
    if get("out_refund_no_0") != refund.number.as_str()
        || get("refund_fee_0") != refund.amount.minor().to_string()
    {
        return Refunded::Again(Doubt::Unparsable);
    }
    match get("refund_status_0") {
        "SUCCESS" => Refunded::Done,
        "REFUNDCLOSE" | "CHANGE" => Refunded::Refused,
        _processing => Refunded::Again(Doubt::ServerError),
    }
}
