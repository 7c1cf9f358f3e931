//! The till of a Dais kiosk: orders in, money moved exactly once, the truth kept in a ledger and shown on the bus.

mod actor;
mod bus;
pub mod channel;
pub mod config;
mod counter;
pub mod emv;
pub mod ledger;
mod run;
pub mod till;

pub use counter::{CardReader, Devices};
pub use run::{Clock, Parts, run, system_clock};
