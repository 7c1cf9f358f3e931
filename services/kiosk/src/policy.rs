//! What the school decides about its till, read once at the start: each part may be missing, and then what it rules
//! is not offered.

use crate::exchange_rate::Rates;
use crate::member::Keys;

/// The policies of a till.
#[derive(Debug, Default)]
pub struct Policy {
    /// By what members and cards are recognised without being named.
    pub members: Option<Keys>,
    /// Where prices in other currencies come from.
    pub rates: Option<Rates>,
}
