//! Whether a charge or a refund looks like fraud: rules are data, facts are counts over windows, and the decision is
//! a pure function of both and the time. What happened and what was decided is kept by `ledger::risk`.
#![deny(clippy::float_arithmetic, clippy::as_conversions, clippy::arithmetic_side_effects)]

mod assess;
mod rules;
mod subjects;

pub use assess::{Asked, Count, Decision, Facts, Measure, Reason, assess, measures};
pub use rules::{
    Action, Activity, COUNTED_MAX, Clock, Rule, Rules, RulesError, Verdict, WINDOW_MINUTES_MAX, When,
};
pub use subjects::Subjects;
