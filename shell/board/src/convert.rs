//! A board to a document, and a document onto a board: what file formats are read and written through.
use std::collections::BTreeMap;

use crate::{
    affine::Affine,
    board::Board,
    clock::Stamp,
    codec::{decode, encode},
    command::MOST_PAGES,
    document::{Document, Sheet, Thing},
    effects::{BoardEvent, Effects},
    object::{Content, Object, ObjectId, Stroke},
    op::{Edit, Field, Op},
    page::PageId,
    paper::Paper,
    person::PersonId,
    scene::Scene,
};

/// The most things a page takes in: with more, drawing it anew is felt.
pub const MOST_THINGS_ON_A_PAGE: usize = 100_000;
/// The most things a board takes in: a quarter of a gigabyte.
pub const MOST_THINGS: usize = 1_000_000;
/// The most files a board shows.
pub const MOST_MEDIA: usize = 500;
/// The longest page, in bytes of its op: what the journal takes as one record, with room to spare.
const LONGEST_PAGE: usize = 48 << 20;

/// Why a document cannot be put on the board. Nothing of it was.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DocumentError {
    #[error(
        "with these {pages} pages the board would have more than {MOST_PAGES}: start a new board, or open fewer pages"
    )]
    Pages { pages: usize },
    #[error(
        "page {page} has {things} things, more than the {MOST_THINGS_ON_A_PAGE} that fit on a page: split it in the program it comes from"
    )]
    Things { page: usize, things: usize },
    #[error(
        "with these {things} things the board would have more than {MOST_THINGS}: start a new board, or open fewer pages"
    )]
    Board { things: usize },
    #[error(
        "with these {media} files the board would have more than {MOST_MEDIA} pictures and videos: leave some out"
    )]
    Media { media: usize },
    #[error("page {page} is too large to be kept ({bytes} bytes): split it in the program it comes from")]
    Bytes { page: usize, bytes: usize },
    #[error(
        "page {page} has something that lies further than a kilometre away, or is no drawing: open it in the program it comes from and look for what lies far outside"
    )]
    Far { page: usize },
    #[error("the board shows the past: go back to the present first")]
    Past,
}

impl Scene {
    /// All pages as they are now, without the bytes of the files they show.
    pub(crate) fn document(&self) -> Document {
        let sheets = self.pages().into_iter().map(|page| self.sheet(page)).collect();
        Document { title: String::new(), sheets, media: BTreeMap::new() }
    }

    pub(crate) fn sheet(&self, page: PageId) -> Sheet {
        let mut groups: BTreeMap<Stamp, u32> = BTreeMap::new();
        let mut things = Vec::new();
        for id in self.visible(page) {
            let (Some(placed), Some(slot)) = (self.placed(id), self.slot(id)) else { continue };
            let next = groups.len() as u32;
            let group = placed.group.map(|group| *groups.entry(group).or_insert(next));
            let growth = if placed.by.is_shift() { 1.0 } else { placed.by.growth() };
            let thing = |content| Thing {
                content,
                placing: placed.by,
                by: Some(self.objects.by(slot)),
                group,
                pinned: placed.pinned,
            };
            let Content::Stroke(stroke) = &placed.content else {
                things.push(thing(placed.content.clone()));
                continue;
            };
            // The width that somebody gave a stroke is in its nodes: other programs have no other place for it.
            let wider = f64::from(placed.thick) / f64::from(crate::resolve::FACTOR_ONE) / growth;
            for trace in std::iter::once(&stroke.trace).chain(&placed.more) {
                let trace = if (wider - 1.0).abs() < 1e-3 {
                    trace.clone()
                } else {
                    let wide = |node: ink::Node| {
                        let radius = f64::from(node.radius_um) * wider;
                        ink::Node { radius_um: radius.round().clamp(1.0, 65_535.0) as u16, ..node }
                    };
                    trace.nodes().map(wide).collect()
                };
                things.push(thing(Content::Stroke(Stroke { trace, ..stroke.clone() })));
            }
        }
        Sheet { paper: self.paper(page), things }
    }
}

impl Board {
    /// The board as other programs see it. The bytes of its pictures and videos are not the board's: whoever keeps
    /// them adds them.
    pub fn document(&self) -> Document {
        self.scene.document()
    }

