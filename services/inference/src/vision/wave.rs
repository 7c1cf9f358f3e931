//! A page turned by a waved palm: an open hand that is moved sideways, far and fast, in one stroke.
//!
//! Whoever means it holds the palm up still first, and then waves: hands that talk are hardly ever still and open. The
//! next page the same way needs no such pause. The way back is no second page: after a stroke the opposite direction
//! rests. All lengths are in palms, so near and far hands are alike; all times are the frames' own.
//!
//! Strokes that drawn hands made in ten minutes of talk, open all the time and seen for half of it (`tests`), before
//! and since the palm must be still:
//!
//! | reach of the talk, in palms | once every | before | since |
//! | --- | --- | --- | --- |
//! | 0.5 | 0.5 s | 2.7 | 0.1 |
//! | 1 | 0.5 s | 94.7 | 0.1 |
//! | 1 | 1 s | 14.9 | 2.1 |
//! | 1.5 | 1 s | 67.8 | 2.6 |
//! | 2 | 0.5 s | 187.4 | 0.0 |
//! | 2 | 1 s | 105.5 | 1.5 |
//! | 3 | 2 s | 73.6 | 5.0 |
//!
//! Of 1000 waves that are meant (half a second held up, trembling, blurred, some frames without a hand) 886 turn just
//! one page at 8 frames a second, 957 at 10, 994 at 15 and all at 30. Drawn hands, not films: see `vision`.

use std::collections::VecDeque;
use std::time::Duration;

use super::hand::Hand;
use super::place::Point;

/// Longest stroke; slower is pointing, or walking past.
const STROKE_TIME_MAX: Duration = Duration::from_millis(700);
/// Least way of a stroke.
const WAY_MIN: f32 = 1.8;
/// Least speed of a stroke, a second.
const SPEED_MIN: f32 = 3.0;
/// A stroke rises or falls at most by this part of its way.
const SLOPE_MAX: f32 = 0.45;
/// To and fro within a stroke, in parts of its way.
const WOBBLE_MAX: f32 = 0.2;
/// Frames of a stroke; two may be two different hands.
const FRAMES_MIN: usize = 4;
/// Frames of a stroke in which the hand must be open, in parts of all: a hand in motion blurs.
const OPEN_MIN: f32 = 0.6;
/// Fingers point up within this, in radians: an arm that hangs or reaches aside does not turn pages.
const TURN_MAX: f32 = 1.1;
/// A palm is held up for so long,
const STILL_FOR: Duration = Duration::from_millis(330);
/// within so much of its length,
const STILL_WITHIN: f32 = 0.2;
/// and is waved at most so long after it.
const STILL_BEFORE: Duration = Duration::from_millis(300);
/// A further page the same way may follow the last within this, without such a pause.
const FURTHER: Duration = Duration::from_millis(2000);
/// After a page the opposite direction rests for this long: the hand comes back.
const WAY_BACK: Duration = Duration::from_millis(1500);
/// After a page the same direction rests for this long: one stroke is one page.
const SAME_WAY: Duration = Duration::from_millis(600);
/// A hand gone for longer begins anew.
const GAP_MAX: Duration = Duration::from_millis(250);
/// Farther from one frame to the next is another hand.
const JUMP_MAX: f32 = 2.5;

/// Where a page goes, for the person who waves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// The hand went to their left, as one pushes a page away: the next page.
    Next,
    /// To their right: the page before.
    Previous,
}

#[derive(Clone, Copy, Debug)]
struct Spot {
    at: Duration,
    palm: Point,
    length: f32,
    open: bool,
}

/// One hand's way.
#[derive(Clone, Debug, Default)]
pub(super) struct Wave {
    trail: VecDeque<Spot>,
    last: Option<(Duration, Turn)>,
    /// When the palm was still and open last.
    still: Option<Duration>,
}

