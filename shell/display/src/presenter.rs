//! The presenter's tools: a pointer of light, a spotlight, a curtain, a lens, a still picture, a blank screen. Each
//! is a layer over the board and below the UI; none changes the board.

mod curtain;
mod laser;
mod lens;
mod spotlight;

use crate::area::{Area, Dirty};
use crate::compositor::lay;
use crate::message::{Blank, Present};
use board::PersonId;
use curtain::Drape;
use laser::Laser;
use lens::Lens;
use spotlight::Spotlight;
use std::collections::HashMap;
use touch::{ContactId, Phase};

/// A still picture has a frame of this many pixels and colour, so that nobody wonders why nothing moves.
const STILL_FRAME_PX: i32 = 6;
const STILL_FRAME: u32 = 0x0056_b4e9;

/// One report of a contact, in pixels of the screen.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) contact: ContactId,
    pub(crate) person: PersonId,
    pub(crate) phase: Phase,
    pub(crate) x: f32,
    pub(crate) y: f32,
    pub(crate) t_us: u64,
}

/// What a contact holds for its whole life.
#[derive(Clone, Copy, PartialEq)]
enum Held {
    Laser,
    /// A disc of the spotlight, and how far its middle is from the contact.
    Disc {
        index: usize,
        dx: f32,
        dy: f32,
    },
    /// The curtain, and how far its hem is from the contact.
    Curtain {
        by: f32,
    },
    Lens,
    /// The screen is blank: the contact does nothing.
    Nothing,
}

pub(crate) struct Presenter {
    screen: Area,
    laser: Laser,
    spotlight: Spotlight,
    curtain: Option<Drape>,
    blank: Option<Blank>,
    still: Option<Vec<u32>>,
    magnifies: Option<PersonId>,
    lens: Option<Lens>,
    held: HashMap<ContactId, Held>,
}

impl Presenter {
    pub(crate) fn new(screen: Area) -> Self {
        Self {
            screen,
            laser: Laser::default(),
            spotlight: Spotlight::default(),
            curtain: None,
            blank: None,
            still: None,
            magnifies: None,
            lens: None,
            held: HashMap::new(),
        }
    }

    pub(crate) fn set(&mut self, present: Present, dirty: &mut Dirty) {
        match present {
            Present::Laser { person, on } => self.laser.arm(person, on),
            Present::Spotlight(discs) => {
                self.held.retain(|_, held| !matches!(held, Held::Disc { .. }));
                self.spotlight.set(discs, self.screen, dirty);
            }
            Present::Curtain(curtain) => {
                dirty.extend(self.curtain.map(|drape| drape.area(self.screen)));
                self.curtain = curtain.map(|curtain| Drape::new(curtain, self.screen));
                dirty.extend(self.curtain.map(|drape| drape.area(self.screen)));
            }
            Present::Freeze(true) => {}
            Present::Freeze(false) => {
                if self.still.take().is_some() {
                    dirty.add(self.screen);
                }
            }
            Present::Blank(blank) => {
                if blank != self.blank {
                    self.blank = blank;
                    dirty.add(self.screen);
                }
            }
            Present::Magnifier(person) => {
                self.magnifies = person;
                self.put_lens(None, dirty);
            }
        }
    }

    /// From now on this is what is seen of the board.
    pub(crate) fn freeze(&mut self, still: Vec<u32>, dirty: &mut Dirty) {
        self.still = Some(still);
        dirty.add(self.screen);
    }

    pub(crate) fn is_frozen(&self) -> bool {
        self.still.is_some()
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.blank.is_some()
    }

    /// True while something fades by itself.
    pub(crate) fn is_moving(&self) -> bool {
        self.laser.is_lit()
    }

    pub(crate) fn tick(&mut self, now_us: u64, dirty: &mut Dirty) {
        self.laser.tick(now_us, dirty);
    }

