//! A picture as 64x64 tiles that exist only where something was drawn and are copied only when written.
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hash, Hasher},
    sync::Arc,
};

use crate::{
    coverage::MaskTile,
    damage::Rect,
    simd::{self, Level},
};

/// The side of a tile in pixels.
pub const TILE: i32 = 64;
pub const TILE_PIXELS: usize = (TILE * TILE) as usize;

/// Premultiplied 0xAARRGGBB, row by row: 16 KiB.
pub type Tile = [u32; TILE_PIXELS];

/// Which tile: the pixels from (64 x, 64 y).
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord)]
pub struct TileAt {
    pub x: i32,
    pub y: i32,
}

impl TileAt {
    /// The tile that a pixel lies in.
    pub const fn of(x: i32, y: i32) -> TileAt {
        TileAt { x: x.div_euclid(TILE), y: y.div_euclid(TILE) }
    }

    pub const fn rect(self) -> Rect {
        Rect::sized(self.x * TILE, self.y * TILE, TILE, TILE)
    }
}

impl Hash for TileAt {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64((self.x as u32 as u64) << 32 | self.y as u32 as u64);
    }
}

/// Finds tiles by their place: one multiplication. The standard hash withstands chosen keys, at ten times
/// the cost and with an order that differs between runs; here a key is a place of the panel, of which there
/// are no more than it has tiles.
pub(crate) type ByPlace = BuildHasherDefault<PlaceHasher>;

/// See [`ByPlace`].
#[derive(Clone, Copy, Default)]
pub(crate) struct PlaceHasher(u64);

impl Hasher for PlaceHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        // Fibonacci hashing: 2^64 over the golden ratio; the table takes its bits from both ends.
        let mixed = (self.0 ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 32;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// The tiles that a rectangle touches, row by row.
pub fn tiles_of(rect: Rect) -> impl Iterator<Item = TileAt> {
    let (first, last) = if rect.is_empty() {
        (TileAt { x: 0, y: 0 }, TileAt { x: -1, y: -1 })
    } else {
        (TileAt::of(rect.x0, rect.y0), TileAt::of(rect.x1 - 1, rect.y1 - 1))
    };
    (first.y..=last.y).flat_map(move |y| (first.x..=last.x).map(move |x| TileAt { x, y }))
}

/// One layer of a page. Cloning it costs a pointer a tile: a picture taken of it stays as it was.
#[derive(Clone, Default, PartialEq)]
pub struct Plane {
    tiles: HashMap<TileAt, Arc<Tile>, ByPlace>,
}

impl Plane {
    pub fn new() -> Plane {
        Plane::default()
    }

    pub fn tile(&self, at: TileAt) -> Option<&Tile> {
        self.tiles.get(&at).map(|tile| &**tile)
    }

    pub fn tiles(&self) -> impl Iterator<Item = (TileAt, &Tile)> {
        self.tiles.iter().map(|(at, tile)| (*at, &**tile))
    }

    pub fn is_empty(&self) -> bool {
        self.tiles.is_empty()
    }

    /// Makes a tile transparent again.
    pub fn wipe(&mut self, at: TileAt) {
        self.tiles.remove(&at);
    }

    pub(crate) fn put(&mut self, at: TileAt, tile: Arc<Tile>) {
        self.tiles.insert(at, tile);
    }

    /// A tile to write, made if it is not there.
    pub fn edit(&mut self, at: TileAt) -> &mut Tile {
        Arc::make_mut(self.tiles.entry(at).or_insert_with(|| Arc::new([0; TILE_PIXELS])))
    }

    /// Lays a premultiplied colour over a tile where the mask covers it: ink.
    pub fn lay(&mut self, at: TileAt, mask: &MaskTile, colour: u32) {
        simd::lay(Level::used(), self.edit(at), mask, colour);
    }

    /// Replaces a tile's pixels by a premultiplied colour where the mask covers them: a highlighter.
    pub fn replace(&mut self, at: TileAt, mask: &MaskTile, colour: u32) {
        simd::replace(Level::used(), self.edit(at), mask, colour);
    }
}
