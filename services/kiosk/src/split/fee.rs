//! What a channel is expected to keep of a payment, by its contract: written as configuration, checked against its
//! bills.
//!
//! ```toml
//! [[fee]]
//! channel = "wechat"
//! basis_points = 60
//! on_refund = "returned"
//! ```

use serde::{Deserialize, Serialize};

use super::named::ChannelName;
use super::{SplitError, WHOLE_BP};
use crate::channel::ChannelKind;
use crate::till::Money;

/// What becomes of a fraction of a minor unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rounding {
    /// To the nearest, a half upwards.
    #[default]
    HalfUp,
    /// To the nearest, a half to the even neighbour.
    HalfEven,
    /// Upwards.
    Up,
    /// Downwards.
    Down,
}

/// What becomes of the fee when money goes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnRefund {
    /// The channel gives its part of it back.
    #[default]
    Returned,
    /// The channel keeps it.
    Kept,
}

/// One channel's fee.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeeRule {
    /// Whose.
    pub channel: ChannelName,
    /// Hundredths of a per cent of the amount.
    pub basis_points: u32,
    /// Least fee of one payment, in minor units.
    #[serde(default)]
    pub minimum: i64,
    /// Most fee of one payment, in minor units.
    #[serde(default)]
    pub cap: Option<i64>,
    /// How it is rounded.
    #[serde(default)]
    pub rounding: Rounding,
    /// What becomes of it when money goes back.
    #[serde(default)]
    pub on_refund: OnRefund,
    /// How many minor units a bill may be off before it is a difference.
    #[serde(default)]
    pub tolerance: i64,
}

/// All fee rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Fees {
    /// One a channel.
    #[serde(rename = "fee")]
    pub fees: Vec<FeeRule>,
}

impl Rounding {
    /// `number / divisor` with this rounding, for both not negative and a divisor above 0.
    fn quotient(self, number: i128, divisor: i128) -> Option<i128> {
        let (whole, rest) = (number.checked_div(divisor)?, number.checked_rem(divisor)?);
        let twice = rest.checked_mul(2)?;
        let odd = whole.checked_rem(2)? != 0;
        let up = match self {
            Self::HalfUp => twice >= divisor,
            Self::HalfEven => twice > divisor || (twice == divisor && odd),
            Self::Up => rest > 0,
            Self::Down => false,
        };
        whole.checked_add(i128::from(up))
    }
}

impl FeeRule {
    /// What the channel keeps of a payment of `amount`.
    ///
    /// # Errors
    /// [`SplitError::Amount`] for a negative amount.
    pub fn of(&self, amount: Money) -> Result<Money, SplitError> {
        self.exact(amount).ok_or(SplitError::Amount)
    }

    fn exact(&self, amount: Money) -> Option<Money> {
        if amount.minor() < 0 {
            return None;
        }
        let due = i128::from(amount.minor()).checked_mul(i128::from(self.basis_points))?;
        let fee = i64::try_from(self.rounding.quotient(due, i128::from(WHOLE_BP))?).ok()?;
        // A fee is never above what was paid, whatever the minimum says.
        let fee = fee.max(self.minimum).min(self.cap.unwrap_or(i64::MAX)).min(amount.minor());
        Some(Money::new(fee, amount.currency()))
    }

    /// What a bill's fee cell of a refund should say, 0 or negative: the part of the payment's fee that goes back
    /// with `refund` of `paid`.
    ///
    /// # Errors
    /// [`SplitError::Amount`] where the refund is not a part of what was paid.
    pub fn back(&self, paid: Money, refund: Money) -> Result<Money, SplitError> {
        if self.on_refund == OnRefund::Kept {
            return Ok(Money::zero(refund.currency()));
        }
        self.part(paid, refund).ok_or(SplitError::Amount)
    }

    fn part(&self, paid: Money, refund: Money) -> Option<Money> {
        if refund.currency() != paid.currency() || refund.minor() < 0 || refund.minor() > paid.minor() {
            return None;
        }
        let fee = i128::from(self.exact(paid)?.minor());
        let due = fee.checked_mul(i128::from(refund.minor()))?;
        let part = self.rounding.quotient(due, i128::from(paid.minor()).max(1))?;
        Money::new(i64::try_from(part).ok()?, refund.currency()).negated().ok()
    }

    /// Whether a bill's fee is as expected.
    pub fn agrees(&self, expected: Money, billed: Money) -> bool {
        let off = expected.negated().and_then(|expected| billed.plus(expected));
        off.is_ok_and(|off| i64::try_from(off.minor().unsigned_abs()).is_ok_and(|off| off <= self.tolerance))
    }
}

impl Fees {
    /// A channel's rule, none where nothing was agreed on (the campus purse) or nobody wrote it down.
    pub fn rule(&self, channel: ChannelKind) -> Option<&FeeRule> {
        self.fees.iter().find(|rule| rule.channel == ChannelName(channel))
    }

    /// Refuses rules that no channel could have.
    ///
    /// # Errors
    /// [`SplitError::FeeRule`], [`SplitError::FeeTwice`].
    pub fn check(&self) -> Result<(), SplitError> {
        for (index, rule) in self.fees.iter().enumerate() {
            let ChannelName(channel) = rule.channel;
            let sound = rule.basis_points <= WHOLE_BP
                && rule.minimum >= 0
                && rule.tolerance >= 0
                && rule.cap.is_none_or(|cap| cap >= rule.minimum);
            if !sound {
                return Err(SplitError::FeeRule(channel));
            }
            if self.fees.iter().take(index).any(|other| other.channel == rule.channel) {
                return Err(SplitError::FeeTwice(channel));
            }
        }
        Ok(())
    }
}
