//! Money sent back by API v3. Taken in is not done: the platform says so later, when asked or by itself.

use reqwest::Method;

use super::wire;
use super::{Said, Wechat, read};
use crate::channel::{Doubt, Refunded};
use crate::till::{Attempt, Refund};

impl Wechat {
    pub(super) async fn send_back(&self, attempt: &Attempt, refund: &Refund) -> Refunded {
        let body = wire::RefundOrder {
            out_trade_no: attempt.number.as_str(),
            out_refund_no: refund.number.as_str(),
            reason: refund.reason.text(),
            notify_url: &self.config.notify_url,
            amount: wire::RefundAmount {
                refund: refund.amount.minor(),
                total: attempt.amount.minor(),
                currency: "CNY",
            },
        };
        let said = self.post("/v3/refund/domestic/refunds", &body).await.and_then(read::<wire::RefundAnswer>);
        match said {
            Ok(Said::Yes(said)) => became(refund, &said),
            Ok(Said::No { code, .. }) if busy(&code) => Refunded::Again(Doubt::ServerError),
            Ok(Said::No { .. }) => Refunded::Refused,
            Err(doubt) => Refunded::Again(doubt),
        }
    }

    pub(super) async fn sent_back(&self, refund: &Refund) -> Refunded {
        let target = format!("/v3/refund/domestic/refunds/{}", refund.number);
        match self.call(Method::GET, &target, String::new()).await.and_then(read::<wire::RefundAnswer>) {
            Ok(Said::Yes(said)) => became(refund, &said),
            // A refused question says nothing about the money, not even where the platform knows no such refund: the
            // till then asks for it again with the same number.
            Ok(Said::No { .. }) => Refunded::Again(Doubt::ServerError),
            Err(doubt) => Refunded::Again(doubt),
        }
    }
}

/// The platform asks for patience.
pub(super) fn busy(code: &str) -> bool {
    matches!(code, "FREQUENCY_LIMITED" | "FREQUENCY_LIMIT_EXCEED" | "RATELIMIT_EXCEEDED" | "SYSTEM_ERROR")
}

/// What an answer about a refund proves; one about another refund, or another amount, proves nothing.
fn became(refund: &Refund, said: &wire::RefundAnswer) -> Refunded {
    if said.out_refund_no != refund.number.as_str() || said.amount.refund != refund.amount.minor() {
        return Refunded::Again(Doubt::Unparsable);
    }
    status(&said.status)
}

/// What a refund's status proves.
pub(super) fn status(status: &str) -> Refunded {
    match status {
        "SUCCESS" => Refunded::Done,
        "CLOSED" | "ABNORMAL" => Refunded::Refused,
        // Taken in, not done: the same number asks again without moving money twice.
        _processing => Refunded::Again(Doubt::ServerError),
    }
}
