//! What an element looks like, with what it has from the elements around it.
use crate::{
    format::{
        bounded::Element,
        css::Css,
        svg_words::{self, Matrix, UNMOVED},
    },
    shape::Dash,
};

/// Dashes of up to this many widths are dots.
const DOT: f64 = 1.5;
/// The size of letters where none is told.
const FONT: f64 = 16.0;

#[derive(Clone, Debug)]
pub(super) struct Style {
    pub(super) matrix: Matrix,
    pub(super) fill: Option<Css>,
    pub(super) stroke: Option<Css>,
    pub(super) width: f64,
    pub(super) dash: Dash,
    pub(super) font: f64,
    pub(super) group: Option<u32>,
}

impl Style {
    /// As SVG begins: filled black, without a line.
    pub(super) fn first() -> Style {
        Style {
            matrix: UNMOVED,
            fill: Some(Css::BLACK),
            stroke: None,
            width: 1.0,
            dash: Dash::Solid,
            font: FONT,
            group: None,
        }
    }

    /// With what an element says of itself.
    pub(super) fn with(&self, element: &Element) -> Style {
        let get = |name: &str| property(element, name);
        let mut style = self.clone();
        if let Some(transform) = element.get("transform") {
            style.matrix = svg_words::times(&self.matrix, &svg_words::transform(transform));
        }
        if let Some(fill) = get("fill") {
            style.fill = Css::parse(fill);
        }
        if let Some(stroke) = get("stroke") {
            style.stroke = Css::parse(stroke);
        }
        let part = |name: &str| get(name).and_then(|part| part.parse::<f64>().ok());
        let all = part("opacity").unwrap_or(1.0);
        let faded =
            |colour: Option<Css>, name: &str| colour.map(|it| it.times(part(name).unwrap_or(1.0) * all));
        style.fill = faded(style.fill, "fill-opacity");
        style.stroke = faded(style.stroke, "stroke-opacity");
        if let Some(width) = get("stroke-width").and_then(svg_words::length) {
            style.width = width.max(0.0);
        }
        if let Some(dashes) = get("stroke-dasharray") {
            style.dash = match svg_words::numbers(dashes).first() {
                Some(dash) if *dash > style.width * DOT => Dash::Dashed,
                Some(_) => Dash::Dotted,
                None => Dash::Solid,
            };
        }
        if let Some(font) = get("font-size").and_then(svg_words::length).filter(|font| *font > 0.0) {
            style.font = font;
        }
        style
    }
}

/// An attribute, or the same in `style`.
fn property<'a>(element: &'a Element, name: &str) -> Option<&'a str> {
    let told = element.get("style").and_then(|style| {
        let of = |part: &'a str| part.split_once(':').filter(|(key, _)| key.trim() == name);
        style.split(';').find_map(of).map(|(_, value)| value.trim())
    });
    told.or_else(|| element.get(name))
}
