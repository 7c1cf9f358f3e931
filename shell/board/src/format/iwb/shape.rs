//! Elements of a page as things.
use std::io::BufRead;

use super::{LINE, read::Reader, style::Style, words};
use crate::{
    affine::Affine,
    colour::Colour,
    format::{
        FormatError,
        bounded::{Element, Xml},
        css::Css,
        curve::Place,
        intake::plain,
        limits::within,
        svg_words::{self, is_shift},
    },
    media::{Media, MediaKind},
    object::{Content, Stroke},
    shape::{Outline, Shape},
};

/// Elements inside elements.
const DEEPEST: u32 = 32;
/// Ink that is more see-through than this is a highlighter's.
const SEE_THROUGH: u8 = 200;
/// How far above its foot a text begins, in heights of its font.
const RISE: f64 = 1.0;
/// A background may miss this much of the page, in units.
const SLACK: f64 = 1.0;

fn at(element: &Element, name: &str) -> f64 {
    element.get(name).and_then(svg_words::length).unwrap_or(0.0)
}

impl Reader<'_, '_> {
    pub(super) fn element<R: BufRead>(
        &mut self,
        element: &Element,
        around: &Style,
        xml: &mut Xml<R>,
        depth: u32,
    ) -> Result<(), FormatError> {
        within("levels of nesting", u64::from(depth), u64::from(DEEPEST))?;
        let mut style = around.with(element);
        match element.name.as_str() {
            "g" | "a" | "switch" => {
                if element.name == "g" && style.group.is_none() {
                    style.group = Some(self.next_group());
                }
                return self.children(&style, xml, depth + 1, element.name == "switch");
            }
            "text" | "textarea" => return self.text(element, &style, xml),
            _ => {}
        }
        match element.name.as_str() {
            "rect" => self.rect(element, &style)?,
            "circle" => self.ellipse(element, &style, at(element, "r"), at(element, "r"))?,
            "ellipse" => self.ellipse(element, &style, at(element, "rx"), at(element, "ry"))?,
            "line" => {
                let ends = [(at(element, "x1"), at(element, "y1")), (at(element, "x2"), at(element, "y2"))];
                self.run(element, &style, &ends, false)?;
            }
            "polyline" | "polygon" => {
                let points = svg_words::points(element.get("points").unwrap_or(""))?;
                self.run(element, &style, &points, element.name == "polygon")?;
            }
            "image" => self.media(element, &style, false)?,
            "video" => self.media(element, &style, true)?,
            "audio" | "foreignObject" => {
                let (rect, placing) = self.boxed(element, &style)?;
                let frame = self.intake.framed(rect, "sounds and parts of other formats");
                self.put(element, &style, frame, placing, None)?;
            }
            _ => {}
        }
        xml.skip()
    }

    /// A figure with the style's line and fill.
    fn looks(&self, style: &Style, outline: Outline, filled: bool) -> Shape {
        let ground = 0xff_ffff;
        let line = style.stroke.filter(|line| line.opacity > 0 && style.width > 0.0);
        let [a, b, c, d, _, _] = style.matrix;
        let growth = (a * d - b * c).abs().sqrt();
        Shape {
            colour: line.map_or(Colour::BLACK, |line| line.on(ground)),
            width_um: line.map_or(0, |_| self.intake.width_um(style.width * growth)),
            dash: style.dash,
            fill: style.fill.and_then(Css::fill).filter(|_| filled),
            ..plain(outline)
        }
    }

