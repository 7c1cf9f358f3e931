//! A board as other programs see it: pages of things from the bottom up, without what was undone, and the files
//! they show. This is what file formats read and write.
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use crate::{affine::Affine, media::MediaId, object::Content, paper::Paper, person::PersonId};

/// A whole board.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Document {
    pub title: String,
    pub sheets: Vec<Sheet>,
    /// The files that things show, by their hash.
    pub media: BTreeMap<MediaId, Arc<[u8]>>,
}

impl Document {
    /// The files that things show, each once.
    pub fn shown(&self) -> BTreeSet<MediaId> {
        let things = self.sheets.iter().flat_map(|sheet| &sheet.things);
        let files = things.filter_map(|thing| match &thing.content {
            Content::Media(media) => Some(media.file),
            Content::Stroke(_) | Content::Text(_) | Content::Shape(_) | Content::Note(_) => None,
        });
        files.collect()
    }
}

/// One page.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sheet {
    pub paper: Paper,
    /// From the bottom up.
    pub things: Vec<Thing>,
}

/// One thing on a page.
#[derive(Clone, PartialEq, Debug)]
pub struct Thing {
    pub content: Content,
    /// Where it has been moved to since it was made.
    pub placing: Affine,
    pub by: Option<PersonId>,
    /// Things of the same number on a page move together.
    pub group: Option<u32>,
    /// It stays where it is: a worksheet under the ink.
    pub pinned: bool,
}

impl Thing {
    pub fn new(content: Content) -> Thing {
        Thing { content, placing: Affine::IDENTITY, by: None, group: None, pinned: false }
    }
}
