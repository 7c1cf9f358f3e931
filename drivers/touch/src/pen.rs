//! Devices with one tip: pens (with proximity, eraser end and serial number) and single-touch screens.

use crate::event::code;
use crate::panel::Protocol;
use crate::{Contact, ContactId, InputEvent, Panel, Phase, ToolKind};

/// The state of the one tip.
#[derive(Debug, Default)]
pub(crate) struct Tip {
    /// A pen must be near before it can touch; a single-touch screen has no such thing.
    is_pen: bool,
    /// Without a touch key the tip touches while it is pressed.
    has_touch_key: bool,
    pen_near: bool,
    rubber_near: bool,
    key_down: bool,
    x: i32,
    y: i32,
    pressure: Option<i32>,
    serial: Option<u32>,
    contact: Option<Held>,
    changed: bool,
}

/// What the tip was when it went down: it keeps its tool and number to its lift.
#[derive(Clone, Copy, Debug)]
struct Held {
    id: ContactId,
    tool: ToolKind,
    serial: Option<u32>,
}

impl Tip {
    pub(crate) fn new(panel: &Panel) -> Self {
        let is_pen = panel.protocol() == Protocol::Pen;
        Self { is_pen, has_touch_key: panel.has_touch_key(), ..Self::default() }
    }

    pub(crate) fn event(&mut self, event: InputEvent) {
        match (event.kind, event.code) {
            (code::EV_KEY, code::BTN_TOOL_PEN) => self.pen_near = event.value != 0,
            (code::EV_KEY, code::BTN_TOOL_RUBBER) => self.rubber_near = event.value != 0,
            (code::EV_KEY, code::BTN_TOUCH) => self.key_down = event.value != 0,
            (code::EV_ABS, code::ABS_X) => self.x = event.value,
            (code::EV_ABS, code::ABS_Y) => self.y = event.value,
            (code::EV_ABS, code::ABS_PRESSURE) => self.pressure = Some(event.value),
            (code::EV_MSC, code::MSC_SERIAL) => {
                // The number's bits count, not its sign; 0 means "none" (and -1 is what some pens send at lift).
                let number = u32::from_ne_bytes(event.value.to_ne_bytes());
                self.serial = (number != 0 && number != u32::MAX).then_some(number);
                return;
            }
            _ => return,
        }
        self.changed = true;
    }

    pub(crate) fn report(&mut self, panel: &Panel) -> Option<Contact> {
        if !std::mem::take(&mut self.changed) {
            return None;
        }
        let near = !self.is_pen || self.pen_near || self.rubber_near;
        let pressed =
            if self.has_touch_key { self.key_down } else { self.pressure.is_some_and(|value| value > 0) };
        match (self.contact, near && pressed) {
            (None, true) => {
                let tool = match (self.is_pen, self.rubber_near) {
                    (true, true) => ToolKind::Eraser,
                    (true, false) => ToolKind::Pen,
                    (false, _) => ToolKind::Finger,
                };
                let held = Held { id: ContactId::fresh(), tool, serial: self.serial };
                self.contact = Some(held);
                Some(self.seen(panel, held, Phase::Down))
            }
            (Some(held), true) => Some(self.seen(panel, held, Phase::Move)),
            (Some(_), false) => self.lift(panel),
            (None, false) => None,
        }
    }

    /// Ends the contact, if there is one. The keys are forgotten too: after a broken stream the pen must come
    /// near and press again.
    pub(crate) fn lift(&mut self, panel: &Panel) -> Option<Contact> {
        self.key_down = false;
        self.pressure = None;
        let held = self.contact.take()?;
        Some(self.seen(panel, held, Phase::Up))
    }

    fn seen(&self, panel: &Panel, held: Held, phase: Phase) -> Contact {
        Contact {
            id: held.id,
            phase,
            at: panel.point(self.x, self.y),
            major_um: None,
            minor_um: None,
            pressure: self.pressure.and_then(|value| panel.pressure(code::ABS_PRESSURE, value)),
            tool: held.tool,
            serial: held.serial,
        }
    }
}
