//! Rectangles and squares, level or turned, and diamonds.
use super::{Dot, Kind};
use crate::{
    point::{PagePoint, PageRect},
    shape::Outline,
};

/// A corner of a rectangle is off a right angle by at most this: the cosine of 72 degrees.
const SQUARE: f64 = 0.31;
/// Sides this near to level were meant to be level: the tangent of 10 degrees.
const LEVEL: f64 = 0.176;
/// Sides this near in length, as a part, were meant to be equal.
const EQUAL: f64 = 0.12;
/// The way may be off the sides by this part of the longer side, on average: else it is an ellipse.
const OFF: f64 = 0.045;

/// A diamond's diagonals are this near to level and upright: the tangent of 12 degrees.
const UPRIGHT: f64 = 0.21;
/// They cut each other in half, up to this part of the longer one.
const HALVED: f64 = 0.09;

/// The diamond or rectangle that a way with these four corners was meant to be.
pub(super) fn fit(corners: &[Dot; 4], path: &[Dot]) -> Option<(Kind, Outline)> {
    let found = diamond(corners).map(|diamond| (Kind::Diamond, diamond));
    found.or_else(|| rectangle(corners, path).map(|rectangle| (Kind::Rectangle, rectangle)))
}

/// A diamond stands on a corner: its diagonals are level and upright and halve each other.
fn diamond(corners: &[Dot; 4]) -> Option<Outline> {
    let (one, other) = (corners[2] - corners[0], corners[3] - corners[1]);
    let (level, upright) = if one.x.abs() > one.y.abs() { (one, other) } else { (other, one) };
    let longest = level.length().max(upright.length());
    let (middle, off) =
        ((corners[0] + corners[2]) * 0.5, (corners[0] + corners[2] - corners[1] - corners[3]) * 0.5);
    if level.y.abs() > level.x.abs() * UPRIGHT
        || upright.x.abs() > upright.y.abs() * UPRIGHT
        || off.length() > longest * HALVED
    {
        return None;
    }
    let middle = middle - off * 0.5;
    let (mut u, mut v) = (level.length() / 2.0, upright.length() / 2.0);
    if (u - v).abs() <= u.max(v) * EQUAL {
        (u, v) = ((u + v) / 2.0, (u + v) / 2.0);
    }
    let corner = |x: f64, y: f64| (middle + Dot { x, y }).point();
    Some(Outline::polygon(&[corner(0.0, -v), corner(u, 0.0), corner(0.0, v), corner(-u, 0.0)]))
}

/// The rectangle that a way with these four corners was meant to be.
fn rectangle(corners: &[Dot; 4], path: &[Dot]) -> Option<Outline> {
    let side = |index: usize| corners[(index + 1) % 4] - corners[index % 4];
    for index in 0..4 {
        let (a, b) = (side(index), side(index + 1));
        if a.dot(b).abs() > a.length() * b.length() * SQUARE {
            return None;
        }
    }
    // The mean direction of the four sides, each turned back to the first.
    let turned = |by: Dot, quarter: usize| match quarter {
        0 => by,
        1 => Dot { x: by.y, y: -by.x },
        2 => by * -1.0,
        _ => Dot { x: -by.y, y: by.x },
    };
    let sense = if side(0).cross(side(1)) >= 0.0 { [0, 1, 2, 3] } else { [0, 3, 2, 1] };
    let sum = (0..4).fold(Dot { x: 0.0, y: 0.0 }, |sum, index| sum + turned(side(index), sense[index]));
    let mut axis = sum * (1.0 / sum.length().max(1.0));
    if axis.y.abs() <= axis.x.abs() * LEVEL {
        axis = Dot { x: 1.0, y: 0.0 };
    } else if axis.x.abs() <= axis.y.abs() * LEVEL {
        axis = Dot { x: 0.0, y: 1.0 };
    }
    let across = Dot { x: -axis.y, y: axis.x };
    let middle = corners.iter().fold(Dot { x: 0.0, y: 0.0 }, |sum, corner| sum + *corner) * 0.25;
    let half =
        |along: Dot| corners.iter().map(|corner| (*corner - middle).dot(along).abs()).sum::<f64>() / 4.0;
    let (mut u, mut v) = (half(axis), half(across));
    let off: f64 = path
        .iter()
        .map(|dot| {
            let from = *dot - middle;
            let (du, dv) = (from.dot(axis).abs() - u, from.dot(across).abs() - v);
            if du > 0.0 && dv > 0.0 { du.max(dv) } else { du.max(dv).abs() }
        })
        .sum();
    if off / path.len() as f64 > u.max(v) * 2.0 * OFF {
        return None;
    }
    if (u - v).abs() <= u.max(v) * EQUAL {
        (u, v) = ((u + v) / 2.0, (u + v) / 2.0);
    }
    if axis.x == 0.0 {
        (u, v) = (v, u);
    }
    if axis.x == 0.0 || axis.y == 0.0 {
        let (low, high) = (middle - Dot { x: u, y: v }, middle + Dot { x: u, y: v });
        let (low, high) = (low.point(), high.point());
        return Some(Outline::rectangle(PageRect::new(low.x_um, low.y_um, high.x_um, high.y_um)));
    }
    let corner = |x: f64, y: f64| (middle + axis * (u * x) + across * (v * y)).point();
    let points: [PagePoint; 4] = [corner(-1.0, -1.0), corner(1.0, -1.0), corner(1.0, 1.0), corner(-1.0, 1.0)];
    Some(Outline::polygon(&points))
}
