//! Everything that lies on the pages, as the sum of the ops that count. Nothing here depends on the order in
//! which ops arrive.
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use ink::{Rect, Scale, TileAt, tiles_of};

use crate::{
    affine::Affine,
    clock::Stamp,
    command::px_box,
    draw::Shown,
    object::{Content, Object, ObjectId, Text},
    op::{Edit, Op},
    page::{Page, PageId},
    paper::Paper,
    point::PageRect,
    text::Typeface,
};

/// Objects are moved no further than this, in micrometres: far off any page, and far from where sums overflow.
const FURTHEST_UM: i64 = 1 << 29;

/// Where an object is shown just now, and what it says there.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) shift_um: (i32, i32),
    /// The op whose word the text says; `None` for its own first one.
    said: Option<Stamp>,
}

/// What is known of one object: what each op says of it, whether or not the op counts. Ops may come before the
/// object itself.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) object: Option<Object>,
    erasers: BTreeSet<Stamp>,
    moves: BTreeMap<Stamp, (i32, i32)>,
    words: BTreeMap<Stamp, String>,
    pieces: Vec<ObjectId>,
    /// How far a hand that has not let go has dragged it.
    drag: (i32, i32),
    pub(crate) placed: Option<Placed>,
    pub(crate) tiles: Vec<TileAt>,
    pub(crate) bounds: Option<PageRect>,
}

impl State {
    /// What a text says when it is placed like this.
    pub(crate) fn words<'a>(&'a self, text: &'a Text, placed: Option<Placed>) -> &'a str {
        let said = placed.and_then(|placed| placed.said).and_then(|stamp| self.words.get(&stamp));
        said.map_or(&text.text, String::as_str)
    }
}

pub(crate) struct Scene {
    pub(crate) scale: Scale,
    pub(crate) typeface: Typeface,
    pub(crate) panel: Rect,
    pub(crate) width_um: i32,
    pub(crate) states: HashMap<ObjectId, State>,
    pub(crate) pages: BTreeMap<PageId, Page>,
    seen: HashSet<Stamp>,
    /// The latest word on whether an op is undone.
    voids: HashMap<Stamp, (Stamp, bool)>,
    /// What each op speaks of, to be looked at again when it is undone.
    touched: HashMap<Stamp, Vec<ObjectId>>,
}

impl Scene {
    pub(crate) fn new(scale: Scale, typeface: Typeface, panel: Rect, width_um: i32) -> Scene {
        Scene {
            scale,
            typeface,
            panel,
            width_um,
            states: HashMap::new(),
            pages: BTreeMap::from([(PageId::FIRST, Page::default())]),
            seen: HashSet::new(),
            voids: HashMap::new(),
            touched: HashMap::new(),
        }
    }

    pub(crate) fn is_news(&self, stamp: Stamp) -> bool {
        !self.seen.contains(&stamp)
    }

    pub(crate) fn pages(&self) -> impl Iterator<Item = PageId> {
        self.pages.keys().copied()
    }

    pub(crate) fn has_page(&self, page: PageId) -> bool {
        self.pages.contains_key(&page)
    }

    pub(crate) fn object(&self, id: ObjectId) -> Option<&Object> {
        self.states.get(&id)?.object.as_ref()
    }

    pub(crate) fn shift_um(&self, id: ObjectId) -> (i32, i32) {
        let placed = self.states.get(&id).and_then(|state| state.placed);
        placed.map_or((0, 0), |placed| placed.shift_um)
    }

    pub(crate) fn is_shown(&self, id: ObjectId) -> bool {
        self.states.get(&id).is_some_and(|state| state.placed.is_some())
    }

    pub(crate) fn text(&self, id: ObjectId) -> Option<&str> {
        let state = self.states.get(&id)?;
        match &state.object.as_ref()?.content {
            Content::Text(text) => Some(state.words(text, state.placed)),
            Content::Stroke(_) | Content::Shape(_) | Content::Note(_) | Content::Media(_) => None,
        }
    }

    pub(crate) fn visible(&self, page: PageId) -> Vec<ObjectId> {
        self.pages
            .get(&page)
            .map_or_else(Vec::new, |page| page.everything().into_iter().map(|(_, id)| id).collect())
    }

    pub(crate) fn bounds(&self, ids: &[ObjectId]) -> Option<PageRect> {
        let shown = ids.iter().filter_map(|id| self.states.get(id)).filter(|state| state.placed.is_some());
        shown.filter_map(|state| state.bounds).reduce(|all, one| all.union(&one))
    }

    /// What has changed since the last time.
    pub(crate) fn take_dirty(&mut self) -> Vec<(PageId, Vec<PageRect>)> {
        let scale = self.scale;
        let um = |px: i32| scale.um(px as f32) as i32;
        let mut all = Vec::new();
        for (id, page) in &mut self.pages {
            if !page.dirty.is_empty() {
                let boxes = page.dirty.drain().map(|at| {
                    let px = at.rect();
                    PageRect::new(um(px.x0 + 2), um(px.y0 + 2), um(px.x1 - 2), um(px.y1 - 2))
                });
                all.push((*id, boxes.collect()));
            }
        }
        all
    }

