//! Elements of a scene as things on a page.
use std::collections::{HashMap, HashSet};

use serde_json::Value;

use super::{SEE_THROUGH, element::Element, ink, outline};
use crate::{
    affine::Affine,
    colour::Colour,
    document::{Document, Sheet, Thing},
    format::{
        FormatError,
        bounded::data_uri,
        css::Css,
        curve::{Place, around},
        fields::{number, pair, text},
        intake::{Intake, plain},
        pose,
        speed::EVEN,
    },
    note::Note,
    object::{Content, Stroke},
    person::PersonId,
    shape::{Outline, Shape},
};

/// A text's line, in heights of its font, where the file does not say.
const LINE: f64 = 1.25;
/// Another font is wider: room for a text that fitted itself, in its own widths.
const ROOM: f64 = 1.5;
/// The size of a frame's name, in pixels.
const NAME_PX: f64 = 14.0;

/// Puts elements on pages.
pub(super) struct Scene<'a> {
    intake: Intake,
    document: &'a mut Document,
    files: &'a Value,
    /// Texts by the figure they stand in.
    labels: HashMap<&'a str, Element<'a>>,
    notes: HashSet<&'a str>,
    groups: HashMap<&'a str, u32>,
    ground: u32,
}

impl<'a> Scene<'a> {
    pub(super) fn new(
        intake: Intake,
        file: &'a Value,
        document: &'a mut Document,
        shown: &[Element<'a>],
    ) -> Scene<'a> {
        let holder =
            |element: &&Element<'a>| element.kind() == "text" && !element.text("containerId").is_empty();
        let labels = shown.iter().filter(holder).map(|text| (text.text("containerId"), *text)).collect();
        let notes = shown.iter().filter(|element| is_note(**element)).map(|note| note.id()).collect();
        let files = file.get("files").unwrap_or(&Value::Null);
        Scene { intake, document, files, labels, notes, groups: HashMap::new(), ground: 0xff_ffff }
    }

    pub(super) fn into_intake(self) -> Intake {
        self.intake
    }

    pub(super) fn begin(&mut self, sheet: Sheet) -> Result<(), FormatError> {
        self.intake.tally.page()?;
        self.ground = sheet.paper.ground.rgb();
        self.groups.clear();
        self.document.sheets.push(sheet);
        Ok(())
    }

    pub(super) fn add(&mut self, element: Element<'a>) -> Result<(), FormatError> {
        match element.kind() {
            "freedraw" => self.ink(element),
            "line" | "arrow" | "draw" => self.line(element),
            // The ground of one of our own pages, which its frame tells too.
            "rectangle" if element.is_ground() => Ok(()),
            "rectangle" if is_note(element) => self.note(element),
            "rectangle" => self.closed(element, &outline::rectangle(element)),
            "diamond" => self.closed(element, &outline::diamond(element)),
            "ellipse" => self.ellipse(element),
            "text" if self.notes.contains(element.text("containerId")) => Ok(()),
            "text" => self.text(element),
            "image" => self.image(element),
            "frame" | "magicframe" => self.frame(element),
            "embeddable" | "iframe" => self.embedded(element),
            _ => Ok(()),
        }
    }

    fn ink(&mut self, element: Element<'a>) -> Result<(), FormatError> {
        let (points, Some(colour)) = (element.points(), element.stroke()) else { return Ok(()) };
        let Some(bounds) = around(&points) else { return Ok(()) };
        let centre = ((bounds[0] + bounds[2]) / 2.0, (bounds[1] + bounds[3]) / 2.0);
        let width = element.stroke_width();
        let closes = points.len() > 2
            && points
                .first()
                .zip(points.last())
                .is_some_and(|(a, b)| libm::hypot(a.0 - b.0, a.1 - b.1) <= 8.0);
        if let Some(fill) = element.background().and_then(Css::fill).filter(|_| closes) {
            let inside = Shape { fill: Some(fill), ..plain(self.intake.outline(&points, true)?) };
            self.push(element, Content::Shape(inside), centre, Some(element.id()))?;
        }
        let pressures: Vec<f64> = if element.is_set("simulatePressure") {
            ink::made_up(&points, width)
        } else {
            element.pressures().iter().map(|value| value.as_f64().unwrap_or(EVEN)).collect()
        };
        let times = element.ours().get("t").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let nodes: Vec<(Place, f64, u32)> = points
            .iter()
            .enumerate()
            .map(|(index, place)| {
                let pressure = pressures.get(index).copied().unwrap_or(EVEN);
                let t_ms = times.get(index).and_then(Value::as_u64).and_then(|ms| u32::try_from(ms).ok());
                (*place, ink::radius(width, pressure), t_ms.unwrap_or(0))
            })
            .collect();
        let highlighter = element.opacity() * 100.0 <= SEE_THROUGH;
        let colour = if highlighter { Colour::own(colour.rgb) } else { self.solid(element, colour) };
        let stroke = Stroke { colour, highlighter, trace: self.intake.trace(&nodes)? };
        self.push(element, Content::Stroke(stroke), centre, closes.then(|| element.id()))
    }

