//! How long the till waits for what. Every limit is configuration, so that a test can shorten it; the defaults
//! follow the channels' published rules.

use serde::{Deserialize, Serialize};

/// Milliseconds, and counts where the name says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Timing {
    /// How long a payment waits for its payer: long enough to find a phone, short enough for the queue behind.
    pub waiting_limit_ms: u64,
    /// How often a shown code is asked about; three seconds feel immediate and stay far below every channel's rate.
    pub shown_query_ms: u64,
    /// First question after a charge without an answer: Alipay and WeChat Pay both name 5 s.
    pub query_first_ms: u64,
    /// Further questions: Alipay names 3 to 5 s.
    pub query_interval_ms: u64,
    /// How long a charge may stay unproved before it is taken back: the channels name 45 to 60 s.
    pub cashier_limit_ms: u64,
    /// WeChat Pay refuses a reversal within 15 s of the charge.
    pub reverse_not_before_ms: u64,
    /// First repetition of a reversal or refund that got no answer; doubled each time up to `background_interval_ms`.
    pub retry_first_ms: u64,
    /// Slowest repetition: an open case is looked at every minute.
    pub background_interval_ms: u64,
    /// After this age of an attempt nobody asks by himself any more and staff must: a day, when bills are out.
    pub background_limit_ms: u64,
    /// How long a payment that ends keeps the screen while its shown codes are closed.
    pub close_limit_ms: u64,
    /// When a reversal has lasted this long, staff is called and the screen may be used for the next payer.
    pub park_after_ms: u64,
    /// How often a channel that gave no code is asked for one again.
    pub open_interval_ms: u64,
    /// How many times a channel is asked for a code to show.
    pub open_tries: u32,
    /// Longest single call to a channel; its own limits are shorter, this one bounds a hung connection.
    pub call_limit_ms: u64,
    /// Pause after a failed write of the ledger; a full disk is not emptied faster.
    pub ledger_retry_ms: u64,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            waiting_limit_ms: 180_000,
            shown_query_ms: 3_000,
            query_first_ms: 5_000,
            query_interval_ms: 4_000,
            cashier_limit_ms: 60_000,
            reverse_not_before_ms: 15_000,
            retry_first_ms: 3_000,
            background_interval_ms: 60_000,
            background_limit_ms: 86_400_000,
            close_limit_ms: 10_000,
            park_after_ms: 60_000,
            open_interval_ms: 3_000,
            open_tries: 3,
            call_limit_ms: 20_000,
            ledger_retry_ms: 5_000,
        }
    }
}

impl Timing {
    /// Pause before repetition number `calls` (from 1): doubled each time, bounded.
    pub fn backoff_ms(&self, calls: u32) -> u64 {
        let doublings = calls.saturating_sub(1).min(16);
        self.retry_first_ms
            .saturating_mul(1_u64.checked_shl(doublings).unwrap_or(u64::MAX))
            .min(self.background_interval_ms.max(self.retry_first_ms))
    }
}
