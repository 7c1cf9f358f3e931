//! What the board says in texts and notes and shows of PDFs, page by page, for finding it again.
//!
//! The display thread collects it, three seconds after the board came to rest and when somebody begins to look for
//! something. With 100,000 strokes on a page that takes 12.5 ms, 15 at the 99th percentile and 65 the first time, before
//! the strokes are in the cache (F1 of `cargo xtask bench board`, one core of its own): ink is counted, not unpacked, and
//! most of it is finding each stroke's page and whether it is cut. That is less than a frame, and not while somebody
//! writes.
use std::collections::HashMap;

use crate::{
    board::Board,
    document::Document,
    legible::Passed,
    media::{Media, MediaId, MediaKind},
    object::{Content, ObjectId},
    objects::Slot,
    page::PageId,
    point::PagePoint,
    scene::Scene,
};

/// What one text or note says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Passage {
    pub page: PageId,
    /// Of the page among all, counted from 0.
    pub number: usize,
    /// When it came to the board, in microseconds since 1970.
    pub made_us: u64,
    pub text: String,
}

/// What is written by hand on a page, as far as that can be told without reading it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Inked {
    pub page: PageId,
    /// Of the page among all, counted from 0.
    pub number: usize,
    /// When the newest of it was written, in microseconds since 1970.
    pub made_us: u64,
    /// Another number where strokes came or went.
    pub sum: u64,
}

/// A page of a PDF that lies on a page of the board; what it says is in the file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Printed {
    pub page: PageId,
    /// Of the page among all, counted from 0.
    pub number: usize,
    /// When it came to the board, in microseconds since 1970.
    pub made_us: u64,
    pub file: MediaId,
    /// Of the PDF's pages, counted from 0.
    pub sheet: u32,
}

/// Everything on the board that can be found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Said {
    pub passages: Vec<Passage>,
    /// Page by page.
    pub inked: Vec<Inked>,
    /// Page by page.
    pub printed: Vec<Printed>,
}

impl Board {
    /// Texts and notes, and which pages have ink or show a PDF's.
    pub fn said(&self) -> Said {
        Said { passages: self.passages(), inked: self.inked(), printed: self.printed() }
    }

    fn printed(&self) -> Vec<Printed> {
        let scene = &self.scene;
        let pages = scene.pages();
        let numbers: HashMap<PageId, usize> =
            pages.iter().enumerate().map(|(number, page)| (*page, number)).collect();
        let mut found: Vec<(ObjectId, Printed)> = Vec::new();
        for slot in scene.objects.slots().filter(|slot| scene.objects.is_shown(*slot)) {
            let Some(Content::Media(Media { file, kind: MediaKind::Pdf { page: sheet }, .. })) =
                scene.objects.loose(slot)
            else {
                continue;
            };
            let page = scene.pages.at(scene.objects.page(slot)).map(|page| page.id);
            if let Some((page, number)) = page.and_then(|page| Some((page, *numbers.get(&page)?))) {
                let id = scene.objects.id(slot);
                let (file, sheet) = (*file, *sheet);
                found.push((id, Printed { page, number, made_us: id.made.time, file, sheet }));
            }
        }
        found.sort_by_key(|(id, printed)| (printed.number, *id));
        found.into_iter().map(|(_, printed)| printed).collect()
    }

    fn inked(&self) -> Vec<Inked> {
        let scene = &self.scene;
        let mut found: HashMap<PageId, (u64, u64)> = HashMap::new();
        let ink = |slot: &Slot| scene.objects.is_shown(*slot) && scene.objects.nodes(*slot).is_some();
        for slot in scene.objects.slots().filter(ink).filter(|slot| !scene.objects.ink(*slot).1) {
            let Some(page) = scene.pages.at(scene.objects.page(slot)) else { continue };
            let id = scene.objects.id(slot);
            let (made_us, sum) = found.entry(page.id).or_default();
            *made_us = id.made.time.max(*made_us);
            *sum = sum.wrapping_add(mixed(id, scene.is_cut(slot)));
        }
        let pages = scene.pages().into_iter().enumerate();
        let inked = pages.filter_map(|(number, page)| {
            let (made_us, sum) = *found.get(&page)?;
            Some(Inked { page, number, made_us, sum })
        });
        inked.collect()
    }

    /// The strokes of a page in the order in which they were written, the newest `most` of them; without figures and
    /// the marks of highlighters.
    pub fn page_strokes(&self, page: PageId, most: usize) -> Vec<Vec<Passed>> {
        let ids = self.scene.visible(page);
        let is_ink =
            |id: &ObjectId| self.scene.slot(*id).is_some_and(|slot| self.scene.objects.nodes(slot).is_some());
        let mut ids: Vec<ObjectId> = ids.into_iter().filter(is_ink).collect();
        ids.sort_unstable();
        let older = ids.len().saturating_sub(most);
        self.scene.strokes(&ids[older..]).unwrap_or_default()
    }

    /// Everything that texts and notes say, page by page, each from the top down. Ink is passed over, not unpacked.
    pub fn passages(&self) -> Vec<Passage> {
        let scene = &self.scene;
        let pages = scene.pages();
        let numbers: HashMap<PageId, usize> =
            pages.iter().enumerate().map(|(number, page)| (*page, number)).collect();
        let mut found: Vec<((usize, i32, i32, ObjectId), Passage)> = Vec::new();
        for slot in scene.objects.slots().filter(|slot| scene.objects.is_shown(*slot)) {
            let Some((at, text)) = scene.said(slot).filter(|(_, text)| !text.trim().is_empty()) else {
                continue;
            };
            let page = scene.pages.at(scene.objects.page(slot)).map(|page| page.id);
            let Some((page, number)) = page.and_then(|page| Some((page, *numbers.get(&page)?))) else {
                continue;
            };
            let id = scene.objects.id(slot);
            let passage = Passage { page, number, made_us: id.made.time, text: text.to_owned() };
            found.push(((number, at.y_um, at.x_um, id), passage));
        }
        found.sort_by_key(|(place, _)| *place);
        found.into_iter().map(|(_, passage)| passage).collect()
    }

    /// One page as other programs see it, as [`Board::document`] has all of them; `None` where there is no such page.
    pub fn page_document(&self, page: PageId) -> Option<Document> {
        let sheets = self.scene.has_page(page) || page == PageId::FIRST;
        sheets.then(|| Document { sheets: vec![self.scene.sheet(page)], ..Document::default() })
    }
}

/// A number for a stroke that no other is likely to have (the finaliser of SplitMix64).
fn mixed(id: ObjectId, cut: bool) -> u64 {
    let mut number =
        id.made.time ^ u64::from(id.made.actor.0) << 40 ^ u64::from(id.index) << 24 ^ u64::from(cut);
    number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}

impl Scene {
    /// What a text or note says now, and where its top left lies.
    fn said(&self, slot: Slot) -> Option<(PagePoint, &str)> {
        let (at, words) = match self.objects.loose(slot)? {
            Content::Text(text) => (text.at, text.text.as_str()),
            Content::Note(note) => (PagePoint::new(note.rect.x0_um, note.rect.y0_um), note.text.as_str()),
            Content::Stroke(_) | Content::Shape(_) | Content::Media(_) => return None,
        };
        let at = self.looks(slot).map_or(at, |looks| looks.by.apply(at));
        Some((at, self.words(slot).unwrap_or(words)))
    }
}