    pub(crate) fn is_clean(&self, page: PageId) -> bool {
        self.pages.get(&page).is_none_or(|page| page.dirty.is_empty())
    }

    /// Whether nothing lies above an object where it is.
    pub(crate) fn is_top(&self, id: ObjectId) -> bool {
        let Some(state) = self.states.get(&id) else { return false };
        let Some(object) = &state.object else { return false };
        let page = self.pages.get(&object.page);
        page.is_some_and(|page| state.tiles.iter().all(|at| page.is_top((object.z, id), *at)))
    }

    pub(crate) fn shown(&self, id: ObjectId) -> Option<Shown<'_>> {
        let state = self.states.get(&id)?;
        let (object, placed) = (state.object.as_ref()?, state.placed?);
        let said = match &object.content {
            Content::Text(text) => Some(state.words(text, Some(placed))),
            _ => None,
        };
        let placing = Affine::shift(placed.shift_um.0, placed.shift_um.1);
        Some(Shown { content: &object.content, placing, said, colour: None, width_um: None, fill: None })
    }

    pub(crate) fn paper(&self, _: PageId) -> Paper {
        Paper::default()
    }

    pub(crate) fn extent(&self, page: PageId) -> Option<PageRect> {
        self.bounds(&self.visible(page))
    }

    /// Objects of a page that may touch a box, from the bottom up.
    pub(crate) fn near(&self, page: PageId, area: PageRect) -> Vec<ObjectId> {
        let area = px_box(area, self.scale).intersect(&self.panel);
        let near = self.pages.get(&page).map_or_else(Vec::new, |page| page.near(area));
        near.into_iter().map(|(_, id)| id).collect()
    }

    /// Applies all edits of an op. Nothing is drawn before [`Scene::repaint`].
    pub(crate) fn apply(&mut self, op: &Op) {
        self.seen.insert(op.stamp);
        let mut touched = Vec::new();
        for edit in &op.edits {
            match edit {
                Edit::Add(object) => {
                    self.add(object.clone());
                    touched.push(object.id);
                }
                Edit::Void { op: target, void } => self.void(*target, op.stamp, *void),
                Edit::Erase { ids } => {
                    for id in ids {
                        self.state(*id).erasers.insert(op.stamp);
                    }
                    touched.extend_from_slice(ids);
                }
                Edit::Move { ids, dx_um, dy_um } => {
                    for id in ids {
                        self.state(*id).moves.insert(op.stamp, (*dx_um, *dy_um));
                    }
                    touched.extend_from_slice(ids);
                }
                Edit::Say { id, text } => {
                    self.state(*id).words.insert(op.stamp, text.clone());
                    touched.push(*id);
                }
                Edit::AddPage => {
                    self.pages.entry(PageId(op.stamp)).or_default();
                }
                Edit::Transform { .. }
                | Edit::Set { .. }
                | Edit::SetPaper(_)
                | Edit::DropPage
                | Edit::MovePage { .. } => {}
            }
        }
        touched.iter().for_each(|id| self.refresh(*id));
        if !touched.is_empty() {
            self.touched.insert(op.stamp, touched);
        }
    }

    fn state(&mut self, id: ObjectId) -> &mut State {
        self.states.entry(id).or_default()
    }

    fn void(&mut self, target: Stamp, stamp: Stamp, void: bool) {
        let word = self.voids.entry(target).or_default();
        if stamp < word.0 {
            return;
        }
        *word = (stamp, void);
        for id in self.touched.get(&target).cloned().unwrap_or_default() {
            self.refresh_family(id);
        }
    }

    fn counts(&self, op: Stamp) -> bool {
        !self.voids.get(&op).is_some_and(|(_, void)| *void)
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

    /// Moves objects under a hand that has not let go of them yet.
    pub(crate) fn drag(&mut self, ids: &[ObjectId], dx_um: i32, dy_um: i32) {
        for id in ids {
            self.let_go(&[*id], -dx_um, -dy_um);
            self.refresh(*id);
        }
    }

    /// Forgets so much of a drag, because an op is about to say it. Until it has, nothing is moved.
    pub(crate) fn let_go(&mut self, ids: &[ObjectId], dx_um: i32, dy_um: i32) {
        for id in ids {
            let drag = &mut self.state(*id).drag;
            *drag = (drag.0.saturating_sub(dx_um), drag.1.saturating_sub(dy_um));
        }
    }

    /// Rubs an object out at once, for a gesture whose op is still to come.
    pub(crate) fn rub_out(&mut self, id: ObjectId, stamp: Stamp) {
        self.state(id).erasers.insert(stamp);
        self.refresh(id);
    }

    /// Takes a [`Scene::rub_out`] back.
    pub(crate) fn unrub(&mut self, id: ObjectId, stamp: Stamp) {
        self.state(id).erasers.remove(&stamp);
        self.refresh(id);
    }

    /// Forgets an object that no op has told of yet.
    pub(crate) fn forget(&mut self, id: ObjectId) {
        self.hide(id);
        let parent = self.object(id).and_then(|object| object.piece_of);
        if let Some(parent) = parent.and_then(|parent| self.states.get_mut(&parent)) {
            parent.pieces.retain(|piece| *piece != id);
        }
        let family =
            self.states.get_mut(&id).map(|state| std::mem::take(&mut state.pieces)).unwrap_or_default();
        if let Some(state) = self.states.get_mut(&id) {
            state.object = None;
            state.pieces.clone_from(&family);
        }
        for piece in family {
            self.refresh_family(piece);
        }
    }

    /// Whether this object, and all that it is a piece of, was made and not taken back.
    fn lives(&self, id: ObjectId) -> bool {
        let mut next = Some(id);
        while let Some(id) = next {
            let Some(object) = self.object(id) else { return false };
            if !self.counts(id.made) {
                return false;
            }
            next = object.piece_of;
        }
        true
    }

    /// Where an object should be shown by all that counts; `None` when it should not.
    fn placing(&self, id: ObjectId) -> Option<Placed> {
        let state = self.states.get(&id)?;
        if !self.lives(id) || state.erasers.iter().any(|eraser| self.counts(*eraser)) {
            return None;
        }
        let moves = state.moves.iter().filter(|(stamp, _)| self.counts(**stamp)).map(|(_, by)| *by);
        let (x, y) = moves
            .chain([state.drag])
            .fold((0_i64, 0_i64), |(x, y), (dx, dy)| (x + i64::from(dx), y + i64::from(dy)));
        let limit = |um: i64| um.clamp(-FURTHEST_UM, FURTHEST_UM) as i32;
        let said = state.words.keys().rev().copied().find(|stamp| self.counts(*stamp));
        Some(Placed { shift_um: (limit(x), limit(y)), said })
    }

    fn refresh_family(&mut self, id: ObjectId) {
        let mut waiting = vec![id];
        while let Some(id) = waiting.pop() {
            self.refresh(id);
            waiting.extend(self.states.get(&id).into_iter().flat_map(|state| state.pieces.iter().copied()));
        }
    }

    /// Brings the index in line with where the object should be. Where it already is, nothing is redrawn.
    fn refresh(&mut self, id: ObjectId) {
        let placing = self.placing(id);
        if self.states.get(&id).is_none_or(|state| state.placed == placing) {
            return;
        }
        self.hide(id);
        if let Some(placed) = placing {
            self.show(id, placed);
        }
    }

    fn show(&mut self, id: ObjectId, placed: Placed) {
        let Some(state) = self.states.get_mut(&id) else { return };
        let Some(object) = &state.object else { return };
        let shift = placed.shift_um;
        let bounds = match &object.content {
            Content::Stroke(stroke) => stroke.bounds(),
            Content::Text(text) => self.typeface.extent(text, state.words(text, Some(placed)), self.width_um),
            Content::Shape(shape) => match &shape.outline {
                crate::shape::Outline::Ellipse { centre, rx_um, ry_um } => {
                    let (rx, ry) = (*rx_um as i32, *ry_um as i32);
                    PageRect::new(centre.x_um - rx, centre.y_um - ry, centre.x_um + rx, centre.y_um + ry)
                }
                crate::shape::Outline::Paths(contours) => contours
                    .iter()
                    .flat_map(|contour| contour.points.iter())
                    .fold(PageRect::NOTHING, |all, at| {
                        all.union(&PageRect::new(at.x_um, at.y_um, at.x_um, at.y_um))
                    }),
            }
            .grown(crate::draw::reach_um(&object.content)),
            Content::Note(note) => note.rect.grown(crate::draw::reach_um(&object.content)),
            Content::Media(media) => media.rect,
        };
        let bounds = bounds.moved(shift.0, shift.1);
        let tiles = match &object.content {
            Content::Stroke(stroke) => stroke.tiles(shift, self.scale, self.panel),
            _ => tiles_of(px_box(bounds, self.scale).intersect(&self.panel)).collect(),
        };
        let page = self.pages.entry(object.page).or_default();
        page.place((object.z, id), &tiles);
        page.dirty.extend(tiles.iter().copied());
        state.tiles = tiles;
        state.bounds = Some(bounds);
        state.placed = Some(placed);
    }

    fn hide(&mut self, id: ObjectId) {
        let Some(state) = self.states.get_mut(&id).filter(|state| state.placed.is_some()) else { return };
        state.placed = None;
        let tiles = std::mem::take(&mut state.tiles);
        let Some(object) = &state.object else { return };
        if let Some(page) = self.pages.get_mut(&object.page) {
            page.remove((object.z, id), &tiles);
            page.dirty.extend(tiles);
        }
    }
}
