//! WeChat Pay v2 (XML, one shared key), for merchants who never changed: micropay, native, query, close, reverse,
//! refund, bill and notify. Source: pay.weixin.qq.com/wiki/doc/api, "付款码支付" and "Native支付".

mod canon;
#[cfg(any(fuzzing, test))]
pub(crate) mod fuzz;
mod order;
mod refund;
mod statement;
mod wire;
mod xml;

use std::collections::BTreeMap;

use async_trait::async_trait;
use reqwest::Client;
use time::Date;

use self::canon::nonce;
use self::wire::Said;
use super::{WechatConfig, is_code, terms};
use crate::channel::exchange::{self, Clock};
use crate::channel::rsa::KeyError;
use crate::channel::{
    Bill, Channel, ChannelKind, Delivery, Doubt, NoBill, Opened, Proof, Refunded, Refusal, Reply, Revoked,
    Terms, Told,
};
use crate::till::{Attempt, Currency, Refund, Tender, Way};

pub use self::canon::{SharedKey, SignType};

/// Names and values of one message.
type Fields = BTreeMap<String, String>;

/// What goes with the configuration: `wechat_v2_key` (32 characters) and `wechat_v2_identity` (the merchant's
/// certificate and its key, PEM, both in one file), without which the platform neither reverses nor refunds.
pub struct V2Keys {
    key: SharedKey,
    identity: Option<reqwest::Identity>,
}

impl V2Keys {
    /// Reads the keys.
    ///
    /// # Errors
    /// [`KeyError`] naming the credential.
    pub fn new(key: &[u8], identity: Option<&[u8]>) -> Result<Self, KeyError> {
        let identity = identity.map(reqwest::Identity::from_pem).transpose();
        Ok(Self {
            key: SharedKey::new("wechat_v2_key", key)?,
            identity: identity.map_err(|_rejected| KeyError::NotPem("wechat_v2_identity"))?,
        })
    }
}

/// The client of v2.
pub struct WechatV2 {
    config: WechatConfig,
    key: SharedKey,
    http: Client,
    /// Shows the merchant's certificate in its TLS handshakes; `/secapi/` insists on it.
    secure: Client,
    clock: Clock,
}

impl WechatV2 {
    /// A client of the host in `config`; talks to nobody yet.
    ///
    /// # Errors
    /// The TLS backend refuses the identity.
    pub fn new(config: WechatConfig, keys: V2Keys, http: Client) -> Result<Self, reqwest::Error> {
        let secure = match keys.identity {
            Some(identity) => exchange::builder().identity(identity).build()?,
            None => http.clone(),
        };
        Ok(Self { config, key: keys.key, http, secure, clock: exchange::system_clock })
    }

    /// The same with another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// A signed message with whose it is. Empty values are left out.
    fn message(&self, fields: &[(&str, &str)]) -> Result<String, Doubt> {
        let nonce = nonce().ok_or(Doubt::Transport)?;
        let own = [
            ("appid", self.config.appid.as_str()),
            ("mch_id", self.config.mchid.as_str()),
            ("nonce_str", nonce.as_str()),
            ("sign_type", self.config.v2_sign.name()),
        ];
        let named = own.iter().chain(fields).filter(|(_, value)| !value.is_empty());
        let mut fields: Fields =
            named.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let sign = canon::sign(&fields, &self.key, self.config.v2_sign);
        fields.insert("sign".to_owned(), sign);
        Ok(xml::write(&fields))
    }

    /// One call and its verified answer.
    async fn call(&self, path: &str, fields: &[(&str, &str)]) -> Result<Said, Doubt> {
        let http = if path.starts_with("/secapi/") { &self.secure } else { &self.http };
        let request = http
            .post(format!("{}{path}", self.config.host.trim_end_matches('/')))
            .header("Content-Type", "text/xml; charset=utf-8")
            .body(self.message(fields)?);
        let answer = exchange::exchange(request).await?;
        let fields = xml::read(&answer.body).map_err(|_bad| Doubt::Unparsable)?;
        wire::said(fields, &self.key, self.config.v2_sign, &self.config.mchid, &self.config.appid)
    }
}

#[async_trait]
impl Channel for WechatV2 {
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
        self.unified_order(attempt).await
    }

    async fn charge(&self, attempt: &Attempt, tender: &Tender) -> Proof {
        match tender {
            Tender::Code(code) if attempt.amount.currency() == Currency::CNY => {
                self.micropay(attempt, code).await
            }
            _not_ours => Proof::NotPaid(Refusal::Declined),
        }
    }

    async fn query(&self, attempt: &Attempt) -> Proof {
        self.order_query(attempt).await
    }

    async fn revoke(&self, attempt: &Attempt) -> Revoked {
        match attempt.way {
            Way::Shown => self.close_order(attempt).await,
            Way::Scanned | Way::Card => self.reverse(attempt).await,
        }
    }

    async fn refund(&self, attempt: &Attempt, refund: &Refund) -> Refunded {
        self.send_back(attempt, refund).await
    }

    /// v2 divides money by other calls, with HMAC alone; a merchant who divides uses v3.
    fn terms(&self) -> Terms {
        terms(0)
    }

    async fn refund_query(&self, _attempt: &Attempt, refund: &Refund) -> Refunded {
        self.sent_back(refund).await
    }

    async fn bill(&self, day: Date) -> Result<Bill, NoBill> {
        self.download_bill(day).await
    }

    fn told(&self, delivery: Delivery<'_>) -> Result<Told, Doubt> {
        let fields = xml::read(delivery.body).map_err(|_bad| Doubt::Unparsable)?;
        let said =
            wire::said(fields, &self.key, self.config.v2_sign, &self.config.mchid, &self.config.appid)?;
        order::told(said)
    }

    fn reply(&self, kept: bool) -> Reply {
        let body = if kept {
            "<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>"
        } else {
            "<xml><return_code><![CDATA[FAIL]]></return_code><return_msg><![CDATA[失败]]></return_msg></xml>"
        };
        Reply { status: 200, body }
    }
}
