//! The points of freehand segments, in the three ways in which they have been written.
use serde_json::Value;

use crate::format::{
    Format, FormatError,
    bounded::base64,
    fields::{list, number, text},
};

/// Place and pressure.
pub(super) type Point = (f64, f64, f64);

/// The points of one segment.
pub(super) fn of(segment: &Value) -> Result<Vec<Point>, FormatError> {
    if let Some(path) = text(segment, "path") {
        return Ok(differences(&base64(path, Format::Tldraw)?));
    }
    if let Some(points) = text(segment, "points") {
        return Ok(absolute(&base64(points, Format::Tldraw)?));
    }
    let point =
        |point: &Value| Some((number(point, "x")?, number(point, "y")?, number(point, "z").unwrap_or(0.5)));
    Ok(list(segment, "points").iter().filter_map(point).collect())
}

fn absolute(bytes: &[u8]) -> Vec<Point> {
    bytes.chunks_exact(6).map(triple).collect()
}

fn differences(bytes: &[u8]) -> Vec<Point> {
    let Some((head, rest)) = bytes.split_at_checked(12) else { return Vec::new() };
    let single =
        |at: usize| f64::from(f32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]));
    let mut now = (single(0), single(4), single(8));
    let mut points = vec![now];
    for by in rest.chunks_exact(6).map(triple) {
        now = (now.0 + by.0, now.1 + by.1, now.2 + by.2);
        points.push(now);
    }
    points
}

fn triple(bytes: &[u8]) -> Point {
    let half = |at: usize| binary16(u16::from_le_bytes([bytes[at], bytes[at + 1]]));
    (half(0), half(2), half(4))
}

/// IEEE 754 binary16. What is no number stays none, so that its place is refused.
pub(super) fn binary16(bits: u16) -> f64 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f64::from(bits & 0x3ff));
    let size = match exponent {
        0 => fraction * 2_f64.powi(-24),
        31 if fraction == 0.0 => f64::INFINITY,
        31 => f64::NAN,
        _ => (1.0 + fraction / 1_024.0) * 2_f64.powi(exponent - 15),
    };
    if bits >> 15 == 1 { -size } else { size }
}
