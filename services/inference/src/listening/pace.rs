//! Sound in its own time goes first: a microphone's costs a hundredth of a processor and must not be late. Sound that
//! comes faster, as out of a file, makes way for whoever waits for an answer, until it is no longer ahead.

use std::time::{Duration, Instant};

use crate::leave::Way;

/// Who was late may catch up with so much sound without making way: as much as waits at most.
const LATE_MAX: Duration = Duration::from_secs(2);
/// Between two looks whether somebody still waits; twice as long as most answers take.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// When the sound that has passed would be over if it were heard in its own time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Pace(Option<Instant>);

impl Pace {
    /// So much sound passes now.
    pub(super) fn passed(&mut self, sound: Duration, now: Instant) -> Self {
        let earliest = now.checked_sub(LATE_MAX).unwrap_or(now);
        self.0 = Some(self.0.map_or(earliest, |due| due.max(earliest)) + sound);
        *self
    }

    /// How far it is ahead of its own time.
    fn ahead(self, now: Instant) -> Duration {
        self.0.map_or(Duration::ZERO, |due| due.saturating_duration_since(now))
    }

    /// Waits while it is ahead and somebody waits for an answer.
    pub(super) async fn make_way(self, way: &Way) {
        loop {
            let ahead = self.ahead(Instant::now());
            if ahead.is_zero() || !way.is_taken() {
                return;
            }
            tokio::time::sleep(ahead.min(LOOK_EVERY)).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PIECE: Duration = Duration::from_millis(20);

    #[test]
    fn a_microphone_is_never_ahead_and_a_file_is_after_two_seconds() {
        let start = Instant::now() + LATE_MAX;
        let mut microphone = Pace::default();
        for piece in 0..10_000 {
            let now = start + PIECE * piece;
            assert_eq!(microphone.passed(PIECE, now).ahead(now), Duration::ZERO);
        }
        let mut file = Pace::default();
        for piece in 1..=200 {
            let ahead = (PIECE * piece).saturating_sub(LATE_MAX);
            assert_eq!(file.passed(PIECE, start).ahead(start), ahead);
        }
    }

    proptest! {
        #[test]
        fn whoever_pauses_saves_no_more_than_two_seconds(pauses in prop::collection::vec(0..10_000_u64, 1..100)) {
            let (mut pace, mut now) = (Pace::default(), Instant::now() + LATE_MAX);
            for pause in pauses {
                now += Duration::from_millis(pause);
                pace.passed(Duration::ZERO, now);
                let all = pace.passed(LATE_MAX + PIECE, now);
                prop_assert!(all.ahead(now) >= PIECE);
            }
        }
    }
}
