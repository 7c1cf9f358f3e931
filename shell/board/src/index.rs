//! Which objects of a page lie in which cell, and which cells have changed since they were last drawn.
//!
//! What must be redrawn, and what lies under a finger, is read from a few cells, however much is on the page.
use std::collections::{HashMap, HashSet};

use crate::{
    cell::{CellAt, CellBox, Spot},
    object::ObjectId,
    objects::Slot,
    point::PageRect,
};

/// Where an object is in the pile: lower first, ties by name.
pub(crate) type Depth = (ObjectId, ObjectId);

#[derive(Clone, Copy)]
struct Entry {
    slot: Slot,
    spot: Spot,
}

/// The cells whose look has changed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Dirty {
    /// The whole page: something larger than can be listed has changed.
    pub(crate) all: bool,
    pub(crate) cells: HashSet<CellAt>,
}

/// With more dirty cells than this the whole page is: a wall has two thousand of them.
const MOST_DIRTY: usize = 8_192;

impl Dirty {
    fn add(&mut self, at: CellAt) {
        if self.all {
            return;
        }
        if self.cells.len() >= MOST_DIRTY {
            self.all = true;
            self.cells = HashSet::new();
        } else {
            self.cells.insert(at);
        }
    }

    /// The boxes of the page that look different.
    pub(crate) fn boxes(&self) -> Vec<PageRect> {
        const EVERYWHERE: i32 = 1 << 29;
        if self.all {
            return vec![PageRect::new(-EVERYWHERE, -EVERYWHERE, EVERYWHERE, EVERYWHERE)];
        }
        self.cells.iter().map(|at| at.rect()).collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.all && self.cells.is_empty()
    }
}

/// What lies in a cell.
#[derive(Default)]
struct Cell {
    /// From the bottom up.
    entries: Vec<Entry>,
    /// How many of them are no packed strokes.
    loose: u32,
}

#[derive(Default)]
pub(crate) struct Index {
    cells: HashMap<CellAt, Cell>,
    /// What lies in too many cells to be listed in each.
    large: Vec<Slot>,
    pub(crate) dirty: Dirty,
}

impl Index {
    /// Enters an object into its cells; `None` are all. `packed` are strokes, `depth` says where a slot is in the pile.
    pub(crate) fn enter(
        &mut self,
        slot: Slot,
        packed: bool,
        cells: Option<&[(CellAt, Spot)]>,
        depth: impl Fn(Slot) -> Depth,
    ) {
        let Some(cells) = cells else {
            self.large.push(slot);
            self.dirty.all = true;
            return;
        };
        let own = depth(slot);
        for (at, spot) in cells {
            let Cell { entries: cell, loose } = self.cells.entry(*at).or_default();
            *loose += u32::from(!packed);
            if cell.len() == cell.capacity() {
                // Doubling would leave a quarter of a full board's index empty.
                cell.reserve_exact(cell.len() / 4 + 2);
            }
            let entry = Entry { slot, spot: *spot };
            // Almost everything new lies above what is there.
            if cell.last().is_none_or(|top| depth(top.slot) < own) {
                cell.push(entry);
            } else {
                let place = cell.partition_point(|other| depth(other.slot) < own);
                cell.insert(place, entry);
            }
            self.dirty.add(*at);
        }
    }

    /// Takes an object out of the cells it was entered into, at the depth it was entered with.
    pub(crate) fn leave(
        &mut self,
        slot: Slot,
        packed: bool,
        cells: Option<&[(CellAt, Spot)]>,
        depth: impl Fn(Slot) -> Depth,
    ) {
        let Some(cells) = cells else {
            self.large.retain(|other| *other != slot);
            self.dirty.all = true;
            return;
        };
        let own = depth(slot);
        for (at, _) in cells {
            let Some(Cell { entries: cell, loose }) = self.cells.get_mut(at) else { continue };
            let place = match cell.last() {
                Some(top) if top.slot == slot => cell.len() - 1,
                _ => cell.partition_point(|other| depth(other.slot) < own),
            };
            if cell.get(place).is_some_and(|entry| entry.slot == slot) {
                cell.remove(place);
                *loose -= u32::from(!packed);
            }
            if cell.is_empty() {
                self.cells.remove(at);
            }
            self.dirty.add(*at);
        }
    }

