//! One thread for each touch source: it reads, decodes, and hands whole frames to the display thread. A panel
//! that is pulled out is looked for again; a recording that ends is over.

use crate::clock::Clock;
use crate::inbox::{Input, Outbox};
use std::io;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;
use touch::{Frame, Heard, Source, SourceSpec, Waker};

/// How often a missing panel is looked for: a person who plugs it in again waits no longer than this, and a
/// panel that stays away for a night costs nothing.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// The wait for one frame. Only the waker, a frame or the end of the source cut it short, so it may be long.
const LISTEN: Duration = Duration::from_secs(3600);
/// A source's clock may lag this much behind ours before it is set again: longer than any queue on the way.
const LAG_US: u64 = 200_000;

/// A running touch source.
pub(crate) struct TouchThread {
    waker: Waker,
    thread: JoinHandle<()>,
}

impl TouchThread {
    pub(crate) fn start(
        source: usize,
        spec: SourceSpec,
        size_um: (i32, i32),
        clock: Clock,
        out: Outbox,
    ) -> io::Result<Self> {
        let waker = Waker::new().map_err(io::Error::other)?;
        let reader =
            Reader { source, spec, size_um, clock, out, waker: waker.clone(), offset: None, lost: false };
        let thread = Builder::new().name(format!("touch-{source}")).spawn(move || reader.run())?;
        Ok(Self { waker, thread })
    }

    /// Asks the thread to end; it does so at once.
    pub(crate) fn wake(&self) {
        if let Err(error) = self.waker.wake() {
            tracing::error!(%error, "a touch thread could not be woken");
        }
    }

    pub(crate) fn join(self) {
        if self.thread.join().is_err() {
            tracing::error!("a touch thread panicked");
        }
    }
}

struct Reader {
    source: usize,
    spec: SourceSpec,
    size_um: (i32, i32),
    clock: Clock,
    out: Outbox,
    waker: Waker,
    /// What to add to the source's time to get ours.
    offset: Option<i64>,
    /// The UI has been told that the panel is away.
    lost: bool,
}

impl Reader {
    fn run(mut self) {
        loop {
            match Source::open(&self.spec, Some(self.size_um), self.waker.clone()) {
                Ok(source) => {
                    if !self.listen(source) {
                        return;
                    }
                }
                Err(error) => self.missing(&error),
            }
            if self.waker.wait(if self.lost { LOOK_AGAIN } else { Duration::ZERO }) {
                return;
            }
        }
    }

    /// Reads to the source's end; true if it is worth opening again.
    fn listen(&mut self, mut source: Source) -> bool {
        if std::mem::take(&mut self.lost) && !self.out.send(Input::TouchBack { source: self.source }) {
            return false;
        }
        self.offset = None;
        let mut strange = false;
        loop {
            match source.next(LISTEN) {
                Heard::Frame(frame) => {
                    if !self.pass(frame) {
                        return false;
                    }
                }
                Heard::Nothing => {
                    if self.waker.wait(Duration::ZERO) {
                        return false;
                    }
                }
                Heard::Strange(error) => {
                    // Once: a panel that is wrong is wrong a thousand times a second.
                    if !std::mem::replace(&mut strange, true) {
                        tracing::warn!(%error, "the touch panel says strange things");
                    }
                }
                Heard::Ended(frame, why) => {
                    let heard = self.pass(frame);
                    if let Some(error) = why {
                        self.missing(&error);
                    }
                    return heard && source.comes_back();
                }
            }
        }
    }

    fn missing(&mut self, error: &touch::TouchError) {
        if !std::mem::replace(&mut self.lost, true) {
            tracing::warn!(%error, "touch is missing");
            // If the display has gone there is nobody to tell.
            self.out.send(Input::TouchLost { source: self.source });
        }
    }

    fn pass(&mut self, mut frame: Frame) -> bool {
        frame.time_us = self.time(frame.time_us);
        frame.contacts.is_empty() || self.out.send(Input::Frame(frame))
    }

    /// The source's time on the display's clock: differences within the source are kept, as they are more exact
    /// than the moment of our reading; only the two clocks' beginnings are matched.
    fn time(&mut self, theirs: u64) -> u64 {
        let now = self.clock.now_us();
        let fresh = now.cast_signed().wrapping_sub(theirs.cast_signed());
        let ours = |offset: i64| theirs.wrapping_add_signed(offset);
        let offset = match self.offset {
            Some(offset) if ours(offset) <= now && now - ours(offset) <= LAG_US => offset,
            _ => fresh,
        };
        self.offset = Some(offset);
        ours(offset)
    }
}
