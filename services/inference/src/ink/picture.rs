//! Ink drawn as the line reader wants it, pure: dark on light, 48 pixels high, with a pen as thin as in its training.

use super::stroke::{Bounds, Stroke};

/// Height of a picture in pixels.
pub(crate) const HEIGHT: usize = 48;
/// The reader's value for paper and for ink.
const PAPER: f32 = 1.0;
/// See [`PAPER`].
const INK: f32 = -1.0;
/// What follows the picture in a wider canvas, as in the reader's training.
const REST: f32 = 0.0;

/// How ink is drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pen {
    /// Width of the line in pixels.
    pub(crate) width: f32,
    /// Pixels sideways a pixel downwards that are taken out: positive straightens writing that leans right.
    pub(crate) slant: f32,
    /// Pixels left free around the ink.
    pub(crate) margin: f32,
}

/// Where ink lies in its picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Place {
    scale: f32,
    left: f32,
    top: f32,
    middle: f32,
    slant: f32,
    /// Width of the picture in pixels.
    pub(crate) width: usize,
}

impl Place {
    /// A picture of `bounds`, at most `width_max` pixels wide (a longer line is squeezed as a whole).
    pub(crate) fn of(bounds: &Bounds, pen: Pen, width_max: usize) -> Self {
        let lean = pen.slant.abs() * bounds.height();
        let size = (bounds.height().max(0.35 * bounds.width().min(bounds.height() * 3.0))).max(1e-3);
        let inner = HEIGHT as f32 - 2.0 * pen.margin;
        let room = width_max as f32 - 2.0 * pen.margin;
        let scale = (inner / size).min(room / (bounds.width() + lean).max(1e-3));
        let used = (bounds.width() + lean) * scale + 2.0 * pen.margin;
        let middle = 0.5 * (bounds.top + bounds.bottom);
        Self {
            scale,
            left: bounds.left - 0.5 * lean - pen.margin / scale,
            top: middle - 0.5 * HEIGHT as f32 / scale,
            middle,
            slant: pen.slant,
            width: (used.ceil() as usize).clamp(1, width_max),
        }
    }

    /// Ink to pixels.
    pub(crate) fn pixel(&self, x: f32, y: f32) -> (f32, f32) {
        let upright = x + self.slant * (y - self.middle);
        ((upright - self.left) * self.scale, (y - self.top) * self.scale)
    }

    /// A column of pixels back to ink, at half its height.
    pub(crate) fn across(&self, pixel: f32) -> f32 {
        pixel / self.scale + self.left
    }
}

/// The three planes of the reader's input, `canvas` pixels wide; all three are the same picture.
pub(crate) fn draw(strokes: &[&Stroke], place: &Place, pen: Pen, canvas: usize) -> Vec<f32> {
    let mut plane = vec![0.0_f32; HEIGHT * canvas];
    let width = place.width.min(canvas);
    for stroke in strokes {
        let mut from: Option<(f32, f32)> = None;
        for point in &stroke.0 {
            let to = place.pixel(point.x, point.y);
            capsule(&mut plane, canvas, width, from.unwrap_or(to), to, 0.5 * pen.width);
            from = Some(to);
        }
    }
    for (index, value) in plane.iter_mut().enumerate() {
        *value = if index % canvas < width { PAPER + (INK - PAPER) * *value } else { REST };
    }
    [plane.as_slice(); 3].concat()
}

/// Covers what lies within `radius` of the way between two pixels.
fn capsule(plane: &mut [f32], stride: usize, width: usize, from: (f32, f32), to: (f32, f32), radius: f32) {
    let reach = radius + 1.0;
    let range = |a: f32, b: f32, end: usize| {
        let low = (a.min(b) - reach).floor().max(0.0) as usize;
        let high = (a.max(b) + reach).ceil().max(0.0) as usize;
        low.min(end)..high.saturating_add(1).min(end)
    };
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx * dx + dy * dy;
    for y in range(from.1, to.1, HEIGHT) {
        for x in range(from.0, to.0, width) {
            let (px, py) = (x as f32 + 0.5 - from.0, y as f32 + 0.5 - from.1);
            let along = if length > 0.0 { ((px * dx + py * dy) / length).clamp(0.0, 1.0) } else { 0.0 };
            let cover = (radius + 0.5 - (px - along * dx).hypot(py - along * dy)).clamp(0.0, 1.0);
            let cell = &mut plane[y * stride + x];
            *cell = cell.max(cover);
        }
    }
}

#[cfg(test)]
mod tests;
