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

/// The ellipse that a closed way was meant to be.
pub(super) fn fit(path: &[Dot]) -> Option<(Kind, Outline)> {
    let count = path.len() as f64;
    let (low, high) = corners::extent(path);
    let box_middle = (low + high) * 0.5;
    let (mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0);
    for dot in path {
        let off = *dot - box_middle;
        xx += off.x * off.x / count;
        xy += off.x * off.y / count;
        yy += off.y * off.y / count;
    }
    // The longer principal axis of the spread.
    let half = (xx - yy) / 2.0;
    let root = (half * half + xy * xy).sqrt();
    let mut axis = if root <= (xx + yy) * 0.02 {
        Dot { x: 1.0, y: 0.0 }
    } else if half >= 0.0 {
        Dot { x: half + root, y: xy }
    } else {
        Dot { x: xy, y: root - half }
    };
    axis = axis * (1.0 / axis.length());
    if axis.y.abs() <= axis.x.abs() * LEVEL {
        axis = Dot { x: 1.0, y: 0.0 };
    } else if axis.x.abs() <= axis.y.abs() * LEVEL {
        axis = Dot { x: 0.0, y: 1.0 };
    }
    let across = Dot { x: -axis.y, y: axis.x };
    let span = |along: Dot| {
        let reach = |pick: fn(f64, f64) -> f64| path.iter().map(|dot| dot.dot(along)).reduce(pick);
        Some((reach(f64::min)?, reach(f64::max)?))
    };
    let ((u0, u1), (v0, v1)) = (span(axis)?, span(across)?);
    let middle = axis * ((u0 + u1) / 2.0) + across * ((v0 + v1) / 2.0);
    let (mut ru, mut rv) = ((u1 - u0) / 2.0, (v1 - v0) / 2.0);
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
    if off / count > OFF {
        return None;
    }
    let round = (ru - rv).abs() <= ru.max(rv) * ROUND;
    if round {
        (ru, rv) = ((ru + rv) / 2.0, (ru + rv) / 2.0);
        axis = Dot { x: 1.0, y: 0.0 };
    }
    Some((if round { Kind::Circle } else { Kind::Ellipse }, outline(middle, axis, ru, rv)))
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
