//! Strokes of the store as things.
use serde_json::Value;

use super::{ink, picture};
use crate::{
    affine::Affine,
    colour::Colour,
    document::{Document, Thing},
    format::{
        FormatError, Limits,
        css::Css,
        curve::{self, Place},
        fields::{list, number, pair, text},
        intake::{Intake, plain},
        svg_words::{self, Matrix},
    },
    object::{Content, Stroke},
    point::PageRect,
    shape::{Dash, Outline, Shape},
};

/// Ink that is more see-through than this is a highlighter's.
const SEE_THROUGH: u8 = 200;
/// The height of a line in heights of its font.
const LINE: f64 = 1.25;

/// Makes things of one sheet's strokes.
pub(super) struct Maker<'a> {
    pub(super) intake: &'a mut Intake,
    pub(super) document: &'a mut Document,
    /// The sheet's corner in the note.
    pub(super) origin: Place,
    pub(super) ground: u32,
    pub(super) limits: &'a Limits,
    pub(super) things: Vec<Thing>,
    /// Drawings so far, each of which is a group.
    pub(super) groups: u32,
}

/// A colour of four numbers from 0 to 1.
pub(super) fn colour(value: &Value) -> Option<Css> {
    let part = |name: &str| Some((number(value, name)?.clamp(0.0, 1.0) * 255.0).round() as u32);
    let rgb = part("r")? << 16 | part("g")? << 8 | part("b")?;
    Some(Css { rgb, opacity: 255 }.times(number(value, "a").unwrap_or(1.0)))
}

/// The kind of a stroke and what it says of itself.
fn kind(stroke: &Value) -> Option<(&str, &Value)> {
    stroke.as_object()?.iter().next().map(|(kind, told)| (kind.as_str(), told))
}

/// A place of a stroke, to tell its sheet.
pub(super) fn anchor(stroke: &Value) -> Place {
    let Some((name, told)) = kind(stroke) else { return (0.0, 0.0) };
    let place = match name {
        "brushstroke" => told.get("path").and_then(|path| {
            let start = path.get("start").or_else(|| {
                let first = path.as_array()?.first()?.as_object()?.values().next()?;
                first.get("start").or_else(|| first.get("element"))
            });
            start?.get("pos").and_then(pair)
        }),
        "shapestroke" => told.get("shape").and_then(kind).and_then(|(_, shape)| {
            shape.get("start").and_then(pair).or_else(|| shift(shape.get("transform")?))
        }),
        "textstroke" => told.get("transform").and_then(shift),
        _ => told.get("rectangle").and_then(|rectangle| shift(rectangle.get("transform")?)),
    };
    place.unwrap_or((0.0, 0.0))
}

fn shift(transform: &Value) -> Option<Place> {
    matrix(transform).map(|matrix| (matrix[4], matrix[5]))
}

/// Nine numbers column by column, flat or in threes.
fn matrix(transform: &Value) -> Option<Matrix> {
    let rows = list(transform, "affine").iter();
    let flat: Vec<f64> = rows
        .flat_map(|entry| entry.as_array().map_or(std::slice::from_ref(entry), Vec::as_slice))
        .filter_map(Value::as_f64)
        .collect();
    let [a, b, _, c, d, _, e, f, _] = flat[..] else { return None };
    Some([a, b, c, d, e, f])
}

