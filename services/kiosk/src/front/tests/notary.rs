//! Channels that tell with RSA signatures: a test's Alipay and WeChat Pay, as strict as the real ones about who
//! signed, and without the rest of them.

use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;

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
    let pem = if matches!(by, By::Stranger) { &OTHER.0 } else { &PAIR.0 };
    let key = SigningKey::from_pem("test", pem.as_bytes()).expect("key");
    let signature = key.sign(body.as_bytes()).expect("signature");
    let signature = if matches!(by, By::Probe) { format!("{PROBE}{signature}") } else { signature };
    Signed { body, signature }
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
