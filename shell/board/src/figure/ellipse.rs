//! Ellipses and circles: axes by the spread of the dots, kept if the dots lie near enough to the line.
use super::{Dot, Kind, corners};
use crate::shape::{Contour, Outline};

/// The dots may be off the line by this part of the radius, on average.
const OFF: f64 = 0.075;
/// Radii this near to each other, as a part, were meant to be equal.
const ROUND: f64 = 0.14;
/// An axis this near to level was meant to be level: the tangent of 12 degrees.
const LEVEL: f64 = 0.21;
/// A turned ellipse is kept as a polygon of so many corners: on a wall the chords are under a pixel off.
const CORNERS: usize = 96;

/// The ellipse that a closed way was meant to be; and the one that lies nearest to it, which may be turned a little.
pub(super) fn fit(path: &[Dot]) -> Option<(Kind, Outline, Outline)> {
    let (low, high) = corners::extent(path);
    let (axis, longer) = corners::spread(path, (low + high) * 0.5);
    // Of a round figure no direction is the longer one.
    let axis = if longer <= 0.02 { Dot { x: 1.0, y: 0.0 } } else { axis };
    let nearest = about(path, axis)?;
    let straight = if axis.y.abs() <= axis.x.abs() * LEVEL {
        Dot { x: 1.0, y: 0.0 }
    } else if axis.x.abs() <= axis.y.abs() * LEVEL {
        Dot { x: 0.0, y: 1.0 }
    } else {
        axis
    };
    // Where it is turned by too much to lie level, it stays turned.
    let ((middle, ru, rv), straight) =
        about(path, straight).map_or((nearest, axis), |level| (level, straight));
    let near = outline(nearest.0, axis, nearest.1, nearest.2);
    if (ru - rv).abs() <= ru.max(rv) * ROUND {
        let radius = (ru + rv) / 2.0;
        return Some((Kind::Circle, outline(middle, Dot { x: 1.0, y: 0.0 }, radius, radius), near));
    }
    Some((Kind::Ellipse, outline(middle, straight, ru, rv), near))
}

/// The ellipse with an axis in this direction: its middle, and its radii along and across. `None` if the way is not
/// like it.
fn about(path: &[Dot], axis: Dot) -> Option<(Dot, f64, f64)> {
    let across = Dot { x: -axis.y, y: axis.x };
    let span = |along: Dot| {
        let reach = |pick: fn(f64, f64) -> f64| path.iter().map(|dot| dot.dot(along)).reduce(pick);
        Some((reach(f64::min)?, reach(f64::max)?))
    };
    let ((u0, u1), (v0, v1)) = (span(axis)?, span(across)?);
    let middle = axis * ((u0 + u1) / 2.0) + across * ((v0 + v1) / 2.0);
    let (ru, rv) = ((u1 - u0) / 2.0, (v1 - v0) / 2.0);
    if rv <= ru * 0.12 || ru <= rv * 0.12 {
        return None;
    }
    let off: f64 = path
        .iter()
        .map(|dot| {
            let from = *dot - middle;
            let (u, v) = (from.dot(axis) / ru, from.dot(across) / rv);
            ((u * u + v * v).sqrt() - 1.0).abs()
        })
        .sum();
    (off / path.len() as f64 <= OFF).then_some((middle, ru, rv))
}

fn outline(middle: Dot, axis: Dot, ru: f64, rv: f64) -> Outline {
    let radius = |um: f64| um.round() as u32;
    if axis.y == 0.0 {
        return Outline::Ellipse { centre: middle.point(), rx_um: radius(ru), ry_um: radius(rv) };
    }
    if axis.x == 0.0 {
        return Outline::Ellipse { centre: middle.point(), rx_um: radius(rv), ry_um: radius(ru) };
    }
    let across = Dot { x: -axis.y, y: axis.x };
    let points = (0..CORNERS).map(|step| {
        let (sin, cos) = libm::sincos(step as f64 / CORNERS as f64 * std::f64::consts::TAU);
        (middle + axis * (ru * cos) + across * (rv * sin)).point()
    });
    Outline::Paths([Contour { points: points.collect(), closed: true }].into())
}