impl Wave {
    /// Takes in the hand of the frame at `now`, and tells whether it just turned a page. The camera looks at the
    /// person and is not mirrored, so their left is the frame's right.
    pub(super) fn step(&mut self, now: Duration, hand: Option<&Hand>) -> Option<Turn> {
        if self.trail.back().is_some_and(|spot| now.saturating_sub(spot.at) > GAP_MAX || now < spot.at) {
            self.trail.clear();
        }
        let hand = hand?;
        let open = hand.is_open() && hand.turn().abs() <= TURN_MAX;
        let spot = Spot { at: now, palm: hand.palm(), length: hand.length().max(1.0), open };
        let far = |last: &Spot| last.palm.distance(spot.palm) > JUMP_MAX * last.length.max(spot.length);
        if self.trail.back().is_some_and(far) {
            self.trail.clear();
        }
        self.trail.push_back(spot);
        while self.trail.front().is_some_and(|first| now.saturating_sub(first.at) > STROKE_TIME_MAX) {
            self.trail.pop_front();
        }
        if self.is_still(now) {
            self.still = Some(now);
        }
        let (began, turn) = self.stroke()?;
        // A stroke is longer than it needs to be: its rest, and its way back, begin no further one.
        self.trail.clear();
        if !self.is_meant(began, turn) {
            return None;
        }
        let rests = self.rests(now, turn);
        if !rests || self.last.is_some_and(|(_, last)| last == turn) {
            self.last = Some((now, turn));
        }
        (!rests).then_some(turn)
    }

    /// Whether the newest spots are of a palm that is held up.
    fn is_still(&self, now: Duration) -> bool {
        let Some(newest) = self.trail.back() else { return false };
        let held =
            self.trail.iter().rev().take_while(|spot| {
                spot.open && spot.palm.distance(newest.palm) <= STILL_WITHIN * newest.length
            });
        held.last().is_some_and(|first| now.saturating_sub(first.at) >= STILL_FOR)
    }

    fn is_meant(&self, began: Duration, turn: Turn) -> bool {
        let since = |at: Duration| began.saturating_sub(at);
        self.still.is_some_and(|at| since(at) <= STILL_BEFORE)
            || self.last.is_some_and(|(at, last)| last == turn && since(at) <= FURTHER)
    }

    fn rests(&self, now: Duration, turn: Turn) -> bool {
        self.last
            .is_some_and(|(at, last)| now.saturating_sub(at) < if last == turn { SAME_WAY } else { WAY_BACK })
    }

    /// The stroke that ends now, if one does, and when it began: any beginning of it may be the right one.
    fn stroke(&self) -> Option<(Duration, Turn)> {
        let beginnings = 0..self.trail.len().saturating_sub(FRAMES_MIN - 1);
        beginnings.rev().find_map(|first| Some((self.trail[first].at, self.stroke_from(first)?)))
    }

    fn stroke_from(&self, first: usize) -> Option<Turn> {
        let spots: Vec<&Spot> = self.trail.range(first..).collect();
        let (start, end) = (spots.first()?, spots.last()?);
        let length = spots.iter().map(|spot| spot.length).sum::<f32>() / spots.len() as f32;
        let (x, y) = ((end.palm.x - start.palm.x) / length, (end.palm.y - start.palm.y) / length);
        let seconds = (end.at - start.at).as_secs_f32();
        let back: f32 = spots
            .windows(2)
            .map(|two| (two[1].palm.x - two[0].palm.x) * x.signum() / length)
            .filter(|step| *step < 0.0)
            .sum();
        let open = spots.iter().filter(|spot| spot.open).count() as f32;
        let is_stroke = x.abs() >= WAY_MIN
            && x.abs() >= SPEED_MIN * seconds
            && y.abs() <= SLOPE_MAX * x.abs()
            && -back <= WOBBLE_MAX * x.abs()
            && open >= OPEN_MIN * spots.len() as f32;
        is_stroke.then_some(if x > 0.0 { Turn::Next } else { Turn::Previous })
    }
}

#[cfg(test)]
mod tests;
