//! What figure a stroke was meant to be: a line, an arrow, an ellipse, a triangle, a rectangle, a polygon. Asked
//! when a pen is held still at the end of a stroke; a stroke that is none of them stays ink.
//!
//! Only sums, products and square roots (and `libm`'s sines, which are the same everywhere), so that a recording
//! is read as the same figure on every machine.
mod corners;
mod ellipse;
mod quad;

use ink::Node;

use crate::{point::PagePoint, shape::Outline};
pub(crate) use corners::Dot;

/// Smaller than this, in micrometres, a stroke is writing: nobody draws a figure of a finger's breadth.
const SMALLEST_UM: f64 = 25_000.0;
/// A line may bulge by this part of its length.
const BULGE: f64 = 0.035;
/// The ends of a closed figure are no further apart than this part of the way between them.
const GAP: f64 = 0.16;
/// A line this near to level, upright or diagonal was meant to be so: the tangent of 4 degrees.
const LEVEL: f64 = 0.07;
/// An arrow's head is at most this part of its shaft.
const HEAD: f64 = 0.4;
/// The second barb of a head may begin this far beyond the tip, as a part of the shaft.
const OVERSHOT: f64 = 0.06;
/// More corners than this are a scribble.
const MOST_CORNERS: usize = 8;

/// A figure in place of a stroke.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Figure {
    pub outline: Outline,
    /// A head at the beginning and at the end.
    pub arrows: (bool, bool),
}

impl Figure {
    fn plain(outline: Outline) -> Figure {
        Figure { outline, arrows: (false, false) }
    }
}

/// The figure that a stroke was meant to be, if any.
pub fn recognise(nodes: &[Node]) -> Option<Figure> {
    let path = corners::even(nodes)?;
    let (low, high) = corners::extent(&path);
    let size = (high - low).length();
    if size < SMALLEST_UM {
        return None;
    }
    let length: f64 = path.windows(2).map(|pair| (pair[1] - pair[0]).length()).sum();
    let (first, last) = (path[0], path[path.len() - 1]);
    if let Some(line) = line(&path) {
        return Some(Figure::plain(line));
    }
    if (last - first).length() <= length * GAP {
        return closed(&path, size).map(Figure::plain);
    }
    arrow(&path, size)
}

fn closed(path: &[Dot], size: f64) -> Option<Outline> {
    let corners = corners::closed(path, size);
    if corners.len() == 4
        && let Some(rectangle) = quad::rectangle(&corners, path)
    {
        return Some(rectangle);
    }
    if let Some(ellipse) = ellipse::fit(path) {
        return Some(ellipse);
    }
    (3..=MOST_CORNERS).contains(&corners.len()).then(|| polygon(&corners))
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
    let way = last - first;
    let length = way.length();
    let straight = length > SMALLEST_UM
        && path.iter().all(|dot| (way.cross(*dot - first) / length).abs() <= length * BULGE);
    straight.then(|| {
        let (from, to) = levelled(first, last);
        Outline::line(from, to)
    })
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

/// A long straight run, and at its end a short way back and across: an arrow drawn without lifting the pen.
fn arrow(path: &[Dot], size: f64) -> Option<Figure> {
    let corners = corners::open(path, size);
    if !(3..=5).contains(&corners.len()) {
        return None;
    }
    let (tail, tip) = (corners[0], corners[1]);
    let shaft = tip - tail;
    let length = shaft.length();
    let head = corners[2..].iter().all(|dot| {
        let back = *dot - tip;
        back.length() <= length * HEAD && back.dot(shaft) <= length * length * OVERSHOT
    });
    if !head || length < SMALLEST_UM {
        return None;
    }
    let (from, to) = levelled(tail, tip);
    Some(Figure { outline: Outline::line(from, to), arrows: (false, true) })
}
