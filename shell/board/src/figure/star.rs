//! Stars of five points, drawn along their outline or as five lines across.
use super::{Dot, corners::from_side};
use crate::shape::Outline;

/// The points of a star, and its corners with those between.
const POINTS: usize = 5;
/// Points lie at distances from the middle that differ by at most this part, and so do the corners between.
const UNEVEN: f64 = 0.3;
/// The corners between are at most so far out, as a part of the points' distance, and at least so far.
const INNER: (f64, f64) = (0.2, 0.72);
/// Corners nearer together than this part of the star's size are one point.
const BLUNT: f64 = 0.25;
/// A corner that sticks out by less than this part of the size is none.
const FLAT: f64 = 0.13;
/// Where five lines that cross meet each other: the square of the golden section's smaller part.
const CROSSED: f64 = 0.381_966_011_250_105;

/// The star that a way with these corners was meant to be.
pub(super) fn fit(corners: &[Dot], path: &[Dot]) -> Option<Outline> {
    if corners.len() == 2 * POINTS {
        return outlined(corners);
    }
    let mut corners = corners.to_vec();
    while (POINTS + 1..=POINTS + 3).contains(&corners.len()) {
        blunt(&mut corners, path)?;
    }
    if corners.len() == POINTS { crossed(&corners, path) } else { None }
}

/// Leaves out a corner that is hardly one, or makes the nearest two neighbours one: a side that bulged, a point cut by
/// haste or missed at the end.
fn blunt(corners: &mut Vec<Dot>, path: &[Dot]) -> Option<()> {
    let (count, size) = (corners.len(), super::corners::size(path));
    let around = |at: usize| (corners[(at + count - 1) % count], corners[at], corners[(at + 1) % count]);
    let height = |at: usize| {
        let (before, here, after) = around(at);
        from_side(here, before, after)
    };
    let flattest = (0..count).min_by(|a, b| height(*a).total_cmp(&height(*b)))?;
    if height(flattest) <= size * FLAT {
        corners.remove(flattest);
        return Some(());
    }
    let apart = |at: usize| (around(at).2 - corners[at]).length();
    let at = (0..count).min_by(|a, b| apart(*a).total_cmp(&apart(*b)))?;
    if apart(at) > size * BLUNT {
        return None;
    }
    let next = (at + 1) % count;
    corners[at] = (corners[at] + corners[next]) * 0.5;
    corners.remove(next);
    Some(())
}

/// Five lines from point to next but one: each side turns by about 144 degrees, always the same way.
fn crossed(corners: &[Dot], path: &[Dot]) -> Option<Outline> {
    let side = |index: usize| corners[(index + 1) % POINTS] - corners[index % POINTS];
    let turns = (0..POINTS).map(|index| (side(index), side(index + 1)));
    let sharp = turns.clone().all(|(one, next)| one.dot(next) < one.length() * next.length() * -0.2);
    let sense = side(0).cross(side(1)).signum();
    if !sharp || !turns.into_iter().all(|(one, next)| one.cross(next).signum() == sense) {
        return None;
    }
    // The order around the middle is that of every second corner.
    let round: Vec<Dot> = (0..POINTS).map(|index| corners[index * 2 % POINTS]).collect();
    let middle = mean(path);
    let turn = |at: Dot, next: Dot| (at - middle).cross(next - middle).signum();
    let ring =
        (0..POINTS).all(|index| turn(round[index], round[(index + 1) % POINTS]) == turn(round[0], round[1]));
    let radius = even(&round, mean(&round))?;
    ring.then(|| regular(&round, radius, radius * CROSSED))
}

/// Ten corners, by turns far out and near.
fn outlined(corners: &[Dot]) -> Option<Outline> {
    let middle = mean(corners);
    let far =
        |start: usize| corners.iter().skip(start).step_by(2).map(|dot| (*dot - middle).length()).sum::<f64>();
    let start = usize::from(far(1) > far(0));
    let every = |from: usize| corners.iter().skip(from).step_by(2).copied().collect::<Vec<_>>();
    let (points, between) = (every(start), every(1 - start));
    let (outer, inner) = (even(&points, middle)?, even(&between, middle)?);
    (INNER.0..=INNER.1).contains(&(inner / outer)).then(|| regular(&points, outer, inner))
}

fn mean(dots: &[Dot]) -> Dot {
    dots.iter().fold(Dot { x: 0.0, y: 0.0 }, |sum, dot| sum + *dot) * (1.0 / dots.len().max(1) as f64)
}

/// The mean distance from the middle, where all are about that.
fn even(dots: &[Dot], middle: Dot) -> Option<f64> {
    let away = |dot: &Dot| (*dot - middle).length();
    let radius = dots.iter().map(away).sum::<f64>() / dots.len().max(1) as f64;
    dots.iter().all(|dot| (away(dot) - radius).abs() <= radius * UNEVEN).then_some(radius)
}

/// A regular star, turned as the drawn points are on average; one that nearly stands upright does.
fn regular(points: &[Dot], outer: f64, inner: f64) -> Outline {
    let middle = mean(points);
    let step = std::f64::consts::TAU / POINTS as f64;
    // Five times each point's angle is the same angle, whichever point it is.
    let sum = points.iter().fold(Dot { x: 0.0, y: 0.0 }, |sum, dot| {
        let angle = libm::atan2(dot.y - middle.y, dot.x - middle.x) * POINTS as f64;
        let (sin, cos) = libm::sincos(angle);
        sum + Dot { x: cos, y: sin }
    });
    let upright = -std::f64::consts::FRAC_PI_2;
    let turn = libm::atan2(sum.y, sum.x) / POINTS as f64 - upright;
    let turn = turn - (turn / step).round() * step;
    let first = if turn.abs() < step / 9.0 { upright } else { upright + turn };
    let corners: Vec<_> = (0..2 * POINTS)
        .map(|index| {
            let (sin, cos) = libm::sincos(first + step / 2.0 * index as f64);
            let radius = if index % 2 == 0 { outer } else { inner };
            (middle + Dot { x: cos * radius, y: sin * radius }).point()
        })
        .collect();
    Outline::polygon(&corners)
}
