//! Everything random in the sandbox comes from one seed, so that a run can be repeated: SplitMix64.

/// A stream of numbers from a seed. Nothing secret is made from it.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The stream of `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.draw() % bound.max(1)
    }

    /// `count` characters out of `alphabet`.
    pub fn text(&mut self, alphabet: &[u8], count: usize) -> String {
        let length = u64::try_from(alphabet.len()).unwrap_or(1);
        (0..count)
            .filter_map(|_| alphabet.get(usize::try_from(self.below(length)).unwrap_or(0)))
            .map(|byte| char::from(*byte))
            .collect()
    }

    /// `count` decimal digits.
    pub fn digits(&mut self, count: usize) -> String {
        self.text(b"0123456789", count)
    }
}
