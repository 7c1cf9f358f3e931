//! Plans: which sales are divided among whom, as configuration writes them.
//!
//! ```toml
//! [[plan]]
//! name = "noodle supplier"
//! skus = ["beef-noodles"]
//! channels = ["alipay", "wechat"]
//! parties = [{ party = "2088-noodles", basis_points = 3000 }, { party = "2088-operator", basis_points = 1500 }]
//! ```

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::divide::{Weight, divide};
use super::named::ChannelName;
use super::{PARTIES_MAX, PARTY_CHARS_MAX, PLANS_MAX, SplitError, WHOLE_BP};
use crate::channel::{ChannelKind, Terms};
use crate::till::{Money, Share};

/// One party of a plan: a weight, or basis points of the whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// The party's account at the channel.
    pub party: String,
    /// Its weight against the others and against what the plan keeps.
    #[serde(default)]
    pub weight: Option<u32>,
    /// Its hundredths of a per cent; what the parties leave stays the merchant's.
    #[serde(default)]
    pub basis_points: Option<u32>,
}

/// One plan. Of several that fit a dish, the first that names its sku wins, then the first that names its category,
/// then the first that names neither.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// For people.
    pub name: String,
    /// Channels at which it holds; empty is all that divide.
    #[serde(default)]
    pub channels: Vec<ChannelName>,
    /// Dishes for which it holds.
    #[serde(default)]
    pub skus: Vec<String>,
    /// Categories of dishes for which it holds.
    #[serde(default)]
    pub categories: Vec<String>,
    /// The merchant's own weight, where the parties have weights.
    #[serde(default)]
    pub keep: u32,
    /// Who gets a share.
    pub parties: Vec<Part>,
}

/// All plans.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Plans {
    /// In the order of choice.
    #[serde(rename = "plan")]
    pub plans: Vec<Plan>,
}

/// One line of a sale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sold<'a> {
    /// The dish.
    pub sku: &'a str,
    /// Its category, where the menu gives one.
    pub category: Option<&'a str>,
    /// What the line costs.
    pub amount: Money,
}

/// Stands for the merchant among weights; sorts after every party's name, so that parties get the odd cents first.
const OWN: &str = "\u{10FFFF}";

impl Plan {
    /// Whether it holds at a channel that divides among so many.
    fn holds_at(&self, channel: ChannelKind) -> bool {
        self.channels.is_empty() || self.channels.contains(&ChannelName(channel))
    }

    /// Parties' weights and at the end the merchant's.
    fn weights(&self) -> Vec<Weight<'_>> {
        let points: Option<u32> =
            self.parties.iter().map(|p| p.basis_points).try_fold(0_u32, |sum, bp| sum.checked_add(bp?));
        let keep = points.map_or(self.keep, |points| WHOLE_BP.saturating_sub(points));
        let weight = |part: &Part| u64::from(part.basis_points.or(part.weight).unwrap_or(0));
        let parts = self.parties.iter().map(|part| Weight { name: &part.party, weight: weight(part) });
        parts.chain([Weight { name: OWN, weight: u64::from(keep) }]).collect()
    }

    /// Divides an amount, such as a sale or a channel's fee, among its parties. What it keeps is left out.
    ///
    /// # Errors
    /// As [`divide`].
    pub fn divide(&self, amount: Money) -> Result<Vec<(&str, Money)>, SplitError> {
        let shares = divide(amount, &self.weights())?;
        Ok(self.parties.iter().map(|part| part.party.as_str()).zip(shares).collect())
    }

    fn check(&self) -> Result<(), SplitError> {
        if self.parties.is_empty() || self.parties.len() > PARTIES_MAX {
            return Err(SplitError::Parties(self.name.clone()));
        }
        let mut seen = BTreeSet::new();
        for part in &self.parties {
            let chars = part.party.chars().count();
            let printable = !part.party.chars().any(|c| c.is_control() || c == '\u{10FFFF}');
            if chars == 0 || chars > PARTY_CHARS_MAX || !printable || !seen.insert(&part.party) {
                return Err(SplitError::Party(self.name.clone(), part.party.clone()));
            }
        }
        let by_weight =
            self.parties.iter().all(|p| p.weight.is_some_and(|w| w > 0) && p.basis_points.is_none());
        let points: Option<u32> = self
            .parties
            .iter()
            .map(|p| p.basis_points.filter(|bp| *bp > 0 && p.weight.is_none()))
            .try_fold(0_u32, |sum, bp| sum.checked_add(bp?));
        let by_points = self.keep == 0 && points.is_some_and(|points| points <= WHOLE_BP);
        if by_weight || by_points { Ok(()) } else { Err(SplitError::Weights(self.name.clone())) }
    }
}

