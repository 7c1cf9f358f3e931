//! Before the drawing is resolved: our own things and all texts are taken out, and paths with known names stand where
//! they were, so that their colours and places are resolved with the rest. The text that comes out is small and
//! plain: no document type, no scripts, no links to other files, and no more copies than are taken.
use std::{collections::HashMap, io::BufRead, sync::Arc};

use crate::{
    affine::Affine,
    document::Thing,
    format::{
        Format, FormatError, Limits,
        bounded::{self, Element, Piece, Xml, escaped},
        limits::within,
    },
    object::Content,
    paper::Paper,
    person::PersonId,
};

use super::{unpack_content, unpack_paper};

/// The names of the paths that stand for marks begin so.
pub(super) const NAME: &str = "dais-mark-";
/// What programs take for the size of letters that have none, in CSS pixels.
const MEDIUM_PX: f64 = 16.0;
/// The longest text of a file, in bytes.
const LONGEST_TEXT: usize = 16_384;

/// What stood where a mark now stands.
pub(super) enum Mark {
    /// A thing of ours, where it lay, and the files it shows.
    Thing { thing: Thing, files: Vec<Arc<[u8]>> },
    /// Lines of text: where the first one's base line begins and how large its letters are, in the drawing's units.
    Text { x: f64, y: f64, size: f64, anchor: Anchor, said: String },
}

/// Which part of its lines a text's place is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) enum Anchor {
    #[default]
    Start,
    Middle,
    End,
}

/// A drawing with its marks taken out.
#[derive(Default)]
pub(super) struct Marked {
    pub(super) svg: String,
    pub(super) marks: Vec<Mark>,
    pub(super) paper: Option<Paper>,
    pub(super) origin_um: (i32, i32),
}

/// How many elements an element with a name has, and which others it shows again.
#[derive(Default)]
struct Weight {
    own: u64,
    shows: Vec<String>,
}

struct Marker<'a, R> {
    xml: Xml<R>,
    limits: &'a Limits,
    marked: Marked,
    /// The size of letters of the elements that are open, and their names.
    open: Vec<(f64, Option<String>)>,
    weights: HashMap<String, Weight>,
}

/// Takes the marks out of a drawing.
pub(super) fn mark(source: impl BufRead, limits: &Limits) -> Result<Marked, FormatError> {
    let xml = Xml::new(source, Format::Svg, limits);
    let weights = HashMap::from([(String::new(), Weight::default())]);
    let mut marker = Marker { xml, limits, marked: Marked::default(), open: Vec::new(), weights };
    while let Some(piece) = marker.xml.next()? {
        match piece {
            Piece::Open(element) => marker.open(&element)?,
            Piece::Text(text) => marker.marked.svg.push_str(&escaped(&text)),
            Piece::Close(name) => {
                marker.open.pop();
                marker.marked.svg.push_str(&format!("</{name}>"));
            }
        }
    }
    let mut seen = HashMap::new();
    let copies = weight("", &marker.weights, &mut seen, 0, limits)?;
    within("elements and copies of them", copies, limits.things)?;
    Ok(marker.marked)
}

/// How many elements something is when all it shows again is there.
fn weight(
    name: &str,
    weights: &HashMap<String, Weight>,
    seen: &mut HashMap<String, u64>,
    depth: u64,
    limits: &Limits,
) -> Result<u64, FormatError> {
    if let Some(known) = seen.get(name) {
        return Ok(*known);
    }
    within("levels of copies", depth, limits.depth)?;
    let Some(own) = weights.get(name) else { return Ok(0) };
    let mut all = own.own;
    for shown in &own.shows {
        all = all.saturating_add(weight(shown, weights, seen, depth + 1, limits)?);
    }
    seen.insert(name.to_owned(), all);
    Ok(all)
}

