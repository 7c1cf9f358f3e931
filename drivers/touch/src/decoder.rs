//! Kernel input events to frames of contacts: multi-touch protocol B.
//!
//! The kernel sends only what changed: a slot number selects a contact, a tracking id >= 0 begins it, -1 ends it,
//! SYN_REPORT ends the frame. After SYN_DROPPED the rest of the frame is worthless; the owner then feeds the
//! device's state again (see `evdev::state`) or lifts everything. A touch key that goes up lifts everything too:
//! the kernel presses it while anything touches, so a lift that was lost is made good.

use crate::event::code;
use crate::panel::Protocol;
use crate::pen::Tip;
use crate::slot::Slot;
use crate::stamp::Stamp;
use crate::{Frame, InputEvent, Panel, TouchError};

/// What one event led to.
#[derive(Debug)]
pub enum Fed {
    /// The frame goes on.
    Nothing,
    /// The frame is complete and something changed.
    Frame(Frame),
    /// Events were dropped: feed the device's state, or call [`Decoder::lift_all`].
    Lost,
    /// The event made no sense and was left out.
    Strange(TouchError),
}

/// Protocol B, single touch and pens. Pure: no clock, no file.
#[derive(Debug)]
pub struct Decoder {
    panel: Panel,
    slots: Vec<Slot>,
    /// `None` after a slot number that does not exist: events until the next slot number belong to nobody.
    current: Option<usize>,
    tip: Tip,
    stamp: Stamp,
    /// The touch key went up within this frame.
    released: bool,
    dropping: bool,
}

impl Decoder {
    pub fn new(panel: Panel) -> Self {
        let count = match panel.protocol() {
            Protocol::Slots(count) => count,
            Protocol::Pen | Protocol::Single => 0,
        };
        let slots = (0..count).map(|_| Slot::default()).collect();
        let (tip, stamp) = (Tip::new(&panel), Stamp::default());
        let current = (count > 0).then_some(0);
        Self { panel, slots, current, tip, stamp, released: false, dropping: false }
    }

    pub fn panel(&self) -> &Panel {
        &self.panel
    }

    /// Takes one event.
    pub fn feed(&mut self, event: InputEvent) -> Fed {
        match (event.kind, event.code) {
            (code::EV_SYN, code::SYN_DROPPED) => {
                self.dropping = true;
                Fed::Nothing
            }
            (code::EV_SYN, code::SYN_REPORT) if self.dropping => {
                (self.dropping, self.released) = (false, false);
                self.stamp.forget();
                Fed::Lost
            }
            (code::EV_SYN, code::SYN_REPORT) => self.report(event.time_us),
            _ if self.dropping => Fed::Nothing,
            (code::EV_MSC, code::MSC_TIMESTAMP) => {
                self.stamp.event(event.value);
                Fed::Nothing
            }
            (code::EV_ABS, code::ABS_MT_SLOT) if !self.slots.is_empty() => self.select(event.value),
            (code::EV_ABS, axis) if !self.slots.is_empty() => {
                if let Some(slot) = self.current.and_then(|at| self.slots.get_mut(at)) {
                    slot.axis(axis, event.value);
                }
                Fed::Nothing
            }
            (code::EV_KEY, code::BTN_TOUCH) if !self.slots.is_empty() => {
                self.released = event.value == 0;
                Fed::Nothing
            }
            _ => {
                if self.slots.is_empty() {
                    self.tip.event(event);
                }
                Fed::Nothing
            }
        }
    }

    /// Ends every contact where it last was: the stream broke off. What was drawn stays.
    pub fn lift_all(&mut self, time_us: u64) -> Frame {
        let mut frame = Frame::new(time_us, Vec::new());
        for slot in &mut self.slots {
            slot.lift(&self.panel, &mut frame.contacts, &mut frame.hovers);
        }
        self.tip.lift_all(&self.panel, &mut frame);
        self.stamp.forget();
        (self.dropping, self.released) = (false, false);
        frame
    }

    fn select(&mut self, value: i32) -> Fed {
        self.current = usize::try_from(value).ok().filter(|slot| *slot < self.slots.len());
        if self.current.is_some() {
            Fed::Nothing
        } else {
            Fed::Strange(TouchError::Slot { slot: value, slots: self.slots.len() })
        }
    }

    fn report(&mut self, arrived_us: u64) -> Fed {
        let released = std::mem::take(&mut self.released);
        let mut frame = Frame::new(self.stamp.time(arrived_us), Vec::new());
        for slot in &mut self.slots {
            if released {
                slot.let_go();
            }
            slot.report(&self.panel, &mut frame.contacts, &mut frame.hovers);
        }
        self.tip.report(&self.panel, &mut frame);
        if frame.is_empty() { Fed::Nothing } else { Fed::Frame(frame) }
    }
}

#[cfg(test)]
mod tests;
