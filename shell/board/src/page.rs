//! One page: which objects touch which tile.
//!
//! The index has the tiles' own grid: what must be redrawn for a tile, and what lies under a finger, is read
//! from one cell, however many strokes the page has.
use std::collections::{HashMap, HashSet};

use ink::{Rect, TileAt, tiles_of};

use crate::{clock::Stamp, object::ObjectId};

/// A page's name: the stamp of the change that brought it. Pages lie in this order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Default)]
pub struct PageId(pub Stamp);

impl PageId {
    /// The page that every board has from the beginning.
    pub const FIRST: PageId = PageId(Stamp { time: 0, actor: crate::clock::Actor(0) });
}

/// Where an object is in the pile: lower first, ties by name.
pub(crate) type Depth = (ObjectId, ObjectId);

#[derive(Default)]
pub(crate) struct Page {
    cells: HashMap<TileAt, Vec<Depth>>,
    pub(crate) dirty: HashSet<TileAt>,
}

impl Page {
    /// Enters an object into the cells it touches.
    pub(crate) fn place(&mut self, depth: Depth, tiles: &[TileAt]) {
        for at in tiles {
            let cell = self.cells.entry(*at).or_default();
            if let Err(place) = cell.binary_search(&depth) {
                cell.insert(place, depth);
            }
        }
    }

    pub(crate) fn remove(&mut self, depth: Depth, tiles: &[TileAt]) {
        for at in tiles {
            let Some(cell) = self.cells.get_mut(at) else { continue };
            if let Ok(place) = cell.binary_search(&depth) {
                cell.remove(place);
            }
            if cell.is_empty() {
                self.cells.remove(at);
            }
        }
    }

    /// True when nothing in this tile lies above the object, so that it can simply be drawn over the rest.
    pub(crate) fn is_top(&self, depth: Depth, at: TileAt) -> bool {
        self.cells.get(&at).and_then(|cell| cell.last()).is_some_and(|top| *top == depth)
    }

    /// The objects in these tiles, from the bottom up, each once.
    pub(crate) fn pile(&self, tiles: impl Iterator<Item = TileAt>) -> Vec<Depth> {
        let mut pile: Vec<Depth> =
            tiles.filter_map(|at| self.cells.get(&at)).flat_map(|cell| cell.iter().copied()).collect();
        pile.sort_unstable();
        pile.dedup();
        pile
    }

    pub(crate) fn near(&self, px: Rect) -> Vec<Depth> {
        self.pile(tiles_of(px))
    }

    pub(crate) fn everything(&self) -> Vec<Depth> {
        self.pile(self.cells.keys().copied())
    }
}
