//! What the platform checks before it looks at a call: who asks, the signature, the clock, the headers.

use axum::http::HeaderMap;
use serde_json::{Value, json};

use super::answer::Refusal;
use super::canon;
use crate::keys::Keys;

/// The one merchant there is.
pub const MCHID: &str = "1900000109";
/// Its application.
pub const APPID: &str = "wxd678efh567hg6787";
/// Requests older or newer than this are turned away.
const SKEW_MAX_S: i64 = 300;

/// What to do about a signature that does not hold.
const UNSIGNED: &str = "the signature does not hold: sign METHOD, path with query, timestamp, nonce and body as sent, \
                        each with a line feed";
/// Characters of the text to sign that a refusal shows; the platform shows as few.
const SHOWN_MAX: usize = 200;

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Asked {
    /// HTTP method.
    pub method: String,
    /// Path and query as sent.
    pub target: String,
    /// Headers.
    pub headers: HeaderMap,
    /// Body, byte for byte.
    pub body: Vec<u8>,
}

impl Asked {
    /// A header as text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// A parameter of the query, as it stands there.
    pub fn query(&self, name: &str) -> Option<&str> {
        let (_, query) = self.target.split_once('?')?;
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(found, _)| *found == name)
            .map(|pair| pair.1)
    }
}

/// Checks a request, and answers under which serial number the platform shall sign.
pub fn check(asked: &Asked, keys: &Keys, now: i64) -> Result<String, Refusal> {
    let header = |name: &str| asked.header(name);
    let unsigned = |message: &str| Refusal::new(401, "SIGN_ERROR", message);
    let authorization = header("authorization").ok_or_else(|| unsigned("send Authorization"))?;
    let fields = canon::authorization(authorization)
        .ok_or_else(|| unsigned("Authorization: WECHATPAY2-SHA256-RSA2048 name=\"value\",..."))?;
    let field = |name: &str| {
        fields.get(name).copied().ok_or_else(|| unsigned(&format!("Authorization lacks {name}")))
    };
    if field("mchid")? != MCHID {
        return Err(unsigned(&format!("mchid is not {MCHID}")));
    }
    if !field("serial_no")?.eq_ignore_ascii_case(&keys.wx_mch_serial) {
        return Err(unsigned("serial_no is not that of the merchant's certificate"));
    }
    let timestamp = field("timestamp")?;
    let then: i64 = timestamp.parse().map_err(|_bad| unsigned("timestamp: seconds since 1970"))?;
    if (now - then).abs() > SKEW_MAX_S {
        return Err(unsigned("timestamp is more than 5 minutes off: set the clock by NTP"));
    }
    let text = canon::request_text(&asked.method, &asked.target, timestamp, field("nonce_str")?, &asked.body);
    if !keys.wx_mch.verifies(&text, field("signature")?) {
        return Err(Refusal { detail: Some(mismatch(asked, &text)), ..unsigned(UNSIGNED) });
    }
    let accepts = header("accept").unwrap_or_default();
    if !accepts.contains("application/json") && !accepts.contains("*/*") {
        return Err(Refusal::parameter("send Accept: application/json"));
    }
    match header("wechatpay-serial") {
        None => Ok(keys.wx_platform_serial.clone()),
        Some(serial) if serial == keys.wx_pubkey_id => Ok(serial.to_owned()),
        Some(serial) if serial.eq_ignore_ascii_case(&keys.wx_platform_serial) => Ok(serial.to_owned()),
        Some(_other) => Err(Refusal::parameter(
            "Wechatpay-Serial names neither the platform's certificate nor its public key",
        )),
    }
}

/// The platform's `detail` of a wrong signature: the text that should have been signed.
fn mismatch(asked: &Asked, text: &[u8]) -> Value {
    let shown: String = String::from_utf8_lossy(text).chars().take(SHOWN_MAX).collect();
    json!({
        "field": "signature", "location": "authorization", "issue": "sign not match",
        "sign_information": {
            "method": asked.method, "url": asked.target, "sign_message_length": text.len(),
            "truncated_sign_message": shown,
        },
    })
}