impl<R: BufRead> Marker<'_, R> {
    fn open(&mut self, element: &Element) -> Result<(), FormatError> {
        if self.open.is_empty() && element.name != "svg" {
            return Err(self.xml.damaged("it does not begin as a drawing"));
        }
        self.weigh(element)?;
        match element.name.as_str() {
            "script" | "foreignObject" | "metadata" | "animate" | "animateTransform" | "set" => {
                self.xml.skip()
            }
            "text" => self.text(element),
            "g" if element.get("data-print").is_some() => self.xml.skip(),
            "g" if element.get("data-thing").is_some() => self.thing(element),
            _ => {
                self.write(element);
                let name = element.get("id").map(str::to_owned);
                self.open.push((self.size(element), name));
                Ok(())
            }
        }
    }

    fn weigh(&mut self, element: &Element) -> Result<(), FormatError> {
        let local = |value: &str| value.trim().strip_prefix('#').map(str::to_owned);
        let shown: Vec<String> = element
            .attributes()
            .filter_map(|(name, value)| match name {
                "href" => local(value),
                _ => local(value.split("url(").nth(1)?.split(')').next()?.trim_matches(['\'', '"'])),
            })
            .collect();
        let names = self.open.iter().filter_map(|(_, name)| name.as_deref()).chain([""]);
        for name in names.chain(element.get("id")).map(str::to_owned).collect::<Vec<_>>() {
            let weight = self.weights.entry(name).or_default();
            weight.own += 1;
            weight.shows.extend_from_slice(&shown);
        }
        within("elements", self.weights.get("").map_or(0, |weight| weight.own), self.limits.things)
    }

    /// Writes an element as it was, without links to other files.
    fn write(&mut self, element: &Element) {
        let is_root = self.open.is_empty();
        let out = &mut self.marked.svg;
        out.push_str(&format!("<{}", element.name));
        if is_root {
            out.push_str(" xmlns=\"http://www.w3.org/2000/svg\"");
        }
        write_attributes(element, &["xmlns"], out);
        out.push('>');
        if is_root {
            self.marked.paper = element.get("data-paper").and_then(unpack_paper);
            let mut origin =
                element.get("data-origin").unwrap_or("").split(' ').map_while(|um| um.parse().ok());
            if let (Some(x), Some(y)) = (origin.next(), origin.next()) {
                self.marked.origin_um = (x, y);
            }
        }
    }

    fn size(&self, element: &Element) -> f64 {
        let inherited = self.open.last().map_or(MEDIUM_PX, |(size, _)| *size);
        property(element, "font-size").and_then(|size| length(&size, inherited)).unwrap_or(inherited)
    }

    /// Puts a path in the place of something, with its attributes.
    fn stand_in(&mut self, element: &Element, mark: Mark) {
        let out = &mut self.marked.svg;
        out.push_str(&format!("<path id=\"{NAME}{}\" d=\"M0 0H1V1z\"", self.marked.marks.len()));
        write_attributes(element, &["id", "d", "x", "y", "dx", "dy", "xmlns", "data-thing"], out);
        out.push_str("/>");
        self.marked.marks.push(mark);
    }

    fn thing(&mut self, element: &Element) -> Result<(), FormatError> {
        let mut files: Vec<Arc<[u8]>> = Vec::new();
        let mut open = 1_u64;
        while open > 0 {
            match self.xml.next()? {
                Some(Piece::Open(inner)) => {
                    open += 1;
                    if let Some(href) = inner.get("href")
                        && let Some((_, bytes)) = bounded::data_uri(href, Format::Svg)?
                    {
                        files.push(bytes.into());
                    }
                }
                Some(Piece::Close(_)) => open -= 1,
                Some(Piece::Text(_)) => {}
                None => return Err(self.xml.damaged("it ends too early")),
            }
        }
        let content = element.get("data-thing").and_then(unpack_content);
        let content: Content = content.ok_or_else(|| self.xml.damaged("a thing in it cannot be read"))?;
        let number = |name: &str| element.get(name).and_then(|number| number.trim().parse::<u32>().ok());
        let person = number("data-person").and_then(|number| PersonId::new(u8::try_from(number).ok()?));
        let placing = element.get("data-placing").and_then(whole_affine).unwrap_or_default();
        let thing = Thing {
            content,
            placing,
            by: person,
            group: number("data-group"),
            pinned: element.get("data-pinned").is_some(),
        };
        self.stand_in(element, Mark::Thing { thing, files });
        Ok(())
    }

    fn text(&mut self, element: &Element) -> Result<(), FormatError> {
        let size = self.size(element);
        let coordinate = |element: &Element, name: &str| {
            element.get(name).and_then(|value| length(value.split([' ', ',']).next()?, size))
        };
        let (mut x, mut y) = (coordinate(element, "x"), coordinate(element, "y"));
        let mut size = size;
        let (mut said, mut line, mut open) = (String::new(), y, 1_u64);
        while open > 0 {
            match self.xml.next()? {
                Some(Piece::Open(inner)) => {
                    open += 1;
                    let below = coordinate(&inner, "y").or(line);
                    // A line begins where a piece lies on another height, or is set down from the last.
                    let is_new = below != line || inner.get("x").is_some() && inner.get("dy").is_some();
                    if is_new && !said.trim().is_empty() {
                        said.push('\n');
                    }
                    if said.trim().is_empty() {
                        (x, y) = (coordinate(&inner, "x").or(x), below.or(y));
                        size = property(&inner, "font-size")
                            .and_then(|wish| length(&wish, size))
                            .unwrap_or(size);
                    }
                    line = below;
                }
                Some(Piece::Text(text)) => {
                    let words = text.split(['\n', '\r', '\t']).map(str::trim).collect::<Vec<_>>();
                    let text = if words.len() > 1 { words.join(" ") } else { text };
                    if said.len() + text.len() <= LONGEST_TEXT {
                        said.push_str(if said.is_empty() || said.ends_with('\n') {
                            text.trim_start()
                        } else {
                            &text
                        });
                    }
                }
                Some(Piece::Close(_)) => open -= 1,
                None => return Err(self.xml.damaged("it ends too early")),
            }
        }
        let said = said.trim_end().to_owned();
        if said.is_empty() {
            return Ok(());
        }
        let anchor = match property(element, "text-anchor").as_deref() {
            Some("middle") => Anchor::Middle,
            Some("end") => Anchor::End,
            _ => Anchor::Start,
        };
        self.stand_in(element, Mark::Text { x: x.unwrap_or(0.0), y: y.unwrap_or(0.0), size, anchor, said });
        Ok(())
    }
}

