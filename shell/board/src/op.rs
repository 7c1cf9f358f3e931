//! Changes. An op is one undoable step of one person: a few edits under one stamp.
//!
//! What lies on a page is the sum of the ops that count, and an undo is an op that says of another that it
//! does not. Sums and sets have no order, so any set of ops gives the same board in any order of arrival, and
//! whoever takes back a step takes back that step and nothing else.
use crate::{
    affine::Affine,
    clock::Stamp,
    colour::Colour,
    object::{Object, ObjectId},
    page::PageId,
    paper::Paper,
    person::PersonId,
};

/// One field of an object that can be given another value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    Colour(Colour),
    /// The width of a line or stroke, in micrometres.
    Width(u16),
    /// The inside of a shape: colour and opacity.
    Fill(Option<(Colour, u8)>),
    /// The place in the pile; see [`Object::z`].
    Depth(ObjectId),
    /// Objects of one group are selected together. A group is named by the op that made it.
    Group(Option<Stamp>),
    /// A pinned object is not touched by lasso, hand and eraser.
    Pinned(bool),
}

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
    /// A text or note says something else; the latest word that counts holds.
    Say { id: ObjectId, text: String },
    /// A page appears, named by this op's stamp. It stays when the op is undone: somebody may have drawn on it.
    AddPage,
    /// Objects are moved, scaled, turned; all that counts is applied in the order of stamps.
    Transform { ids: Vec<ObjectId>, by: Affine },
    /// A field has another value; the latest that counts holds.
    Set { ids: Vec<ObjectId>, field: Field },
    /// The op's page has another paper; the latest that counts holds.
    SetPaper(Paper),
    /// The op's page is not shown as long as this counts.
    DropPage,
    /// The op's page lies before or behind others by this, instead of by its own name; the latest that counts holds.
    MovePage { place: Stamp },
}

/// One person's step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Op {
    pub stamp: Stamp,
    pub by: PersonId,
    pub page: PageId,
    pub edits: Vec<Edit>,
}
