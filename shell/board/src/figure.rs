//! What figure ink was meant to be: a line, an arrow, an ellipse, a triangle, a rectangle, a diamond, a polygon, a star,
//! a table; drawn in one stroke or in several. Asked when a pen is held still at the end of a stroke; what is none of
//! them stays ink, and so does what is written amid writing.
//!
//! Only sums, products and square roots (and `libm`'s sines, which are the same everywhere), so that a recording
//! is read as the same figure on every machine.
//!
//! What the example `figures` counts, of 1,000 simulated hands for each sort of drawing (tremble to 2.6 mm, corners
//! cut, sides bulging, ends that miss each other, 9 to 42 cm): 99.7 % are what was meant; lines, arrows and the
//! strokes of heads 98.7 to 99.4 % (the others stay ink), diamonds 99.6 to 99.9 %, all others every time. Of 18,730
//! strokes of Chinese characters (medians of `hanzi-writer-data`), each held at its end: at 60, 90, 140 mm 0.5, 0.9,
//! 1.2 % where it is the first character on the board, 0.03, 0.08, 0.13 % in a line of writing.
mod arrow;
mod chain;
mod corners;
mod ellipse;
mod nearness;
mod quad;
mod several;
mod star;
mod table;

use ink::Node;

use crate::{point::PagePoint, shape::Outline};
pub(crate) use corners::Dot;
pub use several::Before;
pub(crate) use several::MOST_STROKES;

/// Smaller than this, in micrometres, a stroke is writing: nobody draws a figure of a finger's breadth.
const SMALLEST_UM: f64 = 25_000.0;
/// A line may bulge by this part of its length.
const BULGE: f64 = 0.035;
/// The ends of a closed figure are no further apart than this part of the way between them.
const GAP: f64 = 0.16;
/// A line this near to level, upright or diagonal was meant to be so: the tangent of 4 degrees.
const LEVEL: f64 = 0.07;
/// A figure with corners lies nearer to its ink than this part of how near a round one does.
const CLEARLY: f64 = 0.42;
/// And no further from it than this part of its size: trembling round ink has corners of its own.
const CLEAN: f64 = 0.0065;
/// What is nearly round and has more corners than this is round: nobody draws a heptagon.
const MOST_BESIDE_ROUND: usize = 6;
/// More corners than this are a scribble.
const MOST_CORNERS: usize = 8;

/// What a figure is called.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum Kind {
    Line,
    Arrow,
    Circle,
    Ellipse,
    Triangle,
    Rectangle,
    Diamond,
    Polygon,
    Star,
    Table,
}

/// A figure in place of a stroke, or of several.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Figure {
    pub kind: Kind,
    pub outline: Outline,
    /// A head at the beginning and at the end.
    pub arrows: (bool, bool),
    /// How near the ink lies to the figure, in hundredths: 100 is drawn with a ruler, under 1 is no figure.
    pub confidence: u8,
}

impl Figure {
    /// A figure and how sure it is, by the ink it was drawn with; `None` where the ink lies too far from it.
    fn of(kind: Kind, outline: Outline, path: &[Dot], size: f64) -> Option<Figure> {
        let confidence = nearness::confidence(&outline, path, size)?;
        Some(Figure { kind, outline, arrows: (false, false), confidence })
    }
}

/// The figure that a stroke was meant to be, if any.
pub fn recognise(nodes: &[Node]) -> Option<Figure> {
    one(&corners::even(nodes)?)
}

