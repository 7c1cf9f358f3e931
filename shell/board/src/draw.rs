//! From objects to tiles: only the tiles that changed, each from the objects in its own cell.
use ink::{Damage, Mask, Rect, Scale, TileAt};

use crate::{
    command::px_box,
    object::{Content, Object, ObjectId},
    page::{Depth, PageId},
    scene::Scene,
};

/// How many pages keep their tiles: the one shown and the neighbours a lesson flips between. A full 4K page
/// has up to 66 MB of them.
const KEPT_PICTURES: usize = 4;

impl Scene {
    /// Adds a stroke whose coverage is at hand, and lays it where nothing is above it. What could not be laid
    /// is left for [`Scene::repaint`]. Says where pixels changed.
    pub(crate) fn add_drawn(&mut self, object: Object, mask: &Mask) -> Damage {
        let (id, page, depth) = (object.id, object.page, (object.z, object.id));
        let clean = self.pages.get(&page).is_some_and(|page| page.dirty.is_empty());
        self.add(object);
        let mut damage = Damage::none();
        let (Some(page), Some(state)) = (self.pages.get_mut(&page), self.states.get(&id)) else {
            return damage;
        };
        let Some(Content::Stroke(stroke)) = state.object.as_ref().map(|object| &object.content) else {
            return damage;
        };
        let around = state.bounds.map_or(Rect::EMPTY, |bounds| px_box(bounds, self.scale));
        for at in state.tiles.iter().filter(|_| clean) {
            if page.is_top(depth, *at)
                && let Some(picture) = &mut page.picture
            {
                if let Some(tile) = mask.tile(*at) {
                    picture.lay(*at, tile, &Content::Stroke(stroke.clone()));
                }
                page.dirty.remove(at);
                damage.add(at.rect().intersect(&around).intersect(&self.panel));
            }
        }
        damage
    }

    /// Makes sure that a page has a picture, and lets go of the picture of the page not shown for longest.
    pub(crate) fn enter(&mut self, page: PageId) {
        self.recent.retain(|recent| *recent != page);
        self.recent.push(page);
        if self.recent.len() > KEPT_PICTURES {
            let oldest = self.recent.remove(0);
            if let Some(page) = self.pages.get_mut(&oldest) {
                page.picture = None;
            }
        }
        if let Some(page) = self.pages.get_mut(&page).filter(|page| page.picture.is_none()) {
            page.draw_all();
        }
    }

    /// Draws the tiles of a page that have changed, and says which pixels those are.
    pub(crate) fn repaint(&mut self, page_id: PageId) -> Damage {
        let mut damage = Damage::none();
        let Some(page) = self.pages.get_mut(&page_id) else { return damage };
        if page.dirty.is_empty() {
            return damage;
        }
        let dirty = std::mem::take(&mut page.dirty);
        let pile: Vec<Depth> = page.pile(dirty.iter().copied());
        let mut picture = page.picture.take().unwrap_or_default();
        for at in &dirty {
            picture.glow.wipe(*at);
            picture.ink.wipe(*at);
        }
        let mut mask = std::mem::take(&mut self.mask);
        for (_, id) in pile {
            let wanted = |at: TileAt| dirty.contains(&at);
            self.cover(id, self.scale, (0, 0), &mut mask, &wanted);
            if let Some(object) = self.object(id) {
                for (at, tile) in mask.tiles() {
                    picture.lay(at, tile, &object.content);
                }
            }
            mask.clear();
        }
        self.mask = mask;
        if let Some(page) = self.pages.get_mut(&page_id) {
            page.picture = Some(picture);
        }
        let mut changed: Vec<TileAt> = dirty.into_iter().collect();
        changed.sort_unstable_by_key(|at| (at.y, at.x));
        for at in changed {
            damage.add(at.rect().intersect(&self.panel));
        }
        damage
    }

    /// Adds an object's coverage to a mask: where it lies, moved by `offset_um`, at a scale.
    pub(crate) fn cover(
        &self,
        id: ObjectId,
        scale: Scale,
        offset_um: (i32, i32),
        mask: &mut Mask,
        wanted: &impl Fn(TileAt) -> bool,
    ) {
        let Some(state) = self.states.get(&id) else { return };
        let Some(object) = &state.object else { return };
        let shift = state.placed.map_or((0, 0), |placed| placed.shift_um);
        let shift = (shift.0 + offset_um.0, shift.1 + offset_um.1);
        match &object.content {
            Content::Stroke(stroke) => {
                let nodes: Vec<ink::Node> = stroke.trace.nodes().collect();
                mask.stroke(&nodes, shift, scale, wanted);
            }
            Content::Text(text) => {
                let said = state.words(text, state.placed);
                self.typeface.cover(text, said, self.width_um, shift, scale, mask, wanted);
            }
            Content::Shape(_) | Content::Note(_) | Content::Media(_) => {}
        }
    }
}
