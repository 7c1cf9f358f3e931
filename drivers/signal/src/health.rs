//! How a device is.

use std::time::Instant;

use crate::error::SignalError;

/// Whether a device works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It was not opened yet.
    Opening,
    /// It shows what is due.
    Ready,
    /// It does not work, and is tried again by itself.
    Missing(SignalError),
}

/// How a device is, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Whether it works.
    pub state: State,
    /// Since when.
    pub since: Instant,
    /// How often it was opened.
    pub opened: u64,
    /// How often it was lost after it had been opened.
    pub lost: u64,
    /// How often it was written to.
    pub written: u64,
}
