//! All objects of a board, in 32 bytes each and their packed ink. What few objects have (moves, other words, other
//! colours, who rubbed them out) lies apart, in [`Extras`].
use std::{
    collections::HashMap,
    hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState},
};

use hashbrown::HashTable;
use ink::Nodes;

use crate::{
    affine::Affine,
    clock::{Actor, Stamp},
    colour::Colour,
    object::{Content, Object, ObjectId, Piece, Stroke},
    op::Field,
    page::PageId,
    person::PersonId,
    resolve::Looks,
    runs::Range,
    traces::{TraceAt, Traces},
};

/// An object by its place in memory: what the index and the board's insides name it by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct Slot(u32);

/// A table by slots. They are numbered by the board itself, so nobody can choose them to collide.
pub(crate) type BySlot<T> = HashMap<Slot, T, BuildHasherDefault<SlotHasher>>;

/// Spreads a slot's number over the bits that a table looks at (Fibonacci hashing, Knuth 6.4).
#[derive(Default)]
pub(crate) struct SlotHasher(u64);

impl Hasher for SlotHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u32(u32::from(*byte)));
    }

    fn write_u32(&mut self, number: u32) {
        let spread = (self.0 ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = spread ^ spread >> 32;
    }
}

/// A page by its place in memory.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct PageSlot(pub(crate) u32);

const NONE: u32 = u32::MAX;
const COLOUR: u32 = (1 << 25) - 1;
const BY: u32 = 25;
const HIGHLIGHTER: u32 = 1 << 29;
const SHOWN: u32 = 1 << 30;
const KNOWN: u32 = 1 << 31;

struct Record {
    time: u64,
    actor: u32,
    index: u32,
    /// Its ink, if it is a stroke that an op has brought.
    trace: u32,
    extras: u32,
    page: u32,
    /// Colour, person and flags.
    look: u32,
}

/// What few objects have.
#[derive(Default)]
pub(crate) struct Extras {
    /// What is no stroke, or one too long to be packed.
    pub(crate) content: Option<Box<Content>>,
    /// Its place in the pile, where it is not its own name.
    z: Option<Box<ObjectId>>,
    pub(crate) whole: Option<Slot>,
    /// Of a piece: where along the first whole it reaches.
    pub(crate) range: Range,
    /// Of a first whole: see `Scene::tangle`.
    pub(crate) tangled: bool,
    pub(crate) pieces: Vec<Slot>,
    pub(crate) erasers: Vec<Stamp>,
    /// In the order of stamps.
    pub(crate) moves: Vec<(Stamp, Affine)>,
    pub(crate) words: Vec<(Stamp, String)>,
    pub(crate) fields: Vec<(Stamp, Field)>,
    /// Where a hand that has not let go has taken it.
    pub(crate) drag: Option<Box<Affine>>,
    /// How it is shown, where that is not as it was made.
    pub(crate) looks: Option<Box<Looks>>,
}

#[derive(Default)]
pub(crate) struct Objects {
    records: Vec<Record>,
    extras: Vec<Extras>,
    names: HashTable<Slot>,
    hasher: RandomState,
    traces: Traces,
}

impl Objects {
    pub(crate) fn find(&self, id: ObjectId) -> Option<Slot> {
        self.names.find(self.hasher.hash_one(id), |slot| self.id(*slot) == id).copied()
    }

    /// The object's place, made if nothing was known of it.
    pub(crate) fn slot(&mut self, id: ObjectId) -> Slot {
        if let Some(slot) = self.find(id) {
            return slot;
        }
        let record = Record {
            time: id.made.time,
            actor: id.made.actor.0,
            index: id.index,
            trace: NONE,
            extras: NONE,
            page: NONE,
            look: 0,
        };
        if self.records.len() == self.records.capacity() {
            self.records.reserve_exact(self.records.len() / 8 + 64);
        }
        self.records.push(record);
        let slot = Slot((self.records.len() - 1) as u32);
        let hash = self.hasher.hash_one(id);
        let Objects { names, records, hasher, .. } = self;
        names.insert_unique(hash, slot, |slot| hasher.hash_one(name(&records[slot.0 as usize])));
        slot
    }

    fn record(&self, slot: Slot) -> &Record {
        &self.records[slot.0 as usize]
    }

    pub(crate) fn id(&self, slot: Slot) -> ObjectId {
        name(self.record(slot))
    }

    pub(crate) fn by(&self, slot: Slot) -> PersonId {
        PersonId::new((self.record(slot).look >> BY & 15) as u8).unwrap_or(PersonId::FIRST)
    }

    pub(crate) fn page(&self, slot: Slot) -> PageSlot {
        PageSlot(self.record(slot).page)
    }

    /// Whether the object itself has come, and not only ops that speak of it.
    pub(crate) fn is_known(&self, slot: Slot) -> bool {
        self.record(slot).look & KNOWN != 0
    }

