//! The board's own words, which stand beside the drawing and point into it: `element` and `group`.
use std::collections::HashMap;

use crate::format::{
    Format, FormatError, Limits,
    bounded::{Element, Piece, Xml},
    limits::within,
};

/// What is said of one thing of the drawing.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) background: bool,
    pub(super) locked: bool,
    pub(super) freehand: bool,
    pub(super) highlight: bool,
    pub(super) arrows: (bool, bool),
    pub(super) group: Option<u32>,
}

/// What is said of all things, by their ids.
pub(super) fn read(content: &[u8], limits: &Limits) -> Result<HashMap<String, Said>, FormatError> {
    let mut xml = Xml::new(content, Format::Iwb, limits);
    let mut all: HashMap<String, Said> = HashMap::new();
    // Groups in groups are one: the outermost counts.
    let (mut inside, mut groups) = (0_u32, 0_u32);
    while let Some(piece) = xml.next()? {
        match piece {
            Piece::Open(element) if element.name == "group" => {
                groups += u32::from(inside == 0);
                inside += 1;
            }
            Piece::Close(name) if name == "group" => inside = inside.saturating_sub(1),
            Piece::Open(element) if element.name == "element" => {
                let Some(id) = element.get("ref") else { continue };
                within("things", all.len() as u64, limits.things)?;
                let said = all.entry(id.to_owned()).or_default();
                add(said, &element);
                if inside > 0 {
                    said.group = Some(groups - 1);
                }
            }
            _ => {}
        }
    }
    Ok(all)
}

fn add(said: &mut Said, element: &Element) {
    let is = |name: &str| matches!(element.get(name), Some("true" | "1"));
    let arrow = |name: &str| element.get(name) == Some("arrow");
    said.background |= is("background");
    said.locked |= is("locked");
    said.freehand |= is("freehand");
    said.highlight |= is("highlight");
    said.arrows.0 |= arrow("stroke-lineshape-start");
    said.arrows.1 |= arrow("stroke-lineshape-end");
}
