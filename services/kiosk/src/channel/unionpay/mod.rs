//! UnionPay QR codes over the ACP gateway 5.1.0: apply for a code, pay with a scanned one, query, undo, reverse, refund.
//!
//! Source: open.unionpay.com, "二维码支付" and its SDK. A transaction is named by order number and `txnTime`; a
//! payment's time is that of its attempt, so that a question after a restart names the same. There is no way to close
//! a shown code: it carries its end (`payTimeout`), after which UnionPay sends late money back by itself, and only
//! once the gateway's own clock is past that is the code called closed.
//!
//! Bills come by ACP's file transfer (76/01) as a zip with fixed columns; that is not built.

mod canon;
mod certificate;
#[cfg(any(fuzzing, test))]
pub(crate) mod fuzz;
mod gateway;
mod give_back;
mod sign;
mod times;
mod wire;

use std::path::PathBuf;

use async_trait::async_trait;
use reqwest::Client;
use serde::Deserialize;

use self::canon::Fields;
use self::gateway::{Gateway, Said};
use self::times::Times;
use self::wire::Verdict;
use super::exchange::{self, Clock};
use super::{
    Channel, ChannelKind, Delivery, Doubt, Opened, PaidProof, PendingReason, Proof, Refunded, Refusal,
    Revoked, Terms, Told,
};
use crate::emv::cpm;
use crate::till::{Attempt, AttemptNumber, Currency, Money, Refund, Tender, Way};

pub use self::sign::Keys;

/// Largest amount of one attempt in fen: 50,000 yuan, the highest limit that a payer's bank sets for codes.
const AMOUNT_MAX: i64 = 5_000_000;
/// QR payments can be refunded for 30 days.
const REFUND_WITHIN_MS: u64 = 30 * 86_400_000;
/// UnionPay names no number; a bound keeps a mistake from going on for ever.
const REFUNDS_MAX: u32 = 50;
/// How long after its end a code is still not called closed: a payer may have confirmed in the last moment.
const EXPIRY_GRACE_S: i64 = 60;
/// Where a merchant that wants no notify has them sent; the field must be there.
const NO_NOTIFY: &str = "http://www.specialUrl.com";
/// Longest text of a code to show; real ones have about 60 characters.
const CODE_LEN_MAX: usize = 512;

/// Where and as whom.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnionpayConfig {
    /// Scheme and host, such as `https://gateway.95516.com`.
    pub host: String,
    /// The merchant's number, 15 digits.
    pub mer_id: String,
    /// Where UnionPay may tell of payments; without it the till only asks.
    pub notify_url: Option<String>,
    /// The name in the certificate that signs UnionPay's answers.
    #[serde(default = "signer")]
    pub signer: String,
    /// How long a shown code can be paid, in minutes. It cannot be closed earlier.
    #[serde(default = "code_minutes")]
    pub code_minutes: u32,
    /// Folder for the times of undos and refunds; made where it is missing.
    #[serde(default = "times")]
    pub times: PathBuf,
}

fn signer() -> String {
    "中国银联股份有限公司".to_owned()
}

/// A kiosk shows a code for two or three minutes; one that lives on for hours only brings late money.
fn code_minutes() -> u32 {
    5
}

/// Beside the ledger.
fn times() -> PathBuf {
    "/var/lib/dais/kiosk/unionpay".into()
}

/// The client.
pub struct Unionpay {
    config: UnionpayConfig,
    gateway: Gateway,
    times: Times,
}

impl Unionpay {
    /// A client of the host in `config`; talks to nobody yet.
    pub fn new(config: UnionpayConfig, keys: Keys, http: Client) -> Self {
        let gateway = Gateway {
            host: config.host.clone(),
            mer_id: config.mer_id.clone(),
            keys,
            http,
            clock: exchange::system_clock,
        };
        let times = Times::new(config.times.clone());
        Self { config, gateway, times }
    }

