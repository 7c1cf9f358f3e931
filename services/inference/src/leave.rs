//! May a computation go on? Asked before each node of a network and in every long loop, so that a request whose time
//! is over, or whose asker has gone, frees its processor within a node's time, and background work makes way.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

/// Why a computation was stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Stopped {
    /// Its deadline has passed.
    #[error("recognition took too long and was given up; try again, or select less")]
    DeadlinePassed,
    /// Nobody waits for it any more.
    #[error("the asker has gone")]
    Cancelled,
}

/// The leave that a request has.
#[derive(Clone, Debug)]
pub struct Leave {
    until: Instant,
    cancelled: Arc<AtomicBool>,
}

impl Leave {
    /// Leave until an instant.
    pub fn until(until: Instant) -> Self {
        Self { until, cancelled: Arc::default() }
    }

    /// Ends it; every clone of it says so from now on.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the computation may go on.
    pub fn check(&self) -> Result<(), Stopped> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(Stopped::Cancelled);
        }
        if Instant::now() >= self.until {
            return Err(Stopped::DeadlinePassed);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_ends_by_the_clock_or_by_being_cancelled() {
        assert_eq!(Leave::until(Instant::now()).check(), Err(Stopped::DeadlinePassed));
        let leave = Leave::until(Instant::now() + Duration::from_secs(3600));
        let same = leave.clone();
        assert_eq!(same.check(), Ok(()));
        leave.cancel();
        assert_eq!(same.check(), Err(Stopped::Cancelled));
    }
}
