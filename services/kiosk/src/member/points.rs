//! A member's points. Every change is an entry; what a member has is the entries' sum, and nothing else.
//!
//! Points lie in lots that expire. Whatever takes points takes those that expire first. Taking points back for a
//! refund can find fewer than there should be: then the member owes them, the balance says so by being negative, and
//! later points pay the debt first.

use serde::{Deserialize, Serialize};

use super::rules::Rules;
use crate::promotion::{Day, portion};

/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;

/// Why points changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum EntryKind {
    /// For an order that was paid.
    Earned,
    /// For a discount.
    Spent,
    /// Their time was over.
    Expired,
    /// The order they were for went back.
    ClawedBack,
    /// The order they were spent on went back.
    GivenBack,
}

impl EntryKind {
    /// The word that tables keep; never changed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Earned => "earned",
            Self::Spent => "spent",
            Self::Expired => "expired",
            Self::ClawedBack => "clawed-back",
            Self::GivenBack => "given-back",
        }
    }
}

/// One change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Why.
    pub kind: EntryKind,
    /// By how many; below 0 where they are taken.
    pub points: i64,
    /// When they expire, for those that are given; milliseconds since 1970 UTC.
    pub expires_ms: u64,
}

/// Why points cannot change so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PointsError {
    /// Fewer than wanted.
    #[error("there are {0} points only")]
    TooFew(i64),
    /// Nothing, less than nothing, or beyond 64 bits.
    #[error("so many points cannot be entered")]
    BadCount,
}

/// Points that expire together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Lot {
    expires_ms: u64,
    left: i64,
}

/// What a member has: the sum of the entries.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Points {
    /// The earliest to expire first, at most one for each day, none empty.
    lots: Vec<Lot>,
    /// Points owed; above 0 only where there are no lots.
    debt: i64,
}

impl Points {
    /// What the entries make.
    ///
    /// # Errors
    /// [`PointsError::BadCount`] where they exceed 64 bits.
    pub fn replay<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Result<Self, PointsError> {
        let mut points = Self::default();
        entries.into_iter().try_for_each(|entry| points.apply(entry))?;
        Ok(points)
    }

    /// All points, expired ones that were not entered as such yet among them; below 0 where the member owes some.
    #[must_use]
    pub fn balance(&self) -> i64 {
        let lots = self.lots.iter().fold(0_i64, |sum, lot| sum.saturating_add(lot.left));
        lots.saturating_sub(self.debt)
    }

    /// Points that can be spent at a moment, 0 or more.
    #[must_use]
    pub fn available(&self, now_ms: u64) -> i64 {
        let live = self.lots.iter().filter(|lot| lot.expires_ms > now_ms);
        live.fold(0_i64, |sum, lot| sum.saturating_add(lot.left))
    }

    /// Takes in an entry: given points pay the debt and then make a lot, taken ones leave the lots that expire first
    /// and then make debt.
    ///
    /// # Errors
    /// [`PointsError::BadCount`]; nothing is changed.
    pub fn apply(&mut self, entry: &Entry) -> Result<(), PointsError> {
        self.balance().checked_add(entry.points).ok_or(PointsError::BadCount)?;
        if entry.points >= 0 { self.give(entry.points, entry.expires_ms) } else { self.take(entry.points) }
    }

    fn give(&mut self, points: i64, expires_ms: u64) -> Result<(), PointsError> {
        let paid = self.debt.min(points);
        let left = points.checked_sub(paid).ok_or(PointsError::BadCount)?;
        self.debt = self.debt.checked_sub(paid).ok_or(PointsError::BadCount)?;
        if left == 0 {
            return Ok(());
        }
        match self.lots.binary_search_by_key(&expires_ms, |lot| lot.expires_ms) {
            Ok(index) => {
                if let Some(lot) = self.lots.get_mut(index) {
                    lot.left = lot.left.checked_add(left).ok_or(PointsError::BadCount)?;
                }
            }
            Err(index) => self.lots.insert(index, Lot { expires_ms, left }),
        }
        Ok(())
    }

    fn take(&mut self, points: i64) -> Result<(), PointsError> {
        let mut wanted = points.checked_neg().ok_or(PointsError::BadCount)?;
        let debt = self.debt.checked_add(wanted).ok_or(PointsError::BadCount)?;
        for lot in &mut self.lots {
            let part = lot.left.min(wanted);
            lot.left = lot.left.saturating_sub(part);
            wanted = wanted.saturating_sub(part);
        }
        let found = debt.saturating_sub(self.debt).saturating_sub(wanted);
        self.debt = debt.saturating_sub(found);
        self.lots.retain(|lot| lot.left > 0);
        Ok(())
    }

    /// The entry for points whose time is over, where there are any.
    #[must_use]
    pub fn expire(&self, now_ms: u64) -> Option<Entry> {
        let dead = self.lots.iter().filter(|lot| lot.expires_ms <= now_ms);
        let points = dead.fold(0_i64, |sum, lot| sum.saturating_sub(lot.left));
        (points < 0).then_some(Entry { kind: EntryKind::Expired, points, expires_ms: 0 })
    }

    /// The entry for points that are spent. Enter [`Self::expire`]'s first.
    ///
    /// # Errors
    /// [`PointsError`].
    pub fn spend(&self, points: i64, now_ms: u64) -> Result<Entry, PointsError> {
        let available = self.available(now_ms);
        if points <= 0 {
            return Err(PointsError::BadCount);
        }
        if points > available || self.expire(now_ms).is_some() {
            return Err(PointsError::TooFew(available));
        }
        Ok(Entry { kind: EntryKind::Spent, points: points.saturating_neg(), expires_ms: 0 })
    }

    /// The entry that takes back points for a refund, and how many of them the member then owes.
    ///
    /// # Errors
    /// [`PointsError::BadCount`].
    pub fn claw_back(&self, points: i64) -> Result<(Entry, i64), PointsError> {
        if points < 0 {
            return Err(PointsError::BadCount);
        }
        let entry = Entry { kind: EntryKind::ClawedBack, points: points.saturating_neg(), expires_ms: 0 };
        let after = self.balance().checked_sub(points).ok_or(PointsError::BadCount)?;
        Ok((entry, after.min(0).saturating_neg()))
    }
}

impl Rules {
    /// When points that are given now expire: with the end of the last of their days, at GMT+8.
    #[must_use]
    pub fn expiry_ms(&self, now_ms: u64) -> u64 {
        let life = u64::from(self.points_last_days).saturating_mul(DAY_MS);
        Day::of(now_ms.saturating_add(life)).next().start_ms()
    }

    /// Points for an order of which `net` minor units were paid, by a member who has spent `spent` before within 365
    /// days, multiplied (birthday) and with a bonus (order number). Parts of a point are not given.
    #[must_use]
    pub fn earned(&self, spent: i64, net: i64, times: u32, bonus: u32) -> i64 {
        let rate = self.tier(spent).map_or(0, |tier| i64::from(tier.points_per_yuan));
        let points = portion(net.max(0), rate, 100).unwrap_or(0);
        points.saturating_mul(i64::from(times)).saturating_add(i64::from(bonus))
    }
}

#[cfg(test)]
mod tests;
