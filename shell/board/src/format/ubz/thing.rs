//! Elements of a page as things.
use std::io::BufRead;

use super::{page::Placed, rich};
use crate::{
    affine::Affine,
    colour::Colour,
    document::{Document, Thing},
    format::{
        FormatError,
        bounded::{Archive, Element, Piece, Xml},
        css::Css,
        curve::Place,
        intake::{Intake, plain},
        svg_words::{self, Matrix, UNMOVED},
    },
    media::{Media, MediaKind},
    object::{Content, Stroke},
    point::PageRect,
    shape::{Contour, Outline, Shape},
};

/// The margin of Qt's documents around their text, in units.
const MARGIN: f64 = 4.0;
/// Ink that is more see-through than this is a marker's.
const MARKER: u8 = 200;
/// Qt's font where a text does not say.
const FONT: f64 = 16.0;

/// A stroke that is being read.
pub(super) struct Group {
    depth: f64,
    name: String,
    /// Elements inside, `g` in `g`.
    level: u32,
    on_dark: Option<Css>,
    on_light: Option<Css>,
    contours: Vec<Contour>,
    colour: Option<Css>,
}

/// Makes things of a page's elements.
pub(super) struct Maker<'a, 'z> {
    pub(super) intake: &'a mut Intake,
    pub(super) archive: &'a mut Archive<'z>,
    pub(super) document: &'a mut Document,
    /// What is 0, 0 in the file, on the page.
    pub(super) middle: Place,
    pub(super) dark: bool,
    pub(super) placed: Vec<Placed>,
}

impl Maker<'_, '_> {
    pub(super) fn open(&mut self, group: &mut Option<Group>, element: &Element) -> Result<(), FormatError> {
        if let Some(group) = group {
            group.level += 1;
            return Ok(());
        }
        *group = Some(Group {
            depth: depth(element).unwrap_or(0.0),
            name: element.get("uuid").unwrap_or("").to_owned(),
            level: 0,
            on_dark: element.get("fill-on-dark-background").and_then(Css::parse),
            on_light: element.get("fill-on-light-background").and_then(Css::parse),
            contours: Vec::new(),
            colour: None,
        });
        Ok(())
    }

    pub(super) fn close(&mut self, group: &mut Option<Group>) -> Result<(), FormatError> {
        match group {
            Some(open) if open.level > 0 => {
                open.level -= 1;
                Ok(())
            }
            _ => match group.take() {
                Some(mut whole) => self.outline(&mut whole),
                None => Ok(()),
            },
        }
    }

    /// Puts the polygons read so far on the page.
    fn outline(&mut self, group: &mut Group) -> Result<(), FormatError> {
        let Some(fill) = group.colour.take().and_then(Css::fill) else { return Ok(()) };
        let outline = Outline::Paths(std::mem::take(&mut group.contours).into());
        let shape = Shape { fill: Some(fill), ..plain(outline) };
        self.put(group.depth, &group.name, Content::Shape(shape), Affine::IDENTITY)
    }

    pub(super) fn add(&mut self, element: &Element, group: &mut Option<Group>) -> Result<(), FormatError> {
        match element.name.as_str() {
            "polygon" => self.polygon(element, group),
            "polyline" => {
                let points = svg_words::points(element.get("points").unwrap_or(""))?;
                self.line(element, &points, group.as_ref())
            }
            "line" => {
                let at = |name: &str| element.get(name).and_then(svg_words::length).unwrap_or(0.0);
                let points = [(at("x1"), at("y1")), (at("x2"), at("y2"))];
                self.line(element, &points, group.as_ref())
            }
            "image" => self.media(element, None),
            "video" => self.media(element, Some(MediaKind::Video)),
            "audio" => self.missing(element),
            _ => Ok(()),
        }
    }

