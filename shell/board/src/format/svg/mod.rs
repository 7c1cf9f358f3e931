//! SVG: a page out as vectors, each thing in a group that says what it is; drawings of other programs in as figures,
//! texts and pictures.
//!
//! Our own attributes: `data-thing` on a group is the thing as an op of the journal in base64, `data-placing` where
//! it lay, `data-person` whose it is, `data-group` and `data-pinned` as on the board; `data-paper` on the root is
//! the page's paper in the same way and `data-origin` its top left in micrometres. Programs that keep unknown
//! attributes may move such groups about: then the thing comes back where it was moved to.
mod draw;
mod marks;
mod read;
mod write;

pub use read::read;
pub use write::{Letters, write};

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    clock::Stamp,
    codec::{decode, encode},
    document::Thing,
    object::{Content, Object, ObjectId},
    op::{Edit, Op},
    page::PageId,
    paper::Paper,
    person::PersonId,
};

fn packed(edit: Edit, by: Option<PersonId>) -> String {
    let stamp = Stamp::default();
    let op = Op { stamp, by: by.unwrap_or(PersonId::FIRST), page: PageId(stamp), edits: vec![edit] };
    STANDARD.encode(encode(&op))
}

fn unpacked(text: &str) -> Option<Edit> {
    decode(&STANDARD.decode(text).ok()?).ok()?.edits.into_iter().next()
}

fn pack_thing(thing: &Thing) -> String {
    let (id, by) = (ObjectId::default(), thing.by.unwrap_or(PersonId::FIRST));
    let page = PageId(Stamp::default());
    packed(
        Edit::Add(Object { id, page, by, z: id, piece_of: None, content: thing.content.clone() }),
        thing.by,
    )
}

fn unpack_content(text: &str) -> Option<Content> {
    match unpacked(text)? {
        Edit::Add(object) => Some(object.content),
        _ => None,
    }
}

fn pack_paper(paper: &Paper) -> String {
    packed(Edit::SetPaper(*paper), None)
}

fn unpack_paper(text: &str) -> Option<Paper> {
    match unpacked(text)? {
        Edit::SetPaper(paper) => Some(paper),
        _ => None,
    }
}
