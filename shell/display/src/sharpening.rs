//! How many tiles of a view that is not sharp yet are drawn before each picture: as many as a fixed time allows on this
//! machine and this page.

/// Drawing what is not sharp yet takes about this long between two looks into the queue. A pen that comes down
/// meanwhile waits no longer, and looking costs a twentieth of it.
const BUDGET_US: u64 = 4_000;
/// The first lot, before anything is known: a crowded tile takes a tenth of a millisecond.
const FIRST: usize = 32;
/// A tile that takes longer than the budget is drawn all the same; more than a 4K panel shows twice is never asked.
const LEAST: usize = 4;
const MOST: usize = 4096;
/// From one lot to the next it grows so much at most, because the next tiles may be the crowded ones.
const GROWTH: usize = 4;

/// Tiles for the next picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Lot(usize);

impl Default for Lot {
    fn default() -> Self {
        Self(FIRST)
    }
}

impl Lot {
    pub(crate) fn tiles(self) -> usize {
        self.0
    }

    /// A full lot took so long.
    pub(crate) fn took(&mut self, us: u64) {
        let fits = self.0 as u64 * BUDGET_US / us.max(1);
        let fits = usize::try_from(fits).unwrap_or(MOST);
        self.0 = fits.min(self.0 * GROWTH).clamp(LEAST, MOST);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_follow_what_tiles_take() {
        let mut lot = Lot::default();
        for _ in 0..20 {
            lot.took(lot.tiles() as u64 * 100);
        }
        assert_eq!(lot.tiles(), 40, "tiles of 0.1 ms: 40 in 4 ms");
        for _ in 0..20 {
            lot.took(lot.tiles() as u64 * 9_000);
        }
        assert_eq!(lot.tiles(), LEAST, "tiles that no budget holds are drawn nevertheless");
        lot.took(0);
        assert_eq!(lot.tiles(), LEAST * GROWTH, "one quick lot does not make a huge one");
    }
}
