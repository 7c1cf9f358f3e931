//! Shapes by their kinds.
use serde_json::Value;

use super::{
    arrow, colour,
    geo::{self, Geo},
    path,
    read::Walk,
    records::Spot,
    words,
};
use crate::{
    colour::Colour,
    format::{
        FormatError,
        css::Css,
        curve::{self, Place},
        fields::{is_set, list, number, text},
        intake::plain,
        letters, speed,
    },
    note::Note,
    object::{Content, Stroke},
    shape::{Contour, Dash, Outline, Shape},
};

/// The side of a note, in pixels.
pub(super) const NOTE_PX: f64 = 200.0;
/// The page's font, and the height of a line in heights of its font.
pub(super) const FONT_PX: f64 = 16.0;
pub(super) const LINE: f64 = 1.35;
/// How far a label stays from the sides of its figure, in pixels.
pub(super) const PADDING_PX: f64 = 16.0;
/// Another font is wider: room for a text that fitted itself, in its own widths.
const ROOM: f64 = 1.5;

/// Sizes by name: lines, texts, labels; in pixels and in heights of the font.
fn sizes(props: &Value) -> (f64, f64, f64) {
    match text(props, "size").unwrap_or("m") {
        "s" => (2.0, 1.125, 1.125),
        "l" => (5.0, 2.25, 1.625),
        "xl" => (10.0, 2.75, 2.0),
        _ => (3.5, 1.5, 1.375),
    }
}

fn scale(props: &Value) -> f64 {
    number(props, "scale").filter(|scale| *scale > 0.0).unwrap_or(1.0)
}

fn dash(props: &Value) -> Dash {
    match text(props, "dash") {
        Some("dashed") => Dash::Dashed,
        Some("dotted") => Dash::Dotted,
        _ => Dash::Solid,
    }
}

fn colour_name(props: &Value) -> &str {
    text(props, "color").unwrap_or("black")
}

/// A line's colour on the page.
fn ink(rgb: u32, spot: &Spot) -> Colour {
    Css { rgb, opacity: 255 }.times(spot.opacity).on(colour::PAGE)
}

impl<'a> Walk<'a> {
    pub(super) fn content(
        &mut self,
        shape: &'a Value,
        kind: &str,
        spot: &mut Spot,
    ) -> Result<(), FormatError> {
        let props = shape.get("props").unwrap_or(&Value::Null);
        let id = text(shape, "id").unwrap_or("");
        match kind {
            "draw" => self.draw(id, props, spot),
            "highlight" => self.highlight(props, spot),
            "geo" => self.geo(id, props, spot),
            "line" => self.line(props, spot),
            "arrow" => self.arrow(shape, id, props, spot),
            "text" => self.text(props, spot),
            "note" => self.note(props, spot),
            "image" | "video" => self.media(id, props, spot),
            "frame" => self.frame(props, spot),
            "bookmark" | "embed" => self.embedded(props, spot),
            _ => Ok(()),
        }
    }

    fn segments(props: &Value) -> Result<Vec<path::Point>, FormatError> {
        let (x, y) = (number(props, "scaleX").unwrap_or(1.0), number(props, "scaleY").unwrap_or(1.0));
        let mut all = Vec::new();
        for segment in list(props, "segments") {
            all.extend(path::of(segment)?.into_iter().map(|point| (point.0 * x, point.1 * y, point.2)));
        }
        Ok(all)
    }

    fn draw(&mut self, id: &'a str, props: &Value, spot: &Spot) -> Result<(), FormatError> {
        let points = Walk::segments(props)?;
        let places: Vec<Place> = points.iter().map(|point| shift(spot, (point.0, point.1))).collect();
        if places.is_empty() {
            return Ok(());
        }
        let width = sizes(props).0 * scale(props);
        let line = ink(colour::line(colour_name(props)), spot);
        let mut spot = *spot;
        let fill =
            colour::fill(props, spot.opacity).and_then(Css::fill).filter(|_| is_set(props, "isClosed"));
        if fill.is_some() {
            spot.group = spot.group.or(Some(self.group(id)));
            let inside = Shape { fill, ..plain(self.intake.outline(&places, true)?) };
            self.push(&spot, Content::Shape(inside))?;
        }
        if dash(props) != Dash::Solid {
            let outline = self.intake.outline(&places, is_set(props, "isClosed"))?;
            let width_um = self.intake.width_um(width);
            let shape = Shape { colour: line, width_um, dash: dash(props), ..plain(outline) };
            return self.push(&spot, Content::Shape(shape));
        }
        let radii: Vec<f64> = match (text(props, "dash"), is_set(props, "isPen")) {
            (Some("draw"), true) => points.iter().map(|point| pen_radius(width, point.2)).collect(),
            (Some("draw"), false) => {
                let quick = |pressure: f64| {
                    width * libm::sin(speed::part(pressure, 0.5) * std::f64::consts::FRAC_PI_2)
                };
                speed::pressures(&places, width).into_iter().map(quick).collect()
            }
            _ => vec![width / 2.0; points.len()],
        };
        let nodes: Vec<(Place, f64, u32)> =
            places.iter().zip(radii).map(|(place, radius)| (*place, radius, 0)).collect();
        let stroke = Stroke { colour: line, highlighter: false, trace: self.intake.trace(&nodes)? };
        self.push(&spot, Content::Stroke(stroke))
    }

