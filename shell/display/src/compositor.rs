//! The layers, from the bottom: the board (page < ink < wet ink), UI surfaces, and the outline of a palm that
//! erases. Only damaged rectangles are drawn.

use crate::area::{Area, Dirty};
use crate::inbox::{SurfaceChange, SurfaceId};

/// One UI surface as the display thread knows it.
struct Layer {
    id: SurfaceId,
    rect: Area,
    z: i32,
    /// Later made or raised: further up among equals.
    turn: u64,
    visible: bool,
    opaque: bool,
    width: i32,
    height: i32,
    /// Premultiplied 0xAARRGGBB.
    pixels: Vec<u32>,
}

/// The UI surfaces, sorted from the bottom up.
#[derive(Default)]
pub(crate) struct Stack {
    layers: Vec<Layer>,
    turns: u64,
}

/// A ring drawn above everything: the edge of what a palm erases. In pixels.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Ring {
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) radius_x: f32,
    pub(crate) radius_y: f32,
}

/// Half the width of the ring's line.
const RING_HALF_PX: f32 = 1.5;
/// Seen on the white and on the green board.
const RING_COLOUR: u32 = 0x0080_8080;

impl Stack {
    /// Takes what the UI thread says about a surface; what must be drawn again goes into `dirty`.
    pub(crate) fn change(&mut self, id: SurfaceId, change: SurfaceChange, dirty: &mut Dirty) {
        if let SurfaceChange::New { opaque } = change {
            self.turns += 1;
            self.layers.push(Layer {
                id,
                rect: Area::default(),
                z: 0,
                turn: self.turns,
                visible: false,
                opaque,
                width: 0,
                height: 0,
                pixels: Vec::new(),
            });
            return;
        }
        let Some(at) = self.layers.iter().position(|layer| layer.id == id) else { return };
        let layer = &mut self.layers[at];
        if let SurfaceChange::Patch { size, area, pixels } = change {
            let whole = layer.patch(size, area, &pixels);
            let shown = if whole {
                layer.rect
            } else {
                area.offset(layer.rect.x, layer.rect.y).intersect(layer.rect)
            };
            if layer.visible {
                dirty.add(shown);
            }
            return;
        }
        if layer.visible {
            dirty.add(layer.rect);
        }
        match change {
            SurfaceChange::New { .. } | SurfaceChange::Patch { .. } => {}
            SurfaceChange::Place { rect, z } => (layer.rect, layer.z) = (rect, z),
            SurfaceChange::Raise => {
                self.turns += 1;
                layer.turn = self.turns;
            }
            SurfaceChange::Visible(visible) => layer.visible = visible,
            SurfaceChange::Gone => {
                self.layers.remove(at);
                return;
            }
        }
        if layer.visible {
            dirty.add(layer.rect);
        }
        self.layers.sort_by_key(|layer| (layer.z, layer.turn));
    }

    /// The topmost surface that takes a touch at this pixel.
    pub(crate) fn hit(&self, x: i32, y: i32) -> Option<SurfaceId> {
        self.layers.iter().rev().find(|layer| layer.takes(x, y)).map(|layer| layer.id)
    }

    /// Where a shown surface is, or `None` if it is hidden or gone.
    pub(crate) fn place(&self, id: SurfaceId) -> Option<Area> {
        self.layers.iter().find(|layer| layer.id == id && layer.visible).map(|layer| layer.rect)
    }

    /// The uppermost surface that hides all of `area`: nothing under it need be drawn.
    fn lowest_needed(&self, area: Area) -> usize {
        self.layers.iter().rposition(|layer| layer.hides(area)).unwrap_or(0)
    }

    /// True if the board cannot be seen in this area.
    pub(crate) fn covers(&self, area: Area) -> bool {
        self.layers.iter().any(|layer| layer.hides(area))
    }

    /// Lays the surfaces over `frame` (0x00RRGGBB, `stride` pixels a row) within `area`.
    pub(crate) fn draw(&self, frame: &mut [u32], stride: usize, area: Area) {
        for layer in self.layers.iter().skip(self.lowest_needed(area)).filter(|layer| layer.visible) {
            layer.draw(frame, stride, area);
        }
    }
}

