//! How many tiles of a view that is not sharp yet are drawn before each picture: as many as a fixed time allows on this
//! machine and this page.

/// Where nobody writes, drawing what is not sharp takes about this long between two looks into the queue: a frame.
const IDLE_US: u64 = 16_000;
/// While somebody writes, about this long: a point that comes meanwhile waits no longer ...
const INKS_US: u64 = 4_000;
/// ... and so many times what it took is left to the ink before the next lot, however crowded its tiles.
const SHARE: u64 = 4;
/// Before anything is known: a crowded tile takes so long.
const FIRST_US: u64 = 1_000;
/// Fewer are not drawn at once where nobody writes: a stroke lies in several tiles, and is begun once for all of a lot.
const LEAST_IDLE: u64 = 8;
/// From one lot to the next a tile becomes cheaper by so much at most, because the next ones may be the crowded ones.
const CHEAPER: u64 = 4;
/// More than a 4K panel shows twice is never asked.
const MOST: u64 = 4096;

/// The lots of tiles, one for each picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Lots {
    /// What a tile took last, in nanoseconds.
    tile_ns: u64,
    /// While somebody writes, the next lot is not drawn before this.
    due_us: u64,
}

impl Default for Lots {
    fn default() -> Self {
        Self { tile_ns: FIRST_US * 1000, due_us: 0 }
    }
}

impl Lots {
    /// How many tiles are drawn now; `inks`: somebody has a hand on the board.
    pub(crate) fn tiles(self, now_us: u64, inks: bool) -> usize {
        let fit = |us: u64| us * 1000 / self.tile_ns.max(1);
        let tiles = match inks {
            true if now_us < self.due_us => 0,
            true => fit(INKS_US).clamp(1, MOST),
            false => fit(IDLE_US).clamp(LEAST_IDLE, MOST),
        };
        tiles as usize
    }

    /// When there may be more to draw.
    pub(crate) fn due_us(self, inks: bool) -> u64 {
        if inks { self.due_us } else { 0 }
    }

    /// So many tiles were drawn, from when to when.
    pub(crate) fn drew(&mut self, tiles: usize, from_us: u64, to_us: u64) {
        let took = to_us.saturating_sub(from_us);
        let each = took * 1000 / (tiles as u64).max(1);
        self.tile_ns = each.max(self.tile_ns / CHEAPER).max(1);
        self.due_us = to_us + took * SHARE;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lots_follow_what_tiles_take() {
        let mut lots = Lots::default();
        let mut each = |each_us: u64, times: usize| {
            for _ in 0..times {
                lots.drew(10, 0, 10 * each_us);
            }
            (lots.tiles(u64::MAX, true), lots.tiles(u64::MAX, false))
        };
        assert_eq!(each(100, 9), (40, 160), "tiles of 0.1 ms: 40 in 4 ms, 160 in 16 ms");
        assert_eq!(each(20_000, 1), (1, 8), "tiles that no time holds are drawn nevertheless");
        assert_eq!(each(0, 1), (1, 8), "one quick lot does not make a huge one");
        assert_eq!(each(0, 20), (4096, 4096));
    }

    #[test]
    fn writing_comes_first() {
        let mut lots = Lots::default();
        lots.drew(4, 1_000, 21_000);
        assert_eq!(lots.tiles(21_001, true), 0);
        assert!(lots.tiles(21_001, false) > 0, "where nobody writes, it goes on at once");
        assert!(lots.tiles(101_000, true) > 0, "somebody who never stops sees it sharp as well");
    }
}
