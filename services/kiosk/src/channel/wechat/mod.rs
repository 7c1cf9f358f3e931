//! WeChat Pay: the client of API v3, answers verified before they are read, and that of v2 below [`v2`].
//!
//! Source: pay.weixin.qq.com/doc/v3, "Native支付", "付款码支付", "分账", "申请交易账单".

mod bill;
mod canon;
mod certificates;
mod download;
#[cfg(any(fuzzing, test))]
pub(crate) mod fuzz;
mod order;
mod refund;
mod sealed;
mod sign;
mod split;
mod told;
pub mod v2;
mod wire;

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{Client, Method, StatusCode};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use time::Date;

use self::certificates::Certificates;
use self::sign::Distrust;
use super::exchange::{self, Answer, Clock};
use super::{
    Bill, Channel, ChannelKind, Delivery, Divided, Doubt, NoBill, Opened, Proof, Refunded, Refusal, Reply,
    Revoked, Terms, Told,
};
use crate::till::{Attempt, Currency, Refund, Split, Tender, Way};

pub use self::sealed::ApiKey;
pub use self::sign::Keys;

/// Most that one order may ask for, in fen: the platform's own bound.
const AMOUNT_MAX: i64 = 100_000_000;
/// Money can go back for 365 days after it was paid.
const REFUND_WITHIN_MS: u64 = 365 * 86_400_000;
/// Part refunds of one order.
const REFUNDS_MAX: u32 = 50;
/// Pause between two of them.
const REFUND_GAP_MS: u64 = 60_000;
/// How long the platform may take to tell its certificates; the question waiting behind it needs the rest.
const CERTIFICATES_WITHIN: Duration = Duration::from_secs(5);

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
    /// Which of the platform's protocols the merchant has.
    #[serde(default)]
    pub protocol: Protocol,
    /// Whether orders are held back so that their money can be divided (v3; the merchant must have the product).
    #[serde(default)]
    pub profit_sharing: bool,
    /// How v2 signs.
    #[serde(default)]
    pub v2_sign: v2::SignType,
    /// The kiosk's own address, which v2 wants to know.
    #[serde(default = "device_ip")]
    pub device_ip: String,
}

/// Which protocol.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// JSON, RSA.
    #[default]
    V3,
    /// XML, a shared key. Still the widest for scanned codes.
    V2,
}

/// Most schools have one canteen.
fn store() -> String {
    "canteen-1".to_owned()
}

/// A kiosk shows a code for two or three minutes; one that lives on for hours only brings late money.
fn code_minutes() -> u32 {
    5
}

/// The platform takes any address; few kiosks have a public one.
fn device_ip() -> String {
    "127.0.0.1".to_owned()
}

/// The client of v3.
pub struct Wechat {
    config: WechatConfig,
    keys: Keys,
    http: Client,
    clock: Clock,
    certificates: Certificates,
}

/// An answer that is the platform's: read, or refused with a code.
enum Said<T> {
    Yes(T),
    No { status: StatusCode, code: String },
}

impl Wechat {
    /// A client of the host in `config`; talks to nobody yet.
    pub fn new(config: WechatConfig, keys: Keys, http: Client) -> Self {
        let certificates = Certificates::default();
        Self { config, keys, http, clock: exchange::system_clock, certificates }
    }

    /// The same with another clock for timestamps and the age of answers.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// One signed call, its verified answer. `target` is the path with its query.
    async fn call(&self, method: Method, target: &str, body: String) -> Result<Answer, Doubt> {
        if self.certificates.wanted() {
            self.fetch_certificates().await;
        }
        let answer = exchange::exchange(self.request(method, target, body)?).await?;
        match self.verify(&answer) {
            Err(Distrust::UnknownKey) if self.fetch_certificates().await => self.verify(&answer),
            judged => judged,
        }
        .map_err(|_distrust| Doubt::BadSignature)?;
        Ok(answer)
    }

    fn verify(&self, answer: &Answer) -> Result<(), Distrust> {
        self.keys.verify(answer, (self.clock)(), &self.certificates.list())
    }

    fn request(&self, method: Method, target: &str, body: String) -> Result<reqwest::RequestBuilder, Doubt> {
        let now = (self.clock)();
        let authorization = self.keys.authorize(&self.config.mchid, method.as_str(), target, now, &body)?;
        let mut request = self
            .http
            .request(method, format!("{}{target}", self.config.host.trim_end_matches('/')))
            .header("Authorization", authorization)
            .header("Accept", "application/json");
        if let Some(serial) =
            self.keys.platform_serial().map(str::to_owned).or_else(|| self.certificates.newest(now))
        {
            request = request.header("Wechatpay-Serial", serial);
        }
        if !body.is_empty() {
            request = request.header("Content-Type", "application/json").body(body);
        }
        Ok(request)
    }

