//! What the gateway checks before it looks at a method: who asks, the signature, the clock, the common parameters.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use time::PrimitiveDateTime;
use time::macros::{format_description, offset};

use super::canon;
use crate::rsa::Verifier;

/// The one application there is.
pub const APP_ID: &str = "2021000000000001";
/// Its seller.
pub const SELLER_ID: &str = "2088000000000001";
/// Requests older or newer than this are turned away.
const SKEW_MAX_S: i64 = 300;

/// Why a request was refused, in Alipay's own terms, with what a developer should do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Such as `40002`.
    pub code: &'static str,
    /// Such as `isv.invalid-signature`.
    pub sub_code: &'static str,
    /// What to do.
    pub sub_msg: String,
}

impl Refusal {
    /// The method ran and refused.
    pub fn business(sub_code: &'static str, sub_msg: impl Into<String>) -> Self {
        Self { code: "40004", sub_code, sub_msg: sub_msg.into() }
    }

    fn missing(sub_code: &'static str, sub_msg: impl Into<String>) -> Self {
        Self { code: "40001", sub_code, sub_msg: sub_msg.into() }
    }

    fn invalid(sub_code: &'static str, sub_msg: impl Into<String>) -> Self {
        Self { code: "40002", sub_code, sub_msg: sub_msg.into() }
    }

    /// The clocks differ.
    pub fn timestamp() -> Self {
        Self::invalid(
            "isv.invalid-timestamp",
            "timestamp is more than 5 minutes off: set the clock by NTP and send GMT+8",
        )
    }

    /// Nobody knows.
    pub fn unknown() -> Self {
        Self {
            code: "20000",
            sub_code: "isp.unknow-error",
            sub_msg: "it may have happened: query before anything else".to_owned(),
        }
    }

    /// The node that tells it.
    pub fn node(&self) -> Map<String, Value> {
        let msg = match self.code {
            "20000" => "Service Currently Unavailable",
            "40001" => "Missing Required Arguments",
            "40002" => "Invalid Arguments",
            _business => "Business Failed",
        };
        // The node is cut out by counting braces in some clients, so none may stand in a text.
        let sub_msg = self.sub_msg.replace(['{', '}'], "");
        let node = json!({"code": self.code, "msg": msg, "sub_code": self.sub_code, "sub_msg": sub_msg});
        node.as_object().cloned().unwrap_or_default()
    }
}

/// A request that may be looked at.
#[derive(Clone, Debug)]
pub struct Call {
    /// Such as `alipay.trade.pay`.
    pub method: String,
    /// As sent.
    pub biz_content: String,
    /// Where notifies go.
    pub notify_url: Option<String>,
}

/// Whose request it is: before that is known, an answer cannot be signed.
pub fn known(params: &BTreeMap<String, String>) -> Result<(), Refusal> {
    match params.get("app_id").map(String::as_str) {
        Some(APP_ID) => Ok(()),
        Some(_other) => Err(Refusal::invalid("isv.invalid-app-id", format!("app_id is not {APP_ID}"))),
        None => Err(Refusal::missing("isv.missing-app-id", "send app_id")),
    }
}

/// Checks everything else.
pub fn check(params: &BTreeMap<String, String>, key: &Verifier, now: i64) -> Result<Call, Refusal> {
    let field = |name: &str| params.get(name).filter(|value| !value.is_empty());
    let sign = field("sign").ok_or_else(|| Refusal::missing("isv.missing-signature", "send sign"))?;
    if field("sign_type").map(String::as_str) != Some("RSA2") {
        return Err(Refusal::invalid("isv.invalid-signature-type", "send sign_type=RSA2"));
    }
    if field("charset").map(|charset| charset.to_lowercase()).as_deref() != Some("utf-8") {
        return Err(Refusal::invalid("isv.invalid-charset", "send charset=utf-8; this sandbox has no other"));
    }
    let text = canon::signed_text(params, &["sign"]);
    if !key.verifies(text.as_bytes(), sign) {
        return Err(Refusal::invalid(
            "isv.invalid-signature",
            "sign does not hold: sort all parameters but sign, join name=value with &, values not url-encoded, \
             sign with the application's private key",
        ));
    }
    let timestamp = field("timestamp").ok_or_else(|| {
        Refusal::missing("isv.missing-timestamp", "send timestamp=yyyy-MM-dd HH:mm:ss at GMT+8")
    })?;
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let then = PrimitiveDateTime::parse(timestamp, format)
        .map_err(|_bad| Refusal::invalid("isv.invalid-timestamp", "write timestamp as yyyy-MM-dd HH:mm:ss"))?
        .assume_offset(offset!(+8))
        .unix_timestamp();
    if (now - then).abs() > SKEW_MAX_S {
        return Err(Refusal::timestamp());
    }
    if field("version").map(String::as_str) != Some("1.0") {
        return Err(Refusal::invalid("isv.invalid-version", "send version=1.0"));
    }
    if field("format").is_some_and(|format| !format.eq_ignore_ascii_case("json")) {
        return Err(Refusal::invalid("isv.invalid-format", "send format=JSON"));
    }
    if field("encrypt_type").is_some() {
        return Err(Refusal::invalid("isv.invalid-encrypt-type", "this sandbox takes biz_content in clear"));
    }
    let method = field("method").ok_or_else(|| Refusal::missing("isv.missing-method", "send method"))?;
    let biz_content = field("biz_content")
        .ok_or_else(|| Refusal::missing("isv.missing-biz-content", "send biz_content"))?;
    Ok(Call {
        method: method.clone(),
        biz_content: biz_content.clone(),
        notify_url: field("notify_url").cloned(),
    })
}

/// The refusal of a method that this gateway has not.
pub fn no_such_method(method: &str) -> Refusal {
    Refusal::invalid("isv.invalid-method", format!("there is no method {method}"))
}
