//! What the school decides about agreements: under which key their numbers lie, how much they may allow at most, and
//! for how long.

use serde::Deserialize;

use super::{Caps, CapsError, Seal};

/// `[agreement]` of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// How long an agreement may be charged by, in days.
    pub days: u32,
    /// Most that any agreement allows, in minor units of the till's currency; a member may sign for less.
    pub caps: Caps,
}

impl Default for Rules {
    /// A school year and what is left of it.
    fn default() -> Self {
        Self { days: 365, caps: Caps::default() }
    }
}

impl Rules {
    /// The caps that were wished for: 0 is the school's own, and none may be above it.
    ///
    /// # Errors
    /// [`CapsError`].
    pub fn caps_for(&self, wish: Caps) -> Result<Caps, CapsError> {
        let or = |wish, most| if wish == 0 { most } else { wish };
        let most = &self.caps;
        let caps = Caps {
            per_transaction: or(wish.per_transaction, most.per_transaction),
            per_day: or(wish.per_day, most.per_day),
            per_month: or(wish.per_month, most.per_month),
        };
        let within = caps.per_transaction <= most.per_transaction
            && caps.per_day <= most.per_day
            && caps.per_month <= most.per_month;
        if within { caps.check().map(|()| caps) } else { Err(CapsError) }
    }
}

/// Rules and key together; without them no agreement is offered.
#[derive(Debug)]
pub struct Agreements {
    /// Under which numbers are sealed: the credential `agreement_key`.
    pub seal: Seal,
    /// What is allowed.
    pub rules: Rules,
}
