//! One trade at a channel, and what a payer's code asks the sandbox to do with it.

use serde::{Deserialize, Serialize};

use crate::clock::Millis;

/// Whose personality answers. Letters as the control plane names them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Channel {
    /// Alipay.
    #[serde(rename = "a")]
    Alipay,
    /// WeChat Pay.
    #[serde(rename = "w")]
    Wechat,
    /// The card terminal, which keeps its sales by itself; the book and the fault plan know it by this.
    #[serde(rename = "t")]
    Terminal,
    /// UnionPay.
    #[serde(rename = "u")]
    Unionpay,
    /// The school's back office, which takes entries and no orders; only the fault plan knows it by this.
    #[serde(rename = "o")]
    Office,
}

/// How every EMV consumer-presented code begins: base64 of the tag 85 with `CPV01` (EMVCo QRCPS CPM 1.1).
const EMV_CODE: &str = "hQVDUFYwMW";

impl Channel {
    /// Whether a payer's code is this channel's: Alipay 16 to 24 digits from 25 to 30, WeChat Pay 18 from 10 to 15,
    /// UnionPay 19 from 62 or an EMV consumer-presented code.
    pub fn takes(self, code: &str) -> bool {
        if self == Self::Unionpay && code.starts_with(EMV_CODE) {
            return true;
        }
        if code.len() < 16 || !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return false;
        }
        match self {
            Self::Alipay => code.len() <= 24 && ("25"..="30").contains(&&code[..2]),
            Self::Wechat => code.len() == 18 && ("10"..="15").contains(&&code[..2]),
            Self::Terminal | Self::Office => false,
            Self::Unionpay => code.len() == 19 && code.starts_with("62"),
        }
    }
}

/// What the last two digits of a payer's code ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scenario {
    /// 01 and every other: pays at once.
    Pays,
    /// 02: asks for the password; paid once it was queried twice, or confirmed in the wallet.
    Password,
    /// 03: answers unknown and is paid.
    UnknownPaid,
    /// 04: the code is dead.
    Dead,
    /// 05: answers unknown and is not paid.
    UnknownUnpaid,
    /// 06: charged, and the answer is lost.
    Lost,
    /// 07: the notify comes before the answer.
    NotifyFirst,
    /// 08: charged, and the answer is wrongly signed.
    WrongSignature,
    /// 10: the clocks differ.
    Skew,
    /// 11: notifies come twice and in the wrong order.
    Duplicates,
}

impl Scenario {
    /// Reads the last two digits.
    pub fn of(code: &str) -> Self {
        match code.get(code.len().saturating_sub(2)..).unwrap_or_default() {
            "02" => Self::Password,
            "03" => Self::UnknownPaid,
            "04" => Self::Dead,
            "05" => Self::UnknownUnpaid,
            "06" => Self::Lost,
            "07" => Self::NotifyFirst,
            "08" => Self::WrongSignature,
            "10" => Self::Skew,
            "11" => Self::Duplicates,
            _other => Self::Pays,
        }
    }
}

/// How far a trade is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// A code was made for it, and nobody has scanned it.
    Offered,
    /// The payer was asked to confirm.
    Waiting,
    /// Paid.
    Paid,
    /// Over without payment: the time ran out, or the merchant closed it.
    Closed,
    /// Over without payment: the payer declined.
    Declined,
    /// Paid, and then taken back whole by cancel or reverse.
    Reversed,
}

/// Money sent back.
#[derive(Clone, Debug, Serialize)]
pub struct Refund {
    /// The merchant's number for it.
    pub number: String,
    /// How much, in fen.
    pub fen: i64,
    /// When.
    pub at: Millis,
    /// Whether the channel has said that it is done; WeChat Pay first takes it in.
    pub settled: bool,
}

/// How notifies of a trade misbehave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Manners {
    /// Each is sent three times.
    pub duplicate: bool,
    /// An older state is told after the newer one.
    pub reorder: bool,
    /// A probe with a wrong signature comes first.
    pub probe: bool,
}

/// What a merchant asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Order {
    /// Whose trade.
    pub channel: Channel,
    /// The merchant's order number.
    pub out_trade_no: String,
    /// Fen.
    pub fen: i64,
    /// What the payer sees.
    pub subject: String,
    /// Where notifies go.
    pub notify_url: Option<String>,
    /// In how many parts it is paid, and the percent of the fee that the seller bears, as `6/0`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instalments: Option<String>,
}

/// One trade.
#[derive(Clone, Debug, Serialize)]
pub struct Trade {
    /// What was asked for.
    #[serde(flatten)]
    pub order: Order,
    /// The channel's own number.
    pub channel_ref: String,
    /// The code the merchant shows, for trades begun by one.
    pub shown_code: Option<String>,
    /// The payer's code, for trades begun by one.
    pub auth_code: Option<String>,
    /// How far it is.
    pub state: State,
    /// Whether a payer has seen it: Alipay knows no trade before that.
    pub scanned: bool,
    /// When it began.
    pub made_at: Millis,
    /// When it closes by itself, unless paid.
    pub expires_at: Millis,
    /// When it was paid.
    pub paid_at: Option<Millis>,
    /// When it was taken back whole.
    pub reversed_at: Option<Millis>,
    /// Money sent back.
    pub refunds: Vec<Refund>,
    /// How often it was queried since it waits.
    pub queries: u32,
    /// How its notifies misbehave.
    pub manners: Manners,
}

impl Trade {
    /// Fen sent back so far.
    pub fn refunded(&self) -> i64 {
        self.refunds.iter().map(|refund| refund.fen).sum()
    }

    /// Whether it can still become paid.
    pub fn open(&self) -> bool {
        matches!(self.state, State::Offered | State::Waiting)
    }
}
