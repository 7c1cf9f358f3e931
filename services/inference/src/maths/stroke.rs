//! Strokes and the boxes around them, in units of the writing: sixty are as large as a middling stroke.

/// A middling stroke is made so large; the pen is six wide: thin lines vanish where a symbol is drawn small, and of
/// two to eight this was read best.
const MIDDLING: f32 = 60.0;
/// The pen's width.
pub(super) const PEN: f32 = 6.0;
/// A dot's box is at least so large.
const DOT: f32 = 6.0;

/// A box, y down.
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Area {
    pub left: f32,
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
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
}

/// What was written, in the writing's own units; and how to get back.
pub(super) struct Writing {
    pub(super) strokes: Vec<Stroke>,
    /// The longer side of the whole.
    pub(super) page: f32,
    scale: f32,
    origin: (f32, f32),
}

impl Writing {
    /// `None` where there is no ink.
    pub(super) fn of(strokes: &[Vec<(f32, f32)>]) -> Option<Writing> {
        let points = || strokes.iter().flatten();
        if points().next().is_none() || points().any(|(x, y)| !x.is_finite() || !y.is_finite()) {
            return None;
        }
        let left = points().map(|at| at.0).fold(f32::INFINITY, f32::min);
        let top = points().map(|at| at.1).fold(f32::INFINITY, f32::min);
        let reach = |stroke: &Vec<(f32, f32)>| {
            let span = |pick: fn(&(f32, f32)) -> f32| {
                let (low, high) = stroke
                    .iter()
                    .map(pick)
                    .fold((f32::INFINITY, f32::NEG_INFINITY), |(low, high), at| (low.min(at), high.max(at)));
                high - low
            };
            span(|at| at.0).hypot(span(|at| at.1))
        };
        let mut reaches: Vec<f32> = strokes.iter().filter(|stroke| !stroke.is_empty()).map(reach).collect();
        reaches.sort_by(f32::total_cmp);
        // Dots and bars are small: the size of writing is seen at the larger half.
        let middling = reaches.get(reaches.len() * 2 / 3).copied().unwrap_or(1.0).max(1e-3);
        let scale = MIDDLING / middling;
        let place = |at: &(f32, f32)| ((at.0 - left) * scale, (at.1 - top) * scale);
        let strokes: Vec<Stroke> = strokes
            .iter()
            .filter(|stroke| !stroke.is_empty())
            .map(|stroke| Stroke::new(stroke.iter().map(place).collect()))
            .collect();
        let all = strokes.iter().map(|stroke| stroke.area).reduce(|all, area| all.union(&area))?;
        Some(Writing { page: all.right.max(all.bottom), strokes, scale, origin: (left, top) })
    }

    /// A box in the units the strokes came in.
    pub(super) fn original(&self, area: &Area) -> Area {
        let x = |at: f32| at / self.scale + self.origin.0;
        let y = |at: f32| at / self.scale + self.origin.1;
        Area { left: x(area.left), top: y(area.top), right: x(area.right), bottom: y(area.bottom) }
    }
}
