//! What the gateway checks before it looks at a transaction: who asks, the signature, the clock, the fields' formats.

use time::PrimitiveDateTime;
use time::macros::{format_description, offset};

use super::canon::{self, Fields};
use crate::keys::Keys;

/// The one merchant there is.
pub const MER_ID: &str = "777290058110048";
/// The shared key of signMethod 11, as UnionPay's own test environment has it for every merchant.
pub const SECURE_KEY: &str = "88888888";
/// Payments, undos and refunds whose `txnTime` is farther off than this are turned away.
pub const TXN_TIME_OFF_MAX_S: i64 = 15 * 60;
/// Largest amount in fen: 12 digits are the format, this is what a QR code may ask for.
const FEN_MAX: i64 = 100_000_000;
/// A merchant that wants no notify sends this address.
const NO_NOTIFY: &str = "specialurl.com";

/// Why something was refused: UnionPay's own code, and what a developer should do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// `respCode`.
    pub code: &'static str,
    /// `respMsg`.
    pub msg: String,
}

impl Refusal {
    /// A refusal.
    pub fn new(code: &'static str, msg: impl Into<String>) -> Self {
        Self { code, msg: msg.into() }
    }
}

/// How a message is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignMethod {
    /// 01: RSA with certificates.
    Certificate,
    /// 11: SHA-256 with a shared key.
    Key,
}

/// A request that may be looked at.
#[derive(Clone, Debug)]
pub struct Call {
    /// Which transaction.
    pub kind: Kind,
    /// All fields as sent.
    pub fields: Fields,
}

/// Which transaction a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 00/00: what became of an order.
    Query,
    /// 01/06: pay with the payer's code.
    Pay,
    /// 01/07: a code to show.
    Apply,
    /// 04/00: refund.
    Refund,
    /// 31/00: undo a payment of the same day.
    Undo,
    /// 99/01: reverse a payment that got no answer.
    Reverse,
}

impl Kind {
    /// Short name, for the fault plan.
    pub fn short(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Pay => "pay",
            Self::Apply => "apply",
            Self::Refund => "refund",
            Self::Undo => "undo",
            Self::Reverse => "reverse",
        }
    }

    fn of(fields: &Fields) -> Option<Self> {
        let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
        Some(match (field("txnType"), field("txnSubType")) {
            ("00", "00") => Self::Query,
            ("01", "06") => Self::Pay,
            ("01", "07") => Self::Apply,
            ("04", "00") => Self::Refund,
            ("31", "00") => Self::Undo,
            ("99", "01") => Self::Reverse,
            _other => return None,
        })
    }
}

impl Call {
    /// A field, empty where it is absent.
    pub fn field(&self, name: &str) -> &str {
        self.fields.get(name).map(String::as_str).unwrap_or_default()
    }

    /// The merchant's order number.
    pub fn order(&self) -> &str {
        self.field("orderId")
    }

    /// The amount in fen; checked by [`check`] where the transaction has one.
    pub fn fen(&self) -> i64 {
        self.field("txnAmt").parse().unwrap_or(0)
    }

    /// Where notifies go, unless none are wanted.
    pub fn back_url(&self) -> Option<String> {
        let url = self.field("backUrl");
        (!url.is_empty() && !url.to_ascii_lowercase().contains(NO_NOTIFY)).then(|| url.to_owned())
    }
}

/// Whose request it is and how it is signed: before that is known, an answer cannot be signed.
pub fn known(fields: &Fields) -> Result<SignMethod, Refusal> {
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    if field("merId") != MER_ID {
        return Err(Refusal::new("31", format!("merId is not {MER_ID}")));
    }
    match field("signMethod") {
        "01" => Ok(SignMethod::Certificate),
        "11" => Ok(SignMethod::Key),
        _other => Err(Refusal::new("10", "signMethod: 01 (certificate) or 11 (SHA-256 with the secure key)")),
    }
}

