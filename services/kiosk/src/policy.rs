//! What the school decides about its till, read once at the start: each part may be missing, and then what it rules
//! is not offered.

use crate::member::Keys;
use crate::promotion;
use crate::risk;

/// The policies of a till.
#[derive(Debug, Default)]
pub struct Policy {
    /// By what members and cards are recognised without being named.
    pub members: Option<Keys>,
    /// What offers take off and what members earn.
    pub promotion: Option<promotion::Rules>,
    /// What looks like fraud, and what to do about it.
    pub risk: Option<risk::Rules>,
}
