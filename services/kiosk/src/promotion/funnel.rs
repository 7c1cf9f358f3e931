//! The loop from a poster to the next coupon: shown, scanned, ordered, paid, feedback, rewarded. Who took which step
//! is kept by token, never by name, and not at all for those who opted out.

use std::collections::BTreeSet;

use super::coupon::Coupon;
use super::rules::Rules;
use crate::member::Token;

/// Longest reference; references are payment ids, which have the same bound.
pub const REFERENCE_LEN_MAX: usize = 64;

/// One step of the loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Step {
    /// The campaign was on the screen.
    Shown,
    /// Its code was scanned.
    Scanned,
    /// An order was begun.
    Ordered,
    /// It was paid.
    Paid,
    /// Feedback was given.
    Feedback,
    /// The next coupon was given.
    Rewarded,
}

/// All steps, in their order.
pub const STEPS: [Step; 6] =
    [Step::Shown, Step::Scanned, Step::Ordered, Step::Paid, Step::Feedback, Step::Rewarded];

impl Step {
    /// The word that tables keep; never changed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::Scanned => "scanned",
            Self::Ordered => "ordered",
            Self::Paid => "paid",
            Self::Feedback => "feedback",
            Self::Rewarded => "rewarded",
        }
    }
}

/// One step by one subject, about one reference (a payment id, a code shown). The four together happen once.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FunnelEvent {
    /// The campaign's name.
    pub campaign: String,
    /// Who.
    pub subject: Token,
    /// Which step.
    pub step: Step,
    /// About what.
    pub reference: String,
}

/// How often a step was taken, and by how many subjects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Different events.
    pub events: u64,
    /// Different subjects.
    pub subjects: u64,
}

impl Counts {
    /// Counts a step of a campaign in a set of events: the definition that the ledger's query is held against.
    #[must_use]
    pub fn of(events: &BTreeSet<FunnelEvent>, campaign: &str, step: Step) -> Self {
        let mine = || events.iter().filter(|event| event.campaign == campaign && event.step == step);
        let subjects: BTreeSet<&Token> = mine().map(|event| &event.subject).collect();
        let count = |n: usize| u64::try_from(n).unwrap_or(u64::MAX);
        Self { events: count(mine().count()), subjects: count(subjects.len()) }
    }
}

/// The coupon that is due for a reference, given the steps that its subject took with it: feedback on a paid order,
/// not rewarded yet.
#[must_use]
pub fn reward<'a>(rules: &'a Rules, campaign: &str, taken: &BTreeSet<Step>) -> Option<&'a Coupon> {
    let due =
        taken.contains(&Step::Paid) && taken.contains(&Step::Feedback) && !taken.contains(&Step::Rewarded);
    let coupon = rules.campaign(campaign)?.next_coupon.as_deref()?;
    rules.coupon(coupon).filter(|_| due)
}
