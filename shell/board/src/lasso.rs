//! Circling objects, and dragging what was circled or what lies under the finger.
use ink::Damage;

use crate::{
    affine::Affine,
    board::Board,
    effects::{BoardEvent, Effects},
    hand::{Doing, Hand, Tip},
    object::ObjectId,
    op::{Edit, Op},
    page::PageId,
    person::Tool,
    point::{PagePoint, PageRect},
    scene::Scene,
    wet::Wet,
};

/// A finger takes hold of what is this near, in micrometres: its own half width.
const GRASP_UM: u32 = 7_000;
/// Dragged objects are drawn again at most this often, in microseconds: once a frame at 60 Hz, however often
/// the panel reports.
const DRAG_PERIOD_US: u64 = 15_000;
/// Points of a lasso closer than this to the last one are left out, in micrometres.
const LOOP_STEP_UM: i64 = 2_000;

/// A lasso being drawn.
pub(crate) struct Loop {
    pub(crate) wet: Wet,
    points: Vec<PagePoint>,
}

impl Loop {
    pub(crate) fn go_on(&mut self, touch: &Tip) -> Damage {
        let far = |last: &PagePoint| last.distance_squared(touch.at) >= LOOP_STEP_UM * LOOP_STEP_UM;
        if self.points.last().is_none_or(far) {
            self.points.push(touch.at);
        }
        self.wet.go_on(touch)
    }

    pub(crate) fn tick(&mut self, now_us: u64) -> Damage {
        self.wet.tick(now_us)
    }

    pub(crate) fn damage(&self) -> Damage {
        self.wet.damage()
    }

    /// Even-odd, so that a loop that crosses itself still has an inside.
    fn encloses(&self, at: PagePoint) -> bool {
        let mut inside = false;
        let mut before = match self.points.last() {
            Some(last) => *last,
            None => return false,
        };
        for point in &self.points {
            if (point.y_um > at.y_um) != (before.y_um > at.y_um) {
                let run = i64::from(before.x_um) - i64::from(point.x_um);
                let rise = i64::from(before.y_um) - i64::from(point.y_um);
                let crossing =
                    i64::from(point.x_um) + run * (i64::from(at.y_um) - i64::from(point.y_um)) / rise;
                inside ^= i64::from(at.x_um) < crossing;
            }
            before = *point;
        }
        inside
    }

    fn bounds(&self) -> PageRect {
        self.points
            .iter()
            .fold(PageRect::NOTHING, |all, at| all.union(&PageRect::new(at.x_um, at.y_um, at.x_um, at.y_um)))
    }

    /// What lies in the loop by more than half.
    fn caught(&self, scene: &Scene, page: PageId) -> Vec<ObjectId> {
        let mut caught = scene.near(page, self.bounds());
        caught.retain(|id| {
            let Some(slot) = scene.slot(*id) else { return false };
            let Some(nodes) = scene.placed_nodes(slot) else {
                return scene.bounds(&[*id]).is_some_and(|bounds| self.encloses(bounds.middle()));
            };
            let (mut inside, mut all) = (0, 0);
            for node in nodes {
                inside += usize::from(self.encloses(PagePoint::new(node.x_um, node.y_um)));
                all += 1;
            }
            inside * 2 > all
        });
        caught
    }
}

/// Objects held by a hand.
pub(crate) struct Drag {
    ids: Vec<ObjectId>,
    start: PagePoint,
    moved: (i32, i32),
    moved_us: u64,
}

impl Drag {
    pub(crate) fn is_due(&self, now_us: u64) -> bool {
        now_us.saturating_sub(self.moved_us) >= DRAG_PERIOD_US
    }

    pub(crate) fn to(&mut self, at: PagePoint, now_us: u64, scene: &mut Scene) {
        let total = (at.x_um - self.start.x_um, at.y_um - self.start.y_um);
        let (dx, dy) = (total.0 - self.moved.0, total.1 - self.moved.1);
        self.moved_us = now_us;
        if (dx, dy) != (0, 0) {
            scene.drag(&self.ids, &Affine::shift(dx, dy));
            self.moved = total;
        }
    }

