//! The till as its callers meet it: a real dbus-daemon, the real actor and ledger, and channels that are scripted.

mod bench;
mod books;
mod contract;
mod front;
mod payment;
mod script;
mod staff;
