//! A countdown and a stopwatch. Times are since any moment that does not move; whoever owns them tells the time.

use std::time::Duration;

/// The longest countdown: a school day is shorter.
pub const LENGTH_MAX: Duration = Duration::from_secs(10 * 3600 - 60);
/// The shortest: what a press on minus leaves.
pub const LENGTH_MIN: Duration = Duration::from_secs(60);

/// A countdown, from a length to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Countdown {
    length: Duration,
    hand: Hand,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hand {
    Ready,
    Runs { ends: Duration },
    Rests { left: Duration },
    Over { since: Duration },
}

/// What a clockwork does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Going {
    /// It has not been started.
    Ready,
    /// It runs.
    Runs,
    /// It was stopped on its way.
    Rests,
    /// It has come to its end.
    Over,
}

impl Countdown {
    /// One that is ready to be started.
    pub fn new(length: Duration) -> Self {
        Self { length: length.clamp(LENGTH_MIN, LENGTH_MAX), hand: Hand::Ready }
    }

    /// How long it is in all.
    pub fn length(&self) -> Duration {
        self.length
    }

    /// What it does.
    pub fn going(&self) -> Going {
        match self.hand {
            Hand::Ready => Going::Ready,
            Hand::Runs { .. } => Going::Runs,
            Hand::Rests { .. } => Going::Rests,
            Hand::Over { .. } => Going::Over,
        }
    }

    /// What is left of it.
    pub fn left(&self, now: Duration) -> Duration {
        match self.hand {
            Hand::Ready => self.length,
            Hand::Runs { ends } => ends.saturating_sub(now),
            Hand::Rests { left } => left,
            Hand::Over { .. } => Duration::ZERO,
        }
    }

    /// The same as a part of the whole, from 1 to 0.
    pub fn part_left(&self, now: Duration) -> f32 {
        self.left(now).as_secs_f32() / self.length.as_secs_f32()
    }

    /// Starts it, goes on with it, or stops it on its way; what is over begins again.
    pub fn press(&mut self, now: Duration) {
        self.hand = match self.hand {
            Hand::Ready | Hand::Over { .. } => Hand::Runs { ends: now + self.length },
            Hand::Runs { .. } => Hand::Rests { left: self.left(now) },
            Hand::Rests { left } => Hand::Runs { ends: now + left },
        };
    }

    /// Back to its whole length, stopped.
    pub fn reset(&mut self) {
        self.hand = Hand::Ready;
    }

    /// Longer or shorter by minutes, also on its way; what is over goes on by as much.
    pub fn add_minutes(&mut self, minutes: i32, now: Duration) {
        let by = Duration::from_secs(60 * u64::from(minutes.unsigned_abs()));
        let change = |from: Duration, least: Duration| {
            let to = if minutes < 0 { from.saturating_sub(by) } else { from + by };
            to.clamp(least, LENGTH_MAX)
        };
        match self.hand {
            Hand::Ready => self.length = change(self.length, LENGTH_MIN),
            // What is on its way may be shortened to nothing: it is over then.
            Hand::Runs { ends } => {
                let left = change(ends.saturating_sub(now), Duration::ZERO);
                self.hand = Hand::Runs { ends: now + left };
                self.length = self.length.max(left);
            }
            Hand::Rests { left } => {
                let left = change(left, Duration::from_secs(1));
                self.hand = Hand::Rests { left };
                self.length = self.length.max(left);
            }
            Hand::Over { .. } if minutes > 0 => {
                self.length = change(Duration::ZERO, LENGTH_MIN);
                self.hand = Hand::Runs { ends: now + self.length };
            }
            Hand::Over { .. } => {}
        }
    }

    /// Lets the time pass. True just once: when it comes to its end.
    pub fn pass(&mut self, now: Duration) -> bool {
        let Hand::Runs { ends } = self.hand else { return false };
        if now < ends {
            return false;
        }
        self.hand = Hand::Over { since: ends };
        true
    }

    /// How long ago it came to its end.
    pub fn over_for(&self, now: Duration) -> Option<Duration> {
        match self.hand {
            Hand::Over { since } => Some(now.saturating_sub(since)),
            _ => None,
        }
    }
}

/// A stopwatch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stopwatch {
    before: Duration,
    since: Option<Duration>,
}

impl Stopwatch {
    /// What it shows.
    pub fn shows(&self, now: Duration) -> Duration {
        self.before + self.since.map_or(Duration::ZERO, |since| now.saturating_sub(since))
    }

    /// What it does.
    pub fn going(&self) -> Going {
        match self.since {
            Some(_) => Going::Runs,
            None if self.before.is_zero() => Going::Ready,
            None => Going::Rests,
        }
    }

    /// Starts or stops it.
    pub fn press(&mut self, now: Duration) {
        *self = match self.since {
            Some(_) => Self { before: self.shows(now), since: None },
            None => Self { since: Some(now), ..*self },
        };
    }
}

/// A countdown's digits: whole seconds that have begun, so that a fresh one shows its length and 0:00 is the end.
pub fn countdown_digits(left: Duration) -> String {
    let seconds = left.as_secs() + u64::from(left.subsec_nanos() > 0);
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}")
    }
}

/// A stopwatch's digits, with tenths below an hour.
pub fn stopwatch_digits(time: Duration) -> String {
    let seconds = time.as_secs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes:02}:{seconds:02}.{}", time.subsec_millis() / 100)
    }
}

#[cfg(test)]
mod tests;
