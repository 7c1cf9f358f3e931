//! Paying in parts: plans as data, who bears the fee, a schedule exact to the cent, early payoff, part refunds, and
//! what each channel is told. Pure.
#![deny(clippy::float_arithmetic, clippy::as_conversions, clippy::arithmetic_side_effects)]

mod plan;
mod schedule;
mod wire;

pub use plan::{Bearer, Instalment, Plan, PlanError, Plans};
pub use schedule::{Part, Reduced, Schedule, ScheduleError};
pub use wire::{AlipayExtend, acp_instal_trans_info};
