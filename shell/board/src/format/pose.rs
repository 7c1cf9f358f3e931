//! How an object lies, in the words that other formats have: a scale, then a turn. They have none for leaning.
use crate::{affine::Affine, point::PagePoint};

/// Sides may be off the right angle by this much before a thing counts as leaning.
const SQUARE: f64 = 1e-3;
/// Places are rounded, so that small things are never quite square: the slack in pixels.
const SLACK: f64 = 0.01;

/// What an affine does beside moving.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Pose {
    pub(crate) scale_x: f64,
    /// Below zero for a thing that is mirrored.
    pub(crate) scale_y: f64,
    /// Clockwise on the screen.
    pub(crate) radians: f64,
    /// Right angles stay right.
    pub(crate) square: bool,
}

impl Pose {
    pub(crate) fn of(placing: &Affine) -> Pose {
        let [a, b, c, d] = placing.factors();
        let scale_x = libm::hypot(a, b);
        let area = a * d - b * c;
        let scale_y = if scale_x > 0.0 { area / scale_x } else { libm::hypot(c, d) };
        let leaning = (a * c + b * d).abs();
        let square = leaning <= SQUARE * scale_x * libm::hypot(c, d);
        Pose { scale_x, scale_y, radians: libm::atan2(b, a), square }
    }
}

/// A box that may be turned about its own centre.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Turned {
    pub(crate) centre: (f64, f64),
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) radians: f64,
}

impl Turned {
    /// The rectangle that four corners in a row make, if they make one.
    pub(crate) fn rectangle(corners: &[(f64, f64)]) -> Option<Turned> {
        let [p, q, r, s] = *corners else { return None };
        let (width, height) = (between(p, q), between(q, r));
        let near =
            |here: (f64, f64), there: (f64, f64)| between(here, there) <= SQUARE * (width + height) + SLACK;
        let leaning = (q.0 - p.0) * (r.0 - q.0) + (q.1 - p.1) * (r.1 - q.1);
        let square = leaning.abs() <= SQUARE * width * height + SLACK * (width + height);
        (square && near(middle(p, r), middle(q, s))).then(|| Turned {
            centre: middle(p, r),
            width,
            height,
            radians: libm::atan2(q.1 - p.1, q.0 - p.0),
        })
    }

    /// The diamond whose corners, from its top, these are, if they make one.
    pub(crate) fn diamond(corners: &[(f64, f64)]) -> Option<Turned> {
        let [top, right, bottom, left] = *corners else { return None };
        let (width, height) = (between(left, right), between(top, bottom));
        let near =
            |here: (f64, f64), there: (f64, f64)| between(here, there) <= SQUARE * (width + height) + SLACK;
        let leaning = (right.0 - left.0) * (bottom.0 - top.0) + (right.1 - left.1) * (bottom.1 - top.1);
        let square = leaning.abs() <= SQUARE * width * height + SLACK * (width + height);
        (square && near(middle(top, bottom), middle(left, right))).then(|| Turned {
            centre: middle(top, bottom),
            width,
            height,
            radians: libm::atan2(right.1 - left.1, right.0 - left.0),
        })
    }

    pub(crate) fn left(&self) -> f64 {
        self.centre.0 - self.width / 2.0
    }

    pub(crate) fn top(&self) -> f64 {
        self.centre.1 - self.height / 2.0
    }
}

/// A turn about a place in micrometres; none where it would turn nothing.
pub(crate) fn turn(centre: (f64, f64), radians: f64) -> Affine {
    if radians == 0.0 {
        return Affine::IDENTITY;
    }
    let at = PagePoint::new(centre.0.round() as i32, centre.1.round() as i32);
    Affine::about(at, 1.0, 1.0, radians).unwrap_or_default()
}

fn between(here: (f64, f64), there: (f64, f64)) -> f64 {
    libm::hypot(there.0 - here.0, there.1 - here.1)
}

fn middle(here: (f64, f64), there: (f64, f64)) -> (f64, f64) {
    ((here.0 + there.0) / 2.0, (here.1 + there.1) / 2.0)
}