    fn rect(&mut self, element: &Element, style: &Style) -> Result<(), FormatError> {
        let (x, y, width, height) =
            (at(element, "x"), at(element, "y"), at(element, "width"), at(element, "height"));
        let corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)];
        let points = corners.map(|corner| svg_words::apply(&style.matrix, corner));
        let shape = self.looks(style, self.outline_of(&points)?, true);
        let (size, first, last) = (self.size(), points[0], points[2]);
        let fills =
            first.0 <= SLACK && first.1 <= SLACK && last.0 >= size.0 - SLACK && last.1 >= size.1 - SLACK;
        let ground = style.fill.filter(|fill| fills && fill.opacity == 255).map(|fill| fill.rgb);
        self.put(element, style, Content::Shape(shape), Affine::IDENTITY, ground)
    }

    fn outline_of(&self, corners: &[Place; 4]) -> Result<Outline, FormatError> {
        let mut points = Vec::with_capacity(4);
        for corner in corners {
            points.push(self.intake.at(*corner)?);
        }
        Ok(Outline::polygon(&points))
    }

    fn ellipse(&mut self, element: &Element, style: &Style, rx: f64, ry: f64) -> Result<(), FormatError> {
        let ((x, y), placing) = self.spot(style)?;
        let outline = self.intake.ellipse((x + at(element, "cx"), y + at(element, "cy")), rx, ry)?;
        let straight = Style { matrix: svg_words::UNMOVED, ..style.clone() };
        let shape = self.looks(&straight, outline, true);
        self.put(element, style, Content::Shape(shape), placing, None)
    }

    /// A line, a polyline or a polygon; or ink.
    fn run(
        &mut self,
        element: &Element,
        style: &Style,
        points: &[Place],
        closed: bool,
    ) -> Result<(), FormatError> {
        if points.is_empty() {
            return Ok(());
        }
        let said = self.said(element);
        let points: Vec<Place> = points.iter().map(|point| svg_words::apply(&style.matrix, *point)).collect();
        if let (true, false, Some(colour)) = (said.freehand, closed, style.stroke) {
            let nodes: Vec<(Place, f64, u32)> =
                points.iter().map(|point| (*point, style.width / 2.0, 0)).collect();
            let highlighter = said.highlight || colour.opacity < SEE_THROUGH;
            let colour = if highlighter { Colour::own(colour.rgb) } else { colour.on(0xff_ffff) };
            let stroke = Stroke { colour, highlighter, trace: self.intake.trace(&nodes)? };
            return self.put(element, style, Content::Stroke(stroke), Affine::IDENTITY, None);
        }
        let outline = self.intake.outline(&points, closed)?;
        let arrows = if closed { (false, false) } else { said.arrows };
        let shape = Shape { arrows, ..self.looks(style, outline, closed) };
        self.put(element, style, Content::Shape(shape), Affine::IDENTITY, None)
    }

    fn text<R: BufRead>(
        &mut self,
        element: &Element,
        style: &Style,
        xml: &mut Xml<R>,
    ) -> Result<(), FormatError> {
        let words = words::read(xml)?;
        let style = match &words.span {
            Some(span) => style.with(span),
            None => style.clone(),
        };
        let Some(colour) = style.fill.filter(|_| !words.said.is_empty()) else { return Ok(()) };
        let ((x, y), placing) = self.spot(&style)?;
        let area = element.name == "textarea";
        let rise = if area { 0.0 } else { style.font * RISE };
        let room = if area { at(element, "width").max(style.font) } else { 0.0 };
        let place = (x + at(element, "x"), y + at(element, "y") - rise);
        let text = self.intake.text(place, style.font * LINE, room, &words.said, colour.on(0xff_ffff))?;
        self.put(element, &style, Content::Text(text), placing, None)
    }

    fn media(&mut self, element: &Element, style: &Style, video: bool) -> Result<(), FormatError> {
        let (rect, placing) = self.boxed(element, style)?;
        let path = element.get("href").unwrap_or("").trim_start_matches("./");
        let bytes = self.archive.read(path)?;
        let content = match bytes {
            Some(bytes) if video => {
                self.intake.tally.media(bytes.len())?;
                Content::Media(Media { file: self.document.keep(&bytes), kind: MediaKind::Video, rect })
            }
            bytes => self.intake.picture(&mut self.document, bytes.as_deref(), rect)?,
        };
        self.put(element, style, content, placing, None)
    }

    fn boxed(&self, element: &Element, style: &Style) -> Result<(crate::PageRect, Affine), FormatError> {
        let ((x, y), placing) = self.spot(style)?;
        let (width, height) = (at(element, "width"), at(element, "height"));
        Ok((self.intake.rect(x + at(element, "x"), y + at(element, "y"), width, height)?, placing))
    }

    /// Where a style's own 0, 0 lies if it only moves; else 0, 0 and how it is turned.
    fn spot(&self, style: &Style) -> Result<(Place, Affine), FormatError> {
        let [a, b, c, d, e, f] = style.matrix;
        if is_shift(&style.matrix) {
            return Ok(((e, f), Affine::IDENTITY));
        }
        let um = self.intake.um_per_unit;
        let damaged =
            || FormatError::damaged(self.intake.format, "something in it is scaled beyond all sizes");
        Ok(((0.0, 0.0), Affine::from_factors([a, b, c, d], e * um, f * um).ok_or_else(damaged)?))
    }
}