    fn line(&mut self, element: Element<'a>) -> Result<(), FormatError> {
        let Some(line) = outline::line(element) else { return Ok(()) };
        let Some(bounds) = around(&line.points) else { return Ok(()) };
        let fill = element.background().and_then(Css::fill).filter(|_| line.encloses);
        let arrows = (element.has_head("startArrowhead"), element.has_head("endArrowhead"));
        let outline = self.intake.outline(&line.points, line.closed)?;
        let shape = Shape { fill, arrows, ..self.drawn(element, outline) };
        let centre = ((bounds[0] + bounds[2]) / 2.0, (bounds[1] + bounds[3]) / 2.0);
        self.push(element, Content::Shape(shape), centre, None)
    }

    fn closed(&mut self, element: Element<'a>, corners: &[Place]) -> Result<(), FormatError> {
        let outline = self.intake.outline(corners, true)?;
        let shape = Shape { fill: element.background().and_then(Css::fill), ..self.drawn(element, outline) };
        self.push(element, Content::Shape(shape), centre(element), None)
    }

    fn ellipse(&mut self, element: Element<'a>) -> Result<(), FormatError> {
        let outline = self.intake.ellipse(centre(element), element.width() / 2.0, element.height() / 2.0)?;
        let shape = Shape { fill: element.background().and_then(Css::fill), ..self.drawn(element, outline) };
        self.push(element, Content::Shape(shape), centre(element), None)
    }

    fn text(&mut self, element: Element<'a>) -> Result<(), FormatError> {
        let Some(colour) = element.stroke() else { return Ok(()) };
        let shown = element.text("text");
        let height = line_height(element);
        let fits_itself = element.0.get("autoResize").and_then(Value::as_bool).unwrap_or(true);
        let bound = !element.text("containerId").is_empty();
        let (said, room) = if fits_itself || bound {
            (shown, element.width() * ROOM + height)
        } else {
            (text(element.0, "originalText").unwrap_or(shown), element.width())
        };
        if said.trim().is_empty() {
            return Ok(());
        }
        let colour = self.solid(element, colour);
        let text = self.intake.text((element.x(), element.y()), height, room.max(0.0), said, colour)?;
        self.push(element, Content::Text(text), centre(element), None)
    }

    fn note(&mut self, element: Element<'a>) -> Result<(), FormatError> {
        let rect = self.intake.rect(element.x(), element.y(), element.width(), element.height())?;
        let label = self.labels.get(element.id()).copied();
        let paper = element.background().map_or(Colour::YELLOW, |colour| colour.on(self.ground));
        let said =
            label.map_or("", |label| text(label.0, "originalText").unwrap_or_else(|| label.text("text")));
        let colour = label.and_then(Element::stroke).map_or(Colour::BLACK, |colour| Colour::own(colour.rgb));
        let size_um = self.intake.size_um(label.map_or(20.0 * LINE, line_height));
        let note = Note { rect, paper, size_um, colour, text: said.to_owned() };
        self.push(element, Content::Note(note), centre(element), None)
    }

    fn image(&mut self, element: Element<'a>) -> Result<(), FormatError> {
        // What is cropped is shown whole, so that what was seen stays where it was.
        let [x, y, width, height] = outline::whole(element);
        let rect = self.intake.rect(x, y, width, height)?;
        let file = self.files.get(element.text("fileId")).and_then(|file| text(file, "dataURL"));
        let bytes = match file {
            Some(uri) => data_uri(uri, self.intake.format)?.map(|(_, bytes)| bytes),
            None => None,
        };
        let shown = self.intake.shown(self.document, bytes.as_deref(), rect)?;
        let scale = element.0.get("scale").and_then(pair).unwrap_or((1.0, 1.0));
        let middle = centre(element);
        let at = self.intake.at(middle)?;
        let sign = |scale: f64| if scale < 0.0 { -1.0 } else { 1.0 };
        let placing = Affine::about(at, sign(scale.0), sign(scale.1), element.number("angle", 0.0));
        let placing = placing.unwrap_or_default();
        // The figures of a drawing stay together.
        let group = (shown.len() > 1).then(|| element.id());
        shown
            .into_iter()
            .try_for_each(|(content, inner)| self.place(element, content, inner.then(&placing), group))
    }

