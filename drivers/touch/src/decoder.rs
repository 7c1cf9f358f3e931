//! Kernel input events to frames of contacts: multi-touch protocol B.
//!
//! The kernel sends only what changed: a slot number selects a contact, a tracking id >= 0 begins it, -1 ends it,
//! SYN_REPORT ends the frame. After SYN_DROPPED the rest of the frame is worthless; the owner then feeds the
//! device's state again (see `evdev::state`) or lifts everything.

use crate::event::code;
use crate::panel::Protocol;
use crate::pen::Tip;
use crate::{Contact, ContactId, Frame, InputEvent, Panel, Phase, ToolKind, TouchError};

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
    dropping: bool,
}

#[derive(Debug, Default)]
struct Slot {
    tracking: Option<i32>,
    /// The contact the world knows about.
    contact: Option<ContactId>,
    /// The tracking id was replaced: the old contact ended within this frame.
    renewed: bool,
    changed: bool,
    x: i32,
    y: i32,
    major: Option<i32>,
    minor: Option<i32>,
    pressure: Option<i32>,
    tool: ToolKind,
    distance: i32,
}

impl Decoder {
    pub fn new(panel: Panel) -> Self {
        let count = match panel.protocol() {
            Protocol::Slots(count) => count,
            Protocol::Pen | Protocol::Single => 0,
        };
        let slots = (0..count).map(|_| Slot::default()).collect();
        let tip = Tip::new(&panel);
        Self { panel, slots, current: (count > 0).then_some(0), tip, dropping: false }
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
                self.dropping = false;
                Fed::Lost
            }
            (code::EV_SYN, code::SYN_REPORT) => self.report(event.time_us),
            _ if self.dropping => Fed::Nothing,
            (code::EV_ABS, code::ABS_MT_SLOT) if !self.slots.is_empty() => self.select(event.value),
            (code::EV_ABS, axis) if !self.slots.is_empty() => {
                self.slot_axis(axis, event.value);
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
        let mut contacts = Vec::new();
        for slot in &mut self.slots {
            slot.tracking = None;
            if let Some(id) = slot.contact.take() {
                contacts.push(slot.seen(&self.panel, id, Phase::Up));
            }
            slot.renewed = false;
            slot.changed = false;
        }
        contacts.extend(self.tip.lift(&self.panel));
        self.dropping = false;
        Frame { time_us, contacts }
    }

    fn select(&mut self, value: i32) -> Fed {
        self.current = usize::try_from(value).ok().filter(|slot| *slot < self.slots.len());
        if self.current.is_some() {
            Fed::Nothing
        } else {
            Fed::Strange(TouchError::Slot { slot: value, slots: self.slots.len() })
        }
    }

    fn slot_axis(&mut self, axis: u16, value: i32) {
        let Some(slot) = self.current.and_then(|at| self.slots.get_mut(at)) else { return };
        match axis {
            code::ABS_MT_TRACKING_ID if value < 0 => slot.tracking = None,
            code::ABS_MT_TRACKING_ID => {
                if slot.tracking != Some(value) {
                    slot.renewed = slot.contact.is_some();
                    slot.tracking = Some(value);
                    // What the panel does not repeat for a new contact must not be the last one's.
                    (slot.major, slot.minor, slot.pressure) = (None, None, None);
                    (slot.tool, slot.distance) = (ToolKind::Finger, 0);
                }
            }
            code::ABS_MT_POSITION_X => slot.x = value,
            code::ABS_MT_POSITION_Y => slot.y = value,
            code::ABS_MT_TOUCH_MAJOR => slot.major = Some(value),
            code::ABS_MT_TOUCH_MINOR => slot.minor = Some(value),
            code::ABS_MT_PRESSURE => slot.pressure = Some(value),
            code::ABS_MT_DISTANCE => slot.distance = value,
            code::ABS_MT_TOOL_TYPE => {
                slot.tool = match value {
                    code::MT_TOOL_PEN => ToolKind::Pen,
                    code::MT_TOOL_PALM => ToolKind::Palm,
                    _ => ToolKind::Finger,
                }
            }
            _ => return,
        }
        slot.changed = true;
    }

    fn report(&mut self, time_us: u64) -> Fed {
        let mut contacts = Vec::new();
        for slot in self.slots.iter_mut().filter(|slot| slot.changed) {
            slot.changed = false;
            let touches = slot.tracking.is_some() && slot.distance <= 0;
            if (slot.renewed || !touches)
                && let Some(id) = slot.contact.take()
            {
                contacts.push(slot.seen(&self.panel, id, Phase::Up));
            }
            slot.renewed = false;
            match slot.contact {
                Some(id) => contacts.push(slot.seen(&self.panel, id, Phase::Move)),
                None if touches => {
                    let id = ContactId::fresh();
                    slot.contact = Some(id);
                    contacts.push(slot.seen(&self.panel, id, Phase::Down));
                }
                None => {}
            }
        }
        contacts.extend(self.tip.report(&self.panel));
        if contacts.is_empty() { Fed::Nothing } else { Fed::Frame(Frame { time_us, contacts }) }
    }
}

impl Slot {
    fn seen(&self, panel: &Panel, id: ContactId, phase: Phase) -> Contact {
        Contact {
            id,
            phase,
            at: panel.point(self.x, self.y),
            major_um: self.major.and_then(|value| panel.length_um(code::ABS_MT_TOUCH_MAJOR, value)),
            minor_um: self.minor.and_then(|value| panel.length_um(code::ABS_MT_TOUCH_MINOR, value)),
            pressure: self.pressure.and_then(|value| panel.pressure(code::ABS_MT_PRESSURE, value)),
            tool: self.tool,
            serial: None,
        }
    }
}

#[cfg(test)]
mod tests;