fn write_attributes(element: &Element, without: &[&str], out: &mut String) {
    let mut written: Vec<&str> = Vec::new();
    for (name, value) in element.attributes() {
        let is_link = name == "href"
            && !value.trim_start().starts_with('#')
            && !value.trim_start().starts_with("data:");
        let is_odd =
            !name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'));
        if is_link || is_odd || without.contains(&name) || written.contains(&name) {
            continue;
        }
        written.push(name);
        out.push_str(&format!(" {name}=\"{}\"", escaped(value)));
    }
}

/// A property from its attribute or from `style`.
fn property(element: &Element, name: &str) -> Option<String> {
    let styled = element.get("style").and_then(|style| {
        style.split(';').find_map(|part| {
            let (key, value) = part.split_once(':')?;
            (key.trim() == name).then(|| value.trim().to_owned())
        })
    });
    styled.or_else(|| element.get(name).map(str::to_owned))
}

/// A length in CSS pixels (CSS Values 3, chapter 6).
fn length(text: &str, em: f64) -> Option<f64> {
    let text = text.trim();
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic() || letter == '%');
    // An exponent ends in a digit, so the letters at the end are a unit.
    let number: f64 = digits.parse().ok()?;
    let factor = match &text[digits.len()..] {
        "" | "px" => 1.0,
        "pt" => 96.0 / 72.0,
        "pc" => 16.0,
        "mm" => 96.0 / 25.4,
        "cm" => 96.0 / 2.54,
        "in" => 96.0,
        "em" | "rem" => em,
        "%" => em / 100.0,
        _ => return None,
    };
    Some(number * factor).filter(|length| length.is_finite())
}

fn whole_affine(text: &str) -> Option<Affine> {
    let numbers: Vec<i32> = text.split(' ').map_while(|number| number.parse().ok()).collect();
    let [a, b, c, d, dx_um, dy_um] = numbers[..] else { return None };
    Some(Affine { a, b, c, d, dx_um, dy_um })
}
