//! The part of a frame that shows everybody: around all faces with room for shoulders, in the frame's own shape. It
//! stays where it is while they move a little, and glides without overshoot when they move far.

use std::time::Duration;

use super::place::{Point, Rect};

/// Room around a face, in its widths and heights: beside, above, and below down to the chest.
const BESIDE: f32 = 1.5;
/// See [`BESIDE`].
const ABOVE: f32 = 0.9;
/// See [`BESIDE`].
const BELOW: f32 = 2.4;
/// The closest view, in parts of the frame's height: closer shows the camera's pixels.
const HEIGHT_MIN: f32 = 0.35;
/// The view stays while the middle that it should have is within this of its own, in parts of its height.
const MOVE_MIN: f32 = 0.1;
/// And while the height that it should have is within this factor of its own.
const ZOOM_MIN: f32 = 1.2;
/// Pace of the glide, per second: nine tenths of the way in 1.6 seconds.
const PACE: f32 = 2.5;
/// Nobody was seen for so long: back to the whole frame.
const ALONE_MAX: Duration = Duration::from_secs(4);
/// Longer between frames is a stop: the view goes on from where it was.
const GAP_MAX: f32 = 1.0;

/// Something that glides to a goal: critically damped, so it arrives soonest without swinging past.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Glide {
    at: f32,
    speed: f32,
    goal: f32,
}

impl Glide {
    fn resting(at: f32) -> Self {
        Self { at, speed: 0.0, goal: at }
    }

    /// The exact solution, so that the way is the same at any frame rate.
    fn step(&mut self, seconds: f32) {
        let (away, decay) = (self.at - self.goal, (-PACE * seconds).exp());
        let push = self.speed + PACE * away;
        self.at = self.goal + (away + push * seconds) * decay;
        self.speed = (self.speed - PACE * push * seconds) * decay;
    }
}

/// The view and where it is going.
#[derive(Clone, Debug)]
pub(super) struct Framing {
    width: f32,
    height: f32,
    x: Glide,
    y: Glide,
    // The logarithm of the height: zooming in and out takes the same time.
    zoom: Glide,
    at: Option<Duration>,
    seen: Option<Duration>,
}

impl Framing {
    /// The whole of a frame.
    pub(super) fn new(width: usize, height: usize) -> Self {
        let (width, height) = (width as f32, height as f32);
        Self {
            width,
            height,
            x: Glide::resting(width / 2.0),
            y: Glide::resting(height / 2.0),
            zoom: Glide::resting(height.ln()),
            at: None,
            seen: None,
        }
    }

    /// The view at `now`, when these faces are there.
    pub(super) fn step(&mut self, now: Duration, faces: &[Rect]) -> Rect {
        let gap = self.at.map_or(0.0, |at| now.saturating_sub(at).as_secs_f32().min(GAP_MAX));
        self.at = Some(now);
        if let Some(wanted) = self.around(faces) {
            self.seen = Some(now);
            self.aim(&wanted);
        } else if self.seen.is_some_and(|seen| now.saturating_sub(seen) > ALONE_MAX) {
            self.seen = None;
            self.aim(&Rect { left: 0.0, top: 0.0, right: self.width, bottom: self.height });
        }
        for glide in [&mut self.x, &mut self.y, &mut self.zoom] {
            glide.step(gap);
        }
        self.view(Point::new(self.x.at, self.y.at), self.zoom.at.exp())
    }

    /// What should be seen, or nothing where nobody is.
    fn around(&self, faces: &[Rect]) -> Option<Rect> {
        let roomy = |face: &Rect| Rect {
            left: face.left - BESIDE * face.width(),
            top: face.top - ABOVE * face.height(),
            right: face.right + BESIDE * face.width(),
            bottom: face.bottom + BELOW * face.height(),
        };
        let all = faces.iter().map(roomy).reduce(|all, next| all.union(&next))?;
        let height = all.height().max(all.width() * self.height / self.width).max(HEIGHT_MIN * self.height);
        Some(self.view(all.centre(), height))
    }

    /// The frame's shape at a height, moved so that it lies inside the frame.
    fn view(&self, centre: Point, height: f32) -> Rect {
        let height = height.min(self.height);
        let width = height * self.width / self.height;
        let inside = |at: f32, side: f32, whole: f32| at.max(side / 2.0).min(whole - side / 2.0);
        let middle = Point::new(inside(centre.x, width, self.width), inside(centre.y, height, self.height));
        Rect::around(middle, width, height)
    }

    /// Goes there, unless it is near enough to where it is going already.
    fn aim(&mut self, wanted: &Rect) {
        let height = self.zoom.goal.exp();
        let off = wanted.centre().distance(Point::new(self.x.goal, self.y.goal)) / height;
        let zoom = (wanted.height() / height).max(height / wanted.height());
        if off > MOVE_MIN || zoom > ZOOM_MIN {
            let middle = wanted.centre();
            (self.x.goal, self.y.goal, self.zoom.goal) = (middle.x, middle.y, wanted.height().ln());
        }
    }
}

#[cfg(test)]
mod tests;
