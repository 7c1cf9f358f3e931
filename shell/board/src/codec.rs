//! Ops as bytes, for the journal and for other boards: our own format, documented here.
//!
//! Numbers are LEB128 varints, signed ones zig-zag first. In order:
//! - op: person, stamp, page (a stamp), count of edits, edits
//! - stamp: time in microseconds, actor
//! - edit: tag, then 0 object · 1 stamp, void · 2 ids · 3 ids, dx, dy · 4 id, text · 5 nothing
//! - id: stamp, index; ids: count, then each
//! - object: id, page, person, z (an id), 0 or 1 and the id of the whole, then content
//! - content: 0 colour, highlighter, count of nodes, nodes as differences of x, y, radius · 1 x, y, size, colour, text
//! - text: length in bytes, UTF-8
use std::sync::Arc;

use ink::Node;

use crate::{
    clock::{Actor, Stamp},
    colour::Colour,
    object::{Content, Object, ObjectId, Stroke, Text},
    op::{Edit, Op},
    page::PageId,
    person::PersonId,
    point::PagePoint,
};

/// Why bytes are no op.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum CodecError {
    #[error("the record ends too early")]
    Short,
    #[error("the record says something that this version does not know")]
    Unknown,
    #[error("the record goes on after its end")]
    Long,
}

/// An op as bytes.
pub fn encode(op: &Op) -> Vec<u8> {
    let mut out = Out(Vec::with_capacity(64));
    out.byte(op.by.number());
    out.stamp(op.stamp);
    out.stamp(op.page.0);
    out.count(op.edits.len());
    op.edits.iter().for_each(|edit| out.edit(edit));
    out.0
}

/// The op that bytes stand for. Any bytes are safe to try.
pub fn decode(bytes: &[u8]) -> Result<Op, CodecError> {
    let mut from = In(bytes);
    let (by, stamp, page) = (from.person()?, from.stamp()?, PageId(from.stamp()?));
    let edits = from.many(1, In::edit)?;
    if from.0.is_empty() { Ok(Op { stamp, by, page, edits }) } else { Err(CodecError::Long) }
}

struct Out(Vec<u8>);

impl Out {
    fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)) as u64);
    }

    fn count(&mut self, count: usize) {
        self.number(count as u64);
    }

    fn stamp(&mut self, stamp: Stamp) {
        self.number(stamp.time);
        self.number(u64::from(stamp.actor.0));
    }

    fn id(&mut self, id: ObjectId) {
        self.stamp(id.made);
        self.number(u64::from(id.index));
    }

    fn ids(&mut self, ids: &[ObjectId]) {
        self.count(ids.len());
        ids.iter().for_each(|id| self.id(*id));
    }

    fn text(&mut self, text: &str) {
        self.count(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn edit(&mut self, edit: &Edit) {
        match edit {
            Edit::Add(object) => {
                self.byte(0);
                self.object(object);
            }
            Edit::Void { op, void } => {
                self.byte(1);
                self.stamp(*op);
                self.byte(u8::from(*void));
            }
            Edit::Erase { ids } => {
                self.byte(2);
                self.ids(ids);
            }
            Edit::Move { ids, dx_um, dy_um } => {
                self.byte(3);
                self.ids(ids);
                self.signed(i64::from(*dx_um));
                self.signed(i64::from(*dy_um));
            }
            Edit::Say { id, text } => {
                self.byte(4);
                self.id(*id);
                self.text(text);
            }
            Edit::AddPage => self.byte(5),
        }
    }

    fn object(&mut self, object: &Object) {
        self.id(object.id);
        self.stamp(object.page.0);
        self.byte(object.by.number());
        self.id(object.z);
        self.byte(u8::from(object.piece_of.is_some()));
        if let Some(whole) = object.piece_of {
            self.id(whole);
        }
        match &object.content {
            Content::Stroke(stroke) => {
                self.byte(0);
                self.byte(stroke.colour.index());
                self.byte(u8::from(stroke.highlighter));
                self.count(stroke.nodes.len());
                let mut last = Node { x_um: 0, y_um: 0, radius_um: 0 };
                for node in stroke.nodes.iter() {
                    self.signed(i64::from(node.x_um) - i64::from(last.x_um));
                    self.signed(i64::from(node.y_um) - i64::from(last.y_um));
                    self.signed(i64::from(node.radius_um) - i64::from(last.radius_um));
                    last = *node;
                }
            }
            Content::Text(text) => {
                self.byte(1);
                self.signed(i64::from(text.at.x_um));
                self.signed(i64::from(text.at.y_um));
                self.number(u64::from(text.size_um));
                self.byte(text.colour.index());
                self.text(&text.text);
            }
        }
    }
}

struct In<'a>(&'a [u8]);

