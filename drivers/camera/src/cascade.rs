//! Which [`Step`] a frame gets, and on which part of it. Pure.
//!
//! Every step on every frame would make every frame late. One step a frame costs the same for each, and a code that is
//! held for half a second meets all of them.

use std::collections::VecDeque;

use crate::code::Code;
use crate::decode;
use crate::fuse;
use crate::picture::{Corners, Picture, Region};
use crate::steps::Step;

/// Of so many steps in a row the last takes the whole frame, even where a place is known: the code may lie elsewhere.
const WHOLE_EVERY: usize = 4;
/// With no place known a step runs on one frame in so many: a counter where nobody stands costs little.
const IDLE_EVERY: usize = 3;
/// A place is widened by this part of itself: a code's own quiet zone, and the movement until the next frame.
const MARGIN_PART: usize = 4;
/// So many frames in which finder patterns were seen, but not read, are laid over each other.
const FUSED: usize = 3;
/// A place larger than this is not fused; three copies of it would cost more than the frame.
const FUSED_PIXELS_MAX: usize = 640 * 640;

/// The memory of the cascade between frames.
#[derive(Debug, Default)]
pub(crate) struct Cascade {
    /// The place in [`Step::ALL`] that is next.
    step: usize,
    looks: usize,
    seen: VecDeque<(Picture<'static>, (f32, f32))>,
}

impl Cascade {
    /// Looks at a frame in which nothing was read once more. `unread` are QR codes that were seen in it, `held` is where
    /// something bright is held up.
    pub(crate) fn look(
        &mut self,
        picture: &Picture<'_>,
        unread: &[Corners],
        held: Option<Region>,
    ) -> Vec<Code> {
        self.looks = self.looks.wrapping_add(1);
        if let Some(codes) = self.fused(picture, unread) {
            return codes;
        }
        let place = unread.first().map(Corners::bounds).map(widened).or(held.map(widened));
        if place.is_none() && !self.looks.is_multiple_of(IDLE_EVERY) {
            return Vec::new();
        }
        let step = Step::ALL[self.step];
        let whole = self.looks.is_multiple_of(WHOLE_EVERY);
        let codes = match place.filter(|_| !whole) {
            Some(place) => decode::look_by(step, &picture.crop(place)),
            None => decode::look_by(step, picture),
        }
        .unwrap_or_default();
        // What read keeps its turn: bars want a second frame that agrees.
        if codes.is_empty() {
            self.step = (self.step + 1) % Step::ALL.len();
        }
        codes
    }

    /// A frame in which something was read ends what was collected.
    pub(crate) fn read(&mut self) {
        self.seen.clear();
    }

    /// What [`FUSED`] frames show together; none where it is too early or nothing came of it.
    fn fused(&mut self, picture: &Picture<'_>, unread: &[Corners]) -> Option<Vec<Code>> {
        let Some(corners) = unread.first() else {
            self.seen.clear();
            return None;
        };
        let place = widened(corners.bounds()).within(picture.width(), picture.height());
        if place.width * place.height > FUSED_PIXELS_MAX {
            return None;
        }
        let (x, y) = corners.centre();
        self.seen.push_back((picture.crop(place), (x - place.left as f32, y - place.top as f32)));
        if self.seen.len() < FUSED {
            return None;
        }
        let fused = fuse::darkest(self.seen.make_contiguous());
        self.seen.pop_front();
        decode::look(&fused?).ok().map(|found| found.codes).filter(|codes| !codes.is_empty())
    }
}

fn widened(place: Region) -> Region {
    place.grown(place.width.max(place.height) / MARGIN_PART)
}
