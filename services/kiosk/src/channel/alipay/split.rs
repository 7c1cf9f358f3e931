//! A paid trade's money divided among parties: each is bound as a receiver first, then the trade is settled.

use serde::Serialize;

use super::Alipay;
use super::call::Notify;
use super::wire::Verdict;
use crate::channel::{Divided, Doubt};
use crate::till::{Attempt, Currency, Share, Split};

#[derive(Serialize)]
struct Binding<'a> {
    out_request_no: &'a str,
    receiver_list: Vec<Receiver<'a>>,
}

#[derive(Serialize)]
struct Receiver<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    account: &'a str,
}

#[derive(Serialize)]
struct Settling<'a> {
    out_request_no: &'a str,
    trade_no: &'a str,
    royalty_parameters: Vec<Royalty<'a>>,
    royalty_mode: &'static str,
}

/// One party's part: of a trade that is divided, or of a refund, where it goes the other way.
#[derive(Serialize)]
pub(super) struct Royalty<'a> {
    royalty_type: &'static str,
    #[serde(flatten)]
    side: Side<'a>,
    /// Yuan with two decimals.
    amount: String,
}

/// Who gets or who gives; the other side is the merchant.
#[derive(Serialize)]
#[serde(untagged)]
enum Side<'a> {
    In { trans_in: &'a str, trans_in_type: &'static str },
    Out { trans_out: &'a str, trans_out_type: &'static str },
}

impl<'a> Royalty<'a> {
    fn of(share: &'a Share) -> Self {
        let side = Side::In { trans_in: &share.party, trans_in_type: kind(&share.party) };
        Self { royalty_type: "transfer", side, amount: share.amount.to_decimal() }
    }

    /// What a party gives of a refund. Source: opendocs.alipay.com, alipay.trade.refund, refund_royalty_parameters.
    pub(super) fn back(share: &'a Share) -> Self {
        let side = Side::Out { trans_out: &share.party, trans_out_type: kind(&share.party) };
        Self { royalty_type: "transfer", side, amount: share.amount.to_decimal() }
    }
}

/// How Alipay is told whose account it is: its users have 16 digits from 2088, all else is a login.
fn kind(account: &str) -> &'static str {
    let user = account.len() == 16
        && account.starts_with("2088")
        && account.bytes().all(|byte| byte.is_ascii_digit());
    if user { "userId" } else { "loginName" }
}

impl Alipay {
    /// Divides, once per the split's number.
    pub(super) async fn divide(&self, attempt: &Attempt, trade_no: &str, split: &Split) -> Divided {
        let parties = u32::try_from(split.shares.len()).unwrap_or(u32::MAX);
        let foreign = split.shares.iter().any(|share| share.amount.currency() != Currency::CNY);
        if parties == 0 || parties > self.config.parties_max || foreign {
            tracing::warn!(
                attempt = attempt.number.as_str(),
                parties,
                "these shares cannot be divided at alipay"
            );
            return Divided::Refused;
        }
        let receivers = split.shares.iter();
        let receiver_list =
            receivers.map(|share| Receiver { kind: kind(&share.party), account: &share.party }).collect();
        let binding = Binding { out_request_no: split.number.as_str(), receiver_list };
        // Binding a receiver again is no error, so nothing need be remembered.
        let bound = self.call("alipay.trade.royalty.relation.bind", &binding, Notify::No).await;
        match bound.map(|node| (node.verdict(), node)) {
            Ok((Verdict::Ok, node)) if node.result_code == "SUCCESS" => {}
            Ok((Verdict::Refused | Verdict::NotDispatched, _)) => return Divided::Refused,
            Ok(_unfinished) => return Divided::Again(Doubt::ServerError),
            Err(doubt) => return Divided::Again(doubt),
        }
        let settling = Settling {
            out_request_no: split.number.as_str(),
            trade_no,
            royalty_parameters: split.shares.iter().map(Royalty::of).collect(),
            royalty_mode: "sync",
        };
        match self.call("alipay.trade.order.settle", &settling, Notify::No).await {
            Ok(node) => match node.verdict() {
                Verdict::Ok if node.trade_no == trade_no => Divided::Done,
                Verdict::Ok => Divided::Again(Doubt::Unparsable),
                Verdict::Refused | Verdict::NotDispatched => Divided::Refused,
                Verdict::Waiting | Verdict::Unknown => Divided::Again(Doubt::ServerError),
            },
            Err(doubt) => Divided::Again(doubt),
        }
    }
}
