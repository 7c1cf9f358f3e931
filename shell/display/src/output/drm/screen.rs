//! A lit screen: what has changed in the frame goes into the buffers, and the driver is told in the way it needs.
//!
//! Knows no device: [`Scanout`] is the kernel's side, and tests play it.

use super::chain::{Chain, Slot};
use super::fault::Fault;
use super::pace::Pace;
use crate::area::Area;

/// How pixels get to the panel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Way {
    /// Into the buffer that is being scanned out; only large changes are flipped. `tell`: the driver copies the buffer
    /// elsewhere and must be told what has changed.
    Front { tell: bool },
    /// Into the buffer that is not shown, and then a flip.
    Flips,
}

/// A change of more than this part of the screen is flipped even where ink goes into the shown buffer: torn ink is a few
/// pixels for a few milliseconds, a torn page is seen.
const LARGE_PART: i64 = 4;
/// A driver that is busy is asked again after this.
const BUSY_US: u64 = 500;
/// And so often: a second in all, many refreshes of any screen.
const BUSY_LIMIT: u32 = 2_000;
/// A flip that has not shown after this is lost: the driver hangs, or the screen was put to sleep behind our back.
pub(crate) const FLIP_PATIENCE_US: u64 = 1_000_000;

/// The kernel's side of a screen with two buffers.
pub(crate) trait Scanout {
    /// Copies `area` of the frame (rows of the screen's width) into the buffer.
    fn write(&mut self, slot: Slot, area: Area, frame: &[u32]);
    /// Tells the driver that these areas of the shown buffer have changed.
    fn tell(&mut self, slot: Slot, areas: &[Area]) -> Result<(), Fault>;
    /// Queues a flip to the buffer, in which these areas are newer than when it was last shown. Never waits.
    fn flip(&mut self, slot: Slot, areas: &[Area]) -> Result<(), Fault>;
}

pub(crate) struct Screen<S> {
    scanout: S,
    chain: Chain,
    pace: Pace,
    way: Way,
    /// The part of the screen that a change must exceed to be flipped in [`Way::Front`].
    large: i64,
    /// A flip that waits must happen, though ink goes into the shown buffer otherwise.
    flip_wanted: bool,
    busy: u32,
    queued_us: u64,
}

impl<S: Scanout> Screen<S> {
    /// The first buffer is the one that will be shown; it is filled here, before the screen is switched to it.
    pub(crate) fn new(mut scanout: S, area: Area, frame: &[u32], pace: Pace) -> Self {
        let mut chain = Chain::new(area);
        let shown = chain.shown();
        chain.bring_up(shown, |area| scanout.write(shown, area, frame));
        // Switching to a buffer hands over all of it.
        chain.told(shown);
        Self {
            scanout,
            chain,
            pace,
            way: Way::Flips,
            large: area.pixels() / LARGE_PART,
            flip_wanted: false,
            busy: 0,
            queued_us: 0,
        }
    }

    pub(crate) fn set_way(&mut self, way: Way) {
        self.way = way;
    }

    pub(crate) fn way(&self) -> Way {
        self.way
    }

    pub(crate) fn scanout(&mut self) -> &mut S {
        &mut self.scanout
    }

    pub(crate) fn shown(&self) -> Slot {
        self.chain.shown()
    }

    /// Whether all that has changed is shown: no flip waits or is on its way.
    pub(crate) fn settled(&self) -> bool {
        !self.chain.queued() && self.pace.due_us().is_none()
    }

    /// Brings what has changed in the frame to the screen, as far as it can be done now. Call it when something has
    /// changed, when [`Screen::next_us`] has come, and after [`Screen::flipped`].
    pub(crate) fn present(&mut self, areas: &[Area], frame: &[u32], now_us: u64) -> Result<(), Fault> {
        self.chain.changed(areas);
        if self.chain.queued() {
            if now_us.saturating_sub(self.queued_us) > FLIP_PATIENCE_US {
                return Err(Fault::Silent);
            }
            if self.way != Way::Flips {
                // What is on its way is as good as shown; the driver hears of it once it is.
                self.write(self.chain.other(), frame);
            }
            return Ok(());
        }
        if let Way::Front { tell } = self.way {
            self.flip_wanted |= self.chain.missing() > self.large;
            if !self.flip_wanted {
                return self.straight(tell, frame);
            }
        }
        // Even where nothing must be flipped: what the next flip lacks is written now, while nobody waits for it.
        let back = self.chain.other();
        self.write(back, frame);
        if self.chain.missing() == 0 {
            return Ok(());
        }
        self.pace.want(now_us);
        if self.pace.due_us().is_some_and(|due| due <= now_us) { self.flip(back, now_us) } else { Ok(()) }
    }

    /// Into the buffer that is shown.
    fn straight(&mut self, tell: bool, frame: &[u32]) -> Result<(), Fault> {
        let shown = self.chain.shown();
        self.write(shown, frame);
        if tell && !self.chain.untold(shown).is_empty() {
            self.scanout.tell(shown, self.chain.untold(shown))?;
        }
        self.chain.told(shown);
        Ok(())
    }

    fn write(&mut self, slot: Slot, frame: &[u32]) {
        let scanout = &mut self.scanout;
        self.chain.bring_up(slot, |area| scanout.write(slot, area, frame));
    }

    fn flip(&mut self, back: Slot, now_us: u64) -> Result<(), Fault> {
        match self.scanout.flip(back, self.chain.untold(back)) {
            Ok(()) => {
                self.chain.queue();
                self.pace.sent();
                (self.busy, self.queued_us, self.flip_wanted) = (0, now_us, false);
                Ok(())
            }
            Err(Fault::Busy) if self.busy < BUSY_LIMIT => {
                self.busy += 1;
                self.pace.again(now_us + BUSY_US);
                Ok(())
            }
            Err(fault) => Err(fault),
        }
    }

    /// The flip has shown, at `at_us`; call [`Screen::present`] next.
    pub(crate) fn flipped(&mut self, at_us: u64) {
        if self.chain.flipped() {
            self.pace.flipped(at_us);
        }
    }

    /// When [`Screen::present`] must be called though nothing has changed.
    pub(crate) fn next_us(&self) -> Option<u64> {
        if self.chain.queued() { Some(self.queued_us + FLIP_PATIENCE_US + 1) } else { self.pace.due_us() }
    }
}
