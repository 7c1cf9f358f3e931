//! A spotlight: all of the board is dimmed but for discs.

use super::{dim, rows};
use crate::area::{Area, Dirty};
use crate::message::Disc;

/// How dark the rest is, in 255ths, and over how many pixels the light's edge is soft.
const DARK: f32 = 190.0;
const SOFT_PX: f32 = 3.0;
/// The most discs: one for each person at the panel.
const MOST_DISCS: usize = 10;
/// A disc is at least so large that a finger in it leaves something to be seen.
const LEAST_PX: f32 = 40.0;

#[derive(Default)]
pub(super) struct Spotlight {
    discs: Vec<Disc>,
}

fn area(disc: &Disc) -> Area {
    let reach = disc.radius + SOFT_PX + 1.0;
    let (x, y) = ((disc.x - reach).floor() as i32, (disc.y - reach).floor() as i32);
    let side = (2.0 * reach).ceil() as i32 + 1;
    Area::new(x, y, side, side)
}

impl Spotlight {
    pub(super) fn set(&mut self, discs: Vec<Disc>, screen: Area, dirty: &mut Dirty) {
        let sound = |disc: &Disc| disc.x.is_finite() && disc.y.is_finite() && disc.radius.is_finite();
        let limit = (screen.width + screen.height) as f32;
        let kept = discs.into_iter().filter(sound).take(MOST_DISCS);
        self.discs = kept.map(|disc| Disc { radius: disc.radius.clamp(LEAST_PX, limit), ..disc }).collect();
        dirty.add(screen);
    }

    /// The disc that a contact beside the light moves: the nearest, and from the contact to its middle.
    pub(super) fn grasp(&self, x: f32, y: f32) -> Option<(usize, f32, f32)> {
        let beyond = |disc: &Disc| {
            let (dx, dy) = (disc.x - x, disc.y - y);
            (dx * dx + dy * dy).sqrt() - disc.radius
        };
        let nearest = self.discs.iter().enumerate().min_by(|a, b| beyond(a.1).total_cmp(&beyond(b.1)));
        let (index, disc) = nearest.filter(|(_, disc)| beyond(disc) > 0.0)?;
        Some((index, disc.x - x, disc.y - y))
    }

    pub(super) fn go(&mut self, index: usize, x: f32, y: f32, dirty: &mut Dirty) {
        if let Some(disc) = self.discs.get_mut(index) {
            dirty.add(area(disc));
            (disc.x, disc.y) = (x, y);
            dirty.add(area(disc));
        }
    }

    pub(super) fn draw(&self, frame: &mut [u32], stride: usize, part: Area) {
        if self.discs.is_empty() {
            return;
        }
        rows(frame, stride, part, |left, y, row| {
            for (x, pixel) in (left..).zip(row) {
                let lit = self.discs.iter().map(|disc| {
                    let (dx, dy) = (x as f32 + 0.5 - disc.x, y as f32 + 0.5 - disc.y);
                    let inside = disc.radius - (dx * dx + dy * dy).sqrt();
                    (inside / SOFT_PX + 0.5).clamp(0.0, 1.0)
                });
                let dark = (1.0 - lit.fold(0.0, f32::max)) * DARK;
                dim(pixel, dark as u8);
            }
        });
    }
}
