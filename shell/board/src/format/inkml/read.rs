//! InkML as a document.
use std::{collections::HashMap, io::BufRead};

use super::{
    PAGE, WRITER,
    format::{Channel, MOST_CHANNELS, Meaning, TraceFormat},
    pens::Pen,
    points,
};
use crate::{
    colour::Colour,
    document::{Document, Sheet, Thing},
    format::{
        Format, FormatError, Limits,
        bounded::{Element, Piece, Xml},
        curve::{Place, around},
        intake::Intake,
        limits::within,
    },
    object::{Content, Stroke},
    person::PersonId,
};

/// A pen's width where none is told, in micrometres.
const WIDTH_UM: f64 = 4_000.0;
/// How large ink becomes whose unit is not known, in micrometres.
const EXTENT_UM: f64 = 1_000_000.0;
/// Brushes, formats and contexts in one file.
const MOST_DEFINITIONS: u64 = 10_000;

/// Reads an InkML file.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Document, FormatError> {
    limits.check_length(bytes)?;
    let mut reader = Reader {
        intake: Intake::new(Format::InkMl, 1.0, limits),
        formats: HashMap::new(),
        pens: HashMap::new(),
        contexts: HashMap::new(),
        title: String::new(),
        pages: vec![Vec::new()],
    };
    let mut xml = Xml::new(bytes, Format::InkMl, limits);
    reader.intake.tally.page()?;
    while let Some(piece) = xml.next()? {
        if let Piece::Open(element) = piece {
            if element.name != "ink" {
                return Err(xml.damaged("it is no InkML"));
            }
            reader.children(&mut xml, &mut Around::default())?;
        }
    }
    reader.finish()
}

/// What holds for the traces inside an element.
#[derive(Clone, Default)]
struct Around {
    format: Option<TraceFormat>,
    pen: Option<Pen>,
    by: Option<PersonId>,
}

/// A stroke that was read, in micrometres or in a unit that is not known.
struct Ink {
    nodes: Vec<(Place, f64, u32)>,
    known: bool,
    pen: Pen,
    by: Option<PersonId>,
}

struct Reader {
    intake: Intake,
    formats: HashMap<String, TraceFormat>,
    pens: HashMap<String, Pen>,
    contexts: HashMap<String, Around>,
    title: String,
    pages: Vec<Vec<Ink>>,
}

/// A name that is pointed to.
fn target(reference: &str) -> &str {
    reference.trim().trim_start_matches('#')
}

impl Reader {
    /// All elements to the end of the one that was opened.
    fn children<R: BufRead>(&mut self, xml: &mut Xml<R>, around: &mut Around) -> Result<(), FormatError> {
        loop {
            match xml.next()? {
                Some(Piece::Open(element)) => self.element(&element, xml, around)?,
                Some(Piece::Close(_)) => return Ok(()),
                Some(Piece::Text(_)) => {}
                None => return Err(xml.damaged("it ends too early")),
            }
        }
    }

    fn element<R: BufRead>(
        &mut self,
        element: &Element,
        xml: &mut Xml<R>,
        around: &mut Around,
    ) -> Result<(), FormatError> {
        let defined = self.formats.len() + self.pens.len() + self.contexts.len();
        within("definitions", defined as u64, MOST_DEFINITIONS)?;
        match element.name.as_str() {
            "annotation" => self.annotation(element, &xml.text()?, around),
            // Definitions hold for nobody until they are named.
            "definitions" => self.children(xml, &mut Around::default()),
            "traceFormat" => {
                let format = self.trace_format(xml)?;
                if let Some(id) = element.get("id") {
                    self.formats.insert(id.to_owned(), format.clone());
                }
                around.format = Some(format);
                Ok(())
            }
            "brush" => {
                let pen = brush(xml)?;
                if let Some(id) = element.get("id") {
                    self.pens.insert(id.to_owned(), pen);
                }
                around.pen = Some(pen);
                Ok(())
            }
            "context" | "inkSource" => {
                let mut inner = self.inside(element, around);
                self.children(xml, &mut inner)?;
                if let Some(id) = element.get("id") {
                    self.contexts.insert(id.to_owned(), inner.clone());
                }
                *around = inner;
                Ok(())
            }
            "channelProperties" => channel_properties(xml, around),
            "traceGroup" => {
                let mut inner = self.inside(element, around);
                self.children(xml, &mut inner)
            }
            "trace" => {
                let own = self.inside(element, around);
                let text = xml.text()?;
                self.trace(&text, element, own)
            }
            _ => xml.skip(),
        }
    }

