//! Alipay's OpenAPI, gateway v1: precreate, pay by bar code, query, cancel, close, refund over `/gateway.do`.
//!
//! Source: opendocs.alipay.com, "当面付". A precreated code makes no trade until it is scanned, so a query before
//! that answers `ACQ.TRADE_NOT_EXIST`; here that is "shown", not "refused".

mod canon;
mod sign;
mod wire;

use async_trait::async_trait;
use reqwest::Client;
use serde::Deserialize;
use std::collections::BTreeMap;
use time::UtcOffset;
use time::macros::{format_description, offset};

use self::wire::{Content, Node, Verdict};
use super::exchange::{self, Clock};
use super::{
    Channel, ChannelKind, Doubt, Opened, PaidProof, PendingReason, Proof, Refunded, Refusal, Revoked,
};
use crate::till::{Attempt, Currency, Money, Refund, Tender, Way};

pub use self::sign::Keys;

/// Alipay's clock.
const GMT8: UtcOffset = offset!(+8);

/// Where and as whom.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlipayConfig {
    /// The gateway's address, ending in `/gateway.do`.
    pub gateway: String,
    /// The application's number, 16 digits.
    pub app_id: String,
    /// The seller's number, where it is not the application owner's.
    pub seller_id: Option<String>,
    /// Where Alipay may tell of payments; without it the till only asks.
    pub notify_url: Option<String>,
    /// How long a shown code can be paid, in minutes.
    #[serde(default = "code_minutes")]
    pub code_minutes: u32,
}

/// A kiosk shows a code for two or three minutes; one that lives on for hours only brings late money.
fn code_minutes() -> u32 {
    5
}

/// The client.
pub struct Alipay {
    config: AlipayConfig,
    keys: Keys,
    http: Client,
    clock: Clock,
}

impl Alipay {
    /// A client of the gateway in `config`; talks to nobody yet.
    pub fn new(config: AlipayConfig, keys: Keys, http: Client) -> Self {
        Self { config, keys, http, clock: exchange::system_clock }
    }

    /// The same with another clock for timestamps.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The same over another HTTP client, such as one that waits less long.
    #[must_use]
    pub fn with_http(mut self, http: Client) -> Self {
        self.http = http;
        self
    }

    /// One signed call, its verified node.
    async fn call(&self, method: &str, content: &Content<'_>, notified: bool) -> Result<Node, Doubt> {
        let now = time::OffsetDateTime::from_unix_timestamp((self.clock)())
            .map_err(|_clock_broken| Doubt::Transport)?;
        let timestamp = now
            .to_offset(GMT8)
            .format(format_description!("[year]-[month]-[day] [hour]:[minute]:[second]"))
            .map_err(|_clock_broken| Doubt::Transport)?;
        let mut params = BTreeMap::from([
            ("app_id", self.config.app_id.clone()),
            ("method", method.to_owned()),
            ("format", "JSON".to_owned()),
            ("charset", "utf-8".to_owned()),
            ("sign_type", "RSA2".to_owned()),
            ("timestamp", timestamp),
            ("version", "1.0".to_owned()),
            ("biz_content", serde_json::to_string(content).map_err(|_never| Doubt::Unparsable)?),
        ]);
        if let Some(url) = self.config.notify_url.as_ref().filter(|_url| notified) {
            params.insert("notify_url", url.clone());
        }
        self.keys.sign(&mut params)?;
        let request = self
            .http
            .post(&self.config.gateway)
            .header("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")
            .body(canon::form(&params));
        let answer = exchange::exchange(request).await?;
        let node = self.keys.verified(&answer.body, method)?;
        let node: Node = serde_json::from_str(node).map_err(|_not_json| Doubt::Unparsable)?;
        // A refusal of the business (an unscanned code, an empty purse) is a till's daily bread; others are ours to mend.
        let daily = node.code == "40004";
        if !daily && !matches!(node.verdict(), Verdict::Ok | Verdict::Waiting) {
            tracing::warn!(method, code = node.code, sub_code = node.sub_code, "alipay refused");
        }
        Ok(node)
    }

    async fn close(&self, attempt: &Attempt) -> Result<Node, Doubt> {
        self.call("alipay.trade.close", &about(attempt), false).await
    }

