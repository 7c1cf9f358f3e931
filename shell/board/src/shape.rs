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

/// How a figure's line is drawn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub enum Dash {
    #[default]
    Solid,
    Dashed,
    Dotted,
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
