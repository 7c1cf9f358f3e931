//! How a contact ends: what it did becomes an op, or never was.
use super::{Doing, Hand, Tip};
use crate::{
    board::Board,
    effects::Effects,
    object::{Content, Object, ObjectId},
    op::{Edit, Op},
    pane::Pane,
    person::PersonId,
    wet::Wet,
};

impl Board {
    pub(crate) fn retract(&mut self, doing: Doing, pane: usize, effects: &mut Effects) {
        let Pane { page, zoom, .. } = self.panes[pane];
        match doing {
            Doing::Ink(wet) => effects.damage.extend(self.on_panel(page, zoom, &wet.damage())),
            Doing::Loop(round) => effects.damage.extend(self.on_panel(page, zoom, &round.damage())),
            Doing::Wipe(wipe) => wipe.cancel(&mut self.scene),
            Doing::Drag(drag) => drag.cancel(&mut self.scene),
            Doing::Figure(drawing) => effects.damage.extend(self.on_panel(page, zoom, &drawing.wet.damage())),
            Doing::Carry(_) | Doing::Spent => {}
        }
        effects.damage.extend(self.repaint());
    }

    pub(crate) fn complete(&mut self, doing: Doing, hand: &Hand, last: &Tip, effects: &mut Effects) {
        match doing {
            Doing::Ink(mut wet) => {
                let id = self.commit(&mut wet, hand.pane, hand.person, last.t_us, effects);
                self.hide_handles(hand.person, effects);
                if !wet.highlighter {
                    self.drawn.entry(hand.person).or_default().add(id, hand.page, last.t_us);
                }
            }
            Doing::Loop(round) => self.finish_lasso(*round, hand, effects),
            Doing::Drag(drag) => self.finish_drag(drag, hand, last, effects),
            Doing::Figure(drawing) => self.finish_drawing(&drawing, hand, last, effects),
            Doing::Wipe(wipe) => {
                let stamp = self.clock.next(last.t_us);
                let edits = wipe.finish(&mut self.scene, stamp);
                if !edits.is_empty() {
                    self.perform(Op { stamp, by: hand.person, page: hand.page, edits }, effects);
                }
            }
            Doing::Carry(_) | Doing::Spent => {}
        }
    }

    /// Wet ink dries: it becomes an object, and an op.
    pub(crate) fn commit(
        &mut self,
        wet: &mut Wet,
        pane: usize,
        by: PersonId,
        now_us: u64,
        effects: &mut Effects,
    ) -> ObjectId {
        let Pane { page, zoom, .. } = self.panes[pane];
        effects.damage.extend(self.on_panel(page, zoom, &wet.finish()));
        let stamp = self.clock.next(now_us);
        let id = ObjectId { made: stamp, index: 0 };
        let content = Content::Stroke(wet.stroke());
        let object = Object { id, page, by, z: id, piece_of: None, content };
        self.dry(object.clone(), wet, zoom, &mut effects.damage);
        let edits = vec![Edit::Add(object)];
        self.perform(Op { stamp, by, page, edits }, effects);
        id
    }
}