    /// The same with another clock for the times of undos and refunds and the age of certificates.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.gateway.clock = clock;
        self
    }

    /// The same over another HTTP client, such as one that waits less long.
    #[must_use]
    pub fn with_http(mut self, http: Client) -> Self {
        self.gateway.http = http;
        self
    }

    fn back_url(&self) -> String {
        self.config.notify_url.clone().unwrap_or_else(|| NO_NOTIFY.to_owned())
    }

    /// The fields of a payment.
    fn payment(&self, attempt: &Attempt, sub_type: &str) -> Result<Vec<(&'static str, String)>, Doubt> {
        Ok(vec![
            ("txnType", "01".to_owned()),
            ("txnSubType", sub_type.to_owned()),
            ("orderId", attempt.number.as_str().to_owned()),
            ("txnTime", time_of(attempt)?),
            ("txnAmt", attempt.amount.minor().to_string()),
            ("currencyCode", "156".to_owned()),
            ("orderDesc", wire::description(&attempt.subject)),
            ("backUrl", self.back_url()),
        ])
    }

    async fn standing(&self, attempt: &Attempt) -> Result<(Verdict, Said), Doubt> {
        self.gateway.ask(attempt.number.as_str(), &time_of(attempt)?).await
    }

    /// Whether a code shown for the attempt is past its end by the gateway's own clock.
    fn is_over(&self, attempt: &Attempt, said: &Said) -> bool {
        wire::expiry(attempt.opened_at_ms, self.config.code_minutes)
            .and_then(|end| end.checked_add(EXPIRY_GRACE_S))
            .is_some_and(|end| said.at >= end)
    }

    /// A code for the attempt, or why none.
    async fn apply(&self, attempt: &Attempt) -> Result<Opened, Doubt> {
        let mut own = self.payment(attempt, "07")?;
        let end = wire::expiry(attempt.opened_at_ms, self.config.code_minutes).and_then(wire::of_seconds);
        own.push(("payTimeout", end.ok_or(Doubt::Transport)?));
        let said = self.gateway.send("backTransReq.do", own).await?;
        let code = said.field("qrCode");
        Ok(match wire::verdict(said.field("respCode")) {
            Verdict::Ok if !code.is_empty() && code.len() <= CODE_LEN_MAX => Opened::Code(code.to_owned()),
            Verdict::Ok => Opened::Unavailable(Doubt::Unparsable),
            Verdict::Refused(refusal) => Opened::Refused(refusal),
            _not_proof => Opened::Unavailable(Doubt::ServerError),
        })
    }

    async fn pay(&self, attempt: &Attempt, code: &str) -> Result<Proof, Doubt> {
        let mut own = self.payment(attempt, "06")?;
        own.push(("qrNo", code.to_owned()));
        let said = self.gateway.send("backTransReq.do", own).await?;
        Ok(match wire::verdict(said.field("respCode")) {
            // "Taken in" and "paid" have the same code here; only the question tells them apart.
            Verdict::Ok => match self.query(attempt).await {
                Proof::NotPaid(Refusal::NoSuchTrade) => Proof::Unknown(Doubt::ServerError),
                told => told,
            },
            Verdict::Processing => Proof::Pending(PendingReason::PayerConfirms),
            Verdict::Refused(refusal) => Proof::NotPaid(refusal),
            Verdict::Unknown | Verdict::NoSuch => Proof::Unknown(Doubt::ServerError),
        })
    }
}

/// The attempt's `txnTime`.
fn time_of(attempt: &Attempt) -> Result<String, Doubt> {
    wire::txn_time(attempt.opened_at_ms).ok_or(Doubt::Transport)
}

/// The paid proof in the fields of a query or notify; without number and amount it is none.
fn paid(fields: &Fields) -> Option<PaidProof> {
    let channel_ref = fields.get("queryId").filter(|id| !id.is_empty())?;
    let digits = fields.get("txnAmt")?;
    let fen = digits.parse().ok().filter(|fen: &i64| *fen > 0)?;
    // The currency is left out of some answers; it is the merchant's only one.
    fields.get("currencyCode").is_none_or(|code| code == "156").then_some(())?;
    Some(PaidProof { channel_ref: channel_ref.clone(), amount: Money::new(fen, Currency::CNY) })
}

