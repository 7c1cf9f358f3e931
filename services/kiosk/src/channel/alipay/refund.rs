//! Money sent back, and the question what became of it.

use super::Alipay;
use super::call::Notify;
use super::pay::about;
use super::split::Royalty;
use super::wire::{Content, Node, Verdict};
use crate::channel::{Doubt, Refunded};
use crate::till::{Attempt, Currency, Money, Refund};

impl Alipay {
    /// Sends money back, once per refund number.
    pub(super) async fn send_back(&self, attempt: &Attempt, refund: &Refund) -> Refunded {
        let content = Content {
            refund_amount: Some(refund.amount.to_decimal()),
            out_request_no: Some(refund.number.as_str()),
            refund_reason: Some(refund.reason.text()),
            refund_royalty_parameters: refund.back.iter().map(Royalty::back).collect(),
            ..about(attempt)
        };
        let node = match self.call("alipay.trade.refund", &content, Notify::No).await {
            Ok(node) => node,
            Err(doubt) => return Refunded::Again(doubt),
        };
        match node.verdict() {
            Verdict::Ok if moved(attempt, refund, &node) => Refunded::Done,
            // It moved nothing now, or does not say what: only the question tells whether this number did.
            Verdict::Ok => self.ask_refund(attempt, refund).await,
            // Nothing has moved. Whose fault it is the codes do not tell reliably, so the payer gets the money from the
            // merchant alone first; what stands in the way of that too is refused then.
            Verdict::Refused if !refund.back.is_empty() => Refunded::Withheld(None),
            Verdict::Refused | Verdict::NotDispatched => Refunded::Refused,
            Verdict::Waiting | Verdict::Unknown => Refunded::Again(Doubt::ServerError),
        }
    }

    /// Asks what became of a refund. `10000` only says that the question was understood.
    pub(super) async fn ask_refund(&self, attempt: &Attempt, refund: &Refund) -> Refunded {
        let content = Content { out_request_no: Some(refund.number.as_str()), ..about(attempt) };
        match self.call("alipay.trade.fastpay.refund.query", &content, Notify::No).await {
            Ok(node) => became(attempt, refund, &node),
            Err(doubt) => Refunded::Again(doubt),
        }
    }
}

/// Whether an answer says that this call moved the refund's money. It names no refund, only the trade and the sum of
/// all that went back of it, which is this refund's amount at least.
fn moved(attempt: &Attempt, refund: &Refund, node: &Node) -> bool {
    let sum = Money::from_decimal(&node.refund_fee, Currency::CNY);
    node.fund_change == "Y"
        && node.out_trade_no == attempt.number.as_str()
        && sum.is_ok_and(|sum| {
            sum.currency() == refund.amount.currency() && sum.minor() >= refund.amount.minor()
        })
}

/// What an answer proves about a refund; one about another refund or trade, with another amount or none, proves
/// nothing.
fn became(attempt: &Attempt, refund: &Refund, node: &Node) -> Refunded {
    if node.verdict() != Verdict::Ok || node.refund_status != "REFUND_SUCCESS" {
        return Refunded::Again(Doubt::ServerError);
    }
    let about_it = node.out_request_no == refund.number.as_str()
        && node.out_trade_no == attempt.number.as_str()
        && Money::from_decimal(&node.refund_amount, Currency::CNY) == Ok(refund.amount);
    if about_it { Refunded::Done } else { Refunded::Again(Doubt::Unparsable) }
}

#[cfg(test)]
mod tests;
