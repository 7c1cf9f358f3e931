//! What the board says in texts and notes, page by page, for finding it again.
use std::collections::HashMap;

use crate::{
    board::Board,
    document::Document,
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

impl Board {
    /// Everything that texts and notes say, page by page, each from the top down. Ink is passed over without being
    /// unpacked, so a full board takes milliseconds.
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
