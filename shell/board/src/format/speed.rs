//! Width by speed, as perfect-freehand makes it up where a device tells no pressure: quick is thin. Excalidraw and
//! tldraw both draw with it.
use crate::format::curve::Place;

/// How quickly a made-up pressure follows the speed.
const FOLLOW: f64 = 0.275;
/// The pressure where none is known.
pub(crate) const EVEN: f64 = 0.5;
/// Points over which the first made-up pressure is levelled.
const FIRST: usize = 10;

/// A pressure for each point, from the distances between them in parts of the pen's size.
pub(crate) fn pressures(points: &[Place], size: f64) -> Vec<f64> {
    let follow = |before: f64, from: Place, to: Place| {
        let speed = (libm::hypot(to.0 - from.0, to.1 - from.1) / size.max(f64::MIN_POSITIVE)).min(1.0);
        let goal = 1.0 - speed;
        (before + (goal - before) * speed * FOLLOW).min(1.0)
    };
    let first = points
        .windows(2)
        .take(FIRST)
        .fold(EVEN, |level, two| f64::midpoint(level, follow(level, two[0], two[1])));
    let mut now = first;
    let mut all = vec![first; points.len().min(1)];
    for two in points.windows(2) {
        now = follow(now, two[0], two[1]);
        all.push(now);
    }
    all
}

/// The part of a pen's size that its radius is under a pressure from 0 to 1, before easing.
pub(crate) fn part(pressure: f64, thinning: f64) -> f64 {
    0.5 - thinning * (0.5 - pressure.clamp(0.0, 1.0))
}
