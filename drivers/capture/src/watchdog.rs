//! When an input is given up and when it is tried again.

use std::time::{Duration, Instant};

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// An input may take so long to its first frame: a receiver of HDMI finds its rate, a USB adapter starts.
    pub first_within: Duration,
    /// No frame for so long means that the signal is lost. The slowest adapters give five a second.
    pub lost_after: Duration,
    /// Pause before it is tried again, doubled each time.
    pub retry_first: Duration,
    /// Up to here: what is plugged in is back within two seconds.
    pub retry_most: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            first_within: Duration::from_secs(4),
            lost_after: Duration::from_secs(1),
            retry_first: Duration::from_millis(250),
            retry_most: Duration::from_secs(1),
        }
    }
}

impl Limits {
    /// For streams: they begin with the next whole picture, which some cameras send every ten seconds, and a network
    /// holds its breath now and then.
    pub fn of_stream() -> Self {
        Self {
            first_within: Duration::from_secs(12),
            lost_after: Duration::from_secs(3),
            retry_first: Duration::from_millis(500),
            retry_most: Duration::from_secs(4),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// To be opened then.
    Down { until: Instant },
    /// Opened then, and nothing has come.
    Starting { since: Instant },
    /// It came last then.
    Live { last: Instant },
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Open it.
    Open,
    /// Look for a frame, for so long at most.
    Look(Duration),
    /// It is late: give it up.
    Late,
    /// Wait, for so long.
    Wait(Duration),
}

/// Watches one input.
#[derive(Clone, Copy, Debug)]
pub struct Watchdog {
    limits: Limits,
    phase: Phase,
    pause: Duration,
}

impl Watchdog {
    /// One whose input is to be opened now.
    pub fn new(limits: Limits, now: Instant) -> Self {
        Self { limits, phase: Phase::Down { until: now }, pause: limits.retry_first }
    }

    /// What is to be done now.
    pub fn verdict(&self, now: Instant) -> Verdict {
        let left = |since: Instant, most: Duration| {
            let left = most.saturating_sub(now.saturating_duration_since(since));
            if left.is_zero() { Verdict::Late } else { Verdict::Look(left) }
        };
        match self.phase {
            Phase::Down { until } if now >= until => Verdict::Open,
            Phase::Down { until } => Verdict::Wait(until - now),
            Phase::Starting { since } => left(since, self.limits.first_within),
            Phase::Live { last } => left(last, self.limits.lost_after),
        }
    }

    /// It was opened.
    pub fn opened(&mut self, now: Instant) {
        self.phase = Phase::Starting { since: now };
    }

    /// Something came.
    pub fn came(&mut self, now: Instant) {
        self.pause = self.limits.retry_first;
        self.phase = Phase::Live { last: now };
    }

    /// It may be back: where it was given up it is tried again now.
    pub fn retry(&mut self, now: Instant) {
        if let Phase::Down { until } = &mut self.phase {
            *until = now;
            self.pause = self.limits.retry_first;
        }
    }

    /// It was given up, or could not be opened.
    pub fn failed(&mut self, now: Instant) {
        self.phase = Phase::Down { until: now + self.pause };
        self.pause = (self.pause * 2).min(self.limits.retry_most);
    }
}

#[cfg(test)]
mod tests {
    //! An input's life in milliseconds.
    use super::*;
    use proptest::prelude::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn a_life() {
        let start = Instant::now();
        let at = |ms| start + MS(ms);
        let mut dog = Watchdog::new(Limits::default(), start);
        assert_eq!(dog.verdict(at(0)), Verdict::Open);
        dog.failed(at(0));
        assert_eq!(dog.verdict(at(100)), Verdict::Wait(MS(150)));
        assert_eq!(dog.verdict(at(250)), Verdict::Open);
        dog.opened(at(250));
        assert_eq!(dog.verdict(at(2250)), Verdict::Look(MS(2000)), "the first frame may take long");
        dog.came(at(3000));
        assert_eq!(dog.verdict(at(3900)), Verdict::Look(MS(100)));
        assert_eq!(dog.verdict(at(4000)), Verdict::Late);
        for (failed, until) in [(4000, 4250), (4250, 4750), (4750, 5750), (5750, 6750)] {
            dog.failed(at(failed));
            assert_eq!(dog.verdict(at(failed)), Verdict::Wait(MS(until - failed)));
        }
        dog.retry(at(5800));
        assert_eq!(dog.verdict(at(5800)), Verdict::Open, "it may be back");
        dog.failed(at(5800));
        assert_eq!(dog.verdict(at(5800)), Verdict::Wait(MS(250)));
        dog.opened(at(6750));
        dog.retry(at(6800));
        assert_eq!(dog.verdict(at(10_750)), Verdict::Late, "nor for ever");
    }

    proptest! {
        #[test]
        fn whatever_happens_it_is_tried_again_within_a_second(
            events in prop::collection::vec((0..4_u8, 0..5000_u64), 0..50)
        ) {
            let mut now = Instant::now();
            let mut dog = Watchdog::new(Limits::default(), now);
            for (event, ms) in events {
                now += MS(ms);
                match event {
                    0 => dog.opened(now),
                    1 => dog.came(now),
                    2 => dog.retry(now),
                    _ => dog.failed(now),
                }
            }
            dog.failed(now);
            prop_assert_eq!(dog.verdict(now + Limits::default().retry_most), Verdict::Open);
        }
    }
}
