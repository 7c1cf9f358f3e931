//! Everything that lies on the pages, as the sum of the ops that count. Nothing here depends on the order in
//! which ops arrive: [`Scene::apply`] is in `apply`, what then holds of an object in `resolve`.
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::{
    cell::CellAt,
    clock::Stamp,
    footprint::Footprint,
    holds::Hold,
    index::{Depth, Dirty},
    object::{Content, Object, ObjectId},
    objects::{BySlot, Objects, PageSlot, Slot},
    page::PageId,
    pages::{Page, Pages},
    paper::Paper,
    point::PageRect,
    runs::Range,
    steps::Told,
    text::Typeface,
};

pub(crate) struct Scene {
    pub(crate) typeface: Arc<Typeface>,
    /// Where lines of a text end that has no width of its own.
    pub(crate) width_um: i32,
    pub(crate) objects: Objects,
    pub(crate) pages: Pages,
    /// Ops that have been applied, where no object says so; see [`Scene::is_news`].
    pub(crate) seen: HashSet<Stamp>,
    /// The words on whether an op is undone, in the order of their stamps: the latest holds.
    pub(crate) voids: HashMap<Stamp, Vec<(Stamp, bool)>>,
    /// What was done later does not count; see [`crate::timeline`].
    pub(crate) until_us: Option<u64>,
    /// What each op speaks of, to be looked at again when it is undone; see `Scene::touched_by`.
    pub(crate) touched: HashMap<Stamp, Vec<Slot>>,
    /// The pages whose paper, place or being there an op speaks of.
    pub(crate) turned: HashMap<Stamp, PageSlot>,
    /// What erasers still on the board have taken, by the first whole of each family.
    pub(crate) wiped: BySlot<Vec<(Stamp, Vec<Range>)>>,
    /// Steps, where no object says so; see [`Scene::steps`].
    pub(crate) told: Vec<Told>,
    /// What is in somebody's hand.
    pub(crate) holds: HashMap<ObjectId, Hold>,
    print: Footprint,
}

impl Scene {
    pub(crate) fn new(typeface: Arc<Typeface>, width_um: i32) -> Scene {
        Scene {
            typeface,
            width_um,
            objects: Objects::default(),
            pages: Pages::new(),
            seen: HashSet::new(),
            voids: HashMap::new(),
            until_us: None,
            touched: HashMap::new(),
            turned: HashMap::new(),
            wiped: BySlot::default(),
            told: Vec::new(),
            holds: HashMap::new(),
            print: Footprint::default(),
        }
    }

    /// Whether an op has not been applied yet. One that brought an object under its own name is known by that.
    pub(crate) fn is_news(&self, stamp: Stamp) -> bool {
        let first = self.objects.find(ObjectId { made: stamp, index: 0 });
        !first.is_some_and(|slot| self.objects.is_known(slot)) && !self.seen.contains(&stamp)
    }

    /// The pages to be seen, in their order: at least one.
    pub(crate) fn pages(&self) -> Vec<PageId> {
        let counts = |stamp| self.counts(stamp);
        let came = |page: &&Page| self.until_us.is_none_or(|until| page.id.0.time <= until);
        let mut places: Vec<_> = self
            .pages
            .iter()
            .filter(came)
            .filter(|page| page.is_listed(counts))
            .map(|page| page.place(counts))
            .collect();
        if places.is_empty() {
            return vec![PageId::FIRST];
        }
        places.sort_unstable();
        places.into_iter().map(|(_, id)| id).collect()
    }

    /// Where a page lies among the others, also one that was taken out.
    pub(crate) fn place_of(&self, page: PageId) -> Option<(Stamp, PageId)> {
        self.pages.get(page).map(|page| page.place(|stamp| self.counts(stamp)))
    }

    pub(crate) fn has_page(&self, page: PageId) -> bool {
        self.pages.get(page).is_some_and(|page| page.is_listed(|stamp| self.counts(stamp)))
    }

    pub(crate) fn paper(&self, page: PageId) -> Paper {
        self.pages.get(page).map_or_else(Paper::default, |page| page.paper(|stamp| self.counts(stamp)))
    }

    pub(crate) fn slot(&self, id: ObjectId) -> Option<Slot> {
        self.objects.find(id).filter(|slot| self.objects.is_known(*slot))
    }

    /// An object as it was made.
    pub(crate) fn object(&self, id: ObjectId) -> Option<Object> {
        let slot = self.slot(id)?;
        self.objects.object(slot, self.pages.at(self.objects.page(slot))?.id)
    }

    pub(crate) fn is_shown(&self, id: ObjectId) -> bool {
        self.objects.find(id).is_some_and(|slot| self.objects.is_shown(slot))
    }

