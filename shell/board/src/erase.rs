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

/// Places along a stroke count 1/65536 of a stretch: so often it is halved, or cut by a third, to find one.
const HALVES: usize = 16;
const THIRDS: usize = 28;

/// The area one movement of an eraser passes over.
pub(crate) struct Swab {
    pub(crate) from: PagePoint,
    pub(crate) to: PagePoint,
    pub(crate) radius_um: u32,
}

impl Swab {
    pub(crate) fn bounds(&self) -> PageRect {
        let (a, b) = (self.from, self.to);
        PageRect::new(a.x_um, a.y_um, a.x_um, a.y_um)
            .union(&PageRect::new(b.x_um, b.y_um, b.x_um, b.y_um))
            .grown(self.radius_um.min(1 << 24) as i32)
    }

    /// Cheap: whether the area may reach into a box.
    pub(crate) fn may_reach(&self, rect: &PageRect) -> bool {
        let middle = rect.middle();
        let (x, y) = (f64::from(middle.x_um), f64::from(middle.y_um));
        let (wide, high) = (f64::from(rect.width_um()), f64::from(rect.height_um()));
        let around = (wide * wide + high * high).sqrt() / 2.0;
        self.outside(x, y, 0.0) <= around
    }

    /// Whether a box lies wholly within reach of where the area begins.
    pub(crate) fn begins_over(&self, rect: &PageRect) -> bool {
        let reach = i64::from(self.radius_um);
        [
            (rect.x0_um, rect.y0_um),
            (rect.x1_um, rect.y0_um),
            (rect.x1_um, rect.y1_um),
            (rect.x0_um, rect.y1_um),
        ]
        .into_iter()
        .all(|(x, y)| self.from.distance_squared(PagePoint::new(x, y)) < reach * reach)
    }

    /// How far outside the area a disc is; negative when it is touched.
    fn outside(&self, x: f64, y: f64, radius_um: f64) -> f64 {
        let (ax, ay) = (f64::from(self.from.x_um), f64::from(self.from.y_um));
        let (dx, dy) = (f64::from(self.to.x_um) - ax, f64::from(self.to.y_um) - ay);
        let length_squared = dx * dx + dy * dy;
        let along = if length_squared > 0.0 {
            (((x - ax) * dx + (y - ay) * dy) / length_squared).clamp(0.0, 1.0)
        } else {
            0.0
        };
        let (x, y) = (x - ax - along * dx, y - ay - along * dy);
        (x * x + y * y).sqrt() - f64::from(self.radius_um) - radius_um * TOUCHED_PART
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
            } else if (before + after - stretch.steepness()) / 2.0 > -NIBBLE_UM {
                None
            } else {
                let at = |part: f64| Along::between(stretch.a, stretch.b, part).at;
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

/// One stretch of a stroke, between two nodes.
struct Stretch<'a> {
    a: &'a Along,
    b: &'a Along,
}

impl Stretch<'_> {
    fn outside(&self, t: f64, swab: &Swab) -> f64 {
        let (x, y, radius) = between(&self.a.node, &self.b.node, t);
        swab.outside(x, y, radius)
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
    fn edge(&self, swab: &Swab, mut inside: f64, mut outside: f64) -> f64 {
        if self.outside(outside, swab) <= 0.0 {
            return outside;
        }
        for _ in 0..HALVES {
            let half = (inside + outside) / 2.0;
            if self.outside(half, swab) <= 0.0 { inside = half } else { outside = half }
        }
        outside
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
