//! The end of a class: a fresh board at once, and the old one kept aside until it is final. Until then nothing of the
//! new one is written, so that a power cut finds the old one; then the journal's thread puts the new one in its place.

use super::Stage;
use crate::film::Cue;
use crate::inbox::ToUi;
use crate::message::{FromDisplay, Present};
use board::{Board, Op, PersonId};

/// So long the old board can be had back.
const SECOND_THOUGHTS_US: u64 = 10_000_000;

/// How far the end has come.
pub(crate) enum Ended {
    /// The old board can be had back until it is final; what is done on the new one.
    Undoable { old: Box<Board>, final_us: u64, ops: Vec<Op> },
    /// The new board is being put in the old one's place; and is to be ended for good itself once it is.
    Replacing { again: bool },
    /// Another board is being read; until it is there this one can come back. Either is to be ended for good then.
    Opening { old: Box<Board>, again: bool },
}

impl Stage {
    /// Whether the board that is seen is not yet the one on the disk.
    pub(crate) fn is_ending(&self) -> bool {
        self.ended.is_some()
    }

    /// Shows a fresh board; false where one has just been ended, and that is not final.
    pub(crate) fn end_class(&mut self, now_us: u64) -> bool {
        if self.ended.is_some() {
            return false;
        }
        self.end(now_us.saturating_add(SECOND_THOUGHTS_US));
        self.to_ui
            .push(ToUi::Event(FromDisplay::ClassEnded { undoable_ms: (SECOND_THOUGHTS_US / 1000) as u32 }));
        true
    }

    /// The same without a way back: somebody else comes next, and shall see neither the old board nor what was written since
    /// it was ended.
    pub(crate) fn end_for_good(&mut self) {
        match &mut self.ended {
            Some(Ended::Replacing { again } | Ended::Opening { again, .. }) => {
                *again = true;
                return;
            }
            Some(Ended::Undoable { final_us, ops, .. }) => {
                *final_us = 0;
                ops.clear();
                self.put_away();
                self.ops.clear();
                self.board = self.board.fresh();
                self.shown_anew();
            }
            None => self.end(0),
        }
        self.to_ui.push(ToUi::Event(FromDisplay::ClassEnded { undoable_ms: 0 }));
    }

    fn end(&mut self, final_us: u64) {
        let old = self.put_aside();
        self.ended = Some(Ended::Undoable { old, final_us, ops: Vec::new() });
        self.shown_anew();
    }

    /// An empty board in the place of the one that is seen, of which all that was done so far is written.
    fn put_aside(&mut self) -> Box<Board> {
        self.put_away();
        self.ops_of_old.append(&mut self.ops);
        let fresh = self.board.fresh();
        let old = Box::new(std::mem::replace(&mut self.board, fresh));
        self.hide_films();
        old
    }

    /// Every hand off the board that is seen, and nothing before it.
    fn put_away(&mut self) {
        self.leave_past();
        let mut effects = self.board.lift_all();
        PersonId::all().for_each(|person| effects.extend(self.board.deselect(person)));
        self.apply(effects);
        // What was frozen would go on showing the old board.
        self.presenter.set(Present::Freeze(false), &mut self.dirty);
    }

    /// Makes room for another board; false where one has just been ended, or is being opened.
    pub(crate) fn make_room(&mut self) -> bool {
        if self.ended.is_some() {
            return false;
        }
        let old = self.put_aside();
        self.ended = Some(Ended::Opening { old, again: false });
        true
    }

    /// The other board is read: it is the one that is seen from now on. Or it cannot be, and the old one is back.
    pub(crate) fn opened(&mut self, kept: Option<Vec<Op>>) {
        let Some(Ended::Opening { old, again }) = self.ended.take() else { return };
        let effects = self.board.lift_all();
        self.apply(effects);
        // What was done on neither of the two is no step of either.
        self.ops.clear();
        self.hide_films_of_none();
        match kept {
            Some(ops) => {
                self.board = self.board.fresh();
                self.films_before.clear();
                ops.into_iter().for_each(|op| self.recall(op));
                self.recalled();
            }
            None => {
                self.board = *old;
                self.films_again();
            }
        }
        self.shown_anew();
        if again {
            self.end_for_good();
        }
    }

    /// The old board again. What was written on the new one meanwhile becomes a page of the old one, behind the others:
    /// whoever wrote it did not ask for the way back.
    pub(crate) fn undo_end(&mut self, now_us: u64) {
        match self.ended.take() {
            Some(Ended::Undoable { old, final_us, .. }) if final_us > now_us => {
                let effects = self.board.lift_all();
                self.apply(effects);
                // What was done on the new board is no step of the old one.
                self.ops.clear();
                let mut written = self.board.document();
                written.sheets.retain(|sheet| !sheet.things.is_empty());
                self.hide_films_of_none();
                self.board = *old;
                self.films_again();
                if !written.sheets.is_empty() {
                    match self.board.take_in_document(PersonId::FIRST, &written, now_us) {
                        Ok(effects) => self.apply(effects),
                        Err(error) => tracing::warn!(%error, "what was written meanwhile has no room"),
                    }
                }
                self.shown_anew();
                self.to_ui.push(ToUi::Event(FromDisplay::ClassGoesOn));
            }
            other => self.ended = other,
        }
    }

    fn hide_films(&mut self) {
        self.films_before = std::mem::take(&mut self.films_shown);
        self.cues.extend(self.films_before.keys().map(|file| Cue::Hidden { file: *file }));
    }

    /// Those in sight of the board that came between are not to be remembered.
    fn hide_films_of_none(&mut self) {
        let before = std::mem::take(&mut self.films_before);
        self.hide_films();
        self.films_before = before;
    }

    fn films_again(&mut self) {
        for (file, cue) in &self.films_before {
            self.cues.push(*cue);
            self.films_shown.insert(*file, *cue);
        }
    }

    fn shown_anew(&mut self) {
        self.damage_all();
        let status = self.status();
        self.to_ui.push(ToUi::Event(status));
    }

    /// When the end becomes final.
    pub(super) fn end_due_us(&self) -> Option<u64> {
        match &self.ended {
            Some(Ended::Undoable { final_us, .. }) => Some(*final_us),
            Some(Ended::Replacing { .. } | Ended::Opening { .. }) | None => None,
        }
    }

    /// The ops that are to be written now: none of a board whose end is not final. Once it is, all that was done
    /// since, as the beginning of a new journal.
    pub(crate) fn take_ops(&mut self, now_us: u64) -> (Option<Vec<Op>>, Vec<Op>) {
        let done = std::mem::take(&mut self.ops);
        let old = std::mem::take(&mut self.ops_of_old);
        let is_due = self.end_due_us().is_some_and(|due| due <= now_us);
        match &mut self.ended {
            Some(Ended::Undoable { ops, .. }) => {
                ops.extend(done);
                let ops = is_due.then(|| std::mem::take(ops));
                if is_due {
                    self.ended = Some(Ended::Replacing { again: false });
                }
                (ops, old)
            }
            // Nobody sees a board yet, so nobody has done anything on one.
            Some(Ended::Opening { .. }) => (None, old),
            Some(Ended::Replacing { .. }) | None => (None, done),
        }
    }

    /// The new board is on the disk and the old one is not.
    pub(crate) fn end_is_final(&mut self) {
        let again = matches!(self.ended.take(), Some(Ended::Replacing { again: true }));
        self.films_before.clear();
        if again {
            return self.end_for_good();
        }
        self.to_ui.push(ToUi::Event(FromDisplay::ClassIsOver));
    }
}
