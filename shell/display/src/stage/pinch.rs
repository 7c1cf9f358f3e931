//! Two fingers of one person move the view under them.

use super::Stage;
use crate::gesture::{Gesture, Step};
use crate::message::Scene;
use board::Grip;
use touch::{ContactId, PanelPoint};

/// How much larger a notch of the wheel makes the board: five of them double it.
const NOTCH: f64 = 1.15;
/// A wheel that claims more notches at once is turned by nobody.
const MOST_NOTCHES: f32 = 10.0;
/// Fingers this far apart, that a wheel stands for.
const SPREAD_PX: f64 = 100.0;

/// A view under two fingers.
pub(crate) struct Pinch {
    contacts: [ContactId; 2],
    pane: usize,
    last: [PanelPoint; 2],
}

impl Stage {
    /// What two fingers of one person do; the ink that they drew until it was clear is taken back.
    pub(crate) fn gestures(&mut self, now_us: u64) {
        for Gesture { step, contacts, from, to, .. } in self.router.take_gestures(now_us) {
            if step == Step::Begin {
                self.movers.leave(contacts);
                for contact in contacts {
                    let effects = self.board.hand_cancel(board::ContactId(contact.0));
                    self.apply(effects);
                }
                // The first finger says which view is meant, also where the second lies beyond a divider.
                let first = self.raised(from[0]);
                let pane = self.board.pane_at(board::PanelPoint::new(first.x_um, first.y_um));
                self.pinches.push(Pinch { contacts, pane, last: from });
            }
            let Some(index) = self.pinches.iter().position(|pinch| pinch.contacts == contacts) else {
                continue;
            };
            let pinch = &mut self.pinches[index];
            let (pane, before) = (pinch.pane, std::mem::replace(&mut pinch.last, to));
            if step == Step::End {
                self.pinches.swap_remove(index);
            }
            let effects = self.board.view_gesture(pane, &self.grip(before), &self.grip(to));
            self.apply(effects);
        }
    }

    /// Two fingers as the view's hold on the glass.
    fn grip(&self, fingers: [PanelPoint; 2]) -> Grip {
        let [(ax, ay), (bx, by)] = fingers.map(|at| {
            let (x, y) = self.px(self.raised(at));
            (f64::from(x), f64::from(y))
        });
        let (dx, dy) = (bx - ax, by - ay);
        Grip { x_px: (ax + bx) / 2.0, y_px: (ay + by) / 2.0, spread_px: (dx * dx + dy * dy).sqrt() }
    }

    /// Makes what lies at a pixel so many notches larger, or smaller; it stays where it is. Not under a surface.
    pub(crate) fn zoom(&mut self, (x, y): (f32, f32), notches: f32) {
        if self.scene != Scene::Board || self.stack.hit(x as i32, y as i32).is_some() {
            return;
        }
        let pane = self.pane_under(x, y);
        let grip = |spread_px: f64| Grip { x_px: f64::from(x), y_px: f64::from(y), spread_px };
        let factor = NOTCH.powf(f64::from(notches.clamp(-MOST_NOTCHES, MOST_NOTCHES)));
        let effects = self.board.view_gesture(pane, &grip(SPREAD_PX), &grip(SPREAD_PX * factor));
        self.apply(effects);
    }

    /// The pane at a pixel of the screen.
    fn pane_under(&self, x: f32, y: f32) -> usize {
        let um = |px: f32, of_um: i32, of_px: i32| (px * of_um as f32 / of_px.max(1) as f32) as i32;
        let at =
            PanelPoint { x_um: um(x, self.size_um.0, self.width), y_um: um(y, self.size_um.1, self.height) };
        let at = self.raised(at);
        self.board.pane_at(board::PanelPoint::new(at.x_um, at.y_um))
    }

    /// The mouse wheel over the board, in pixels: up and down moves the view.
    pub(super) fn scroll(&mut self, (x, y): (f32, f32), (dx, dy): (f32, f32)) {
        let pane = self.pane_under(x, y);
        let grip = |x: f32, y: f32| Grip { x_px: f64::from(x), y_px: f64::from(y), spread_px: 0.0 };
        let effects = self.board.view_gesture(pane, &grip(x, y), &grip(x + dx, y + dy));
        self.apply(effects);
    }
}
