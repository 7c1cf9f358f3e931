//! A question written by hand: into the panel's field, read when the pen has rested, put behind the question.

use std::rc::Rc;
use std::time::Duration;

use board::Legible;
use slint::TimerMode;

use super::{Finder, Side};
use crate::bridge::{FromUi, ReadFailure};
use crate::keyboard;
use crate::reading::{self, Line};
use crate::wall::Wall;
use screens::Reading;

/// What is written by hand is read when the pen has been up for so long.
const READ_AFTER: Duration = Duration::from_millis(800);
/// The field's picture is made anew this often while somebody writes: sixty times a second.
const PAINT_AFTER: Duration = Duration::from_millis(16);

impl Wall {
    pub(super) fn write(self: &Rc<Self>, side: Side, finder: &mut Finder, down: bool, (x, y): (f32, f32)) {
        let t_ms = u32::try_from(finder.began.elapsed().as_millis()).unwrap_or(u32::MAX);
        if down {
            // Whoever writes on has not finished: what was being read is read again with the rest.
            finder.timers.read.stop();
            self.give_up(finder.reading.take());
            finder.pad.down(x, y, t_ms);
            finder.adapter().set_reading(Reading::Ready);
        } else if finder.pad.is_touched() {
            finder.pad.go(x, y, t_ms);
        } else {
            return;
        }
        if !finder.timers.paint.running() {
            let wall = Rc::downgrade(self);
            finder.timers.paint.start(TimerMode::SingleShot, PAINT_AFTER, move || {
                wall.upgrade().iter().for_each(|wall| wall.with_finder(side, |finder| finder.paint()));
            });
        }
    }

    pub(super) fn lift(self: &Rc<Self>, side: Side, finder: &mut Finder) {
        finder.pad.up();
        let wall = Rc::downgrade(self);
        finder.timers.read.start(TimerMode::SingleShot, READ_AFTER, move || {
            wall.upgrade().iter().for_each(|wall| wall.with_finder(side, |finder| wall.read_pad(finder)));
        });
    }

    fn read_pad(&self, finder: &mut Finder) {
        if finder.pad.is_blank() {
            return;
        }
        let (ticket, what) = (self.ticket(), Legible::Strokes(finder.pad.strokes()));
        let asked = self.state.borrow().reading && self.asker.ask(FromUi::Read { ticket, what });
        if asked {
            finder.reading = Some(ticket);
            finder.adapter().set_reading(Reading::Busy);
        } else {
            self.clear_pad(finder);
            finder.adapter().set_reading(Reading::Gone);
        }
    }

    pub(super) fn clear_pad(&self, finder: &mut Finder) {
        finder.timers.read.stop();
        self.give_up(finder.reading.take());
        finder.pad.clear();
        finder.paint();
        finder.adapter().set_reading(Reading::Ready);
    }

    /// What was written by hand goes behind the question. False where that reading was somebody else's.
    pub(in crate::wall) fn take_pad(
        self: &Rc<Self>,
        ticket: u64,
        lines: &Result<Vec<Line>, ReadFailure>,
    ) -> bool {
        let mut finders = self.finders.borrow_mut();
        let waiting = finders.iter_mut().find(|(_, finder)| finder.reading == Some(ticket));
        let Some((&side, finder)) = waiting else { return false };
        let read = reading::Reading::new(lines.as_deref().unwrap_or_default());
        self.clear_pad(finder);
        finder.adapter().set_reading(match lines {
            Err(failure) => crate::wall::selections::outcome_of(*failure),
            Ok(_) if read.words.is_empty() => Reading::Empty,
            Ok(_) => Reading::Ready,
        });
        if !read.words.is_empty() {
            finder.hear(read.text(), read.others(keyboard::CANDIDATES_MAX));
            self.ask_soon(side, finder);
        }
        true
    }
}
