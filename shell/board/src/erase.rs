//! The geometry of rubbing out: which ranges of a stroke an eraser's movement passes over.
use crate::{
    point::{PagePoint, PageRect},
    runs::{Along, Range},
};

/// How much of a line's half width counts as touched: grazing the soft edge of a highlighter is not meant.
const TOUCHED_PART: f64 = 0.9;
/// A line nearer than the edge by less than this was cut here before; cutting it again would nibble.
const NIBBLE_UM: f64 = 30.0;
/// Crumbs shorter than this are rubbed out with the rest, in micrometres.
pub(crate) const CRUMB_UM: f64 = 300.0;

/// Places along a stroke count 1/65536 of a stretch: so often it is cut at most, every other time in halves, or by a
/// third, to find one.
const CUTS: u32 = 36;
/// So near to the edge a place is at it, in micrometres: no ink is that fine.
const ENOUGH_UM: f64 = 1.0;
const THIRDS: usize = 28;

/// The area one movement of an eraser passes over.
pub(crate) struct Swab {
    from: PagePoint,
    to: PagePoint,
    radius_um: u32,
    /// The way, and the same over the square of its length.
    way: (f64, f64),
    per_um: (f64, f64),
}

impl Swab {
    pub(crate) fn new(from: PagePoint, to: PagePoint, radius_um: u32) -> Swab {
        let way = (f64::from(to.x_um) - f64::from(from.x_um), f64::from(to.y_um) - f64::from(from.y_um));
        let square = way.0 * way.0 + way.1 * way.1;
        let per_um = if square > 0.0 { (way.0 / square, way.1 / square) } else { (0.0, 0.0) };
        Swab { from, to, radius_um, way, per_um }
    }

    pub(crate) fn bounds(&self) -> PageRect {
        let (a, b) = (self.from, self.to);
        PageRect::new(a.x_um, a.y_um, a.x_um, a.y_um)
            .union(&PageRect::new(b.x_um, b.y_um, b.x_um, b.y_um))
            .grown(self.radius_um.min(1 << 24) as i32)
    }

    /// Cheap: whether the area may reach into a box.
    fn may_reach(&self, rect: &PageRect) -> bool {
        let middle = rect.middle();
        let (wide, high) = (f64::from(rect.width_um()), f64::from(rect.height_um()));
        // A middle is rounded.
        let around = (wide * wide + high * high).sqrt() / 2.0 + 1.0;
        let reach = around + f64::from(self.radius_um);
        self.squared_from_way(f64::from(middle.x_um), f64::from(middle.y_um)) <= reach * reach
    }

    /// Whether a box lies in the area so deep that all ink in it is touched.
    pub(crate) fn covers(&self, rect: &PageRect) -> bool {
        let reach = (f64::from(self.radius_um) - NIBBLE_UM).max(0.0);
        corners(rect).into_iter().all(|(x, y)| self.squared_from_way(x, y) <= reach * reach)
    }

    /// Whether nothing in a box is nearer to the rest of the way than to where it begins.
    fn starts_past(&self, rect: &PageRect) -> bool {
        let x = if self.way.0 > 0.0 { rect.x1_um } else { rect.x0_um };
        let y = if self.way.1 > 0.0 { rect.y1_um } else { rect.y0_um };
        let (x, y) = (f64::from(x) - f64::from(self.from.x_um), f64::from(y) - f64::from(self.from.y_um));
        x * self.way.0 + y * self.way.1 <= 0.0
    }

    /// The square of how far a place is from the way.
    fn squared_from_way(&self, x: f64, y: f64) -> f64 {
        let (x, y) = (x - f64::from(self.from.x_um), y - f64::from(self.from.y_um));
        let along = (x * self.per_um.0 + y * self.per_um.1).clamp(0.0, 1.0);
        let (x, y) = (x - along * self.way.0, y - along * self.way.1);
        x * x + y * y
    }

    /// How far outside the area a disc is; negative when it is touched.
    fn outside(&self, x: f64, y: f64, radius_um: f64) -> f64 {
        self.squared_from_way(x, y).sqrt() - f64::from(self.radius_um) - radius_um * TOUCHED_PART
    }

    /// The same for a place between two nodes, from 0 to 1.
    pub(crate) fn outside_between(&self, a: &ink::Node, b: &ink::Node, t: f64) -> f64 {
        let (x, y, radius) = between(a, b, t);
        self.outside(x, y, radius)
    }

    /// Adds the ranges that are passed over along a run of nodes.
    pub(crate) fn cuts(&self, run: &[Along], cuts: &mut Vec<Range>) {
        let outside = |along: &Along| {
            let node = along.node;
            self.outside(f64::from(node.x_um), f64::from(node.y_um), f64::from(node.radius_um))
        };
        let Some(first) = run.first() else { return };
        let mut before = outside(first);
        if run.len() == 1 && before <= -NIBBLE_UM {
            cuts.push((first.at, first.at + 1));
        }
        for pair in run.windows(2) {
            let stretch = Stretch { a: &pair[0], b: &pair[1] };
            let after = outside(&pair[1]);
            let range = if before <= -NIBBLE_UM && after <= -NIBBLE_UM {
                // How far outside it is, is convex along a stretch: between two that are inside all is inside.
                Some((pair[0].at, pair[1].at))
            } else if before.min(after) > -NIBBLE_UM && stretch.stays_outside(before + after) {
                None
            } else {
                let at = |part: f64| stretch.at(part);
                let rubbed = match (before <= -NIBBLE_UM, after <= -NIBBLE_UM) {
                    (true, _) => Some((0.0, stretch.edge(self, 0.0, 1.0))),
                    (_, true) => Some((stretch.edge(self, 1.0, 0.0), 1.0)),
                    _ => stretch.rubbed(self),
                };
                rubbed.map(|(from, to)| (at(from), at(to)))
            };
            match (range, cuts.last_mut()) {
                (Some(range), Some(last)) if last.1 == range.0 => last.1 = range.1,
                (Some(range), _) => cuts.push(range),
                (None, _) => {}
            }
            before = after;
        }
    }
}

