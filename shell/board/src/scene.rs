//! Everything that lies on the pages, as the sum of the ops so far. Registers are won by the latest stamp and
//! moves add up, so the order in which ops arrive does not matter.
use std::collections::{BTreeMap, HashMap, HashSet};

use ink::{Damage, Mask, Rect, Scale, TileAt, tiles_of};

use crate::{
    clock::Stamp,
    command::px_box,
    object::{Content, Object, ObjectId},
    op::{Edit, Op},
    page::{Depth, Page, PageId},
    point::PageRect,
    text::Typeface,
};

/// How many pages keep their tiles while another is shown: the neighbours a lesson flips between. A full 4K
/// page has up to 66 MB of them.
const KEPT_PICTURES: usize = 4;

/// A value that the latest stamp wins.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Register<T> {
    pub(crate) set: Stamp,
    pub(crate) value: T,
}

impl<T> Register<T> {
    fn put(&mut self, stamp: Stamp, value: T) {
        if stamp >= self.set {
            *self = Register { set: stamp, value };
        }
    }
}

/// What is known of one object. Edits may come before the object itself.
#[derive(Default)]
struct State {
    object: Option<Object>,
    dead: Register<bool>,
    erased: Register<bool>,
    said: Register<Option<String>>,
    shift: (i64, i64),
    pieces: Vec<ObjectId>,
    /// Where it is in the index; empty while it is not to be seen.
    tiles: Vec<TileAt>,
    shown: bool,
    bounds: Option<PageRect>,
}

impl State {
    /// How far it was moved, in micrometres.
    fn shift_um(&self) -> (i32, i32) {
        let limit = |um: i64| um.clamp(-(1 << 29), 1 << 29) as i32;
        (limit(self.shift.0), limit(self.shift.1))
    }
}

pub(crate) struct Scene {
    scale: Scale,
    pub(crate) typeface: Typeface,
    panel: Rect,
    width_um: i32,
    states: HashMap<ObjectId, State>,
    pages: BTreeMap<PageId, Page>,
    seen: HashSet<Stamp>,
    recent: Vec<PageId>,
    mask: Mask,
}

impl Scene {
    pub(crate) fn new(scale: Scale, typeface: Typeface, panel: Rect, width_um: i32) -> Scene {
        let mut first = Page::default();
        first.draw_all();
        Scene {
            scale,
            typeface,
            panel,
            width_um,
            states: HashMap::new(),
            pages: BTreeMap::from([(PageId::FIRST, first)]),
            seen: HashSet::new(),
            recent: vec![PageId::FIRST],
            mask: Mask::new(),
        }
    }

    pub(crate) fn is_news(&self, stamp: Stamp) -> bool {
        !self.seen.contains(&stamp)
    }

    pub(crate) fn note(&mut self, stamp: Stamp) {
        self.seen.insert(stamp);
    }

    pub(crate) fn pages(&self) -> impl Iterator<Item = PageId> {
        self.pages.keys().copied()
    }

    pub(crate) fn has_page(&self, page: PageId) -> bool {
        self.pages.contains_key(&page)
    }

    pub(crate) fn page(&self, page: PageId) -> Option<&Page> {
        self.pages.get(&page)
    }

    pub(crate) fn object(&self, id: ObjectId) -> Option<&Object> {
        self.states.get(&id)?.object.as_ref()
    }

    pub(crate) fn shift_um(&self, id: ObjectId) -> (i32, i32) {
        self.states.get(&id).map_or((0, 0), State::shift_um)
    }

    pub(crate) fn is_shown(&self, id: ObjectId) -> bool {
        self.states.get(&id).is_some_and(|state| state.shown)
    }

    pub(crate) fn text(&self, id: ObjectId) -> Option<&str> {
        let state = self.states.get(&id)?;
        match &state.object.as_ref()?.content {
            Content::Text(text) => Some(state.said.value.as_deref().unwrap_or(&text.text)),
            Content::Stroke(_) => None,
        }
    }

