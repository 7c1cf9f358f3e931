//! A gun or a person? By the pace of keys, from the kernel's own times, so that a busy machine makes nobody fast.

/// So many keys at least: fewer come fast from a person who rolls over them.
const KEYS_MIN: u32 = 6;
/// The longest pause between two keys of a gun. Guns take 1 to 30 ms a key, some 50; a fast typist's keys are 100 ms
/// apart, and never several in a row below this.
const GAP_MAX_US: u64 = 55_000;

/// The pace of the keys of one code.
#[derive(Debug, Default)]
pub(crate) struct Pace {
    last_us: Option<u64>,
    keys: u32,
    slow: bool,
}

impl Pace {
    /// A key was pressed.
    pub(crate) fn press(&mut self, time_us: u64) {
        // A clock that goes backwards proves nothing.
        let gap = self.last_us.map(|last| time_us.checked_sub(last).unwrap_or(u64::MAX));
        self.slow |= gap.is_some_and(|gap| gap > GAP_MAX_US);
        self.last_us = Some(time_us);
        self.keys = self.keys.saturating_add(1);
    }

    /// True where no person types like this.
    pub(crate) fn is_gun(&self) -> bool {
        !self.slow && self.keys >= KEYS_MIN
    }
}

#[cfg(test)]
mod tests {
    //! Keys at some pace.
    use super::*;

    fn pace(gaps_ms: &[u64]) -> bool {
        let (mut pace, mut now) = (Pace::default(), 5_000_000);
        pace.press(now);
        for gap in gaps_ms {
            now += gap * 1000;
            pace.press(now);
        }
        pace.is_gun()
    }

    #[test]
    fn guns_and_people() {
        assert!(pace(&[8; 18]), "USB at its usual pace");
        assert!(pace(&[50; 18]), "a gun set to slow");
        assert!(pace(&[0; 18]), "all in one frame");
        assert!(!pace(&[120; 18]), "a fast typist");
        assert!(!pace(&[10, 10, 200, 10, 10, 10, 10]), "rolled over, then a pause");
        assert!(!pace(&[5; 3]), "too few keys to tell");
    }

    #[test]
    fn a_clock_that_jumps_back_proves_nothing() {
        let mut pace = Pace::default();
        for time in [1000, 2000, 3000, 1500, 2000, 3000, 4000, 5000] {
            pace.press(time);
        }
        assert!(!pace.is_gun());
    }
}
