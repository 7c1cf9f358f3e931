//! How near ink lies to a figure.
use super::{Dot, corners::from_side};
use crate::shape::Outline;

/// Ink that is further from a figure than this part of its size, on average, was not meant to be it.
const FAR: f64 = 0.05;
/// An ellipse is measured against so many chords.
const CHORDS: usize = 64;

/// How sure a figure is, from 1 to 100, by the dots of its ink; `None` where they lie too far away.
pub(super) fn confidence(outline: &Outline, path: &[Dot], size: f64) -> Option<u8> {
    let part = 1.0 - off(outline, path) / (size * FAR);
    (part > 0.0).then(|| (part * 100.0).ceil().clamp(1.0, 100.0) as u8)
}

/// The mean distance of dots from an outline.
pub(super) fn off(outline: &Outline, path: &[Dot]) -> f64 {
    let ways = ways(outline);
    let nearest = |dot: &Dot| {
        let sides = ways.iter().flat_map(|way| way.windows(2));
        sides.map(|side| from_side(*dot, side[0], side[1])).fold(f64::INFINITY, f64::min)
    };
    path.iter().map(nearest).sum::<f64>() / path.len().max(1) as f64
}

fn ways(outline: &Outline) -> Vec<Vec<Dot>> {
    match outline {
        Outline::Paths(contours) => contours
            .iter()
            .map(|contour| {
                let first = contour.points.first().filter(|_| contour.closed);
                contour.points.iter().chain(first).map(|at| Dot::from(*at)).collect()
            })
            .collect(),
        Outline::Ellipse { centre, rx_um, ry_um } => {
            let (middle, rx, ry) = (Dot::from(*centre), f64::from(*rx_um), f64::from(*ry_um));
            let round = (0..=CHORDS).map(|step| {
                let (sin, cos) = libm::sincos(step as f64 / CHORDS as f64 * std::f64::consts::TAU);
                middle + Dot { x: rx * cos, y: ry * sin }
            });
            vec![round.collect()]
        }
    }
}
