//! A file as a document: pages in order, shapes from the bottom up.
use std::collections::HashMap;

use serde_json::Value;

use super::{
    UM_PER_PX, colour,
    records::{DEEPEST, Records, Spot},
};
use crate::{
    document::{Document, Sheet, Thing},
    format::{
        Format, FormatError, Limits, Opened,
        bounded::json,
        fields::{number, text},
        intake::Intake,
        limits::within,
        pose,
    },
    object::Content,
    paper::{Ground, Paper, Pattern},
};

/// The version of the file format that is known.
const VERSION: f64 = 1.0;

/// Reads a `.tldr` file.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Opened, FormatError> {
    let file = json(bytes, Format::Tldraw, limits)?;
    let Some(version) = number(&file, "tldrawFileFormatVersion") else {
        return Err(FormatError::damaged(Format::Tldraw, "it is of before tldraw 2, or no drawing"));
    };
    if version > VERSION {
        return Err(FormatError::TooNew { format: Format::Tldraw, version: version.to_string() });
    }
    let records = Records::new(&file);
    let intake = Intake::new(Format::Tldraw, UM_PER_PX, limits);
    let mut walk = Walk { records: &records, intake, document: Document::default(), groups: HashMap::new() };
    if let Some(name) = records.get("document:document").and_then(|document| text(document, "name")) {
        walk.document.title = name.to_owned();
    }
    for page in records.pages() {
        walk.intake.tally.page()?;
        walk.groups.clear();
        walk.document.sheets.push(Sheet { paper: paper(&records), things: Vec::new() });
        walk.inside(text(page, "id").unwrap_or(""), Spot::PAGE, 0)?;
    }
    if walk.document.sheets.is_empty() {
        Err(FormatError::Empty)
    } else {
        Ok(walk.intake.opened(walk.document))
    }
}

fn paper(records: &Records<'_>) -> Paper {
    let ground = Ground::Own(colour::PAGE);
    match records.grid {
        None => Paper { ground, ..Paper::default() },
        Some(step) => {
            let pitch_um = (step.min(10_000.0) * UM_PER_PX) as u32;
            Paper { ground, pattern: Pattern::Grid, pitch_um, size_um: None }
        }
    }
}

/// Goes through the shapes of a file.
pub(super) struct Walk<'a> {
    pub(super) records: &'a Records<'a>,
    pub(super) intake: Intake,
    pub(super) document: Document,
    groups: HashMap<&'a str, u32>,
}

impl<'a> Walk<'a> {
    fn inside(&mut self, id: &str, spot: Spot, depth: usize) -> Result<(), FormatError> {
        within("levels of nesting", depth as u64, DEEPEST as u64)?;
        let records = self.records;
        for shape in records.children(id) {
            self.shape(shape, spot.inside(shape), depth)?;
        }
        Ok(())
    }

    fn shape(&mut self, shape: &'a Value, mut spot: Spot, depth: usize) -> Result<(), FormatError> {
        let id = text(shape, "id").unwrap_or("");
        let kind = text(shape, "type").unwrap_or("");
        if kind == "group" {
            spot.group = spot.group.or(Some(self.group(id)));
        } else if spot.opacity > 0.0 {
            self.content(shape, kind, &mut spot)?;
        }
        self.inside(id, spot, depth + 1)
    }

    /// The number of a group on this page.
    pub(super) fn group(&mut self, id: &'a str) -> u32 {
        let count = self.groups.len() as u32;
        *self.groups.entry(id).or_insert(count)
    }

    /// Puts on the page what was made as if its shape were not turned.
    pub(super) fn push(&mut self, spot: &Spot, content: Content) -> Result<(), FormatError> {
        self.intake.tally.thing()?;
        let at = self.intake.at(spot.origin)?;
        let placing = pose::turn((f64::from(at.x_um), f64::from(at.y_um)), spot.turn);
        let thing = Thing { placing, group: spot.group, pinned: spot.pinned, ..Thing::new(content) };
        if let Some(sheet) = self.document.sheets.last_mut() {
            sheet.things.push(thing);
        }
        Ok(())
    }
}