    /// Adds a document's pages behind those of the board. What lies on each page is one step to undo; the pages stay.
    pub fn take_in_document(
        &mut self,
        person: PersonId,
        document: &Document,
        now_us: u64,
    ) -> Result<Effects, DocumentError> {
        if self.is_past() {
            return Err(DocumentError::Past);
        }
        self.fits(document)?;
        let mut pages = Vec::new();
        for (number, sheet) in document.sheets.iter().enumerate() {
            let page = PageId(self.clock.next(now_us));
            let mut edits = vec![Edit::AddPage];
            if sheet.paper != Paper::default() {
                edits.push(Edit::SetPaper(sheet.paper));
            }
            pages.push((number, Op { stamp: page.0, by: person, page, edits }));
            let stamp = self.clock.next(now_us);
            let edits = edits_of(sheet, person, page, stamp);
            if !edits.is_empty() {
                pages.push((number, Op { stamp, by: person, page, edits }));
            }
        }
        for (number, op) in &pages {
            let (bytes, page) = (encode(op), number + 1);
            if bytes.len() > LONGEST_PAGE {
                return Err(DocumentError::Bytes { page, bytes: bytes.len() });
            }
            // What could not be read back after a restart is not taken in.
            if decode(&bytes).as_ref() != Ok(op) {
                return Err(DocumentError::Far { page });
            }
        }
        let mut effects = Effects::default();
        for (_, op) in pages {
            self.scene.apply(&op);
            self.history.did(&op);
            effects.ops.push(op);
        }
        effects.damage.extend(self.repaint());
        effects.events.push(BoardEvent::StatusChanged);
        Ok(effects)
    }

    fn fits(&self, document: &Document) -> Result<(), DocumentError> {
        let pages = document.sheets.len();
        if self.pages() + pages > MOST_PAGES {
            return Err(DocumentError::Pages { pages });
        }
        let counts = document.sheets.iter().map(|sheet| sheet.things.len());
        for (page, things) in (1..).zip(counts.clone()) {
            if things > MOST_THINGS_ON_A_PAGE {
                return Err(DocumentError::Things { page, things });
            }
        }
        let things: usize = counts.sum();
        if self.scene.objects.len() + things > MOST_THINGS {
            return Err(DocumentError::Board { things });
        }
        let shown = document.sheets.iter().flat_map(|sheet| &sheet.things);
        let media = shown.filter(|thing| matches!(thing.content, Content::Media(_))).count();
        let kept = self
            .scene
            .objects
            .slots()
            .filter(|slot| matches!(self.scene.objects.loose(*slot), Some(Content::Media(_))));
        if media > 0 && kept.count() + media > MOST_MEDIA {
            return Err(DocumentError::Media { media });
        }
        Ok(())
    }
}

/// What brings a sheet's things to a page.
pub(crate) fn edits_of(sheet: &Sheet, person: PersonId, page: PageId, made: Stamp) -> Vec<Edit> {
    let mut edits = Vec::with_capacity(sheet.things.len());
    let mut placings = Vec::new();
    let mut groups: BTreeMap<u32, Vec<ObjectId>> = BTreeMap::new();
    let mut pinned = Vec::new();
    for (index, thing) in (0..).zip(&sheet.things) {
        let id = ObjectId { made, index };
        let by = thing.by.unwrap_or(person);
        edits.push(Edit::Add(Object { id, page, by, z: id, piece_of: None, content: thing.content.clone() }));
        if thing.placing != Affine::IDENTITY {
            placings.push(Edit::Transform { ids: vec![id], by: thing.placing });
        }
        if let Some(group) = thing.group {
            groups.entry(group).or_default().push(id);
        }
        if thing.pinned {
            pinned.push(id);
        }
    }
    edits.append(&mut placings);
    for (group, ids) in groups {
        let group = Stamp { time: made.time.saturating_add(u64::from(group)), ..made };
        edits.push(Edit::Set { ids, field: Field::Group(Some(group)) });
    }
    if !pinned.is_empty() {
        edits.push(Edit::Set { ids: pinned, field: Field::Pinned(true) });
    }
    edits
}
