//! One page: which objects touch which tile, and the tiles themselves.
//!
//! The index has the tiles' own grid: what must be redrawn for a tile, and what lies under a finger, is read
//! from one cell, however many strokes the page has.
use std::collections::{HashMap, HashSet};

use ink::{MaskTile, Plane, Rect, TileAt, tiles_of};

use crate::{
    clock::Stamp,
    object::{Content, ObjectId},
};

/// A page's name: the stamp of the change that brought it. Pages lie in this order.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Default)]
pub struct PageId(pub Stamp);

impl PageId {
    /// The page that every board has from the beginning.
    pub const FIRST: PageId = PageId(Stamp { time: 0, actor: crate::clock::Actor(0) });
}

/// Where an object is in the pile: lower first, ties by name.
pub(crate) type Depth = (ObjectId, ObjectId);

/// The two layers of ink of one page.
#[derive(Default)]
pub(crate) struct Picture {
    /// Highlighter, under the ink.
    pub(crate) glow: Plane,
    pub(crate) ink: Plane,
}

impl Picture {
    /// Lays one tile of an object's coverage.
    pub(crate) fn lay(&mut self, at: TileAt, mask: &MaskTile, content: &Content) {
        match content {
            Content::Stroke(stroke) if stroke.highlighter => {
                self.glow.replace(at, mask, stroke.colour.highlighter());
            }
            Content::Stroke(stroke) => self.ink.lay(at, mask, stroke.colour.ink()),
            Content::Text(text) => self.ink.lay(at, mask, text.colour.ink()),
            Content::Shape(_) | Content::Note(_) | Content::Media(_) => {}
        }
    }
}

#[derive(Default)]
pub(crate) struct Page {
    cells: HashMap<TileAt, Vec<Depth>>,
    pub(crate) dirty: HashSet<TileAt>,
    /// Absent while the page has not been shown lately; drawn again from the objects when it is.
    pub(crate) picture: Option<Picture>,
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

    /// All tiles with something in them must be drawn.
    pub(crate) fn draw_all(&mut self) {
        self.picture = Some(Picture::default());
        self.dirty.clear();
        self.dirty.extend(self.cells.keys().copied());
    }
}