    fn annotation(&mut self, element: &Element, text: &str, around: &mut Around) -> Result<(), FormatError> {
        match element.get("type") {
            Some("title") => text.trim().clone_into(&mut self.title),
            Some(WRITER) => around.by = text.trim().parse().ok().and_then(PersonId::new),
            // A new page begins, but for the first one.
            Some(PAGE) if self.pages.len() > 1 || text.trim() != "1" => {
                self.intake.tally.page()?;
                self.pages.push(Vec::new());
            }
            _ => {}
        }
        Ok(())
    }

    /// What holds inside an element that may name a context, a brush, a format.
    fn inside(&self, element: &Element, around: &Around) -> Around {
        let mut inner = around.clone();
        if let Some(context) = element.get("contextRef").and_then(|name| self.contexts.get(target(name))) {
            inner.format = context.format.clone().or(inner.format);
            inner.pen = context.pen.or(inner.pen);
        }
        if let Some(source) = element.get("inkSourceRef").and_then(|name| self.contexts.get(target(name))) {
            inner.format = source.format.clone().or(inner.format);
        }
        if let Some(format) = element.get("traceFormatRef").and_then(|name| self.formats.get(target(name))) {
            inner.format = Some(format.clone());
        }
        if let Some(pen) = element.get("brushRef").and_then(|name| self.pens.get(target(name))) {
            inner.pen = Some(*pen);
        }
        inner
    }

    fn trace_format<R: BufRead>(&self, xml: &mut Xml<R>) -> Result<TraceFormat, FormatError> {
        let mut format = TraceFormat { channels: Vec::new() };
        let (mut open, mut intermittent) = (1_u32, false);
        while open > 0 {
            match xml.next()? {
                Some(Piece::Open(element)) => {
                    open += 1;
                    intermittent |= element.name == "intermittentChannels";
                    if element.name == "channel" {
                        within("channels", format.channels.len() as u64 + 1, MOST_CHANNELS as u64)?;
                        format.channels.push(Channel::of(&element, intermittent));
                    }
                }
                Some(Piece::Close(name)) => {
                    open -= 1;
                    intermittent &= name != "intermittentChannels";
                }
                Some(Piece::Text(_)) => {}
                None => return Err(xml.damaged("it ends too early")),
            }
        }
        Ok(if format.channels.is_empty() { TraceFormat::default() } else { format })
    }

