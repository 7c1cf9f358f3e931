//! Who gets how much of a sale, of a refund and of a channel's fee: rules as configuration, arithmetic that loses no
//! cent. Pure: whole minor units in and out, no clock, no I/O.
#![deny(clippy::float_arithmetic, clippy::as_conversions, clippy::arithmetic_side_effects)]

mod back;
mod divide;
mod fee;
mod named;
mod plan;

pub use back::back;
pub use divide::{Weight, divide};
pub use fee::{FeeRule, Fees, OnRefund, Rounding};
pub use named::{BadChannelName, ChannelName};
pub use plan::{Part, Plan, Plans, Sold};

use crate::channel::ChannelKind;

/// Most parties that one plan may name: WeChat Pay takes 50 receivers, the most of all channels.
pub const PARTIES_MAX: usize = 50;
/// Most plans that a configuration may have, so that choosing one stays quick.
pub const PLANS_MAX: usize = 1_000;
/// Longest name of a party in characters: Alipay's and WeChat Pay's account fields take 64.
pub const PARTY_CHARS_MAX: usize = 64;
/// The whole in basis points.
pub const WHOLE_BP: u32 = 10_000;

/// Why money cannot be divided.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SplitError {
    /// All weights are 0, or there are none.
    #[error("nobody has a weight above 0, so nothing can be divided; give one party a weight")]
    NoWeight,
    /// Below zero, or beyond 64 bits, or of two currencies.
    #[error("an amount that is divided must be 0 or more, in one currency and within 64 bits")]
    Amount,
    /// More goes back than there is.
    #[error("more goes back than was paid, or than a party ever got")]
    TooMuchBack,
    /// The channel does not divide among so many.
    #[error(
        "{0:?} divides one payment among at most {2} parties, and this sale has {1}; use fewer in its plans"
    )]
    TooManyParties(ChannelKind, usize, u32),
    /// A plan without parties, or with too many.
    #[error("the plan {0:?} must name 1 to 50 parties")]
    Parties(String),
    /// More plans than anybody can oversee.
    #[error("there are more than 1000 split plans; merge some")]
    TooManyPlans,
    /// Two plans share a name.
    #[error("two split plans are called {0:?}; give each its own name")]
    PlanTwice(String),
    /// The same party twice, or a name that no channel takes.
    #[error("in the plan {0:?} the party {1:?} stands twice or is not 1 to 64 printable characters")]
    Party(String, String),
    /// Weights and basis points together, or neither, or a sum that is no part of the whole.
    #[error(
        "the plan {0:?} must give each party a weight, or each party basis points of at most 10000 in sum"
    )]
    Weights(String),
    /// A fee rule that no channel could have.
    #[error("the fee rule of {0:?} must have at most 10000 basis points, and a minimum from 0 up to its cap")]
    FeeRule(ChannelKind),
    /// Two fee rules for one channel.
    #[error("{0:?} has two fee rules; keep one")]
    FeeTwice(ChannelKind),
}

#[cfg(test)]
mod tests;
