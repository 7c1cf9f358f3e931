//! Signatures of WeChat Pay v3: our requests signed, the platform's answers and notifies verified with their age.

use aws_lc_rs::rand;
use reqwest::header::HeaderMap;

use super::canon;
use super::certificates::Certificate;
use super::sealed::ApiKey;
use crate::channel::Doubt;
use crate::channel::exchange::Answer;
use crate::channel::rsa::{KeyError, SigningKey, VerifyingKey};

/// Answers older or newer than this are refused, as the platform refuses our requests: five minutes.
const AGE_MAX_S: u64 = 300;
/// The one scheme there is; an answer that names another, or none, is not the platform's.
const SCHEME: &str = "WECHATPAY2-SHA256-RSA2048";
/// Deliberately wrong signatures that the platform sends to find merchants who do not verify.
const PROBE: &str = "WECHATPAY/SIGNTEST/";

/// The keys: `wechat_mch_key` (ours, PEM) and `wechat_mch_serial`; then `wechat_platform_pub` (PEM key or
/// certificate) with `wechat_platform_serial` (the certificate's serial number or `PUB_KEY_ID_...`), or
/// `wechat_apiv3_key` (32 characters), which opens notifies and the platform's certificates, or both.
#[derive(Debug)]
pub struct Keys {
    mch: SigningKey,
    mch_serial: String,
    platform: Option<(String, VerifyingKey)>,
    api: Option<ApiKey>,
}

/// Why something is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Distrust {
    /// It names a key that we do not hold.
    UnknownKey,
    /// It is unsigned, wrongly signed or stale.
    Wrong,
}

impl Keys {
    /// Keys of a merchant who knows the platform by a public key or one certificate; the serial numbers may end in a
    /// line feed.
    ///
    /// # Errors
    /// [`KeyError`] naming the credential.
    pub fn new(
        mch_key: &[u8],
        mch_serial: &str,
        platform_pub: &[u8],
        platform_serial: &str,
    ) -> Result<Self, KeyError> {
        let platform = VerifyingKey::from_pem("wechat_platform_pub", platform_pub)?;
        let serial = serial("wechat_platform_serial", platform_serial)?;
        Ok(Self { platform: Some((serial, platform)), ..Self::own(mch_key, mch_serial)? })
    }

    /// Keys of a merchant who lets the platform send its certificates, sealed with the APIv3 key.
    ///
    /// # Errors
    /// [`KeyError`] naming the credential.
    pub fn by_certificates(mch_key: &[u8], mch_serial: &str, apiv3_key: &[u8]) -> Result<Self, KeyError> {
        Self::own(mch_key, mch_serial)?.with_apiv3(apiv3_key)
    }

    /// The same with the APIv3 key: notifies can be opened, and answers may also be signed with a certificate that
    /// the platform sends, as happens while a merchant changes from certificates to the public key.
    ///
    /// # Errors
    /// [`KeyError::Malformed`].
    pub fn with_apiv3(mut self, apiv3_key: &[u8]) -> Result<Self, KeyError> {
        self.api = Some(ApiKey::new("wechat_apiv3_key", apiv3_key)?);
        Ok(self)
    }

    fn own(mch_key: &[u8], mch_serial: &str) -> Result<Self, KeyError> {
        let mch = SigningKey::from_pem("wechat_mch_key", mch_key)?;
        Ok(Self { mch, mch_serial: serial("wechat_mch_serial", mch_serial)?, platform: None, api: None })
    }

    /// Which of the platform's keys shall sign the answer, where one is configured.
    pub(super) fn platform_serial(&self) -> Option<&str> {
        self.platform.as_ref().map(|(serial, _)| serial.as_str())
    }

    /// What opens sealed texts, where there is one.
    pub(super) fn api(&self) -> Option<&ApiKey> {
        self.api.as_ref()
    }

    /// The `Authorization` header of a request made now.
    pub(super) fn authorize(
        &self,
        mchid: &str,
        method: &str,
        target: &str,
        now: i64,
        body: &str,
    ) -> Result<String, Doubt> {
        let mut random = [0_u8; 16];
        // Nothing has gone out yet, but the caller treats it like a broken line: nobody can say, ask again.
        rand::fill(&mut random).map_err(|_no_entropy| Doubt::Transport)?;
        let nonce: String = random.iter().map(|byte| format!("{byte:02X}")).collect();
        let text = canon::request_text(method, target, now, &nonce, body);
        let signature = self.mch.sign(text.as_bytes()).ok_or(Doubt::Transport)?;
        Ok(canon::authorization(mchid, &self.mch_serial, now, &nonce, &signature))
    }

    /// Whether the answer is the platform's and fresh.
    ///
    /// The platform signs what it answers with 2xx. A 4xx need not be signed (the 401 for a bad signature is not),
    /// and may be believed then because TLS names the host and a 4xx can never make us say "paid"; but where it
    /// carries a signature, that must hold too.
    pub(super) fn verify(&self, answer: &Answer, now: i64, held: &[Certificate]) -> Result<(), Distrust> {
        if answer.status.is_client_error() && header(&answer.headers, "Wechatpay-Signature").is_none() {
            return Ok(());
        }
        self.verify_text(&answer.headers, &answer.body, now, held)
    }

    /// Whether headers and body are the platform's and fresh, be it an answer or a notify. `held` are the platform's
    /// certificates at hand.
    pub(super) fn verify_text(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: i64,
        held: &[Certificate],
    ) -> Result<(), Distrust> {
        let field = |name| header(headers, name).ok_or(Distrust::Wrong);
        let (timestamp, nonce) = (field("Wechatpay-Timestamp")?, field("Wechatpay-Nonce")?);
        let (signature, serial) = (field("Wechatpay-Signature")?, field("Wechatpay-Serial")?);
        let fresh = timestamp
            .parse::<i64>()
            .is_ok_and(|then| now.checked_sub(then).is_some_and(|age| age.unsigned_abs() < AGE_MAX_S));
        if !fresh || field("Wechatpay-Signature-Type")? != SCHEME || signature.starts_with(PROBE) {
            return Err(Distrust::Wrong);
        }
        let key = self.key(serial, now, held).ok_or(Distrust::UnknownKey)?;
        let holds = key.verifies(&canon::answer_text(timestamp, nonce, body), signature);
        if holds { Ok(()) } else { Err(Distrust::Wrong) }
    }

    fn key<'a>(&'a self, serial: &str, now: i64, held: &'a [Certificate]) -> Option<&'a VerifyingKey> {
        let configured = self.platform.as_ref().filter(|(own, _)| own == serial).map(|(_, key)| key);
        let same = |one: &&Certificate| one.serial.eq_ignore_ascii_case(serial) && one.valid(now);
        configured.or_else(|| held.iter().find(same).map(|one| &one.key))
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

fn serial(name: &'static str, text: &str) -> Result<String, KeyError> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        Ok(text.to_owned())
    } else {
        Err(KeyError::Malformed(name))
    }
}

#[cfg(test)]
mod tests;