#[async_trait]
impl Channel for Unionpay {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Unionpay
    }

    /// 19 digits from 62, or an EMV consumer-presented code.
    fn takes(&self, tender: &Tender) -> bool {
        let Tender::Code(code) = tender else { return false };
        let code = code.reveal();
        let digits = code.len() == 19 && code.bytes().all(|byte| byte.is_ascii_digit());
        (digits && code.starts_with("62")) || (code.starts_with(cpm::PREFIX) && cpm::parse(code).is_ok())
    }

    async fn open(&self, attempt: &Attempt) -> Opened {
        if attempt.amount.currency() != Currency::CNY {
            return Opened::Refused(Refusal::Declined);
        }
        self.apply(attempt).await.unwrap_or_else(Opened::Unavailable)
    }

    async fn charge(&self, attempt: &Attempt, tender: &Tender) -> Proof {
        let Tender::Code(code) = tender else { return Proof::NotPaid(Refusal::Declined) };
        if attempt.amount.currency() != Currency::CNY {
            return Proof::NotPaid(Refusal::Declined);
        }
        self.pay(attempt, code.reveal()).await.unwrap_or_else(Proof::Unknown)
    }

    async fn query(&self, attempt: &Attempt) -> Proof {
        let (verdict, said) = match self.standing(attempt).await {
            Ok(told) => told,
            Err(doubt) => return Proof::Unknown(doubt),
        };
        match (verdict, attempt.way) {
            (Verdict::Ok, _) => match (paid(&said.fields), self.is_undone(attempt).await) {
                // An undo is a transaction of its own: the payment stays "paid" in the gateway's words.
                (_, Ok(true)) => Proof::NotPaid(Refusal::Closed),
                (_, Err(doubt)) => Proof::Unknown(doubt),
                (Some(paid), Ok(false)) => Proof::Paid(paid),
                (None, Ok(false)) => Proof::Unknown(Doubt::Unparsable),
            },
            (Verdict::Processing, _) => Proof::Pending(PendingReason::PayerConfirms),
            (Verdict::NoSuch, Way::Shown) if self.is_over(attempt, &said) => Proof::NotPaid(Refusal::Closed),
            (Verdict::NoSuch, Way::Shown) => Proof::Pending(PendingReason::Shown),
            (Verdict::NoSuch, Way::Scanned | Way::Card) => Proof::NotPaid(Refusal::NoSuchTrade),
            (Verdict::Refused(refusal), _) => Proof::NotPaid(refusal),
            (Verdict::Unknown, _) => Proof::Unknown(Doubt::ServerError),
        }
    }

    async fn revoke(&self, attempt: &Attempt) -> Revoked {
        if attempt.way != Way::Shown {
            return self.take_back(attempt).await;
        }
        match self.query(attempt).await {
            Proof::Paid(_) => Revoked::AlreadyPaid,
            Proof::NotPaid(_) => Revoked::Done,
            // It can still be paid, and nothing makes that impossible but time.
            Proof::Pending(_) => Revoked::Again(Doubt::ServerError),
            Proof::Unknown(doubt) => Revoked::Again(doubt),
        }
    }

    async fn refund(&self, attempt: &Attempt, refund: &Refund) -> Refunded {
        self.send_back(attempt, refund).await.unwrap_or_else(Refunded::Again)
    }

    fn terms(&self) -> Terms {
        Terms {
            amount_max: AMOUNT_MAX,
            refund_within_ms: REFUND_WITHIN_MS,
            refunds_max: REFUNDS_MAX,
            refund_gap_ms: 0,
            parties_max: 0,
            instalments: false,
        }
    }

    async fn refund_query(&self, _attempt: &Attempt, refund: &Refund) -> Refunded {
        self.refund_standing(refund).await.unwrap_or_else(Refunded::Again)
    }

    /// Only successes are told; a failure is learnt by asking.
    fn told(&self, delivery: Delivery<'_>) -> Result<Told, Doubt> {
        let fields = canon::parse_form(delivery.body).ok_or(Doubt::Unparsable)?;
        self.gateway.keys.verify(&fields, (self.gateway.clock)())?;
        let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        if field("merId") != self.config.mer_id {
            return Err(Doubt::Unparsable);
        }
        let done = wire::verdict(field("respCode")) == Verdict::Ok;
        let Ok(number) = AttemptNumber::new(field("orderId")) else { return Ok(Told::Nothing) };
        match field("txnType") {
            "01" if done => {
                let proof = Proof::Paid(paid(&fields).ok_or(Doubt::Unparsable)?);
                Ok(Told::Payment { number, proof })
            }
            "04" if done => Ok(Told::Refund { number, refunded: Refunded::Done }),
            _undone_or_failed => Ok(Told::Nothing),
        }
    }
}
