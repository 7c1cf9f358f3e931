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
/// A corner that sticks out by less than this part of the size is none.
const FLAT: f64 = 0.06;
/// This part of a side at either end belongs to its corners.
const ROUNDED: f64 = 0.15;

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
    without_flat(corners, size * FLAT)
}

/// Leaves out corners that hardly stick out from between their neighbours, the flattest first.
fn without_flat(mut corners: Vec<Dot>, flat: f64) -> Vec<Dot> {
    while corners.len() > 3 {
        let count = corners.len();
        let height =
            |at: usize| from_side(corners[at], corners[(at + count - 1) % count], corners[(at + 1) % count]);
        let Some(flattest) = (0..count).min_by(|a, b| height(*a).total_cmp(&height(*b))) else { break };
        if height(flattest) > flat {
            break;
        }
        corners.remove(flattest);
    }
    corners
}

/// The corners where the straight lines meet that fit the ink between them best; a corner stays where those lines
/// meet too far from it.
pub(super) fn refined(corners: &[Dot], path: &[Dot]) -> Vec<Dot> {
    let count = corners.len();
    let side = |at: usize| (corners[at % count], corners[(at + 1) % count]);
    let mut beside: Vec<Vec<Dot>> = vec![Vec::new(); count];
    for dot in path {
        let away = |at: &usize| from_side(*dot, side(*at).0, side(*at).1);
        let Some(at) = (0..count).min_by(|a, b| away(a).total_cmp(&away(b))) else { continue };
        let (from, to) = side(at);
        let along = (*dot - from).dot(to - from) / (to - from).dot(to - from);
        if (ROUNDED..=1.0 - ROUNDED).contains(&along) {
            beside[at].push(*dot);
        }
    }
    let lines: Vec<(Dot, Dot)> = (0..count).map(|at| best_line(&beside[at]).unwrap_or(side(at))).collect();
    let near = size(path) * SAME;
    let corner = |at: usize| {
        let ((a, b), (c, d)) = (lines[(at + count - 1) % count], lines[at]);
        let (one, other) = (b - a, d - c);
        let sine = one.cross(other);
        let meeting = a + one * ((c - a).cross(other) / sine);
        if (meeting - corners[at]).length() <= near { meeting } else { corners[at] }
    };
    (0..count).map(corner).collect()
}

/// Two places on the line that lies nearest to all of these.
fn best_line(dots: &[Dot]) -> Option<(Dot, Dot)> {
    if dots.len() < 4 {
        return None;
    }
    let middle = dots.iter().fold(Dot { x: 0.0, y: 0.0 }, |sum, dot| sum + *dot) * (1.0 / dots.len() as f64);
    let (axis, _) = spread(dots, middle);
    Some((middle, middle + axis))
}

/// The direction in which dots are spread most about a middle, and how much more than across: 0 to 1.
pub(super) fn spread(dots: &[Dot], middle: Dot) -> (Dot, f64) {
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for dot in dots {
        let off = *dot - middle;
        xx += off.x * off.x;
        xy += off.x * off.y;
        yy += off.y * off.y;
    }
    let half = (xx - yy) / 2.0;
    let root = (half * half + xy * xy).sqrt();
    let axis = if half >= 0.0 { Dot { x: half + root, y: xy } } else { Dot { x: xy, y: root - half } };
    let length = axis.length();
    let axis = if length > 0.0 { axis * (1.0 / length) } else { Dot { x: 1.0, y: 0.0 } };
    (axis, if xx + yy > 0.0 { root / (xx + yy) } else { 0.0 })
}

/// How far a place is from a straight way between two others.
pub(super) fn from_side(at: Dot, from: Dot, to: Dot) -> f64 {
    let way = to - from;
    let square = way.dot(way);
    let along = if square > 0.0 { ((at - from).dot(way) / square).clamp(0.0, 1.0) } else { 0.0 };
    (at - (from + way * along)).length()
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
