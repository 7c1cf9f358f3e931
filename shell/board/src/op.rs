//! Changes. An op is one undoable step of one person: a few edits under one stamp.
//!
//! Any set of ops gives the same board in any order of arrival, because every edit either sets a register
//! that the latest stamp wins, or adds to a sum, or adds an object that nothing can un-add.
use crate::{
    clock::Stamp,
    object::{Object, ObjectId},
    page::PageId,
    person::PersonId,
};

/// Why an op was made; tells a replay which stack of its person it belongs on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub enum Cause {
    Do,
    Undo,
    Redo,
}

/// One change in an op.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Edit {
    /// An object appears.
    Add(Object),
    /// Objects are taken away from, or given back to, everything (the undo and redo of an [`Edit::Add`]).
    Alive { ids: Vec<ObjectId>, alive: bool },
    /// Objects are rubbed out, deleted, or brought back from that.
    Erase { ids: Vec<ObjectId>, erased: bool },
    /// Objects move by so many micrometres. A sum: two people's moves add up, whoever is first.
    Move { ids: Vec<ObjectId>, dx_um: i32, dy_um: i32 },
    /// A text says something else; `before` is what its undo says.
    Say { id: ObjectId, text: String, before: String },
    /// A page appears, named by this op's stamp.
    AddPage,
}

/// One person's step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Op {
    pub stamp: Stamp,
    pub by: PersonId,
    pub page: PageId,
    pub cause: Cause,
    pub edits: Vec<Edit>,
}

impl Op {
    /// The edits that take this op back, in the order to do them. A page is never taken back: somebody may
    /// have drawn on it.
    pub(crate) fn inverse(&self) -> Vec<Edit> {
        self.edits.iter().rev().filter_map(inverse).collect()
    }
}

fn inverse(edit: &Edit) -> Option<Edit> {
    Some(match edit {
        Edit::Add(object) => Edit::Alive { ids: vec![object.id], alive: false },
        Edit::Alive { ids, alive } => Edit::Alive { ids: ids.clone(), alive: !alive },
        Edit::Erase { ids, erased } => Edit::Erase { ids: ids.clone(), erased: !erased },
        Edit::Move { ids, dx_um, dy_um } => {
            Edit::Move { ids: ids.clone(), dx_um: dx_um.saturating_neg(), dy_um: dy_um.saturating_neg() }
        }
        Edit::Say { id, text, before } => Edit::Say { id: *id, text: before.clone(), before: text.clone() },
        Edit::AddPage => return None,
    })
}