fn corners(rect: &PageRect) -> [(f64, f64); 4] {
    let [x0, y0, x1, y1] = [rect.x0_um, rect.y0_um, rect.x1_um, rect.y1_um].map(f64::from);
    [(x0, y0), (x1, y0), (x1, y1), (x0, y1)]
}

/// One movement of an eraser, and how far it had rubbed already where the movement begins.
pub(crate) struct Sweep {
    pub(crate) swab: Swab,
    /// The place where the movement before ended.
    start: Swab,
}

impl Sweep {
    pub(crate) fn new(from: PagePoint, to: PagePoint, radius_um: u32, reached_um: u32) -> Sweep {
        Sweep { swab: Swab::new(from, to, radius_um), start: Swab::new(from, from, reached_um) }
    }

    /// Whether the movement may reach anything in a box that the eraser had not reached before.
    pub(crate) fn reaches_anew(&self, rect: &PageRect) -> bool {
        let known = self.start.radius_um >= self.swab.radius_um && self.swab.starts_past(rect);
        !known && self.swab.may_reach(rect) && !self.start.covers(rect)
    }
}

/// One stretch of a stroke, between two nodes.
struct Stretch<'a> {
    a: &'a Along,
    b: &'a Along,
}

impl Stretch<'_> {
    /// A part of the stretch as a place along the stroke.
    fn at(&self, part: f64) -> u64 {
        let (a, b) = (self.a.at as f64, self.b.at as f64);
        (a + (b - a) * part).round() as u64
    }

    fn outside(&self, t: f64, swab: &Swab) -> f64 {
        swab.outside_between(&self.a.node, &self.b.node, t)
    }

    /// The part of the stretch that is rubbed out. The distance to the eraser's way is convex along a
    /// straight stretch, so it is one interval: find its middle by thirds, its ends by halves.
    fn rubbed(&self, swab: &Swab) -> Option<(f64, f64)> {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..THIRDS {
            let third = (high - low) / 3.0;
            if self.outside(low + third, swab) <= self.outside(high - third, swab) {
                high -= third;
            } else {
                low += third;
            }
        }
        let ends = [0.0, 1.0, (low + high) / 2.0];
        let middle =
            ends.into_iter().min_by(|a, b| self.outside(*a, swab).total_cmp(&self.outside(*b, swab)))?;
        if self.outside(middle, swab) > -NIBBLE_UM {
            return None;
        }
        Some((self.edge(swab, middle, 0.0), self.edge(swab, middle, 1.0)))
    }

    /// Where between a part that is inside and one towards the stretch's end the eraser's edge is.
    ///
    /// How far outside a place is, is convex along the stretch, so the chord from inside to outside meets nought before
    /// the edge, and mostly just before it. Where it gains little, because the edge is only grazed, halves go on.
    fn edge(&self, swab: &Swab, mut inside: f64, mut outside: f64) -> f64 {
        let mut far = self.outside(outside, swab);
        if far <= 0.0 {
            return outside;
        }
        let mut near = self.outside(inside, swab);
        for step in 0..CUTS {
            if near > -ENOUGH_UM {
                return inside;
            }
            let chord = step % 2 == 0;
            let part = if chord { near / (near - far) } else { 0.5 };
            let next = inside + (outside - inside) * part;
            let there = self.outside(next, swab);
            if there <= 0.0 {
                (inside, near) = (next, there);
            } else {
                (outside, far) = (next, there);
            }
        }
        inside
    }

    /// Whether all of a stretch is outside whose ends are, by so much together.
    fn stays_outside(&self, both: f64) -> bool {
        let room = both + 2.0 * NIBBLE_UM;
        // Most are so far outside that the roundabout way tells.
        room > self.roundabout() || room > self.steepness()
    }

    /// No less than [`Stretch::steepness`], and quicker to know.
    fn roundabout(&self) -> f64 {
        let (a, b) = (self.a.node, self.b.node);
        (f64::from(b.x_um) - f64::from(a.x_um)).abs()
            + (f64::from(b.y_um) - f64::from(a.y_um)).abs()
            + f64::from(a.radius_um.abs_diff(b.radius_um))
    }

    /// How much what is outside can change along the stretch, at most.
    fn steepness(&self) -> f64 {
        let (a, b) = (self.a.node, self.b.node);
        let grows = f64::from(a.radius_um.abs_diff(b.radius_um)) * TOUCHED_PART;
        libm::hypot(f64::from(b.x_um) - f64::from(a.x_um), f64::from(b.y_um) - f64::from(a.y_um)) + grows
    }
}

fn between(a: &ink::Node, b: &ink::Node, t: f64) -> (f64, f64, f64) {
    let mix = |a: f64, b: f64| a + (b - a) * t;
    (
        mix(f64::from(a.x_um), f64::from(b.x_um)),
        mix(f64::from(a.y_um), f64::from(b.y_um)),
        mix(f64::from(a.radius_um), f64::from(b.radius_um)),
    )
}

/// How long a run is.
pub(crate) fn length_um(run: &[Along]) -> f64 {
    run.windows(2)
        .map(|pair| {
            let (a, b) = (pair[0].node, pair[1].node);
            libm::hypot(f64::from(b.x_um) - f64::from(a.x_um), f64::from(b.y_um) - f64::from(a.y_um))
        })
        .sum()
}
