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
    /// Composes a part of one row: `out` is written and not read. `y` and `x` are pixels within the tile; what
    /// would lie outside it is left as it is.
    pub fn row(&self, y: i32, x: i32, out: &mut [u32]) {
        let width = out.len().min(TILE as usize);
        self.area(Rect::sized(x, y, width as i32, 1), out, width);
    }

    /// Composes a rectangle of the tile's pixels: `out` starts at its corner, has `stride_px` pixels a row, and is
    /// written and not read. A rectangle that reaches out of the tile, or has no room in `out`, is not composed.
    pub fn area(&self, area: Rect, out: &mut [u32], stride_px: usize) {
        let (width, height) = (area.width() as usize, area.height() as usize);
        let room = stride_px >= width && out.len() >= (height - 1) * stride_px + width;
        if area.is_empty() || !Rect::new(0, 0, TILE, TILE).covers(&area) || !room {
            return;
        }
        match self.paper {
            Paper::Colour(colour) if self.is_bare() => {
                out.chunks_mut(stride_px).take(height).for_each(|row| row[..width].fill(colour));
            }
            _ => {
                let (rows, columns) =
                    (area.y0 as usize..area.y1 as usize, area.x0 as usize..area.x1 as usize);
                simd::compose(Level::used(), out, stride_px, (rows, columns), self);
            }
        }
    }

    /// Nothing but paper.
    fn is_bare(&self) -> bool {
        self.base.is_none() && self.glow.is_none() && self.ink.is_none() && self.wets.is_empty()
    }
}
