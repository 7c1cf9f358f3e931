//! Changes. An op is one undoable step of one person: a few edits under one stamp.
//!
//! What lies on a page is the sum of the ops that count, and an undo is an op that says of another that it
//! does not. Sums and sets have no order, so any set of ops gives the same board in any order of arrival, and
//! whoever takes back a step takes back that step and nothing else.
use crate::{
    clock::Stamp,
    object::{Object, ObjectId},
    page::PageId,
    person::PersonId,
};

/// One change in an op.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Edit {
    /// An object appears.
    Add(Object),
    /// Another op no longer counts (an undo), or counts again (a redo). The latest word on an op holds.
    Void { op: Stamp, void: bool },
    /// Objects are rubbed out or deleted.
    Erase { ids: Vec<ObjectId> },
    /// Objects move by so many micrometres; all moves add up.
    Move { ids: Vec<ObjectId>, dx_um: i32, dy_um: i32 },
    /// A text says something else; the latest word that counts holds.
    Say { id: ObjectId, text: String },
    /// A page appears, named by this op's stamp. It stays when the op is undone: somebody may have drawn on it.
    AddPage,
}

/// One person's step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Op {
    pub stamp: Stamp,
    pub by: PersonId,
    pub page: PageId,
    pub edits: Vec<Edit>,
}
