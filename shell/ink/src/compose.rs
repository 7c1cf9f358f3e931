//! From layers to pixels, one row of a tile at a time: paper < pictures and notes < highlighter < ink, and ink
//! still wet in the layer it will be committed to, so that committing changes no pixel.
use crate::{
    coverage::MaskTile,
    damage::Rect,
    simd::{self, Level},
    tile::{TILE, Tile},
};

/// What lies at the bottom.
#[derive(Clone, Copy)]
pub enum Paper<'a> {
    /// One opaque colour, 0xFFRRGGBB.
    Colour(u32),
    /// The tile's own part of a pattern, opaque: squares, staves, a picture of a page.
    Tile(&'a Tile),
}

/// Ink still being written, as far as it reaches into a tile.
#[derive(Clone, Copy)]
pub struct WetTile<'a> {
    pub mask: Option<&'a MaskTile>,
    /// The predicted tail. Where it overlaps the mask the greater coverage counts.
    pub tail: Option<&'a MaskTile>,
    /// Premultiplied.
    pub colour: u32,
    /// Replaces in the highlighter's layer, instead of lying over in that of ink.
    pub highlighter: bool,
}

/// All layers of one tile. Every tile is premultiplied 0xAARRGGBB; a missing one is transparent.
#[derive(Clone, Copy)]
pub struct Layers<'a> {
    pub paper: Paper<'a>,
    /// Pictures, notes, pages of documents.
    pub base: Option<&'a Tile>,
    /// Highlighter.
    pub glow: Option<&'a Tile>,
    pub ink: Option<&'a Tile>,
    /// From the lowest to the highest.
    pub wets: &'a [WetTile<'a>],
}

impl Layers<'_> {
    /// Composes a part of one row: `out` is written whole, and none of it is read. `y` and `x` are pixels
    /// within the tile; what would lie beyond its right side or below it is left as it is.
    pub fn row(&self, y: i32, x: i32, out: &mut [u32]) {
        if !(0..TILE).contains(&y) || !(0..TILE).contains(&x) {
            return;
        }
        let width = out.len().min((TILE - x) as usize);
        let out = &mut out[..width];
        match self.paper {
            Paper::Colour(colour) if self.is_bare() => out.fill(colour),
            _ => simd::compose(Level::used(), out, y as usize, x as usize, self),
        }
    }

    /// Composes a rectangle within the tile; `out` starts at its corner and has `stride_px` pixels a row. What
    /// would lie outside the tile or beyond `out` is left as it is.
    pub fn area(&self, area: Rect, out: &mut [u32], stride_px: usize) {
        let area = area.intersect(&Rect::new(0, 0, TILE, TILE));
        let width = area.width() as usize;
        for (y, row) in (area.y0..area.y1).zip(out.chunks_mut(stride_px.max(1))) {
            let width = width.min(row.len());
            self.row(y, area.x0, &mut row[..width]);
        }
    }

    /// Nothing but paper.
    fn is_bare(&self) -> bool {
        self.base.is_none() && self.glow.is_none() && self.ink.is_none() && self.wets.is_empty()
    }
}
