//! Where a code ends in a stream of characters. Pure: the time is an argument.
//!
//! A code ends with its suffix. A pause ends it only from a gun that sends none; from any other a pause means that
//! the code was torn, and then the next characters are taken for its tail and dropped too, so that neither half is
//! ever told as a code. Which of the two a gun is, is learnt: a first suffix settles it, and so does the same code
//! twice without one.

use std::time::{Duration, Instant};

use crate::code::Scan;
use crate::error::Fault;

/// A pause this long is no pause between two characters of a gun.
pub const IDLE: Duration = Duration::from_millis(100);
/// What comes within this time after a torn code may be the rest of it. No gun, cable or driver holds back longer.
pub const TAIL_WITHIN: Duration = Duration::from_secs(10);
/// The longest code, in bytes: a QR code of version 40 holds 7089 digits. A prefix may come on top.
pub const CODE_MAX: usize = 7089 + 16;

/// What ends a code.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Suffix {
    /// Carriage return, line feed or tabulator, or, once that is sure, a pause.
    #[default]
    Learnt,
    /// Carriage return, a line feed may follow.
    Cr,
    /// Line feed, a carriage return may stand before it.
    Lf,
    /// Tabulator.
    Tab,
    /// A pause of [`IDLE`].
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Just opened: what is on its way now may be the end of something.
    Settling,
    Taking,
    /// Something in this code was wrong.
    Spoilt(Fault),
    /// A code was torn; what comes until then may be its rest.
    Tail(Instant),
}

/// The characters since the last end.
#[derive(Debug)]
pub struct Framing {
    suffix: Suffix,
    /// Whether a suffix of the learnt kind was seen, or its lack.
    learnt: Option<bool>,
    state: State,
    bytes: Vec<u8>,
    /// When the last of them came; none while nothing is under way.
    last: Option<Instant>,
    /// A code without an end from a gun of which nothing is known.
    unended: Option<Vec<u8>>,
}

impl Framing {
    /// Opened now: takes codes once the line was quiet for [`IDLE`], or after the next suffix.
    pub fn new(suffix: Suffix, now: Instant) -> Self {
        Self {
            suffix,
            learnt: None,
            state: State::Settling,
            bytes: Vec::new(),
            last: Some(now),
            unended: None,
        }
    }

    /// True once the line was quiet after it was opened.
    pub fn is_settled(&self) -> bool {
        self.state != State::Settling
    }

    /// When to call [`Self::idle`].
    pub fn deadline(&self) -> Option<Instant> {
        self.last.map(|last| last + IDLE)
    }

    /// True where this character ends codes.
    pub fn is_end(&self, byte: u8) -> bool {
        match self.suffix {
            Suffix::Learnt => matches!(byte, b'\r' | b'\n' | b'\t'),
            Suffix::Cr => byte == b'\r',
            Suffix::Lf => byte == b'\n',
            Suffix::Tab => byte == b'\t',
            Suffix::None => false,
        }
    }

    /// Takes one character.
    pub fn push(&mut self, byte: u8, now: Instant) -> Option<Result<Scan, Fault>> {
        if self.suffix == Suffix::Cr && byte == b'\n' && self.bytes.is_empty() {
            // It belongs to the carriage return before it.
            return None;
        }
        self.stir(now);
        if self.is_end(byte) {
            return self.end();
        }
        if self.bytes.len() >= CODE_MAX {
            self.spoil(Fault::TooLong, now);
        }
        if !matches!(self.state, State::Spoilt(_)) {
            self.bytes.push(byte);
        }
        None
    }

    /// Something happened that is no character yet, such as a key held for the next one.
    pub fn stir(&mut self, now: Instant) {
        if let (None, State::Tail(until)) = (self.last, self.state)
            && now >= until
        {
            self.state = State::Taking;
        }
        self.last = Some(now);
    }

    /// Something in the code under way is wrong or lost: nothing of it will be told.
    pub fn spoil(&mut self, fault: Fault, now: Instant) {
        self.last = Some(now);
        self.bytes.clear();
        if self.state != State::Settling && !matches!(self.state, State::Spoilt(_)) {
            self.state = State::Spoilt(fault);
        }
    }

    /// The line is quiet. Does something once [`Self::deadline`] has passed.
    pub fn idle(&mut self, now: Instant) -> Option<Result<Scan, Fault>> {
        if self.deadline().is_none_or(|deadline| now < deadline) {
            return None;
        }
        self.last = None;
        let bytes = std::mem::take(&mut self.bytes);
        let torn = if self.ends_by_pause() { State::Taking } else { State::Tail(now + TAIL_WITHIN) };
        match self.state {
            State::Settling if bytes.is_empty() => {
                self.state = State::Taking;
                None
            }
            State::Settling => {
                self.state = torn;
                Some(Err(Fault::Joined))
            }
            State::Spoilt(fault) => {
                self.state = torn;
                Some(Err(fault))
            }
            State::Taking | State::Tail(_) if bytes.is_empty() => None,
            State::Taking | State::Tail(_) if self.ends_by_pause() => self.paused(bytes),
            State::Taking | State::Tail(_) => {
                self.state = torn;
                Some(self.unended(bytes))
            }
        }
    }

    fn ends_by_pause(&self) -> bool {
        self.suffix == Suffix::None || (self.suffix == Suffix::Learnt && self.learnt == Some(false))
    }

    fn paused(&mut self, bytes: Vec<u8>) -> Option<Result<Scan, Fault>> {
        self.state = State::Taking;
        let blank = bytes.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
        (!blank).then_some(Ok(Scan { bytes, symbology: None }))
    }

    /// A code ended by a pause, from a gun that is not known to do so.
    fn unended(&mut self, bytes: Vec<u8>) -> Result<Scan, Fault> {
        if self.suffix != Suffix::Learnt || self.learnt.is_some() {
            return Err(Fault::Torn);
        }
        if self.unended.as_ref() != Some(&bytes) {
            self.unended = Some(bytes);
            return Err(Fault::Unended);
        }
        self.learnt = Some(false);
        self.unended = None;
        self.state = State::Taking;
        Ok(Scan { bytes, symbology: None })
    }

    /// A code ended by a suffix.
    fn end(&mut self) -> Option<Result<Scan, Fault>> {
        let mut bytes = std::mem::take(&mut self.bytes);
        if self.suffix == Suffix::Lf && bytes.last() == Some(&b'\r') {
            bytes.pop();
        }
        self.last = None;
        let state = std::mem::replace(&mut self.state, State::Taking);
        if let State::Spoilt(fault) = state {
            return Some(Err(fault));
        }
        if bytes.is_empty() {
            // The second half of a CR LF, or the late end of a torn code.
            return None;
        }
        self.learnt = Some(true);
        self.unended = None;
        Some(match state {
            State::Settling => Err(Fault::Joined),
            State::Tail(_) => Err(Fault::Torn),
            _ => Ok(Scan { bytes, symbology: None }),
        })
    }
}

#[cfg(test)]
mod tests;
