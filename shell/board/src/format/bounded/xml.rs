//! XML as a stream of pieces: nesting and lengths are bounded, a document type's own entities are never expanded.
use std::io::BufRead;

use quick_xml::{
    Error, Reader, XmlVersion,
    events::{BytesStart, Event},
};

use super::gzip::read_error;
use crate::format::{Format, FormatError, Limits, limits::within};

/// Attributes of one element: more than any program writes.
const MOST_ATTRIBUTES: u64 = 256;

/// An element's name and attributes, without the prefixes of namespaces.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Element {
    pub(crate) name: String,
    attributes: Vec<(String, String)>,
}

impl Element {
    /// An attribute's value by its local name; the first of several.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn attributes(&self) -> impl Iterator<Item = (&str, &str)> {
        self.attributes.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// What comes next. An empty element is opened and closed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Piece {
    Open(Element),
    Text(String),
    Close(String),
}

/// Reads XML piece by piece.
pub(crate) struct Xml<R> {
    reader: Reader<R>,
    format: Format,
    most_depth: u64,
    depth: u64,
    event: Vec<u8>,
    /// What was read beyond the text just given.
    ahead: Option<Piece>,
}

impl<R: BufRead> Xml<R> {
    pub(crate) fn new(source: R, format: Format, limits: &Limits) -> Xml<R> {
        let mut reader = Reader::from_reader(source);
        reader.config_mut().expand_empty_elements = true;
        reader.config_mut().allow_dangling_amp = true;
        Xml { reader, format, most_depth: limits.depth, depth: 0, event: Vec::new(), ahead: None }
    }

    /// The next piece; `None` at the end. Text between two tags comes whole.
    pub(crate) fn next(&mut self) -> Result<Option<Piece>, FormatError> {
        if let Some(piece) = self.ahead.take() {
            return Ok(Some(piece));
        }
        let mut text: Option<String> = None;
        loop {
            match self.step()? {
                Step::Text(more) => match &mut text {
                    Some(text) => text.push_str(&more),
                    None => text = Some(more),
                },
                Step::Skip => {}
                Step::Piece(piece) => {
                    let Some(text) = text else { return Ok(Some(piece)) };
                    self.ahead = Some(piece);
                    return Ok(Some(Piece::Text(text)));
                }
                Step::End if self.depth > 0 => return Err(self.damaged("it ends too early")),
                Step::End => return Ok(text.map(Piece::Text)),
            }
        }
    }

    /// Passes over the rest of the element just opened.
    pub(crate) fn skip(&mut self) -> Result<(), FormatError> {
        let mut open = 1_u64;
        while open > 0 {
            match self.next()? {
                Some(Piece::Open(_)) => open += 1,
                Some(Piece::Close(_)) => open -= 1,
                Some(Piece::Text(_)) => {}
                None => return Err(self.damaged("it ends too early")),
            }
        }
        Ok(())
    }

    /// All text of the element just opened, to its end; elements inside it are passed over.
    pub(crate) fn text(&mut self) -> Result<String, FormatError> {
        let mut all = String::new();
        loop {
            match self.next()? {
                Some(Piece::Open(_)) => self.skip()?,
                Some(Piece::Text(text)) if all.is_empty() => all = text,
                Some(Piece::Text(text)) => all.push_str(&text),
                Some(Piece::Close(_)) => return Ok(all),
                None => return Err(self.damaged("it ends too early")),
            }
        }
    }

    pub(crate) fn damaged(&self, what: &str) -> FormatError {
        let at = self.reader.buffer_position();
        FormatError::damaged(self.format, format_args!("{what}, at byte {at}"))
    }

    fn step(&mut self) -> Result<Step, FormatError> {
        self.event.clear();
        let event = match self.reader.read_event_into(&mut self.event) {
            Ok(event) => event,
            Err(Error::Io(error)) => return Err(read_error(&error, self.format)),
            Err(error) => return Err(FormatError::damaged(self.format, error)),
        };
        let step = match event {
            Event::Start(start) => {
                self.depth += 1;
                within("levels of nesting", self.depth, self.most_depth)?;
                Step::Piece(Piece::Open(element(&start, self.format)?))
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                Step::Piece(Piece::Close(end.local_name().into_inner().to_owned()))
            }
            Event::Text(text) => Step::Text(text.xml10_content().into_owned()),
            Event::CData(text) => Step::Text(text.xml10_content().into_owned()),
            Event::GeneralRef(name) => match name.resolve_char_ref() {
                Ok(Some(letter)) => Step::Text(letter.to_string()),
                Ok(None) => match quick_xml::escape::resolve_predefined_entity(&name.into_inner()) {
                    Some(known) => Step::Text(known.to_owned()),
                    None => Step::Skip,
                },
                Err(_) => Step::Skip,
            },
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {
                Step::Skip
            }
            Event::Eof => Step::End,
        };
        Ok(step)
    }
}

enum Step {
    Piece(Piece),
    Text(String),
    Skip,
    End,
}

fn element(start: &BytesStart<'_>, format: Format) -> Result<Element, FormatError> {
    let mut attributes = Vec::new();
    // Looking for names that come twice takes time by the square of their number.
    for attribute in start.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| FormatError::damaged(format, error))?;
        within("attributes of one element", attributes.len() as u64 + 1, MOST_ATTRIBUTES)?;
        let value = attribute.normalized_value_with(XmlVersion::Implicit1_0, 1, |entity| {
            Some(quick_xml::escape::resolve_predefined_entity(entity).unwrap_or_default())
        });
        let value = value.map_err(|error| FormatError::damaged(format, error))?;
        attributes.push((attribute.key.local_name().into_inner().to_owned(), value.into_owned()));
    }
    Ok(Element { name: start.local_name().into_inner().to_owned(), attributes })
}

/// Text as it stands in XML: escaped, and without the letters that XML has no way to write.
pub(crate) fn escaped(text: &str) -> String {
    let legal = |letter: &char| {
        matches!(letter, '\t' | '\n' | '\r') || (*letter >= ' ' && !matches!(letter, '\u{fffe}' | '\u{ffff}'))
    };
    let clean: String = text.chars().filter(legal).collect();
    quick_xml::escape::escape(clean.as_str()).into_owned()
}