    fn polygon(&mut self, element: &Element, group: &mut Option<Group>) -> Result<(), FormatError> {
        let colour = self.colour(element, "fill", group.as_ref());
        let matrix = matrix(element);
        let points = svg_words::points(element.get("points").unwrap_or(""))?;
        let points: Vec<Place> =
            points.iter().map(|at| self.shifted(svg_words::apply(&matrix, *at))).collect();
        let contour = self.intake.contour(&points, true)?;
        match group {
            Some(group) => {
                // Pieces of one stroke have one colour.
                if group.colour.is_some_and(|before| before != colour) {
                    self.outline(group)?;
                }
                group.colour = Some(colour);
                group.contours.push(contour);
                Ok(())
            }
            None => {
                let fill = colour.fill();
                let shape = Shape { fill, ..plain(Outline::Paths([contour].into())) };
                let name = element.get("parent").or_else(|| element.get("uuid")).unwrap_or("");
                self.put(depth(element).unwrap_or(0.0), name, Content::Shape(shape), Affine::IDENTITY)
            }
        }
    }

    fn line(
        &mut self,
        element: &Element,
        points: &[Place],
        group: Option<&Group>,
    ) -> Result<(), FormatError> {
        if points.is_empty() {
            return Ok(());
        }
        let colour = self.colour(element, "stroke", group);
        let radius = element.get("stroke-width").and_then(svg_words::length).unwrap_or(1.0) / 2.0;
        let matrix = matrix(element);
        let nodes: Vec<(Place, f64, u32)> =
            points.iter().map(|at| (self.shifted(svg_words::apply(&matrix, *at)), radius, 0)).collect();
        let stroke = Stroke {
            colour: Colour::own(colour.rgb),
            highlighter: colour.opacity < MARKER,
            trace: self.intake.trace(&nodes)?,
        };
        let z = depth(element).or(group.map(|group| group.depth)).unwrap_or(0.0);
        let name = group.map_or_else(|| element.get("uuid").unwrap_or(""), |group| &group.name);
        self.put(z, name, Content::Stroke(stroke), Affine::IDENTITY)
    }

    /// The colour on this page, and how much shows through.
    fn colour(&self, element: &Element, name: &str, group: Option<&Group>) -> Css {
        let (own, of_group) = if self.dark {
            ("fill-on-dark-background", group.and_then(|group| group.on_dark))
        } else {
            ("fill-on-light-background", group.and_then(|group| group.on_light))
        };
        let colour = element.get(own).and_then(Css::parse).or(of_group);
        let colour = colour.or_else(|| element.get(name).and_then(Css::parse)).unwrap_or(Css::BLACK);
        let opacity = element.get(&format!("{name}-opacity")).and_then(|part| part.parse().ok());
        colour.times(opacity.unwrap_or(1.0))
    }

    /// What lies in a `foreignObject`: a text, a page of a PDF, a widget.
    pub(super) fn foreign<R: BufRead>(
        &mut self,
        element: &Element,
        xml: &mut Xml<R>,
    ) -> Result<(), FormatError> {
        if element.get("type") == Some("text") {
            let mut html = String::new();
            loop {
                match xml.next()? {
                    Some(Piece::Open(inner)) if inner.name == "itemTextContent" => html = xml.text()?,
                    Some(Piece::Open(_)) => xml.skip()?,
                    Some(Piece::Text(_)) => {}
                    Some(Piece::Close(_)) => break,
                    None => return Err(xml.damaged("it ends too early")),
                }
            }
            return self.text(element, &html);
        }
        xml.skip()?;
        match element.get("href").and_then(|href| href.split_once("#page=")) {
            Some((_, page)) => {
                let page = page.parse::<u32>().unwrap_or(1).saturating_sub(1);
                self.media(element, Some(MediaKind::Pdf { page }))
            }
            None => self.missing(element),
        }
    }

    fn text(&mut self, element: &Element, html: &str) -> Result<(), FormatError> {
        let said = rich::words(html);
        if said.is_empty() {
            return Ok(());
        }
        let side = |name: &str| element.get(name).and_then(svg_words::length).unwrap_or(0.0);
        let lines = said.lines().count().max(1) as f64;
        let height = (side("height") - 2.0 * MARGIN) / lines;
        let height = if height > 1.0 { height } else { FONT };
        let colour = self.colour(element, "fill", None);
        let ((x, y), placing) = self.spot(element)?;
        let room = (side("width") - 2.0 * MARGIN).max(height);
        // The board's font is wider than Arial: a line that fitted itself stays one.
        let text =
            self.intake.text((x + MARGIN, y + MARGIN), height, room * 1.2, &said, Colour::own(colour.rgb))?;
        self.object(element, Content::Text(text), placing)
    }