impl Plans {
    /// Refuses plans that cannot be carried out, at the start and not when somebody has paid. `channels` are those
    /// that the kiosk offers, with what each allows.
    ///
    /// # Errors
    /// What is wrong, with the plan's name.
    pub fn check<'a>(
        &self,
        channels: impl IntoIterator<Item = (ChannelKind, &'a Terms)>,
    ) -> Result<(), SplitError> {
        if self.plans.len() > PLANS_MAX {
            return Err(SplitError::TooManyPlans);
        }
        let mut names = BTreeSet::new();
        for plan in &self.plans {
            plan.check()?;
            if !names.insert(&plan.name) {
                return Err(SplitError::PlanTwice(plan.name.clone()));
            }
        }
        for (channel, terms) in channels {
            let named = self.plans.iter().filter(|plan| plan.channels.contains(&ChannelName(channel)));
            let general = self.plans.iter().filter(|plan| plan.channels.is_empty() && terms.parties_max > 0);
            let parties: BTreeSet<&str> =
                named.chain(general).flat_map(|plan| &plan.parties).map(|part| part.party.as_str()).collect();
            within(channel, parties.len(), terms)?;
        }
        Ok(())
    }

    fn plan_for(&self, channel: ChannelKind, sold: &Sold<'_>) -> Option<usize> {
        let holds = |fits: &dyn Fn(&Plan) -> bool| {
            self.plans.iter().position(|plan| plan.holds_at(channel) && fits(plan))
        };
        holds(&|plan| plan.skus.iter().any(|sku| sku == sold.sku))
            .or_else(|| holds(&|plan| plan.categories.iter().any(|c| Some(c.as_str()) == sold.category)))
            .or_else(|| holds(&|plan| plan.skus.is_empty() && plan.categories.is_empty()))
    }

    /// What each party gets of a sale of which `paid` was paid (less than the lines where there was a discount),
    /// ordered by party, none of them 0. The lines' order does not matter. Empty where nobody but the merchant gets
    /// anything, and at a channel that divides nothing.
    ///
    /// # Errors
    /// [`SplitError::TooManyParties`], which plans that passed [`Self::check`] never meet; [`SplitError::Amount`].
    pub fn shares(
        &self,
        channel: ChannelKind,
        terms: &Terms,
        lines: &[Sold<'_>],
        paid: Money,
    ) -> Result<Vec<Share>, SplitError> {
        if terms.parties_max == 0 || self.plans.is_empty() {
            return Ok(Vec::new());
        }
        // All lines of one plan are divided together, so that a plan rounds once a sale.
        let mut sums: BTreeMap<Option<usize>, Money> = BTreeMap::new();
        for line in lines {
            let sum = sums.entry(self.plan_for(channel, line)).or_insert(Money::zero(paid.currency()));
            *sum = sum.plus(line.amount).map_err(|_sum| SplitError::Amount)?;
        }
        let name = |index: &Option<usize>| index.and_then(|index| self.plans.get(index)).map(|p| &p.name);
        let mut weights = Vec::new();
        for (index, sum) in &sums {
            let weight = u64::try_from(sum.minor()).map_err(|_negative| SplitError::Amount)?;
            weights.push(Weight { name: name(index).map_or(OWN, String::as_str), weight });
        }
        let mut shares: BTreeMap<&str, Money> = BTreeMap::new();
        for (index, part) in sums.keys().zip(divide(paid, &weights)?) {
            let Some(plan) = index.and_then(|index| self.plans.get(index)) else { continue };
            for (party, money) in plan.divide(part)? {
                let sum = shares.entry(party).or_insert(Money::zero(paid.currency()));
                *sum = sum.plus(money).map_err(|_sum| SplitError::Amount)?;
            }
        }
        shares.retain(|_, money| money.minor() > 0);
        within(channel, shares.len(), terms)?;
        Ok(shares.into_iter().map(|(party, amount)| Share { party: party.to_owned(), amount }).collect())
    }
}

fn within(channel: ChannelKind, parties: usize, terms: &Terms) -> Result<(), SplitError> {
    if u32::try_from(parties).is_ok_and(|count| count <= terms.parties_max) {
        Ok(())
    } else {
        Err(SplitError::TooManyParties(channel, parties, terms.parties_max))
    }
}
