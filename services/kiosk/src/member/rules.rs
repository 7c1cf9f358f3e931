//! What members earn, as data: the `[member]` part of `/etc/dais/promotion.toml`.

use serde::{Deserialize, Serialize};

/// More tiers than anybody can tell apart.
const TIERS_MAX: usize = 16;
/// More points for a yuan than this would be a typing mistake.
const POINTS_PER_YUAN_MAX: u32 = 10_000;

/// How many points are worth how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Redeem {
    /// So many points at a time, ...
    pub points: u32,
    /// ... are worth this much, in minor units.
    pub worth: i64,
    /// Most of an order's price that points may pay, in basis points.
    pub share_max_bp: u32,
}

/// One tier, for members who have spent so much within the last 365 days.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Its name, as screens and receipts show it.
    pub name: String,
    /// Spending from which it holds, in minor units; the first tier's is 0.
    pub from_spent: i64,
    /// Points for every 100 minor units paid.
    pub points_per_yuan: u32,
}

/// A present with every so-manieth order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NthOrder {
    /// With the 10th, 20th, ... order where this is 10.
    pub every: u32,
    /// So many points more.
    pub bonus_points: u32,
}

/// The rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// Days after which earned points are gone.
    pub points_last_days: u32,
    /// What points are worth.
    pub redeem: Redeem,
    /// On a member's birthday points count so many times.
    pub birthday_times: u32,
    /// Tiers, the lowest first.
    #[serde(rename = "tier")]
    pub tiers: Vec<Tier>,
    /// Presents by the number of the order.
    #[serde(rename = "nth_order")]
    pub nth_orders: Vec<NthOrder>,
}

impl Default for Rules {
    fn default() -> Self {
        let tier =
            |name: &str, from_spent, points_per_yuan| Tier { name: name.into(), from_spent, points_per_yuan };
        Self {
            points_last_days: 365,
            redeem: Redeem { points: 100, worth: 100, share_max_bp: 5_000 },
            birthday_times: 2,
            tiers: vec![tier("普通", 0, 1), tier("银", 100_000, 2), tier("金", 300_000, 3)],
            nth_orders: vec![NthOrder { every: 10, bonus_points: 50 }],
        }
    }
}

/// What is wrong with the rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// No tier, too many, or not in order.
    #[error("the tiers must start at from_spent = 0, rise, and be at most 16")]
    Tiers,
    /// More points for a yuan than anybody means.
    #[error("the tier {0:?} gives more than 10000 points for a yuan")]
    TooGenerous(String),
    /// Nothing is worth something, or something nothing.
    #[error("redeem needs points and worth above 0 and share_max_bp of at most 10000")]
    Redeem,
    /// Points that are gone at once, or counted not at all.
    #[error("points_last_days, birthday_times and every of nth_order must be above 0")]
    Zero,
}

impl Rules {
    /// Refuses what cannot be meant.
    ///
    /// # Errors
    /// [`RulesError`].
    pub fn check(&self) -> Result<(), RulesError> {
        let rising = self.tiers.windows(2).all(|pair| matches!(pair, [a, b] if a.from_spent < b.from_spent));
        if self.tiers.first().is_none_or(|tier| tier.from_spent != 0)
            || !rising
            || self.tiers.len() > TIERS_MAX
        {
            return Err(RulesError::Tiers);
        }
        if let Some(tier) = self.tiers.iter().find(|tier| tier.points_per_yuan > POINTS_PER_YUAN_MAX) {
            return Err(RulesError::TooGenerous(tier.name.clone()));
        }
        if self.redeem.points == 0 || self.redeem.worth <= 0 || self.redeem.share_max_bp > 10_000 {
            return Err(RulesError::Redeem);
        }
        if self.points_last_days == 0
            || self.birthday_times == 0
            || self.nth_orders.iter().any(|n| n.every == 0)
        {
            return Err(RulesError::Zero);
        }
        Ok(())
    }

    /// The tier of a member who has spent so much (minor units) within the last 365 days.
    #[must_use]
    pub fn tier(&self, spent: i64) -> Option<&Tier> {
        self.tiers.iter().rev().find(|tier| tier.from_spent <= spent).or(self.tiers.first())
    }
}
