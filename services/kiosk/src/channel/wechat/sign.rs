//! Signatures of WeChat Pay v3: our requests signed, the platform's answers verified with their age.

use aws_lc_rs::rand;
use reqwest::header::HeaderMap;

use super::canon;
use crate::channel::Doubt;
use crate::channel::exchange::Answer;
use crate::channel::rsa::{KeyError, SigningKey, VerifyingKey};

/// Answers older or newer than this are refused, as the platform refuses our requests: five minutes.
const AGE_MAX_S: u64 = 300;
/// The one scheme there is; an answer that names another, or none, is not the platform's.
const SCHEME: &str = "WECHATPAY2-SHA256-RSA2048";
/// Deliberately wrong signatures that the platform sends to find merchants who do not verify.
const PROBE: &str = "WECHATPAY/SIGNTEST/";

/// The keys: `wechat_mch_key` (ours, PEM), `wechat_mch_serial`, `wechat_platform_pub` (PEM key or certificate) and
/// `wechat_platform_serial` (the certificate's serial number or `PUB_KEY_ID_...`).
pub struct Keys {
    mch: SigningKey,
    mch_serial: String,
    platform: VerifyingKey,
    platform_serial: String,
}

impl Keys {
    /// Reads the keys; the serial numbers may end in a line feed.
    ///
    /// # Errors
    /// [`KeyError`] naming the credential.
    pub fn new(
        mch_key: &[u8],
        mch_serial: &str,
        platform_pub: &[u8],
        platform_serial: &str,
    ) -> Result<Self, KeyError> {
        Ok(Self {
            mch: SigningKey::from_pem("wechat_mch_key", mch_key)?,
            mch_serial: serial("wechat_mch_serial", mch_serial)?,
            platform: VerifyingKey::from_pem("wechat_platform_pub", platform_pub)?,
            platform_serial: serial("wechat_platform_serial", platform_serial)?,
        })
    }

    /// Which of the platform's keys shall sign the answer.
    pub(super) fn platform_serial(&self) -> &str {
        &self.platform_serial
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
    pub(super) fn verify(&self, answer: &Answer, now: i64) -> Result<(), Doubt> {
        let signature = header(&answer.headers, "Wechatpay-Signature");
        if signature.is_none() && answer.status.is_client_error() {
            return Ok(());
        }
        if signature.is_some_and(|signature| self.holds(signature, answer, now)) {
            Ok(())
        } else {
            Err(Doubt::BadSignature)
        }
    }

    fn holds(&self, signature: &str, answer: &Answer, now: i64) -> bool {
        let field = |name| header(&answer.headers, name);
        let (Some(timestamp), Some(nonce), Some(serial)) =
            (field("Wechatpay-Timestamp"), field("Wechatpay-Nonce"), field("Wechatpay-Serial"))
        else {
            return false;
        };
        let fresh = timestamp
            .parse::<i64>()
            .is_ok_and(|then| now.checked_sub(then).is_some_and(|age| age.unsigned_abs() < AGE_MAX_S));
        fresh
            && field("Wechatpay-Signature-Type") == Some(SCHEME)
            && serial == self.platform_serial
            && !signature.starts_with(PROBE)
            && self.platform.verifies(&canon::answer_text(timestamp, nonce, &answer.body), signature)
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
