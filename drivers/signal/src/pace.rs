//! No light changes so often that it could hurt, whatever happens in what order.
//!
//! The patterns keep to three flashes a second each; this keeps their succession to it, when payers and cards are fast.

use std::time::{Duration, Instant};

/// A flash is a change and its opposite; with six changes a second at most there are three flashes.
pub const LIGHT_CHANGES_AFTER: Duration = Duration::from_nanos(1_000_000_000 / 6 + 1);

/// What a device shows and since when, and how long it shows it at least.
#[derive(Clone, Copy, Debug)]
pub struct Pace<T> {
    changes_after: Duration,
    last: Option<(T, Instant)>,
}

impl<T: Copy + PartialEq> Pace<T> {
    /// One that shows everything for so long at least.
    pub fn new(changes_after: Duration) -> Self {
        Self { changes_after, last: None }
    }

    /// What may be shown now, where this is wanted, and when to ask again if it is something else.
    pub fn allow(&mut self, wanted: T, now: Instant) -> (T, Option<Duration>) {
        if let Some((shown, since)) = self.last.filter(|(shown, _)| *shown != wanted) {
            let left = self.changes_after.saturating_sub(now.saturating_duration_since(since));
            if !left.is_zero() {
                return (shown, Some(left));
            }
        }
        if self.last.is_none_or(|(shown, _)| shown != wanted) {
            self.last = Some((wanted, now));
        }
        (wanted, None)
    }
}

#[cfg(test)]
mod tests {
    //! Random wishes at random times.
    use super::*;
    use crate::signal::Colour;
    use proptest::prelude::*;

    fn colour() -> impl Strategy<Value = Colour> {
        prop_oneof![Just(Colour::DARK), Just(Colour::RED), Just(Colour::WHITE)]
    }

    proptest! {
        #[test]
        fn never_four_flashes_in_a_second(wishes in prop::collection::vec((colour(), 0..400_u64), 1..200)) {
            let (mut pace, mut now, mut last) = (Pace::new(LIGHT_CHANGES_AFTER), Instant::now(), Colour::DARK);
            let mut onsets = Vec::new();
            for (wanted, ms) in wishes {
                now += Duration::from_millis(ms);
                let (shown, again) = pace.allow(wanted, now);
                prop_assert_eq!(again.is_some(), shown != wanted);
                if shown.is_lit() && !last.is_lit() {
                    onsets.push(now);
                }
                last = shown;
                // What was put off is shown once it has been asked for again.
                if let Some(again) = again {
                    prop_assert_eq!(pace.clone().allow(wanted, now + again).0, wanted);
                }
            }
            for four in onsets.windows(4) {
                prop_assert!(four[3] - four[0] >= Duration::from_secs(1));
            }
        }

        #[test]
        fn without_a_limit_everything_is_shown(wishes in prop::collection::vec(colour(), 1..50)) {
            let (mut pace, now) = (Pace::new(Duration::ZERO), Instant::now());
            for wanted in wishes {
                prop_assert_eq!(pace.allow(wanted, now), (wanted, None));
            }
        }
    }
}
