//! The till as its callers meet it: a real dbus-daemon, the real actor and ledger, and channels that are scripted.

mod bench;
mod contract;
mod payment;
