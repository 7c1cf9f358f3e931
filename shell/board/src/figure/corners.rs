//! A stroke as evenly spaced dots, and its corners by the method of Ramer, Douglas and Peucker.
use std::ops::{Add, Mul, Sub};

use ink::Node;

use crate::point::PagePoint;

/// So many dots tell every figure here apart.
const DOTS: usize = 128;
/// A corner sticks out by at least this part of the figure's size.
const CORNER: f64 = 0.075;
/// Corners nearer to each other than this part of the size are one, cut by a hasty hand.
const SAME: f64 = 0.13;

/// A place, in micrometres.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Dot {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Dot {
    pub(crate) fn length(self) -> f64 {
        self.dot(self).sqrt()
    }

    pub(crate) fn dot(self, other: Dot) -> f64 {
        self.x * other.x + self.y * other.y
    }

    pub(crate) fn cross(self, other: Dot) -> f64 {
        self.x * other.y - self.y * other.x
    }

    pub(crate) fn point(&self) -> PagePoint {
        PagePoint::new(self.x.round() as i32, self.y.round() as i32)
    }
}

impl From<PagePoint> for Dot {
    fn from(at: PagePoint) -> Dot {
        Dot { x: f64::from(at.x_um), y: f64::from(at.y_um) }
    }
}

impl Add for Dot {
    type Output = Dot;
    fn add(self, other: Dot) -> Dot {
        Dot { x: self.x + other.x, y: self.y + other.y }
    }
}

impl Sub for Dot {
    type Output = Dot;
    fn sub(self, other: Dot) -> Dot {
        Dot { x: self.x - other.x, y: self.y - other.y }
    }
}

impl Mul<f64> for Dot {
    type Output = Dot;
    fn mul(self, by: f64) -> Dot {
        Dot { x: self.x * by, y: self.y * by }
    }
}

/// The stroke's way as dots at equal distances; `None` for a stroke that goes nowhere.
pub(super) fn even(nodes: &[Node]) -> Option<Vec<Dot>> {
    let place = |node: &Node| Dot { x: f64::from(node.x_um), y: f64::from(node.y_um) };
    respaced(&nodes.iter().map(place).collect::<Vec<_>>())
}

/// How long a way is.
pub(super) fn length(path: &[Dot]) -> f64 {
    path.windows(2).map(|pair| (pair[1] - pair[0]).length()).sum()
}

/// The diagonal of the box around.
pub(super) fn size(path: &[Dot]) -> f64 {
    let (low, high) = extent(path);
    (high - low).length()
}

/// The same way as dots at equal distances.
pub(super) fn respaced(path: &[Dot]) -> Option<Vec<Dot>> {
    let step = length(path) / (DOTS - 1) as f64;
    if step <= 0.0 {
        return None;
    }
    let mut dots = vec![*path.first()?];
    let mut left = step;
    for pair in path.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        let mut way = (to - from).length();
        while way >= left && dots.len() < DOTS {
            from = from + (to - from) * (left / way);
            dots.push(from);
            way = (to - from).length();
            left = step;
        }
        left -= way;
    }
    if dots.len() < DOTS {
        dots.push(*path.last()?);
    }
    Some(dots)
}

/// The corners of the box around.
pub(super) fn extent(path: &[Dot]) -> (Dot, Dot) {
    let start = (path[0], path[0]);
    path.iter().fold(start, |(low, high), dot| {
        (Dot { x: low.x.min(dot.x), y: low.y.min(dot.y) }, Dot { x: high.x.max(dot.x), y: high.y.max(dot.y) })
    })
}

/// The ends and corners of an open way.
pub(super) fn open(path: &[Dot], size: f64) -> Vec<Dot> {
    let mut kept = vec![0];
    bend(path, 0, path.len() - 1, size * CORNER, &mut kept);
    kept.push(path.len() - 1);
    joined(kept.into_iter().map(|index| path[index]).collect(), size * SAME / 2.0)
}

/// The corners of a closed way, wherever the hand began.
pub(super) fn closed(path: &[Dot], size: f64) -> Vec<Dot> {
    // Begin at the dot furthest from the middle: that is a corner if there are any.
    let middle = path.iter().fold(Dot { x: 0.0, y: 0.0 }, |sum, dot| sum + *dot) * (1.0 / path.len() as f64);
    let away = |dot: &Dot| (*dot - middle).length();
    let mut start = 0;
    for (index, dot) in path.iter().enumerate() {
        if away(dot) > away(&path[start]) {
            start = index;
        }
    }
    let mut round: Vec<Dot> = path[start..].iter().chain(&path[..start]).copied().collect();
    round.push(path[start]);
    let mut far = 0;
    for (index, dot) in round.iter().enumerate() {
        if (*dot - round[0]).length() > (round[far] - round[0]).length() {
            far = index;
        }
    }
    let mut kept = vec![0];
    bend(&round, 0, far, size * CORNER, &mut kept);
    kept.push(far);
    bend(&round, far, round.len() - 1, size * CORNER, &mut kept);
    let mut corners = joined(kept.into_iter().map(|index| round[index]).collect(), size * SAME);
    if corners.len() > 1 && (corners[0] - corners[corners.len() - 1]).length() < size * SAME {
        corners.pop();
    }
    corners
}

/// Keeps the dot that is furthest from the straight way between two, if it is far, and looks on both its sides.
fn bend(path: &[Dot], from: usize, to: usize, far: f64, kept: &mut Vec<usize>) {
    let way = path[to] - path[from];
    let length = way.length();
    let (mut most, mut at) = (far, None);
    for (index, dot) in path.iter().enumerate().take(to).skip(from + 1) {
        let off = *dot - path[from];
        let away = if length > 0.0 { (way.cross(off) / length).abs() } else { off.length() };
        if away > most {
            (most, at) = (away, Some(index));
        }
    }
    if let Some(at) = at {
        bend(path, from, at, far, kept);
        kept.push(at);
        bend(path, at, to, far, kept);
    }
}

fn joined(corners: Vec<Dot>, near: f64) -> Vec<Dot> {
    let mut apart: Vec<Dot> = Vec::with_capacity(corners.len());
    for corner in corners {
        match apart.last_mut() {
            Some(last) if (corner - *last).length() < near => *last = (*last + corner) * 0.5,
            _ => apart.push(corner),
        }
    }
    apart
}
