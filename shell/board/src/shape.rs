//! Figures: lines, arrows, polygons, ellipses, and paths that came from other programs.
use std::sync::Arc;

use crate::{
    colour::Colour,
    point::{PagePoint, PageRect},
};

/// One run of straight lines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Contour {
    pub points: Arc<[PagePoint]>,
    /// The last point is joined to the first.
    pub closed: bool,
}

/// What a figure looks like.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outline {
    /// Filled by the nonzero rule.
    Paths(Arc<[Contour]>),
    Ellipse {
        centre: PagePoint,
        rx_um: u32,
        ry_um: u32,
    },
}

impl Outline {
    pub fn line(from: PagePoint, to: PagePoint) -> Outline {
        Outline::open(&[from, to])
    }

    pub fn open(points: &[PagePoint]) -> Outline {
        Outline::Paths([Contour { points: points.into(), closed: false }].into())
    }

    pub fn polygon(points: &[PagePoint]) -> Outline {
        Outline::Paths([Contour { points: points.into(), closed: true }].into())
    }

    pub fn rectangle(rect: PageRect) -> Outline {
        let PageRect { x0_um: x0, y0_um: y0, x1_um: x1, y1_um: y1 } = rect;
        Outline::polygon(&[(x0, y0), (x1, y0), (x1, y1), (x0, y1)].map(|(x, y)| PagePoint::new(x, y)))
    }
}

impl Outline {
    /// The box around the middle of the line.
    pub fn bounds(&self) -> PageRect {
        let spot = |at: &PagePoint| PageRect::new(at.x_um, at.y_um, at.x_um, at.y_um);
        match self {
            Outline::Paths(contours) => {
                let points = contours.iter().flat_map(|contour| contour.points.iter());
                points.fold(PageRect::NOTHING, |all, at| all.union(&spot(at)))
            }
            Outline::Ellipse { centre, rx_um, ry_um } => {
                let far = |at: i32, by: i64| (i64::from(at) + by).clamp(-(1 << 30), 1 << 30) as i32;
                let (rx, ry) = (i64::from(*rx_um), i64::from(*ry_um));
                PageRect::new(
                    far(centre.x_um, -rx),
                    far(centre.y_um, -ry),
                    far(centre.x_um, rx),
                    far(centre.y_um, ry),
                )
            }
        }
    }
}

/// How a figure's line is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum Dash {
    #[default]
    Solid,
    Dashed,
    Dotted,
}

/// Dashes, their gaps, and the step of dots, in widths of the line. Round ends make a dash longer by one.
const DASH: (f64, f64) = (3.0, 2.4);
const DOT_STEP: f64 = 2.2;
/// A line is cut into at most so many dashes: more are seen as grey.
const MOST_DASHES: f64 = 20_000.0;

impl Dash {
    /// How long each dash of a line is, 0 for dots, and the step from one to the next; stretched a little, so that
    /// the last dash ends where the line does. All in the line's own unit; `None` where it is not broken.
    pub(crate) fn steps(self, line: f64, width: f64) -> Option<(f64, f64)> {
        let (long, gap) = match self {
            Dash::Solid => return None,
            Dash::Dashed => (DASH.0 * width, DASH.1 * width),
            Dash::Dotted => (0.0, DOT_STEP * width),
        };
        let room = (line - long).max(0.0);
        let count = (room / (long + gap)).round().clamp(1.0, MOST_DASHES);
        Some((long, room / count))
    }
}

/// A figure.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shape {
    pub outline: Outline,
    pub colour: Colour,
    /// 0: no line.
    pub width_um: u16,
    pub dash: Dash,
    /// The inside's colour and opacity (255 hides what is below).
    pub fill: Option<(Colour, u8)>,
    /// A head at the beginning and at the end of an open line.
    pub arrows: (bool, bool),
}

impl Shape {
    /// An arrow's head on a line of a width: how long it is and how far it reaches to each side, in micrometres.
    pub fn head_um(width_um: u16) -> (u32, u32) {
        // Seen as a head from the back row also on a fine line.
        let wide = u32::from(width_um).max(2_500);
        (wide * 4, wide * 2)
    }

    /// How far ink may be from the middle of a line of this width, in micrometres.
    pub(crate) fn reach_um(&self, width_um: u16) -> u32 {
        let head = if self.arrows == (false, false) { 0 } else { Shape::head_um(width_um).0 };
        u32::from(width_um).div_ceil(2).max(head)
    }
}
