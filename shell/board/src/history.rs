//! What each person can undo and redo, on each page: their steps. An undo is an op like any other, so these stacks
//! are only an index of the ops so far, and a journal read back fills them again.
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
    /// Times of stamps: all are of this board.
    done: VecDeque<u64>,
    /// The same, and when they were undone.
    undone: Vec<(u64, u64)>,
}

/// The steps of this board.
#[derive(Default)]
pub(crate) struct History {
    /// Pages that come, go and move are the whole board's: what was done to them is undone on any page.
    steps: HashMap<(PersonId, Option<PageId>), Steps>,
    /// Steps that took back steps of others: which.
    taken_back: HashMap<u64, Vec<Stamp>>,
}

impl History {
    /// Takes note of an op of this board, just made or read back.
    pub(crate) fn did(&mut self, op: &Op) {
        let own = (op.by, Some(op.page));
        match op.edits.first() {
            None | Some(Edit::AddPage) => {}
            Some(Edit::Void { op: target, void }) => self.said(op, *target, *void),
            Some(Edit::DropPage | Edit::MovePage { .. }) => self.push((op.by, None), op.stamp.time),
            Some(_) => self.push(own, op.stamp.time),
        }
    }

    fn push(&mut self, whose: (PersonId, Option<PageId>), time: u64) {
        let steps = self.steps.entry(whose).or_default();
        steps.undone.clear();
        if steps.done.len() == steps.done.capacity() {
            steps.done.reserve_exact(steps.done.len() / 8 + 4);
        }
        steps.done.push_back(time);
        if steps.done.len() > MOST_STEPS {
            steps.done.pop_front();
        }
    }

    fn said(&mut self, op: &Op, target: Stamp, void: bool) {
        let own = [(op.by, Some(op.page)), (op.by, None)];
        for whose in own {
            let Some(steps) = self.steps.get_mut(&whose) else { continue };
            let done = steps.done.iter().rposition(|step| *step == target.time);
            let undone = steps.undone.iter().rposition(|(step, _)| *step == target.time);
            match (void, done, undone) {
                (true, Some(at), _) => {
                    steps.done.remove(at);
                    steps.undone.push((target.time, op.stamp.time));
                    return;
                }
                (false, _, Some(at)) => {
                    steps.undone.remove(at);
                    steps.done.push_back(target.time);
                    return;
                }
                _ => {}
            }
        }
        if void {
            // Somebody else's steps were taken back: that is a step by itself.
            let target = |edit: &Edit| match edit {
                Edit::Void { op, void: true } => Some(*op),
                _ => None,
            };
            self.taken_back.insert(op.stamp.time, op.edits.iter().filter_map(target).collect());
            self.push(own[0], op.stamp.time);
        }
    }

    fn both(&self, person: PersonId, page: PageId) -> impl Iterator<Item = &Steps> {
        [Some(page), None].into_iter().filter_map(move |page| self.steps.get(&(person, page)))
    }

    /// The step that the person's undo takes back.
    pub(crate) fn last_done(&self, person: PersonId, page: PageId) -> Option<u64> {
        self.both(person, page).filter_map(|steps| steps.done.back().copied()).max()
    }

    /// The step that the person's redo does again.
    pub(crate) fn last_undone(&self, person: PersonId, page: PageId) -> Option<u64> {
        let last = self.both(person, page).filter_map(|steps| steps.undone.last());
        last.max_by_key(|(_, when)| *when).map(|(step, _)| *step)
    }

    /// What an undo or redo of a step of this board says: of the step, and of those that it had taken back.
    pub(crate) fn words(&self, step: Stamp, void: bool) -> Vec<Edit> {
        let others = self.taken_back.get(&step.time).into_iter().flatten();
        let others = others.map(|op| Edit::Void { op: *op, void: !void });
        std::iter::once(Edit::Void { op: step, void }).chain(others).collect()
    }
}
