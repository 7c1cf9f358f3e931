//! A channel that does what the test says, and believes a notify that is signed "genuine".

use std::collections::VecDeque;
use std::sync::Mutex;

use async_trait::async_trait;
use kiosk::channel::{
    Channel, ChannelKind, Delivery, Doubt, Opened, PaidProof, PendingReason, Proof, Refunded, Revoked, Terms,
    Told,
};
use kiosk::till::{Attempt, AttemptNumber, Currency, Money, Refund, Tender};

/// Under which header a notify carries its signature.
pub(crate) const SIGNATURE: &str = "x-signature";

/// What the channel is to answer next; `None` hangs for ever, like a lost answer.
pub(crate) struct Script {
    kind: ChannelKind,
    pub(crate) charges: Mutex<VecDeque<Option<Proof>>>,
    pub(crate) queries: Mutex<VecDeque<Proof>>,
    pub(crate) revokes: Mutex<VecDeque<Revoked>>,
    /// What every refund is answered with.
    pub(crate) refunded: Mutex<Refunded>,
    /// Every call, in words.
    pub(crate) calls: Mutex<Vec<String>>,
}

impl Default for Script {
    fn default() -> Self {
        Self::of(ChannelKind::Alipay)
    }
}

impl Script {
    pub(crate) fn of(kind: ChannelKind) -> Self {
        Self {
            kind,
            charges: Mutex::default(),
            queries: Mutex::default(),
            revokes: Mutex::default(),
            refunded: Mutex::new(Refunded::Done),
            calls: Mutex::default(),
        }
    }

    fn note(&self, verb: &str, attempt: &Attempt) {
        self.calls.lock().expect("calls").push(format!("{verb} {:?}", attempt.way));
    }

    pub(crate) fn count(&self, verb: &str) -> usize {
        self.calls.lock().expect("calls").iter().filter(|call| call.starts_with(verb)).count()
    }

    /// The code that it shows for an attempt, in the form of the real channel.
    fn code(&self, number: &str) -> String {
        match self.kind {
            ChannelKind::Wechat => format!("weixin://wxpay/bizpayurl?pr={number}"),
            _ => format!("https://qr.alipay.com/{number}"),
        }
    }
}

/// The proof that so many fen were paid.
pub(crate) fn paid(minor: i64) -> Proof {
    Proof::Paid(PaidProof { channel_ref: "T1".into(), amount: Money::new(minor, Currency::CNY) })
}

#[async_trait]
impl Channel for Script {
    fn kind(&self) -> ChannelKind {
        self.kind
    }
    fn takes(&self, tender: &Tender) -> bool {
        if self.kind == ChannelKind::Campus {
            return matches!(tender, Tender::Card(_));
        }
        let prefix = if self.kind == ChannelKind::Wechat { "13" } else { "28" };
        matches!(tender, Tender::Code(code) if code.reveal().starts_with(prefix))
    }
    async fn open(&self, attempt: &Attempt) -> Opened {
        self.note("open", attempt);
        Opened::Code(self.code(attempt.number.as_str()))
    }
    async fn charge(&self, attempt: &Attempt, _: &Tender) -> Proof {
        self.note("charge", attempt);
        let next = self.charges.lock().expect("charges").pop_front().flatten();
        match next {
            Some(proof) => proof,
            None => std::future::pending().await,
        }
    }
    async fn query(&self, attempt: &Attempt) -> Proof {
        self.note("query", attempt);
        let next = self.queries.lock().expect("queries").pop_front();
        next.unwrap_or(Proof::Pending(PendingReason::Shown))
    }
    async fn revoke(&self, attempt: &Attempt) -> Revoked {
        self.note("revoke", attempt);
        self.revokes.lock().expect("revokes").pop_front().unwrap_or(Revoked::Done)
    }
    async fn refund(&self, attempt: &Attempt, _: &Refund) -> Refunded {
        self.note("refund", attempt);
        *self.refunded.lock().expect("refunded")
    }
    fn terms(&self) -> Terms {
        Terms { refunds_max: 50, refund_gap_ms: 0, ..Terms::default() }
    }
    /// The body is an attempt's number and the fen that were paid.
    fn told(&self, delivery: Delivery<'_>) -> Result<Told, Doubt> {
        if delivery.headers.get(SIGNATURE).is_none_or(|signature| signature != "genuine") {
            return Err(Doubt::BadSignature);
        }
        let text = std::str::from_utf8(delivery.body).map_err(|_| Doubt::Unparsable)?;
        let (number, minor) = text.split_once(' ').ok_or(Doubt::Unparsable)?;
        let number = AttemptNumber::new(number).map_err(|_| Doubt::Unparsable)?;
        Ok(Told::Payment { number, proof: paid(minor.parse().map_err(|_| Doubt::Unparsable)?) })
    }
}
