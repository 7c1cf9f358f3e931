//! InkML as a document.
use std::{collections::HashMap, io::BufRead};

use ink::Trace;

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
        Format, FormatError, Limits, Opened,
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
/// Points of one stroke: an hour of writing without a lift.
const MOST_POINTS: u64 = 1_000_000;
/// Points whose unit is not known, which are all kept until it is guessed.
const MOST_STRANGE: u64 = 4_000_000;
/// Brushes, formats and contexts in one file.
const MOST_DEFINITIONS: u64 = 10_000;

/// Reads an InkML file.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Opened, FormatError> {
    limits.check_length(bytes)?;
    let mut reader = Reader {
        intake: Intake::new(Format::InkMl, 1.0, limits),
        formats: HashMap::new(),
        pens: HashMap::new(),
        contexts: HashMap::new(),
        title: String::new(),
        pages: vec![Vec::new()],
        strange: 0,
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

/// The points of a stroke: in micrometres and packed, or as they were told in a unit that is not known.
enum Line {
    Known(Trace),
    Strange(Vec<(Place, f64, u32)>),
}

/// A stroke that was read.
struct Ink {
    nodes: Line,
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
    strange: u64,
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
        let pen = around.pen.unwrap_or_default();
        let Some(mut nodes) = Nodes::new(&format, &pen) else { return Ok(()) };
        within("points of one stroke", text.matches(',').count() as u64, MOST_POINTS)?;
        let mut all: Vec<(Place, f64, u32)> = Vec::new();
        if points::each(text, &format, |point| all.extend(nodes.node(point))).is_none() {
            return Err(FormatError::damaged(Format::InkMl, "a stroke in it has a point that is no number"));
        }
        if all.is_empty() {
            return Ok(());
        }
        self.intake.tally.thing()?;
        let nodes = if nodes.sizes.is_some() {
            Line::Known(self.intake.trace(&all)?)
        } else {
            self.strange += all.len() as u64;
            within("points without a unit", self.strange, MOST_STRANGE)?;
            Line::Strange(all)
        };
        if let Some(page) = self.pages.last_mut() {
            page.push(Ink { nodes, pen, by: around.by });
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Opened, FormatError> {
        let mut document = Document { title: std::mem::take(&mut self.title), ..Document::default() };
        let strange = self.pages.iter().flatten().filter_map(|ink| match &ink.nodes {
            Line::Strange(nodes) => Some(nodes.iter().map(|node| node.0)),
            Line::Known(_) => None,
        });
        let bounds = around(&strange.flatten().collect::<Vec<Place>>()).unwrap_or([0.0; 4]);
        let extent = (bounds[2] - bounds[0]).max(bounds[3] - bounds[1]);
        let grow = if extent > 0.0 { EXTENT_UM / extent } else { 1.0 };
        let put = |at: Place| ((at.0 - bounds[0]) * grow, (at.1 - bounds[1]) * grow);
        for page in std::mem::take(&mut self.pages) {
            let mut sheet = Sheet::default();
            for ink in page {
                let trace = match ink.nodes {
                    Line::Known(trace) => trace,
                    Line::Strange(nodes) => {
                        let nodes: Vec<_> =
                            nodes.into_iter().map(|(at, radius, t)| (put(at), radius, t)).collect();
                        self.intake.trace(&nodes)?
                    }
                };
                let colour = Colour::own(ink.pen.rgb.unwrap_or(Colour::BLACK.rgb()));
                let stroke = Stroke { colour, highlighter: ink.pen.highlighter, trace };
                sheet.things.push(Thing { by: ink.by, ..Thing::new(Content::Stroke(stroke)) });
            }
            document.sheets.push(sheet);
        }
        if document.sheets.iter().all(|sheet| sheet.things.is_empty()) {
            return Err(FormatError::Empty);
        }
        Ok(self.intake.opened(document))
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

/// How the points of a trace become nodes.
struct Nodes<'a> {
    format: &'a TraceFormat,
    x: usize,
    y: usize,
    /// Micrometres of a step in both, if they are known.
    sizes: Option<Place>,
    width_um: f64,
    /// The largest force, if there is one.
    most: Option<f64>,
    began: Option<f64>,
}

impl Nodes<'_> {
    fn new<'a>(format: &'a TraceFormat, pen: &Pen) -> Option<Nodes<'a>> {
        let (x, y) = (find(format, Meaning::X)?, find(format, Meaning::Y)?);
        let sizes = format.channels[x].size().zip(format.channels[y].size());
        let most = find(format, Meaning::Force).and_then(|force| format.channels[force].most);
        Some(Nodes { format, x, y, sizes, width_um: pen.width_um.unwrap_or(WIDTH_UM), most, began: None })
    }

    /// A point's place, its radius in micrometres and its time in milliseconds.
    fn node(&mut self, point: &[Option<f64>]) -> Option<(Place, f64, u32)> {
        let at = |channel: usize| point.get(channel).copied().flatten();
        let told = |meaning| {
            let channel = find(self.format, meaning)?;
            Some((at(channel)?, self.format.channels[channel].size()))
        };
        let (x, y) = (at(self.x)?, at(self.y)?);
        let place = self.sizes.map_or((x, y), |(wide, high)| (x * wide, y * high));
        let by_force = told(Meaning::Force).zip(self.most);
        let by_force = by_force.map(|((force, _), most)| self.width_um * (force / most).clamp(0.0, 1.0));
        let width = told(Meaning::Width).and_then(|(width, size)| Some(width * size?)).or(by_force);
        let time = told(Meaning::Time).map(|(time, size)| time * size.unwrap_or(1.0));
        let since = time.map_or(0.0, |time| time - *self.began.get_or_insert(time));
        Some((place, width.unwrap_or(self.width_um) / 2.0, since.clamp(0.0, f64::from(u32::MAX)) as u32))
    }
}

fn find(format: &TraceFormat, meaning: Meaning) -> Option<usize> {
    format.channels.iter().position(|channel| channel.meaning == meaning)
}