    /// Cancels: an unpaid trade or an unscanned code is closed, a paid trade is refunded.
    async fn cancel(&self, attempt: &Attempt) -> Revoked {
        let node = match self.call("alipay.trade.cancel", &about(attempt), false).await {
            Ok(node) => node,
            Err(doubt) => return Revoked::Again(doubt),
        };
        match node.verdict() {
            Verdict::Ok if node.retry_flag == "N" => Revoked::Done,
            _other => Revoked::Again(Doubt::ServerError),
        }
    }

    /// Whether the refund with this number is done, for a refund call that moved nothing itself.
    async fn refund_done(&self, attempt: &Attempt, refund: &Refund) -> Refunded {
        let content = Content { out_request_no: Some(refund.number.as_str()), ..about(attempt) };
        match self.call("alipay.trade.fastpay.refund.query", &content, false).await {
            Ok(node) if node.refund_status == "REFUND_SUCCESS" => Refunded::Done,
            Ok(_not_yet) => Refunded::Again(Doubt::ServerError),
            Err(doubt) => Refunded::Again(doubt),
        }
    }
}

fn about(attempt: &Attempt) -> Content<'_> {
    Content { out_trade_no: attempt.number.as_str(), ..Content::default() }
}

/// The paid proof in a node; a node about another trade, or without number and amount, is none.
fn paid(attempt: &Attempt, node: Node) -> Proof {
    let amount = Money::from_decimal(&node.total_amount, Currency::CNY);
    match amount {
        Ok(amount) if node.out_trade_no == attempt.number.as_str() && !node.trade_no.is_empty() => {
            Proof::Paid(PaidProof { channel_ref: node.trade_no, amount })
        }
        _foreign => Proof::Unknown(Doubt::Unparsable),
    }
}

/// What a refused charge proves. Where the trade turns out to be known already, only a query can say.
fn refusal(sub_code: &str) -> Proof {
    let refusal = match sub_code.trim_start_matches("ACQ.") {
        "PAYMENT_AUTH_CODE_INVALID" => Refusal::CodeDead,
        "BUYER_BALANCE_NOT_ENOUGH"
        | "BUYER_BANKCARD_BALANCE_NOT_ENOUGH"
        | "BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR"
        | "NO_PAYMENT_INSTRUMENTS_AVAILABLE" => Refusal::InsufficientFunds,
        "TRADE_HAS_CLOSE" => Refusal::Closed,
        "TRADE_HAS_SUCCESS" | "CONTEXT_INCONSISTENT" | "TRADE_BUYER_NOT_MATCH" => {
            return Proof::Unknown(Doubt::ServerError);
        }
        _other => Refusal::Declined,
    };
    Proof::NotPaid(refusal)
}