    /// The objects with ink in a box, or nearer to it than their spots can tell. In no order; may repeat.
    pub(crate) fn within(&self, area: PageRect, mut found: impl FnMut(Slot)) {
        self.large.iter().for_each(|slot| found(*slot));
        self.cells_in(area, |at, cell| {
            let Some(wanted) = Spot::within(at, &area) else { return };
            let spots = cell.entries.iter().filter(|entry| entry.spot.overlaps(wanted));
            spots.for_each(|entry| found(entry.slot));
        });
    }

    /// The strokes in a box with ink in places that are wanted, and everything else in the box. In no order; may
    /// repeat.
    pub(crate) fn wanted(
        &self,
        area: PageRect,
        wanted: impl Fn(&PageRect) -> bool,
        is_stroke: impl Fn(Slot) -> bool,
        mut found: impl FnMut(Slot),
    ) {
        self.large.iter().for_each(|slot| found(*slot));
        self.cells_in(area, |at, Cell { entries, loose }| {
            if wanted(&at.rect()) {
                for Entry { slot, spot } in entries {
                    if wanted(&spot.rect(at)) || *loose > 0 && !is_stroke(*slot) {
                        found(*slot);
                    }
                }
            } else if *loose > 0 {
                let slots = entries.iter().map(|entry| entry.slot);
                slots.filter(|slot| !is_stroke(*slot)).for_each(&mut found);
            }
        });
    }

    fn cells_in(&self, area: PageRect, mut look: impl FnMut(CellAt, &Cell)) {
        let around = CellBox::of(area);
        if around.count() > self.cells.len() as u64 {
            let cells = self.cells.iter().filter(|(at, _)| around.contains(**at));
            cells.for_each(|(at, cell)| look(*at, cell));
        } else {
            for at in around.iter() {
                if let Some(cell) = self.cells.get(&at) {
                    look(at, cell);
                }
            }
        }
    }

    /// Takes out everything that is not to be seen any more: one walk over the page, for whoever takes away so much
    /// that looking for each would take longer.
    pub(crate) fn sweep(&mut self, is_shown: impl Fn(Slot) -> bool, is_stroke: impl Fn(Slot) -> bool) {
        let Index { cells, large, dirty } = self;
        cells.retain(|at, Cell { entries, loose }| {
            let before = entries.len();
            entries.retain(|entry| {
                let stays = is_shown(entry.slot);
                *loose -= u32::from(!stays && *loose > 0 && !is_stroke(entry.slot));
                stays
            });
            if entries.len() < before {
                dirty.add(*at);
            }
            !entries.is_empty()
        });
        let before = large.len();
        large.retain(|slot| is_shown(*slot));
        dirty.all |= large.len() < before;
    }

    /// Everything on the page, in no order; may repeat.
    pub(crate) fn everything(&self) -> impl Iterator<Item = Slot> {
        let listed = self.cells.values().flat_map(|cell| &cell.entries).map(|entry| entry.slot);
        listed.chain(self.large.iter().copied())
    }

    /// Cells must be drawn again, as far as there is anything in them.
    pub(crate) fn soil(&mut self, cells: impl Iterator<Item = CellAt>) {
        cells.filter(|at| self.cells.contains_key(at)).for_each(|at| self.dirty.add(at));
    }

    /// The topmost object of a cell, of those that are listed by cell, and whether anything lies in too many.
    pub(crate) fn top(&self, at: CellAt) -> (Option<Slot>, bool) {
        let top = self.cells.get(&at).and_then(|cell| cell.entries.last()).map(|entry| entry.slot);
        (top, !self.large.is_empty())
    }
}