    fn trace(&mut self, text: &str, element: &Element, around: Around) -> Result<(), FormatError> {
        // What the pen did above the glass is no ink.
        if element.get("type") == Some("penUp") {
            return Ok(());
        }
        let format = around.format.unwrap_or_default();
        let Some(points) = points::read(text, &format) else {
            return Err(FormatError::damaged(Format::InkMl, "a stroke in it has a point that is no number"));
        };
        let pen = around.pen.unwrap_or_default();
        let (nodes, known) = nodes(&points, &format, &pen);
        if nodes.is_empty() {
            return Ok(());
        }
        self.intake.tally.thing()?;
        if let Some(page) = self.pages.last_mut() {
            page.push(Ink { nodes, known, pen, by: around.by });
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Document, FormatError> {
        let mut document = Document { title: std::mem::take(&mut self.title), ..Document::default() };
        let strange = self.pages.iter().flatten().filter(|ink| !ink.known);
        let places: Vec<Place> = strange.flat_map(|ink| ink.nodes.iter().map(|node| node.0)).collect();
        let extent = around(&places).map_or(1.0, |all| (all[2] - all[0]).max(all[3] - all[1]));
        let corner = around(&places).map_or((0.0, 0.0), |all| (all[0], all[1]));
        let grow = if extent > 0.0 { EXTENT_UM / extent } else { 1.0 };
        for page in std::mem::take(&mut self.pages) {
            let mut sheet = Sheet::default();
            for mut ink in page {
                if !ink.known {
                    for (place, _, _) in &mut ink.nodes {
                        *place = ((place.0 - corner.0) * grow, (place.1 - corner.1) * grow);
                    }
                }
                let stroke = Stroke {
                    colour: Colour::own(ink.pen.rgb.unwrap_or(Colour::BLACK.rgb())),
                    highlighter: ink.pen.highlighter,
                    trace: self.intake.trace(&ink.nodes)?,
                };
                sheet.things.push(Thing { by: ink.by, ..Thing::new(Content::Stroke(stroke)) });
            }
            document.sheets.push(sheet);
        }
        if document.sheets.iter().all(|sheet| sheet.things.is_empty()) {
            return Err(FormatError::Empty);
        }
        Ok(document)
    }
}

fn brush<R: BufRead>(xml: &mut Xml<R>) -> Result<Pen, FormatError> {
    let mut pen = Pen::default();
    loop {
        match xml.next()? {
            Some(Piece::Open(element)) => {
                if element.name == "brushProperty" {
                    pen.add(&element);
                }
                xml.skip()?;
            }
            Some(Piece::Close(_)) => return Ok(pen),
            Some(Piece::Text(_)) => {}
            None => return Err(xml.damaged("it ends too early")),
        }
    }
}

/// A device's resolutions, which say what its steps are.
fn channel_properties<R: BufRead>(xml: &mut Xml<R>, around: &mut Around) -> Result<(), FormatError> {
    loop {
        match xml.next()? {
            Some(Piece::Open(element)) => {
                if element.get("name") == Some("resolution") {
                    let wanted = Meaning::named(element.get("channel"));
                    let channels = around.format.iter_mut().flat_map(|format| &mut format.channels);
                    channels
                        .filter(|channel| channel.meaning == wanted && wanted != Meaning::Other)
                        .for_each(|channel| channel.resolve(&element));
                }
                xml.skip()?;
            }
            Some(Piece::Close(_)) => return Ok(()),
            Some(Piece::Text(_)) => {}
            None => return Err(xml.damaged("it ends too early")),
        }
    }
}

/// Points as places, radii in micrometres and milliseconds; and whether the places' unit is known.
fn nodes(points: &[Vec<Option<f64>>], format: &TraceFormat, pen: &Pen) -> (Vec<(Place, f64, u32)>, bool) {
    let find = |meaning| format.channels.iter().position(|channel| channel.meaning == meaning);
    let (Some(x), Some(y)) = (find(Meaning::X), find(Meaning::Y)) else { return (Vec::new(), true) };
    let sizes = format.channels[x].size().zip(format.channels[y].size());
    let width = pen.width_um.unwrap_or(WIDTH_UM);
    let at =
        |point: &[Option<f64>], channel: Option<usize>| channel.and_then(|channel| *point.get(channel)?);
    let (force, wide, time) = (find(Meaning::Force), find(Meaning::Width), find(Meaning::Time));
    let most = force.and_then(|force| format.channels[force].most);
    let wide_um = wide.and_then(|wide| format.channels[wide].size());
    let ms = time.and_then(|time| format.channels[time].size()).unwrap_or(1.0);
    let mut began = None;
    let nodes = points.iter().filter_map(|point| {
        let place = (at(point, Some(x))?, at(point, Some(y))?);
        let place = sizes.map_or(place, |(wide, high)| (place.0 * wide, place.1 * high));
        let by_force = at(point, force).zip(most).map(|(force, most)| width * (force / most).clamp(0.0, 1.0));
        let told = at(point, wide).zip(wide_um).map(|(wide, um)| wide * um).or(by_force);
        let time = at(point, time).map(|time| time * ms);
        let since = time.map_or(0.0, |time| time - *began.get_or_insert(time));
        Some((place, told.unwrap_or(width) / 2.0, since.clamp(0.0, f64::from(u32::MAX)) as u32))
    });
    (nodes.collect(), sizes.is_some())
}