    fn highlight(&mut self, props: &Value, spot: &Spot) -> Result<(), FormatError> {
        let points = Walk::segments(props)?;
        if points.is_empty() {
            return Ok(());
        }
        let radius = (FONT_PX * sizes(props).1 * 1.12 * scale(props) + 1.0) / 2.0;
        let nodes: Vec<(Place, f64, u32)> =
            points.iter().map(|point| (shift(spot, (point.0, point.1)), radius, 0)).collect();
        let colour = Colour::own(colour::highlight(colour_name(props)));
        let stroke = Stroke { colour, highlighter: true, trace: self.intake.trace(&nodes)? };
        self.push(spot, Content::Stroke(stroke))
    }

    /// A figure with a shape's line.
    fn drawn(&self, props: &Value, spot: &Spot, outline: Outline) -> Shape {
        Shape {
            colour: ink(colour::line(colour_name(props)), spot),
            width_um: self.intake.width_um(sizes(props).0 * scale(props)),
            dash: dash(props),
            ..plain(outline)
        }
    }

    fn geo(&mut self, id: &'a str, props: &Value, spot: &mut Spot) -> Result<(), FormatError> {
        let (width, height) = box_of(props);
        let outline = match geo::of(text(props, "geo").unwrap_or("rectangle"), width, height) {
            Geo::Ellipse => {
                let centre = shift(spot, (width / 2.0, height / 2.0));
                self.intake.ellipse(centre, width / 2.0, height / 2.0)?
            }
            Geo::Runs(runs) => {
                let mut contours: Vec<Contour> = Vec::new();
                for (run, closed) in runs {
                    let run: Vec<Place> = run.iter().map(|at| shift(spot, *at)).collect();
                    contours.push(self.intake.contour(&run, closed)?);
                }
                Outline::Paths(contours.into())
            }
        };
        let fill = colour::fill(props, spot.opacity).and_then(Css::fill);
        let shape = Shape { fill, ..self.drawn(props, spot, outline) };
        let said = words::said(props);
        if !said.is_empty() {
            spot.group = spot.group.or(Some(self.group(id)));
        }
        self.push(spot, Content::Shape(shape))?;
        let font = FONT_PX * sizes(props).2 * scale(props);
        self.label(props, spot, &said, font, [0.0, 0.0, width, height])
    }

    /// A text in a box of its shape.
    fn label(
        &mut self,
        props: &Value,
        spot: &Spot,
        said: &str,
        font: f64,
        [left, top, width, height]: [f64; 4],
    ) -> Result<(), FormatError> {
        if said.is_empty() {
            return Ok(());
        }
        let room = (width - 2.0 * PADDING_PX).max(font);
        let said = letters::wrapped(said, room / font);
        let (wide, high) = (letters::width(&said) * font, said.lines().count() as f64 * font * LINE);
        let x = match text(props, "align") {
            Some("start" | "start-legacy") => PADDING_PX,
            Some("end" | "end-legacy") => width - PADDING_PX - wide,
            _ => (width - wide) / 2.0,
        };
        let y = match text(props, "verticalAlign") {
            Some("start") => PADDING_PX,
            Some("end") => height - PADDING_PX - high,
            _ => (height - high) / 2.0,
        };
        let colour = ink(colour::line(text(props, "labelColor").unwrap_or("black")), spot);
        let at = shift(spot, (left + x, top + y));
        let text = self.intake.text(at, font * LINE, wide.max(room) * ROOM, &said, colour)?;
        self.push(spot, Content::Text(text))
    }

    fn line(&mut self, props: &Value, spot: &Spot) -> Result<(), FormatError> {
        // Points by name, a list, or the handles of older files.
        let mut points: Vec<(&str, Place)> = Vec::new();
        let place = |point: &Value| Some((number(point, "x")?, number(point, "y")?));
        for name in ["points", "handles"] {
            match props.get(name) {
                Some(Value::Object(named)) => points.extend(
                    named
                        .values()
                        .filter_map(|point| Some((text(point, "index").unwrap_or(""), place(point)?))),
                ),
                Some(Value::Array(listed)) => {
                    points.extend(listed.iter().filter_map(|point| Some(("", place(point)?))));
                }
                _ => {}
            }
        }
        points.sort_by_key(|point| point.0);
        let mut places: Vec<Place> = points.into_iter().map(|point| shift(spot, point.1)).collect();
        if places.len() < 2 {
            return Ok(());
        }
        if text(props, "spline") == Some("cubic") {
            places = curve::through(&places);
        }
        let outline = self.intake.outline(&places, false)?;
        let shape = self.drawn(props, spot, outline);
        self.push(spot, Content::Shape(shape))
    }

