//! One page: what is on it, in the order of its z-values.
use std::collections::HashMap;

use super::thing::{Group, Maker};
use crate::{
    document::{Document, Sheet, Thing},
    format::{
        Format, FormatError, Limits,
        bounded::{Archive, Element, Piece, Xml},
        intake::Intake,
        limits::within,
        svg_words::numbers,
    },
    paper::{Ground, Paper, Pattern},
};

/// The side of OpenBoard's squares where a page does not say.
const SQUARE: f64 = 32.0;
/// A page where one does not say its size.
const PAGE: (f64, f64) = (1_280.0, 960.0);
/// The largest page that is one: a page without end of other programs.
const LARGEST: f64 = 100_000.0;

/// Something on the page and where it goes.
pub(super) struct Placed {
    /// What is lower comes first; a background before all else.
    pub(super) depth: (bool, f64),
    pub(super) name: String,
    pub(super) thing: Thing,
}

pub(super) fn read(
    svg: &[u8],
    limits: &Limits,
    intake: &mut Intake,
    archive: &mut Archive<'_>,
    document: &mut Document,
) -> Result<Sheet, FormatError> {
    let mut xml = Xml::new(svg, Format::Ubz, limits);
    let root = root(&mut xml)?;
    let size = size(&root);
    let paper = paper(&root, size);
    let middle = (size.0 / 2.0, size.1 / 2.0);
    let mut maker =
        Maker { intake, archive, document, middle, dark: paper.ground.is_dark(), placed: Vec::new() };
    let mut groups: HashMap<String, u32> = HashMap::new();
    let mut group: Option<Group> = None;
    while let Some(piece) = xml.next()? {
        match piece {
            Piece::Open(element) => match element.name.as_str() {
                "g" => maker.open(&mut group, &element)?,
                "foreignObject" => maker.foreign(&element, &mut xml)?,
                "groups" => read_groups(&mut xml, &mut groups, limits)?,
                _ => maker.add(&element, &mut group)?,
            },
            Piece::Close(name) if name == "g" => maker.close(&mut group)?,
            Piece::Close(_) | Piece::Text(_) => {}
        }
    }
    maker.close(&mut group)?;
    let mut placed = maker.placed;
    placed.sort_by(|a, b| b.depth.0.cmp(&a.depth.0).then(a.depth.1.total_cmp(&b.depth.1)));
    let things = placed.into_iter().map(|Placed { name, thing, .. }| {
        let group = groups.get(bare(&name)).copied().or(thing.group);
        Thing { group, ..thing }
    });
    Ok(Sheet { paper, things: things.collect() })
}

fn root<R: std::io::BufRead>(xml: &mut Xml<R>) -> Result<Element, FormatError> {
    while let Some(piece) = xml.next()? {
        if let Piece::Open(element) = piece {
            return if element.name == "svg" { Ok(element) } else { Err(xml.damaged("a page is no SVG")) };
        }
    }
    Err(xml.damaged("a page is empty"))
}

fn size(root: &Element) -> (f64, f64) {
    let told = root.get("nominal-size").and_then(|size| {
        let (width, height) = size.split_once('x')?;
        Some((width.trim().parse().ok()?, height.trim().parse().ok()?))
    });
    let shown = || {
        let view = numbers(root.get("viewBox")?);
        Some((*view.get(2)?, *view.get(3)?))
    };
    let sane = |size: &(f64, f64)| (1.0..=LARGEST).contains(&size.0) && (1.0..=LARGEST).contains(&size.1);
    told.or_else(shown).filter(sane).unwrap_or(PAGE)
}

fn paper(root: &Element, size: (f64, f64)) -> Paper {
    let is = |name: &str| root.get(name) == Some("true");
    let pattern = match (is("crossed-background"), is("ruled-background")) {
        (true, _) => Pattern::Grid,
        (false, true) => Pattern::Lines,
        (false, false) => Pattern::Plain,
    };
    let step = root.get("grid-size").and_then(|size| size.parse().ok()).unwrap_or(SQUARE);
    let um = |units: f64| (units * super::UM_PER_UNIT).round() as u32;
    Paper {
        ground: if is("dark-background") { Ground::Black } else { Ground::White },
        pattern,
        pitch_um: um(step.clamp(1.0, 10_000.0)),
        size_um: Some((um(size.0), um(size.1))),
    }
}

/// Which things belong together: the innermost group that names one.
fn read_groups<R: std::io::BufRead>(
    xml: &mut Xml<R>,
    groups: &mut HashMap<String, u32>,
    limits: &Limits,
) -> Result<(), FormatError> {
    let (mut open, mut count) = (1_u32, 0_u32);
    while open > 0 {
        match xml.next()? {
            Some(Piece::Open(element)) => {
                open += 1;
                // Groups in groups are one.
                count += u32::from(element.name == "group" && open == 2);
                if let (true, Some(name)) = (element.name == "element", element.get("id")) {
                    within("things", groups.len() as u64, limits.things)?;
                    groups.insert(bare(name).to_owned(), count);
                }
            }
            Some(Piece::Close(_)) => open -= 1,
            Some(Piece::Text(_)) => {}
            None => return Err(xml.damaged("it ends too early")),
        }
    }
    Ok(())
}

/// A name without the braces that some versions write.
fn bare(name: &str) -> &str {
    name.trim_matches(['{', '}'])
}
