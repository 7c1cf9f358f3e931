//! Channels that tell with RSA signatures: the real Alipay, and a test's own that is as strict about who signed.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;

use crate::channel::alipay::{self, Alipay};
use crate::channel::rsa::tests::{OTHER, PAIR};
use crate::channel::rsa::{SigningKey, VerifyingKey};
use crate::channel::*;
use crate::till::{Attempt, AttemptNumber, Currency, Money, Refund, Tender};

/// What the platform signs with.
pub(super) const SIGNATURE: &str = "x-signature";
/// A probe's signature begins so.
const PROBE: &str = "WECHATPAY/SIGNTEST/";

pub(super) struct Notary {
    kind: ChannelKind,
    key: VerifyingKey,
    pub(super) asked: AtomicU64,
}

/// A delivery as the platform, a stranger or a probe would sign it.
pub(super) struct Signed {
    pub(super) body: String,
    pub(super) signature: String,
}

pub(super) enum By {
    Platform,
    Stranger,
    Probe,
}

pub(super) fn signed(number: &str, by: &By) -> Signed {
    let body = format!("out_trade_no={number}");
    let signature = signature(&body, by);
    Signed { body, signature }
}

fn signature(text: &str, by: &By) -> String {
    let pem = if matches!(by, By::Stranger) { &OTHER.0 } else { &PAIR.0 };
    let key = SigningKey::from_pem("test", pem.as_bytes()).expect("key");
    let signature = key.sign(text.as_bytes()).expect("signature");
    if matches!(by, By::Probe) { format!("{PROBE}{signature}") } else { signature }
}

/// The real Alipay channel, whose platform signs with this file's key.
pub(super) fn alipay() -> Alipay {
    let config = "gateway = \"http://127.0.0.1:9/gateway.do\"\napp_id = \"2021000000000001\"\n\
                  seller_id = \"2088000000000001\"";
    let keys = alipay::Keys::new(OTHER.0.as_bytes(), PAIR.1.as_bytes()).expect("keys");
    Alipay::new(toml::from_str(config).expect("config"), keys, exchange::client().expect("client"))
}

/// A notify as Alipay would send it; the signed text is joined here, in the order of the names.
pub(super) fn alipay_notify(number: &str, by: &By) -> Signed {
    let fields = [
        ("app_id", "2021000000000001"),
        ("auth_app_id", "2021000000000001"),
        ("charset", "utf-8"),
        ("gmt_payment", "2026-01-02 12:00:05"),
        ("notify_id", "2026010200222120005074950000000001"),
        ("notify_time", "2026-01-02 12:00:06"),
        ("notify_type", "trade_status_sync"),
        ("out_trade_no", number),
        ("seller_id", "2088000000000001"),
        ("total_amount", "12.30"),
        ("trade_no", "2026010222001400000000000001"),
        ("trade_status", "TRADE_SUCCESS"),
        ("version", "1.0"),
    ];
    let text: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let sign = signature(&text.join("&"), by);
    let escaped =
        |value: &str| value.replace('%', "%25").replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let form: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", escaped(value))).collect();
    let body = format!("{}&sign_type=RSA2&sign={}", form.join("&"), escaped(&sign));
    Signed { body, signature: String::new() }
}

impl Notary {
    pub(super) fn new(kind: ChannelKind) -> Self {
        let key = VerifyingKey::from_pem("test", PAIR.1.as_bytes()).expect("key");
        Self { kind, key, asked: AtomicU64::new(0) }
    }
}

#[async_trait]
impl Channel for Notary {
    fn kind(&self) -> ChannelKind {
        self.kind
    }
    fn takes(&self, _tender: &Tender) -> bool {
        false
    }
    async fn open(&self, _attempt: &Attempt) -> Opened {
        Opened::Refused(Refusal::Declined)
    }
    async fn charge(&self, _attempt: &Attempt, _tender: &Tender) -> Proof {
        Proof::Unknown(Doubt::Transport)
    }
    async fn query(&self, _attempt: &Attempt) -> Proof {
        Proof::Unknown(Doubt::Transport)
    }
    async fn revoke(&self, _attempt: &Attempt) -> Revoked {
        Revoked::Again(Doubt::Transport)
    }
    async fn refund(&self, _attempt: &Attempt, _refund: &Refund) -> Refunded {
        Refunded::Again(Doubt::Transport)
    }
    fn told(&self, delivery: Delivery<'_>) -> Result<Told, Doubt> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let signature = delivery.headers.get(SIGNATURE).and_then(|value| value.to_str().ok());
        let signature = signature.ok_or(Doubt::BadSignature)?;
        if signature.starts_with(PROBE) || !self.key.verifies(delivery.body, signature) {
            return Err(Doubt::BadSignature);
        }
        let text = std::str::from_utf8(delivery.body).map_err(|_bytes| Doubt::Unparsable)?;
        let number = text.strip_prefix("out_trade_no=").ok_or(Doubt::Unparsable)?;
        if number == "nothing" {
            return Ok(Told::Nothing);
        }
        let number = AttemptNumber::new(number).map_err(|_bad| Doubt::Unparsable)?;
        let amount = Money::new(1230, Currency::CNY);
        let proof = Proof::Paid(PaidProof { channel_ref: format!("R{number}"), amount });
        Ok(Told::Payment { number, proof })
    }
    fn reply(&self, kept: bool) -> Reply {
        match (self.kind, kept) {
            (ChannelKind::Wechat, true) => Reply { status: 204, body: "" },
            (ChannelKind::Wechat, false) => {
                Reply { status: 500, body: r#"{"code":"FAIL","message":"again"}"# }
            }
            (_, true) => Reply { status: 200, body: "success" },
            (_, false) => Reply { status: 200, body: "fail" },
        }
    }
}
