//! A box on the page under an affine, asked from the side of the pixels: how far outside it is one?
use ink::Rect;

use super::Onto;
use crate::point::PageRect;

/// A box that may be turned and slanted.
pub(super) struct Frame {
    rect: PageRect,
    /// From a pixel to the box's own micrometres.
    back: [f64; 6],
    onto: Onto,
    growth_px: f64,
}

impl Frame {
    /// `None` when the box is pressed into a line.
    pub(super) fn new(rect: PageRect, onto: &Onto) -> Option<Frame> {
        let back = onto.inverse()?;
        Some(Frame { rect, back, onto: *onto, growth_px: onto.growth() * onto.px_per_um() })
    }

    /// Where a pixel's middle lies in the box's own micrometres.
    pub(super) fn inside_um(&self, x: i32, y: i32) -> (f64, f64) {
        let (x, y) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
        let [a, b, c, d, e, f] = self.back;
        (a * x + c * y + e, b * x + d * y + f)
    }

    /// The distance from a pixel's middle to the box with rounded corners, in pixels; negative inside.
    pub(super) fn outside_px(&self, x: i32, y: i32, round_um: f64) -> f64 {
        let (x, y) = self.inside_um(x, y);
        let round = round_um.min(f64::from(self.rect.width_um().min(self.rect.height_um())) / 2.0);
        let beyond = |at: f64, low: i32, high: i32| (f64::from(low) - at).max(at - f64::from(high)) + round;
        let (dx, dy) =
            (beyond(x, self.rect.x0_um, self.rect.x1_um), beyond(y, self.rect.y0_um, self.rect.y1_um));
        let (cx, cy) = (dx.max(0.0), dy.max(0.0));
        let corner = (cx * cx + cy * cy).sqrt();
        (corner + dx.max(dy).min(0.0) - round) * self.growth_px
    }

    /// The pixels of the box with so much around it.
    pub(super) fn bounds(&self, around_um: f64) -> Rect {
        let rect = self.rect.grown(around_um as i32);
        let (left, right) = (f64::from(rect.x0_um), f64::from(rect.x1_um));
        let (top, bottom) = (f64::from(rect.y0_um), f64::from(rect.y1_um));
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        let corners = corners.map(|corner| self.onto.scaled(self.onto.place(corner)));
        let low = |of: fn(&(f32, f32)) -> f32| corners.iter().map(of).fold(f32::MAX, f32::min).floor() as i32;
        let high = |of: fn(&(f32, f32)) -> f32| corners.iter().map(of).fold(f32::MIN, f32::max).ceil() as i32;
        Rect::new(low(|at| at.0) - 1, low(|at| at.1) - 1, high(|at| at.0) + 1, high(|at| at.1) + 1)
    }
}
