//! Strokes and the boxes around them, in units of the writing: sixty are as large as a middling stroke.

use crate::ink;

/// A middling stroke is made so large.
const MIDDLING: f32 = 60.0;
/// A stroke is thinned to so many points: the network's maps have 32 cells a side.
const KEPT_MAX: usize = 256;
/// A line's ends are so near to as far apart as it is long.
const STRAIGHT: f32 = 0.93;
/// A dot's box is at least so large.
const DOT: f32 = 6.0;

/// A box, y down.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub(super) struct Area {
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) right: f32,
    pub(super) bottom: f32,
}

impl Area {
    pub(super) fn union(&self, other: &Area) -> Area {
        Area {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    pub(super) fn middle(&self) -> (f32, f32) {
        ((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0)
    }

    pub(super) fn wide(&self) -> f32 {
        self.right - self.left
    }

    pub(super) fn tall(&self) -> f32 {
        self.bottom - self.top
    }

    pub(super) fn diagonal(&self) -> f32 {
        self.wide().hypot(self.tall())
    }

    /// The gap between two boxes.
    pub(super) fn gap(&self, other: &Area) -> f32 {
        let x = (self.left - other.right).max(other.left - self.right).max(0.0);
        let y = (self.top - other.bottom).max(other.top - self.bottom).max(0.0);
        x.hypot(y)
    }

    /// The part of the narrower of two widths that both cover.
    pub(super) fn shared_width(&self, other: &Area) -> f32 {
        let shared = self.right.min(other.right) - self.left.max(other.left);
        shared / self.wide().min(other.wide()).max(1e-3)
    }
}

/// A stroke with the box around it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Stroke {
    pub(super) points: Vec<(f32, f32)>,
    pub(super) area: Area,
}

impl Stroke {
    pub(super) fn new(points: Vec<(f32, f32)>) -> Stroke {
        let spot = |at: &(f32, f32)| Area { left: at.0, top: at.1, right: at.0, bottom: at.1 };
        let mut area = points.iter().map(spot).reduce(|all, spot| all.union(&spot)).unwrap_or_default();
        let (x, y) = area.middle();
        if area.wide() < DOT {
            (area.left, area.right) = (x - DOT / 2.0, x + DOT / 2.0);
        }
        if area.tall() < DOT {
            (area.top, area.bottom) = (y - DOT / 2.0, y + DOT / 2.0);
        }
        Stroke { points, area }
    }

    /// How wide its ink is, without what the box of a dot is larger.
    pub(super) fn wide(&self) -> f32 {
        self.span(|at| at.0)
    }

    /// How tall its ink is.
    pub(super) fn tall(&self) -> f32 {
        self.span(|at| at.1)
    }

    fn span(&self, pick: fn(&(f32, f32)) -> f32) -> f32 {
        let ends = |(low, high): (f32, f32), at: f32| (low.min(at), high.max(at));
        let (low, high) = self.points.iter().map(pick).fold((f32::INFINITY, f32::NEG_INFINITY), ends);
        (high - low).max(0.0)
    }

    /// Whether its ends are nearly as far apart as the way between them is long.
    pub(super) fn is_straight(&self) -> bool {
        let away = |from: &(f32, f32), to: &(f32, f32)| (to.0 - from.0).hypot(to.1 - from.1);
        let way: f32 = self.points.windows(2).map(|pair| away(&pair[0], &pair[1])).sum();
        let ends = self.points.first().zip(self.points.last()).map_or(0.0, |(from, to)| away(from, to));
        ends >= STRAIGHT * way
    }
}

/// What was written, in the writing's own units; and how to get back.
pub(super) struct Writing {
    pub(super) strokes: Vec<Stroke>,
    /// The same strokes as they came, for the network.
    pub(super) ink: Vec<ink::Stroke>,
    scale: f32,
    origin: (f32, f32),
}

impl Writing {
    /// `None` where there is no ink.
    pub(super) fn of(strokes: &[ink::Stroke]) -> Option<Writing> {
        let ink: Vec<ink::Stroke> = strokes.iter().filter(|stroke| !stroke.0.is_empty()).map(thin).collect();
        let whole = ink::Bounds::of(&ink)?;
        let reach = |stroke: &ink::Stroke| {
            ink::Bounds::of([stroke]).map_or(0.0, |bounds| bounds.width().hypot(bounds.height()))
        };
        let mut reaches: Vec<f32> = ink.iter().map(reach).collect();
        reaches.sort_by(f32::total_cmp);
        // Dots and bars are small: the size of writing is seen at the larger half.
        let middling = reaches.get(reaches.len() * 2 / 3).copied().unwrap_or(1.0).max(1e-3);
        let (scale, origin) = (MIDDLING / middling, (whole.left, whole.top));
        let place = |at: &ink::Point| ((at.x - origin.0) * scale, (at.y - origin.1) * scale);
        let strokes = ink.iter().map(|stroke| Stroke::new(stroke.0.iter().map(place).collect())).collect();
        Some(Writing { strokes, ink, scale, origin })
    }

    /// A box in the units the strokes came in.
    pub(super) fn original(&self, area: &Area) -> ink::Bounds {
        let x = |at: f32| at / self.scale + self.origin.0;
        let y = |at: f32| at / self.scale + self.origin.1;
        ink::Bounds { left: x(area.left), top: y(area.top), right: x(area.right), bottom: y(area.bottom) }
    }
}

/// At most so many of a stroke's points, its ends among them.
fn thin(stroke: &ink::Stroke) -> ink::Stroke {
    let points = &stroke.0;
    let step = points.len().div_ceil(KEPT_MAX).max(1);
    let last = points.last().filter(|_| !(points.len() - 1).is_multiple_of(step));
    ink::Stroke(points.iter().step_by(step).chain(last).copied().collect())
}
