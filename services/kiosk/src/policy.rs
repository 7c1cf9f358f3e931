//! What the school decides about its till, read once at the start: each part may be missing, and then what it rules
//! is not offered.

use crate::agreement::Agreements;
use crate::channel::campus::back_office::BackOffice;
use crate::exchange_rate::Rates;
use crate::instalment::Plans;
use crate::member::Keys;
use crate::promotion;
use crate::risk;
use crate::till::SessionRules;

/// The policies of a till.
#[derive(Debug, Default)]
pub struct Policy {
    /// By what members and cards are recognised without being named.
    pub members: Option<Keys>,
    /// Where prices in other currencies come from.
    pub rates: Option<Rates>,
    /// Where payments by campus card are forwarded, and what may be taken while it is away.
    pub back_office: Option<BackOffice>,
    /// What offers take off and what members earn.
    pub promotion: Option<promotion::Rules>,
    /// What looks like fraud, and what to do about it.
    pub risk: Option<risk::Rules>,
    /// By what agreements members may be charged without a password.
    pub agreements: Option<Agreements>,
    /// In what parts larger orders may be paid.
    pub instalments: Option<Plans>,
    /// What is sold by time.
    pub sessions: Option<SessionRules>,
}
