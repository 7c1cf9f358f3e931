//! Arrows: where their ends are, bound or not, and the way between.
use serde_json::Value;

use super::{
    geo::{self, Geo},
    records::{Records, Spot},
};
use crate::format::{
    curve::{self, Place},
    fields::{is_set, number, text},
};

/// How far an arrow stays away from what it is bound to, in pixels.
const GAP_PX: f64 = 10.0;
/// A bend of less than this, in pixels, is straight.
const STRAIGHT_PX: f64 = 1.0;

/// The points of an arrow, as places of its own shape.
pub(super) fn points(records: &Records<'_>, shape: &Value, spot: &Spot) -> Vec<Place> {
    let props = shape.get("props").unwrap_or(&Value::Null);
    let ends = ["start", "end"].map(|end| terminal(records, shape, props, end));
    let aims = ends.map(|end| match end {
        Terminal::Free(at) => spot.page(at),
        Terminal::Bound { at, .. } => at,
    });
    let place = |number: usize| match ends[number] {
        Terminal::Free(at) => at,
        Terminal::Bound { exact: true, at, .. } => spot.local(at),
        Terminal::Bound { target, target_spot, at, .. } => {
            spot.local(meeting(aims[1 - number], at, target, &target_spot))
        }
    };
    between(props, place(0), place(1))
}

#[derive(Clone, Copy)]
enum Terminal<'a> {
    /// A place of the arrow's own shape.
    Free(Place),
    /// Bound to a shape: the place on the page that it aims at.
    Bound { target: &'a Value, target_spot: Spot, at: Place, exact: bool },
}

fn terminal<'a>(records: &Records<'a>, shape: &Value, props: &'a Value, end: &str) -> Terminal<'a> {
    let told = props.get(end).unwrap_or(&Value::Null);
    let free = Terminal::Free((number(told, "x").unwrap_or(0.0), number(told, "y").unwrap_or(0.0)));
    // Older arrows told in their ends what newer ones tell in records of their own.
    let (bound, id) = if text(told, "type") == Some("binding") {
        (told, text(told, "boundShapeId"))
    } else if let Some(binding) = records.binding(text(shape, "id").unwrap_or(""), end) {
        (binding.get("props").unwrap_or(&Value::Null), text(binding, "toId"))
    } else {
        return free;
    };
    let Some(target) = id.and_then(|id| records.get(id)) else { return free };
    let Some(target_spot) = id.and_then(|id| records.spot(id)) else { return free };
    let (width, height) = size(target);
    let anchor = bound.get("normalizedAnchor").unwrap_or(&Value::Null);
    let precise = bound.get("isPrecise").and_then(Value::as_bool).unwrap_or(true);
    let part = |name: &str| if precise { number(anchor, name).unwrap_or(0.5).clamp(0.0, 1.0) } else { 0.5 };
    let at = target_spot.page((width * part("x"), height * part("y")));
    Terminal::Bound { target, target_spot, at, exact: is_set(bound, "isExact") }
}

/// The width and height of a shape's box, as far as the shape tells.
fn size(shape: &Value) -> (f64, f64) {
    let props = shape.get("props").unwrap_or(&Value::Null);
    let scale = number(props, "scale").unwrap_or(1.0);
    let otherwise = if text(shape, "type") == Some("note") { super::shape::NOTE_PX * scale } else { 0.0 };
    let side = |name: &str| number(props, name).unwrap_or(otherwise);
    (side("w"), side("h") + number(props, "growY").unwrap_or(0.0))
}

/// Where a line from a place to inside a shape first comes near the shape.
fn meeting(from: Place, to: Place, target: &Value, spot: &Spot) -> Place {
    let (width, height) = size(target);
    let kind = target.get("props").and_then(|props| text(props, "geo")).unwrap_or("rectangle");
    let side = match geo::of(kind, width, height) {
        Geo::Ellipse => curve::ellipse((width / 2.0, height / 2.0), width / 2.0, height / 2.0),
        Geo::Runs(mut runs) if !runs.is_empty() => runs.swap_remove(0).0,
        Geo::Runs(_) => Vec::new(),
    };
    let corners: Vec<Place> = side.iter().map(|corner| spot.page(*corner)).collect();
    let sides = corners.iter().zip(corners.iter().cycle().skip(1));
    let first = sides.filter_map(|(a, b)| crossing(from, to, *a, *b)).fold(f64::INFINITY, f64::min);
    if !first.is_finite() {
        return to;
    }
    let length = libm::hypot(to.0 - from.0, to.1 - from.1);
    let part = (first - GAP_PX / length.max(1.0)).max(0.0);
    (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part)
}

/// Where along a line another crosses it, from 0 to 1.
fn crossing(from: Place, to: Place, a: Place, b: Place) -> Option<f64> {
    let (d, e) = ((to.0 - from.0, to.1 - from.1), (b.0 - a.0, b.1 - a.1));
    let area = d.0 * e.1 - d.1 * e.0;
    if area == 0.0 {
        return None;
    }
    let f = (a.0 - from.0, a.1 - from.1);
    let (along, across) = ((f.0 * e.1 - f.1 * e.0) / area, (f.0 * d.1 - f.1 * d.0) / area);
    ((0.0..=1.0).contains(&along) && (0.0..=1.0).contains(&across)).then_some(along)
}

/// The way from one end to the other.
fn between(props: &Value, from: Place, to: Place) -> Vec<Place> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length = libm::hypot(dx, dy);
    if text(props, "kind") == Some("elbow") {
        let part = number(props, "elbowMidPoint").unwrap_or(0.5).clamp(0.0, 1.0);
        let (x, y) = (from.0 + dx * part, from.1 + dy * part);
        let middle = if dx.abs() > dy.abs() { [(x, from.1), (x, to.1)] } else { [(from.0, y), (to.0, y)] };
        return vec![from, middle[0], middle[1], to];
    }
    let bend = number(props, "bend").unwrap_or(0.0);
    if bend.abs() < STRAIGHT_PX || length < STRAIGHT_PX || !bend.is_finite() {
        return vec![from, to];
    }
    // The arc through both ends whose middle lies off the line by the bend: a positive one to the left of its way.
    let radius = (length * length / 4.0 + bend * bend) / (2.0 * bend.abs());
    let left = (dy / length, -dx / length);
    let side = bend.signum();
    let off = (bend.abs() - radius) * side;
    let centre = (f64::midpoint(from.0, to.0) + left.0 * off, f64::midpoint(from.1, to.1) + left.1 * off);
    let angle = |at: Place| libm::atan2(at.1 - centre.1, at.0 - centre.0);
    let turn = std::f64::consts::TAU;
    let sweep = (angle(to) - angle(from)).rem_euclid(turn);
    // Left of the way is passed clockwise on the screen.
    curve::arc(centre, radius, angle(from), if side > 0.0 { sweep } else { sweep - turn })
}
