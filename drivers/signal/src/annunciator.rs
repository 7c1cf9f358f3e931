//! One device on a thread of its own: it is told what to signal, and never holds the one who tells.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::buzzer::Buzzer;
use crate::error::SignalError;
use crate::health::{Health, State};
use crate::led::Light;
use crate::pattern::Moment;
use crate::signal::{Signal, Volume};

mod work;

/// What an annunciator plays on.
pub trait Output: Sized {
    /// What it shows at one moment.
    type Level: Copy + PartialEq;
    /// When there is nothing to show.
    const REST: Self::Level;
    /// How long each level is shown at least.
    const CHANGES_AFTER: Duration;

    /// What is due so long after a signal's start.
    fn due(signal: Signal, volume: Volume, since: Duration) -> Moment<Self::Level>;

    /// Shows it. The same again does no harm.
    ///
    /// # Errors
    /// The device has to be opened anew.
    fn apply(&mut self, level: Self::Level) -> Result<(), SignalError>;
}

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Pause before a failed device is opened again, doubled each time.
    pub reopen_first: Duration,
    /// Up to here: a missing device costs next to nothing, and one that is plugged in is back soon.
    pub reopen_most: Duration,
    /// How often a device is written to although nothing changes, so that a pulled cable shows, and that what somebody
    /// else has put there does not stay.
    pub again_every: Duration,
    /// A write that takes longer hangs. A slow USB light takes some ten milliseconds.
    pub hangs_after: Duration,
    /// How long to wait at the end for a device to go dark; one that hangs is left behind.
    pub end_within: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            reopen_first: Duration::from_millis(250),
            reopen_most: Duration::from_secs(5),
            again_every: Duration::from_secs(1),
            hangs_after: Duration::from_secs(1),
            end_within: Duration::from_millis(300),
        }
    }
}

/// A light or buzzer on a thread of its own. Dropping it puts the device to rest.
#[derive(Debug)]
pub struct Annunciator {
    shared: Arc<Shared>,
    path: PathBuf,
    limits: Limits,
}

impl Annunciator {
    /// The light of a directory of the LED class.
    ///
    /// # Errors
    /// No thread could be started.
    pub fn light(directory: &Path) -> io::Result<Self> {
        let from = directory.to_owned();
        Self::start("light", directory, Limits::default(), move || Light::open(&from))
    }

    /// The buzzer of an input device.
    ///
    /// # Errors
    /// No thread could be started.
    pub fn buzzer(device: &Path) -> io::Result<Self> {
        let from = device.to_owned();
        Self::start("buzzer", device, Limits::default(), move || Buzzer::open(&from))
    }

    /// Any device that `open` opens, again after each loss.
    ///
    /// # Errors
    /// No thread could be started.
    pub fn start<O: Output>(
        name: &str,
        path: &Path,
        limits: Limits,
        open: impl FnMut() -> Result<O, SignalError> + Send + 'static,
    ) -> io::Result<Self> {
        let shared = Arc::new(Shared::new(Instant::now()));
        let of_thread = shared.clone();
        let work = move || work::Work::new(&of_thread, limits, open).run();
        std::thread::Builder::new().name(name.to_owned()).spawn(work)?;
        Ok(Self { shared, path: path.to_owned(), limits })
    }

    /// Signals this from now on, from its beginning. Returns at once; what was told before and not yet shown is
    /// forgotten.
    pub fn show(&self, signal: Signal) {
        self.shared.tell(|desk| {
            desk.wish.signal = signal;
            desk.wish.turn += 1;
        });
    }

    /// How loud, from now on.
    pub fn set_volume(&self, volume: Volume) {
        self.shared.tell(|desk| desk.wish.volume = volume);
    }

    /// How the device is.
    pub fn health(&self) -> Health {
        let desk = self.shared.desk();
        let mut health = desk.health.clone();
        if let Some(since) = desk.at_work_since.filter(|since| since.elapsed() > self.limits.hangs_after) {
            health.state = State::Missing(SignalError::Hung { path: self.path.clone() });
            health.since = since;
        }
        health
    }

    /// Waits until the device is so, at most this long; answers how it is then.
    pub fn wait(&self, most: Duration, until: impl Fn(&Health) -> bool) -> Health {
        let end = Instant::now() + most;
        loop {
            let health = self.health();
            let left = end.saturating_duration_since(Instant::now());
            if until(&health) || left.is_zero() {
                return health;
            }
            // That a device hangs is told by nobody, so it is looked for.
            drop(self.shared.wait(self.shared.desk(), left.min(self.limits.hangs_after)));
        }
    }
}

impl Drop for Annunciator {
    fn drop(&mut self) {
        self.shared.tell(|desk| desk.wish.ends = true);
        let until = Instant::now() + self.limits.end_within;
        let mut desk = self.shared.desk();
        while !desk.ended {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return tracing::warn!(path = %self.path.display(), "a device that hangs was left behind");
            }
            desk = self.shared.wait(desk, left);
        }
    }
}

/// What is wanted.
#[derive(Clone, Copy, Debug, Default)]
struct Wish {
    signal: Signal,
    volume: Volume,
    /// Grows with each signal that is told.
    turn: u64,
    ends: bool,
}

/// What the thread and its owner both know. The lock is held for a copy and never while the device is used.
#[derive(Debug)]
struct Shared {
    desk: Mutex<Desk>,
    changed: Condvar,
}

#[derive(Debug)]
struct Desk {
    wish: Wish,
    health: Health,
    /// Since when the device has been at work on one call.
    at_work_since: Option<Instant>,
    ended: bool,
}

impl Shared {
    fn new(now: Instant) -> Self {
        let health = Health { state: State::Opening, since: now, opened: 0, lost: 0, written: 0 };
        let desk = Desk { wish: Wish::default(), health, at_work_since: None, ended: false };
        Self { desk: Mutex::new(desk), changed: Condvar::new() }
    }

    fn desk(&self) -> MutexGuard<'_, Desk> {
        // Nothing here is ever half done, so a thread that died over it left it whole.
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn tell(&self, change: impl FnOnce(&mut Desk)) {
        change(&mut self.desk());
        self.changed.notify_all();
    }

    fn wait<'a>(&self, desk: MutexGuard<'a, Desk>, most: Duration) -> MutexGuard<'a, Desk> {
        self.changed.wait_timeout(desk, most).unwrap_or_else(PoisonError::into_inner).0
    }
}