impl In<'_> {
    fn byte(&mut self) -> Result<u8, CodecError> {
        let (first, rest) = self.0.split_first().ok_or(CodecError::Short)?;
        self.0 = rest;
        Ok(*first)
    }

    fn yes(&mut self) -> Result<bool, CodecError> {
        match self.byte()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(CodecError::Unknown),
        }
    }

    fn number(&mut self) -> Result<u64, CodecError> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(CodecError::Unknown)
    }

    fn small(&mut self) -> Result<u32, CodecError> {
        u32::try_from(self.number()?).map_err(|_| CodecError::Unknown)
    }

    fn signed(&mut self) -> Result<i64, CodecError> {
        let folded = self.number()?;
        Ok((folded >> 1) as i64 ^ -((folded & 1) as i64))
    }

    fn place(&mut self) -> Result<i32, CodecError> {
        i32::try_from(self.signed()?).map_err(|_| CodecError::Unknown)
    }

    /// So many things of at least `least` bytes each: a count that cannot be true asks for no memory.
    fn many<T>(
        &mut self,
        least: usize,
        one: impl Fn(&mut Self) -> Result<T, CodecError>,
    ) -> Result<Vec<T>, CodecError> {
        let count = usize::try_from(self.number()?).map_err(|_| CodecError::Short)?;
        if count > self.0.len() / least {
            return Err(CodecError::Short);
        }
        (0..count).map(|_| one(self)).collect()
    }

    fn stamp(&mut self) -> Result<Stamp, CodecError> {
        Ok(Stamp { time: self.number()?, actor: Actor(self.small()?) })
    }

    fn person(&mut self) -> Result<PersonId, CodecError> {
        PersonId::new(self.byte()?).ok_or(CodecError::Unknown)
    }

    fn colour(&mut self) -> Result<Colour, CodecError> {
        Colour::new(self.byte()?).ok_or(CodecError::Unknown)
    }

    fn id(&mut self) -> Result<ObjectId, CodecError> {
        Ok(ObjectId { made: self.stamp()?, index: self.small()? })
    }

    fn ids(&mut self) -> Result<Vec<ObjectId>, CodecError> {
        self.many(3, In::id)
    }

    fn text(&mut self) -> Result<String, CodecError> {
        let length = usize::try_from(self.number()?).map_err(|_| CodecError::Short)?;
        let (text, rest) = self.0.split_at_checked(length).ok_or(CodecError::Short)?;
        self.0 = rest;
        String::from_utf8(text.to_vec()).map_err(|_| CodecError::Unknown)
    }

    fn edit(&mut self) -> Result<Edit, CodecError> {
        Ok(match self.byte()? {
            0 => Edit::Add(self.object()?),
            1 => Edit::Void { op: self.stamp()?, void: self.yes()? },
            2 => Edit::Erase { ids: self.ids()? },
            3 => Edit::Move { ids: self.ids()?, dx_um: self.place()?, dy_um: self.place()? },
            4 => Edit::Say { id: self.id()?, text: self.text()? },
            5 => Edit::AddPage,
            _ => return Err(CodecError::Unknown),
        })
    }

    fn object(&mut self) -> Result<Object, CodecError> {
        let (id, page, by, z) = (self.id()?, PageId(self.stamp()?), self.person()?, self.id()?);
        let piece_of = if self.yes()? { Some(self.id()?) } else { None };
        let content = match self.byte()? {
            0 => {
                let (colour, highlighter) = (self.colour()?, self.yes()?);
                let mut nodes = self.many(3, |from| Ok((from.signed()?, from.signed()?, from.signed()?)))?;
                let mut last = (0_i64, 0_i64, 0_i64);
                for node in &mut nodes {
                    let add = |a: i64, b: i64| a.checked_add(b).ok_or(CodecError::Unknown);
                    last = (add(last.0, node.0)?, add(last.1, node.1)?, add(last.2, node.2)?);
                    *node = last;
                }
                let nodes: Arc<[Node]> = nodes.into_iter().map(node).collect::<Result<_, _>>()?;
                if nodes.is_empty() {
                    return Err(CodecError::Unknown);
                }
                Content::Stroke(Stroke { colour, highlighter, nodes })
            }
            1 => {
                let at = PagePoint::new(self.place()?, self.place()?);
                let (size_um, colour) = (self.small()?, self.colour()?);
                Content::Text(Text { at, size_um, colour, text: self.text()? })
            }
            _ => return Err(CodecError::Unknown),
        };
        Ok(Object { id, page, by, z, piece_of, content })
    }
}

/// Places further than this are on no page, in micrometres: a kilometre. Sums of them stay inside 32 bits.
const FURTHEST_UM: i32 = 1_000_000_000;

fn node((x, y, radius): (i64, i64, i64)) -> Result<Node, CodecError> {
    let place = |um: i64| {
        let um = i32::try_from(um).map_err(|_| CodecError::Unknown)?;
        if um.abs() > FURTHEST_UM { Err(CodecError::Unknown) } else { Ok(um) }
    };
    let radius_um = u16::try_from(radius).map_err(|_| CodecError::Unknown)?;
    Ok(Node { x_um: place(x)?, y_um: place(y)?, radius_um })
}
