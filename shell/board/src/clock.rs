//! The clock that orders changes: time as far as it is known, and never backwards.
//!
//! A hybrid logical clock (Kulkarni et al. 2014) folded into one number: the next stamp is the later of "now"
//! and "one more than anything seen". A machine whose clock starts at zero after a reboot therefore still
//! stamps later than everything in its journal.

/// Which board made a change. One number for each device that ever shares a board.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Default)]
pub struct Actor(pub u32);

/// When and by which board a change was made. Unique, and totally ordered the same way everywhere.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Default)]
pub struct Stamp {
    /// Microseconds, at least.
    pub time: u64,
    pub actor: Actor,
}

/// Makes stamps for one board.
#[derive(Clone, Debug)]
pub struct Clock {
    actor: Actor,
    last: u64,
}

impl Clock {
    pub const fn new(actor: Actor) -> Clock {
        Clock { actor, last: 0 }
    }

    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// A stamp later than every stamp made or seen so far.
    pub fn next(&mut self, now_us: u64) -> Stamp {
        self.last = now_us.max(self.last.saturating_add(1));
        Stamp { time: self.last, actor: self.actor }
    }

    /// Takes note of a stamp from a journal or another board.
    pub fn saw(&mut self, stamp: Stamp) {
        self.last = self.last.max(stamp.time);
    }
}
