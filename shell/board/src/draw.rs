//! From objects to tiles: only the tiles that changed, each from the objects in its own cells.
use std::collections::{HashMap, HashSet};

use ink::{Damage, Mask, Rect, Scale, TileAt, tiles_of};

use crate::{
    cell::CellAt,
    command::px_box,
    object::{Content, ObjectId},
    page::{PageId, Picture},
    placed::Placed,
    point::PageRect,
    scene::Scene,
};

/// How many pages keep their tiles: the one shown and the neighbours a lesson flips between. A full 4K page
/// has up to 66 MB of them.
const KEPT_PICTURES: usize = 4;

/// The pages as far as they are drawn, at one scale.
pub(crate) struct Drawing {
    scale: Scale,
    panel: Rect,
    pictures: HashMap<PageId, Picture>,
    /// The pages that have a picture, the one shown last at the end.
    recent: Vec<PageId>,
    mask: Mask,
}

impl Drawing {
    pub(crate) fn new(scale: Scale, panel: Rect) -> Drawing {
        let pictures = HashMap::from([(PageId::FIRST, Picture::default())]);
        Drawing { scale, panel, pictures, recent: vec![PageId::FIRST], mask: Mask::new() }
    }

    pub(crate) fn picture(&self, page: PageId) -> Option<&Picture> {
        self.pictures.get(&page)
    }

    fn tiles_of(&self, area: PageRect) -> impl Iterator<Item = TileAt> + use<> {
        tiles_of(px_box(area, self.scale).intersect(&self.panel))
    }

    /// The places that a tile shows, and those whose ink may reach into it.
    fn around(&self, at: TileAt) -> PageRect {
        let px = at.rect();
        let um = |px: i32| self.scale.um(px as f32) as i32;
        PageRect::new(um(px.x0 - 2), um(px.y0 - 2), um(px.x1 + 2), um(px.y1 + 2))
    }

    /// Adds a stroke whose coverage is at hand, and lays it where nothing is above it. What could not be laid
    /// is left for [`Drawing::repaint`]. Says where pixels changed.
    pub(crate) fn lay(&mut self, scene: &mut Scene, page: PageId, id: ObjectId, mask: &Mask) -> Damage {
        let mut damage = Damage::none();
        let (Some(placed), Some(cells)) = (scene.placed(id), scene.cells(id)) else { return damage };
        let on_top = |at: CellAt| scene.is_top(page, at, id);
        let Some(picture) = self.pictures.get_mut(&page).filter(|_| cells.iter().all(|at| on_top(*at)))
        else {
            return damage;
        };
        for (at, tile) in mask.tiles() {
            picture.lay(at, tile, &placed.content);
            damage.add(at.rect().intersect(&self.panel));
        }
        drop(scene.take_dirty(page));
        damage
    }

    /// Makes sure that a page has a picture, and lets go of the picture of the page not shown for longest.
    pub(crate) fn enter(&mut self, scene: &mut Scene, page: PageId) {
        self.recent.retain(|recent| *recent != page);
        self.recent.push(page);
        if self.recent.len() > KEPT_PICTURES {
            self.pictures.remove(&self.recent.remove(0));
        }
        if !self.pictures.contains_key(&page) {
            self.pictures.insert(page, Picture::default());
            let filled = scene.filled(page);
            drop(scene.take_dirty(page));
            let tiles: HashSet<TileAt> = filled.into_iter().flat_map(|at| self.tiles_of(at.rect())).collect();
            self.draw(scene, page, &tiles);
        }
    }

    /// Draws the tiles of a page that have changed, and says which pixels those are.
    pub(crate) fn repaint(&mut self, scene: &mut Scene, page: PageId) -> Damage {
        let mut damage = Damage::none();
        if !scene.is_dirty(page) {
            return damage;
        }
        let dirty = scene.take_dirty(page);
        let tiles: HashSet<TileAt> = if dirty.all {
            tiles_of(self.panel).collect()
        } else {
            dirty.cells.iter().flat_map(|at| self.tiles_of(at.rect())).collect()
        };
        self.draw(scene, page, &tiles);
        let mut changed: Vec<TileAt> = tiles.into_iter().collect();
        changed.sort_unstable_by_key(|at| (at.y, at.x));
        for at in changed {
            damage.add(at.rect().intersect(&self.panel));
        }
        damage
    }

    fn draw(&mut self, scene: &Scene, page: PageId, tiles: &HashSet<TileAt>) {
        let mut picture = self.pictures.remove(&page).unwrap_or_default();
        for at in tiles {
            picture.glow.wipe(*at);
            picture.ink.wipe(*at);
        }
        let all = tiles.iter().fold(PageRect::NOTHING, |all, at| all.union(&self.around(*at)));
        for id in scene.near(page, all) {
            let Some(placed) = scene.placed(id) else { continue };
            let wanted = |at: TileAt| tiles.contains(&at);
            cover(scene, &placed, self.scale, (0, 0), &mut self.mask, &wanted);
            for (at, tile) in self.mask.tiles() {
                picture.lay(at, tile, &placed.content);
            }
            self.mask.clear();
        }
        self.pictures.insert(page, picture);
    }
}

/// Adds an object's coverage to a mask: where it lies, moved by `offset_um`, at a scale.
pub(crate) fn cover(
    scene: &Scene,
    placed: &Placed,
    scale: Scale,
    offset_um: (i32, i32),
    mask: &mut Mask,
    wanted: &impl Fn(TileAt) -> bool,
) {
    match &placed.content {
        Content::Stroke(stroke) => {
            for trace in std::iter::once(&stroke.trace).chain(&placed.more) {
                let nodes: Vec<ink::Node> = trace.nodes().map(|node| placed.node(node)).collect();
                mask.stroke(&nodes, offset_um, scale, wanted);
            }
        }
        Content::Text(text) => {
            let shift = (placed.by.dx_um + offset_um.0, placed.by.dy_um + offset_um.1);
            scene.typeface.cover(text, &text.text, scene.width_um, shift, scale, mask, wanted);
        }
        Content::Shape(_) | Content::Note(_) | Content::Media(_) => {}
    }
}
