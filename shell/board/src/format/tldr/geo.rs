//! The outlines of tldraw's figures in a box from 0, 0 to their width and height. The proportions are tldraw's.
use crate::format::curve::{self, Place};

/// How far a slanted side leans, and how long an arrow's head is, in parts of the shorter side.
const LEAN: f64 = 0.38;
/// How far an arrow's shaft is from its side, in parts of the side.
const SHAFT: f64 = 0.16;
/// How far a star's inner corners are from its middle, in parts of the outer ones'.
const STAR: f64 = 0.5;
/// The bumps of a cloud.
const BUMPS: usize = 12;

/// Runs of points, each closed or not. An ellipse is told apart, since the board has it.
pub(super) enum Geo {
    Ellipse,
    Runs(Vec<(Vec<Place>, bool)>),
}

pub(super) fn of(kind: &str, w: f64, h: f64) -> Geo {
    let lean = w.min(h) * LEAN;
    let (x, y) = (w / 2.0, h / 2.0);
    let points = match kind {
        "ellipse" => return Geo::Ellipse,
        "x-box" | "check-box" => return Geo::Runs(marked(kind, w, h)),
        "diamond" => vec![(x, 0.0), (w, y), (x, h), (0.0, y)],
        "triangle" => vec![(x, 0.0), (w, h), (0.0, h)],
        "trapezoid" => vec![(lean, 0.0), (w - lean, 0.0), (w, h), (0.0, h)],
        "rhombus" => vec![(lean, 0.0), (w, 0.0), (w - lean, h), (0.0, h)],
        "rhombus-2" => vec![(0.0, 0.0), (w - lean, 0.0), (w, h), (lean, h)],
        "pentagon" => regular(5, w, h, |_| 1.0),
        "hexagon" => regular(6, w, h, |_| 1.0),
        "octagon" => regular(8, w, h, |_| 1.0),
        "star" => regular(10, w, h, |corner| if corner % 2 == 0 { 1.0 } else { STAR }),
        "oval" => stadium(w, h),
        "cloud" => cloud(w, h),
        "heart" => heart(w, h),
        "arrow-right" => pointing(w, h, |along, across| (along, across)),
        "arrow-left" => pointing(w, h, |along, across| (w - along, across)),
        "arrow-down" => pointing(h, w, |along, across| (across, along)),
        "arrow-up" => pointing(h, w, |along, across| (across, h - along)),
        _ => vec![(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)],
    };
    Geo::Runs(vec![(points, true)])
}

/// An arrow that points along its first side.
fn pointing(along: f64, across: f64, put: impl Fn(f64, f64) -> Place) -> Vec<Place> {
    let (neck, side) = (along - along.min(across) * LEAN, across * SHAFT);
    [
        (0.0, side),
        (neck, side),
        (neck, 0.0),
        (along, across / 2.0),
        (neck, across),
        (neck, across - side),
        (0.0, across - side),
    ]
    .map(|(a, b)| put(a, b))
    .to_vec()
}

/// Corners around a middle, the first on top, drawn out to the box.
fn regular(count: usize, w: f64, h: f64, far: impl Fn(usize) -> f64) -> Vec<Place> {
    let corner = |number: usize| {
        let turn = number as f64 / count as f64 * std::f64::consts::TAU;
        (libm::sin(turn) * far(number), -libm::cos(turn) * far(number))
    };
    let corners: Vec<Place> = (0..count).map(corner).collect();
    let Some([left, top, right, bottom]) = curve::around(&corners) else { return corners };
    corners.iter().map(|(x, y)| ((x - left) / (right - left) * w, (y - top) / (bottom - top) * h)).collect()
}

fn stadium(w: f64, h: f64) -> Vec<Place> {
    let half = std::f64::consts::PI;
    let radius = w.min(h) / 2.0;
    let (first, second, from) = if w > h {
        ((w - radius, radius), (radius, radius), -half / 2.0)
    } else {
        ((radius, radius), (radius, h - radius), half)
    };
    let mut points = curve::arc(first, radius, from, half);
    points.extend(curve::arc(second, radius, from + half, half));
    points
}

/// Bumps along an ellipse that lies a little inside the box.
fn cloud(w: f64, h: f64) -> Vec<Place> {
    let at = |step: f64, far: f64| {
        let turn = step / BUMPS as f64 * std::f64::consts::TAU;
        (w / 2.0 + libm::cos(turn) * w / 2.0 * far, h / 2.0 + libm::sin(turn) * h / 2.0 * far)
    };
    let mut points = vec![at(0.0, 0.85)];
    for bump in 0..BUMPS {
        let (from, step) = (at(bump as f64, 0.85), bump as f64);
        curve::cubic(&mut points, from, at(step + 0.15, 1.05), at(step + 0.85, 1.05), at(step + 1.0, 0.85));
    }
    points
}

fn heart(w: f64, h: f64) -> Vec<Place> {
    let (x, y) = (w / 4.0, h / 4.0);
    let mut points = vec![(2.0 * x, h)];
    let pieces = [
        [(1.5 * x, 3.0 * y), (0.0, 2.5 * y), (0.0, 1.2 * y)],
        [(0.0, -0.32 * y), (1.85 * x, -0.32 * y), (2.0 * x, 0.9 * y)],
        [(2.15 * x, -0.32 * y), (w, -0.32 * y), (w, 1.2 * y)],
        [(w, 2.5 * y), (2.5 * x, 3.0 * y), (2.0 * x, h)],
    ];
    for [c1, c2, to] in pieces {
        let from = points.last().copied().unwrap_or_default();
        curve::cubic(&mut points, from, c1, c2, to);
    }
    points
}

/// A box with a cross or a tick in it.
fn marked(kind: &str, w: f64, h: f64) -> Vec<(Vec<Place>, bool)> {
    let mut runs = vec![(vec![(0.0, 0.0), (w, 0.0), (w, h), (0.0, h)], true)];
    if kind == "x-box" {
        runs.push((vec![(0.0, 0.0), (w, h)], false));
        runs.push((vec![(w, 0.0), (0.0, h)], false));
    } else {
        let side = w.min(h) * 0.82;
        let put = |x: f64, y: f64| ((w - side) / 2.0 + side * x, (h - side) / 2.0 + side * y);
        runs.push((vec![put(0.25, 0.52), put(0.45, 0.82), put(0.82, 0.22)], false));
    }
    runs
}
