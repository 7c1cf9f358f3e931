//! A channel's own account of one business day, in one shape for all channels.

use time::Date;

use super::{ChannelKind, Doubt};
use crate::till::Money;

/// What a row says happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RowKind {
    /// A payer paid.
    Payment,
    /// Money went back.
    Refund,
}

/// One row of a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillRow {
    /// What happened.
    pub kind: RowKind,
    /// Our attempt's number.
    pub number: String,
    /// Our refund's number, for a refund.
    pub refund: Option<String>,
    /// The channel's own number of the trade.
    pub channel_ref: String,
    /// How much, above 0 in both directions.
    pub amount: Money,
    /// What the channel keeps; negative where a refund gives some of it back. Rounded half up to the minor unit
    /// where the channel counts finer.
    pub fee: Money,
    /// When, milliseconds since 1970 UTC.
    pub at_ms: u64,
}

/// All rows of one day at one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bill {
    /// Whose.
    pub channel: ChannelKind,
    /// The business day, GMT+8.
    pub day: Date,
    /// In the channel's order.
    pub rows: Vec<BillRow>,
}

/// Why there is no bill (yet).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoBill {
    /// The channel has none for that day: nothing was sold, or it keeps no bills.
    #[error("the channel has no bill for that day")]
    None,
    /// Not made yet; channels publish in the morning of the next day.
    #[error("the bill is not published yet; ask again after 10:00 of the next day")]
    NotYet,
    /// No usable answer came.
    #[error("the channel did not answer usably; ask again")]
    Doubt(Doubt),
    /// What came is no bill, or its hash or sums do not hold.
    #[error("the bill cannot be trusted: {0}")]
    Broken(&'static str),
}
