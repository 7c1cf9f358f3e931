//! Where the contact will be by the time the pixels light up: a steady-state Kalman (alpha-beta) filter, whose
//! horizon shrinks in corners and when its last guess was wrong, so that it does not overshoot.
use crate::smooth::Point;

/// How much of a surprise goes into the place, and into the speed. Tuned to follow handwriting at 120-240 Hz.
const ALPHA: f32 = 0.85;
const BETA: f32 = 0.45;
/// A wrong guess of this many micrometres halves the horizon.
const SURPRISE_UM: f32 = 900.0;
/// Reports further apart than this, in seconds, say nothing about speed.
const LONGEST_GAP_S: f32 = 0.1;
/// The furthest a prediction reaches, in micrometres: further is a guess, and the eye sees it move.
const FURTHEST_UM: f32 = 15_000.0;

#[derive(Clone, Copy, Debug)]
pub(crate) struct Predictor {
    at: Point,
    velocity: Point,
    /// 0..=1: how far the last reports went the way that was foreseen.
    trust: f32,
}

impl Predictor {
    pub(crate) fn new(at: Point) -> Predictor {
        Predictor { at, velocity: Point::default(), trust: 0.0 }
    }

    pub(crate) fn saw(&mut self, at: Point, seconds: f32) {
        if seconds <= 0.0 || seconds > LONGEST_GAP_S {
            *self = Predictor::new(at);
            return;
        }
        let guess =
            Point { x: self.at.x + self.velocity.x * seconds, y: self.at.y + self.velocity.y * seconds };
        let (miss_x, miss_y) = (at.x - guess.x, at.y - guess.y);
        let before = self.velocity;
        self.at = Point { x: guess.x + miss_x * ALPHA, y: guess.y + miss_y * ALPHA };
        self.velocity.x += miss_x * BETA / seconds;
        self.velocity.y += miss_y * BETA / seconds;
        let (was, is) = (before.distance(Point::default()), self.velocity.distance(Point::default()));
        let straight = if was > 1.0 && is > 1.0 {
            ((before.x * self.velocity.x + before.y * self.velocity.y) / (was * is)).max(0.0)
        } else {
            0.0
        };
        let miss = at.distance(guess);
        let sure = SURPRISE_UM / (SURPRISE_UM + miss) * straight * straight;
        self.trust += (sure - self.trust) * 0.5;
    }

    /// Where a contact now at `from` will be in `seconds`.
    pub(crate) fn ahead(&self, from: Point, seconds: f32) -> Point {
        let reach = seconds * self.trust;
        let (mut dx, mut dy) = (self.velocity.x * reach, self.velocity.y * reach);
        let far = (dx * dx + dy * dy).sqrt();
        if far > FURTHEST_UM {
            dx *= FURTHEST_UM / far;
            dy *= FURTHEST_UM / far;
        }
        Point { x: from.x + dx, y: from.y + dy }
    }
}
