//! Charging without a password, by an agreement that the payer signed once at the channel: how much it allows, what
//! may become of it, and how its number is kept. Pure; what was signed and charged is kept by `ledger::agreement`.
#![deny(clippy::float_arithmetic, clippy::as_conversions, clippy::arithmetic_side_effects)]

mod caps;
mod rules;
mod seal;
mod state;

pub use caps::{Agreement, Capped, Caps, CapsError, History, may_charge};
pub use rules::{Agreements, Rules};
pub use seal::{Seal, SealError};
pub use state::{AgreementState, Change, NoSuchChange};
