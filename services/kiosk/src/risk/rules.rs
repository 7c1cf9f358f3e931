//! `/etc/dais/risk.toml`: what looks like fraud, and what to do about it.

use std::collections::BTreeSet;
use std::fmt;

use aws_lc_rs::digest;
use serde::{Deserialize, Serialize};

use crate::member::IdentityKind;

/// Each rule costs a query for each charge.
const RULES_MAX: usize = 64;
/// Longest window, 31 days in minutes: what is older is forgotten, because it is about people.
pub const WINDOW_MINUTES_MAX: u32 = 44_640;
/// A query counts so many events and no more, so that a busy kiosk answers as fast as a quiet one.
pub const COUNTED_MAX: u32 = 1_000;
/// Minutes of a day.
const DAY_MINUTES: u32 = 1_440;

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Activity {
    /// A charge was asked for.
    Charge,
    /// A channel called a payer's code dead.
    DeadCode,
    /// Money went back.
    Refund,
}

impl Activity {
    /// The word that tables keep; never changed.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::DeadCode => "dead-code",
            Self::Refund => "refund",
        }
    }
}

/// What is about to happen, and is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// A charge.
    Charge,
    /// A refund.
    Refund,
}

/// What is to be done, from mild to severe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Go on.
    Allow,
    /// Staff must look first.
    Review,
    /// No.
    Refuse,
}

/// A time of day at GMT+8, written `23:00`, in minutes since midnight.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Clock(u32);

impl Clock {
    /// Minutes since midnight.
    #[must_use]
    pub const fn minutes(self) -> u32 {
        self.0
    }
}

impl TryFrom<String> for Clock {
    type Error = RulesError;
    fn try_from(text: String) -> Result<Self, RulesError> {
        let two = |text: &str, below: u32| {
            let plain = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
            text.parse::<u32>().ok().filter(|number| plain && *number < below)
        };
        let parts = text.split_once(':').and_then(|(hour, minute)| Some((two(hour, 24)?, two(minute, 60)?)));
        let minutes = parts.and_then(|(hour, minute)| hour.checked_mul(60)?.checked_add(minute));
        minutes.filter(|minutes| *minutes < DAY_MINUTES).map(Self).ok_or(RulesError::Clock(text))
    }
}

impl From<Clock> for String {
    fn from(clock: Clock) -> Self {
        let (hour, minute) = (clock.0.checked_div(60).unwrap_or(0), clock.0.checked_rem(60).unwrap_or(0));
        format!("{hour:02}:{minute:02}")
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from(*self))
    }
}

/// When a rule speaks. Windows end now; a count is of events before the one that is asked about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum When {
    /// A charge, with this one more than so many, or so much money, by one subject within a window.
    Velocity {
        /// Whose.
        of: IdentityKind,
        /// The window.
        minutes: u32,
        /// Speaks above this many.
        more_than: Option<u32>,
        /// Speaks above this much, in minor units.
        amount_above: Option<i64>,
    },
    /// A charge of so much or more.
    Amount {
        /// From this amount, in minor units, ...
        from: i64,
        /// ... and below this one, where there is an upper end.
        below: Option<i64>,
    },
    /// A charge at night.
    Night {
        /// First minute.
        from: Clock,
        /// First minute that is day again; earlier than `from` where midnight lies between.
        until: Clock,
        /// Speaks above this much, in minor units.
        amount_above: i64,
    },
    /// A charge after more than so many dead codes of one subject within a window: somebody tries stolen pictures.
    DeadCodes {
        /// Whose.
        of: IdentityKind,
        /// The window.
        minutes: u32,
        /// Speaks above this many.
        more_than: u32,
    },
    /// A refund, with this one more than so many, or so much money, by one subject within a window.
    Refunds {
        /// Whose: staff, or the payer's side.
        of: IdentityKind,
        /// The window.
        minutes: u32,
        /// Speaks above this many.
        more_than: Option<u32>,
        /// Speaks above this much, in minor units.
        amount_above: Option<i64>,
    },
    /// A charge by a subject that was charged at another kiosk within a window: nobody is in two places.
    KioskMismatch {
        /// Whose.
        of: IdentityKind,
        /// The window.
        minutes: u32,
    },
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Its name in decisions.
    pub name: String,
    /// What to do where it speaks: `review` or `refuse`.
    pub verdict: Verdict,
    /// When it speaks.
    pub when: When,
}

/// The file's content.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Rules {
    /// Raised by whoever changes the rules; decisions keep it, with a hash of all of them.
    pub version: u32,
    /// Decides and writes down, and hinders nobody: to try rules out.
    pub shadow: bool,
    /// The rules.
    #[serde(rename = "rule")]
    pub rules: Vec<Rule>,
}

