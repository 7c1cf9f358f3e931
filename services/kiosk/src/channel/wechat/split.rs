//! Profit sharing by API v3: a paid order's money divided among receivers, once per number.
//! Source: pay.weixin.qq.com/doc/v3, "请求分账", "查询分账结果" and "解冻剩余资金".
//!
//! The receivers must be the merchant's (console, "分账接收方管理"), and the order must have been made with
//! `profit_sharing`, which [`super::WechatConfig::profit_sharing`] does.

use reqwest::Method;

use super::refund::busy;
use super::wire::{self, SplitAnswer};
use super::{Said, Wechat, read};
use crate::channel::{Divided, Doubt};
use crate::till::Split;

/// What each receiver sees.
const DESCRIPTION: &str = "分账";
/// Most receivers of one order, as the platform takes them.
pub(super) const RECEIVERS_MAX: u32 = 50;

impl Wechat {
    pub(super) async fn divide(&self, channel_ref: &str, split: &Split) -> Divided {
        let said = if split.shares.is_empty() {
            let body = wire::Unfreeze {
                transaction_id: channel_ref,
                out_order_no: split.number.as_str(),
                description: DESCRIPTION,
            };
            self.post("/v3/profitsharing/orders/unfreeze", &body).await
        } else {
            self.post("/v3/profitsharing/orders", &self.split_order(channel_ref, split)).await
        };
        match said.and_then(read::<SplitAnswer>) {
            Ok(Said::Yes(said)) if said.state == "PROCESSING" => self.divided(channel_ref, split).await,
            said => judge(split, said),
        }
    }

    async fn divided(&self, channel_ref: &str, split: &Split) -> Divided {
        let target = format!("/v3/profitsharing/orders/{}?transaction_id={channel_ref}", split.number);
        match self.call(Method::GET, &target, String::new()).await.and_then(read::<SplitAnswer>) {
            // A refused question says nothing about the money.
            Ok(Said::No { .. }) => Divided::Again(Doubt::ServerError),
            said => judge(split, said),
        }
    }

    fn split_order<'a>(&'a self, channel_ref: &'a str, split: &'a Split) -> wire::SplitOrder<'a> {
        let receivers = split.shares.iter().map(|share| wire::Receiver {
            kind: if is_merchant(&share.party) { "MERCHANT_ID" } else { "PERSONAL_OPENID" },
            account: &share.party,
            amount: share.amount.minor(),
            description: DESCRIPTION,
        });
        wire::SplitOrder {
            appid: &self.config.appid,
            transaction_id: channel_ref,
            out_order_no: split.number.as_str(),
            receivers: receivers.collect(),
            unfreeze_unsplit: true,
        }
    }
}

/// Merchants have numbers, people openids.
pub(super) fn is_merchant(party: &str) -> bool {
    party.bytes().all(|byte| byte.is_ascii_digit())
}

/// What an answer proves about the split. It is done once every share is told as sent, with its own amount.
fn judge(split: &Split, said: Result<Said<SplitAnswer>, Doubt>) -> Divided {
    let said = match said {
        Ok(Said::Yes(said)) => said,
        Ok(Said::No { code, .. }) if busy(&code) => return Divided::Again(Doubt::ServerError),
        Ok(Said::No { .. }) => return Divided::Refused,
        Err(doubt) => return Divided::Again(doubt),
    };
    if said.out_order_no != split.number.as_str() {
        return Divided::Again(Doubt::Unparsable);
    }
    if said.state != "FINISHED" {
        return Divided::Again(Doubt::ServerError);
    }
    let result = |share: &crate::till::Share| {
        let same = |one: &&wire::Received| one.account == share.party && one.amount == share.amount.minor();
        said.receivers.iter().find(same).map(|one| one.result.as_str())
    };
    let results: Vec<_> = split.shares.iter().map(result).collect();
    if results.contains(&Some("CLOSED")) {
        Divided::Refused
    } else if results.iter().all(|result| *result == Some("SUCCESS")) {
        Divided::Done
    } else {
        Divided::Again(Doubt::Unparsable)
    }
}

#[cfg(test)]
mod tests;