impl Maker<'_> {
    pub(super) fn add(&mut self, stroke: &Value, highlighter: bool) -> Result<(), FormatError> {
        let Some((name, told)) = kind(stroke) else { return Ok(()) };
        match name {
            "brushstroke" | "markerstroke" => self.brush(told, highlighter),
            "shapestroke" => self.shape(told),
            "textstroke" => self.text(told),
            "bitmapimage" => {
                let image = told.get("image").unwrap_or(&Value::Null);
                let file = picture::file(image, self.limits)?;
                self.picture(told, file.as_deref())
            }
            "vectorimage" => self.picture(told, text(told, "svg_data").map(str::as_bytes)),
            _ => Ok(()),
        }
    }

    fn put(&mut self, content: Content, placing: Affine) -> Result<(), FormatError> {
        self.intake.tally.thing()?;
        self.things.push(Thing { placing, ..Thing::new(content) });
        Ok(())
    }

    fn moved(&self, at: Place) -> Place {
        (at.0 - self.origin.0, at.1 - self.origin.1)
    }

    fn brush(&mut self, told: &Value, highlighter: bool) -> Result<(), FormatError> {
        let Some(style) = style(told) else { return Ok(()) };
        let path = ink::path(told.get("path").unwrap_or(&Value::Null));
        let Some(colour) = style.get("stroke_color").and_then(colour) else { return Ok(()) };
        if path.is_empty() || colour.opacity == 0 {
            return Ok(());
        }
        let width = width(style);
        if dash(style) != Dash::Solid {
            let points: Vec<Place> = path.iter().map(|(place, _)| self.moved(*place)).collect();
            let outline = self.intake.outline(&points, false)?;
            let shape = self.looks(style, outline);
            return self.put(Content::Shape(shape), Affine::IDENTITY);
        }
        let nodes: Vec<(Place, f64, u32)> = path
            .iter()
            .map(|(place, pressure)| (self.moved(*place), ink::radius(style, width, *pressure), 0))
            .collect();
        let highlighter = highlighter || colour.opacity < SEE_THROUGH;
        let colour = if highlighter { Colour::own(colour.rgb) } else { colour.on(self.ground) };
        let stroke = Stroke { colour, highlighter, trace: self.intake.trace(&nodes)? };
        self.put(Content::Stroke(stroke), Affine::IDENTITY)
    }

    fn shape(&mut self, told: &Value) -> Result<(), FormatError> {
        let (Some(style), Some((name, shape))) = (style(told), told.get("shape").and_then(kind)) else {
            return Ok(());
        };
        let point = |name: &str| shape.get(name).and_then(pair).map(|at| self.moved(at));
        let mut arrows = (false, false);
        let mut line: Vec<Place> = Vec::new();
        let (points, closed) = match name {
            "rect" => return self.boxed(shape, style),
            "ellipse" => return self.ellipse(shape, style),
            "line" | "arrow" => {
                arrows = (false, name == "arrow");
                line.extend(point("start").into_iter().chain(point("end")).chain(point("tip")));
                (line, false)
            }
            "quadbez" | "cubbez" => {
                if let Some((start, end)) = point("start").zip(point("end")) {
                    line.push(start);
                    match (point("cp"), point("cp1").zip(point("cp2"))) {
                        (Some(cp), _) => curve::quadratic(&mut line, start, cp, end),
                        (None, Some((cp1, cp2))) => curve::cubic(&mut line, start, cp1, cp2, end),
                        (None, None) => line.push(end),
                    }
                }
                (line, false)
            }
            "polyline" | "polygon" => {
                line.extend(point("start"));
                line.extend(list(shape, "path").iter().filter_map(pair).map(|at| self.moved(at)));
                (line, name == "polygon")
            }
            _ => return Ok(()),
        };
        if points.is_empty() {
            return Ok(());
        }
        let outline = self.intake.outline(&points, closed)?;
        let shape = Shape { arrows, ..self.looks(style, outline) };
        self.put(Content::Shape(shape), Affine::IDENTITY)
    }

    fn boxed(&mut self, shape: &Value, style: &Value) -> Result<(), FormatError> {
        let Some((rect, placing)) = self.rectangle(shape)? else { return Ok(()) };
        let shape = self.looks(style, Outline::rectangle(rect));
        self.put(Content::Shape(shape), placing)
    }

    fn ellipse(&mut self, shape: &Value, style: &Value) -> Result<(), FormatError> {
        let Some((rx, ry)) = shape.get("radii").and_then(pair) else { return Ok(()) };
        let Some((centre, placing)) = self.placing(shape)? else { return Ok(()) };
        let outline = self.intake.ellipse(centre, rx, ry)?;
        let shape = self.looks(style, outline);
        self.put(Content::Shape(shape), placing)
    }

    fn text(&mut self, told: &Value) -> Result<(), FormatError> {
        let said = text(told, "text").unwrap_or("");
        let Some((at, placing)) = self.placing(told)? else { return Ok(()) };
        if said.trim().is_empty() {
            return Ok(());
        }
        let style = told.get("text_style").unwrap_or(&Value::Null);
        let size = number(style, "font_size").filter(|size| *size > 0.0).unwrap_or(32.0);
        let room = number(style, "max_width").unwrap_or(0.0).max(0.0);
        let colour = style.get("color").and_then(colour).unwrap_or(Css::BLACK).on(self.ground);
        let text = self.intake.text(at, size * LINE, room, said, colour)?;
        self.put(Content::Text(text), placing)
    }

    fn picture(&mut self, told: &Value, file: Option<&[u8]>) -> Result<(), FormatError> {
        let rectangle = told.get("rectangle").unwrap_or(&Value::Null);
        let Some((rect, placing)) = self.rectangle(rectangle)? else { return Ok(()) };
        let shown = self.intake.shown(self.document, file, rect)?;
        self.groups += 1;
        let group = (shown.len() > 1).then_some(self.groups);
        for (content, inner) in shown {
            self.put(content, inner.then(&placing))?;
            if let Some(last) = self.things.last_mut() {
                last.group = group;
            }
        }
        Ok(())
    }

    /// A box about its own middle, and where that lies.
    fn rectangle(&mut self, told: &Value) -> Result<Option<(PageRect, Affine)>, FormatError> {
        let half = told.get("cuboid").and_then(|cuboid| cuboid.get("half_extents")).and_then(pair);
        let (Some((x, y)), Some((middle, placing))) = (half, self.placing(told)?) else { return Ok(None) };
        Ok(Some((self.intake.rect(middle.0 - x, middle.1 - y, 2.0 * x, 2.0 * y)?, placing)))
    }

    /// Where a thing's own 0, 0 lies, if it only moved; else 0, 0 and how it is turned.
    fn placing(&self, told: &Value) -> Result<Option<(Place, Affine)>, FormatError> {
        let Some([a, b, c, d, e, f]) = told.get("transform").and_then(matrix) else { return Ok(None) };
        let (x, y) = self.moved((e, f));
        if svg_words::is_shift(&[a, b, c, d, e, f]) {
            return Ok(Some(((x, y), Affine::IDENTITY)));
        }
        let um = self.intake.um_per_unit;
        let damaged =
            || FormatError::damaged(self.intake.format, "something in it is scaled beyond all sizes");
        Ok(Some(((0.0, 0.0), Affine::from_factors([a, b, c, d], x * um, y * um).ok_or_else(damaged)?)))
    }

    /// A figure with a style's line and fill.
    fn looks(&self, style: &Value, outline: Outline) -> Shape {
        let fill = style.get("fill_color").and_then(colour).and_then(Css::fill);
        let Some(line) = style.get("stroke_color").and_then(colour).filter(|line| line.opacity > 0) else {
            return Shape { fill, ..plain(outline) };
        };
        Shape {
            fill,
            colour: line.on(self.ground),
            width_um: self.intake.width_um(width(style)),
            dash: dash(style),
            ..plain(outline)
        }
    }
}

/// The options of a stroke's style, whichever of the three it has.
fn style(told: &Value) -> Option<&Value> {
    kind(told.get("style")?).map(|(_, style)| style)
}

fn width(style: &Value) -> f64 {
    number(style, "stroke_width").filter(|width| *width >= 0.0).unwrap_or(2.0)
}

fn dash(style: &Value) -> Dash {
    match text(style, "line_style") {
        Some("dotted") => Dash::Dotted,
        Some(style) if style.starts_with("dashed") => Dash::Dashed,
        _ => Dash::Solid,
    }
}