impl Layer {
    /// Takes new pixels; true if the surface has another size than before, so that all of it changed.
    fn patch(&mut self, size: (i32, i32), area: Area, pixels: &[u32]) -> bool {
        let resized = size != (self.width, self.height);
        if resized {
            (self.width, self.height) = size;
            self.pixels = vec![0; size.0.max(0) as usize * size.1.max(0) as usize];
        }
        let inside = area.intersect(Area::new(0, 0, self.width, self.height));
        if inside != area || area.is_empty() {
            return resized;
        }
        for (y, row) in (area.y..).zip(pixels.chunks_exact(area.width as usize)) {
            let from = y as usize * self.width as usize + area.x as usize;
            if let Some(own) = self.pixels.get_mut(from..from + row.len()) {
                own.copy_from_slice(row);
            }
        }
        resized
    }

    fn pixel(&self, x: i32, y: i32) -> u32 {
        let (x, y) = (x - self.rect.x, y - self.rect.y);
        if x < 0 || y < 0 || x >= self.width || y >= self.height {
            return 0;
        }
        self.pixels.get(y as usize * self.width as usize + x as usize).copied().unwrap_or(0)
    }

    fn takes(&self, x: i32, y: i32) -> bool {
        self.visible && self.rect.contains(x, y) && (self.opaque || self.pixel(x, y) >> 24 != 0)
    }

    /// An opaque surface whose pixels are there hides all of an area within it. Opaque is a promise about
    /// touches; about pixels the pixels are asked.
    fn hides(&self, area: Area) -> bool {
        if !self.visible || !self.opaque || self.rect.intersect(area) != area {
            return false;
        }
        (area.y..area.bottom()).all(|y| self.row(y, area.x, area.right()).1.iter().all(|p| p >> 24 == 0xff))
            && (self.rect.x + self.width >= area.right() && self.rect.y + self.height >= area.bottom())
    }

    /// Its pixels on a screen row from `x0` to `x1`, and where they begin.
    fn row(&self, y: i32, x0: i32, x1: i32) -> (i32, &[u32]) {
        let own = self.rect.intersect(Area::new(self.rect.x, self.rect.y, self.width, self.height));
        let (x0, x1) = (x0.max(own.x), x1.min(own.right()));
        if x0 >= x1 || y < own.y || y >= own.bottom() {
            return (x0, &[]);
        }
        let from = (y - self.rect.y) as usize * self.width as usize + (x0 - self.rect.x) as usize;
        (x0, self.pixels.get(from..from + (x1 - x0) as usize).unwrap_or_default())
    }

    fn draw(&self, frame: &mut [u32], stride: usize, area: Area) {
        let area = area.intersect(self.rect);
        for y in area.y..area.bottom() {
            let (x, row) = self.row(y, area.x, area.right());
            let from = y as usize * stride + x.max(0) as usize;
            let Some(under) = frame.get_mut(from..from + row.len()) else { continue };
            for (under, over) in under.iter_mut().zip(row) {
                *under = match over >> 24 {
                    0 => continue,
                    0xff => over & 0x00ff_ffff,
                    _ => lay(*under, *over),
                };
            }
        }
    }
}

/// Premultiplied `over` on top of an opaque pixel.
pub(crate) fn lay(under: u32, over: u32) -> u32 {
    ink::over(under | 0xff00_0000, over, 255) & 0x00ff_ffff
}

impl Ring {
    /// The pixels it touches.
    pub(crate) fn area(&self) -> Area {
        let (rx, ry) = (self.radius_x + RING_HALF_PX + 1.0, self.radius_y + RING_HALF_PX + 1.0);
        let (x, y) = ((self.x - rx).floor() as i32, (self.y - ry).floor() as i32);
        Area::new(x, y, (2.0 * rx).ceil() as i32 + 1, (2.0 * ry).ceil() as i32 + 1)
    }

    pub(crate) fn draw(&self, frame: &mut [u32], stride: usize, area: Area) {
        let area = area.intersect(self.area());
        let radius = self.radius_x.min(self.radius_y).max(1.0);
        for y in area.y..area.bottom() {
            let from = y as usize * stride;
            let Some(row) = frame.get_mut(from + area.x as usize..from + area.right() as usize) else {
                continue;
            };
            for (x, pixel) in (area.x..).zip(row) {
                let (dx, dy) = ((x as f32 - self.x) / self.radius_x, (y as f32 - self.y) / self.radius_y);
                // Distance from the ellipse, near enough for a line of three pixels.
                let distance = ((dx * dx + dy * dy).sqrt() - 1.0).abs() * radius;
                let cover = (RING_HALF_PX + 0.5 - distance).clamp(0.0, 1.0);
                if cover > 0.0 {
                    *pixel = lay(*pixel, ink::premultiply(RING_COLOUR, (cover * 255.0) as u8));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
