//! Fees: what was booked from the channels' bills beside what the contracts make one expect.

use std::collections::BTreeMap;

use super::FinanceError;
use crate::channel::ChannelKind;
use crate::split::Fees;
use crate::till::{Currency, Money};

/// One channel's fees in one currency over some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeeLine {
    /// Whose.
    pub channel: ChannelKind,
    /// What was booked, from bills.
    pub booked: Money,
    /// What the rule makes one expect; none where no rule is written down.
    pub expected: Option<Money>,
    /// Booked less expected.
    pub off: Option<Money>,
}

/// Compares booked fees with the fees expected of each payment and refund. A payment is its amount; a refund is what
/// was paid and what of it went back.
///
/// # Errors
/// [`FinanceError::TooLarge`] for amounts that no fee can be computed of.
pub fn fee_report(
    rules: &Fees,
    booked: &[(ChannelKind, Money)],
    payments: &[(ChannelKind, Money)],
    refunds: &[(ChannelKind, Money, Money)],
) -> Result<Vec<FeeLine>, FinanceError> {
    let mut sums: BTreeMap<(ChannelKind, Currency), (Money, Money)> = BTreeMap::new();
    let mut add = |channel: ChannelKind, fee: Money, expected: bool| {
        let zero = Money::zero(fee.currency());
        let sum = sums.entry((channel, fee.currency())).or_insert((zero, zero));
        let side = if expected { &mut sum.1 } else { &mut sum.0 };
        *side = side.plus(fee).map_err(|_sum| FinanceError::TooLarge)?;
        Ok::<(), FinanceError>(())
    };
    for (channel, fee) in booked {
        add(*channel, *fee, false)?;
    }
    for (channel, amount) in payments {
        let fee = rules.rule(*channel).map(|rule| rule.of(*amount)).transpose();
        let fee = fee.map_err(|_amount| FinanceError::TooLarge)?;
        add(*channel, fee.unwrap_or(Money::zero(amount.currency())), true)?;
    }
    for (channel, paid, refund) in refunds {
        let fee = rules.rule(*channel).map(|rule| rule.back(*paid, *refund)).transpose();
        let fee = fee.map_err(|_amount| FinanceError::TooLarge)?;
        add(*channel, fee.unwrap_or(Money::zero(refund.currency())), true)?;
    }
    let mut lines = Vec::new();
    for ((channel, _), (booked, expected)) in sums {
        let expected = rules.rule(channel).map(|_rule| expected);
        let off = expected.and_then(|expected| expected.negated().and_then(|e| booked.plus(e)).ok());
        lines.push(FeeLine { channel, booked, expected, off });
    }
    Ok(lines)
}
