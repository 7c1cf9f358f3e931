//! The width of freehand strokes: Excalidraw keeps pressures, and draws by the rules of perfect-freehand with its own
//! numbers (`generateFreeDrawShape`), which are turned around here on the way out.
use crate::format::{
    curve::Place,
    speed::{self, EVEN},
};

/// The widest diameter of a stroke, in stroke widths.
const SIZE: f64 = 4.25;
/// How much a pressure thins.
const THINNING: f64 = 0.6;

/// The radius of a stroke of this stroke width under a pressure from 0 to 1.
pub(super) fn radius(stroke_width: f64, pressure: f64) -> f64 {
    let part = speed::part(pressure, THINNING);
    stroke_width * SIZE * libm::sin(part * std::f64::consts::FRAC_PI_2)
}

/// The pressure that makes this radius, or the nearest that there is.
pub(super) fn pressure(stroke_width: f64, radius: f64) -> f64 {
    let sine = (radius / (stroke_width * SIZE)).clamp(0.0, 1.0);
    let part = libm::asin(sine) / std::f64::consts::FRAC_PI_2;
    ((part - 0.5) / THINNING + 0.5).clamp(0.0, 1.0)
}

/// The stroke width with which radii from `thin` to `thick` are pressures.
pub(super) fn stroke_width(thin: f64, thick: f64) -> f64 {
    let at = if thick - thin <= thick * 0.01 { EVEN } else { 1.0 };
    thick / radius(1.0, at)
}

/// Pressures made up from the distances between points.
pub(super) fn made_up(points: &[Place], stroke_width: f64) -> Vec<f64> {
    speed::pressures(points, stroke_width * SIZE)
}