    /// What a text or note says now.
    pub(crate) fn text(&self, id: ObjectId) -> Option<&str> {
        let slot = self.slot(id)?;
        match self.objects.loose(slot)? {
            Content::Text(text) => Some(self.words(slot).unwrap_or(&text.text)),
            Content::Note(note) => Some(self.words(slot).unwrap_or(&note.text)),
            Content::Stroke(_) | Content::Shape(_) | Content::Media(_) => None,
        }
    }

    /// The objects to be seen on a page, from the bottom up.
    pub(crate) fn visible(&self, page: PageId) -> Vec<ObjectId> {
        let Some(page) = self.pages.get(page) else { return Vec::new() };
        self.pile(page.index.everything().collect())
    }

    /// Objects of a page that may touch a box, from the bottom up.
    pub(crate) fn near(&self, page: PageId, area: PageRect) -> Vec<ObjectId> {
        self.pile(self.slots_near(page, area))
    }

    /// Objects of a page that may touch any of some boxes, from the bottom up.
    pub(crate) fn near_any(&self, page: PageId, areas: impl Iterator<Item = PageRect>) -> Vec<ObjectId> {
        let mut found = Vec::new();
        if let Some(page) = self.pages.get(page) {
            areas.for_each(|area| page.index.within(area, |slot| found.push(slot)));
        }
        self.pile(found)
    }

    /// Those that may touch one box, each once, in no order that means anything.
    pub(crate) fn slots_near(&self, page: PageId, area: PageRect) -> Vec<Slot> {
        let mut found = Vec::new();
        if let Some(page) = self.pages.get(page) {
            page.index.within(area, |slot| found.push(slot));
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The pile of a page, or of what is near a box, from the bottom up.
    pub(crate) fn pile_of(&self, page: PageId, area: Option<PageRect>) -> Vec<Depth> {
        let ids = match area {
            Some(area) => self.near(page, area),
            None => self.visible(page),
        };
        ids.into_iter().filter_map(|id| self.slot(id)).map(|slot| self.depth(slot)).collect()
    }

    fn pile(&self, mut found: Vec<Slot>) -> Vec<ObjectId> {
        found.sort_unstable();
        found.dedup();
        let mut pile: Vec<_> = found.into_iter().map(|slot| self.depth(slot)).collect();
        pile.sort_unstable();
        pile.into_iter().map(|(_, id)| id).collect()
    }

    /// The box around those of some objects that are to be seen.
    pub(crate) fn bounds(&self, ids: &[ObjectId]) -> Option<PageRect> {
        let mut print = Footprint::default();
        let slots = ids.iter().filter_map(|id| self.objects.find(*id));
        let shown = slots.filter(|slot| self.objects.is_shown(*slot));
        shown
            .map(|slot| {
                self.print_of(slot, &mut print);
                print.bounds()
            })
            .reduce(|all, one| all.union(&one))
    }

    /// The cells an object is in; `None` when it is not to be seen, or in too many to be listed.
    pub(crate) fn cells(&self, id: ObjectId) -> Option<Vec<CellAt>> {
        let slot = self.objects.find(id).filter(|slot| self.objects.is_shown(*slot))?;
        let mut print = Footprint::default();
        self.print_of(slot, &mut print);
        print.cells().map(|cells| cells.iter().map(|(at, _)| *at).collect())
    }

    /// Whether nothing lies above an object in a cell, so that it can simply be drawn over the rest.
    pub(crate) fn is_top(&self, page: PageId, at: CellAt, id: ObjectId) -> bool {
        let Some(page) = self.pages.get(page) else { return false };
        match page.index.top(at) {
            (_, true) => false,
            (top, false) => top.is_some_and(|top| self.objects.id(top) == id),
        }
    }

    /// The cells of a page that have changed since they were last asked for.
    pub(crate) fn take_dirty(&mut self, page: PageId) -> Dirty {
        self.pages.by_id_mut(page).map_or_else(Dirty::default, |page| std::mem::take(&mut page.index.dirty))
    }

    /// The cells of all other pages than these count as unchanged.
    pub(crate) fn forget_dirt(&mut self, but: &[PageId]) {
        let others = self.pages.iter_mut().filter(|page| !but.contains(&page.id));
        others.for_each(|page| page.index.dirty = Dirty::default());
    }

    /// Whether any page has changed.
    pub(crate) fn is_any_dirty(&self) -> bool {
        self.pages.iter().any(|page| !page.index.dirty.is_empty())
    }

    pub(crate) fn is_dirty(&self, page: PageId) -> bool {
        self.pages.get(page).is_some_and(|page| !page.index.dirty.is_empty())
    }

    /// Calls with the cells an object is in by its looks.
    pub(crate) fn with_footprint(&mut self, slot: Slot, then: impl FnOnce(&mut Scene, &Footprint)) {
        let mut print = std::mem::take(&mut self.print);
        self.print_of(slot, &mut print);
        then(self, &print);
        self.print = print;
    }
}
