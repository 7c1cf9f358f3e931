//! WeChat Pay API v3: native, codepay, query, close, reverse and refund, answers verified before they are read.
//!
//! Source: pay.weixin.qq.com/doc/v3, "Native支付" and "付款码支付".

mod canon;
#[cfg(any(fuzzing, test))]
pub(crate) mod fuzz;
mod sign;
mod wire;

use async_trait::async_trait;
use reqwest::{Client, Method, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use time::format_description::well_known::Rfc3339;
use time::macros::offset;
use time::{Duration, OffsetDateTime};

use self::wire::Transaction;
use super::exchange::{self, Answer, Clock};
use super::{
    Channel, ChannelKind, Doubt, Opened, PaidProof, PendingReason, Proof, Refunded, Refusal, Revoked,
};
use crate::till::{Attempt, Currency, Money, Refund, Tender, Way};

pub use self::sign::Keys;

/// Where and as whom.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WechatConfig {
    /// Scheme and host, such as `https://api.mch.weixin.qq.com`.
    pub host: String,
    /// The merchant's number, 10 digits.
    pub mchid: String,
    /// The application bound to the merchant.
    pub appid: String,
    /// Where WeChat Pay tells of payments. It insists on one; the till asks all the same.
    pub notify_url: String,
    /// Our own number of this place, shown in the merchant's console.
    #[serde(default = "store")]
    pub store: String,
    /// How long a shown code can be paid, in minutes.
    #[serde(default = "code_minutes")]
    pub code_minutes: u32,
}

/// Most schools have one canteen.
fn store() -> String {
    "canteen-1".to_owned()
}

/// A kiosk shows a code for two or three minutes; one that lives on for hours only brings late money.
fn code_minutes() -> u32 {
    5
}

/// The client.
pub struct Wechat {
    config: WechatConfig,
    keys: Keys,
    http: Client,
    clock: Clock,
}

/// An answer that is the platform's: read, or refused with a code.
enum Said<T> {
    Yes(T),
    No { status: StatusCode, code: String },
}

impl Wechat {
    /// A client of the host in `config`; talks to nobody yet.
    pub fn new(config: WechatConfig, keys: Keys, http: Client) -> Self {
        Self { config, keys, http, clock: exchange::system_clock }
    }

    /// The same with another clock for timestamps and the age of answers.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// One signed call, its verified answer. `target` is the path with its query.
    async fn call(&self, method: Method, target: &str, body: String) -> Result<Answer, Doubt> {
        let authorization =
            self.keys.authorize(&self.config.mchid, method.as_str(), target, (self.clock)(), &body)?;
        let mut request = self
            .http
            .request(method, format!("{}{target}", self.config.host.trim_end_matches('/')))
            .header("Authorization", authorization)
            .header("Accept", "application/json")
            .header("Wechatpay-Serial", self.keys.platform_serial());
        if !body.is_empty() {
            request = request.header("Content-Type", "application/json").body(body);
        }
        let answer = exchange::exchange(request).await?;
        self.keys.verify(&answer, (self.clock)())?;
        Ok(answer)
    }

    async fn post(&self, target: &str, body: &impl Serialize) -> Result<Answer, Doubt> {
        let body = serde_json::to_string(body).map_err(|_never| Doubt::Unparsable)?;
        self.call(Method::POST, target, body).await
    }

    /// The `/out-trade-no/` resource of an attempt.
    fn target(&self, attempt: &Attempt, rest: &str) -> String {
        format!("/v3/pay/transactions/out-trade-no/{}{rest}", attempt.number)
    }

    /// What a transaction proves about the attempt; one about somebody else's proves nothing.
    fn proof(&self, attempt: &Attempt, said: Transaction) -> Proof {
        if said.mchid != self.config.mchid || said.out_trade_no != attempt.number.as_str() {
            return Proof::Unknown(Doubt::Unparsable);
        }
        match (said.trade_state.as_str(), attempt.way) {
            ("SUCCESS" | "REFUND", _) => match Currency::parse(&said.amount.currency) {
                Ok(currency) if !said.transaction_id.is_empty() => Proof::Paid(PaidProof {
                    channel_ref: said.transaction_id,
                    amount: Money::new(said.amount.total, currency),
                }),
                _incomplete => Proof::Unknown(Doubt::Unparsable),
            },
            ("NOTPAY", Way::Shown) => Proof::Pending(PendingReason::Shown),
            ("NOTPAY" | "USERPAYING" | "ACCEPT", _) => Proof::Pending(PendingReason::PayerConfirms),
            ("CLOSED" | "REVOKED", _) => Proof::NotPaid(Refusal::Closed),
            ("PAYERROR", _) => Proof::NotPaid(Refusal::Declined),
            _undocumented => Proof::Unknown(Doubt::Unparsable),
        }
    }

