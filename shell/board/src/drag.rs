//! Dragging what is selected, by itself or by its handles, and what lies under the finger.
use crate::{
    affine::Affine,
    board::Board,
    effects::{BoardEvent, Effects},
    hand::{ContactId, Doing, Hand, Tip},
    handles::{Handle, Handles},
    lasso::{GRASP_UM, say_taken},
    media::{Media, MediaKind},
    object::{Content, ObjectId},
    op::{Edit, Op},
    page::PageId,
    person::{PersonId, Tool},
    point::{PagePoint, PageRect},
    scene::Scene,
};

/// Dragged objects are drawn again at most this often, in microseconds: once a frame at 60 Hz, however often
/// the panel reports.
const DRAG_PERIOD_US: u64 = 15_000;

/// Objects held by a hand.
pub(crate) struct Drag {
    ids: Vec<ObjectId>,
    contact: ContactId,
    page: PageId,
    handle: Handle,
    /// The box around the selection when the hand took hold of it.
    bounds: PageRect,
    start: PagePoint,
    last: PagePoint,
    by: Affine,
    moved_us: u64,
    /// Nothing moves until the hand has gone so far, in micrometres: it was held still on purpose.
    slack_um: i64,
}

impl Drag {
    pub(crate) fn with_slack(self, slack_um: i64) -> Drag {
        Drag { slack_um, ..self }
    }

    pub(crate) fn is_due(&self, now_us: u64) -> bool {
        now_us.saturating_sub(self.moved_us) >= DRAG_PERIOD_US
    }

    pub(crate) fn to(&mut self, at: PagePoint, now_us: u64, scene: &mut Scene) {
        if self.slack_um > 0 {
            if at.distance_squared(self.start) <= self.slack_um * self.slack_um {
                return;
            }
            self.slack_um = 0;
        }
        let moved = at != self.last;
        self.last = at;
        self.moved_us = now_us;
        scene.keep_hold(&mut self.ids, self.contact, moved.then_some(now_us));
        let by = self.handle.affine(self.bounds, self.start, at);
        if by != self.by && by.stays_on_page() {
            self.by = by;
            scene.drag(&self.ids, &by);
        }
    }

    pub(crate) fn cancel(mut self, scene: &mut Scene) {
        scene.keep_hold(&mut self.ids, self.contact, None);
        scene.drag(&self.ids, &Affine::IDENTITY);
        scene.release(self.contact);
    }
}

impl Board {
    /// Where the handles of a person's selection are, on its page; `None` without a selection.
    pub fn handles(&self, person: PersonId) -> Option<Handles> {
        self.bounds(self.selection(person)).map(Handles::around)
    }

    /// Takes hold of the person's selection if the contact is on it, or within so much of the glass around it, or on
    /// one of its handles.
    pub(crate) fn grasp_selection(
        &mut self,
        pane: usize,
        touch: &Tip,
        reach_um: u32,
        effects: &mut Effects,
    ) -> Option<Doing> {
        let ids = self.selection(touch.person).to_vec();
        // A selection is taken hold of on its own page only.
        let bounds = self.bounds(&ids)?;
        if self.selection_page(touch.person) != Some(self.panes[pane].page) {
            return None;
        }
        let reach_um = self.panes[pane].zoom.on_page(reach_um) as i32;
        let inside = bounds.grown(reach_um).contains(touch.at).then_some(Handle::Whole);
        let handle = Handle::at(bounds, touch.at).or(inside)?;
        Some(self.take_hold(ids, handle, bounds, (pane, touch), effects))
    }

    pub(crate) fn begin_drag(&mut self, pane: usize, touch: &Tip, effects: &mut Effects) -> Doing {
        if let Some(drag) = self.grasp_selection(pane, touch, 0, effects) {
            return drag;
        }
        let (page, near_um) = (self.panes[pane].page, self.panes[pane].zoom.on_page(GRASP_UM) as i32);
        let found = self.scene.topmost_at(page, touch.at, near_um, |id| !self.scene.is_pinned(id));
        let Some(id) = found else { return Doing::Spent };
        let ids = self.scene.with_groups(&[id]);
        let Some(bounds) = self.bounds(&ids) else { return Doing::Spent };
        self.take_hold(ids, Handle::Whole, bounds, (pane, touch), effects)
    }

    pub(crate) fn take_hold(
        &mut self,
        mut ids: Vec<ObjectId>,
        handle: Handle,
        bounds: PageRect,
        (pane, touch): (usize, &Tip),
        effects: &mut Effects,
    ) -> Doing {
        ids.retain(|id| !self.scene.is_pinned(*id));
        let taken = self.scene.slide_off(&mut ids, touch.contact, touch.t_us);
        say_taken(taken, touch.person, effects);
        if ids.is_empty() {
            return Doing::Spent;
        }
        self.scene.hold(&ids, touch.person, touch.contact, touch.t_us);
        Doing::Drag(Drag {
            ids,
            contact: touch.contact,
            page: self.panes[pane].page,
            handle,
            bounds,
            start: touch.at,
            last: touch.at,
            by: Affine::IDENTITY,
            moved_us: touch.t_us,
            slack_um: 0,
        })
    }

    pub(crate) fn finish_drag(&mut self, mut drag: Drag, hand: &Hand, last: &Tip, effects: &mut Effects) {
        let by = hand.person;
        self.scene.keep_hold(&mut drag.ids, drag.contact, None);
        if hand.travelled {
            drag.to(last.at, last.t_us, &mut self.scene);
            effects.damage.extend(self.repaint());
        }
        self.scene.release(drag.contact);
        self.show_handles(by, &drag.ids, effects);
        if drag.by != Affine::IDENTITY && !drag.ids.is_empty() {
            let stamp = self.clock.next(last.t_us);
            let ids = drag.ids.clone();
            let edit = match drag.by.is_shift() {
                true => Edit::Move { ids, dx_um: drag.by.dx_um, dy_um: drag.by.dy_um },
                false => Edit::Transform { ids, by: drag.by },
            };
            // What was a drag becomes a move, and nothing is seen of it.
            self.scene.let_go(&drag.ids, &Affine::IDENTITY);
            self.perform(Op { stamp, by, page: drag.page, edits: vec![edit] }, effects);
            let ids = self.selection(by).to_vec();
            if self.person(by).tool != Tool::Pen
                && drag.ids.iter().any(|id| ids.contains(id))
                && let Some(bounds) = self.bounds(&ids)
            {
                effects.events.push(BoardEvent::Selected { person: by, ids, bounds });
            }
        } else if self.person(by).tool == Tool::Hand
            && let [id] = drag.ids[..]
        {
            match (self.text(id), self.bounds(&[id])) {
                (Some(text), Some(bounds)) => {
                    let text = text.to_owned();
                    effects.events.push(BoardEvent::TextTapped { person: by, id, text, bounds });
                }
                _ => {
                    effects.extend(self.select(by, &[id]));
                    if let Some(Content::Media(Media { file, kind: MediaKind::Video, .. })) =
                        self.scene.placed(id).map(|placed| placed.content)
                    {
                        effects.events.push(BoardEvent::VideoTapped { person: by, file });
                    }
                }
            }
        }
    }

    /// What a command may move of some objects: not what is pinned, nor what somebody else has in hand.
    pub(crate) fn free_to_move(&self, person: PersonId, ids: &[ObjectId], now_us: u64) -> Vec<ObjectId> {
        let free = |id: &ObjectId| {
            !self.scene.is_pinned(*id) && self.scene.held_by_other(*id, person, now_us).is_none()
        };
        ids.iter().copied().filter(free).collect()
    }
}