    fn media(&mut self, element: &Element, kind: Option<MediaKind>) -> Result<(), FormatError> {
        let (rect, placing) = self.rect(element)?;
        let href = element.get("href").unwrap_or("");
        let path = href.split('#').next().unwrap_or("").trim_start_matches("./");
        // Older versions wrote where the file had been on their own disk.
        let path = ["images/", "videos/", "objects/"]
            .iter()
            .find_map(|folder| path.rfind(folder))
            .map_or(path, |start| &path[start..]);
        let bytes = self.archive.read(path)?;
        let content = match (bytes, kind) {
            (Some(bytes), Some(kind)) => {
                self.intake.tally.media(bytes.len())?;
                Content::Media(Media { file: self.document.keep(&bytes), kind, rect })
            }
            (bytes, _) => {
                let shown = self.intake.shown(self.document, bytes.as_deref(), rect)?;
                // What no group of the file names is numbered from far above those.
                let group = (shown.len() > 1).then_some(u32::MAX - self.placed.len() as u32);
                for (content, inner) in shown {
                    self.object(element, content, inner.then(&placing))?;
                    if let Some(last) = self.placed.last_mut() {
                        last.thing.group = group;
                    }
                }
                return Ok(());
            }
        };
        self.object(element, content, placing)
    }

    fn missing(&mut self, element: &Element) -> Result<(), FormatError> {
        let (rect, placing) = self.rect(element)?;
        let frame = self.intake.framed(rect, "sounds and widgets");
        self.object(element, frame, placing)
    }

    fn rect(&self, element: &Element) -> Result<(PageRect, Affine), FormatError> {
        let side = |name: &str| element.get(name).and_then(svg_words::length).unwrap_or(0.0);
        let ((x, y), placing) = self.spot(element)?;
        Ok((self.intake.rect(x, y, side("width"), side("height"))?, placing))
    }

    /// Where an object's corner lies, and how it is turned from there.
    fn spot(&self, element: &Element) -> Result<(Place, Affine), FormatError> {
        let matrix = matrix(element);
        if svg_words::is_shift(&matrix) {
            return Ok((self.shifted((matrix[4], matrix[5])), Affine::IDENTITY));
        }
        let [a, b, c, d, e, f] = matrix;
        let (x, y) = self.shifted((e, f));
        let um = self.intake.um_per_unit;
        let placing = Affine::from_factors([a, b, c, d], x * um, y * um);
        let damaged =
            || FormatError::damaged(self.intake.format, "an object in it is scaled beyond all sizes");
        Ok(((0.0, 0.0), placing.ok_or_else(damaged)?))
    }

    fn shifted(&self, at: Place) -> Place {
        (at.0 + self.middle.0, at.1 + self.middle.1)
    }

    fn object(&mut self, element: &Element, content: Content, placing: Affine) -> Result<(), FormatError> {
        let is = |name: &str| matches!(element.get(name), Some("true" | "1"));
        let background = is("background");
        self.put(depth(element).unwrap_or(0.0), element.get("uuid").unwrap_or(""), content, placing)?;
        if let Some(last) = self.placed.last_mut() {
            last.depth.0 = background;
            last.thing.pinned = background || is("locked");
        }
        Ok(())
    }

    fn put(&mut self, z: f64, name: &str, content: Content, placing: Affine) -> Result<(), FormatError> {
        self.intake.tally.thing()?;
        let thing = Thing { placing, ..Thing::new(content) };
        self.placed.push(Placed { depth: (false, z), name: name.to_owned(), thing });
        Ok(())
    }
}

fn matrix(element: &Element) -> Matrix {
    element.get("transform").map_or(UNMOVED, svg_words::transform)
}

fn depth(element: &Element) -> Option<f64> {
    element.get("z-value").and_then(|z| z.parse().ok()).filter(|z: &f64| z.is_finite())
}
