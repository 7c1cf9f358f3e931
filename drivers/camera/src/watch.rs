//! Frame after frame -> sights. Pure: the time is an argument.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::agreement::Agreement;
use crate::cascade::Cascade;
use crate::code::Code;
use crate::decode::{self, Found};
use crate::held::Held;
use crate::picture::{Corners, Picture, Region};
use crate::why::{Why, why};

/// Something held up this long without a read is told as unreadable: people start to wonder at about this time.
const UNREADABLE_AFTER: Duration = Duration::from_millis(1500);
/// While it stays unreadable it is told again this often.
const UNREADABLE_AGAIN: Duration = Duration::from_secs(4);
/// A QR code that is seen but not read may be missed for so long and is still the same presentation.
const SEEN_FOR: Duration = Duration::from_millis(250);

/// What the camera saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// A code was read.
    Code(Code),
    /// Something is held up, but no code could be read in it for 1.5 s, and this is why.
    Unreadable(Why),
    /// Nothing to tell.
    Nothing,
}

/// The memory between frames.
#[derive(Debug, Default)]
pub struct Watch {
    agreement: Agreement,
    cascade: Cascade,
    waiting: VecDeque<Code>,
    held: Held,
    presented: Option<Presented>,
}

/// Something that is held up and was not read yet.
#[derive(Debug)]
struct Presented {
    since: Instant,
    /// When it was last seen.
    at: Instant,
    told: Option<Instant>,
    /// How many frames showed each reason, in the order of [`Why::ALL`].
    reasons: [u32; Why::ALL.len()],
}

impl Watch {
    /// A watch that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Looks at one grey frame of `width` x `height` bytes taken at `now`.
    pub fn look(&mut self, gray: &[u8], width: usize, height: usize, now: Instant) -> Sight {
        match Picture::new(gray, width, height) {
            Ok(picture) => self.look_at(&picture, now),
            Err(error) => {
                tracing::debug!(%error, "frame not read");
                Sight::Nothing
            }
        }
    }

    fn look_at(&mut self, picture: &Picture<'_>, now: Instant) -> Sight {
        let held = self.held.look(picture, now);
        let Found { mut codes, unread } = decode::look(picture).unwrap_or_else(|error| {
            tracing::debug!(%error, "frame not read");
            Found::default()
        });
        if codes.is_empty() {
            codes = self.cascade.look(picture, &unread, held);
        }
        if !codes.is_empty() {
            self.cascade.read();
            self.presented = None;
            self.waiting.extend(self.agreement.take(codes, now));
        } else if self.waiting.is_empty() {
            return self.unread(picture, unread.first(), held, now);
        }
        self.waiting.pop_front().map_or(Sight::Nothing, Sight::Code)
    }

    /// A frame without a read: is it time to say so?
    fn unread(
        &mut self,
        picture: &Picture<'_>,
        seen: Option<&Corners>,
        held: Option<Region>,
        now: Instant,
    ) -> Sight {
        if held.is_none() && seen.is_none() {
            if self.presented.as_ref().is_some_and(|presented| now.duration_since(presented.at) > SEEN_FOR) {
                self.presented = None;
            }
            return Sight::Nothing;
        }
        let presented = self.presented.get_or_insert(Presented {
            since: now,
            at: now,
            told: None,
            reasons: [0; Why::ALL.len()],
        });
        presented.at = now;
        let reason = why(picture, seen, held);
        for (known, count) in Why::ALL.iter().zip(&mut presented.reasons) {
            *count += u32::from(*known == reason);
        }
        let due = match presented.told {
            None => now.duration_since(presented.since) >= UNREADABLE_AFTER,
            Some(at) => now.duration_since(at) >= UNREADABLE_AGAIN,
        };
        if !due {
            return Sight::Nothing;
        }
        presented.told = Some(now);
        Sight::Unreadable(most_frequent(&std::mem::take(&mut presented.reasons)))
    }
}

/// What most frames showed; of equals the first, and anything known before the unknown.
fn most_frequent(reasons: &[u32; Why::ALL.len()]) -> Why {
    let most = reasons.iter().copied().max().unwrap_or(0);
    let found = Why::ALL.iter().zip(reasons).find(|(_, count)| **count == most);
    found.map_or(Why::Unknown, |(why, _)| *why)
}

#[cfg(test)]
mod tests;
