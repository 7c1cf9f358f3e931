//! Alipay's OpenAPI, gateway v1: payments, refunds, shares, bills and notifies over `/gateway.do`.
//!
//! Source: opendocs.alipay.com, "当面付", "商家扣款", "分账" and "交易账单".
//!
//! | module | what |
//! |---|---|
//! | [`canon`] [`sign`] [`certificate`] [`wire`] | texts, signatures, certificates, messages |
//! | [`call`] | one signed call |
//! | [`pay`] [`refund`] [`split`] | what moves money, and the questions about it |
//! | [`agreeing`] | agreements signed, asked about and ended |
//! | [`told`] | notifies |
//! | [`bill`] [`download`] | a day's bill: read, and fetched |

mod agreeing;
mod bill;
mod call;
mod canon;
mod certificate;
mod config;
mod download;
#[cfg(any(fuzzing, test))]
pub(crate) mod fuzz;
mod pay;
mod refund;
mod sign;
mod split;
mod told;
mod wire;

use async_trait::async_trait;
use reqwest::Client;
use time::Date;

use super::exchange::{self, Clock};
use super::{
    Bill, Channel, ChannelKind, Delivery, Divided, Doubt, NoBill, Opened, Proof, Refunded, Reply, Revoked,
    Signed, Signing, Terms, Told, Unsigned,
};
use crate::agreement::Agreement;
use crate::till::{AgreementNumber, Attempt, Refund, Split, Tender};

pub use self::certificate::CertificateError;
pub use self::config::{AlipayConfig, Instalments};
pub use self::sign::{CertificateFiles, Keys};

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
}

#[async_trait]
impl Channel for Alipay {
    fn kind(&self) -> ChannelKind {
        ChannelKind::Alipay
    }

    /// Codes of 16 to 24 digits, the first two 25 to 30; agreements where the configuration names their product.
    fn takes(&self, tender: &Tender) -> bool {
        match tender {
            Tender::Code(code) => {
                let code = code.reveal();
                (16..=24).contains(&code.len())
                    && code.bytes().all(|byte| byte.is_ascii_digit())
                    && ("25"..="30").contains(&&code[..2])
            }
            Tender::Agreement(_) => self.config.agreement_product.is_some(),
            Tender::Card(_) | Tender::Sun(_) | Tender::Purse(..) | Tender::BankCard => false,
        }
    }

    async fn open(&self, attempt: &Attempt) -> Opened {
        self.precreate(attempt).await
    }

    async fn charge(&self, attempt: &Attempt, tender: &Tender) -> Proof {
        self.pay(attempt, tender).await
    }

    async fn query(&self, attempt: &Attempt) -> Proof {
        self.ask(attempt).await
    }

    async fn revoke(&self, attempt: &Attempt) -> Revoked {
        self.take_back(attempt).await
    }

    async fn refund(&self, attempt: &Attempt, refund: &Refund) -> Refunded {
        self.send_back(attempt, refund).await
    }

    fn terms(&self) -> Terms {
        self.config.terms()
    }

    async fn refund_query(&self, attempt: &Attempt, refund: &Refund) -> Refunded {
        self.ask_refund(attempt, refund).await
    }

    async fn split(&self, attempt: &Attempt, channel_ref: &str, split: &Split) -> Divided {
        self.divide(attempt, channel_ref, split).await
    }

    fn signs(&self) -> bool {
        self.scene().is_some()
    }

    async fn sign(&self, agreement: &Agreement) -> Signing {
        self.sign_link(agreement)
    }

    async fn signed(&self, id: &str) -> Signed {
        self.agreement(id).await
    }

    async fn unsign(&self, number: &AgreementNumber) -> Unsigned {
        self.end_agreement(number).await
    }

    async fn bill(&self, day: Date) -> Result<Bill, NoBill> {
        self.fetch_bill(day).await
    }

    fn told(&self, delivery: Delivery<'_>) -> Result<Told, Doubt> {
        told::read(delivery.body, &self.keys, &self.config)
    }

    /// Exactly `success`, or anything else for "tell it again".
    fn reply(&self, kept: bool) -> Reply {
        Reply { status: 200, body: if kept { "success" } else { "fail" } }
    }
}
