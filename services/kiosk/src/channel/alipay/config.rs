//! `[alipay]` of the configuration: where, as whom, and what Alipay allows there.

use serde::Deserialize;

use crate::channel::Terms;

/// Most that one trade may ask for: 100,000,000 yuan. Source: opendocs.alipay.com, `total_amount`.
const AMOUNT_MAX: i64 = 10_000_000_000;
/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;

/// Where and as whom.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlipayConfig {
    /// The gateway's address, ending in `/gateway.do`.
    pub gateway: String,
    /// The application's number, 16 digits.
    pub app_id: String,
    /// The seller's number, where it is not the application owner's. Notifies and bills of another are refused.
    pub seller_id: Option<String>,
    /// Where Alipay may tell of payments; without it the till only asks.
    pub notify_url: Option<String>,
    /// How long a shown code can be paid, in minutes.
    #[serde(default = "code_minutes")]
    pub code_minutes: u32,
    /// The product under which agreements are charged, such as `GENERAL_WITHHOLDING`; without it none is.
    pub agreement_product: Option<String>,
    /// The scene under which payers sign agreements here, such as `INDUSTRY|CATERING`, as the contract names it; without
    /// it nobody signs.
    pub agreement_scene: Option<String>,
    /// Offers larger payments in instalments.
    pub instalments: Option<Instalments>,
    /// Whether a trade's money is kept until it is divided.
    #[serde(default)]
    pub royalty_freeze: bool,
    /// Among how many parties one trade may be divided.
    #[serde(default = "parties_max")]
    pub parties_max: u32,
    /// How long after payment money can go back, in days.
    #[serde(default = "refund_days")]
    pub refund_days: u32,
    /// How many refunds one trade may have.
    #[serde(default = "refunds_max")]
    pub refunds_max: u32,
    /// Pause between two refunds of one trade, in milliseconds.
    #[serde(default = "refund_gap_ms")]
    pub refund_gap_ms: u64,
}

/// Huabei instalments.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Instalments {
    /// 3, 6 or 12.
    pub count: u32,
    /// How many percent of the fee the seller bears: 0 or 100.
    pub seller_percent: u32,
    /// From which amount on, in minor units.
    pub from_minor: i64,
}

/// A kiosk shows a code for two or three minutes; one that lives on for hours only brings late money.
fn code_minutes() -> u32 {
    5
}

/// What contracts commonly allow; a contract may say less.
fn parties_max() -> u32 {
    10
}

/// Twelve months for payments at a counter; some contracts say three.
fn refund_days() -> u32 {
    365
}

/// Alipay names no number; more parts than this of one canteen order are a mistake.
fn refunds_max() -> u32 {
    50
}

/// Two refunds of one trade within three seconds may be answered as one.
fn refund_gap_ms() -> u64 {
    3000
}

impl AlipayConfig {
    pub(super) fn terms(&self) -> Terms {
        Terms {
            amount_max: AMOUNT_MAX,
            refund_within_ms: u64::from(self.refund_days).saturating_mul(DAY_MS),
            refunds_max: self.refunds_max,
            refund_gap_ms: self.refund_gap_ms,
            parties_max: self.parties_max,
            instalments: true,
        }
    }
}