    pub(crate) fn visible(&self, page: PageId) -> Vec<ObjectId> {
        self.pages
            .get(&page)
            .map_or_else(Vec::new, |page| page.everything().into_iter().map(|(_, id)| id).collect())
    }

    pub(crate) fn bounds(&self, ids: &[ObjectId]) -> Option<PageRect> {
        let shown = ids.iter().filter_map(|id| self.states.get(id)).filter(|state| state.shown);
        shown.filter_map(|state| state.bounds).reduce(|all, one| all.union(&one))
    }

    /// Objects of a page that may touch a box, from the bottom up.
    pub(crate) fn near(&self, page: PageId, area: PageRect) -> Vec<ObjectId> {
        let area = px_box(area, self.scale).intersect(&self.panel);
        let near = self.pages.get(&page).map_or_else(Vec::new, |page| page.near(area));
        near.into_iter().map(|(_, id)| id).collect()
    }

    /// Applies all edits of an op. Nothing is drawn before [`Scene::repaint`].
    pub(crate) fn apply(&mut self, op: &Op) {
        self.note(op.stamp);
        for edit in &op.edits {
            match edit {
                Edit::Add(object) => self.add(object.clone()),
                Edit::Alive { ids, alive } => {
                    for id in ids {
                        self.states.entry(*id).or_default().dead.put(op.stamp, !alive);
                        self.refresh_family(*id);
                    }
                }
                Edit::Erase { ids, erased } => {
                    for id in ids {
                        self.states.entry(*id).or_default().erased.put(op.stamp, *erased);
                        self.refresh(*id);
                    }
                }
                Edit::Move { ids, dx_um, dy_um } => self.shift(ids, *dx_um, *dy_um),
                Edit::Say { id, text, .. } => {
                    self.hide(*id);
                    self.states.entry(*id).or_default().said.put(op.stamp, Some(text.clone()));
                    self.refresh(*id);
                }
                Edit::AddPage => {
                    self.pages.entry(PageId(op.stamp)).or_default();
                }
            }
        }
    }

    pub(crate) fn add(&mut self, object: Object) {
        let id = object.id;
        // A piece is younger than its whole; anything else is no family but a loop.
        let parent = object.piece_of.filter(|parent| *parent < id);
        let state = self.states.entry(id).or_default();
        if state.object.is_some() {
            return;
        }
        state.object = Some(Object { piece_of: parent, ..object });
        if let Some(parent) = parent {
            self.states.entry(parent).or_default().pieces.push(id);
        }
        self.refresh_family(id);
    }

