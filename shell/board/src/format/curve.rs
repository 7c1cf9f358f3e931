//! Curves of other programs as runs of straight lines, short enough that nobody sees a corner.

/// A place in a file's own unit.
pub(crate) type Place = (f64, f64);

/// Lines for one piece of a curve: at a hand's breadth a piece, each is as long as a pen is wide.
const STEPS: usize = 12;
/// Lines for a whole circle.
const ROUND: usize = 64;

/// Adds a cubic Bézier curve from `from` without its first point.
pub(crate) fn cubic(line: &mut Vec<Place>, from: Place, c1: Place, c2: Place, to: Place) {
    for step in 1..=STEPS {
        let t = step as f64 / STEPS as f64;
        let s = 1.0 - t;
        let weights = [s * s * s, 3.0 * s * s * t, 3.0 * s * t * t, t * t * t];
        let at = |pick: fn(Place) -> f64| {
            [from, c1, c2, to].map(pick).iter().zip(weights).map(|(place, weight)| place * weight).sum()
        };
        line.push((at(|place| place.0), at(|place| place.1)));
    }
}

/// Adds a quadratic Bézier curve from `from` without its first point.
pub(crate) fn quadratic(line: &mut Vec<Place>, from: Place, control: Place, to: Place) {
    let towards =
        |end: Place| (end.0 + (control.0 - end.0) * 2.0 / 3.0, end.1 + (control.1 - end.1) * 2.0 / 3.0);
    cubic(line, from, towards(from), towards(to), to);
}

/// A smooth curve through all points (Catmull and Rom's, as cubic pieces).
pub(crate) fn through(points: &[Place]) -> Vec<Place> {
    if points.len() < 3 {
        return points.to_vec();
    }
    let mut line = vec![points[0]];
    for index in 0..points.len() - 1 {
        let (from, to) = (points[index], points[index + 1]);
        let before = points[index.saturating_sub(1)];
        let after = points[(index + 2).min(points.len() - 1)];
        let c1 = (from.0 + (to.0 - before.0) / 6.0, from.1 + (to.1 - before.1) / 6.0);
        let c2 = (to.0 - (after.0 - from.0) / 6.0, to.1 - (after.1 - from.1) / 6.0);
        cubic(&mut line, from, c1, c2, to);
    }
    line
}

/// A closed figure whose corners are cut by `cuts` along both of their sides and rounded.
pub(crate) fn rounded(corners: &[Place], cut: f64) -> Vec<Place> {
    let count = corners.len();
    let mut line = Vec::with_capacity(count * (STEPS + 1));
    for index in 0..count {
        let here = corners[index];
        let (before, after) = (corners[(index + count - 1) % count], corners[(index + 1) % count]);
        let (from, to) = (towards(here, before, cut), towards(here, after, cut));
        line.push(from);
        quadratic(&mut line, from, here, to);
    }
    line
}

/// From `here` by a distance towards `there`, at most half the way.
pub(crate) fn towards(here: Place, there: Place, by: f64) -> Place {
    let (dx, dy) = (there.0 - here.0, there.1 - here.1);
    let length = libm::hypot(dx, dy);
    if length == 0.0 {
        return here;
    }
    let part = (by / length).min(0.5);
    (here.0 + dx * part, here.1 + dy * part)
}

/// An ellipse as a polygon.
pub(crate) fn ellipse(centre: Place, rx: f64, ry: f64) -> Vec<Place> {
    (0..ROUND)
        .map(|step| {
            let (sin, cos) = libm::sincos(step as f64 * std::f64::consts::TAU / ROUND as f64);
            (centre.0 + rx * cos, centre.1 + ry * sin)
        })
        .collect()
}

/// An arc of a circle by two angles in radians, both ends included.
pub(crate) fn arc(centre: Place, radius: f64, from: f64, sweep: f64) -> Vec<Place> {
    let steps = ((sweep.abs() / std::f64::consts::TAU * ROUND as f64).ceil() as usize).clamp(2, ROUND);
    (0..=steps)
        .map(|step| {
            let (sin, cos) = libm::sincos(from + sweep * step as f64 / steps as f64);
            (centre.0 + radius * cos, centre.1 + radius * sin)
        })
        .collect()
}

/// The box around places: left, top, right, bottom. Nothing around none.
pub(crate) fn around(places: &[Place]) -> Option<[f64; 4]> {
    let first = places.first()?;
    Some(places.iter().fold([first.0, first.1, first.0, first.1], |all, place| {
        [all[0].min(place.0), all[1].min(place.1), all[2].max(place.0), all[3].max(place.1)]
    }))
}
