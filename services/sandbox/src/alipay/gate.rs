//! What the gateway checks before it looks at a method: who asks, the signature, the clock, the common parameters.

use std::collections::BTreeMap;

use encoding_rs::{Encoding, GBK, UTF_8};
use serde_json::{Map, Value, json};
use time::PrimitiveDateTime;
use time::macros::{format_description, offset};

use super::canon;
use crate::keys::Keys;

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

    /// A parameter is missing.
    pub fn missing(sub_code: &'static str, sub_msg: impl Into<String>) -> Self {
        Self { code: "40001", sub_code, sub_msg: sub_msg.into() }
    }

    /// A parameter is not what it must be.
    pub fn invalid(sub_code: &'static str, sub_msg: impl Into<String>) -> Self {
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
    /// Where the gateway itself was reached, such as `http://127.0.0.1:8080`.
    pub base: String,
}

/// How a request is written, which its answer follows.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    /// UTF-8 or GBK.
    pub encoding: &'static Encoding,
    /// It names certificates, so the answer names the one that verifies it.
    pub certified: bool,
    /// `biz_content` is sealed with AES, and the answer's node will be.
    pub sealed: bool,
}

impl Style {
    /// Reads it from the undecoded parameters; what is not understood is refused by [`check`].
    pub fn of(pairs: &[(Vec<u8>, Vec<u8>)]) -> Self {
        let value =
            |wanted: &[u8]| pairs.iter().rev().find(|(name, _)| name == wanted).map(|(_, value)| value);
        let charset = value(b"charset").map(|charset| charset.to_ascii_lowercase());
        let gbk = charset.is_some_and(|charset| charset == b"gbk" || charset == b"gb2312");
        Self {
            encoding: if gbk { GBK } else { UTF_8 },
            certified: value(b"app_cert_sn").is_some_and(|number| !number.is_empty()),
            sealed: value(b"encrypt_type").is_some_and(|kind| kind == b"AES"),
        }
    }
}

/// Whose request it is: before that is known, an answer cannot be signed.
pub fn known(params: &BTreeMap<String, String>) -> Result<(), Refusal> {
    match params.get("app_id").map(String::as_str) {
        Some(APP_ID) => Ok(()),
        Some(_other) => Err(Refusal::invalid("isv.invalid-app-id", format!("app_id is not {APP_ID}"))),
        None => Err(Refusal::missing("isv.missing-app-id", "send app_id")),
    }
}

/// Checks everything else. `base` is where the gateway was reached.
pub fn check(
    params: &BTreeMap<String, String>,
    style: Style,
    keys: &Keys,
    base: String,
    now: i64,
) -> Result<Call, Refusal> {
    let field = |name: &str| params.get(name).filter(|value| !value.is_empty());
    let sign = field("sign").ok_or_else(|| Refusal::missing("isv.missing-signature", "send sign"))?;
    if field("sign_type").map(String::as_str) != Some("RSA2") {
        return Err(Refusal::invalid("isv.invalid-signature-type", "send sign_type=RSA2"));
    }
    match field("charset").map(|charset| charset.to_lowercase()).as_deref() {
        Some("utf-8" | "gbk" | "gb2312") => {}
        _other => return Err(Refusal::invalid("isv.invalid-charset", "send charset=utf-8 or charset=gbk")),
    }
    certificates(&field, keys)?;
    let text = canon::signed_text(params, &["sign"]);
    if !keys.alipay_app.verifies(&style.encoding.encode(&text).0, sign) {
        return Err(Refusal::invalid(
            "isv.invalid-signature",
            "sign does not hold: sort all parameters but sign, join name=value with &, values not url-encoded, \
             sign with the application's private key",
        ));
    }
    common(&field, now)?;
    let method = field("method").ok_or_else(|| Refusal::missing("isv.missing-method", "send method"))?;
    let biz_content = field("biz_content")
        .ok_or_else(|| Refusal::missing("isv.missing-biz-content", "send biz_content"))?;
    let biz_content = match (field("encrypt_type").map(String::as_str), keys.alipay_aes) {
        (None, _) => biz_content.clone(),
        (Some("AES"), Some(key)) => super::aes::open(&key, biz_content).ok_or_else(|| {
            Refusal::invalid(
                "isv.decryption-error-unknown",
                "biz_content is not AES-CBC with a zero IV and PKCS#7 in base64 under alipay_aes_key.txt; encrypt \
                 first, then sign",
            )
        })?,
        (Some(_other), _) => {
            return Err(Refusal::invalid("isv.invalid-encrypt-type", "send encrypt_type=AES or none"));
        }
    };
    Ok(Call { method: method.clone(), biz_content, notify_url: field("notify_url").cloned(), base })
}

/// In certificate mode a request names the application's certificate and the roots it trusts.
fn certificates<'a>(field: &impl Fn(&str) -> Option<&'a String>, keys: &Keys) -> Result<(), Refusal> {
    let (app, root) = (field("app_cert_sn"), field("alipay_root_cert_sn"));
    let Some(known) = &keys.alipay_certificates else {
        let named = app.or(root).is_some();
        let why = "this sandbox's keys have no certificates: run make-keys again";
        return if named { Err(Refusal::invalid("isv.invalid-app-cert-sn", why)) } else { Ok(()) };
    };
    match (app, root) {
        (None, None) => Ok(()),
        (None, Some(_)) => {
            Err(Refusal::missing("isv.missing-app-cert-sn", "send app_cert_sn with alipay_root_cert_sn"))
        }
        (Some(_), None) => Err(Refusal::missing(
            "isv.missing-alipay-root-cert-sn",
            "send alipay_root_cert_sn with app_cert_sn",
        )),
        (Some(app), _) if *app != known.app => Err(Refusal::invalid(
            "isv.invalid-app-cert-sn",
            "app_cert_sn is not alipay_app_cert.pem's: MD5 of its issuer (CN=..,OU=..,O=..,C=..) and decimal serial",
        )),
        (_, Some(root)) if *root != known.root => Err(Refusal::invalid(
            "isv.invalid-alipay-root-cert-sn",
            "alipay_root_cert_sn is not alipay_root_cert.pem's: the numbers of its RSA roots, joined with _",
        )),
        _both => Ok(()),
    }
}

/// Clock, version and format.
fn common<'a>(field: &impl Fn(&str) -> Option<&'a String>, now: i64) -> Result<(), Refusal> {
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
    Ok(())
}

/// The refusal of a method that this gateway has not.
pub fn no_such_method(method: &str) -> Refusal {
    Refusal::invalid("isv.invalid-method", format!("there is no method {method}"))
}
