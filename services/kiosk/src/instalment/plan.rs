//! Plans: in how many parts, for what fee, borne by whom, from which amount on.

use serde::{Deserialize, Serialize};

/// Parts that the channels know.
const PARTS: [u32; 3] = [3, 6, 12];
/// Highest fee, 30 %: more is a typing mistake.
const FEE_BP_MAX: u32 = 3_000;

/// Who bears the fee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bearer {
    /// The buyer pays it on top.
    Buyer,
    /// The seller gets less.
    Seller,
}

/// One plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// In how many monthly parts: 3, 6 or 12.
    pub parts: u32,
    /// The fee on the whole, in basis points.
    pub fee_bp: u32,
    /// Who bears it.
    pub bearer: Bearer,
    /// From this amount on, in minor units.
    pub from: i64,
}

impl Plan {
    /// What an order keeps of it, once the payer has chosen it.
    #[must_use]
    pub const fn chosen(&self) -> Instalment {
        Instalment { parts: self.parts, bearer: self.bearer }
    }
}

/// A plan that the payer has chosen, as orders and attempts keep it and channels are told it. What each part comes to
/// is the channel's to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalment {
    /// In how many monthly parts.
    pub parts: u32,
    /// Who bears the fee.
    pub bearer: Bearer,
}

/// The plans that are offered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Plans {
    /// None where nothing is sold in parts.
    #[serde(rename = "plan")]
    pub plans: Vec<Plan>,
}

impl Default for Plans {
    /// The fees that buyers commonly meet; an example until the school has its contract.
    fn default() -> Self {
        let plan = |parts, fee_bp| Plan { parts, fee_bp, bearer: Bearer::Buyer, from: 60_000 };
        Self { plans: vec![plan(3, 230), plan(6, 450), plan(12, 750)] }
    }
}

/// What is wrong with the plans.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Not a number of parts that a channel knows, or twice.
    #[error("a plan has 3, 6 or 12 parts, and there is one plan for each at most")]
    Parts,
    /// Out of bounds.
    #[error("fee_bp must be at most 3000 and from at least 1 minor unit a part")]
    Fee,
}

impl Plans {
    /// Refuses what cannot be meant.
    ///
    /// # Errors
    /// [`PlanError`].
    pub fn check(&self) -> Result<(), PlanError> {
        for (index, plan) in self.plans.iter().enumerate() {
            let twice = self.plans.iter().take(index).any(|other| other.parts == plan.parts);
            if !PARTS.contains(&plan.parts) || twice {
                return Err(PlanError::Parts);
            }
            if plan.fee_bp > FEE_BP_MAX || plan.from < i64::from(plan.parts) {
                return Err(PlanError::Fee);
            }
        }
        Ok(())
    }

    /// The plans for an amount in minor units.
    pub fn for_amount(&self, minor: i64) -> impl Iterator<Item = &Plan> {
        self.plans.iter().filter(move |plan| minor >= plan.from)
    }
}