    fn arrow(
        &mut self,
        shape: &'a Value,
        id: &'a str,
        props: &Value,
        spot: &mut Spot,
    ) -> Result<(), FormatError> {
        let points: Vec<Place> =
            arrow::points(self.records, shape, spot).iter().map(|at| shift(spot, *at)).collect();
        let head = |name: &str, otherwise: &str| text(props, name).unwrap_or(otherwise) != "none";
        let outline = self.intake.outline(&points, false)?;
        let arrows = (head("arrowheadStart", "none"), head("arrowheadEnd", "arrow"));
        let content = Shape { arrows, ..self.drawn(props, spot, outline) };
        let said = words::said(props);
        if !said.is_empty() {
            spot.group = spot.group.or(Some(self.group(id)));
        }
        self.push(spot, Content::Shape(content))?;
        let font = FONT_PX * sizes(props).2 * scale(props);
        let middle = points.get(points.len() / 2).zip(points.get((points.len() - 1) / 2));
        let Some((a, b)) = middle else { return Ok(()) };
        let (x, y) = (f64::midpoint(a.0, b.0) - spot.origin.0, f64::midpoint(a.1, b.1) - spot.origin.1);
        let wide = letters::width(&said) * font + 2.0 * PADDING_PX;
        self.label(props, spot, &said, font, [x - wide / 2.0, y - font, wide, 2.0 * font])
    }

    fn text(&mut self, props: &Value, spot: &Spot) -> Result<(), FormatError> {
        let said = words::said(props);
        if said.is_empty() {
            return Ok(());
        }
        let font = FONT_PX * sizes(props).1 * scale(props);
        let width = number(props, "w").unwrap_or(0.0).max(0.0) * scale(props);
        let fits_itself = props.get("autoSize").and_then(Value::as_bool).unwrap_or(true);
        let wide = letters::width(&said) * font;
        let slack = if fits_itself { 0.0 } else { (width - wide).max(0.0) };
        let x = match text(props, "textAlign").or_else(|| text(props, "align")) {
            Some("middle" | "middle-legacy") => slack / 2.0,
            Some("end" | "end-legacy") => slack,
            _ => 0.0,
        };
        let room = if fits_itself { width.max(wide) * ROOM } else { width - x };
        let colour = ink(colour::line(colour_name(props)), spot);
        let text = self.intake.text(shift(spot, (x, 0.0)), font * LINE, room, &said, colour)?;
        self.push(spot, Content::Text(text))
    }

    fn note(&mut self, props: &Value, spot: &Spot) -> Result<(), FormatError> {
        let side = NOTE_PX * scale(props);
        let grown = number(props, "growY").unwrap_or(0.0).max(0.0) * scale(props);
        let (x, y) = spot.origin;
        let rect = self.intake.rect(x, y, side, side + grown)?;
        // Once a font's size, later a part of it.
        let font = FONT_PX * sizes(props).2;
        let font = match number(props, "fontSizeAdjustment") {
            Some(size) if size > 4.0 => size,
            Some(part) if part > 0.0 => font * part,
            _ => font,
        };
        let note = Note {
            rect,
            paper: ink(colour::note(colour_name(props)), spot),
            size_um: self.intake.size_um(font * LINE * scale(props)),
            // Words on a note are pure black unless they have a colour.
            colour: match text(props, "labelColor") {
                None | Some("black") => Colour::own(0),
                Some(name) => Colour::own(colour::line(name)),
            },
            text: words::said(props),
        };
        self.push(spot, Content::Note(note))
    }
}

/// A place of a shape as if the shape were not turned.
pub(super) fn shift(spot: &Spot, local: Place) -> Place {
    (spot.origin.0 + local.0, spot.origin.1 + local.1)
}

fn box_of(props: &Value) -> (f64, f64) {
    let side = |name: &str| number(props, name).unwrap_or(1.0).max(1.0);
    (side("w"), side("h") + number(props, "growY").unwrap_or(0.0).max(0.0))
}

/// The radius of a pen's stroke: tldraw's own easing between straight and a sine.
fn pen_radius(width: f64, pressure: f64) -> f64 {
    let part = speed::part(pressure, 0.62);
    (1.0 + width * 1.2) * (part * 0.65 + libm::sin(part * std::f64::consts::FRAC_PI_2) * 0.35)
}
