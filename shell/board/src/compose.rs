//! From layers to pixels, one tile at a time.
use ink::{MaskTile, Rect, TILE, Tile, lerp, over};

/// What lies at the bottom.
#[derive(Clone, Copy)]
pub(crate) enum Paper<'a> {
    Colour(u32),
    Tile(&'a Tile),
}

#[derive(Clone, Copy)]
pub(crate) struct WetTile<'a> {
    pub(crate) mask: Option<&'a MaskTile>,
    pub(crate) tail: Option<&'a MaskTile>,
    pub(crate) colour: u32,
    pub(crate) highlighter: bool,
}

pub(crate) struct Layers<'a> {
    pub(crate) paper: Paper<'a>,
    pub(crate) base: Option<&'a Tile>,
    pub(crate) glow: Option<&'a Tile>,
    pub(crate) ink: Option<&'a Tile>,
    pub(crate) wets: &'a [WetTile<'a>],
}

impl Layers<'_> {
    pub(crate) fn area(&self, area: Rect, out: &mut [u32], stride_px: usize) {
        for (y, row) in (area.y0..area.y1).zip(out.chunks_mut(stride_px)) {
            for x in area.x0..area.x1 {
                row[(x - area.x0) as usize] = self.pixel((y * TILE + x) as usize);
            }
        }
    }

    fn pixel(&self, at: usize) -> u32 {
        let mut shown = match self.paper {
            Paper::Colour(colour) => colour,
            Paper::Tile(tile) => tile[at],
        };
        let (mut glow, mut ink) = (self.glow.map_or(0, |tile| tile[at]), self.ink.map_or(0, |tile| tile[at]));
        for wet in self.wets {
            let coverage = wet.mask.map_or(0, |mask| mask[at]).max(wet.tail.map_or(0, |mask| mask[at]));
            if wet.highlighter {
                glow = lerp(glow, wet.colour, coverage);
            } else {
                ink = over(ink, wet.colour, coverage);
            }
        }
        for layer in [self.base.map_or(0, |tile| tile[at]), glow, ink] {
            shown = over(shown, layer, 255);
        }
        shown
    }
}
