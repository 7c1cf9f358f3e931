//! A lens beside a contact: what is under the finger, twice as large, where the finger does not hide it.

use super::rows;
use crate::area::Area;

/// The lens in pixels: its radius, its rim, and from the contact to its middle.
const RADIUS: i32 = 160;
const RIM: i32 = 4;
const RIM_COLOUR: u32 = 0x0030_3836;
/// How much larger things are in it.
const TIMES: i32 = 2;
/// What it shows reaches so far around the contact.
const SOURCE: i32 = RADIUS / TIMES + 1;
/// The lens never lies over what it shows.
const AWAY: i32 = RADIUS + RIM + SOURCE + 8;

#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Lens {
    /// What it shows.
    x: i32,
    y: i32,
    /// Its own middle.
    at_x: i32,
    at_y: i32,
}

impl Lens {
    /// Above the contact, or below it where there is no room above.
    pub(super) fn at(x: f32, y: f32, screen: Area) -> Self {
        let (x, y) = (x as i32, y as i32);
        let above = y - AWAY;
        let at_y = if above - RADIUS - RIM >= screen.y { above } else { y + AWAY };
        Self { x, y, at_x: x, at_y }
    }

    fn around(x: i32, y: i32, reach: i32) -> Area {
        Area::new(x - reach, y - reach, 2 * reach + 1, 2 * reach + 1)
    }

    pub(super) fn area(&self) -> Area {
        Self::around(self.at_x, self.at_y, RADIUS + RIM)
    }

    pub(super) fn source(&self) -> Area {
        Self::around(self.x, self.y, SOURCE)
    }

    pub(super) fn draw(&self, frame: &mut [u32], stride: usize, area: Area) {
        let height = frame.len() / stride.max(1);
        let area = area.intersect(self.area());
        // A row of the lens comes from a row it does not lie over, so it may be read while this one is written.
        for y in area.y..area.bottom() {
            let mut line = [0_u32; (2 * SOURCE + 1) as usize];
            let dy = y - self.at_y;
            let from_y = (self.y + dy.div_euclid(TIMES)).clamp(0, height as i32 - 1);
            for (step, pixel) in line.iter_mut().enumerate() {
                let x = (self.x - SOURCE + step as i32).clamp(0, stride as i32 - 1);
                *pixel = frame.get(from_y as usize * stride + x as usize).copied().unwrap_or(0);
            }
            let row = Area::new(area.x, y, area.width, 1);
            rows(frame, stride, row, |left, _, row| {
                for (x, pixel) in (left..).zip(row) {
                    let dx = x - self.at_x;
                    let away = dx * dx + dy * dy;
                    if away <= RADIUS * RADIUS {
                        *pixel = line[(dx.div_euclid(TIMES) + SOURCE) as usize];
                    } else if away <= (RADIUS + RIM) * (RADIUS + RIM) {
                        *pixel = RIM_COLOUR;
                    }
                }
            });
        }
    }
}
