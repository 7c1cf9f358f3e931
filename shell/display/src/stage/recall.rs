//! What a journal kept, taken in before anything is shown.

use super::Stage;
use board::Op;

impl Stage {
    /// Takes in one op that a journal kept; all are followed by [`Stage::recalled`].
    pub(crate) fn recall(&mut self, op: Op) {
        self.last_page = Some(op.page);
        self.board.recall(op);
    }

    pub(crate) fn recalled(&mut self) {
        let effects = self.board.recalled(self.last_page.take());
        self.apply(effects);
    }
}
