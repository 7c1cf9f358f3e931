//! Circling objects, or tapping one, to select them.
use ink::Damage;

use crate::{
    board::Board,
    effects::{BoardEvent, Effects},
    hand::{ContactId, Doing, Hand, Tip},
    holds::Taken,
    object::ObjectId,
    page::PageId,
    person::PersonId,
    point::{PagePoint, PageRect},
    scene::Scene,
    wet::Wet,
};

/// A finger takes hold of what is this near, in micrometres: its own half width.
const GRASP_UM: u32 = 7_000;
/// A loop no wider and higher than this is a tap, in micrometres.
const TAP_UM: u32 = 6_000;
/// Points of a lasso closer than this to the last one are left out, in micrometres.
const LOOP_STEP_UM: i64 = 2_000;

/// A lasso being drawn.
pub(crate) struct Loop {
    pub(crate) wet: Wet,
    points: Vec<PagePoint>,
    last_us: u64,
}

impl Loop {
    pub(crate) fn go_on(&mut self, touch: &Tip) -> Damage {
        let far = |last: &PagePoint| last.distance_squared(touch.at) >= LOOP_STEP_UM * LOOP_STEP_UM;
        if self.points.last().is_none_or(far) {
            self.points.push(touch.at);
        }
        self.last_us = touch.t_us;
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
        caught.retain(|id| !scene.is_pinned(*id));
        caught.retain(|id| {
            let Some(slot) = scene.slot(*id) else { return false };
            let Some(nodes) = scene.seen_nodes(slot) else {
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

impl Board {
    /// How near a person's finger takes hold of things, in micrometres of the page it is on.
    pub(crate) fn grasp_um(&self, person: PersonId) -> i32 {
        self.panes[self.seat(person)].zoom.on_page(GRASP_UM) as i32
    }

    pub(crate) fn begin_lasso(&mut self, pane: usize, touch: &Tip, effects: &mut Effects) -> Doing {
        if let Some(drag) = self.grasp_selection(touch, self.grasp_um(touch.person), effects) {
            return drag;
        }
        effects.extend(self.deselect(touch.person));
        let wet = self.begin_wet(pane, touch, effects);
        Doing::Loop(Box::new(Loop { wet, points: vec![touch.at], last_us: touch.t_us }))
    }

    pub(crate) fn finish_lasso(&mut self, round: Loop, hand: &Hand, effects: &mut Effects) {
        let (page, person) = (hand.page, hand.person);
        let zoom = self.panes[hand.pane].zoom;
        effects.damage.extend(self.on_panel(page, zoom, &round.damage()));
        let bounds = round.bounds();
        let tap_um = zoom.on_page(TAP_UM) as i32;
        let tapped = bounds.width_um() <= tap_um && bounds.height_um() <= tap_um;
        let mut ids = if tapped {
            // What is pinned can be met by a tap only: so it can be set free.
            self.scene
                .topmost_at(page, bounds.middle(), self.grasp_um(person), |_| true)
                .into_iter()
                .collect()
        } else {
            round.caught(&self.scene, page)
        };
        let contact = ContactId(u64::MAX);
        let taken = self.scene.slide_off(&mut ids, contact, round.last_us);
        say_taken(taken, person, effects);
        effects.extend(self.select(person, &ids));
        effects.damage.extend(self.repaint());
    }
}

/// Tells that somebody else has things in hand.
pub(crate) fn say_taken(taken: Taken, person: PersonId, effects: &mut Effects) {
    effects.events.extend(taken.into_iter().map(|(holder, ids)| BoardEvent::Held { person, holder, ids }));
}

impl Scene {
    /// The topmost of the objects at a place that may be touched.
    pub(crate) fn topmost_at(
        &self,
        page: PageId,
        at: PagePoint,
        grasp_um: i32,
        may: impl Fn(ObjectId) -> bool,
    ) -> Option<ObjectId> {
        let area = PageRect::new(at.x_um, at.y_um, at.x_um, at.y_um).grown(grasp_um);
        let near = self.near(page, area);
        near.into_iter().rev().find(|id| may(*id) && self.is_at(*id, at, grasp_um))
    }
}
