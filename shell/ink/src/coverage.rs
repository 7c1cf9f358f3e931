//! How much of each pixel a stroke covers: capsules of varying radius into 8-bit tiles, combined by maximum,
//! so that joints do not show and a stroke never adds to itself.
mod capsule;

use std::{collections::HashMap, ops::Range};

pub(crate) use self::capsule::Capsule;
use crate::{
    damage::Rect,
    sample::Node,
    scale::Scale,
    simd::{self, LANES, Level},
    tile::{ByPlace, TILE, TILE_PIXELS, TileAt},
};

/// The coverage of one tile's pixels, row by row, 0..=255.
pub type MaskTile = [u8; TILE_PIXELS];

/// The coverage of one stroke, as far as it reaches. Tiles it has not touched cost nothing.
#[derive(Default)]
pub struct Mask {
    tiles: HashMap<TileAt, Patch, ByPlace>,
    /// Blank tiles, to be used again: a mask that lives for a frame asks for no memory after the first.
    spare: Vec<Box<MaskTile>>,
}

/// The coverage in one tile, and the rows outside of which it is blank, so that clearing costs no more than
/// what was drawn.
struct Patch {
    pixels: Box<MaskTile>,
    rows: Range<usize>,
}

impl Patch {
    fn blank(spare: &mut Vec<Box<MaskTile>>) -> Patch {
        Patch { pixels: spare.pop().unwrap_or_else(|| Box::new([0; TILE_PIXELS])), rows: 0..0 }
    }

    /// The pixels, of which these rows are going to change.
    fn edit(&mut self, rows: &Range<usize>) -> &mut MaskTile {
        self.rows = if self.rows.is_empty() {
            rows.clone()
        } else {
            self.rows.start.min(rows.start)..self.rows.end.max(rows.end)
        };
        &mut self.pixels
    }

    fn wipe(self) -> Box<MaskTile> {
        let Patch { mut pixels, rows } = self;
        pixels[rows.start * TILE as usize..rows.end * TILE as usize].fill(0);
        pixels
    }
}

/// The part of a tile that a capsule's box covers.
pub(crate) struct Part {
    /// The panel's pixel at the tile's left side, and at its top.
    pub(crate) left: i32,
    pub(crate) top: i32,
    /// Rows of the tile.
    pub(crate) rows: Range<usize>,
    /// Blocks of eight pixels within a row.
    pub(crate) blocks: Range<usize>,
}

/// From so many blocks of eight pixels on, a row is cut to what the capsule covers and its inside is filled;
/// with fewer, finding the cut costs more than the pixels.
const WORTH_CUTTING: usize = 4;

impl Part {
    /// The part of tile `at` that lies in `area`; the area must lie in the tile.
    pub(crate) fn new(at: TileAt, area: &Rect) -> Part {
        let (left, top) = (at.rect().x0, at.rect().y0);
        let inside = |px: i32, side: i32| (px - side) as usize;
        Part {
            left,
            top,
            rows: inside(area.y0, top)..inside(area.y1, top),
            blocks: inside(area.x0, left) / LANES..inside(area.x1, left).div_ceil(LANES),
        }
    }

    pub(crate) fn is_wide(&self) -> bool {
        self.blocks.len() >= WORTH_CUTTING
    }

    /// The blocks of a row that may be covered, and of these the ones that are so wholly.
    pub(crate) fn cut(&self, capsule: &Capsule, row: usize) -> (Range<usize>, Range<usize>) {
        let cut = capsule.cut(self.top + row as i32);
        let inside = |x: i32| x.saturating_sub(self.left).clamp(0, TILE) as usize;
        let first = (inside(cut.outer.0) / LANES).max(self.blocks.start);
        let last = inside(cut.outer.1).div_ceil(LANES).clamp(first, self.blocks.end.max(first));
        let from = inside(cut.inner.0).div_ceil(LANES).clamp(first, last);
        let to = (inside(cut.inner.1) / LANES).clamp(from, last);
        if from == to { (first..last, last..last) } else { (first..last, from..to) }
    }
}

impl Mask {
    pub fn new() -> Mask {
        Mask::default()
    }

    pub fn tile(&self, at: TileAt) -> Option<&MaskTile> {
        self.tiles.get(&at).map(|patch| &*patch.pixels)
    }

    pub fn tiles(&self) -> impl Iterator<Item = (TileAt, &MaskTile)> {
        self.tiles.iter().map(|(at, patch)| (*at, &*patch.pixels))
    }

    pub fn is_empty(&self) -> bool {
        self.tiles.is_empty()
    }

    /// Adds the capsule from `a` to `b` and returns the pixels it may have changed.
    pub fn capsule(&mut self, a: Node, b: Node, scale: Scale) -> Rect {
        self.capsule_in(a, b, (0, 0), scale, &|_| true)
    }

    /// Adds a whole stroke, moved by `shift_um`, to the tiles that `wanted` names. A single node is a dot.
    pub fn stroke(
        &mut self,
        nodes: &[Node],
        shift_um: (i32, i32),
        scale: Scale,
        wanted: &impl Fn(TileAt) -> bool,
    ) -> Rect {
        let mut changed = Rect::EMPTY;
        if let [only] = nodes {
            changed = self.capsule_in(*only, *only, shift_um, scale, wanted);
        }
        for pair in nodes.windows(2) {
            changed = changed.union(&self.capsule_in(pair[0], pair[1], shift_um, scale, wanted));
        }
        changed
    }

    fn capsule_in(
        &mut self,
        a: Node,
        b: Node,
        shift_um: (i32, i32),
        scale: Scale,
        wanted: &impl Fn(TileAt) -> bool,
    ) -> Rect {
        let capsule = Capsule::new(a, b, shift_um, scale);
        let bounds = capsule.bounds();
        let level = Level::used();
        for at in capsule.tiles(&bounds).filter(|at| wanted(*at)) {
            let area = at.rect().intersect(&bounds);
            // Within one tile there is always something of it.
            if area != bounds && !capsule.touches(&area) {
                continue;
            }
            let part = Part::new(at, &area);
            let patch = self.tiles.entry(at).or_insert_with(|| Patch::blank(&mut self.spare));
            simd::raise(level, patch.edit(&part.rows), &capsule, &part);
        }
        bounds
    }

    /// Raises single pixels, as a font's rasteriser gives them. `coverage` is 0..=1.
    pub fn raise(&mut self, x: i32, y: i32, coverage: f32, wanted: &impl Fn(TileAt) -> bool) {
        let at = TileAt::of(x, y);
        if coverage <= 0.0 || !wanted(at) {
            return;
        }
        let (row, column) = ((y - at.rect().y0) as usize, (x - at.rect().x0) as usize);
        let patch = self.tiles.entry(at).or_insert_with(|| Patch::blank(&mut self.spare));
        let pixel = &mut patch.edit(&(row..row + 1))[row * TILE as usize + column];
        *pixel = (*pixel).max((coverage.min(1.0) * 255.0 + 0.5) as u8);
    }

    /// Empties the mask and keeps its memory.
    pub fn clear(&mut self) {
        self.spare.extend(self.tiles.drain().map(|(_, patch)| patch.wipe()));
    }
}
