//! Coupons: what one takes off, and when it may be used. Rules are data; nothing here knows a clock or a table.

use serde::{Deserialize, Serialize};

use super::day::Day;
use crate::till::Line;

/// What a coupon takes off the lines it is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Cut {
    /// A part of their price, rounded down to whole minor units.
    Percent {
        /// In basis points, 1 to 10000.
        basis_points: u32,
        /// At most this much, in minor units.
        cap: i64,
    },
    /// This much, or all there is.
    Amount(i64),
}

/// One coupon.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Coupon {
    /// Its name in tables, logs and on receipts.
    pub id: String,
    /// What it takes off: `{ percent = { basis_points = 1000, cap = 500 } }` or `{ amount = 300 }`.
    pub cut: Cut,
    /// The lines it is for must cost at least this before any discount, in minor units.
    #[serde(default)]
    pub minimum_spend: i64,
    /// First day on which it counts, at GMT+8.
    pub first_day: Day,
    /// Last day on which it counts, at GMT+8.
    pub last_day: Day,
    /// How often one member may use it; with a limit, only members may.
    pub per_member: Option<u32>,
    /// How often all together may use it.
    pub total: Option<u32>,
    /// Goes with no other coupon.
    #[serde(default)]
    pub alone: bool,
    /// Coupons of one group go with each other not at all.
    #[serde(default)]
    pub group: Option<String>,
    /// Only for members who were given it, once for each time that they were.
    #[serde(default)]
    pub by_grant: bool,
    /// The dishes it is for; all where empty.
    #[serde(default)]
    pub skus: Vec<String>,
}

/// A coupon that the payer presents, and how often it was used before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Presented<'a> {
    /// The coupon.
    pub coupon: &'a Coupon,
    /// Uses by this member; none where the payer is no member.
    pub used_by_member: Option<u32>,
    /// Uses by all.
    pub used_by_all: u32,
    /// How often it was given to this member.
    pub granted: u32,
}

/// Why a coupon does not count for an order. The payer reads the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotApplicable {
    /// Too early.
    #[error("the coupon {0:?} counts from {1} on")]
    NotYet(String, Day),
    /// Too late.
    #[error("the coupon {0:?} counted until {1}")]
    Expired(String, Day),
    /// None of its dishes, or too little of them.
    #[error("the coupon {0:?} needs more of what it is for in the order")]
    SpendMore(String),
    /// A limit per member, and no member.
    #[error("the coupon {0:?} is for members: show the member code first")]
    MembersOnly(String),
    /// This member has used it as often as allowed.
    #[error("the coupon {0:?} is used up by this member")]
    UsedByMember(String),
    /// All have used it as often as allowed.
    #[error("the coupon {0:?} is used up")]
    UsedUp(String),
}

impl Coupon {
    /// Whether a line is one that the coupon is for.
    #[must_use]
    pub fn is_for(&self, line: &Line) -> bool {
        self.skus.is_empty() || self.skus.contains(&line.sku)
    }

    /// Whether it goes with another coupon in one order.
    #[must_use]
    pub fn goes_with(&self, other: &Self) -> bool {
        let same_group = self.group.is_some() && self.group == other.group;
        !self.alone && !other.alone && !same_group && self.id != other.id
    }

    /// Whether it counts on a day for lines that it is for and that cost `base` before any discount.
    pub(super) fn counts(&self, day: Day, base: i64) -> Result<(), NotApplicable> {
        if day < self.first_day {
            return Err(NotApplicable::NotYet(self.id.clone(), self.first_day));
        }
        if day > self.last_day {
            return Err(NotApplicable::Expired(self.id.clone(), self.last_day));
        }
        if base <= 0 || base < self.minimum_spend {
            return Err(NotApplicable::SpendMore(self.id.clone()));
        }
        Ok(())
    }

    /// Whether it may be used once more. Asked before the price is shown, and again in the transaction that uses it.
    ///
    /// # Errors
    /// [`NotApplicable`].
    pub fn is_left(&self, by_member: Option<u32>, by_all: u32, granted: u32) -> Result<(), NotApplicable> {
        if self.total.is_some_and(|total| by_all >= total) {
            return Err(NotApplicable::UsedUp(self.id.clone()));
        }
        let limits = [self.per_member, self.by_grant.then_some(granted)];
        if let Some(limit) = limits.into_iter().flatten().min() {
            match by_member {
                None => return Err(NotApplicable::MembersOnly(self.id.clone())),
                Some(used) if used >= limit => return Err(NotApplicable::UsedByMember(self.id.clone())),
                Some(_) => {}
            }
        }
        Ok(())
    }
}
