//! The pages of a board: which there are, in which order, on which paper.
use std::collections::HashMap;

use crate::{
    clock::{Actor, Stamp},
    index::Index,
    objects::PageSlot,
    page::PageId,
    paper::Paper,
};

/// Where the first page lies unless it was moved: before every page that has been added, and with room before it.
const FIRST_PLACE: Stamp = Stamp { time: 0, actor: Actor(1 << 31) };

/// What is known of one page: what each op says of it, whether or not the op counts.
#[derive(Default)]
pub(crate) struct Page {
    pub(crate) id: PageId,
    /// Somebody has added it, or put something on it.
    pub(crate) known: bool,
    pub(crate) papers: Vec<(Stamp, Paper)>,
    pub(crate) drops: Vec<Stamp>,
    pub(crate) places: Vec<(Stamp, Stamp)>,
    pub(crate) index: Index,
}

impl Page {
    /// Where it lies among the others by the ops that count.
    pub(crate) fn place(&self, counts: impl Fn(Stamp) -> bool) -> (Stamp, PageId) {
        let own = if self.id == PageId::FIRST { FIRST_PLACE } else { self.id.0 };
        let moved = self.places.iter().rev().find(|(stamp, _)| counts(*stamp)).map(|(_, place)| *place);
        (moved.unwrap_or(own), self.id)
    }

    pub(crate) fn is_listed(&self, counts: impl Fn(Stamp) -> bool) -> bool {
        self.known && !self.drops.iter().any(|stamp| counts(*stamp))
    }

    pub(crate) fn paper(&self, counts: impl Fn(Stamp) -> bool) -> Paper {
        let said = self.papers.iter().rev().find(|(stamp, _)| counts(*stamp));
        said.map_or_else(Paper::default, |(_, paper)| *paper)
    }
}

pub(crate) struct Pages {
    pages: Vec<Page>,
    names: HashMap<PageId, PageSlot>,
}

impl Pages {
    /// The one page that every board has.
    pub(crate) fn new() -> Pages {
        let mut pages = Pages { pages: Vec::new(), names: HashMap::new() };
        let first = pages.slot(PageId::FIRST);
        pages.pages[first.0 as usize].known = true;
        pages
    }

    pub(crate) fn find(&self, id: PageId) -> Option<PageSlot> {
        self.names.get(&id).copied()
    }

    /// The page's place in memory, made if nothing was known of it.
    pub(crate) fn slot(&mut self, id: PageId) -> PageSlot {
        *self.names.entry(id).or_insert_with(|| {
            self.pages.push(Page { id, ..Page::default() });
            PageSlot((self.pages.len() - 1) as u32)
        })
    }

    pub(crate) fn at(&self, slot: PageSlot) -> Option<&Page> {
        self.pages.get(slot.0 as usize)
    }

    pub(crate) fn get_mut(&mut self, slot: PageSlot) -> Option<&mut Page> {
        self.pages.get_mut(slot.0 as usize)
    }

    pub(crate) fn get(&self, id: PageId) -> Option<&Page> {
        self.at(self.find(id)?)
    }

    pub(crate) fn by_id_mut(&mut self, id: PageId) -> Option<&mut Page> {
        let slot = self.find(id)?;
        self.get_mut(slot)
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Page> {
        self.pages.iter_mut()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Page> {
        self.pages.iter()
    }
}

/// A place between two others, for a page that is put there. Where there is no room left it is the first of the two:
/// pages in one place lie in the order of their names.
pub(crate) fn between(low: Option<Stamp>, high: Option<Stamp>) -> Stamp {
    let number = |at: Stamp| u128::from(at.time) << 32 | u128::from(at.actor.0);
    let low = low.map_or(0, number);
    // Behind the last: an hour later, so that there is room.
    let high = high.map_or(low + (7_200_000_000 << 32), number);
    let middle = low + high.saturating_sub(low) / 2;
    Stamp { time: u64::try_from(middle >> 32).unwrap_or(u64::MAX), actor: Actor(middle as u32) }
}
