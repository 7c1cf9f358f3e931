//! In what parts a sum may be paid, as the bus tells it.

use std::sync::Arc;

use api::kiosk as wire;

use crate::channel::Channel;
use crate::instalment::{Bearer, Plans, Schedule};
use crate::promotion::Day;
use crate::till::Money;

/// The school's plans, and the channels of which some may offer them.
pub(super) struct InParts {
    pub(super) plans: Option<Plans>,
    pub(super) channels: Vec<Arc<dyn Channel>>,
}

impl InParts {
    /// The plans for a sum, fewest parts first.
    pub(super) fn plans(&self, total: Money) -> Vec<wire::Instalment> {
        let can = self.channels.iter().map(|channel| channel.terms());
        let can = can.filter(|terms| terms.instalments).any(|terms| total.minor() <= terms.amount_max);
        let plans = self.plans.as_ref().filter(|_plans| can);
        let mut told: Vec<wire::Instalment> = plans
            .into_iter()
            .flat_map(|plans| plans.for_amount(total.minor()))
            .filter_map(|plan| {
                // When the parts are due does not change what they come to.
                let schedule = Schedule::new(total, plan, Day::of(0)).ok()?;
                Some(wire::Instalment {
                    parts: plan.parts,
                    fee: schedule.buyer_fee.plus(schedule.seller_fee).ok()?.minor(),
                    monthly: schedule.parts.iter().map(crate::instalment::Part::sum).max()?,
                    bearer: bearer(plan.bearer).to_wire(),
                })
            })
            .collect();
        told.sort_by_key(|plan| plan.parts);
        told
    }
}

fn bearer(bearer: Bearer) -> wire::Bearer {
    match bearer {
        Bearer::Buyer => wire::Bearer::Buyer,
        Bearer::Seller => wire::Bearer::Seller,
    }
}
