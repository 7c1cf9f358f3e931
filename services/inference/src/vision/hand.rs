//! The joints of a hand: where to look for them, and what they say. Numbered as MediaPipe's hand landmarks: 0 the
//! wrist, then four joints a finger from its root to its tip, thumb first.

use super::anchors::Found;
use super::place::{Point, Rect, Square, turn_of};

/// Joints of a hand.
pub(super) const JOINTS: usize = 21;
/// A palm detection's points that give its direction: the wrist and the root of the middle finger.
const PALM_WRIST: usize = 0;
/// See [`PALM_WRIST`].
const PALM_MIDDLE: usize = 2;
/// Around a palm the whole hand: so much larger, and shifted by so much towards the fingers (MediaPipe's numbers).
const PALM_GROWTH: f32 = 2.6;
/// See [`PALM_GROWTH`].
const PALM_SHIFT: f32 = -0.5;
/// The same from a hand's joints (MediaPipe's numbers).
const HAND_GROWTH: f32 = 2.0;
/// See [`HAND_GROWTH`].
const HAND_SHIFT: f32 = -0.1;
/// Joints of the palm, by which the next frame's place is found: fingers bend, it does not.
const STIFF: [usize; 10] = [0, 1, 2, 3, 5, 6, 9, 10, 13, 14];
/// Root, knuckle and tip of the four fingers; the thumb lies across or apart in an open hand.
const FINGERS: [[usize; 3]; 4] = [[5, 6, 8], [9, 10, 12], [13, 14, 16], [17, 18, 20]];
/// An open hand shows so many straight fingers: one may be hidden behind another in a turned hand.
const STRAIGHT_MIN: usize = 3;
/// A straight finger's tip is about as far from the wrist as its knuckle or farther (1.3 times in a flat hand that
/// faces the camera, 0.9 in one that leans towards it), a bent one's nearer (0.7 in a fist).
const STRETCH_MIN: f32 = 0.9;

/// A hand in a frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Hand {
    /// Its joints, in pixels.
    pub joints: [Point; JOINTS],
    /// How sure the network is that there is a hand, 0 to 1.
    pub presence: f32,
    /// Nearer to 1 for a right hand, to 0 for a left one, as seen in a mirror.
    pub right: f32,
}

/// Where a hand's joints are looked for, from its palm.
pub(super) fn square_of_palm(palm: &Found) -> Square {
    let turn = match (palm.points.get(PALM_WRIST), palm.points.get(PALM_MIDDLE)) {
        (Some(wrist), Some(middle)) => turn_of(*wrist, *middle),
        _ => 0.0,
    };
    let upright = Square { turn, ..Square::around(&palm.place) };
    let shifted = upright.shifted(0.0, PALM_SHIFT);
    Square { side: upright.side * PALM_GROWTH, ..shifted }
}

impl Hand {
    /// From the network's numbers, three a joint in pixels of the picture of `pixels` that it saw of `square`.
    pub(super) fn new(
        numbers: &[f32],
        presence: f32,
        right: f32,
        square: &Square,
        pixels: usize,
    ) -> Option<Self> {
        let mut joints = [Point::default(); JOINTS];
        let numbers = numbers.get(..3 * JOINTS)?;
        for (joint, numbers) in joints.iter_mut().zip(numbers.chunks_exact(3)) {
            *joint = square.to_frame(numbers[0] / pixels as f32, numbers[1] / pixels as f32);
        }
        let finite = joints.iter().all(|joint| joint.x.is_finite() && joint.y.is_finite());
        finite.then_some(Self { joints, presence, right })
    }

    /// By how much it is turned from fingers up.
    pub(super) fn turn(&self) -> f32 {
        // Between the roots of the index and ring finger, weighted towards the middle one.
        let (index, middle, ring) = (self.joints[5], self.joints[9], self.joints[13]);
        let head = Point::new(
            0.25 * (index.x + ring.x) + 0.5 * middle.x,
            0.25 * (index.y + ring.y) + 0.5 * middle.y,
        );
        turn_of(self.joints[0], head)
    }

    /// Where to look for it in the next frame.
    pub(super) fn square(&self) -> Square {
        let turn = self.turn();
        let (sine, cosine) = turn.sin_cos();
        let pivot = self.joints[0];
        let upright = STIFF.map(|at| {
            let (x, y) = (self.joints[at].x - pivot.x, self.joints[at].y - pivot.y);
            Point::new(x * cosine + y * sine, y * cosine - x * sine)
        });
        let around = upright.iter().fold(
            Rect { left: f32::MAX, top: f32::MAX, right: f32::MIN, bottom: f32::MIN },
            |around, point| around.union(&Rect::around(*point, 0.0, 0.0)),
        );
        let middle = around.centre();
        let centre = Point::new(
            pivot.x + middle.x * cosine - middle.y * sine,
            pivot.y + middle.x * sine + middle.y * cosine,
        );
        let side = around.width().max(around.height());
        let shifted = Square { centre, side, turn }.shifted(0.0, HAND_SHIFT);
        Square { side: side * HAND_GROWTH, ..shifted }
    }

    /// Middle of the palm.
    pub(super) fn palm(&self) -> Point {
        let (wrist, middle) = (self.joints[0], self.joints[9]);
        Point::new(wrist.x + 0.6 * (middle.x - wrist.x), wrist.y + 0.6 * (middle.y - wrist.y))
    }

    /// Length of the palm from wrist to fingers, or its breadth where that is more, as in a hand seen from above.
    pub(super) fn length(&self) -> f32 {
        self.joints[0].distance(self.joints[9]).max(self.joints[5].distance(self.joints[17]))
    }

    /// Whether the fingers are straight.
    pub(super) fn is_open(&self) -> bool {
        let wrist = self.joints[0];
        let straight = FINGERS.iter().filter(|[root, knuckle, tip]| {
            let reach = |joint: &usize| wrist.distance(self.joints[*joint]);
            reach(tip) > STRETCH_MIN * reach(knuckle) && reach(knuckle) > reach(root)
        });
        straight.count() >= STRAIGHT_MIN
    }
}

#[cfg(test)]
pub(super) mod tests;