    async fn close(&self, attempt: &Attempt) -> Revoked {
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

    async fn reverse(&self, attempt: &Attempt) -> Revoked {
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

/// Reads a 2xx body, or the refusal's code.
fn read<T: DeserializeOwned>(answer: Answer) -> Result<Said<T>, Doubt> {
    if answer.status.is_success() {
        return serde_json::from_slice(&answer.body).map(Said::Yes).map_err(|_not_it| Doubt::Unparsable);
    }
    refused(&answer)
}

/// Any 2xx is a yes.
fn acknowledged(answer: Answer) -> Result<Said<()>, Doubt> {
    if answer.status.is_success() { Ok(Said::Yes(())) } else { refused(&answer) }
}

fn refused<T>(answer: &Answer) -> Result<Said<T>, Doubt> {
    let refused: wire::Refused = serde_json::from_slice(&answer.body).map_err(|_not_it| Doubt::Unparsable)?;
    tracing::warn!(status = answer.status.as_u16(), code = refused.code, "wechat pay refused");
    Ok(Said::No { status: answer.status, code: refused.code })
}

#[async_trait]
impl Channel for Wechat {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Wechat
    }

    /// 18 digits, the first two 10 to 15.
    fn takes(&self, tender: &Tender) -> bool {
        let Tender::Code(code) = tender else { return false };
        let code = code.reveal();
        code.len() == 18
            && code.bytes().all(|byte| byte.is_ascii_digit())
            && ("10"..="15").contains(&&code[..2])
    }

    async fn open(&self, attempt: &Attempt) -> Opened {
        if attempt.amount.currency() != Currency::CNY {
            return Opened::Refused(Refusal::Declined);
        }
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

    async fn charge(&self, attempt: &Attempt, tender: &Tender) -> Proof {
        let Tender::Code(code) = tender else { return Proof::NotPaid(Refusal::Declined) };
        if attempt.amount.currency() != Currency::CNY {
            return Proof::NotPaid(Refusal::Declined);
        }
        let body = wire::Codepay {
            appid: &self.config.appid,
            mchid: &self.config.mchid,
            description: &attempt.subject,
            out_trade_no: attempt.number.as_str(),
            payer: wire::Payer { auth_code: code.reveal() },
            amount: wire::Amount { total: attempt.amount.minor(), currency: "CNY" },
            scene_info: wire::Scene { store_info: wire::Store { out_id: &self.config.store } },
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

    async fn query(&self, attempt: &Attempt) -> Proof {
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

    async fn revoke(&self, attempt: &Attempt) -> Revoked {
        match attempt.way {
            Way::Shown => self.close(attempt).await,
            Way::Scanned | Way::Card => self.reverse(attempt).await,
        }
    }

    async fn refund(&self, attempt: &Attempt, refund: &Refund) -> Refunded {
        let body = wire::RefundOrder {
            out_trade_no: attempt.number.as_str(),
            out_refund_no: refund.number.as_str(),
            reason: refund.reason.text(),
            amount: wire::RefundAmount {
                refund: refund.amount.minor(),
                total: attempt.amount.minor(),
                currency: "CNY",
            },
        };
        let said = self.post("/v3/refund/domestic/refunds", &body).await.and_then(read::<wire::RefundAnswer>);
        match said {
            Ok(Said::Yes(said)) if said.out_refund_no != refund.number.as_str() => {
                Refunded::Again(Doubt::Unparsable)
            }
            Ok(Said::Yes(said)) => match said.status.as_str() {
                "SUCCESS" => Refunded::Done,
                "CLOSED" | "ABNORMAL" => Refunded::Refused,
                // Taken in, not done: the same number asks again without moving money twice.
                _processing => Refunded::Again(Doubt::ServerError),
            },
            Ok(Said::No { code, .. }) if code == "FREQUENCY_LIMITED" => Refunded::Again(Doubt::ServerError),
            Ok(Said::No { .. }) => Refunded::Refused,
            Err(doubt) => Refunded::Again(doubt),
        }
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
