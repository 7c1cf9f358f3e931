//! A stroke as it is kept, in memory as on disk: the differences of its nodes as varints, four to five bytes a node.
//!
//! Format: count, then the first node as x, y (signed), radius, then for each further node its difference in
//! radius (signed, times two, plus one if the time step is another than before), the time step if so, and its
//! differences in x and y. Places and radii count in [`GRID_UM`], times in milliseconds. Numbers are LEB128
//! varints, signed ones zig-zag first.
use std::sync::Arc;

use crate::sample::{GRID_UM, Node};

/// Places further than this are on no page, in micrometres: a kilometre. Sums of them stay inside 32 bits.
const FURTHEST_UM: i64 = 1_000_000_000;

/// Why bytes are no trace.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct BadTrace;

/// The nodes of a stroke, packed. Cloning shares them.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct Trace {
    bytes: Arc<[u8]>,
}

impl Trace {
    /// Packs nodes; what lies between grid points goes to the nearest.
    pub fn new(nodes: &[Node]) -> Trace {
        let mut out = Out(Vec::with_capacity(8 + nodes.len() * 5));
        out.number(nodes.len() as u64);
        let (mut last, mut step) = ([0_i64; 3], 0_u64);
        let mut last_ms = 0;
        for (index, node) in nodes.iter().enumerate() {
            let place = [units(node.x_um), units(node.y_um), units(i32::from(node.radius_um))];
            if index == 0 {
                out.signed(place[0]);
                out.signed(place[1]);
                out.number(place[2] as u64);
            } else {
                let wait = u64::from(node.t_ms.saturating_sub(last_ms));
                let radius = zigzag(place[2] - last[2]);
                out.number(radius << 1 | u64::from(wait != step));
                if wait != step {
                    out.number(wait);
                    step = wait;
                }
                out.signed(place[0] - last[0]);
                out.signed(place[1] - last[1]);
            }
            (last, last_ms) = (place, node.t_ms);
        }
        Trace { bytes: out.0.into() }
    }

    /// The trace that bytes stand for: every node is read and lies within a kilometre. Any bytes are safe to try.
    pub fn from_bytes(bytes: &[u8]) -> Result<Trace, BadTrace> {
        let mut nodes = Nodes::new(bytes);
        // A node takes three bytes at least, so that a count that cannot be true costs no time.
        if nodes.left == 0 || nodes.left > bytes.len() / 3 {
            return Err(BadTrace);
        }
        while nodes.left > 0 {
            nodes.read().ok_or(BadTrace)?;
        }
        if nodes.rest.is_empty() { Ok(Trace { bytes: bytes.into() }) } else { Err(BadTrace) }
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The nodes in the order in which they were written.
    pub fn nodes(&self) -> Nodes<'_> {
        Nodes::new(&self.bytes)
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes().left
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Unpacks into a vector whose memory is used again.
    pub fn unpack_into(&self, nodes: &mut Vec<Node>) {
        nodes.clear();
        nodes.extend(self.nodes());
    }
}

impl FromIterator<Node> for Trace {
    fn from_iter<T: IntoIterator<Item = Node>>(nodes: T) -> Trace {
        Trace::new(&nodes.into_iter().collect::<Vec<_>>())
    }
}

fn units(um: i32) -> i64 {
    (i64::from(um) + i64::from(GRID_UM) / 2).div_euclid(i64::from(GRID_UM))
}

const fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

const fn unzigzag(folded: u64) -> i64 {
    (folded >> 1) as i64 ^ -((folded & 1) as i64)
}

struct Out(Vec<u8>);

impl Out {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn signed(&mut self, number: i64) {
        self.number(zigzag(number));
    }
}

/// Unpacks a trace node by node.
#[derive(Clone, Debug)]
pub struct Nodes<'a> {
    rest: &'a [u8],
    left: usize,
    first: bool,
    last: [i64; 3],
    t_ms: u32,
    step: u32,
}

impl<'a> Nodes<'a> {
    /// The nodes of a trace whose bytes are kept elsewhere. Of bytes that are no trace, as many as can be read.
    pub fn packed(bytes: &'a [u8]) -> Nodes<'a> {
        Nodes::new(bytes)
    }

    fn new(bytes: &'a [u8]) -> Nodes<'a> {
        let mut nodes = Nodes { rest: bytes, left: 0, first: true, last: [0; 3], t_ms: 0, step: 0 };
        nodes.left = nodes.number().and_then(|count| usize::try_from(count).ok()).unwrap_or(0);
        nodes
    }

    #[inline]
    fn number(&mut self) -> Option<u64> {
        // Almost all are of one byte or two.
        match *self.rest {
            [low, ref rest @ ..] if low < 0x80 => {
                self.rest = rest;
                Some(u64::from(low))
            }
            [low, high, ref rest @ ..] if high < 0x80 => {
                self.rest = rest;
                Some(u64::from(low & 0x7f) | u64::from(high) << 7)
            }
            _ => self.long_number(),
        }
    }

    #[cold]
    fn long_number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for (index, byte) in self.rest.iter().enumerate().take(9) {
            number |= u64::from(byte & 0x7f) << (7 * index);
            if *byte < 0x80 {
                self.rest = &self.rest[index + 1..];
                return Some(number);
            }
        }
        None
    }

    fn read(&mut self) -> Option<Node> {
        if std::mem::take(&mut self.first) {
            self.last =
                [unzigzag(self.number()?), unzigzag(self.number()?), self.number()?.min(1 << 20) as i64];
        } else {
            let head = self.number()?;
            if head & 1 == 1 {
                self.step = u32::try_from(self.number()?).ok()?;
            }
            let by = [unzigzag(self.number()?), unzigzag(self.number()?), unzigzag(head >> 1)];
            for (last, by) in self.last.iter_mut().zip(by) {
                *last = last.checked_add(by)?;
            }
            self.t_ms = self.t_ms.checked_add(self.step)?;
        }
        self.left -= 1;
        let place = |units: i64| {
            let um = units.checked_mul(i64::from(GRID_UM))?;
            if um.abs() > FURTHEST_UM { None } else { i32::try_from(um).ok() }
        };
        let radius_um = u16::try_from(place(self.last[2])?).ok()?;
        Some(Node { x_um: place(self.last[0])?, y_um: place(self.last[1])?, radius_um, t_ms: self.t_ms })
    }
}

impl Iterator for Nodes<'_> {
    type Item = Node;

    #[inline]
    fn next(&mut self) -> Option<Node> {
        if self.left == 0 { None } else { self.read() }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.left))
    }
}