/// Checks everything else. `page` is the last part of the address, `now` seconds since 1970 UTC.
pub fn check(page: &str, fields: Fields, method: SignMethod, keys: &Keys, now: i64) -> Result<Call, Refusal> {
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    if field("version") != "5.1.0" {
        return Err(Refusal::new("10", "version: 5.1.0; this sandbox has no other"));
    }
    if !field("encoding").eq_ignore_ascii_case("utf-8") {
        return Err(Refusal::new("10", "encoding: UTF-8; this sandbox has no GBK"));
    }
    signature(&fields, method, keys)?;
    let kind = Kind::of(&fields).ok_or_else(|| {
        Refusal::new(
            "32",
            "txnType and txnSubType: 01 06 pay with a scanned code, 01 07 apply for a code, 00 00 query, 31 00 \
             undo, 04 00 refund, 99 01 reverse; this merchant has no other right",
        )
    })?;
    let right = if kind == Kind::Query { "queryTrans.do" } else { "backTransReq.do" };
    if page != right {
        return Err(Refusal::new("32", format!("this transaction goes to /gateway/api/{right}")));
    }
    let order = field("orderId");
    if !(8..=40).contains(&order.len()) || !order.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Refusal::new("10", "orderId: 8 to 40 letters and digits"));
    }
    if field("accessType") != "0" {
        return Err(Refusal::new("10", "accessType: 0, a merchant connected directly"));
    }
    if field("bizType").len() != 6 || !field("bizType").bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::new("10", "bizType: 6 digits, 000000 for QR codes"));
    }
    txn_time(field("txnTime"), kind, now)?;
    let call = Call { kind, fields };
    if !matches!(kind, Kind::Query | Kind::Reverse) {
        moves_money(&call)?;
    }
    Ok(call)
}

fn signature(fields: &Fields, method: SignMethod, keys: &Keys) -> Result<(), Refusal> {
    let field = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let text = canon::signed_text(fields);
    let holds = match method {
        SignMethod::Certificate => {
            if field("certId") != keys.acp_mch_cert_id {
                return Err(Refusal::new(
                    "11",
                    "certId is not the serial number, in decimal, of the merchant's certificate",
                ));
            }
            keys.acp_mch.verifies(canon::hex_digest(&text).as_bytes(), field("signature"))
        }
        SignMethod::Key => canon::keyed(&text, SECURE_KEY) == field("signature"),
    };
    if holds {
        return Ok(());
    }
    Err(Refusal::new(
        "11",
        "signature does not hold: sort all fields but signature by name, leave out empty ones, join name, equals \
         sign and raw value with ampersands, take SHA-256 as lowercase hexadecimal, and sign that text",
    ))
}

fn txn_time(text: &str, kind: Kind, now: i64) -> Result<(), Refusal> {
    let format = format_description!("[year][month][day][hour][minute][second]");
    let then = PrimitiveDateTime::parse(text, format)
        .map_err(|_bad| Refusal::new("10", "txnTime: yyyyMMddHHmmss at GMT+8"))?
        .assume_offset(offset!(+8))
        .unix_timestamp();
    // A question and a reversal name the time of the order that they are about.
    let current = !matches!(kind, Kind::Query | Kind::Reverse);
    if current && (now - then).abs() > TXN_TIME_OFF_MAX_S {
        return Err(Refusal::new(
            "39",
            "txnTime is more than 15 minutes off: set the clock by NTP and send the present time at GMT+8",
        ));
    }
    Ok(())
}

fn moves_money(call: &Call) -> Result<(), Refusal> {
    let amount = call.field("txnAmt");
    let digits = !amount.is_empty() && amount.len() <= 12 && amount.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || amount.starts_with('0') {
        return Err(Refusal::new("10", "txnAmt: fen, digits only, no sign, point or leading zero"));
    }
    if call.fen() > FEN_MAX {
        return Err(Refusal::new("33", "txnAmt: at most 100000000 fen"));
    }
    if call.field("currencyCode") != "156" && call.kind != Kind::Undo && call.kind != Kind::Refund {
        return Err(Refusal::new("10", "currencyCode: 156"));
    }
    if !matches!(call.field("channelType"), "07" | "08") {
        return Err(Refusal::new("10", "channelType: 07 (PC) or 08 (mobile)"));
    }
    let url = call.field("backUrl");
    if !url.starts_with("http://") && !url.starts_with("https://") {
        return Err(Refusal::new(
            "13",
            "backUrl: where notifies go; http://www.specialUrl.com where none are wanted",
        ));
    }
    Ok(())
}
