//! Frame after frame -> sights. Pure: the time is an argument.
//!
//! Reading costs time, so each frame is read once as it is and, where that finds nothing, once more by one of the
//! [`Step`]s in turn: a hard code is read within a few frames instead of making every frame late.

use std::time::{Duration, Instant};

use crate::code::Code;
use crate::decode;
use crate::held::Held;
use crate::steps::Step;

/// The same code is told again only after this long: a phone held still is one presentation, a second try is another.
const SAME_CODE_ONCE_IN: Duration = Duration::from_secs(2);
/// Something held up this long without a read is told as unreadable: people start to wonder at about this time.
const UNREADABLE_AFTER: Duration = Duration::from_millis(1500);
/// While it stays unreadable it is told again this often.
const UNREADABLE_AGAIN: Duration = Duration::from_secs(4);
/// Codes remembered for [`SAME_CODE_ONCE_IN`]; more than a few in one view is a poster, not a payer.
const REMEMBERED_CODES: usize = 8;

/// What the camera saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// A code was read.
    Code(Code),
    /// Something bright, such as a phone, is held up, but no code could be read in it for 1.5 s.
    Unreadable,
    /// Nothing to tell.
    Nothing,
}

/// The memory between frames.
#[derive(Debug, Default)]
pub struct Watch {
    told: Vec<(Code, Instant)>,
    waiting: Vec<Code>,
    held: Held,
    held_since: Option<Instant>,
    unreadable_told: Option<Instant>,
    /// The place in [`Step::ALL`] that is next.
    step: usize,
}

impl Watch {
    /// A watch that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks at one grey frame of `width` x `height` bytes taken at `now`.
    pub fn look(&mut self, gray: &[u8], width: usize, height: usize, now: Instant) -> Sight {
        let held = self.held.look(gray, width, height, now);
        let codes = self.read(gray, width, height);
        self.told.retain(|(_, at)| now.duration_since(*at) < SAME_CODE_ONCE_IN);
        if !codes.is_empty() {
            self.held_since = None;
            self.unreadable_told = None;
        }
        for code in codes {
            let known = self.told.iter().any(|(told, _)| *told == code);
            if !known && self.told.len() < REMEMBERED_CODES {
                self.told.push((code.clone(), now));
                self.waiting.push(code);
            }
        }
        if !self.waiting.is_empty() {
            return Sight::Code(self.waiting.remove(0));
        }
        self.unreadable(held, now)
    }

    fn read(&mut self, gray: &[u8], width: usize, height: usize) -> Vec<Code> {
        let codes = match decode::codes(gray, width, height) {
            Ok(codes) => codes,
            Err(error) => {
                tracing::debug!(%error, "frame not read");
                Vec::new()
            }
        };
        if !codes.is_empty() {
            return codes;
        }
        let step = Step::ALL[self.step];
        self.step = (self.step + 1) % Step::ALL.len();
        decode::codes_by(step, gray, width, height).unwrap_or_default()
    }

    fn unreadable(&mut self, held: bool, now: Instant) -> Sight {
        if !held {
            self.held_since = None;
            self.unreadable_told = None;
            return Sight::Nothing;
        }
        let since = *self.held_since.get_or_insert(now);
        let due = match self.unreadable_told {
            None => now.duration_since(since) >= UNREADABLE_AFTER,
            Some(at) => now.duration_since(at) >= UNREADABLE_AGAIN,
        };
        if !due {
            return Sight::Nothing;
        }
        self.unreadable_told = Some(now);
        Sight::Unreadable
    }
}

#[cfg(test)]
mod tests;
