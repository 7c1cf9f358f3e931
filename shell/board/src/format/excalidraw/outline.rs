//! The outlines of figures, before they are turned.
use serde_json::Value;

use super::element::Element;
use crate::format::{
    curve::{self, Place},
    fields::number,
};

/// Corners of up to four times this are rounded by a quarter of the side, longer ones by this, in pixels.
const ROUND_PX: f64 = 32.0;
/// Ends of a line this near to each other enclose an inside, in pixels.
const LOOP_PX: f64 = 8.0;
/// Ends of a line this near to each other are one.
const SAME_PX: f64 = 0.5;

/// A line's points and whether it is closed, and whether it has an inside.
pub(super) struct Line {
    pub(super) points: Vec<Place>,
    pub(super) closed: bool,
    pub(super) encloses: bool,
}

pub(super) fn rectangle(element: Element<'_>) -> Vec<Place> {
    let (x, y, width, height) = (element.x(), element.y(), element.width(), element.height());
    let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
    rounded(element, &corners, width.abs().min(height.abs()))
}

pub(super) fn diamond(element: Element<'_>) -> Vec<Place> {
    let (x, y, width, height) = (element.x(), element.y(), element.width(), element.height());
    let (across, down) = (x + width / 2.0, y + height / 2.0);
    let corners = [(across, y), (x + width, down), (across, y + height), (x, down)];
    rounded(element, &corners, width.abs().min(height.abs()) / 2.0)
}

fn rounded(element: Element<'_>, corners: &[Place; 4], side: f64) -> Vec<Place> {
    let cut = match element.roundness() {
        None => 0.0,
        Some((3, longest)) => (side * 0.25).min(longest.unwrap_or(ROUND_PX)),
        Some(_) => side * 0.25,
    };
    if cut > 0.0 { curve::rounded(corners, cut) } else { corners.to_vec() }
}

pub(super) fn line(element: Element<'_>) -> Option<Line> {
    let mut points = element.points();
    if points.len() < 2 {
        points =
            vec![(element.x(), element.y()), (element.x() + element.width(), element.y() + element.height())];
    }
    let (first, last) = (*points.first()?, *points.last()?);
    let gap = libm::hypot(last.0 - first.0, last.1 - first.1);
    let several = points.len() > 2;
    if several && element.roundness().is_some() && !element.is_set("elbowed") {
        points = curve::through(&points);
    }
    let closed = several && gap <= SAME_PX;
    if closed {
        points.pop();
    }
    Some(Line { points, closed, encloses: several && gap <= LOOP_PX })
}

/// The box of all of a picture of which a part is shown: left, top, width, height.
pub(super) fn whole(element: Element<'_>) -> [f64; 4] {
    let shown = [element.x(), element.y(), element.width(), element.height()];
    let [x, y, width, height] = shown;
    let crop = element.0.get("crop").unwrap_or(&Value::Null);
    let part = |name: &str| number(crop, name).filter(|part| part.is_finite());
    let part = |at: &str, side: &str, all: &str| {
        Some((part(at)?, part(side).filter(|side| *side >= 1.0)?, part(all).filter(|all| *all >= 1.0)?))
    };
    let (Some(across), Some(down)) =
        (part("x", "width", "naturalWidth"), part("y", "height", "naturalHeight"))
    else {
        return shown;
    };
    let (wide, high) = (width / across.1, height / down.1);
    [x - across.0 * wide, y - down.0 * high, across.2 * wide, down.2 * high]
}
