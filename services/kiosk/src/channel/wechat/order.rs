//! Orders of API v3: a code to show, a code that was scanned, and how both end.

use reqwest::{Method, StatusCode};
use time::format_description::well_known::Rfc3339;
use time::macros::offset;
use time::{Duration, OffsetDateTime};

use super::wire::{self, Transaction};
use super::{Said, Wechat, acknowledged, read};
use crate::channel::{Doubt, Opened, PaidProof, PendingReason, Proof, Refusal, Revoked};
use crate::till::{Attempt, Currency, Money, PayCode, Way};

impl Wechat {
    /// The `/out-trade-no/` resource of an attempt.
    fn target(&self, attempt: &Attempt, rest: &str) -> String {
        format!("/v3/pay/transactions/out-trade-no/{}{rest}", attempt.number)
    }

    fn settle(&self) -> Option<wire::Settle> {
        self.config.profit_sharing.then_some(wire::Settle { profit_sharing: true })
    }

    pub(super) async fn native(&self, attempt: &Attempt) -> Opened {
        let Some(time_expire) = expiry(attempt, self.config.code_minutes) else {
            return Opened::Unavailable(Doubt::Transport);
        };
        let body = wire::Native {
            appid: &self.config.appid,
            mchid: &self.config.mchid,
            description: &attempt.subject,
            out_trade_no: attempt.number.as_str(),
            time_expire,
            notify_url: &self.config.notify_url,
            amount: wire::Amount { total: attempt.amount.minor(), currency: "CNY" },
            settle_info: self.settle(),
        };
        let said = self.post("/v3/pay/transactions/native", &body).await.and_then(read::<wire::CodeUrl>);
        match said {
            Ok(Said::Yes(said)) => Opened::Code(said.code_url),
            Ok(Said::No { code, .. }) => match wire::refusal(&code) {
                Proof::NotPaid(refusal) => Opened::Refused(refusal),
                _not_proof => Opened::Unavailable(Doubt::ServerError),
            },
            Err(doubt) => Opened::Unavailable(doubt),
        }
    }

    pub(super) async fn codepay(&self, attempt: &Attempt, code: &PayCode) -> Proof {
        let body = wire::Codepay {
            appid: &self.config.appid,
            mchid: &self.config.mchid,
            description: &attempt.subject,
            out_trade_no: attempt.number.as_str(),
            payer: wire::Payer { auth_code: code.reveal() },
            amount: wire::Amount { total: attempt.amount.minor(), currency: "CNY" },
            scene_info: wire::Scene { store_info: wire::Store { out_id: &self.config.store } },
            settle_info: self.settle(),
        };
        let answer = match self.post("/v3/pay/transactions/codepay", &body).await {
            Ok(answer) => answer,
            Err(doubt) => return Proof::Unknown(doubt),
        };
        // "The payer must confirm" is told as 202 or 4xx with this code, or as a transaction in this state:
        // the platform's own pages differ.
        if answer.status == StatusCode::ACCEPTED {
            return Proof::Pending(PendingReason::PayerConfirms);
        }
        match read::<Transaction>(answer) {
            Ok(Said::Yes(said)) => self.proof(attempt, said),
            Ok(Said::No { code, .. }) if code == "USERPAYING" || code == "USER_PAYING" => {
                Proof::Pending(PendingReason::PayerConfirms)
            }
            Ok(Said::No { code, .. }) => wire::refusal(&code),
            Err(doubt) => Proof::Unknown(doubt),
        }
    }

    pub(super) async fn transaction(&self, attempt: &Attempt) -> Proof {
        let target = self.target(attempt, &format!("?mchid={}", self.config.mchid));
        match self.call(Method::GET, &target, String::new()).await.and_then(read::<Transaction>) {
            Ok(Said::Yes(said)) => self.proof(attempt, said),
            Ok(Said::No { status: StatusCode::NOT_FOUND, code })
                if code == "ORDER_NOT_EXIST" || code == "ORDERNOTEXIST" =>
            {
                Proof::NotPaid(Refusal::NoSuchTrade)
            }
            // A refused question says nothing about the money.
            Ok(Said::No { .. }) => Proof::Unknown(Doubt::ServerError),
            Err(doubt) => Proof::Unknown(doubt),
        }
    }

