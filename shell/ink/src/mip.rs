//! Half-size pictures of a plane: the first frame of any zoom is drawn from them, before the ink itself is.
//!
//! A box filter on premultiplied pixels, so that transparent surroundings do not darken an edge: each pixel is
//! the mean of four, rounded half up, channel by channel. Halving again gives a quarter and an eighth.
use crate::tile::{Plane, TILE, TILE_PIXELS, Tile, TileAt};

const SIDE: usize = TILE as usize;
const HALF: usize = SIDE / 2;
/// Every other channel of a pixel.
const EVEN: u32 = 0x00ff_00ff;

impl Plane {
    /// The whole plane at half its size: tile (x, y) has what tiles (2x, 2y) to (2x + 1, 2y + 1) have.
    pub fn half(&self) -> Plane {
        let mut half = Plane::new();
        for (at, tile) in self.tiles() {
            lower(tile, at, half.edit(above(at)));
        }
        half
    }

    /// After tile `at` has changed, brings its quarter of `half`, which was made by [`Plane::half`], up to date.
    /// Returns the tile of `half` that changed.
    pub fn halve_again(&self, half: &mut Plane, at: TileAt) -> TileAt {
        let up = above(at);
        match self.tile(at) {
            Some(tile) => lower(tile, at, half.edit(up)),
            None if half.tile(up).is_some() => {
                quarter(half.edit(up), at).for_each(|row| row.fill(0));
                if half.tile(up).is_some_and(|tile| tile.iter().all(|pixel| *pixel == 0)) {
                    half.wipe(up);
                }
            }
            None => {}
        }
        up
    }
}

/// The tile of the half-size picture that a tile goes to.
fn above(at: TileAt) -> TileAt {
    TileAt { x: at.x.div_euclid(2), y: at.y.div_euclid(2) }
}

/// The rows of the quarter of a half-size tile that shows tile `at`.
fn quarter(half: &mut Tile, at: TileAt) -> impl Iterator<Item = &mut [u32]> {
    let (right, down) = (at.x.rem_euclid(2) as usize * HALF, at.y.rem_euclid(2) as usize * HALF);
    half.chunks_exact_mut(SIDE).skip(down).take(HALF).map(move |row| &mut row[right..right + HALF])
}

fn lower(tile: &Tile, at: TileAt, half: &mut Tile) {
    for (out, rows) in quarter(half, at).zip(tile.chunks_exact(2 * SIDE)) {
        let (upper, under) = rows.split_at(SIDE);
        let pairs = upper.as_chunks::<2>().0.iter().zip(under.as_chunks::<2>().0);
        for (pixel, (upper, under)) in out.iter_mut().zip(pairs) {
            *pixel = mean([upper[0], upper[1], under[0], under[1]]);
        }
    }
}

/// The mean of four pixels, two channels at a time: four bytes and the half fit in sixteen bits.
fn mean(four: [u32; 4]) -> u32 {
    let sum = |shift: u32| four.iter().map(|pixel| (pixel >> shift) & EVEN).sum::<u32>() + 0x0002_0002;
    ((sum(0) >> 2) & EVEN) | (((sum(8) >> 2) & EVEN) << 8)
}

const _: () = assert!(TILE_PIXELS == SIDE * SIDE);
