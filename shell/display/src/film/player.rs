//! One video's thread. It is told what is wanted, not what to do: only the newest wish counts, so nothing piles up
//! and nobody waits for it.

use super::pipeline::{News, Pipeline};
use super::{Fault, Told, Word};
use crate::inbox::{Input, Outbox};
use crate::message::FilmTrouble;
use board::MediaId;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{Builder, JoinHandle, Thread};
use std::time::{Duration, Instant};

/// A file stands at its first frame, or where it was sent, within this time, on a slow disk too.
const READY_WITHIN: Duration = Duration::from_secs(10);
/// Frames change their size at most this often while somebody pulls at the video: scalers are set up anew each time.
const RESIZE_EVERY: Duration = Duration::from_millis(250);
/// A video that is moved covers a pixel more or less: that is no other size.
const SAME_PX: u32 = 2;
/// No place was asked for.
const NOWHERE: u64 = u64::MAX;

/// What the display wants of a player.
struct Wanted {
    stop: AtomicBool,
    plays: AtomicBool,
    seek_us: AtomicU64,
    /// The width in the upper half.
    size: AtomicU64,
    /// A frame waits at the display; the next is not wanted yet.
    waits: AtomicBool,
}

/// The display's end.
pub(super) struct Player {
    pub(super) run: u64,
    wanted: Arc<Wanted>,
    thread: JoinHandle<()>,
}

/// What a player begins with.
pub(super) struct Start {
    pub(super) file: MediaId,
    pub(super) path: PathBuf,
    /// Unique in the life of the display.
    pub(super) run: u64,
    pub(super) size: (u32, u32),
    pub(super) plays: bool,
    pub(super) at_us: u64,
}

impl Player {
    pub(super) fn start(start: Start, out: Outbox) -> io::Result<Self> {
        let wanted = Arc::new(Wanted {
            stop: AtomicBool::new(false),
            plays: AtomicBool::new(start.plays),
            seek_us: AtomicU64::new(if start.at_us == 0 { NOWHERE } else { start.at_us }),
            size: AtomicU64::new(packed(start.size)),
            waits: AtomicBool::new(false),
        });
        let (run, theirs) = (start.run, wanted.clone());
        let thread = Builder::new().name("film".into()).spawn(move || Film::run(&start, &theirs, out))?;
        Ok(Self { run, wanted, thread })
    }

    pub(super) fn play(&self, plays: bool) {
        self.wanted.plays.store(plays, Ordering::Relaxed);
        self.thread.thread().unpark();
    }

    pub(super) fn seek(&self, to_us: u64) {
        self.wanted.seek_us.store(to_us.min(NOWHERE - 1), Ordering::Relaxed);
        self.thread.thread().unpark();
    }

    pub(super) fn resize(&self, size: (u32, u32)) {
        self.wanted.size.store(packed(size), Ordering::Relaxed);
        self.thread.thread().unpark();
    }

    /// The frame that waited is taken: the next may come.
    pub(super) fn taken(&self) {
        self.wanted.waits.store(false, Ordering::Relaxed);
        self.thread.thread().unpark();
    }

    /// Asks the thread to end; it says so with [`Told::Gone`].
    pub(super) fn stop(&self) {
        self.wanted.stop.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
    }

    /// Waits for the thread's end.
    pub(super) fn join(self) {
        if self.thread.join().is_err() {
            tracing::error!("a video's thread panicked");
        }
    }
}

fn packed((width, height): (u32, u32)) -> u64 {
    u64::from(width) << 32 | u64::from(height)
}

fn unpacked(size: u64) -> (u32, u32) {
    ((size >> 32) as u32, size as u32)
}

/// The thread's own.
struct Film<'a> {
    start: &'a Start,
    wanted: &'a Wanted,
    out: &'a Outbox,
    pipeline: Pipeline,
    size: (u32, u32),
    sized: Instant,
    plays: bool,
    ended: bool,
    /// Since when its first frame, or one at another place, is awaited.
    awaits: Option<Instant>,
    told_ready: bool,
}

/// What one look at everything came to.
enum Look {
    Again,
    /// Nothing to do before this moment, or before somebody wakes us.
    Sleep(Option<Instant>),
    Over,
}

