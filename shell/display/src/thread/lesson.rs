//! What is asked that concerns the whole lesson: its end, its past, how it is reached.

use super::Core;
use crate::message::ToDisplay;

impl Core {
    /// Does it; whatever else is asked is not for here.
    pub(super) fn take_of_lesson(&mut self, ask: ToDisplay) {
        let now = self.now_us();
        match ask {
            ToDisplay::EndClass => drop(self.stage.end_class(now)),
            ToDisplay::EndForGood => self.stage.end_for_good(),
            ToDisplay::UndoEnd => self.stage.undo_end(now),
            ToDisplay::EnterPast => self.journal.settle(),
            ToDisplay::GoToPast(at_ms) => self.stage.go_to_past(at_ms),
            ToDisplay::FocusPast(person) => self.stage.focus_past(person),
            ToDisplay::LeavePast => self.stage.leave_past(),
            ToDisplay::Reach(on) => self.stage.set_reach(on),
            ToDisplay::FingersMove { person, on } => self.stage.movers.set(person, on, now),
            _ => {}
        }
    }
}
