//! Samples of an input that comes and goes: what [`crate::Capture`] and [`crate::Microphone`] have in common.

use std::time::{Duration, Instant};

use gstreamer as gst;

use crate::health::Health;
use crate::loss::{CaptureError, Loss};
use crate::pipeline::{Failure, Pipeline};
use crate::source::Source;
use crate::v4l2;
use crate::waker::Waker;
use crate::watchdog::{Limits, Verdict, Watchdog};

/// How long one wait for a sample lasts at most, so that errors and calls are seen between two.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What one wait gave.
#[derive(Debug)]
pub(crate) enum Fed {
    Sample(gst::Sample),
    Lost(Loss),
    Nothing,
}

/// An input that is opened again by itself.
#[derive(Debug)]
pub(crate) struct Feed {
    source: Source,
    tail: String,
    pipeline: Option<Pipeline>,
    watchdog: Watchdog,
    health: Health,
    waker: Waker,
}

impl Feed {
    pub(crate) fn new(source: Source, tail: String, limits: Limits) -> Self {
        let now = Instant::now();
        let (watchdog, health) = (Watchdog::new(limits, now), Health::new(now));
        Self { source, tail, pipeline: None, watchdog, health, waker: Waker::default() }
    }

    pub(crate) fn health(&self) -> &Health {
        &self.health
    }

    pub(crate) fn waker(&self) -> Waker {
        self.waker.clone()
    }

    /// Waits until something is to be told, at the latest until `deadline` or until it is woken. A loss is told once,
    /// and again where it becomes another.
    pub(crate) fn next(&mut self, deadline: Instant) -> Result<Fed, CaptureError> {
        loop {
            let now = Instant::now();
            let left = deadline.saturating_duration_since(now);
            let told = match self.watchdog.verdict(now) {
                Verdict::Open => self.open()?,
                Verdict::Look(most) => match self.look(most.min(left).min(LOOK_EVERY))? {
                    Fed::Nothing => None,
                    fed => return Ok(fed),
                },
                Verdict::Late => self.give_up(self.asked().unwrap_or(Loss::Stalled)),
                Verdict::Wait(most) => {
                    if self.waker.wait(most.min(left)) {
                        self.watchdog.retry(Instant::now());
                        return Ok(Fed::Nothing);
                    }
                    None
                }
            };
            if let Some(loss) = told {
                return Ok(Fed::Lost(loss));
            }
            if self.waker.wait(Duration::ZERO) || Instant::now() >= deadline {
                return Ok(Fed::Nothing);
            }
        }
    }

    fn open(&mut self) -> Result<Option<Loss>, CaptureError> {
        // An input without a signal would be opened in vain, again and again.
        if let Some(loss) = self.asked() {
            return Ok(self.give_up(loss));
        }
        match Pipeline::start(&self.source, &self.tail) {
            Ok(pipeline) => {
                self.pipeline = Some(pipeline);
                self.health.opened += 1;
                self.watchdog.opened(Instant::now());
                Ok(None)
            }
            Err(Failure::Never(error)) => Err(error),
            Err(Failure::Loss(loss)) => Ok(self.give_up(loss)),
        }
    }

    fn look(&mut self, most: Duration) -> Result<Fed, CaptureError> {
        let Some(pipeline) = &self.pipeline else { return Ok(Fed::Nothing) };
        match pipeline.pull(most) {
            Ok(Some(sample)) => {
                let now = Instant::now();
                self.watchdog.came(now);
                self.health.came += 1;
                if self.health.loss.take().is_some() {
                    self.health.since = now;
                }
                Ok(Fed::Sample(sample))
            }
            Ok(None) => Ok(Fed::Nothing),
            Err(Failure::Never(error)) => Err(error),
            Err(Failure::Loss(loss)) => Ok(self.give_up(loss).map_or(Fed::Nothing, Fed::Lost)),
        }
    }

    /// The loss, where it was not told yet.
    fn give_up(&mut self, loss: Loss) -> Option<Loss> {
        let now = Instant::now();
        self.pipeline = None;
        self.watchdog.failed(now);
        if self.health.loss.is_none() {
            self.health.lost += u64::from(self.health.came > 0);
        }
        if self.health.loss.as_ref() == Some(&loss) {
            return None;
        }
        tracing::warn!(source = self.source.name(), %loss, "input");
        self.health.since = now;
        self.health.loss = Some(loss.clone());
        Some(loss)
    }

    fn asked(&self) -> Option<Loss> {
        v4l2::loss_at(&self.source.path()?)
    }
}
