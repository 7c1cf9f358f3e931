//! The two buffers, and what each of them still lacks. Pure: it decides what is written where, and writes nothing.
//!
//! A change is missing in both buffers until it has been written into each. One buffer is shown; the other is free,
//! or on its way to be shown once a flip to it was queued.

use super::damage::Clips;
use crate::area::Area;

/// Which of the two buffers.
pub(crate) type Slot = usize;

struct Buffer {
    /// Changed in the frame and not yet written into this buffer.
    stale: Clips,
    /// Written, and the driver has not been told.
    untold: Clips,
}

pub(crate) struct Chain {
    buffers: [Buffer; 2],
    shown: Slot,
    queued: bool,
}

impl Chain {
    /// Both buffers lack the whole `screen`; the first is shown.
    pub(crate) fn new(screen: Area) -> Self {
        let buffer = || {
            let mut stale = Clips::new();
            stale.add(screen);
            Buffer { stale, untold: Clips::new() }
        };
        Self { buffers: [buffer(), buffer()], shown: 0, queued: false }
    }

    pub(crate) fn shown(&self) -> Slot {
        self.shown
    }

    pub(crate) fn other(&self) -> Slot {
        1 - self.shown
    }

    /// Whether a flip to the other buffer is on its way.
    pub(crate) fn queued(&self) -> bool {
        self.queued
    }

    /// The frame has changed here.
    pub(crate) fn changed(&mut self, areas: &[Area]) {
        for buffer in &mut self.buffers {
            areas.iter().for_each(|area| buffer.stale.add(*area));
        }
    }

    /// Pixels that the shown buffer lacks.
    pub(crate) fn missing(&self) -> i64 {
        self.buffers[self.shown].stale.pixels()
    }

    /// Writes what `slot` lacks.
    pub(crate) fn bring_up(&mut self, slot: Slot, mut write: impl FnMut(Area)) {
        let Buffer { stale, untold } = &mut self.buffers[slot];
        for area in stale.as_slice() {
            write(*area);
            untold.add(*area);
        }
        stale.clear();
    }

    /// What was written into `slot` since the driver last heard of it.
    pub(crate) fn untold(&self, slot: Slot) -> &[Area] {
        self.buffers[slot].untold.as_slice()
    }

    /// The driver has been told.
    pub(crate) fn told(&mut self, slot: Slot) {
        self.buffers[slot].untold.clear();
    }

    /// A flip to the other buffer is on its way, and has told the driver what is new in it.
    pub(crate) fn queue(&mut self) {
        self.told(self.other());
        self.queued = true;
    }

    /// The flip has happened; false if none was on its way.
    pub(crate) fn flipped(&mut self) -> bool {
        let was = std::mem::take(&mut self.queued);
        if was {
            self.shown = self.other();
        }
        was
    }
}
