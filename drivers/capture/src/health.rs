//! How an input is.

use std::time::Instant;

use crate::loss::Loss;

/// How an input is, and since when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Health {
    /// Why nothing comes; none while it does, or while it is being opened for the first time.
    pub loss: Option<Loss>,
    /// Since when.
    pub since: Instant,
    /// Frames, or buffers of sound, that came.
    pub came: u64,
    /// How often it was lost after it had come.
    pub lost: u64,
    /// How often it was opened.
    pub opened: u64,
}

impl Health {
    pub(crate) fn new(now: Instant) -> Self {
        Self { loss: None, since: now, came: 0, lost: 0, opened: 0 }
    }
}
