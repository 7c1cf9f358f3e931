//! The file, its pages and their elements.
use std::{collections::HashMap, io::BufRead};

use super::{
    CONTENT, UM_PER_UNIT,
    ends::{self, Said},
    style::Style,
};
use crate::{
    affine::Affine,
    document::{Document, Sheet, Thing},
    format::{
        Format, FormatError, Limits, Opened,
        bounded::{Archive, Element, Piece, Xml},
        curve::Place,
        intake::Intake,
        svg_words::numbers,
    },
    object::Content,
    paper::{Ground, Paper},
};

/// A page where a file does not say its size.
const PAGE: Place = (1_024.0, 768.0);
const LARGEST: f64 = 100_000.0;

/// Reads an `.iwb` file.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Opened, FormatError> {
    let mut archive = Archive::open(bytes, Format::Iwb, limits)?;
    let Some(content) = archive.read(CONTENT)? else {
        return Err(FormatError::damaged(Format::Iwb, "content.xml is missing"));
    };
    let said = ends::read(&content, limits)?;
    let intake = Intake::new(Format::Iwb, UM_PER_UNIT, limits);
    let mut reader = Reader {
        intake,
        archive: &mut archive,
        document: Document::default(),
        said,
        size: PAGE,
        page: Vec::new(),
        groups: HashMap::new(),
        drawn_groups: 0,
    };
    reader.file(&mut Xml::new(content.as_slice(), Format::Iwb, limits))?;
    if reader.document.sheets.is_empty() {
        return Err(FormatError::Empty);
    }
    Ok(reader.intake.opened(reader.document))
}

/// A thing of the page that is being read.
struct Placed {
    thing: Thing,
    background: bool,
    /// The whole page in one colour.
    ground: Option<u32>,
}

/// Reads one file.
pub(super) struct Reader<'a, 'z> {
    pub(super) intake: Intake,
    pub(super) archive: &'a mut Archive<'z>,
    pub(super) document: Document,
    said: HashMap<String, Said>,
    size: Place,
    page: Vec<Placed>,
    /// Numbers of groups on this page: those of `group`, and of `g`.
    groups: HashMap<(bool, u32), u32>,
    drawn_groups: u32,
}

impl Reader<'_, '_> {
    fn file<R: BufRead>(&mut self, xml: &mut Xml<R>) -> Result<(), FormatError> {
        let mut root = false;
        while let Some(piece) = xml.next()? {
            let Piece::Open(element) = piece else { continue };
            if !std::mem::replace(&mut root, true) && element.name != "iwb" {
                return Err(xml.damaged("content.xml is no whiteboard"));
            }
            match element.name.as_str() {
                "iwb" => version(&element)?,
                "meta" if element.get("name") == Some("title") => {
                    element.get("content").unwrap_or("").clone_into(&mut self.document.title);
                }
                "svg" => self.drawing(&element, xml)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// A drawing: its pages, or the one page that it is.
    fn drawing<R: BufRead>(&mut self, svg: &Element, xml: &mut Xml<R>) -> Result<(), FormatError> {
        let view = svg.get("viewbox").or_else(|| svg.get("viewBox")).map(numbers).unwrap_or_default();
        let side = |name: &str, view: Option<&f64>| {
            let told = svg.get(name).and_then(crate::format::svg_words::length);
            view.copied().or(told).filter(|side| (1.0..=LARGEST).contains(side))
        };
        self.size =
            (side("width", view.get(2)).unwrap_or(PAGE.0), side("height", view.get(3)).unwrap_or(PAGE.1));
        let mut loose = false;
        let mut open = 1_u32;
        while open > 0 {
            match xml.next()? {
                Some(Piece::Open(element)) if element.name == "page" => {
                    self.page(&Style::first().with(&element), xml)?;
                }
                // Some files have a drawing without pages.
                Some(Piece::Open(element)) if open == 1 && element.name != "pageset" => {
                    if !std::mem::replace(&mut loose, true) {
                        self.intake.tally.page()?;
                    }
                    self.element(&element, &Style::first(), xml, 0)?;
                }
                Some(Piece::Open(_)) => open += 1,
                Some(Piece::Close(_)) => open -= 1,
                Some(Piece::Text(_)) => {}
                None => return Err(xml.damaged("it ends too early")),
            }
        }
        if loose {
            self.end_page();
        }
        Ok(())
    }

    fn page<R: BufRead>(&mut self, style: &Style, xml: &mut Xml<R>) -> Result<(), FormatError> {
        self.intake.tally.page()?;
        self.children(style, xml, 0, false)?;
        self.end_page();
        Ok(())
    }

    /// All elements to the end of the one that was opened; of a `switch` the first that is something.
    pub(super) fn children<R: BufRead>(
        &mut self,
        style: &Style,
        xml: &mut Xml<R>,
        depth: u32,
        first: bool,
    ) -> Result<(), FormatError> {
        let before = self.page.len();
        loop {
            match xml.next()? {
                Some(Piece::Open(_)) if first && self.page.len() > before => xml.skip()?,
                Some(Piece::Open(element)) => self.element(&element, style, xml, depth)?,
                Some(Piece::Close(_)) => return Ok(()),
                Some(Piece::Text(_)) => {}
                None => return Err(xml.damaged("it ends too early")),
            }
        }
    }

    fn end_page(&mut self) {
        let um = |units: f64| (units * UM_PER_UNIT).round() as u32;
        let mut paper = Paper { size_um: Some((um(self.size.0), um(self.size.1))), ..Paper::default() };
        let mut page = std::mem::take(&mut self.page);
        if let Some(at) = page.iter().position(|placed| placed.background && placed.ground.is_some()) {
            let rgb = page.remove(at).ground.unwrap_or(0xff_ffff);
            let known = [Ground::White, Ground::Green, Ground::Black].into_iter().find(|it| it.rgb() == rgb);
            paper.ground = known.unwrap_or(Ground::Own(rgb));
        }
        page.sort_by_key(|placed| !placed.background);
        let things = page.into_iter().map(|placed| placed.thing).collect();
        self.document.sheets.push(Sheet { paper, things });
        self.groups.clear();
    }

    pub(super) fn said(&self, element: &Element) -> Said {
        element.get("id").and_then(|id| self.said.get(id)).copied().unwrap_or_default()
    }

    /// Puts a thing on the page; `ground` is the colour of what fills all of it.
    pub(super) fn put(
        &mut self,
        element: &Element,
        style: &Style,
        content: Content,
        placing: Affine,
        ground: Option<u32>,
    ) -> Result<(), FormatError> {
        self.intake.tally.thing()?;
        let said = self.said(element);
        let count = self.groups.len() as u32;
        let name = style.group.map(|group| (true, group)).or(said.group.map(|group| (false, group)));
        let group = name.map(|name| *self.groups.entry(name).or_insert(count));
        let pinned = said.locked || said.background;
        let thing = Thing { placing, group, pinned, ..Thing::new(content) };
        self.page.push(Placed { thing, background: said.background, ground });
        Ok(())
    }

    /// The number of a new `g`.
    pub(super) fn next_group(&mut self) -> u32 {
        self.drawn_groups += 1;
        self.drawn_groups
    }

    pub(super) fn size(&self) -> Place {
        self.size
    }
}

fn version(root: &Element) -> Result<(), FormatError> {
    let version = root.get("version").unwrap_or("1.0");
    let major = version.split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major.is_some_and(|major| major > 1) {
        return Err(FormatError::TooNew { format: Format::Iwb, version: version.to_owned() });
    }
    Ok(())
}
