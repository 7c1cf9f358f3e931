//! Brushes: what ink looks like.
use super::format::unit;
use crate::format::{bounded::Element, css::Css};

/// Ink that lets more through than this, of 255, is a highlighter's.
const SEE_THROUGH: f64 = 55.0;

/// A brush as far as it is told.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Pen {
    pub(super) width_um: Option<f64>,
    pub(super) rgb: Option<u32>,
    pub(super) highlighter: bool,
}

impl Pen {
    /// Takes note of a `brushProperty`.
    pub(super) fn add(&mut self, property: &Element) {
        let value = property.get("value").unwrap_or("").trim();
        let number = || value.parse::<f64>().ok().filter(|number| number.is_finite());
        match property.get("name") {
            Some("width") => {
                // The standard's own unit of drawings.
                let size = property.get("units").and_then(unit).unwrap_or(1_000.0);
                self.width_um = number().filter(|width| *width > 0.0).map(|width| width * size);
            }
            Some("color") => self.rgb = Css::parse(value).map(|colour| colour.rgb),
            Some("transparency") => self.highlighter |= number().is_some_and(|part| part > SEE_THROUGH),
            Some("rasterOp") => self.highlighter |= value == "maskPen",
            _ => {}
        }
    }
}
