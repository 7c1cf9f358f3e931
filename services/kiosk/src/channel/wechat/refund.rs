//! Money sent back by API v3. Taken in is not done: the platform says so later, when asked or by itself.

use aws_lc_rs::digest;
use reqwest::Method;

use super::split::is_merchant;
use super::wire;
use super::{Said, Wechat, read};
use crate::channel::{Doubt, Refunded};
use crate::till::{Attempt, AttemptNumber, Refund};

/// Bytes of a party's hash in a return's number: of 50 parties no two collide, and the number stays short.
const RETURN_MARK_BYTES: usize = 8;

impl Wechat {
    pub(super) async fn send_back(&self, attempt: &Attempt, refund: &Refund) -> Refunded {
        if let Some(not_yet) = self.gather(refund).await {
            return not_yet;
        }
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
            Ok(Said::Yes(said)) => match became(refund, &said) {
                Refunded::Refused => refused(refund),
                other => other,
            },
            Ok(Said::No { code, .. }) if busy(&code) => Refunded::Again(Doubt::ServerError),
            Ok(Said::No { .. }) => refused(refund),
            Err(doubt) => Refunded::Again(doubt),
        }
    }

    /// Takes the parties' parts back, one after another, before the payer gets the whole; answers what stands in the
    /// way. Each has a number of its own, so that asking again moves nothing twice.
    async fn gather(&self, refund: &Refund) -> Option<Refunded> {
        let split = refund.split.as_ref()?;
        for (place, share) in refund.back.iter().enumerate() {
            // Only merchants can be asked (pay.weixin.qq.com/doc/v3, "请求分账回退"): a person keeps the part.
            if !is_merchant(&share.party) {
                return Some(Refunded::Withheld(Some(place)));
            }
            let number = return_number(&refund.number, &share.party);
            let body = wire::ReturnOrder {
                out_order_no: split.as_str(),
                out_return_no: &number,
                return_mchid: &share.party,
                amount: share.amount.minor(),
                description: refund.reason.text(),
            };
            let said = self.post("/v3/profitsharing/return-orders", &body).await;
            match said.and_then(read::<wire::ReturnAnswer>) {
                Ok(Said::Yes(said)) if !said.is(&body) => return Some(Refunded::Again(Doubt::Unparsable)),
                Ok(Said::Yes(said)) if said.result == "SUCCESS" => {}
                Ok(Said::Yes(said)) if said.result == "FAILED" => {
                    return Some(Refunded::Withheld(Some(place)));
                }
                Ok(Said::No { code, .. }) if !busy(&code) => return Some(Refunded::Withheld(Some(place))),
                Ok(_unfinished) => return Some(Refunded::Again(Doubt::ServerError)),
                Err(doubt) => return Some(Refunded::Again(doubt)),
            }
        }
        None
    }

    pub(super) async fn sent_back(&self, refund: &Refund) -> Refunded {
        let target = format!("/v3/refund/domestic/refunds/{}", refund.number);
        match self.call(Method::GET, &target, String::new()).await.and_then(read::<wire::RefundAnswer>) {
            Ok(Said::Yes(said)) => match became(refund, &said) {
                Refunded::Refused => refused(refund),
                other => other,
            },
            // A refused question says nothing about the money, not even where the platform knows no such refund: the
            // till then asks for it again with the same number.
            Ok(Said::No { .. }) => Refunded::Again(Doubt::ServerError),
            Err(doubt) => Refunded::Again(doubt),
        }
    }
}

/// A refusal; the parties' parts were taken back before the refund was ever asked for.
fn refused(refund: &Refund) -> Refunded {
    if refund.back.is_empty() { Refunded::Refused } else { Refunded::RefusedAfterBack }
}

/// The number of what a party gives of a refund: the refund's, and the beginning of the party's hash, so that it stays
/// the same when another party drops out; at most 64 characters, as the platform takes them.
fn return_number(refund: &AttemptNumber, party: &str) -> String {
    let hash = digest::digest(&digest::SHA256, party.as_bytes());
    let mark: String =
        hash.as_ref().iter().take(RETURN_MARK_BYTES).map(|byte| format!("{byte:02x}")).collect();
    format!("{refund}_{mark}")
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