    pub(crate) fn is_shown(&self, slot: Slot) -> bool {
        self.record(slot).look & SHOWN != 0
    }

    pub(crate) fn set_shown(&mut self, slot: Slot, shown: bool) {
        let look = &mut self.records[slot.0 as usize].look;
        *look = if shown { *look | SHOWN } else { *look & !SHOWN };
    }

    pub(crate) fn extras(&self, slot: Slot) -> Option<&Extras> {
        self.extras.get(self.record(slot).extras as usize)
    }

    pub(crate) fn extras_mut(&mut self, slot: Slot) -> &mut Extras {
        let record = &mut self.records[slot.0 as usize];
        if record.extras == NONE {
            self.extras.push(Extras::default());
            record.extras = (self.extras.len() - 1) as u32;
        }
        &mut self.extras[record.extras as usize]
    }

    /// Where it was made to lie in the pile.
    pub(crate) fn z(&self, slot: Slot) -> ObjectId {
        self.extras(slot).and_then(|extras| extras.z.as_deref().copied()).unwrap_or_else(|| self.id(slot))
    }

    /// The object comes.
    pub(crate) fn put(&mut self, slot: Slot, object: Object, page: PageSlot, whole: Option<Slot>) {
        let id = self.id(slot);
        let (mut colour, mut highlighter, mut trace) = (Colour::default(), 0, None);
        if let Content::Stroke(stroke) = &object.content {
            colour = stroke.colour;
            highlighter = if stroke.highlighter { HIGHLIGHTER } else { 0 };
            trace = self.traces.keep(&stroke.trace);
        }
        let record = &mut self.records[slot.0 as usize];
        record.page = page.0;
        record.look = record.look & SHOWN
            | KNOWN
            | highlighter
            | colour.code() & COLOUR
            | u32::from(object.by.number()) << BY;
        record.trace = trace.map_or(NONE, |at| at.0);
        if object.z != id || whole.is_some() || trace.is_none() || record.extras != NONE {
            let extras = self.extras_mut(slot);
            extras.z = (object.z != id).then(|| Box::new(object.z));
            extras.whole = whole;
            extras.range = object.piece_of.map_or((0, 0), |piece| (piece.from, piece.to));
            extras.content = trace.is_none().then(|| Box::new(object.content));
        }
    }

    /// A stroke's ink as it was made; `None` for what is no stroke.
    pub(crate) fn nodes(&self, slot: Slot) -> Option<Nodes<'_>> {
        let at = self.record(slot).trace;
        if at != NONE {
            return Some(self.traces.nodes(TraceAt(at)));
        }
        match self.extras(slot)?.content.as_deref()? {
            Content::Stroke(stroke) => Some(stroke.trace.nodes()),
            Content::Text(_) | Content::Shape(_) | Content::Note(_) | Content::Media(_) => None,
        }
    }

    /// How many objects ops have brought or spoken of.
    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    /// All places, known or not.
    pub(crate) fn slots(&self) -> impl Iterator<Item = Slot> + use<> {
        (0..self.records.len() as u32).map(Slot)
    }

    /// Whether the object is a stroke, but for those too long to be packed.
    pub(crate) fn is_packed(&self, slot: Slot) -> bool {
        self.record(slot).trace != NONE
    }

    /// Content that is no packed stroke.
    pub(crate) fn loose(&self, slot: Slot) -> Option<&Content> {
        self.extras(slot)?.content.as_deref()
    }

    /// The colour and kind of a stroke.
    pub(crate) fn ink(&self, slot: Slot) -> (Colour, bool) {
        let look = self.record(slot).look;
        (Colour::from_code(look & COLOUR).unwrap_or_default(), look & HIGHLIGHTER != 0)
    }

    /// What the object is, as it was made.
    pub(crate) fn content(&self, slot: Slot) -> Option<Content> {
        let at = self.record(slot).trace;
        if at == NONE {
            return self.loose(slot).cloned();
        }
        let (colour, highlighter) = self.ink(slot);
        let trace = self.traces.trace(TraceAt(at))?;
        Some(Content::Stroke(Stroke { colour, highlighter, trace }))
    }

    /// The object as it was made; `page` is the name of its page.
    pub(crate) fn object(&self, slot: Slot, page: PageId) -> Option<Object> {
        let piece = self.extras(slot).and_then(|extras| Some((extras.whole?, extras.range)));
        Some(Object {
            id: self.id(slot),
            page,
            by: self.by(slot),
            z: self.z(slot),
            piece_of: piece.map(|(whole, (from, to))| Piece { of: self.id(whole), from, to }),
            content: self.content(slot).filter(|_| self.is_known(slot))?,
        })
    }
}

fn name(record: &Record) -> ObjectId {
    ObjectId { made: Stamp { time: record.time, actor: Actor(record.actor) }, index: record.index }
}
