//! One piece of a stroke: two discs and what lies between them, in pixels, and where its pixels are.
use crate::{
    damage::Rect,
    sample::Node,
    scale::{Scale, ceil, floor},
    tile::{TILE, TileAt},
};

/// Added to every outer edge and taken from every inner one, in pixels: more than the rounding of `f32` at
/// the far corner of an 8K panel, far less than anybody sees.
const SLACK: f32 = 1.0 / 64.0;
/// Half the width of an edge: coverage falls from all to nothing over one pixel.
const SOFT: f32 = 0.5;
/// An inside thinner than this holds hardly a whole block of pixels, so it is not looked for.
const WORTH_FILLING: f32 = 6.0;

/// A capsule of varying radius. A pixel's coverage is that of the disc at the foot of the perpendicular from
/// the pixel's middle: `radius + 0.5 - distance`, at least 0 and at most 1.
///
/// Everything here is single additions, products, quotients and roots of `f32`, which IEEE 754 rounds alike
/// on every machine; nothing is fused or estimated. So every instruction set gives the same pixels.
#[derive(Clone, Copy)]
pub(crate) struct Capsule {
    pub(crate) ax: f32,
    pub(crate) ay: f32,
    pub(crate) dx: f32,
    pub(crate) dy: f32,
    /// The way from `a` to `b` divided by its squared length: a place times this is 0 at `a` and 1 at `b`.
    /// Zero for a dot.
    pub(crate) along: (f32, f32),
    /// The radius at `a`, plus half the soft edge.
    pub(crate) edge: f32,
    pub(crate) radius_grows: f32,
    /// Coverage inside, 0..=255: below half a pixel of radius a line gets paler, not thinner.
    pub(crate) strength: f32,
    outer: f32,
    inner: f32,
}

/// Pixels of one row: all that may be covered, and of these the ones that certainly are, wholly. In pixels
/// of the panel, ends excluded.
pub(crate) struct Cut {
    pub(crate) outer: (i32, i32),
    pub(crate) inner: (i32, i32),
}

impl Capsule {
    pub(crate) fn new(a: Node, b: Node, shift_um: (i32, i32), scale: Scale) -> Capsule {
        let place = |um: i32, shift: i32| scale.px(um.saturating_add(shift) as f32);
        let (ax, ay) = (place(a.x_um, shift_um.0), place(a.y_um, shift_um.1));
        let (dx, dy) = (place(b.x_um, shift_um.0) - ax, place(b.y_um, shift_um.1) - ay);
        let (ra, rb) = (scale.px(f32::from(a.radius_um)), scale.px(f32::from(b.radius_um)));
        let long = dx * dx + dy * dy;
        let inverse = if long > 1e-6 { 1.0 / long } else { 0.0 };
        let strength = (ra.max(rb) * 2.0).min(1.0) * 255.0;
        let (ra, rb) = (ra.max(0.5), rb.max(0.5));
        Capsule {
            ax,
            ay,
            dx,
            dy,
            along: (dx * inverse, dy * inverse),
            edge: ra + SOFT,
            radius_grows: rb - ra,
            strength,
            outer: ra.max(rb) + SOFT + SLACK,
            inner: if strength < 255.0 { 0.0 } else { ra.min(rb) - SOFT - SLACK },
        }
    }

    /// The pixels whose middles are near enough for coverage, and no others.
    pub(crate) fn bounds(&self) -> Rect {
        let reach = self.outer - 0.5;
        Rect {
            x0: floor(self.ax + self.dx.min(0.0) - reach),
            y0: floor(self.ay + self.dy.min(0.0) - reach),
            x1: ceil(self.ax + self.dx.max(0.0) + reach),
            y1: ceil(self.ay + self.dy.max(0.0) + reach),
        }
    }

    /// The tiles that the capsule's box touches, without those that a slanted line stays clear of: asking for no
    /// more than lie along the line keeps one between the ends of the world from costing the world.
    pub(crate) fn tiles(&self, bounds: &Rect) -> impl Iterator<Item = TileAt> {
        let (ax, dx, dy, reach) = (self.ax, self.dx, self.dy, self.outer);
        let ay = self.ay;
        let bounds = *bounds;
        let first = TileAt::of(bounds.x0, bounds.y0);
        let last = TileAt::of(bounds.x1.saturating_sub(1), bounds.y1.saturating_sub(1));
        (first.y..=last.y).flat_map(move |y| {
            let (top, bottom) =
                ((y as f32) * TILE as f32 - reach - ay, (y as f32 + 1.0) * TILE as f32 + reach - ay);
            let (mut from, mut to) = (0.0_f32, 1.0_f32);
            if dy.abs() > 1e-3 {
                let (one, other) = (top / dy, bottom / dy);
                from = one.min(other).clamp(0.0, 1.0);
                to = one.max(other).clamp(0.0, 1.0);
            }
            let (one, other) = (ax + from * dx, ax + to * dx);
            let left = TileAt::of(floor(one.min(other) - reach), 0).x.max(first.x);
            let right = TileAt::of(ceil(one.max(other) + reach), 0).x.min(last.x);
            (left..=right).map(move |x| TileAt { x, y })
        })
    }

    /// Whether any pixel of the area may be covered: a box around a slanted line is mostly empty.
    pub(crate) fn touches(&self, area: &Rect) -> bool {
        (area.y0..area.y1).any(|y| {
            let (from, to) = self.span(y, self.outer);
            from.max(area.x0) < to.min(area.x1)
        })
    }

    pub(crate) fn cut(&self, y: i32) -> Cut {
        let inner = if self.inner < WORTH_FILLING { (0, 0) } else { self.span(y, self.inner) };
        Cut { outer: self.span(y, self.outer), inner }
    }

    /// The pixels of a row whose middles lie in the capsule of this constant radius. That is a convex shape:
    /// its row is the widest of what the two discs and the two sides cut out.
    fn span(&self, y: i32, radius: f32) -> (i32, i32) {
        let py = y as f32 + 0.5 - self.ay;
        let (mut left, mut right) = (f32::MAX, f32::MIN);
        for (x, away) in [(0.0, py), (self.dx, py - self.dy)] {
            let half = radius * radius - away * away;
            if half >= 0.0 {
                let half = half.sqrt();
                left = left.min(x - half);
                right = right.max(x + half);
            }
        }
        let long = self.dx * self.dx + self.dy * self.dy;
        if long > 1e-6 {
            let out = radius / long.sqrt();
            let (nx, ny) = (-self.dy * out, self.dx * out);
            for (nx, ny) in [(nx, ny), (-nx, -ny)] {
                // A level side never cuts a row: the quotient is then no number between 0 and 1.
                let part = (py - ny) / self.dy;
                if (0.0..=1.0).contains(&part) {
                    left = left.min(nx + part * self.dx);
                    right = right.max(nx + part * self.dx);
                }
            }
        }
        if left > right {
            return (0, 0);
        }
        (ceil(left + self.ax - 0.5), floor(right + self.ax + 0.5))
    }
}
