//! One thread for each touch source (that of `any` starts others, see `touch_finder`): it reads, decodes, sieves, and hands whole frames to the display thread. A
//! panel that is pulled out is looked for again; a recording that ends is over.

use crate::clock::Clock;
use crate::inbox::{Input, Outbox};
use crate::thread;
use crate::touch_finder;
use std::io;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;
use touch::{Frame, Heard, Placements, Sieve, Source, SourceSpec, TouchError, Urgency, Waker};

/// How often a missing panel is looked for: a person who plugs it in again waits no longer than this, and a
/// panel that stays away for a night costs nothing.
const LOOK_AGAIN: Duration = Duration::from_secs(1);
/// The wait for one frame while the sieve holds nothing back. Only the waker, a frame or the end of the source cut
/// it short, so it may be long.
const LISTEN: Duration = Duration::from_secs(3600);
/// A source's clock may lag this much behind ours before it is set again: longer than any queue on the way.
const LAG_US: u64 = 200_000;

/// A running touch source.
pub(crate) struct TouchThread {
    waker: Waker,
    thread: JoinHandle<()>,
}

impl TouchThread {
    pub(crate) fn start(source: usize, placed: Placed, clock: Clock, out: Outbox) -> io::Result<Self> {
        let waker = Waker::new().map_err(io::Error::other)?;
        let reader =
            Reader { source, placed, clock, out, waker: waker.clone(), offset: 0, lost: false, found: false };
        let work = move || {
            thread::take(reader.placed.urgency);
            if reader.placed.spec.is_any() { touch_finder::run(reader) } else { reader.run() }
        };
        let thread = Builder::new().name(format!("touch-{source}")).spawn(work)?;
        Ok(Self { waker, thread })
    }

    /// The same for a panel that was found. `lost`: it was there before, and the UI has been told that it went.
    pub(crate) fn found(source: usize, lost: bool, spec: SourceSpec, by: &Reader) -> io::Result<Self> {
        let waker = Waker::new().map_err(io::Error::other)?;
        let placed = Placed { spec, placements: by.placed.placements.clone(), ..by.placed };
        let (clock, out) = (by.clock, by.out.clone());
        let reader =
            Reader { source, placed, clock, out, waker: waker.clone(), offset: 0, lost, found: true };
        let thread = Builder::new().name(format!("touch-{source}")).spawn(move || {
            thread::take(reader.placed.urgency);
            reader.run()
        })?;
        Ok(Self { waker, thread })
    }

    /// True once the thread has nothing more to say.
    pub(crate) fn has_ended(&self) -> bool {
        self.thread.is_finished()
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

/// Where contacts come from, and where on the screen they are.
pub(crate) struct Placed {
    pub(crate) spec: SourceSpec,
    pub(crate) size_um: (i32, i32),
    pub(crate) placements: Placements,
    pub(crate) urgency: Urgency,
}

impl Placed {
    fn open(&self, waker: Waker) -> Result<Source, TouchError> {
        Source::open(&self.spec, Some(self.size_um), &self.placements, waker)
    }
}

pub(crate) struct Reader {
    /// Its number, for the display.
    pub(crate) source: usize,
    pub(crate) placed: Placed,
    clock: Clock,
    out: Outbox,
    pub(crate) waker: Waker,
    /// What to add to the source's time to get ours.
    offset: i64,
    /// The UI has been told that the panel is away.
    lost: bool,
    /// Whoever found it finds it again; under its name may come another.
    found: bool,
}

impl Reader {
    fn run(mut self) {
        loop {
            match self.placed.open(self.waker.clone()) {
                Ok(source) => {
                    if !self.listen(source) || self.found {
                        return;
                    }
                }
                Err(error) => self.missing(&error),
            }
            if self.found && !self.placed.spec.path.exists() {
                return;
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
        self.offset = 0;
        let mut strange = false;
        let mut sieve = Sieve::new(source.panel());
        tracing::info!(panel = source.panel().name(), rules = sieve.quirks().name, "touch is there");
        loop {
            let frames = match source.next(self.patience(&sieve)) {
                Heard::Frame(frame) => {
                    self.meet(frame.time_us);
                    sieve.feed(frame)
                }
                Heard::Nothing if self.waker.wait(Duration::ZERO) => return false,
                Heard::Nothing => sieve.pass(self.theirs()),
                Heard::Strange(error) => {
                    // Once: a panel that is wrong is wrong a thousand times a second.
                    if !std::mem::replace(&mut strange, true) {
                        tracing::warn!(%error, "the touch panel says strange things");
                    }
                    continue;
                }
                Heard::Ended(frame, why) => {
                    let time_us = frame.time_us;
                    let mut frames = sieve.feed(frame);
                    frames.extend(sieve.finish(time_us));
                    let heard = self.pass(frames);
                    tracing::info!(tally = ?sieve.tally(), "touch has ended");
                    if let Some(error) = why {
                        self.missing(&error);
                    }
                    return heard && source.comes_back();
                }
            };
            if !self.pass(frames) {
                return false;
            }
        }
    }

    /// How long the next frame is waited for: until the sieve must let something through.
    fn patience(&self, sieve: &Sieve) -> Duration {
        let left = |due: u64| Duration::from_micros(due.saturating_sub(self.theirs()));
        sieve.due_us().map_or(LISTEN, |due| left(due).min(LISTEN))
    }

    fn missing(&mut self, error: &TouchError) {
        if !std::mem::replace(&mut self.lost, true) {
            tracing::warn!(%error, "touch is missing");
            // If the display has gone there is nobody to tell.
            self.out.send(Input::TouchLost { source: self.source });
        }
    }

    /// Nothing is drawn of hovering pens yet, so a frame of hovers alone wakes nobody. Frames that were held back
    /// keep their own time, which is then before that of others.
    fn pass(&mut self, frames: Vec<Frame>) -> bool {
        let offset = self.offset;
        let mut touched =
            frames.into_iter().filter(|frame| !frame.contacts.is_empty() || !frame.missing.is_empty());
        touched.all(|mut frame| {
            frame.time_us = frame.time_us.wrapping_add_signed(offset);
            self.out.send(Input::Frame(frame))
        })
    }

    /// Now, on the source's clock.
    fn theirs(&self) -> u64 {
        self.clock.now_us().wrapping_sub(self.offset.cast_unsigned())
    }

    /// Matches the two clocks at a frame of the source's. Differences within the source are kept, as they are more
    /// exact than the moment of our reading; only the two beginnings are matched.
    fn meet(&mut self, theirs: u64) {
        let now = self.clock.now_us();
        let ours = theirs.wrapping_add_signed(self.offset);
        if ours > now || now - ours > LAG_US {
            self.offset = now.cast_signed().wrapping_sub(theirs.cast_signed());
        }
    }
}