    /// What a transaction proves about the attempt; one about somebody else's proves nothing.
    fn proof(&self, attempt: &Attempt, said: Transaction) -> Proof {
        if said.mchid != self.config.mchid || said.out_trade_no != attempt.number.as_str() {
            return Proof::Unknown(Doubt::Unparsable);
        }
        match (said.trade_state.as_str(), attempt.way) {
            ("SUCCESS" | "REFUND", _) => paid(said),
            ("NOTPAY", Way::Shown) => Proof::Pending(PendingReason::Shown),
            ("NOTPAY" | "USERPAYING" | "ACCEPT", _) => Proof::Pending(PendingReason::PayerConfirms),
            ("CLOSED" | "REVOKED", _) => Proof::NotPaid(Refusal::Closed),
            ("PAYERROR", _) => Proof::NotPaid(Refusal::Declined),
            _undocumented => Proof::Unknown(Doubt::Unparsable),
        }
    }

    pub(super) async fn close(&self, attempt: &Attempt) -> Revoked {
        let body = wire::Close { mchid: &self.config.mchid };
        match self.post(&self.target(attempt, "/close"), &body).await.and_then(acknowledged) {
            Ok(Said::Yes(())) => Revoked::Done,
            Ok(Said::No { code, .. }) => match code.as_str() {
                "ORDERPAID" | "ORDER_PAID" => Revoked::AlreadyPaid,
                // No code was ever handed out for it, or it is closed already: nobody can pay it.
                "ORDER_CLOSED" | "ORDERCLOSED" | "ORDER_NOT_EXIST" | "ORDERNOTEXIST" => Revoked::Done,
                _not_proof => Revoked::Again(Doubt::ServerError),
            },
            Err(doubt) => Revoked::Again(doubt),
        }
    }

    /// The till waits [`crate::till::Timing::reverse_not_before_ms`] before it asks for this; asked earlier, the
    /// platform refuses, and that is asked again like every answer that acknowledges nothing.
    pub(super) async fn reverse(&self, attempt: &Attempt) -> Revoked {
        let body = wire::Reverse { appid: &self.config.appid, mchid: &self.config.mchid };
        match self.post(&self.target(attempt, "/reverse"), &body).await.and_then(acknowledged) {
            Ok(Said::Yes(())) => Revoked::Done,
            Ok(Said::No { code, .. }) => match code.as_str() {
                // The till reverses long after the payer's code has died, so an order that does not exist by now
                // cannot come into being.
                "ORDER_CLOSED" | "ORDERCLOSED" | "ORDER_NOT_EXIST" | "ORDERNOTEXIST" => Revoked::Done,
                _not_proof => Revoked::Again(Doubt::ServerError),
            },
            Err(doubt) => Revoked::Again(doubt),
        }
    }
}

/// The proof in a paid transaction, whole or not at all: a text without an amount says nothing of 0 yuan.
pub(super) fn paid(said: Transaction) -> Proof {
    let whole = said.amount.total > 0 && !said.transaction_id.is_empty();
    match Currency::parse(&said.amount.currency) {
        Ok(currency) if whole => Proof::Paid(PaidProof {
            channel_ref: said.transaction_id,
            amount: Money::new(said.amount.total, currency),
        }),
        _incomplete => Proof::Unknown(Doubt::Unparsable),
    }
}

/// When the attempt's code dies, at the platform's own offset. Counted from the attempt and not from now: the
/// platform takes a repeated order as the same one only where every field is the same.
fn expiry(attempt: &Attempt, minutes: u32) -> Option<String> {
    let opened = i64::try_from(attempt.opened_at_ms / 1000).ok()?;
    let at =
        OffsetDateTime::from_unix_timestamp(opened).ok()?.checked_add(Duration::minutes(minutes.into()))?;
    at.to_offset(offset!(+8)).format(&Rfc3339).ok()
}