    pub(crate) fn cancel(self, scene: &mut Scene) {
        scene.drag(&self.ids, &Affine::shift(-self.moved.0, -self.moved.1));
    }
}

impl Board {
    pub(crate) fn begin_lasso(&mut self, pane: usize, touch: &Tip, effects: &mut Effects) -> Doing {
        let grasp_um = self.panes[pane].zoom.on_page(GRASP_UM) as i32;
        let selection = self.selection(touch.person);
        if self.bounds(selection).is_some_and(|bounds| bounds.grown(grasp_um).contains(touch.at)) {
            return drag(selection.to_vec(), touch);
        }
        effects.extend(self.deselect(touch.person));
        let wet = self.begin_wet(pane, touch, effects);
        Doing::Loop(Box::new(Loop { wet, points: vec![touch.at] }))
    }

    pub(crate) fn begin_drag(&mut self, pane: usize, touch: &Tip) -> Doing {
        let selection = self.selection(touch.person);
        if self.bounds(selection).is_some_and(|bounds| bounds.contains(touch.at)) {
            return drag(selection.to_vec(), touch);
        }
        self.topmost_at(pane, touch.at).map_or(Doing::Spent, |id| drag(vec![id], touch))
    }

    fn topmost_at(&self, pane: usize, at: PagePoint) -> Option<ObjectId> {
        let grasp_um = self.panes[pane].zoom.on_page(GRASP_UM) as i32;
        let area = PageRect::new(at.x_um, at.y_um, at.x_um, at.y_um).grown(grasp_um);
        let near = self.scene.near(self.panes[pane].page, area);
        near.into_iter().rev().find(|id| self.scene.is_at(*id, at, grasp_um))
    }

    pub(crate) fn finish_lasso(&mut self, round: Loop, hand: &Hand, effects: &mut Effects) {
        let (page, zoom, person) = (hand.page, self.panes[hand.pane].zoom, hand.person);
        effects.damage.extend(self.on_panel(page, zoom, &round.damage()));
        let ids = round.caught(&self.scene, page);
        if let Some(bounds) = self.scene.bounds(&ids) {
            self.selections.insert(person, ids.clone());
            effects.events.push(BoardEvent::Selected { person, ids, bounds });
        }
        effects.damage.extend(self.repaint());
    }

    pub(crate) fn finish_drag(&mut self, mut drag: Drag, hand: &Hand, last: &Tip, effects: &mut Effects) {
        let by = hand.person;
        if hand.travelled {
            drag.to(last.at, last.t_us, &mut self.scene);
            effects.damage.extend(self.repaint());
        }
        let (dx_um, dy_um) = drag.moved;
        if (dx_um, dy_um) != (0, 0) {
            let stamp = self.clock.next(last.t_us);
            let edits = vec![Edit::Move { ids: drag.ids.clone(), dx_um, dy_um }];
            // What was a drag becomes a move, and nothing is seen of it.
            self.scene.let_go(&drag.ids, &Affine::shift(dx_um, dy_um));
            self.perform(Op { stamp, by, page: hand.page, edits }, effects);
            if self.selection(by) == drag.ids
                && let Some(bounds) = self.bounds(&drag.ids)
            {
                effects.events.push(BoardEvent::Selected { person: by, ids: drag.ids, bounds });
            }
        } else if self.person(by).tool == Tool::Hand
            && let [id] = drag.ids[..]
            && let (Some(text), Some(bounds)) = (self.text(id), self.bounds(&[id]))
        {
            effects.events.push(BoardEvent::TextTapped { person: by, id, text: text.to_owned(), bounds });
        }
    }
}

fn drag(ids: Vec<ObjectId>, touch: &Tip) -> Doing {
    Doing::Drag(Drag { ids, start: touch.at, moved: (0, 0), moved_us: touch.t_us })
}