    fn frame(&mut self, element: Element<'a>) -> Result<(), FormatError> {
        let outline = self.intake.outline(&outline::rectangle(element), true)?;
        let shape = Shape {
            colour: self.solid(element, Css { rgb: 0xbb_bbbb, opacity: 255 }),
            width_um: self.intake.width_um(2.0),
            ..plain(outline)
        };
        let name = element.text("name");
        self.push(element, Content::Shape(shape), centre(element), None)?;
        if name.is_empty() {
            return Ok(());
        }
        let height = NAME_PX * LINE;
        let at = (element.x(), element.y() - height);
        let text = self.intake.text(at, height, element.width().max(0.0), name, Colour::GREY)?;
        self.push(element, Content::Text(text), centre(element), None)
    }

    fn embedded(&mut self, element: Element<'a>) -> Result<(), FormatError> {
        let rect = self.intake.rect(element.x(), element.y(), element.width(), element.height())?;
        let frame = self.intake.framed(rect, "web pages");
        self.push(element, frame, centre(element), Some(element.id()))?;
        let address = element.text("link");
        if address.is_empty() {
            return Ok(());
        }
        let at = (element.x() + NAME_PX, element.y() + NAME_PX);
        let room = (element.width() - 2.0 * NAME_PX).max(NAME_PX);
        let text = self.intake.text(at, NAME_PX * LINE, room, address, Colour::GREY)?;
        self.push(element, Content::Text(text), centre(element), Some(element.id()))
    }

    /// A figure with the element's line.
    fn drawn(&self, element: Element<'a>, outline: Outline) -> Shape {
        let Some(colour) = element.stroke() else { return plain(outline) };
        Shape {
            colour: self.solid(element, colour),
            width_um: self.intake.width_um(element.stroke_width()),
            dash: element.dash(),
            ..plain(outline)
        }
    }

    fn solid(&self, element: Element<'a>, colour: Css) -> Colour {
        colour.times(element.opacity()).on(self.ground)
    }

    /// Puts a thing on the page, turned about a place of the scene.
    fn push(
        &mut self,
        element: Element<'a>,
        content: Content,
        about: Place,
        group: Option<&'a str>,
    ) -> Result<(), FormatError> {
        let angle = number(element.0, "angle").unwrap_or(0.0);
        let at = self.intake.at(about)?;
        let placing = pose::turn((f64::from(at.x_um), f64::from(at.y_um)), angle);
        self.place(element, content, placing, group)
    }

    fn place(
        &mut self,
        element: Element<'a>,
        content: Content,
        placing: Affine,
        group: Option<&'a str>,
    ) -> Result<(), FormatError> {
        self.intake.tally.thing()?;
        let container = element.text("containerId");
        let labelled = self.labels.contains_key(element.id()) && !self.notes.contains(element.id());
        let name = element
            .group()
            .or(group)
            .or((!container.is_empty()).then_some(container))
            .or(labelled.then(|| element.id()));
        let count = self.groups.len() as u32;
        let group = name.map(|name| *self.groups.entry(name).or_insert(count));
        let by = element.ours().get("person").and_then(Value::as_u64);
        let by = by.and_then(|number| PersonId::new(u8::try_from(number).ok()?));
        let pinned = element.is_set("locked");
        let thing = Thing { placing, by, group, pinned, ..Thing::new(content) };
        if let Some(sheet) = self.document.sheets.last_mut() {
            sheet.things.push(thing);
        }
        Ok(())
    }
}

fn is_note(element: Element<'_>) -> bool {
    element.kind() == "rectangle" && element.ours().get("note").and_then(Value::as_bool).unwrap_or(false)
}

fn centre(element: Element<'_>) -> Place {
    (element.x() + element.width() / 2.0, element.y() + element.height() / 2.0)
}

fn line_height(text: Element<'_>) -> f64 {
    text.number("fontSize", 20.0) * text.number("lineHeight", LINE)
}
