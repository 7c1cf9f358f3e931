//! Strokes as the character network sees them, pure: eight maps of where the pen moved in which direction, and one
//! of where it moved lifted.
//!
//! The exact twin of `render` in `assets/models/ink/synth.py`, from which the network learned; a test compares both.
//! The ink is centred at its mean and measured in its deviation, so that one long tail does not shrink the rest.

use super::stroke::{Point, Stroke};

/// Directions and the lifted pen.
pub(crate) const MAPS: usize = 9;
/// Side of a map.
pub(crate) const SIDE: usize = 32;
/// Ink that lies over itself does not count more than this.
const VALUE_MAX: f32 = 1.5;
/// Offsets, in deviations, at which three quarters of the half map are used.
const REACH: f32 = 2.1;
/// Distance of two splats in map units.
const SPLAT_STEP: f32 = 0.5;
/// A line is not made narrower than this against its length.
const NARROW_MIN: f32 = 0.2;

/// Centre and scale of some ink.
struct Frame {
    x: f32,
    y: f32,
    wide: f32,
    high: f32,
}

/// The maps of one character, [`MAPS`] x [`SIDE`] x [`SIDE`], outermost first. Empty strokes are passed over. Without
/// `lifts` the last map stays empty, and the order of the strokes does not matter.
pub(crate) fn render(strokes: &[&Stroke], lifts: bool) -> Vec<f32> {
    let mut maps = vec![0.0; MAPS * SIDE * SIDE];
    let frame = Frame::of(strokes);
    let mut pen: Option<(f32, f32)> = None;
    for stroke in strokes {
        for (index, point) in stroke.0.iter().enumerate() {
            let here = frame.place(point);
            if let Some(before) = pen.filter(|_| lifts || index > 0) {
                lay(&mut maps, before, here, index == 0);
            }
            pen = Some(here);
        }
    }
    for value in &mut maps {
        *value = value.min(VALUE_MAX);
    }
    maps
}

impl Frame {
    fn of(strokes: &[&Stroke]) -> Self {
        let pieces = || strokes.iter().flat_map(|stroke| stroke.0.windows(2)).map(piece);
        let (total, x, y) = pieces().fold((1e-6, 0.0, 0.0), |(total, x, y), (length, at)| {
            (total + length, x + length * at.0, y + length * at.1)
        });
        let (x, y) = match (x, y) {
            // Dots alone have no length to weigh by.
            _ if total <= 1e-6 => {
                strokes.iter().flat_map(|stroke| &stroke.0).next().map_or((0.0, 0.0), |p| (p.x, p.y))
            }
            (x, y) => (x / total, y / total),
        };
        // A piece reaches to both sides of its middle; pens that tell corners only have long ones.
        let (vx, vy) =
            strokes.iter().flat_map(|stroke| stroke.0.windows(2)).fold((1e-9, 1e-9), |(vx, vy), ends| {
                let (length, at) = piece(ends);
                let (dx, dy) = (ends[1].x - ends[0].x, ends[1].y - ends[0].y);
                let spread = |off: f32, reach: f32| length * (off * off + reach * reach / 12.0);
                (vx + spread(at.0 - x, dx), vy + spread(at.1 - y, dy))
            });
        let (sx, sy) = ((vx / total).sqrt(), (vy / total).sqrt());
        let longer = sx.max(sy);
        let ratio = sx.min(sy) / longer;
        // A narrow character stays narrow, but less so than it was written.
        let shorter = longer * ratio / (0.5 * std::f32::consts::PI * ratio).sin().sqrt();
        let shorter = shorter.max(NARROW_MIN * longer).max(1e-6);
        if sx >= sy {
            Self { x, y, wide: longer, high: shorter }
        } else {
            Self { x, y, wide: shorter, high: longer }
        }
    }

    fn place(&self, point: &Point) -> (f32, f32) {
        (squeeze((point.x - self.x) / self.wide), squeeze((point.y - self.y) / self.high))
    }
}

/// Length and middle of the way between two points.
fn piece(ends: &[Point]) -> (f32, (f32, f32)) {
    let (from, to) = (ends[0], ends[1]);
    let length = (to.x - from.x).hypot(to.y - from.y) + 1e-6;
    (length, (0.5 * (from.x + to.x), 0.5 * (from.y + to.y)))
}

/// From deviations to 0..1: even in the middle, ever narrower outside.
fn squeeze(offset: f32) -> f32 {
    0.5 + 0.5 * (offset / REACH).tanh()
}

/// Lays one straight move into the maps of its two nearest directions, or of the lifted pen.
fn lay(maps: &mut [f32], from: (f32, f32), to: (f32, f32), lifted: bool) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = dx.hypot(dy) * SIDE as f32;
    if length < 1e-6 {
        return;
    }
    let angle = (dy.atan2(dx) / std::f32::consts::FRAC_PI_4).rem_euclid(8.0);
    let share = angle - angle.floor();
    let low = angle.floor() as usize % 8;
    let parts = (length / SPLAT_STEP).ceil().max(1.0);
    let weight = length / parts;
    for part in 0..parts as usize {
        let at = (part as f32 + 0.5) / parts;
        let spot = (from.0 + dx * at, from.1 + dy * at);
        if lifted {
            splat(maps, 8, spot, weight);
        } else {
            splat(maps, low, spot, weight * (1.0 - share));
            splat(maps, (low + 1) % 8, spot, weight * share);
        }
    }
}

/// Shares a weight among the four cells around a spot.
fn splat(maps: &mut [f32], plane: usize, spot: (f32, f32), weight: f32) {
    let (u, v) = (spot.0 * SIDE as f32 - 0.5, spot.1 * SIDE as f32 - 0.5);
    let (left, top) = (u.floor(), v.floor());
    let (fx, fy) = (u - left, v - top);
    for (dy, sy) in [(0.0, 1.0 - fy), (1.0, fy)] {
        for (dx, sx) in [(0.0, 1.0 - fx), (1.0, fx)] {
            let (x, y) = (left + dx, top + dy);
            if x >= 0.0 && y >= 0.0 && x < SIDE as f32 && y < SIDE as f32 {
                maps[(plane * SIDE + y as usize) * SIDE + x as usize] += weight * sx * sy;
            }
        }
    }
}

#[cfg(test)]
mod tests;
