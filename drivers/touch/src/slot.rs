//! One slot of protocol B: the values the kernel last sent for it, and the contact they make.
//!
//! The kernel sends a value only when it differs from the slot's last one, also across contacts. So a new contact
//! inherits what is not sent: a second palm in the same slot is not called a palm again.

use crate::event::code;
use crate::{Buttons, Contact, ContactId, Hover, Panel, PanelPoint, Phase, ToolKind};

/// The first and the last axis of a slot.
const FIRST: u16 = code::ABS_MT_TOUCH_MAJOR;
const LAST: u16 = code::ABS_MT_TOOL_Y;

#[derive(Debug, Default)]
pub(crate) struct Slot {
    tracking: Option<i32>,
    /// The contact the world knows about.
    contact: Option<ContactId>,
    /// The world knows that something hovers here.
    hovers: bool,
    /// The tracking id was replaced: the old contact ended within this frame.
    renewed: bool,
    changed: bool,
    /// Every axis from `FIRST` to `LAST`, as last sent.
    values: [Option<i32>; (LAST - FIRST + 1) as usize],
}

impl Slot {
    pub(crate) fn axis(&mut self, axis: u16, value: i32) {
        match axis {
            code::ABS_MT_TRACKING_ID if value < 0 => self.tracking = None,
            code::ABS_MT_TRACKING_ID => {
                if self.tracking != Some(value) {
                    self.renewed = self.contact.is_some();
                    self.tracking = Some(value);
                }
            }
            FIRST..=LAST => {
                if let Some(kept) = self.values.get_mut(usize::from(axis - FIRST)) {
                    *kept = Some(value);
                }
            }
            _ => return,
        }
        self.changed = true;
    }

    /// The device says that nothing touches any more.
    pub(crate) fn let_go(&mut self) {
        self.changed |= self.tracking.take().is_some();
    }

    /// The end of a frame: what became of the slot since the last one.
    pub(crate) fn report(&mut self, panel: &Panel, contacts: &mut Vec<Contact>, hovers: &mut Vec<Hover>) {
        if !std::mem::take(&mut self.changed) {
            return;
        }
        let near = self.tracking.is_some();
        let touches = near && self.value(code::ABS_MT_DISTANCE).is_none_or(|distance| distance <= 0);
        if (std::mem::take(&mut self.renewed) || !touches)
            && let Some(id) = self.contact.take()
        {
            contacts.push(self.seen(panel, id, Phase::Up));
        }
        match self.contact {
            Some(id) => contacts.push(self.seen(panel, id, Phase::Move)),
            None if touches => {
                let id = ContactId::fresh();
                self.contact = Some(id);
                contacts.push(self.seen(panel, id, Phase::Down));
            }
            None => {}
        }
        let hovering = near && !touches;
        if hovering || self.hovers {
            hovers.push(self.hovering(panel, hovering));
        }
        self.hovers = hovering;
    }

    /// Ends the contact where it last was.
    pub(crate) fn lift(&mut self, panel: &Panel, contacts: &mut Vec<Contact>, hovers: &mut Vec<Hover>) {
        self.tracking = None;
        (self.renewed, self.changed) = (false, false);
        contacts.extend(self.contact.take().map(|id| self.seen(panel, id, Phase::Up)));
        if std::mem::take(&mut self.hovers) {
            hovers.push(self.hovering(panel, false));
        }
    }

    fn value(&self, axis: u16) -> Option<i32> {
        *self.values.get(usize::from(axis.checked_sub(FIRST)?))?
    }

    fn place(&self, panel: &Panel, x: u16, y: u16) -> Option<PanelPoint> {
        Some(panel.point(self.value(x)?, self.value(y)?))
    }

    fn tool(&self) -> ToolKind {
        match self.value(code::ABS_MT_TOOL_TYPE) {
            Some(code::MT_TOOL_PEN) => ToolKind::Pen,
            Some(code::MT_TOOL_PALM) => ToolKind::Palm,
            _ => ToolKind::Finger,
        }
    }

    fn at(&self, panel: &Panel) -> PanelPoint {
        let value = |axis| self.value(axis).unwrap_or(0);
        panel.point(value(code::ABS_MT_POSITION_X), value(code::ABS_MT_POSITION_Y))
    }

    fn seen(&self, panel: &Panel, id: ContactId, phase: Phase) -> Contact {
        let length = |axis| self.value(axis).and_then(|value| panel.length_um(axis, value));
        Contact {
            major_um: length(code::ABS_MT_TOUCH_MAJOR),
            minor_um: length(code::ABS_MT_TOUCH_MINOR),
            orientation_cdeg: self.value(code::ABS_MT_ORIENTATION).and_then(|value| panel.orientation(value)),
            width_major_um: length(code::ABS_MT_WIDTH_MAJOR),
            width_minor_um: length(code::ABS_MT_WIDTH_MINOR),
            tool_at: self.place(panel, code::ABS_MT_TOOL_X, code::ABS_MT_TOOL_Y),
            blob: self.value(code::ABS_MT_BLOB_ID),
            pressure: self
                .value(code::ABS_MT_PRESSURE)
                .and_then(|value| panel.share(code::ABS_MT_PRESSURE, value)),
            tool: self.tool(),
            ..Contact::new(id, phase, self.at(panel))
        }
    }

    fn hovering(&self, panel: &Panel, near: bool) -> Hover {
        let distance = self.value(code::ABS_MT_DISTANCE);
        Hover {
            near,
            at: self.at(panel),
            distance: distance.and_then(|value| panel.share(code::ABS_MT_DISTANCE, value)),
            tilt: None,
            buttons: Buttons::default(),
            tool: self.tool(),
            serial: None,
            tool_id: None,
        }
    }
}
