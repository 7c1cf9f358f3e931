//! What each person can undo and redo, on each page. An undo is an op like any other: history grows, nothing
//! in it is rewritten.
use std::collections::{HashMap, VecDeque};

use crate::{
    op::{Cause, Edit, Op},
    page::PageId,
    person::PersonId,
};

/// The most steps a person can take back on a page. There is no limit in time.
const MOST_STEPS: usize = 10_000;

#[derive(Default)]
struct Steps {
    undo: VecDeque<Vec<Edit>>,
    redo: Vec<Vec<Edit>>,
}

#[derive(Default)]
pub(crate) struct History {
    steps: HashMap<(PersonId, PageId), Steps>,
}

impl History {
    /// Takes note of an op just made here.
    pub(crate) fn did(&mut self, op: &Op) {
        let back = op.inverse();
        if back.is_empty() {
            return;
        }
        let steps = self.steps.entry((op.by, op.page)).or_default();
        match op.cause {
            Cause::Undo => steps.redo.push(back),
            Cause::Do | Cause::Redo => {
                if op.cause == Cause::Do {
                    steps.redo.clear();
                }
                steps.undo.push_back(back);
                if steps.undo.len() > MOST_STEPS {
                    steps.undo.pop_front();
                }
            }
        }
    }

    /// Takes note of an op read back from the journal.
    pub(crate) fn replayed(&mut self, op: &Op) {
        // The live call took the step off its stack before it made the op.
        if op.cause != Cause::Do {
            drop(self.take(op.by, op.page, op.cause));
        }
        self.did(op);
    }

    /// Takes the edits that undo (or redo) the person's latest step on a page.
    pub(crate) fn take(&mut self, person: PersonId, page: PageId, cause: Cause) -> Option<Vec<Edit>> {
        let steps = self.steps.get_mut(&(person, page))?;
        if cause == Cause::Redo { steps.redo.pop() } else { steps.undo.pop_back() }
    }

    pub(crate) fn can_undo(&self, person: PersonId, page: PageId) -> bool {
        self.steps.get(&(person, page)).is_some_and(|steps| !steps.undo.is_empty())
    }

    pub(crate) fn can_redo(&self, person: PersonId, page: PageId) -> bool {
        self.steps.get(&(person, page)).is_some_and(|steps| !steps.redo.is_empty())
    }
}
