//! What lies on a page: ink, texts, figures, notes, pictures.
use ink::Trace;

use crate::{
    clock::Stamp, colour::Colour, media::Media, note::Note, page::PageId, person::PersonId, point::PagePoint,
    shape::Shape,
};

/// An object's name, unique on all boards: the change that brought it and its place in that change.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord, Default)]
pub struct ObjectId {
    pub made: Stamp,
    pub index: u32,
}

/// A stroke of ink. Its trace is shared, never copied: a stroke does not change, pieces replace it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stroke {
    pub colour: Colour,
    /// A highlighter lies under the ink and does not darken over itself.
    pub highlighter: bool,
    pub trace: Trace,
}

/// A text, in the board's font.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Text {
    /// Top left of the first line.
    pub at: PagePoint,
    /// Height of a line, in micrometres.
    pub size_um: u32,
    /// The width that lines are broken to, in micrometres; 0: the page's right edge.
    pub room_um: u32,
    pub text: String,
    pub colour: Colour,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Content {
    Stroke(Stroke),
    Text(Text),
    Shape(Shape),
    Note(Note),
    Media(Media),
}

/// What is left of a stroke that was cut. Places along a stroke are counted on the first whole, however often it was
/// cut since: the number of a node times 65536, and a part of the way to the next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Piece {
    /// What was cut.
    pub of: ObjectId,
    pub from: u64,
    pub to: u64,
}

/// An object as an op brings it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Object {
    pub id: ObjectId,
    pub page: PageId,
    pub by: PersonId,
    /// Where it lies in the pile: pieces of an erased stroke keep the place of the stroke they were.
    pub z: ObjectId,
    /// The stroke this is a remaining piece of. A piece lives only as long as the whole would.
    pub piece_of: Option<Piece>,
    pub content: Content,
}
