//! Ops as bytes, for the journal and for other boards: our own format, documented here.
//!
//! Numbers are LEB128 varints, signed ones zig-zag first. In order:
//! - op: person, stamp, page (a stamp), count of edits, edits
//! - stamp: time in microseconds, actor
//! - edit: tag, then 0 object · 1 stamp, void · 2 ids · 3 ids, dx, dy · 4 id, text · 5 nothing · 6 ids, affine ·
//!   7 ids, field · 8 paper · 9 nothing · 10 stamp
//! - id: stamp, index; ids: count, then each
//! - affine: a, b, c, d, dx, dy
//! - field: tag, then 0 colour · 1 width · 2 0, or 1, colour and opacity · 3 id · 4 0, or 1 and stamp · 5 yes
//! - paper: ground (0 white, 1 green, 2 black, 3 and a colour), pattern, pitch, 0, or 1, width and height
//! - object: id, page, person, z (an id), 0, or 1, the id of the whole, from and to, then content
//! - content: tag, then 0 colour, highlighter, length, trace (see `ink::Trace`) · 1 x, y, size, room, colour, text ·
//!   2 outline, colour, width, dash, 0 or 1, colour and opacity, two arrows · 3 box, paper, size, colour, text ·
//!   4 hash (32 bytes), kind, page, box
//! - outline: 0, count of contours, each count of points, points as differences, closed · 1 x, y, rx, ry
//! - box: x0, y0, x1, y1; colour: below 10 of the palette, else 0x01RRGGBB; text: length in bytes, UTF-8
mod read;
mod write;

use crate::op::Op;

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
    write::op(op)
}

/// The op that bytes stand for. Any bytes are safe to try.
pub fn decode(bytes: &[u8]) -> Result<Op, CodecError> {
    read::op(bytes)
}
