//! A picture as 64x64 tiles that exist only where something was drawn and are copied only when written.
use std::{collections::HashMap, sync::Arc};

use crate::{blend, coverage::MaskTile, damage::Rect};

/// The side of a tile in pixels.
pub const TILE: i32 = 64;
pub const TILE_PIXELS: usize = (TILE * TILE) as usize;

/// Premultiplied 0xAARRGGBB, row by row: 16 KiB.
pub type Tile = [u32; TILE_PIXELS];

/// Which tile: the pixels from (64 x, 64 y).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
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
    tiles: HashMap<TileAt, Arc<Tile>>,
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

    /// A tile to write, made if it is not there.
    pub fn edit(&mut self, at: TileAt) -> &mut Tile {
        Arc::make_mut(self.tiles.entry(at).or_insert_with(|| Arc::new([0; TILE_PIXELS])))
    }

    /// Lays a premultiplied colour over a tile where the mask covers it: ink.
    pub fn lay(&mut self, at: TileAt, mask: &MaskTile, colour: u32) {
        for (pixel, coverage) in self.edit(at).iter_mut().zip(mask) {
            if *coverage > 0 {
                *pixel = blend::over(*pixel, colour, *coverage);
            }
        }
    }

    /// Replaces a tile's pixels by a premultiplied colour where the mask covers them: a highlighter.
    pub fn replace(&mut self, at: TileAt, mask: &MaskTile, colour: u32) {
        for (pixel, coverage) in self.edit(at).iter_mut().zip(mask) {
            if *coverage > 0 {
                *pixel = blend::lerp(*pixel, colour, *coverage);
            }
        }
    }
}
