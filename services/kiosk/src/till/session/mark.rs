//! By which clock a session's time is counted. The wall clock may be set forwards and back, the steady clock counts from
//! the machine's start and cannot; each knows what the other does not. Both are marked together while a session runs.
//!
//! Within one start of the machine the steady clock alone counts. Over a restart the wall clock does, as far as it can be
//! believed: nobody knows how much of a mark's interval had been used when the power went, so that at least one of them
//! counts, whatever the wall clock reads. So no time is given twice, and at most [`LOOK_MS`] is lost with a power cut.

use serde::{Deserialize, Serialize};

/// How often both clocks are marked: as much time as a buyer may lose with a power cut, and as often as the disk should
/// be waited for.
const LOOK_MS: u64 = 30_000;
/// A wall clock that is off by less is being steered, not set; it is kept until it is as much as this, so that small
/// corrections do not make a record each.
const SET_MS: u64 = 1_000;

/// What the machine's steady clock reads: how long since which of its starts, sleep included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steady {
    /// Which start: another number for each.
    pub boot: u64,
    /// Since then.
    pub ms: u64,
}

/// Two readings that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The wall clock, but for what it was steered by since it was set.
    pub wall_ms: u64,
    /// The steady clock.
    pub steady: Steady,
}

/// What later readings mean for a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// The wall clock was set by so much since the mark; 0 where it was not.
    pub(super) set_by_ms: i64,
    /// The next mark, where one is due.
    pub(super) fresh: Option<Mark>,
}

impl Mark {
    /// What the clocks mean that read this now.
    pub(super) fn look(&self, wall_ms: u64, steady: Steady) -> Look {
        let same = self.steady.boot == steady.boot;
        let gone = if same { self.gone(steady) } else { wall_ms.saturating_sub(self.wall_ms).max(LOOK_MS) };
        let expected = self.wall_ms.saturating_add(gone);
        let set = wall_ms.abs_diff(expected) >= SET_MS || !same && wall_ms != expected;
        if set {
            let apart = i64::try_from(wall_ms.abs_diff(expected)).unwrap_or(i64::MAX);
            let set_by_ms = if wall_ms < expected { apart.saturating_neg() } else { apart };
            return Look { set_by_ms, fresh: Some(Self { wall_ms, steady }) };
        }
        let old = !same || gone >= LOOK_MS;
        Look { set_by_ms: 0, fresh: old.then_some(Self { wall_ms: expected, steady }) }
    }

    /// How long after a later reading of the same start the next mark is due.
    pub(super) fn due_in_ms(&self, steady: Steady) -> u64 {
        LOOK_MS.saturating_sub(self.gone(steady))
    }

    fn gone(&self, steady: Steady) -> u64 {
        steady.ms.saturating_sub(self.steady.ms)
    }
}
