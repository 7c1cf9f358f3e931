//! Tables: level and upright lines that reach from side to side, or such lines in a frame.
use super::{Dot, Figure, Kind, bulges_by, corners};
use crate::{
    point::PagePoint,
    shape::{Contour, Outline},
};

/// A table is at least so wide and so high, in micrometres: smaller grids are signs, as 田 and #.
const SMALLEST_UM: f64 = 90_000.0;
/// A line is this near to level or upright: the tangent of 11 degrees.
const LEVEL: f64 = 0.2;
/// A line of a table may stray from straight by this part of itself: the others around it tell what it is.
const BULGE: f64 = 0.07;
/// A line reaches the frame up to this part of the table's side, and stands out by no more.
const SHORT: f64 = 0.12;
/// Lines nearer together than this part of the side are one drawn twice.
const TOGETHER: f64 = 0.04;
/// Rows, or columns, whose sizes differ by less than this part of their mean were meant to be equal.
const EQUAL: f64 = 0.3;
/// Without a frame drawn in one, a table has at least so many lines: four are the sign #.
const LINES: usize = 5;

/// Where lines lie across their direction, and how far they reach.
#[derive(Default)]
struct Lines {
    places: Vec<f64>,
    ends: Vec<(f64, f64)>,
}

/// The table that these ways are the lines of. It becomes level, however the hand slanted.
pub(super) fn fit(ways: &[&[Dot]]) -> Option<Figure> {
    let (mut rise, mut lean) = (Vec::new(), Vec::new());
    for way in ways.iter().filter(|way| bulges_by(way) <= BULGE) {
        let along = way[way.len() - 1] - way[0];
        let (wide, tall) = (along.x.abs(), along.y.abs());
        if wide > tall { rise.push(along.y / along.x) } else { lean.push(along.x / along.y) }
    }
    let mean = |slopes: &[f64]| slopes.iter().sum::<f64>() / slopes.len().max(1) as f64;
    let (rise, lean) = (mean(&rise), mean(&lean));
    if rise.abs().max(lean.abs()) > LEVEL {
        return None;
    }
    let (low, high) = corners::extent(&ways.concat());
    let middle = (low + high) * 0.5;
    let straightened = |dot: &Dot| {
        let off = *dot - middle;
        middle + Dot { x: off.x - lean * off.y, y: off.y - rise * off.x }
    };
    let level: Vec<Vec<Dot>> = ways.iter().map(|way| way.iter().map(straightened).collect()).collect();
    level_table(&level.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn level_table(ways: &[&[Dot]]) -> Option<Figure> {
    let (low, high) = corners::extent(&ways.concat());
    let (wide, tall) = (high.x - low.x, high.y - low.y);
    if wide.min(tall) < SMALLEST_UM {
        return None;
    }
    let (mut level, mut upright) = (Lines::default(), Lines::default());
    let mut framed = false;
    for way in ways {
        let (from, to) = corners::extent(way);
        let (x, y) = (to.x - from.x, to.y - from.y);
        if bulges_by(way) <= BULGE {
            let (a, b) = (way[0], way[way.len() - 1]);
            let middle = (a + b) * 0.5;
            if y <= x * LEVEL {
                level.add(middle.y, (from.x, to.x));
            } else if x <= y * LEVEL {
                upright.add(middle.x, (from.y, to.y));
            } else {
                return None;
            }
        } else if super::one(way).is_some_and(|figure| figure.kind == Kind::Rectangle)
            && (x - wide).abs() <= wide * SHORT
            && (y - tall).abs() <= tall * SHORT
        {
            framed = true;
            [from.y, to.y].into_iter().for_each(|at| level.add(at, (from.x, to.x)));
            [from.x, to.x].into_iter().for_each(|at| upright.add(at, (from.y, to.y)));
        } else {
            return None;
        }
    }
    let enough = if framed { ways.len() >= 2 } else { ways.len() >= LINES };
    if !enough || !level.reach((low.x, high.x)) || !upright.reach((low.y, high.y)) {
        return None;
    }
    let (rows, columns) = (level.settled(tall)?, upright.settled(wide)?);
    let outline = grid(&rows, &columns, framed, (low, high));
    Figure::of(Kind::Table, outline, &ways.concat(), wide.max(tall))
}

impl Lines {
    fn add(&mut self, place: f64, ends: (f64, f64)) {
        self.places.push(place);
        self.ends.push(ends);
    }

    /// Whether each line reaches from side to side.
    fn reach(&self, (low, high): (f64, f64)) -> bool {
        let short = (high - low) * SHORT;
        self.places.len() >= 2 && self.ends.iter().all(|(from, to)| from - low <= short && high - to <= short)
    }

    /// The places in order, evenly apart where they nearly are; `None` if two lie upon each other.
    fn settled(mut self, side: f64) -> Option<Vec<f64>> {
        self.places.sort_by(f64::total_cmp);
        let steps: Vec<f64> = self.places.windows(2).map(|pair| pair[1] - pair[0]).collect();
        if steps.iter().any(|step| *step < side * TOGETHER) {
            return None;
        }
        let mean = steps.iter().sum::<f64>() / steps.len() as f64;
        if steps.iter().all(|step| (step - mean).abs() <= mean * EQUAL) {
            let first = *self.places.first()?;
            let even = |index: usize| first + mean * index as f64;
            return Some((0..self.places.len()).map(even).collect());
        }
        Some(self.places)
    }
}

/// The frame and the lines in it; without a frame, the lines as far as they were drawn.
fn grid(rows: &[f64], columns: &[f64], framed: bool, (low, high): (Dot, Dot)) -> Outline {
    let end = |of: &[f64]| (of.first().copied().unwrap_or_default(), of.last().copied().unwrap_or_default());
    let ((top, bottom), (left, right)) = (end(rows), end(columns));
    // Where the outermost lines nearly are the box around all, they are the frame.
    let near = |at: f64, edge: f64, side: f64| (at - edge).abs() <= side * SHORT;
    let (wide, tall) = (high.x - low.x, high.y - low.y);
    let framed = framed
        || near(top, low.y, tall)
            && near(bottom, high.y, tall)
            && near(left, low.x, wide)
            && near(right, high.x, wide);
    let (x0, x1, y0, y1) = if framed { (left, right, top, bottom) } else { (low.x, high.x, low.y, high.y) };
    let at = |x: f64, y: f64| Dot { x, y }.point();
    let way = |points: &[PagePoint], closed: bool| Contour { points: points.into(), closed };
    let mut contours = Vec::new();
    let inner = |of: &[f64]| if framed { of[1..of.len() - 1].to_vec() } else { of.to_vec() };
    if framed {
        contours.push(way(&[at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1)], true));
    }
    contours.extend(inner(rows).into_iter().map(|y| way(&[at(x0, y), at(x1, y)], false)));
    contours.extend(inner(columns).into_iter().map(|x| way(&[at(x, y0), at(x, y1)], false)));
    Outline::Paths(contours.into())
}
