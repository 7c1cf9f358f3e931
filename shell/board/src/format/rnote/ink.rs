//! The path of a brush: a start and segments of lines and curves, each end with its pressure; in 0.5 a list of
//! segments that each have their own start.
use serde_json::Value;

use crate::format::{
    curve::{self, Place},
    fields::{list, number, pair, text},
};

/// A place and a pressure.
type Element = (Place, f64);

/// The path as points close enough to be joined by straight lines.
pub(super) fn path(path: &Value) -> Vec<Element> {
    let mut all: Vec<Element> = path.get("start").and_then(element).into_iter().collect();
    let segments = match path {
        Value::Array(segments) => segments.as_slice(),
        _ => list(path, "segments"),
    };
    for segment in segments {
        let Some((kind, told)) = segment.as_object().and_then(|segment| segment.iter().next()) else {
            continue;
        };
        if let Some(start) = told.get("start").and_then(element).filter(|start| all.last() != Some(start)) {
            all.push(start);
        }
        if kind == "dot" {
            all.extend(told.get("element").and_then(element));
            continue;
        }
        let Some(end) = told.get("end").and_then(element) else { continue };
        let from = all.last().copied().unwrap_or(end);
        let control = |name: &str| told.get(name).and_then(pair);
        let mut line = Vec::new();
        match (control("cp"), control("cp1").zip(control("cp2"))) {
            (Some(cp), _) => curve::quadratic(&mut line, from.0, cp, end.0),
            (None, Some((cp1, cp2))) => curve::cubic(&mut line, from.0, cp1, cp2, end.0),
            (None, None) => line.push(end.0),
        }
        let count = line.len() as f64;
        let pressure = |step: usize| from.1 + (end.1 - from.1) * (step + 1) as f64 / count;
        all.extend(line.into_iter().enumerate().map(|(step, place)| (place, pressure(step))));
    }
    all
}

fn element(value: &Value) -> Option<Element> {
    Some((value.get("pos").and_then(pair)?, number(value, "pressure").unwrap_or(0.5).clamp(0.0, 1.0)))
}

/// The radius of a stroke under a pressure.
pub(super) fn radius(style: &Value, width: f64, pressure: f64) -> f64 {
    let part = match text(style, "pressure_curve") {
        Some("const") | None => 1.0,
        Some("sqrt") => pressure.sqrt(),
        Some("cbrt") => libm::cbrt(pressure),
        Some("pow2") => pressure.powi(2),
        Some("pow3") => pressure.powi(3),
        Some(_) => pressure,
    };
    width * part / 2.0
}