    /// Asks for the platform's certificates, unless that was done lately; whether there are new ones. Who can seal
    /// with the APIv3 key is the platform; its signature over the answer must hold under what the answer brings.
    async fn fetch_certificates(&self) -> bool {
        let now = (self.clock)();
        let Some(key) = self.keys.api() else { return false };
        if !self.certificates.may_ask(now) {
            return false;
        }
        let asked = async {
            let request = self.request(Method::GET, "/v3/certificates", String::new())?;
            let answer = exchange::exchange(request.timeout(CERTIFICATES_WITHIN)).await?;
            let list = certificates::open(&answer.body, key, now)?;
            self.keys.verify(&answer, now, &list).map_err(|_distrust| Doubt::BadSignature)?;
            Ok::<_, Doubt>(list)
        };
        match asked.await {
            Ok(list) => {
                tracing::info!(count = list.len(), "wechat pay's certificates are here");
                self.certificates.keep(list);
                true
            }
            Err(doubt) => {
                tracing::warn!(?doubt, "wechat pay's certificates cannot be had");
                false
            }
        }
    }

    async fn post(&self, target: &str, body: &impl Serialize) -> Result<Answer, Doubt> {
        let body = serde_json::to_string(body).map_err(|_never| Doubt::Unparsable)?;
        self.call(Method::POST, target, body).await
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

/// 18 digits, the first two 10 to 15.
fn is_code(tender: &Tender) -> bool {
    let Tender::Code(code) = tender else { return false };
    let code = code.reveal();
    code.len() == 18 && code.bytes().all(|byte| byte.is_ascii_digit()) && ("10"..="15").contains(&&code[..2])
}

/// What the platform allows, with v2 and v3 alike.
fn terms(parties_max: u32) -> Terms {
    Terms {
        amount_max: AMOUNT_MAX,
        refund_within_ms: REFUND_WITHIN_MS,
        refunds_max: REFUNDS_MAX,
        refund_gap_ms: REFUND_GAP_MS,
        parties_max,
        instalments: false,
    }
}

#[async_trait]
impl Channel for Wechat {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Wechat
    }

    fn takes(&self, tender: &Tender) -> bool {
        is_code(tender)
    }

    async fn open(&self, attempt: &Attempt) -> Opened {
        if attempt.amount.currency() != Currency::CNY {
            return Opened::Refused(Refusal::Declined);
        }
        self.native(attempt).await
    }

    async fn charge(&self, attempt: &Attempt, tender: &Tender) -> Proof {
        match tender {
            Tender::Code(code) if attempt.amount.currency() == Currency::CNY => {
                self.codepay(attempt, code).await
            }
            _not_ours => Proof::NotPaid(Refusal::Declined),
        }
    }

    async fn query(&self, attempt: &Attempt) -> Proof {
        self.transaction(attempt).await
    }

    async fn revoke(&self, attempt: &Attempt) -> Revoked {
        match attempt.way {
            Way::Shown => self.close(attempt).await,
            Way::Scanned | Way::Card => self.reverse(attempt).await,
        }
    }

    async fn refund(&self, attempt: &Attempt, refund: &Refund) -> Refunded {
        self.send_back(attempt, refund).await
    }

    fn terms(&self) -> Terms {
        terms(if self.config.profit_sharing { split::RECEIVERS_MAX } else { 0 })
    }

    async fn refund_query(&self, _attempt: &Attempt, refund: &Refund) -> Refunded {
        self.sent_back(refund).await
    }

    async fn split(&self, _attempt: &Attempt, channel_ref: &str, split: &Split) -> Divided {
        self.divide(channel_ref, split).await
    }

    async fn bill(&self, day: Date) -> Result<Bill, NoBill> {
        self.trade_bill(day).await
    }

    fn told(&self, delivery: Delivery<'_>) -> Result<Told, Doubt> {
        self.hear(delivery)
    }

    fn reply(&self, kept: bool) -> Reply {
        if kept {
            Reply { status: 200, body: "" }
        } else {
            Reply { status: 500, body: r#"{"code":"FAIL","message":"失败"}"# }
        }
    }
}
