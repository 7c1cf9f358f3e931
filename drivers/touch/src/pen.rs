//! Devices with one tip: pens (with proximity, eraser end, tilt, buttons and serial number) and single-touch screens.

use crate::event::code;
use crate::panel::Protocol;
use crate::{Buttons, Contact, ContactId, Frame, Hover, InputEvent, Panel, Phase, Tilt, TipClass, ToolKind};

/// The keys by which a device says which end is near; the bit of each in [`Tip::near`] is its place here.
const ENDS: [u16; 5] = [
    code::BTN_TOOL_RUBBER,
    code::BTN_TOOL_PEN,
    code::BTN_TOOL_BRUSH,
    code::BTN_TOOL_PENCIL,
    code::BTN_TOOL_AIRBRUSH,
];
const RUBBER: u8 = 1;

/// All keys that the state of a tip consists of.
pub(crate) const KEYS: [u16; 9] = [
    code::BTN_TOOL_RUBBER,
    code::BTN_TOOL_PEN,
    code::BTN_TOOL_BRUSH,
    code::BTN_TOOL_PENCIL,
    code::BTN_TOOL_AIRBRUSH,
    code::BTN_STYLUS,
    code::BTN_STYLUS2,
    code::BTN_STYLUS3,
    code::BTN_TOUCH,
];

/// All axes that the state of a tip consists of.
pub(crate) const AXES: [u16; 8] = [
    code::ABS_X,
    code::ABS_Y,
    code::ABS_Z,
    code::ABS_PRESSURE,
    code::ABS_DISTANCE,
    code::ABS_TILT_X,
    code::ABS_TILT_Y,
    code::ABS_MISC,
];

/// The state of the one tip.
#[derive(Debug, Default)]
pub(crate) struct Tip {
    /// A pen must be near before it can touch; a single-touch screen has no such thing.
    is_pen: bool,
    /// Without a touch key the tip touches while it is pressed.
    has_touch_key: bool,
    /// The ends that are near, one bit each.
    near: u8,
    key_down: bool,
    buttons: Buttons,
    x: i32,
    y: i32,
    twist: Option<i32>,
    pressure: Option<i32>,
    distance: Option<i32>,
    tilt: (Option<i32>, Option<i32>),
    serial: Option<u32>,
    tool_id: Option<u32>,
    contact: Option<Held>,
    /// The world knows that the pen hovers.
    hovers: bool,
    changed: bool,
}

/// What the tip was when it went down: it keeps its tool and number to its lift.
#[derive(Clone, Copy, Debug)]
struct Held {
    id: ContactId,
    tool: ToolKind,
    serial: Option<u32>,
    tool_id: Option<u32>,
}

impl Tip {
    pub(crate) fn new(panel: &Panel) -> Self {
        let is_pen = panel.protocol() == Protocol::Pen;
        Self { is_pen, has_touch_key: panel.has_touch_key(), ..Self::default() }
    }

    pub(crate) fn event(&mut self, event: InputEvent) {
        match event.kind {
            code::EV_KEY => self.key(event.code, event.value != 0),
            code::EV_ABS => self.axis(event.code, event.value),
            code::EV_MSC if event.code == code::MSC_SERIAL => self.serial = number(event.value),
            _ => {}
        }
    }

    fn key(&mut self, key: u16, pressed: bool) {
        match key {
            code::BTN_TOUCH => self.key_down = pressed,
            code::BTN_STYLUS => self.buttons.set(Buttons::LOWER, pressed),
            code::BTN_STYLUS2 => self.buttons.set(Buttons::UPPER, pressed),
            code::BTN_STYLUS3 => self.buttons.set(Buttons::THIRD, pressed),
            key => {
                let Some(end) = ENDS.iter().position(|end| *end == key) else { return };
                self.near = if pressed { self.near | 1 << end } else { self.near & !(1 << end) };
            }
        }
        self.changed = true;
    }