impl Default for Rules {
    fn default() -> Self {
        let rule = |name: &str, verdict, when| Rule { name: name.into(), verdict, when };
        let velocity = |of, minutes, more_than| When::Velocity {
            of,
            minutes,
            more_than: Some(more_than),
            amount_above: None,
        };
        let clock = |hour: u32| Clock(hour.saturating_mul(60));
        let rules = vec![
            rule("card-often", Verdict::Review, velocity(IdentityKind::Card, 10, 5)),
            rule(
                "card-much",
                Verdict::Review,
                When::Velocity {
                    of: IdentityKind::Card,
                    minutes: 1_440,
                    more_than: None,
                    amount_above: Some(50_000),
                },
            ),
            rule("member-often", Verdict::Review, velocity(IdentityKind::Member, 10, 5)),
            rule("kiosk-often", Verdict::Review, velocity(IdentityKind::Kiosk, 1, 30)),
            rule("prefix-often", Verdict::Review, velocity(IdentityKind::CodePrefix, 1, 30)),
            rule("large", Verdict::Review, When::Amount { from: 100_000, below: Some(500_000) }),
            rule("too-large", Verdict::Refuse, When::Amount { from: 500_000, below: None }),
            rule(
                "night",
                Verdict::Review,
                When::Night { from: clock(23), until: clock(5), amount_above: 20_000 },
            ),
            rule(
                "dead-codes",
                Verdict::Review,
                When::DeadCodes { of: IdentityKind::Kiosk, minutes: 10, more_than: 8 },
            ),
            rule(
                "staff-refunds",
                Verdict::Review,
                When::Refunds {
                    of: IdentityKind::Staff,
                    minutes: 1_440,
                    more_than: Some(20),
                    amount_above: Some(100_000),
                },
            ),
            rule(
                "payer-refunds",
                Verdict::Review,
                When::Refunds {
                    of: IdentityKind::Payer,
                    minutes: 10_080,
                    more_than: Some(5),
                    amount_above: None,
                },
            ),
            rule("two-places", Verdict::Review, When::KioskMismatch { of: IdentityKind::Card, minutes: 2 }),
        ];
        Self { version: 1, shadow: true, rules }
    }
}

/// What is wrong with the rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RulesError {
    /// More rules than a charge has time for.
    #[error("there are more than 64 rules")]
    TooMany,
    /// No name, or one that another rule has.
    #[error("the rule {0:?} needs a name of its own")]
    Name(String),
    /// A rule that allows.
    #[error("the verdict of the rule {0:?} must be review or refuse: a rule that allows says nothing")]
    Allows(String),
    /// A window that is none, or longer than anything is kept.
    #[error("the rule {0:?} needs 1 to 44640 minutes")]
    Window(String),
    /// A limit beyond what is counted.
    #[error("the rule {0:?} needs a more_than below 1000 or an amount_above, each 0 or more")]
    Limit(String),
    /// A band that holds nothing.
    #[error("the rule {0:?} needs an amount of 0 or more, and below above from")]
    Band(String),
    /// A night of no length.
    #[error("the night of the rule {0:?} begins when it ends")]
    Night(String),
    /// No time of day.
    #[error("{0:?} is no time of day: write it like 23:00")]
    Clock(String),
}

impl Rules {
    /// Refuses what cannot be meant.
    ///
    /// # Errors
    /// [`RulesError`].
    pub fn check(&self) -> Result<(), RulesError> {
        if self.rules.len() > RULES_MAX {
            return Err(RulesError::TooMany);
        }
        let mut seen = BTreeSet::new();
        for rule in &self.rules {
            if rule.name.is_empty() || !seen.insert(rule.name.as_str()) {
                return Err(RulesError::Name(rule.name.clone()));
            }
            if rule.verdict == Verdict::Allow {
                return Err(RulesError::Allows(rule.name.clone()));
            }
            rule.check()?;
        }
        Ok(())
    }

    /// SHA-256 of the rules as JSON: which rules a decision was made by, even where nobody raised the version.
    #[must_use]
    pub fn hash(&self) -> Vec<u8> {
        // Rules are plain texts and numbers, which always are JSON.
        let text = serde_json::to_string(self).unwrap_or_default();
        digest::digest(&digest::SHA256, text.as_bytes()).as_ref().to_vec()
    }
}

impl Rule {
    fn check(&self) -> Result<(), RulesError> {
        let name = || self.name.clone();
        let window = |minutes: u32| match minutes {
            1..=WINDOW_MINUTES_MAX => Ok(()),
            _ => Err(RulesError::Window(name())),
        };
        let limit = |more_than: Option<u32>, amount: Option<i64>| {
            let counted = more_than.is_none_or(|more_than| more_than < COUNTED_MAX);
            let some = more_than.is_some() || amount.is_some();
            let fits = counted && some && amount.is_none_or(|amount| amount >= 0);
            if fits { Ok(()) } else { Err(RulesError::Limit(name())) }
        };
        match &self.when {
            When::Velocity { minutes, more_than, amount_above, .. }
            | When::Refunds { minutes, more_than, amount_above, .. } => {
                window(*minutes)?;
                limit(*more_than, *amount_above)
            }
            When::DeadCodes { minutes, more_than, .. } => {
                window(*minutes)?;
                limit(Some(*more_than), None)
            }
            When::KioskMismatch { minutes, .. } => window(*minutes),
            When::Amount { from, below } => {
                let holds = *from >= 0 && below.is_none_or(|below| below > *from);
                if holds { Ok(()) } else { Err(RulesError::Band(name())) }
            }
            When::Night { from, until, amount_above } => match (from == until, *amount_above < 0) {
                (true, _) => Err(RulesError::Night(name())),
                (_, true) => Err(RulesError::Band(name())),
                _ => Ok(()),
            },
        }
    }
}

#[cfg(test)]
mod tests;
