//! OpenBoard's documents (`.ubz`), in: a zip of one SVG a page, `metadata.rdf` and the files shown.
//!
//! One unit of a page is a millimetre of the board: OpenBoard's usual page of 1280 by 960 fills three quarters of the
//! panel. The middle of its page is 0, 0. What is written how is read from files of OpenBoard 1.6 and from its
//! `UBSvgSubsetAdaptor`.
//!
//! | OpenBoard | board | what is lost |
//! | --- | --- | --- |
//! | page of a nominal size | page that ends there | |
//! | white or black background, squares, ruled lines | white or black ground, grid, lines | in-between lines |
//! | stroke of polygons (pens, markers, shapes) | filled figure of their outlines, see-through for a marker | its way and times: OpenBoard keeps none |
//! | stroke of polylines or lines | ink; highlighter if see-through | |
//! | two colours, for light and dark pages | the page's | the other |
//! | text | text | font, styles, colours inside it |
//! | picture (PNG, JPEG, WebP, SVG), moved, turned, scaled | picture, figures of an SVG; others: a dashed frame | |
//! | page of a PDF | page of a PDF | |
//! | video | video | where it was stopped |
//! | audio, widgets | dashed frame | what they do |
//! | background object, locked object | pinned, the former at the bottom | |
//! | z-values | order | |
//! | groups | groups | groups in groups |
//! | ruler, compass, curtain and other tools | nothing | |
mod page;
mod rich;
mod thing;

use crate::{
    document::Document,
    format::{
        Format, FormatError, Limits, Opened,
        bounded::{Archive, Piece, Xml},
        intake::Intake,
    },
};

/// Micrometres of a unit.
const UM_PER_UNIT: f64 = 1_000.0;

/// Reads a `.ubz` file.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Opened, FormatError> {
    let mut archive = Archive::open(bytes, Format::Ubz, limits)?;
    let mut pages: Vec<String> = archive.names().into_iter().filter(|name| is_page(name)).collect();
    // page002 before page010 before page1000.
    pages.sort_by(|a, b| (a.len(), a).cmp(&(b.len(), b)));
    let mut document = Document::default();
    if let Some(metadata) = archive.read("metadata.rdf")? {
        document.title = title(&metadata, limits)?;
    }
    let mut intake = Intake::new(Format::Ubz, UM_PER_UNIT, limits);
    for name in pages {
        let Some(svg) = archive.read(&name)? else { continue };
        intake.tally.page()?;
        let sheet = page::read(&svg, limits, &mut intake, &mut archive, &mut document)?;
        document.sheets.push(sheet);
    }
    if document.sheets.is_empty() { Err(FormatError::Empty) } else { Ok(intake.opened(document)) }
}

fn is_page(name: &str) -> bool {
    name.starts_with("page") && name.ends_with(".svg")
}

fn title(metadata: &[u8], limits: &Limits) -> Result<String, FormatError> {
    let mut xml = Xml::new(metadata, Format::Ubz, limits);
    while let Some(piece) = xml.next()? {
        if matches!(&piece, Piece::Open(element) if element.name == "title") {
            return xml.text();
        }
    }
    Ok(String::new())
}