    fn axis(&mut self, axis: u16, value: i32) {
        match axis {
            code::ABS_X => self.x = value,
            code::ABS_Y => self.y = value,
            code::ABS_Z => self.twist = Some(value),
            code::ABS_PRESSURE => self.pressure = Some(value),
            code::ABS_DISTANCE => self.distance = Some(value),
            code::ABS_TILT_X => self.tilt.0 = Some(value),
            code::ABS_TILT_Y => self.tilt.1 = Some(value),
            code::ABS_MISC => self.tool_id = number(value),
            _ => return,
        }
        self.changed = true;
    }

    pub(crate) fn report(&mut self, panel: &Panel, frame: &mut Frame) {
        if !std::mem::take(&mut self.changed) {
            return;
        }
        let near = !self.is_pen || self.near != 0;
        let pressed =
            if self.has_touch_key { self.key_down } else { self.pressure.is_some_and(|value| value > 0) };
        match (self.contact, near && pressed) {
            (None, true) => {
                let held = Held {
                    id: ContactId::fresh(),
                    tool: self.tool(),
                    serial: self.serial,
                    tool_id: self.tool_id,
                };
                self.contact = Some(held);
                frame.contacts.push(self.seen(panel, held, Phase::Down));
            }
            (Some(held), true) => frame.contacts.push(self.seen(panel, held, Phase::Move)),
            (Some(held), false) => {
                self.contact = None;
                frame.contacts.push(self.seen(panel, held, Phase::Up));
            }
            (None, false) => {}
        }
        let hovering = self.is_pen && near && self.contact.is_none();
        if hovering || self.hovers {
            frame.hovers.push(self.hovering(panel, hovering));
        }
        self.hovers = hovering;
        if self.is_pen && !near {
            // The next pen that comes near is not this one until it says so.
            self.serial = None;
        }
    }

    /// Ends the contact, if there is one. That it pressed is forgotten too: after a broken stream the pen must press
    /// again.
    pub(crate) fn lift_all(&mut self, panel: &Panel, frame: &mut Frame) {
        if let Some(held) = self.contact.take() {
            frame.contacts.push(self.seen(panel, held, Phase::Up));
        }
        if std::mem::take(&mut self.hovers) {
            frame.hovers.push(self.hovering(panel, false));
        }
        (self.key_down, self.pressure, self.changed) = (false, None, false);
    }

    fn tool(&self) -> ToolKind {
        match (self.is_pen, self.near & RUBBER != 0) {
            (true, true) => ToolKind::Eraser,
            (true, false) => ToolKind::Pen,
            (false, _) => ToolKind::Finger,
        }
    }

    fn tilt(&self, panel: &Panel) -> Option<Tilt> {
        panel.tilt(self.tilt.0?, self.tilt.1?)
    }

    fn seen(&self, panel: &Panel, held: Held, phase: Phase) -> Contact {
        Contact {
            pressure: self.pressure.and_then(|value| panel.share(code::ABS_PRESSURE, value)),
            tilt: self.tilt(panel),
            twist_cdeg: self.twist.and_then(|value| panel.twist(value)),
            buttons: self.buttons,
            tool: held.tool,
            serial: held.serial,
            tool_id: held.tool_id,
            class: self.is_pen.then_some(TipClass::PenTip),
            ..Contact::new(held.id, phase, panel.point(self.x, self.y))
        }
    }

    fn hovering(&self, panel: &Panel, near: bool) -> Hover {
        Hover {
            near,
            at: panel.point(self.x, self.y),
            distance: self.distance.and_then(|value| panel.share(code::ABS_DISTANCE, value)),
            tilt: self.tilt(panel),
            buttons: self.buttons,
            tool: self.tool(),
            serial: self.serial,
            tool_id: self.tool_id,
        }
    }
}

/// The number's bits count, not its sign; 0 means "none" (and -1 is what some pens send at lift).
fn number(value: i32) -> Option<u32> {
    let number = value.cast_unsigned();
    (number != 0 && number != u32::MAX).then_some(number)
}
