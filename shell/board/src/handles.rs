//! What a hand can hold of a selection: the whole, a corner to scale, a side to stretch, the knob above to turn.
use crate::{
    affine::Affine,
    point::{PagePoint, PageRect},
};

/// A selection's handles lie this far outside what is selected, in micrometres: on the frame around it.
const GAP_UM: i32 = 6_000;
/// The knob lies so far above the frame, in micrometres.
const KNOB_UM: i32 = 25_000;
/// A finger takes a handle from so far, in micrometres.
const NEAR_UM: i64 = 8_000;
/// A selection is made no smaller than this part of itself in one go, and never turned inside out.
const SMALLEST: f64 = 0.02;
/// Turning stops at multiples of this, in radians, when it comes this near to one.
const SNAP: f64 = 15.0 * std::f64::consts::PI / 180.0;
const SNAP_NEAR: f64 = 3.0 * std::f64::consts::PI / 180.0;

/// Where the handles of a selection are, on the page.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handles {
    /// Top left, top right, bottom right, bottom left: they scale.
    pub corners: [PagePoint; 4],
    /// Top, right, bottom, left: they stretch one way.
    pub sides: [PagePoint; 4],
    /// It turns.
    pub knob: PagePoint,
}

impl Handles {
    pub(crate) fn around(bounds: PageRect) -> Handles {
        let frame = bounds.grown(GAP_UM);
        let PageRect { x0_um: x0, y0_um: y0, x1_um: x1, y1_um: y1 } = frame;
        let middle = frame.middle();
        Handles {
            corners: [(x0, y0), (x1, y0), (x1, y1), (x0, y1)].map(|(x, y)| PagePoint::new(x, y)),
            sides: [(middle.x_um, y0), (x1, middle.y_um), (middle.x_um, y1), (x0, middle.y_um)]
                .map(|(x, y)| PagePoint::new(x, y)),
            knob: PagePoint::new(middle.x_um, y0.saturating_sub(KNOB_UM)),
        }
    }
}

/// What a hand holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Handle {
    Whole,
    Corner(usize),
    Side(usize),
    Knob,
    /// The end of a line whose other end stays.
    End {
        fixed: PagePoint,
    },
}

impl Handle {
    /// The handle at a place, if there is one.
    pub(crate) fn at(bounds: PageRect, at: PagePoint) -> Option<Handle> {
        let handles = Handles::around(bounds);
        let near = |handle: &PagePoint| handle.distance_squared(at) <= NEAR_UM * NEAR_UM;
        if near(&handles.knob) {
            return Some(Handle::Knob);
        }
        let corner = handles.corners.iter().position(near).map(Handle::Corner);
        corner.or_else(|| handles.sides.iter().position(near).map(Handle::Side))
    }

    /// The end of a line that is nearer to a place.
    pub(crate) fn end(from: PagePoint, to: PagePoint, at: PagePoint) -> Handle {
        let nearer_from = from.distance_squared(at) < to.distance_squared(at);
        Handle::End { fixed: if nearer_from { to } else { from } }
    }

    pub(crate) fn nearest_corner(bounds: PageRect, at: PagePoint) -> Handle {
        let corners = Handles::around(bounds).corners;
        let near = |index: &usize| corners[*index].distance_squared(at);
        (0..corners.len()).min_by_key(near).map_or(Handle::Whole, Handle::Corner)
    }

    /// What becomes of the selection when a hand that took hold at `from` is at `to`.
    pub(crate) fn affine(self, bounds: PageRect, from: PagePoint, to: PagePoint) -> Affine {
        let (dx, dy) = (to.x_um.saturating_sub(from.x_um), to.y_um.saturating_sub(from.y_um));
        let by = match self {
            Handle::Whole => return Affine::shift(dx, dy),
            Handle::Corner(corner) => {
                let fixed = Handles::around(bounds).corners[(corner + 2) % 4];
                let (was, now) = (vector(fixed, from), vector(fixed, to));
                let square = was.0 * was.0 + was.1 * was.1;
                let scale = part((was.0 * now.0 + was.1 * now.1) / square);
                Affine::about(fixed, scale, scale, 0.0)
            }
            Handle::Side(side) => {
                let fixed = Handles::around(bounds).sides[(side + 2) % 4];
                let (was, now) = (vector(fixed, from), vector(fixed, to));
                if side % 2 == 1 {
                    Affine::about(fixed, part(now.0 / was.0), 1.0, 0.0)
                } else {
                    Affine::about(fixed, 1.0, part(now.1 / was.1), 0.0)
                }
            }
            Handle::End { fixed } => {
                let (was, now) = (vector(fixed, from), vector(fixed, to));
                let scale =
                    part((now.0 * now.0 + now.1 * now.1).sqrt() / (was.0 * was.0 + was.1 * was.1).sqrt());
                let turn = libm::atan2(now.1, now.0) - libm::atan2(was.1, was.0);
                Affine::about(fixed, scale, scale, turn)
            }
            Handle::Knob => {
                let centre = bounds.middle();
                let (was, now) = (vector(centre, from), vector(centre, to));
                let turn = libm::atan2(now.1, now.0) - libm::atan2(was.1, was.0);
                let nearest = (turn / SNAP).round() * SNAP;
                let turn = if (turn - nearest).abs() < SNAP_NEAR { nearest } else { turn };
                Affine::about(centre, 1.0, 1.0, turn)
            }
        };
        by.unwrap_or_default()
    }
}

fn vector(from: PagePoint, to: PagePoint) -> (f64, f64) {
    (f64::from(to.x_um) - f64::from(from.x_um), f64::from(to.y_um) - f64::from(from.y_um))
}

fn part(scale: f64) -> f64 {
    if scale.is_finite() { scale.max(SMALLEST) } else { 1.0 }
}
