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

impl Dirty {
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

#[derive(Default)]
pub(crate) struct Index {
    /// From the bottom up.
    cells: HashMap<CellAt, Vec<Entry>>,
    /// What lies in too many cells to be listed in each.
    large: Vec<Slot>,
    pub(crate) dirty: Dirty,
}

impl Index {
    /// Enters an object into its cells; `None` are all. `depth` says where a slot is in the pile.
    pub(crate) fn enter(
        &mut self,
        slot: Slot,
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
            let cell = self.cells.entry(*at).or_default();
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
            self.dirty.cells.insert(*at);
        }
    }

    /// Takes an object out of the cells it was entered into, at the depth it was entered with.
    pub(crate) fn leave(
        &mut self,
        slot: Slot,
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
            let Some(cell) = self.cells.get_mut(at) else { continue };
            if cell.last().is_some_and(|top| top.slot == slot) {
                cell.pop();
            } else {
                let place = cell.partition_point(|other| depth(other.slot) < own);
                if cell.get(place).is_some_and(|entry| entry.slot == slot) {
                    cell.remove(place);
                }
            }
            if cell.is_empty() {
                self.cells.remove(at);
            }
            self.dirty.cells.insert(*at);
        }
    }

    /// The objects with ink in a box, or nearer to it than their spots can tell. In no order; may repeat.
    pub(crate) fn within(&self, area: PageRect, mut found: impl FnMut(Slot)) {
        self.spots(area, |slot, _| found(slot));
    }

    /// The same, with the box in which the ink of each lies in a cell.
    pub(crate) fn spots(&self, area: PageRect, mut found: impl FnMut(Slot, PageRect)) {
        self.large.iter().for_each(|slot| found(*slot, area));
        let around = CellBox::of(area);
        let mut look = |at: CellAt, cell: &[Entry]| {
            let Some(wanted) = Spot::within(at, &area) else { return };
            let spots = cell.iter().filter(|entry| entry.spot.overlaps(wanted));
            spots.for_each(|entry| found(entry.slot, entry.spot.rect(at)));
        };
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

    /// Everything on the page, in no order; may repeat.
    pub(crate) fn everything(&self) -> impl Iterator<Item = Slot> {
        let listed = self.cells.values().flatten().map(|entry| entry.slot);
        listed.chain(self.large.iter().copied())
    }

    /// Cells must be drawn again, as far as there is anything in them.
    pub(crate) fn soil(&mut self, cells: CellBox) {
        if cells.count() > self.cells.len() as u64 {
            let within = self.cells.keys().filter(|at| cells.contains(**at)).copied();
            self.dirty.cells.extend(within);
        } else {
            self.dirty.cells.extend(cells.iter().filter(|at| self.cells.contains_key(at)));
        }
    }

    /// The topmost object of a cell, of those that are listed by cell, and whether anything lies in too many.
    pub(crate) fn top(&self, at: CellAt) -> (Option<Slot>, bool) {
        let top = self.cells.get(&at).and_then(|cell| cell.last()).map(|entry| entry.slot);
        (top, !self.large.is_empty())
    }
}
