//! A serial line: bytes as the terminal hands them over -> scans. Pure: the time is an argument.
//!
//! The port is set to mark damaged characters (PARMRK of termios(3)): `FF 00 x` is a character with a parity or
//! framing error or a break, and `FF FF` a real FF. A code with a damaged character is not told.

use std::time::Instant;

use crate::code::Scan;
use crate::error::Fault;
use crate::framing::{Framing, Suffix};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    None,
    /// After FF.
    Escape,
    /// After FF 00.
    Damaged,
}

/// The state of a line.
#[derive(Debug)]
pub struct Serial {
    framing: Framing,
    mark: Mark,
}

impl Serial {
    /// A line opened now.
    pub fn new(suffix: Suffix, now: Instant) -> Self {
        Self { framing: Framing::new(suffix, now), mark: Mark::None }
    }

    /// Where the code under way stands.
    pub fn framing(&self) -> &Framing {
        &self.framing
    }

    /// Takes one byte that arrived at `now`.
    pub fn feed(&mut self, byte: u8, now: Instant) -> Option<Result<Scan, Fault>> {
        let (mark, sent) = match (self.mark, byte) {
            (Mark::None, 0xff) => (Mark::Escape, None),
            (Mark::None, _) => (Mark::None, Some(byte)),
            (Mark::Escape, 0xff) => (Mark::None, Some(0xff)),
            (Mark::Escape, 0) => (Mark::Damaged, None),
            (Mark::Escape | Mark::Damaged, _) => {
                self.framing.spoil(Fault::Garbled, now);
                (Mark::None, None)
            }
        };
        self.mark = mark;
        self.framing.push(sent?, now)
    }

    /// The line is quiet; to be called at the framing's deadline.
    pub fn idle(&mut self, now: Instant) -> Option<Result<Scan, Fault>> {
        self.framing.idle(now)
    }
}

#[cfg(test)]
mod tests {
    //! Marks, and GBK bytes kept.
    use super::*;
    use crate::framing::IDLE;

    fn told(bytes: &[u8]) -> Vec<Result<Scan, Fault>> {
        let start = Instant::now();
        let mut serial = Serial::new(Suffix::Cr, start);
        let mut told: Vec<_> = serial.idle(start + IDLE).into_iter().collect();
        let now = start + IDLE * 2;
        told.extend(bytes.iter().filter_map(|byte| serial.feed(*byte, now)));
        told.extend(serial.idle(now + IDLE));
        told
    }

    fn scan(bytes: &[u8]) -> Result<Scan, Fault> {
        Ok(Scan { bytes: bytes.to_vec(), symbology: None })
    }

    #[test]
    fn bytes_are_kept_and_marks_are_read() {
        assert_eq!(told(b"\xd6\xd0\xce\xc4\r"), [scan(b"\xd6\xd0\xce\xc4")]);
        assert_eq!(told(b"a\xff\xffb\r"), [scan(b"a\xffb")]);
        assert_eq!(told(b"12\xff\x003456\r"), [Err(Fault::Garbled)]);
        assert_eq!(told(b"12\xff\x00\x003456\r7\r"), [Err(Fault::Garbled), scan(b"7")], "a break");
        assert_eq!(told(b"12\xff\x00\r34\r"), [Err(Fault::Garbled)], "a damaged end is no end");
        assert_eq!(told(b"12\xff?3\r"), [Err(Fault::Garbled)], "no mark that a terminal makes");
    }
}
