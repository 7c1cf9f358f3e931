//! How long the keypad rests after wrong PINs, pure. A try counts as wrong before it is looked at, so that pulling
//! the plug in the middle of one gains nothing.

use serde::{Deserialize, Serialize};

/// Slips of the finger that cost nothing.
const FREE: u32 = 3;
/// The first rest, in milliseconds; each further wrong PIN doubles it.
const FIRST_MS: u64 = 30_000;
/// The longest rest: with it a stranger has 24 tries a day for a million PINs, and a manager who comes late in the
/// queue of tries still opens the kiosk the same morning.
const LONGEST_MS: u64 = 3_600_000;

/// Wrong PINs in a row, and when the last one came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lockout {
    wrong: u32,
    last_ms: u64,
}

impl Lockout {
    /// The longest rest, from `now` on: for a count that was lost.
    pub const fn longest(now_ms: u64) -> Self {
        Self { wrong: 32, last_ms: now_ms }
    }

    /// The same after a restart. A clock that was set back since must not lengthen the rest beyond its full length.
    #[must_use]
    pub fn resumed(self, now_ms: u64) -> Self {
        Self { last_ms: self.last_ms.min(now_ms), ..self }
    }

    /// How long to wait before the next try, in milliseconds.
    pub fn wait_ms(&self, now_ms: u64) -> u64 {
        self.last_ms.saturating_add(self.rest_ms()).saturating_sub(now_ms).min(self.rest_ms())
    }

    fn rest_ms(&self) -> u64 {
        match self.wrong.checked_sub(FREE) {
            None => 0,
            Some(doublings) => {
                let factor = 1_u64.checked_shl(doublings.min(32)).unwrap_or(u64::MAX);
                FIRST_MS.saturating_mul(factor).min(LONGEST_MS)
            }
        }
    }

    /// With one more try, not yet known to be right.
    #[must_use]
    pub fn tried(self, now_ms: u64) -> Self {
        Self { wrong: self.wrong.saturating_add(1), last_ms: now_ms }
    }
}

#[cfg(test)]
mod tests;