impl Film<'_> {
    fn run(start: &Start, wanted: &Wanted, out: Outbox) {
        let mut played = play(start, wanted, &out, true);
        if played == Err(Fault::Sound) {
            tracing::warn!("a video plays without its sound: check the loudspeaker");
            played = play(start, wanted, &out, false);
        }
        // If the display has gone there is nobody to tell.
        if let Err(fault) = played {
            let trouble = match fault {
                Fault::Trouble(trouble) => trouble,
                Fault::Sound => FilmTrouble::Damaged,
            };
            say(start, &out, Told::Trouble(trouble));
        }
        say(start, &out, Told::Gone);
    }

    fn look(&mut self) -> Result<Look, Fault> {
        if self.wanted.stop.load(Ordering::Relaxed) {
            return Ok(Look::Over);
        }
        if let Some(news) = self.pipeline.news()? {
            return Ok(self.hear(&news));
        }
        if let Some(since) = self.awaits {
            if since.elapsed() > READY_WITHIN {
                return Err(Fault::Trouble(FilmTrouble::Stalled));
            }
        } else if self.change()? {
            return Ok(Look::Again);
        }
        if !self.wanted.waits.load(Ordering::Relaxed)
            && let Some(still) = self.pipeline.frame()
        {
            self.wanted.waits.store(true, Ordering::Relaxed);
            let told = say(self.start, self.out, Told::Frame { bitmap: still.bitmap, at_us: still.at_us });
            return Ok(if told { Look::Again } else { Look::Over });
        }
        let resize = self.is_resized().then(|| self.sized + RESIZE_EVERY);
        Ok(Look::Sleep(self.awaits.map(|since| since + READY_WITHIN).or(resize)))
    }

    fn hear(&mut self, news: &News) -> Look {
        match news {
            News::Ready => {
                self.awaits = None;
                if std::mem::replace(&mut self.told_ready, true) {
                    return Look::Again;
                }
                let told = Told::Ready { length_us: self.pipeline.length_us() };
                if say(self.start, self.out, told) { Look::Again } else { Look::Over }
            }
            News::Ended => {
                self.ended = true;
                if say(self.start, self.out, Told::Ended) { Look::Again } else { Look::Over }
            }
        }
    }

    fn is_resized(&self) -> bool {
        let (width, height) = unpacked(self.wanted.size.load(Ordering::Relaxed));
        width.abs_diff(self.size.0) > SAME_PX || height.abs_diff(self.size.1) > SAME_PX
    }

    /// Does one thing that is wanted and not so yet; false if there is none.
    fn change(&mut self) -> Result<bool, Fault> {
        if self.is_resized() && self.sized.elapsed() >= RESIZE_EVERY {
            self.size = unpacked(self.wanted.size.load(Ordering::Relaxed));
            self.sized = Instant::now();
            self.pipeline.resize(self.size);
            // What stands is shown in its new size as well.
            if !self.plays
                && let Some(at_us) = self.pipeline.at_us()
            {
                self.go_to(at_us);
            }
            return Ok(true);
        }
        let to_us = self.wanted.seek_us.swap(NOWHERE, Ordering::Relaxed);
        if to_us != NOWHERE {
            self.ended = false;
            self.go_to(to_us);
            return Ok(true);
        }
        let plays = self.wanted.plays.load(Ordering::Relaxed) && !self.ended;
        if plays != self.plays {
            self.plays = plays;
            self.pipeline.play(plays)?;
            return Ok(true);
        }
        Ok(false)
    }

    fn go_to(&mut self, to_us: u64) {
        if self.pipeline.seek(to_us) {
            self.awaits = Some(Instant::now());
        } else {
            tracing::warn!("a video cannot be shown from another place");
        }
    }
}

/// Plays until it is told to stop.
fn play(start: &Start, wanted: &Wanted, out: &Outbox, sound: bool) -> Result<(), Fault> {
    let thread: Thread = std::thread::current();
    let size = unpacked(wanted.size.load(Ordering::Relaxed));
    let pipeline = Pipeline::open(&start.path, size, sound, &thread).map_err(Fault::Trouble)?;
    let now = Instant::now();
    let (awaits, told_ready) = (Some(now), false);
    let (plays, ended, sized) = (false, false, now);
    let mut film = Film { start, wanted, out, pipeline, size, sized, plays, ended, awaits, told_ready };
    loop {
        let look = film.look().inspect_err(|_| {
            // Whoever opens it anew goes on from here.
            if let Some(at_us) = film.pipeline.at_us() {
                wanted.seek_us.store(at_us, Ordering::Relaxed);
            }
        });
        match look? {
            Look::Again => {}
            Look::Sleep(None) => std::thread::park(),
            Look::Sleep(Some(until)) => {
                std::thread::park_timeout(until.saturating_duration_since(Instant::now()));
            }
            Look::Over => return Ok(()),
        }
    }
}

fn say(start: &Start, out: &Outbox, told: Told) -> bool {
    out.send(Input::Film(Word { file: start.file, run: start.run, told }))
}
