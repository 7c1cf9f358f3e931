//! One element of a scene, with the defaults of Excalidraw for what is not written.
use serde_json::Value;

use super::OURS;
use crate::{
    format::{
        css::Css,
        curve::Place,
        fields::{is_set, list, number, pair, text},
    },
    shape::Dash,
};

#[derive(Clone, Copy)]
pub(super) struct Element<'a>(pub(super) &'a Value, Place);

impl<'a> Element<'a> {
    pub(super) fn new(value: &'a Value) -> Element<'a> {
        Element(value, (0.0, 0.0))
    }

    /// The same element, told from another origin.
    pub(super) fn from(self, origin: Place) -> Element<'a> {
        Element(self.0, origin)
    }

    pub(super) fn kind(self) -> &'a str {
        text(self.0, "type").unwrap_or("")
    }

    pub(super) fn id(self) -> &'a str {
        text(self.0, "id").unwrap_or("")
    }

    pub(super) fn is_shown(self) -> bool {
        !is_set(self.0, "isDeleted") && self.opacity() > 0.0
    }

    pub(super) fn number(self, name: &str, otherwise: f64) -> f64 {
        number(self.0, name).unwrap_or(otherwise)
    }

    pub(super) fn text(self, name: &str) -> &'a str {
        text(self.0, name).unwrap_or("")
    }

    pub(super) fn is_set(self, name: &str) -> bool {
        is_set(self.0, name)
    }

    pub(super) fn x(self) -> f64 {
        self.number("x", 0.0) - self.1.0
    }

    pub(super) fn y(self) -> f64 {
        self.number("y", 0.0) - self.1.1
    }

    pub(super) fn width(self) -> f64 {
        self.number("width", 0.0)
    }

    pub(super) fn height(self) -> f64 {
        self.number("height", 0.0)
    }

    /// 0 to 1.
    pub(super) fn opacity(self) -> f64 {
        (self.number("opacity", 100.0) / 100.0).clamp(0.0, 1.0)
    }

    /// The points of a line or of ink, in the scene.
    pub(super) fn points(self) -> Vec<Place> {
        let (x, y) = (self.x(), self.y());
        list(self.0, "points").iter().filter_map(pair).map(|(dx, dy)| (x + dx, y + dy)).collect()
    }

    pub(super) fn pressures(self) -> &'a [Value] {
        list(self.0, "pressures")
    }

    pub(super) fn stroke(self) -> Option<Css> {
        Css::parse(text(self.0, "strokeColor").unwrap_or("#1e1e1e"))
    }

    pub(super) fn background(self) -> Option<Css> {
        Css::parse(self.text("backgroundColor")).map(|colour| colour.times(self.opacity()))
    }

    pub(super) fn stroke_width(self) -> f64 {
        let width = self.number("strokeWidth", 2.0);
        if width > 0.0 { width } else { 2.0 }
    }

    pub(super) fn dash(self) -> Dash {
        match self.text("strokeStyle") {
            "dashed" => Dash::Dashed,
            "dotted" => Dash::Dotted,
            _ => Dash::Solid,
        }
    }

    /// How round: kind 1 by the side, 2 too, 3 of a length. `None` for sharp corners.
    pub(super) fn roundness(self) -> Option<(u64, Option<f64>)> {
        match self.0.get("roundness") {
            Some(Value::Object(round)) => {
                let kind = round.get("type").and_then(Value::as_u64).unwrap_or(2);
                Some((kind, round.get("value").and_then(Value::as_f64)))
            }
            // Files of before 2022.
            _ => (self.text("strokeSharpness") == "round").then_some((1, None)),
        }
    }

    pub(super) fn has_head(self, name: &str) -> bool {
        match self.0.get(name) {
            Some(Value::String(_)) => true,
            // An arrow that says nothing of its end has one.
            None => self.kind() == "arrow" && name == "endArrowhead",
            _ => false,
        }
    }

    /// The outermost group.
    pub(super) fn group(self) -> Option<&'a str> {
        list(self.0, "groupIds").last().and_then(Value::as_str)
    }

    /// What the board wrote about the element.
    pub(super) fn ours(self) -> &'a Value {
        const NOTHING: &Value = &Value::Null;
        self.0.get("customData").and_then(|data| data.get(OURS)).unwrap_or(NOTHING)
    }

    /// A page's ground that the board wrote.
    pub(super) fn is_ground(self) -> bool {
        is_set(self.ours(), "ground")
    }
}
