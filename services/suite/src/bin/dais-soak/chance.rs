//! What happens next, by a seed: SplitMix64, so that a seed always means the same history.

/// A stream of numbers.
pub(crate) struct Chance(u64);

impl Chance {
    /// The stream of this seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `limit`, which is not 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % limit as u64).unwrap_or(0)
    }

    /// One of several, each as often as its weight says.
    pub(crate) fn one_of<T: Copy>(&mut self, weighed: &[(usize, T)]) -> T {
        let mut left = self.below(weighed.iter().map(|(weight, _)| weight).sum());
        let mut chosen = weighed[0].1;
        for (weight, what) in weighed {
            chosen = *what;
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => break,
            }
        }
        chosen
    }
}
