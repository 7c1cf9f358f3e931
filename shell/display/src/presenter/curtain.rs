//! A curtain that hangs from one side of the screen and is drawn by its hem.

use super::rows;
use crate::area::{Area, Dirty};
use crate::message::{Curtain, Side};

const CLOTH: u32 = 0x0024_4a6e;
/// Folds, so that it is seen to be a curtain and no empty board: their step in pixels, and the darker colour.
const FOLD_PX: i32 = 48;
const FOLD: u32 = 0x0021_4466;
/// The hem, which shows where the curtain can be taken, and what is always left of it.
const HEM_PX: i32 = 14;
const HEM: u32 = 0x00e6_9f00;

/// A curtain as it hangs.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Drape {
    from: Side,
    covers: i32,
}

impl Drape {
    pub(super) fn new(curtain: Curtain, screen: Area) -> Self {
        let mut drape = Self { from: curtain.from, covers: 0 };
        drape.covers = curtain.covers.clamp(HEM_PX, drape.most(screen));
        drape
    }

    fn most(&self, screen: Area) -> i32 {
        match self.from {
            Side::Left | Side::Right => screen.width.max(HEM_PX),
            Side::Top | Side::Bottom => screen.height.max(HEM_PX),
        }
    }

    pub(super) fn area(&self, screen: Area) -> Area {
        let Area { x, y, width, height } = screen;
        match self.from {
            Side::Left => Area::new(x, y, self.covers, height),
            Side::Right => Area::new(screen.right() - self.covers, y, self.covers, height),
            Side::Top => Area::new(x, y, width, self.covers),
            Side::Bottom => Area::new(x, screen.bottom() - self.covers, width, self.covers),
        }
    }

    /// How far a place is from the side it hangs from.
    fn depth(&self, x: f32, y: f32, screen: Area) -> f32 {
        match self.from {
            Side::Left => x - screen.x as f32,
            Side::Right => screen.right() as f32 - x,
            Side::Top => y - screen.y as f32,
            Side::Bottom => screen.bottom() as f32 - y,
        }
    }

    /// How far the hem is from a contact on the curtain.
    pub(super) fn grasp(&self, x: f32, y: f32, screen: Area) -> Option<f32> {
        let depth = self.depth(x, y, screen);
        (depth <= self.covers as f32 + HEM_PX as f32).then_some(self.covers as f32 - depth)
    }

    pub(super) fn go(&mut self, x: f32, y: f32, by: f32, screen: Area, dirty: &mut Dirty) {
        let before = self.area(screen);
        let covers = (self.depth(x, y, screen) + by).round() as i32;
        self.covers = covers.clamp(HEM_PX, self.most(screen));
        let after = self.area(screen);
        if before != after {
            // Only the strip between the two hems changes, and the hems.
            let strip = match self.from {
                Side::Left => {
                    let (low, high) =
                        (before.right().min(after.right()) - HEM_PX, before.right().max(after.right()));
                    Area::new(low, after.y, high - low, after.height)
                }
                Side::Right => {
                    let (low, high) = (before.x.min(after.x), before.x.max(after.x) + HEM_PX);
                    Area::new(low, after.y, high - low, after.height)
                }
                Side::Top => {
                    let (low, high) =
                        (before.bottom().min(after.bottom()) - HEM_PX, before.bottom().max(after.bottom()));
                    Area::new(after.x, low, after.width, high - low)
                }
                Side::Bottom => {
                    let (low, high) = (before.y.min(after.y), before.y.max(after.y) + HEM_PX);
                    Area::new(after.x, low, after.width, high - low)
                }
            };
            dirty.add(strip);
        }
    }

    pub(super) fn draw(&self, frame: &mut [u32], stride: usize, area: Area, screen: Area) {
        let own = self.area(screen);
        rows(frame, stride, area.intersect(own), |left, y, row| {
            for (x, pixel) in (left..).zip(row) {
                let along = match self.from {
                    Side::Left | Side::Right => y,
                    Side::Top | Side::Bottom => x,
                };
                let depth = self.depth(x as f32 + 0.5, y as f32 + 0.5, screen) as i32;
                *pixel = match along.rem_euclid(FOLD_PX) * 2 < FOLD_PX {
                    _ if depth >= self.covers - HEM_PX => HEM,
                    true => CLOTH,
                    false => FOLD,
                };
            }
        });
    }
}
