//! A raised hand: a wrist that stays above its shoulder, or a palm that stays beside or above a face, for a while.

use std::collections::BTreeMap;
use std::time::Duration;

use super::place::{Point, Rect};

/// Up for so long, it is raised: scratching one's head is quicker.
const RAISE_TIME: Duration = Duration::from_millis(700);
/// Not up for so long, it is down; in between the network lost it.
const LOWER_TIME: Duration = Duration::from_millis(1500);
/// Not looked at for so long, nothing is known.
const FORGET_TIME: Duration = Duration::from_secs(10);
/// The wrist is above its shoulder by this part of the shoulders' distance.
const ABOVE_SHOULDER: f32 = 0.35;
/// A joint that is less sure is not used.
const VISIBILITY_MIN: f32 = 0.5;
/// A palm belongs to a face within so many face widths beside its middle.
const BESIDE_FACE: f32 = 2.2;
/// A palm's middle is at least so many face heights above the face's chin.
const ABOVE_CHIN: f32 = 0.6;
/// And at most so many above its top: higher is somebody else's, farther back.
const ABOVE_FACE: f32 = 2.0;

/// One arm of a person, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arm {
    /// The shoulder.
    pub shoulder: Point,
    /// The wrist.
    pub wrist: Point,
    /// How sure the network is of the less sure of them, 0 to 1.
    pub visibility: f32,
}

/// Whether one of a person's arms is up.
pub(super) fn arm_is_up(arms: &[Arm; 2]) -> bool {
    let breadth = arms[0].shoulder.distance(arms[1].shoulder);
    arms.iter().any(|arm| {
        arm.visibility >= VISIBILITY_MIN && arm.shoulder.y - arm.wrist.y > ABOVE_SHOULDER * breadth
    })
}

/// Whether a palm is where the person of a face raises a hand: not on the face, but beside or above it.
pub(super) fn palm_is_up(face: &Rect, palm: Point) -> bool {
    let beside = (palm.x - face.centre().x).abs();
    let above_chin = face.bottom - palm.y;
    beside <= BESIDE_FACE * face.width()
        && above_chin >= ABOVE_CHIN * face.height()
        && palm.y >= face.top - ABOVE_FACE * face.height()
        && !face.contains(palm)
}

/// Who has a hand up, by the numbers of their tracks.
#[derive(Clone, Debug, Default)]
pub(super) struct Raises(BTreeMap<u32, Raise>);

#[derive(Clone, Copy, Debug)]
struct Raise {
    since: Duration,
    last: Duration,
    raised: bool,
}

impl Raises {
    /// Takes in who was looked at, at `now`, and whether their hand was up.
    pub(super) fn step(&mut self, now: Duration, looks: &[(u32, bool)]) {
        for (number, up) in looks {
            if *up {
                let raise = self.0.entry(*number).or_insert(Raise { since: now, last: now, raised: false });
                raise.last = now;
                raise.raised |= now.saturating_sub(raise.since) >= RAISE_TIME;
            } else if self.0.get(number).is_some_and(|raise| !raise.holds(now)) {
                self.0.remove(number);
            }
        }
        self.0.retain(|_, raise| now.saturating_sub(raise.last) < FORGET_TIME);
    }

    /// Those whose hand is raised.
    pub(super) fn raised(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().filter(|(_, raise)| raise.raised).map(|(number, _)| *number)
    }

    /// Those whose hand was up and who must be looked at again soon.
    pub(super) fn pending(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.keys().copied()
    }
}

impl Raise {
    /// A raised hand survives a look that missed it; one that is not raised yet must be up at every look.
    fn holds(&self, now: Duration) -> bool {
        self.raised && now.saturating_sub(self.last) < LOWER_TIME
    }
}

#[cfg(test)]
mod tests;
