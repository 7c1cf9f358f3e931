//! What each person can undo and redo, on each page: the stamps of their steps. An undo is an op like any
//! other, so these stacks are only an index of the ops so far, and a journal read back fills them again.
use std::collections::{HashMap, VecDeque};

use crate::{
    clock::Stamp,
    op::{Edit, Op},
    page::PageId,
    person::PersonId,
};

/// The most steps a person can take back on a page. There is no limit in time.
const MOST_STEPS: usize = 10_000;

#[derive(Default)]
struct Steps {
    done: VecDeque<Stamp>,
    undone: Vec<Stamp>,
}

#[derive(Default)]
pub(crate) struct History {
    steps: HashMap<(PersonId, PageId), Steps>,
}

impl History {
    /// Takes note of an op of this board, just made or read back.
    pub(crate) fn did(&mut self, op: &Op) {
        let steps = self.steps.entry((op.by, op.page)).or_default();
        match op.edits[..] {
            [Edit::AddPage] | [] => {}
            [Edit::Void { op: target, void: true }] => {
                steps.done.retain(|step| *step != target);
                steps.undone.push(target);
            }
            [Edit::Void { op: target, void: false }] => {
                steps.undone.retain(|step| *step != target);
                steps.done.push_back(target);
            }
            _ => {
                steps.undone.clear();
                steps.done.push_back(op.stamp);
                if steps.done.len() > MOST_STEPS {
                    steps.done.pop_front();
                }
            }
        }
    }

    /// The step that the person's undo takes back.
    pub(crate) fn last_done(&self, person: PersonId, page: PageId) -> Option<Stamp> {
        self.steps.get(&(person, page))?.done.back().copied()
    }

    /// The step that the person's redo does again.
    pub(crate) fn last_undone(&self, person: PersonId, page: PageId) -> Option<Stamp> {
        self.steps.get(&(person, page))?.undone.last().copied()
    }
}
