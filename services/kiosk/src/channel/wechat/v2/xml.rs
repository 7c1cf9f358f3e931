//! WeChat Pay v2's XML, pure: one flat `<xml>` of names and texts. Anything else is refused before it is looked at:
//! a DOCTYPE above all, by which a forged notify once read files of merchants (XXE, 2018).

use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};

use super::Fields;

/// Longest message read. Real ones stay below 8 KiB.
const BYTES_MAX: usize = 64 * 1024;
/// Most fields: a query with ten coupons has about sixty.
const FIELDS_MAX: usize = 256;

/// What is no message of v2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum BadXml {
    #[error("the message is longer than any real one")]
    TooLong,
    #[error("the message is no well-formed XML")]
    Malformed,
    #[error("the message brings a document type or an entity of its own")]
    Doctype,
    #[error("the message is not one flat list of fields")]
    NotFlat,
}

/// Reads a message. A field that is there twice is refused: two readers would take two values.
pub(super) fn read(bytes: &[u8]) -> Result<Fields, BadXml> {
    if bytes.len() > BYTES_MAX {
        return Err(BadXml::TooLong);
    }
    let text = std::str::from_utf8(bytes).map_err(|_bytes| BadXml::Malformed)?;
    let mut reader = Reader::from_str(text);
    let mut message = Message::default();
    loop {
        match reader.read_event().map_err(|_malformed| BadXml::Malformed)? {
            Event::Start(tag) => message.start(tag.name().as_ref(), tag.attributes_raw())?,
            Event::End(_) => message.end()?,
            Event::Empty(tag) => {
                message.start(tag.name().as_ref(), tag.attributes_raw())?;
                message.end()?;
            }
            Event::Text(text) => message.text(&text.xml10_content())?,
            Event::CData(text) => message.text(&text.xml10_content())?,
            Event::GeneralRef(reference) => {
                let letter = letter(&reference).ok_or(BadXml::Doctype)?;
                message.text(letter.encode_utf8(&mut [0; 4]))?;
            }
            Event::DocType(_) => return Err(BadXml::Doctype),
            Event::PI(_) => return Err(BadXml::NotFlat),
            Event::Comment(_) | Event::Decl(_) => {}
            Event::Eof => return if message.whole { Ok(message.fields) } else { Err(BadXml::Malformed) },
        }
    }
}

/// The five letters that XML itself names, and letters by number.
fn letter(reference: &BytesRef<'_>) -> Option<char> {
    let name: &str = &reference.xml10_content();
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _number => reference.resolve_char_ref().ok().flatten(),
    }
}

#[derive(Default)]
struct Message {
    fields: Fields,
    /// The root is open.
    inside: bool,
    /// The root was closed.
    whole: bool,
    field: Option<(String, String)>,
}

impl Message {
    fn start(&mut self, name: &str, attributes: &str) -> Result<(), BadXml> {
        if !attributes.trim().is_empty() || self.whole || self.field.is_some() {
            return Err(BadXml::NotFlat);
        }
        if !self.inside {
            self.inside = name == "xml";
            return if self.inside { Ok(()) } else { Err(BadXml::NotFlat) };
        }
        // The XML reader takes any bytes for a name; in the signed text `name=value&` a name with `=` could be two.
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(BadXml::Malformed);
        }
        if self.fields.len() >= FIELDS_MAX || self.fields.contains_key(name) {
            return Err(BadXml::NotFlat);
        }
        self.field = Some((name.to_owned(), String::new()));
        Ok(())
    }

    fn end(&mut self) -> Result<(), BadXml> {
        match self.field.take() {
            Some((name, text)) => drop(self.fields.insert(name, text)),
            None if self.inside => {
                self.inside = false;
                self.whole = true;
            }
            None => return Err(BadXml::Malformed),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), BadXml> {
        match &mut self.field {
            Some((_, value)) => value.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(BadXml::NotFlat),
        }
        Ok(())
    }
}

/// Writes a message. Names are ours; values are kept whole whatever is in them.
pub(super) fn write(fields: &Fields) -> String {
    let fields = fields.iter().map(|(name, value)| {
        let value = quick_xml::escape::escape(value.as_str());
        format!("<{name}>{value}</{name}>")
    });
    format!("<xml>{}</xml>", fields.collect::<String>())
}

#[cfg(test)]
mod tests;
