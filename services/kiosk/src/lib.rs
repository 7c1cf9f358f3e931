//! The till of a Dais kiosk: orders in, money moved exactly once, the truth kept in a ledger and shown on the bus.

mod actor;
pub mod agreement;
mod bus;
pub mod card;
pub mod channel;
pub mod config;
mod counter;
pub mod emv;
pub mod exchange_rate;
pub mod finance;
mod forward;
pub mod front;
#[cfg(any(fuzzing, test))]
pub mod fuzz;
pub mod instalment;
pub mod ledger;
pub mod member;
pub mod offline;
pub mod policy;
pub mod promotion;
pub mod receipts;
pub mod reconcile;
pub mod risk;
mod run;
pub mod split;
pub mod staff;
pub mod till;

pub use counter::{BuzzerPlace, CardReader, Devices, Places, QuietHours};
pub use run::{Clock, Parts, SteadyClock, run, system_clock, system_steady};