    /// Takes a contact that would go to the board. False if it should go there.
    pub(crate) fn touch(&mut self, place: &Place, dirty: &mut Dirty) -> bool {
        let held = match place.phase {
            Phase::Down => self.grasp(place),
            Phase::Move | Phase::Up | Phase::Cancel => self.held.get(&place.contact).copied(),
        };
        let Some(held) = held else { return false };
        let over = matches!(place.phase, Phase::Up | Phase::Cancel);
        match held {
            Held::Laser => self.laser.go(place, over, dirty),
            Held::Disc { index, dx, dy } => {
                self.spotlight.go(index, place.x + dx, place.y + dy, dirty);
            }
            Held::Curtain { by } => {
                if let Some(drape) = &mut self.curtain {
                    drape.go(place.x, place.y, by, self.screen, dirty);
                }
            }
            Held::Lens => {
                let lens = (!over).then(|| Lens::at(place.x, place.y, self.screen));
                self.put_lens(lens, dirty);
            }
            Held::Nothing => {}
        }
        if over {
            self.held.remove(&place.contact);
        } else {
            self.held.insert(place.contact, held);
        }
        true
    }

    fn grasp(&self, place: &Place) -> Option<Held> {
        if self.blank.is_some() {
            return Some(Held::Nothing);
        }
        if self.laser.is_armed(place.person) {
            return Some(Held::Laser);
        }
        if self.magnifies == Some(place.person) && self.lens.is_none() {
            return Some(Held::Lens);
        }
        if let Some(by) = self.curtain.and_then(|drape| drape.grasp(place.x, place.y, self.screen)) {
            return Some(Held::Curtain { by });
        }
        self.spotlight.grasp(place.x, place.y).map(|(index, dx, dy)| Held::Disc { index, dx, dy })
    }

    fn put_lens(&mut self, lens: Option<Lens>, dirty: &mut Dirty) {
        dirty.extend(self.lens.map(|lens| lens.area()));
        self.lens = lens;
        dirty.extend(self.lens.map(|lens| lens.area()));
    }

    /// What changes under the lens changes in it.
    pub(crate) fn widen(&self, dirty: &mut Dirty) {
        if let Some(lens) = self.lens.filter(|lens| dirty.touches(lens.source())) {
            dirty.add(lens.area());
        }
    }

    /// Lays the still picture; false if there is none.
    pub(crate) fn draw_frozen(&self, frame: &mut [u32], stride: usize, area: Area) -> bool {
        let Some(still) = &self.still else { return false };
        let inside = Area::new(
            self.screen.x + STILL_FRAME_PX,
            self.screen.y + STILL_FRAME_PX,
            self.screen.width - 2 * STILL_FRAME_PX,
            self.screen.height - 2 * STILL_FRAME_PX,
        );
        rows(frame, stride, area, |x, y, row| {
            let from = y as usize * stride + x as usize;
            if let Some(still) = still.get(from..from + row.len()) {
                row.copy_from_slice(still);
            }
            for (x, pixel) in (x..).zip(row).filter(|(x, _)| !inside.contains(*x, y)) {
                *pixel = if x >= 0 { STILL_FRAME } else { *pixel };
            }
        });
        true
    }

    /// Lays everything but the lens over the board.
    pub(crate) fn draw(&self, frame: &mut [u32], stride: usize, area: Area) {
        if let Some(blank) = self.blank {
            let colour = if blank == Blank::Black { 0 } else { 0x00ff_ffff };
            rows(frame, stride, area, |_, _, row| row.fill(colour));
            return;
        }
        self.spotlight.draw(frame, stride, area);
        if let Some(drape) = self.curtain {
            drape.draw(frame, stride, area, self.screen);
        }
        self.laser.draw(frame, stride, area);
    }

    /// Lays the lens over everything, when everything has been drawn.
    pub(crate) fn draw_lens(&self, frame: &mut [u32], stride: usize, area: Area) {
        if let Some(lens) = self.lens {
            lens.draw(frame, stride, area);
        }
    }
}

/// Calls with each row of an area: its first pixel's place, and its pixels.
fn rows(frame: &mut [u32], stride: usize, area: Area, mut draw: impl FnMut(i32, i32, &mut [u32])) {
    for y in area.y..area.bottom() {
        let from = y as usize * stride + area.x as usize;
        if let Some(row) = frame.get_mut(from..from + area.width as usize) {
            draw(area.x, y, row);
        }
    }
}

/// Lays black of an opacity over a pixel.
fn dim(pixel: &mut u32, opacity: u8) {
    *pixel = lay(*pixel, u32::from(opacity) << 24);
}

#[cfg(test)]
mod tests;
