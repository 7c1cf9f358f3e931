//! The till as its callers meet it: a real dbus-daemon, the real actor and ledger, and channels that are scripted.
#![allow(clippy::unwrap_used, reason = "a failed step ends the test, with its line")]

mod bench;
mod books;
mod contract;
mod front;
mod payment;
mod script;
mod staff;
