//! The till as its callers meet it: a real dbus-daemon, the real actor and ledger, and channels that are scripted.
#![allow(clippy::unwrap_used, reason = "what fails here is a failed test, in the bench as in tests")]

mod agreements;
mod bench;
mod books;
mod books_command;
mod cards;
mod contract;
mod devices;
mod front;
mod instalments;
mod lights;
mod offers;
mod offline;
mod payment;
#[allow(dead_code, reason = "the crate's own tests, whose file this is, also kill and start it again")]
#[path = "../../src/channel/tests/process.rs"]
mod process;
mod rates;
mod receipts;
mod risk;
mod sandbox;
mod script;
mod sold_out;
mod staff;
mod usage;