/// The figure that the last stroke completes together with some of those before it, and which strokes it is made
/// of, as places in `before`, oldest first: an arrow and its head, a rectangle of four lines, a table. Where it
/// completes nothing, the figure that it is by itself; amid writing it is none.
pub fn recognise_last(before: &[Before<'_>], last: &[Node]) -> Option<(Figure, Vec<usize>)> {
    several::recognise(before, last)
}

fn one(path: &[Dot]) -> Option<Figure> {
    let size = corners::size(path);
    if size < SMALLEST_UM {
        return None;
    }
    if let Some(arrow) = arrow::in_one(path) {
        return Some(arrow);
    }
    if let Some(line) = line(path) {
        return Figure::of(Kind::Line, line, path, size);
    }
    let (first, last) = (path[0], path[path.len() - 1]);
    if (last - first).length() <= corners::length(path) * GAP {
        return closed(path, size);
    }
    None
}

/// What a closed way was meant to be.
fn closed(path: &[Dot], size: f64) -> Option<Figure> {
    let corners = corners::closed(path, size);
    if let Some(star) = star::fit(&corners, path) {
        return Figure::of(Kind::Star, star, path, size);
    }
    if let [a, b, c, d] = corners[..]
        && let Some((kind, outline)) = quad::fit(&[a, b, c, d], path)
    {
        return Figure::of(kind, outline, path, size);
    }
    let angular = match corners.len() {
        3 => Some((Kind::Triangle, polygon(&corners::refined(&corners, path)))),
        4..=MOST_CORNERS => Some((Kind::Polygon, polygon(&corners::refined(&corners, path)))),
        _ => None,
    };
    let round = ellipse::fit(path);
    let (kind, outline) = match (angular, round) {
        // Corners follow any way: they must fit much better than a round figure.
        (Some(angular), Some(round)) => {
            let off = nearness::off(&angular.1, path);
            let clear = corners.len() <= MOST_BESIDE_ROUND
                && off < nearness::off(&round.2, path) * CLEARLY
                && off < size * CLEAN;
            if clear { angular } else { (round.0, round.1) }
        }
        (angular, round) => round.map(|(kind, outline, _)| (kind, outline)).or(angular)?,
    };
    Figure::of(kind, outline, path, size)
}

fn polygon(corners: &[Dot]) -> Outline {
    let mut corners = corners.to_vec();
    // A side that is nearly level becomes level, the first that is: both its ends go to their middle height.
    for index in 0..corners.len() {
        let next = (index + 1) % corners.len();
        let side = corners[next] - corners[index];
        if side.y.abs() <= side.x.abs() * LEVEL {
            let middle = (corners[next].y + corners[index].y) / 2.0;
            (corners[index].y, corners[next].y) = (middle, middle);
            break;
        }
    }
    Outline::polygon(&corners.iter().map(Dot::point).collect::<Vec<_>>())
}

fn line(path: &[Dot]) -> Option<Outline> {
    let (first, last) = (path[0], path[path.len() - 1]);
    let straight = (last - first).length() > SMALLEST_UM && bulges_by(path) <= BULGE;
    straight.then(|| {
        let (from, to) = levelled(first, last);
        Outline::line(from, to)
    })
}

/// How far a way strays from the straight way between its ends, as a part of that.
fn bulges_by(path: &[Dot]) -> f64 {
    let (first, way) = (path[0], path[path.len() - 1] - path[0]);
    let square = way.dot(way);
    let out = |dot: &Dot| if square > 0.0 { (way.cross(*dot - first) / square).abs() } else { f64::INFINITY };
    path.iter().map(out).fold(0.0, f64::max)
}

/// A line's ends, with the line turned about its middle if it is nearly level, upright or diagonal.
fn levelled(first: Dot, last: Dot) -> (PagePoint, PagePoint) {
    let way = last - first;
    let half = way.length() / 2.0;
    let slope = std::f64::consts::FRAC_1_SQRT_2;
    for (x, y) in [(1.0, 0.0), (0.0, 1.0), (slope, slope), (slope, -slope)] {
        let straight = Dot { x, y };
        let along = way.dot(straight);
        if way.cross(straight).abs() <= along.abs() * LEVEL {
            let middle = (first + last) * 0.5;
            let reach = straight * if along < 0.0 { -half } else { half };
            return ((middle - reach).point(), (middle + reach).point());
        }
    }
    (first.point(), last.point())
}
