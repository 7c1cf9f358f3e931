//! Store and forward: what may be taken while the network is away, and how it is handed on afterwards.
//!
//! Only what can be honoured later is taken: a campus purse whose card has signed the debit, a signed voucher, a
//! member's debt under a limit. Entries form a hash chain, are durable before the payer hears yes, are forwarded in
//! order, and each until the other side answers; that side answers the same for the same sequence, so nothing counts
//! twice. Pure; the entries are kept by `ledger::offline`.
#![deny(clippy::float_arithmetic, clippy::as_conversions, clippy::arithmetic_side_effects)]

mod instrument;
mod queue;
mod rules;

pub use instrument::{Honoured, Instrument, Pledge, honoured};
pub use queue::{
    Answer, Asked, Broken, Case, Conflict, DenyList, Entry, GENESIS, Head, Link, NotNext, Queue, Taken,
};
pub use rules::{RefusedOffline, Rules, RulesError};
