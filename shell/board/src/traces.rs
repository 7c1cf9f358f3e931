//! The strokes of a board, packed one behind the other: no allocation, no header, no pointer for each.
use ink::{Nodes, Trace};

/// Traces lie in chunks of this many bytes.
const CHUNK_BITS: u32 = 20;
const CHUNK: usize = 1 << CHUNK_BITS;
/// As many chunks as a place can name: four gigabytes.
const MOST_CHUNKS: usize = 1 << (32 - CHUNK_BITS);

/// Where a trace lies.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct TraceAt(pub(crate) u32);

/// Traces are only ever added: what was undone may be done again.
#[derive(Default)]
pub(crate) struct Traces {
    chunks: Vec<Vec<u8>>,
}

impl Traces {
    /// Keeps a trace; `None` when it is too long, or everything is full.
    pub(crate) fn keep(&mut self, trace: &Trace) -> Option<TraceAt> {
        let bytes = trace.as_bytes();
        let mut length = [0; 4];
        let head = write(bytes.len(), &mut length)?;
        let needed = head.len() + bytes.len();
        if needed > CHUNK {
            return None;
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() + needed > CHUNK) {
            if self.chunks.len() >= MOST_CHUNKS {
                return None;
            }
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let number = self.chunks.len() - 1;
        let chunk = &mut self.chunks[number];
        let at = TraceAt((number << CHUNK_BITS | chunk.len()) as u32);
        chunk.extend_from_slice(head);
        chunk.extend_from_slice(bytes);
        Some(at)
    }

    fn bytes(&self, at: TraceAt) -> &[u8] {
        let (number, mut place) = ((at.0 >> CHUNK_BITS) as usize, at.0 as usize & (CHUNK - 1));
        let Some(chunk) = self.chunks.get(number) else { return &[] };
        let (mut length, mut shift) = (0, 0);
        while let Some(byte) = chunk.get(place).copied() {
            place += 1;
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte < 0x80 {
                break;
            }
        }
        chunk.get(place..place + length).unwrap_or(&[])
    }

    pub(crate) fn nodes(&self, at: TraceAt) -> Nodes<'_> {
        Nodes::packed(self.bytes(at))
    }

    /// A copy to give away.
    pub(crate) fn trace(&self, at: TraceAt) -> Option<Trace> {
        Trace::from_bytes(self.bytes(at)).ok()
    }
}

/// A length as a varint of at most four bytes.
fn write(mut length: usize, out: &mut [u8; 4]) -> Option<&[u8]> {
    for at in 0..out.len() {
        out[at] = length as u8 & 0x7f;
        length >>= 7;
        if length == 0 {
            return Some(&out[..=at]);
        }
        out[at] |= 0x80;
    }
    None
}
