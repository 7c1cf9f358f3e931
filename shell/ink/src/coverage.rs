//! How much of each pixel a stroke covers: capsules of varying radius into 8-bit tiles, combined by maximum,
//! so that joints do not show and a stroke never adds to itself.
use std::collections::HashMap;

use crate::{
    damage::Rect,
    sample::Node,
    scale::Scale,
    tile::{TILE, TILE_PIXELS, TileAt, tiles_of},
};

/// The coverage of one tile's pixels, row by row, 0..=255.
pub type MaskTile = [u8; TILE_PIXELS];

/// The coverage of one stroke, as far as it reaches. Tiles it has not touched cost nothing.
#[derive(Default)]
pub struct Mask {
    tiles: HashMap<TileAt, Box<MaskTile>>,
    /// Emptied tiles, to be used again: a mask that lives for a frame asks for no memory after the first.
    spare: Vec<Box<MaskTile>>,
}

/// A capsule in pixels.
#[derive(Clone, Copy)]
struct Capsule {
    ax: f32,
    ay: f32,
    dx: f32,
    dy: f32,
    inverse_length_squared: f32,
    radius: f32,
    radius_grows: f32,
    /// Below half a pixel of radius a line gets paler, not thinner.
    strength: f32,
}

impl Capsule {
    fn new(a: Node, b: Node, shift_um: (i32, i32), scale: Scale) -> Capsule {
        let place = |um: i32, shift: i32| scale.px((um + shift) as f32);
        let (ax, ay) = (place(a.x_um, shift_um.0), place(a.y_um, shift_um.1));
        let (dx, dy) = (place(b.x_um, shift_um.0) - ax, place(b.y_um, shift_um.1) - ay);
        let (ra, rb) = (scale.px(f32::from(a.radius_um)), scale.px(f32::from(b.radius_um)));
        let length_squared = dx * dx + dy * dy;
        Capsule {
            ax,
            ay,
            dx,
            dy,
            inverse_length_squared: if length_squared > 1e-6 { 1.0 / length_squared } else { 0.0 },
            radius: ra.max(0.5),
            radius_grows: rb.max(0.5) - ra.max(0.5),
            strength: (ra.max(rb) * 2.0).min(1.0) * 255.0,
        }
    }

    /// The furthest any coverage reaches from the middle line.
    fn reach(&self) -> f32 {
        self.radius + self.radius_grows.max(0.0) + 1.0
    }

    fn bounds(&self) -> Rect {
        let reach = self.reach();
        Rect {
            x0: (self.ax + self.dx.min(0.0) - reach).floor() as i32,
            y0: (self.ay + self.dy.min(0.0) - reach).floor() as i32,
            x1: (self.ax + self.dx.max(0.0) + reach).ceil() as i32,
            y1: (self.ay + self.dy.max(0.0) + reach).ceil() as i32,
        }
    }

    /// The pixels of row `y` that can have coverage: keeps a long slanted capsule from costing its whole box.
    fn span(&self, y: i32, reach: f32) -> (i32, i32) {
        let (top, bottom) = (y as f32 + 0.5 - reach - self.ay, y as f32 + 0.5 + reach - self.ay);
        let (mut from, mut to) = (0.0_f32, 1.0_f32);
        if self.dy.abs() > 1e-3 {
            let (t0, t1) = (top / self.dy, bottom / self.dy);
            from = t0.min(t1).clamp(0.0, 1.0);
            to = t0.max(t1).clamp(0.0, 1.0);
        }
        let (x0, x1) = (self.ax + from * self.dx, self.ax + to * self.dx);
        ((x0.min(x1) - reach).floor() as i32, (x0.max(x1) + reach).ceil() as i32)
    }

    /// Raises the row's pixels, the first of which is at `x`, to this capsule's coverage. Written without
    /// branches, so that the compiler makes vector instructions of it.
    fn raise(&self, row: &mut [u8], x: i32, y: i32) {
        let py = y as f32 + 0.5 - self.ay;
        let start = x as f32 + 0.5 - self.ax;
        let edge = self.radius + 0.5;
        for (step, pixel) in row.iter_mut().enumerate() {
            let px = start + step as f32;
            let t = ((px * self.dx + py * self.dy) * self.inverse_length_squared).clamp(0.0, 1.0);
            let (ex, ey) = (px - t * self.dx, py - t * self.dy);
            let distance = (ex * ex + ey * ey).sqrt();
            let inside = (edge + t * self.radius_grows - distance).clamp(0.0, 1.0);
            let coverage = (inside * self.strength + 0.5) as i32 as u8;
            *pixel = (*pixel).max(coverage);
        }
    }
}

impl Mask {
    pub fn new() -> Mask {
        Mask::default()
    }

    pub fn tile(&self, at: TileAt) -> Option<&MaskTile> {
        self.tiles.get(&at).map(|tile| &**tile)
    }

    pub fn tiles(&self) -> impl Iterator<Item = (TileAt, &MaskTile)> {
        self.tiles.iter().map(|(at, tile)| (*at, &**tile))
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
        let reach = capsule.reach();
        for at in tiles_of(bounds).filter(|at| wanted(*at)) {
            let area = at.rect().intersect(&bounds);
            for y in area.y0..area.y1 {
                let (from, to) = capsule.span(y, reach);
                let (from, to) = (from.max(area.x0), to.min(area.x1));
                if from >= to {
                    continue;
                }
                let tile = self.tiles.entry(at).or_insert_with(|| blank(&mut self.spare));
                let start = ((y - at.rect().y0) * TILE + from - at.rect().x0) as usize;
                capsule.raise(&mut tile[start..start + (to - from) as usize], from, y);
            }
        }
        bounds
    }

    /// Raises single pixels, as a font's rasteriser gives them. `coverage` is 0..=1.
    pub fn raise(&mut self, x: i32, y: i32, coverage: f32, wanted: &impl Fn(TileAt) -> bool) {
        let at = TileAt::of(x, y);
        if coverage <= 0.0 || !wanted(at) {
            return;
        }
        let tile = self.tiles.entry(at).or_insert_with(|| blank(&mut self.spare));
        let pixel = &mut tile[((y - at.rect().y0) * TILE + x - at.rect().x0) as usize];
        *pixel = (*pixel).max((coverage.min(1.0) * 255.0 + 0.5) as u8);
    }

    /// Empties the mask and keeps its memory.
    pub fn clear(&mut self) {
        self.spare.extend(self.tiles.drain().map(|(_, tile)| tile));
    }
}

fn blank(spare: &mut Vec<Box<MaskTile>>) -> Box<MaskTile> {
    let mut tile = spare.pop().unwrap_or_else(|| Box::new([0; TILE_PIXELS]));
    tile.fill(0);
    tile
}
