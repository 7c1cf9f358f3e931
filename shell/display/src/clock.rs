//! The display's clock: begins at the wall clock (so that the journal's times mean something) and then only
//! goes forward, whatever the wall clock does.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

#[derive(Clone, Copy)]
pub(crate) struct Clock {
    began: Instant,
    began_us: u64,
}

impl Clock {
    pub(crate) fn start() -> Self {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { began: Instant::now(), began_us: u64::try_from(wall.as_micros()).unwrap_or(0) }
    }

    /// Microseconds since 1970, never backwards.
    pub(crate) fn now_us(&self) -> u64 {
        self.began_us.saturating_add(u64::try_from(self.began.elapsed().as_micros()).unwrap_or(u64::MAX))
    }
}
