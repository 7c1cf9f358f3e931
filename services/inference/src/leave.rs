//! May a computation go on? Asked before each node of a network and in every long loop, so that a request whose time
//! is over, or whose asker has gone, frees its processor within a node's time, and background work makes way.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Instant;

use crate::spread::Call;

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
#[derive(Clone)]
pub struct Leave {
    until: Instant,
    cancelled: Arc<AtomicBool>,
    way: Option<Arc<Way>>,
    helpers: Option<Call>,
}

impl Leave {
    /// Leave until an instant.
    pub fn until(until: Instant) -> Self {
        Self { until, cancelled: Arc::default(), way: None, helpers: None }
    }

    /// The same, but it waits wherever it is asked while `way` is taken.
    pub(crate) fn behind(self, way: Arc<Way>) -> Self {
        Self { way: Some(way), ..self }
    }

    /// The same, and there are others who may be called to help.
    pub(crate) fn with_helpers(self, call: Call) -> Self {
        Self { helpers: Some(call), ..self }
    }

    /// How others are called to help, where there are any.
    pub(crate) fn helpers(&self) -> Option<&Call> {
        self.helpers.as_ref()
    }

    /// Ends it; every clone of it says so from now on.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
        if let Some(way) = &self.way {
            way.wake();
        }
    }

    /// Whether the computation may go on. Background work waits in here while others go first.
    pub fn check(&self) -> Result<(), Stopped> {
        loop {
            if self.cancelled.load(Ordering::Relaxed) {
                return Err(Stopped::Cancelled);
            }
            if Instant::now() >= self.until {
                return Err(Stopped::DeadlinePassed);
            }
            match &self.way {
                Some(way) if way.is_taken() => way.wait(self.until, &self.cancelled),
                _ => return Ok(()),
            }
        }
    }
}

impl fmt::Debug for Leave {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Leave").field("until", &self.until).finish_non_exhaustive()
    }
}

/// What background work makes way on: taken while somebody waits for other work.
#[derive(Debug, Default)]
pub(crate) struct Way {
    // Read before every node; the lock below is only for waiting.
    taken: AtomicBool,
    lock: Mutex<()>,
    changed: Condvar,
}

impl Way {
    /// Takes it or gives it free.
    pub(crate) fn set(&self, taken: bool) {
        self.taken.store(taken, Ordering::Release);
        if !taken {
            self.wake();
        }
    }

    /// Makes everybody who waits look again. Whoever has looked and is about to wait holds the lock until he waits.
    fn wake(&self) {
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner));
        self.changed.notify_all();
    }

    /// Whether somebody waits.
    pub(crate) fn is_taken(&self) -> bool {
        self.taken.load(Ordering::Acquire)
    }

    /// Returns when it is free, at `until`, or when woken for a cancelled request.
    fn wait(&self, until: Instant, cancelled: &AtomicBool) {
        let mut held = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        while self.is_taken() && !cancelled.load(Ordering::Relaxed) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            held = self.changed.wait_timeout(held, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}

#[cfg(test)]
mod tests;
