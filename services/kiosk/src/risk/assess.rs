//! The decision: each rule that speaks is a reason, and the most severe reason is the verdict. The same rules, facts
//! and time decide the same on every machine, so a decision can be replayed from what is kept of it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::rules::{Action, Activity, Rule, Rules, Verdict, When};
use crate::member::{IdentityKind, Token};
use crate::promotion::minute_of_day;

/// One count that a rule needs: of a subject's events of a kind within a window that ends now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Measure {
    /// Of what.
    pub activity: Activity,
    /// Whose.
    pub of: IdentityKind,
    /// The window.
    pub minutes: u32,
}

/// What was counted; at most [`super::COUNTED_MAX`] events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// Events.
    pub times: u32,
    /// Their money, in minor units.
    pub amount: i64,
    /// Those at another kiosk than the one that asks.
    pub elsewhere: u32,
}

/// What is asked about: by whom, how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// What is about to happen.
    pub action: Action,
    /// How much, in minor units.
    pub amount: i64,
    /// Who and what takes part, by token: never a raw identifier.
    pub subjects: BTreeMap<IdentityKind, Token>,
}

/// Everything that a decision is made from. Holds counts and no token, so that it can be kept with the decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// What is about to happen.
    pub action: Action,
    /// How much, in minor units.
    pub amount: i64,
    /// Which subjects are known; a rule about another says nothing.
    pub known: BTreeSet<IdentityKind>,
    /// The counts, for [`measures`].
    pub counts: Vec<(Measure, Count)>,
}

/// Why a decision is not simply to allow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// The rule's name.
    pub rule: String,
    /// What it asks for.
    pub verdict: Verdict,
    /// What it saw, for staff.
    pub seen: String,
}

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The most severe that a rule asks for.
    pub verdict: Verdict,
    /// Every rule that spoke, in the rules' order.
    pub reasons: Vec<Reason>,
    /// Whether it is written down only.
    pub shadow: bool,
}

impl Decision {
    /// What is to be done: in shadow mode nothing is hindered.
    #[must_use]
    pub const fn enforced(&self) -> Verdict {
        if self.shadow { Verdict::Allow } else { self.verdict }
    }
}

/// The count that a rule needs for an action, where it needs one.
fn measure(when: &When, action: Action) -> Option<Measure> {
    let (activity, of, minutes) = match (when, action) {
        (When::Velocity { of, minutes, .. } | When::KioskMismatch { of, minutes }, Action::Charge) => {
            (Activity::Charge, *of, *minutes)
        }
        (When::DeadCodes { of, minutes, .. }, Action::Charge) => (Activity::DeadCode, *of, *minutes),
        (When::Refunds { of, minutes, .. }, Action::Refund) => (Activity::Refund, *of, *minutes),
        _ => return None,
    };
    Some(Measure { activity, of, minutes })
}

/// Every count that the rules need for what is asked, each once.
#[must_use]
pub fn measures(rules: &Rules, asked: &Asked) -> BTreeSet<Measure> {
    let needed = rules.rules.iter().filter_map(|rule| measure(&rule.when, asked.action));
    needed.filter(|measure| asked.subjects.contains_key(&measure.of)).collect()
}

/// Decides. A count that a rule needs and nobody made is a reason for review: what is not known is not allowed.
#[must_use]
pub fn assess(rules: &Rules, facts: &Facts, now_ms: u64) -> Decision {
    let counts: BTreeMap<Measure, Count> = facts.counts.iter().copied().collect();
    let reason = |rule: &Rule| {
        let seen = match measure(&rule.when, facts.action) {
            Some(measure) if !facts.known.contains(&measure.of) => None,
            Some(measure) => match counts.get(&measure) {
                Some(count) => speaks(&rule.when, facts, *count, now_ms),
                None => {
                    let seen = "not counted".to_owned();
                    return Some(Reason { rule: rule.name.clone(), verdict: Verdict::Review, seen });
                }
            },
            None => speaks(&rule.when, facts, Count::default(), now_ms),
        };
        seen.map(|seen| Reason { rule: rule.name.clone(), verdict: rule.verdict, seen })
    };
    let reasons: Vec<Reason> = rules.rules.iter().filter_map(reason).collect();
    let verdict = reasons.iter().map(|reason| reason.verdict).max().unwrap_or(Verdict::Allow);
    Decision { verdict, reasons, shadow: rules.shadow }
}

/// What a rule sees, where that makes it speak.
fn speaks(when: &When, facts: &Facts, count: Count, now_ms: u64) -> Option<String> {
    let times = count.times.saturating_add(1);
    let amount = count.amount.saturating_add(facts.amount);
    let often = |more_than: Option<u32>, above: Option<i64>, minutes: u32| {
        let many = more_than.is_some_and(|more_than| times > more_than);
        let much = above.is_some_and(|above| amount > above);
        (many || much).then(|| format!("{times} times, {amount} in {minutes} min"))
    };
    match (when, facts.action) {
        (When::Velocity { minutes, more_than, amount_above, .. }, Action::Charge)
        | (When::Refunds { minutes, more_than, amount_above, .. }, Action::Refund) => {
            often(*more_than, *amount_above, *minutes)
        }
        (When::DeadCodes { minutes, more_than, .. }, Action::Charge) => {
            (count.times > *more_than).then(|| format!("{} dead codes in {minutes} min", count.times))
        }
        (When::KioskMismatch { minutes, .. }, Action::Charge) => {
            (count.elsewhere > 0).then(|| format!("{} times elsewhere in {minutes} min", count.elsewhere))
        }
        (When::Amount { from, below }, Action::Charge) => {
            let within = facts.amount >= *from && below.is_none_or(|below| facts.amount < below);
            within.then(|| format!("amount {}", facts.amount))
        }
        (When::Night { from, until, amount_above }, Action::Charge) => {
            let minute = minute_of_day(now_ms);
            let (from, until) = (from.minutes(), until.minutes());
            let night =
                if from < until { (from..until).contains(&minute) } else { minute >= from || minute < until };
            (night && facts.amount > *amount_above).then(|| format!("amount {} at night", facts.amount))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
