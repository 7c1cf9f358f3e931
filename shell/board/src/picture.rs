//! What a page looks like at one scale: three planes of tiles, in pixels from the page's top left.
//!
//! Objects are drawn from the bottom up. Ink lies above highlighter whatever came first, so that marking hides
//! no writing; what is opaque (a note, a picture) and laid over both takes them down into the base with it.
use std::collections::HashSet;

use ink::{MaskTile, Plane, Rect, TILE, TileAt, over};

/// The planes, from the bottom up, and which of their tiles are up to date.
#[derive(Default)]
pub(crate) struct Picture {
    /// Pictures, notes, the insides of figures, and what they lie upon.
    pub(crate) base: Plane,
    /// Highlighter.
    pub(crate) glow: Plane,
    pub(crate) ink: Plane,
    /// Tiles that show what the page holds; those with nothing in them are in no plane.
    drawn: HashSet<TileAt>,
}

impl Picture {
    pub(crate) fn is_drawn(&self, at: TileAt) -> bool {
        self.drawn.contains(&at)
    }

    pub(crate) fn drawn(&self) -> impl Iterator<Item = TileAt> + '_ {
        self.drawn.iter().copied()
    }

    /// Makes a tile blank, and up to date as soon as what lies there has been drawn.
    pub(crate) fn begin(&mut self, at: TileAt) {
        self.wipe(at);
        self.drawn.insert(at);
    }

    /// The tile no longer shows what the page holds.
    pub(crate) fn forget(&mut self, at: TileAt) {
        self.wipe(at);
        self.drawn.remove(&at);
    }

    fn wipe(&mut self, at: TileAt) {
        self.base.wipe(at);
        self.glow.wipe(at);
        self.ink.wipe(at);
    }

    /// From the bottom up.
    pub(crate) fn planes(&self) -> [&Plane; 3] {
        [&self.base, &self.glow, &self.ink]
    }

    pub(crate) fn planes_mut(&mut self) -> [&mut Plane; 3] {
        [&mut self.base, &mut self.glow, &mut self.ink]
    }

    /// Lays an opaque thing over everything where the mask covers the tile.
    pub(crate) fn cover(&mut self, at: TileAt, mask: &MaskTile, source: u32) {
        self.cover_with(at, at.rect(), |index, _, _| over(0, source, mask[index]));
    }

    /// Lays premultiplied pixels over everything in a part of a tile. `pixel` is asked by place in the tile
    /// and by pixel of the page; 0 leaves a pixel as it is.
    pub(crate) fn cover_with(&mut self, at: TileAt, area: Rect, pixel: impl Fn(usize, i32, i32) -> u32) {
        let area = at.rect().intersect(&area);
        let mut glow = self.glow.tile(at).is_some().then(|| self.glow.edit(at));
        let mut ink = self.ink.tile(at).is_some().then(|| self.ink.edit(at));
        let base = self.base.edit(at);
        for y in area.y0..area.y1 {
            for x in area.x0..area.x1 {
                let index = ((y - at.rect().y0) * TILE + x - at.rect().x0) as usize;
                let source = pixel(index, x, y);
                if source == 0 {
                    continue;
                }
                let mut under = base[index];
                for above in [&mut glow, &mut ink].into_iter().flatten() {
                    under = over(under, std::mem::take(&mut above[index]), 255);
                }
                base[index] = over(under, source, 255);
            }
        }
    }
}