    /// Adds a stroke whose coverage is at hand, and lays it where nothing is above it. What could not be laid
    /// is left for [`Scene::repaint`]. Says where pixels changed.
    pub(crate) fn add_drawn(&mut self, object: Object, mask: &Mask) -> Damage {
        let (id, page, depth) = (object.id, object.page, (object.z, object.id));
        let clean = self.pages.get(&page).is_some_and(|page| page.dirty.is_empty());
        self.add(object);
        let mut damage = Damage::none();
        let (Some(page), Some(state)) = (self.pages.get_mut(&page), self.states.get(&id)) else { return damage };
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

    /// Moves objects at once, without an op: while a hand drags them, and as part of [`Edit::Move`].
    pub(crate) fn shift(&mut self, ids: &[ObjectId], dx_um: i32, dy_um: i32) {
        for id in ids {
            self.hide(*id);
            let state = self.states.entry(*id).or_default();
            state.shift.0 += i64::from(dx_um);
            state.shift.1 += i64::from(dy_um);
            self.refresh(*id);
        }
    }

    /// Rubs an object out at once, without an op, and returns what its register was.
    pub(crate) fn rub_out(&mut self, id: ObjectId, stamp: Stamp) -> Register<bool> {
        let state = self.states.entry(id).or_default();
        let before = state.erased.clone();
        state.erased.put(stamp, true);
        self.refresh(id);
        before
    }

    /// Takes a [`Scene::rub_out`] back, unless somebody has decided otherwise since.
    pub(crate) fn unrub(&mut self, id: ObjectId, stamp: Stamp, before: Register<bool>) {
        if let Some(state) = self.states.get_mut(&id)
            && state.erased.set == stamp
        {
            state.erased = before;
            self.refresh(id);
        }
    }

    /// Forgets an object that no op has told of yet.
    pub(crate) fn forget(&mut self, id: ObjectId) {
        self.hide(id);
        let parent = self.object(id).and_then(|object| object.piece_of);
        if let Some(parent) = parent.and_then(|parent| self.states.get_mut(&parent)) {
            parent.pieces.retain(|piece| *piece != id);
        }
        let family = self.states.get_mut(&id).map(|state| std::mem::take(&mut state.pieces)).unwrap_or_default();
        if let Some(state) = self.states.get_mut(&id) {
            state.object = None;
            state.pieces.clone_from(&family);
        }
        for piece in family {
            self.refresh_family(piece);
        }
    }

    /// Whether all that this object is a piece of still lives.
    fn lives(&self, id: ObjectId) -> bool {
        let mut next = Some(id);
        while let Some(id) = next {
            let Some(state) = self.states.get(&id) else { return false };
            let Some(object) = &state.object else { return false };
            if state.dead.value {
                return false;
            }
            next = object.piece_of;
        }
        true
    }

    fn refresh_family(&mut self, id: ObjectId) {
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            self.refresh(id);
            waiting.extend(self.states.get(&id).into_iter().flat_map(|state| state.pieces.iter().copied()));
        }
    }

    /// Brings the index in line with whether the object is to be seen now.
    fn refresh(&mut self, id: ObjectId) {
        let lives = self.lives(id);
        let Some(state) = self.states.get(&id) else { return };
        match (lives && !state.erased.value, state.shown) {
            (true, false) => self.show(id),
            (false, true) => self.hide(id),
            (true, true) | (false, false) => {}
        }
    }

    fn show(&mut self, id: ObjectId) {
        let Some(state) = self.states.get_mut(&id) else { return };
        let Some(object) = &state.object else { return };
        let shift = state.shift_um();
        let bounds = match &object.content {
            Content::Stroke(stroke) => stroke.bounds(),
            Content::Text(text) => {
                let said = state.said.value.as_deref().unwrap_or(&text.text);
                self.typeface.extent(text, said, self.width_um)
            }
        };
        let bounds = bounds.moved(shift.0, shift.1);
        let tiles = match &object.content {
            Content::Stroke(stroke) => stroke.tiles(shift, self.scale, self.panel),
            Content::Text(_) => tiles_of(px_box(bounds, self.scale).intersect(&self.panel)).collect(),
        };
        let page = self.pages.entry(object.page).or_default();
        page.place((object.z, id), &tiles);
        page.dirty.extend(tiles.iter().copied());
        state.tiles = tiles;
        state.bounds = Some(bounds);
        state.shown = true;
    }

    fn hide(&mut self, id: ObjectId) {
        let Some(state) = self.states.get_mut(&id).filter(|state| state.shown) else { return };
        state.shown = false;
        let tiles = std::mem::take(&mut state.tiles);
        let Some(object) = &state.object else { return };
        if let Some(page) = self.pages.get_mut(&object.page) {
            page.remove((object.z, id), &tiles);
            page.dirty.extend(tiles);
        }
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
        let shift = state.shift_um();
        let shift = (shift.0 + offset_um.0, shift.1 + offset_um.1);
        match &object.content {
            Content::Stroke(stroke) => {
                mask.stroke(&stroke.nodes, shift, scale, wanted);
            }
            Content::Text(text) => {
                let said = state.said.value.as_deref().unwrap_or(&text.text);
                self.typeface.cover(text, said, self.width_um, shift, scale, mask, wanted);
            }
        }
    }
}
