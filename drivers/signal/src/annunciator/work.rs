//! The thread of one device.

use std::time::{Duration, Instant};

use super::{Desk, Limits, Output, Shared, Wish};
use crate::error::SignalError;
use crate::health::State;
use crate::pace::Pace;

/// What the thread works with.
pub(super) struct Work<'a, O: Output, F> {
    shared: &'a Shared,
    limits: Limits,
    open: F,
    device: Option<O>,
    /// What it shows, and since when it was last written to.
    shown: Option<(O::Level, Instant)>,
    reopen_at: Instant,
    pause: Duration,
    pace: Pace<O::Level>,
    wish: Wish,
    began: Instant,
}

impl<'a, O: Output, F: FnMut() -> Result<O, SignalError>> Work<'a, O, F> {
    pub(super) fn new(shared: &'a Shared, limits: Limits, open: F) -> Self {
        let now = Instant::now();
        let pace = Pace::new(O::CHANGES_AFTER);
        let (wish, pause) = (Wish::default(), limits.reopen_first);
        Self {
            shared,
            limits,
            open,
            device: None,
            shown: None,
            reopen_at: now,
            pause,
            pace,
            wish,
            began: now,
        }
    }

    /// Until it is told to end.
    pub(super) fn run(mut self) {
        loop {
            let wish = self.shared.desk().wish;
            if wish.ends {
                break;
            }
            let now = Instant::now();
            if wish.turn != self.wish.turn {
                self.began = now;
            }
            self.wish = wish;
            if self.device.is_none() && now >= self.reopen_at {
                self.open();
            }
            let wait = self.play(now);
            let desk = self.shared.desk();
            if desk.wish.turn == wish.turn && desk.wish.volume == wish.volume && !desk.wish.ends {
                drop(self.shared.wait(desk, wait));
            }
        }
        self.rest();
        self.shared.tell(|desk| desk.ended = true);
    }

    fn open(&mut self) {
        match self.at_work(|work| (work.open)()) {
            Ok(device) => {
                self.device = Some(device);
                self.shown = None;
                self.shared.tell(|desk| desk.health.opened += 1);
            }
            Err(error) => self.missing(error),
        }
    }

    /// Shows what is due; answers how long nothing else is.
    fn play(&mut self, now: Instant) -> Duration {
        let due = O::due(self.wish.signal, self.wish.volume, now.saturating_duration_since(self.began));
        let (level, held) = self.pace.allow(due.value, now);
        let fresh = self.shown.is_some_and(|(shown, at)| {
            shown == level && now.saturating_duration_since(at) < self.limits.again_every
        });
        if self.device.is_some() && !fresh {
            self.write(level, now);
        }
        let next = match &self.device {
            Some(_) => self.limits.again_every,
            None => self.reopen_at.saturating_duration_since(now),
        };
        [due.left, held].into_iter().flatten().fold(next, Duration::min)
    }

    fn write(&mut self, level: O::Level, now: Instant) {
        let written = self.at_work(|work| work.device.as_mut().map_or(Ok(()), |device| device.apply(level)));
        match written {
            Ok(()) => {
                self.shown = Some((level, now));
                self.pause = self.limits.reopen_first;
                self.shared.tell(|desk| {
                    desk.health.written += 1;
                    become_state(desk, State::Ready);
                });
            }
            Err(error) => {
                self.at_work(|work| work.device = None);
                self.shared.tell(|desk| desk.health.lost += 1);
                self.missing(error);
            }
        }
    }

    fn missing(&mut self, error: SignalError) {
        self.reopen_at = Instant::now() + self.pause;
        self.pause = (self.pause * 2).min(self.limits.reopen_most);
        let state = State::Missing(error.clone());
        if self.shared.desk().health.state != state {
            tracing::warn!(%error, "signal");
        }
        self.shared.tell(|desk| become_state(desk, state));
    }

    /// Uses the device; whoever asks meanwhile sees since when it has been used.
    fn at_work<T>(&mut self, call: impl FnOnce(&mut Self) -> T) -> T {
        self.shared.desk().at_work_since = Some(Instant::now());
        let answer = call(self);
        self.shared.desk().at_work_since = None;
        answer
    }

    fn rest(&mut self) {
        if let Some(Err(error)) = self.device.as_mut().map(|device| device.apply(O::REST)) {
            tracing::debug!(%error, "a device was gone before it was put to rest");
        }
        self.device = None;
    }
}

fn become_state(desk: &mut Desk, state: State) {
    if desk.health.state != state {
        desk.health.state = state;
        desk.health.since = Instant::now();
    }
}