#[async_trait]
impl Channel for Alipay {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Alipay
    }

    /// 16 to 24 digits, the first two 25 to 30.
    fn takes(&self, tender: &Tender) -> bool {
        let Tender::Code(code) = tender else { return false };
        let code = code.reveal();
        (16..=24).contains(&code.len())
            && code.bytes().all(|byte| byte.is_ascii_digit())
            && ("25"..="30").contains(&&code[..2])
    }

    async fn open(&self, attempt: &Attempt) -> Opened {
        if attempt.amount.currency() != Currency::CNY {
            return Opened::Refused(Refusal::Declined);
        }
        let content = Content {
            total_amount: Some(attempt.amount.to_decimal()),
            subject: Some(&attempt.subject),
            seller_id: self.config.seller_id.as_deref(),
            timeout_express: Some(format!("{}m", self.config.code_minutes)),
            ..about(attempt)
        };
        let node = match self.call("alipay.trade.precreate", &content, true).await {
            Ok(node) => node,
            Err(doubt) => return Opened::Unavailable(doubt),
        };
        match node.verdict() {
            Verdict::Ok if node.out_trade_no == attempt.number.as_str() && !node.qr_code.is_empty() => {
                Opened::Code(node.qr_code)
            }
            Verdict::Ok => Opened::Unavailable(Doubt::Unparsable),
            Verdict::Refused => match refusal(&node.sub_code) {
                Proof::NotPaid(refusal) => Opened::Refused(refusal),
                _known_already => Opened::Unavailable(Doubt::ServerError),
            },
            Verdict::NotDispatched => Opened::Refused(Refusal::Declined),
            Verdict::Waiting | Verdict::Unknown => Opened::Unavailable(Doubt::ServerError),
        }
    }

    async fn charge(&self, attempt: &Attempt, tender: &Tender) -> Proof {
        let Tender::Code(code) = tender else { return Proof::NotPaid(Refusal::Declined) };
        if attempt.amount.currency() != Currency::CNY {
            return Proof::NotPaid(Refusal::Declined);
        }
        let content = Content {
            total_amount: Some(attempt.amount.to_decimal()),
            subject: Some(&attempt.subject),
            scene: Some("bar_code"),
            auth_code: Some(code.reveal()),
            seller_id: self.config.seller_id.as_deref(),
            ..about(attempt)
        };
        let node = match self.call("alipay.trade.pay", &content, true).await {
            Ok(node) => node,
            Err(doubt) => return Proof::Unknown(doubt),
        };
        match node.verdict() {
            Verdict::Ok => paid(attempt, node),
            Verdict::Waiting => Proof::Pending(PendingReason::PayerConfirms),
            Verdict::Unknown => Proof::Unknown(Doubt::ServerError),
            Verdict::Refused => refusal(&node.sub_code),
            Verdict::NotDispatched => Proof::NotPaid(Refusal::Declined),
        }
    }

    async fn query(&self, attempt: &Attempt) -> Proof {
        let node = match self.call("alipay.trade.query", &about(attempt), false).await {
            Ok(node) => node,
            Err(doubt) => return Proof::Unknown(doubt),
        };
        match (node.verdict(), node.trade_status.as_str(), node.sub_code.as_str()) {
            (Verdict::Ok, "TRADE_SUCCESS" | "TRADE_FINISHED", _) => paid(attempt, node),
            (Verdict::Ok, "WAIT_BUYER_PAY", _) => Proof::Pending(PendingReason::PayerConfirms),
            (Verdict::Ok, "TRADE_CLOSED", _) if node.out_trade_no == attempt.number.as_str() => {
                Proof::NotPaid(Refusal::Closed)
            }
            (Verdict::Ok, _, _) => Proof::Unknown(Doubt::Unparsable),
            (Verdict::Refused, _, "ACQ.TRADE_NOT_EXIST") => match attempt.way {
                Way::Shown => Proof::Pending(PendingReason::Shown),
                Way::Scanned | Way::Card => Proof::NotPaid(Refusal::NoSuchTrade),
            },
            // A refused question says nothing about the money.
            _question_refused => Proof::Unknown(Doubt::ServerError),
        }
    }

    async fn revoke(&self, attempt: &Attempt) -> Revoked {
        if attempt.way != Way::Shown {
            return self.cancel(attempt).await;
        }
        // A shown code is closed and not cancelled: cancelling would silently refund a payer who was quicker.
        let node = match self.close(attempt).await {
            Ok(node) => node,
            Err(doubt) => return Revoked::Again(doubt),
        };
        match (node.verdict(), node.sub_code.as_str()) {
            (Verdict::Ok, _) => Revoked::Done,
            // Nobody has scanned it, so there is nothing to close; only cancel makes the code itself worthless.
            (Verdict::Refused, "ACQ.TRADE_NOT_EXIST") => self.cancel(attempt).await,
            (Verdict::Refused, "ACQ.TRADE_STATUS_ERROR") => match self.query(attempt).await {
                Proof::Paid(_) => Revoked::AlreadyPaid,
                Proof::NotPaid(_) => Revoked::Done,
                Proof::Pending(_) => Revoked::Again(Doubt::ServerError),
                Proof::Unknown(doubt) => Revoked::Again(doubt),
            },
            _other => Revoked::Again(Doubt::ServerError),
        }
    }

    async fn refund(&self, attempt: &Attempt, refund: &Refund) -> Refunded {
        let content = Content {
            refund_amount: Some(refund.amount.to_decimal()),
            out_request_no: Some(refund.number.as_str()),
            refund_reason: Some(refund.reason.text()),
            ..about(attempt)
        };
        let node = match self.call("alipay.trade.refund", &content, false).await {
            Ok(node) => node,
            Err(doubt) => return Refunded::Again(doubt),
        };
        match node.verdict() {
            Verdict::Ok if node.fund_change == "Y" => Refunded::Done,
            Verdict::Ok => self.refund_done(attempt, refund).await,
            Verdict::Refused | Verdict::NotDispatched => Refunded::Refused,
            Verdict::Waiting | Verdict::Unknown => Refunded::Again(Doubt::ServerError),
        }
    }
}
