//! The nouns: one finger, palm or pen tip on the panel, and all of those that changed at one moment.

use std::sync::atomic::{AtomicU64, Ordering};

/// One touch from its down to its up; never used twice in the life of the process.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ContactId(pub u64);

impl ContactId {
    /// A number that no other contact of this process has.
    pub fn fresh() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// Where a contact is in its life, in this order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Phase {
    Down,
    Move,
    Up,
    /// It never was a touch (the system took it back): what it did should be undone.
    Cancel,
}

/// A place on the panel, in micrometres from its top left corner.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct PanelPoint {
    pub x_um: i32,
    pub y_um: i32,
}

impl PanelPoint {
    /// The square of the distance, in square micrometres.
    pub fn distance_squared(self, other: Self) -> i64 {
        let (x, y) =
            (i64::from(self.x_um) - i64::from(other.x_um), i64::from(self.y_um) - i64::from(other.y_um));
        x * x + y * y
    }

    /// The distance in whole micrometres.
    pub fn distance_um(self, other: Self) -> i64 {
        self.distance_squared(other).isqrt()
    }
}

/// What touches.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum ToolKind {
    #[default]
    Finger,
    Pen,
    Eraser,
    /// The panel itself says so (`MT_TOOL_PALM`).
    Palm,
}

/// How a pen leans away from upright, in hundredths of a degree: `x` to the right, `y` towards the writer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Tilt {
    pub x_cdeg: i16,
    pub y_cdeg: i16,
}

/// The buttons on a pen's barrel that are pressed, one bit each.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Buttons(pub u8);

impl Buttons {
    pub const LOWER: Self = Self(1);
    pub const UPPER: Self = Self(2);
    pub const THIRD: Self = Self(4);

    /// True while all of `these` are pressed.
    pub const fn holds(self, these: Self) -> bool {
        self.0 & these.0 == these.0
    }

    pub(crate) fn set(&mut self, button: Self, pressed: bool) {
        self.0 = if pressed { self.0 | button.0 } else { self.0 & !button.0 };
    }
}

/// What a contact is by its size: passive pens are told from fingers, and their two ends from each other.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum TipClass {
    /// The thin end of a pen.
    PenTip,
    /// The thick end of a pen.
    ThickTip,
    Finger,
    /// A palm, a fist, a sleeve.
    Palm,
}

/// One contact at one moment.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Contact {
    pub id: ContactId,
    pub phase: Phase,
    pub at: PanelPoint,
    /// The longer axis of what touches, in micrometres, where the panel measures it.
    pub major_um: Option<u32>,
    /// The shorter axis.
    pub minor_um: Option<u32>,
    /// How the longer axis lies: hundredths of a degree clockwise from the panel's vertical.
    pub orientation_cdeg: Option<i16>,
    /// The longer axis of the whole tool above the touch (the finger, not its print), where it is measured.
    pub width_major_um: Option<u32>,
    pub width_minor_um: Option<u32>,
    /// The middle of the whole tool, where the panel tells it from the middle of the touch.
    pub tool_at: Option<PanelPoint>,
    /// Contacts with the same number are one shape, of a panel that reports shapes in pieces.
    pub blob: Option<i32>,
    /// 0..=65535 of the tool's own range.
    pub pressure: Option<u16>,
    pub tilt: Option<Tilt>,
    /// The pen's turn around its own axis, hundredths of a degree, 0..36000.
    pub twist_cdeg: Option<u16>,
    pub buttons: Buttons,
    pub tool: ToolKind,
    /// The pen's serial number, where it has one.
    pub serial: Option<u32>,
    /// The maker's number for this kind of pen.
    pub tool_id: Option<u32>,
    /// `None` where nothing is known of its size.
    pub class: Option<TipClass>,
}

impl Contact {
    /// A finger of which nothing but its place is known.
    pub const fn new(id: ContactId, phase: Phase, at: PanelPoint) -> Self {
        Self {
            id,
            phase,
            at,
            major_um: None,
            minor_um: None,
            orientation_cdeg: None,
            width_major_um: None,
            width_minor_um: None,
            tool_at: None,
            blob: None,
            pressure: None,
            tilt: None,
            twist_cdeg: None,
            buttons: Buttons(0),
            tool: ToolKind::Finger,
            serial: None,
            tool_id: None,
            class: None,
        }
    }
}

/// A pen or finger near the panel that does not touch it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Hover {
    /// False in the one report that says it has left, or has become a contact.
    pub near: bool,
    pub at: PanelPoint,
    /// 0..=65535 of the range within which the panel sees the tool.
    pub distance: Option<u16>,
    pub tilt: Option<Tilt>,
    pub buttons: Buttons,
    pub tool: ToolKind,
    pub serial: Option<u32>,
    pub tool_id: Option<u32>,
}

/// All contacts that changed at one moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Frame {
    /// Microseconds, of the source's clock; from the device's own clock where it has one.
    pub time_us: u64,
    pub contacts: Vec<Contact>,
    /// What changed above the panel.
    pub hovers: Vec<Hover>,
    /// Contacts that the panel sees no more. They may only be shadowed: each goes on, or lifts, within the panel's
    /// [`bridge_us`](crate::Quirks::bridge_us).
    pub missing: Vec<ContactId>,
}

impl Frame {
    /// A frame without hovers.
    pub const fn new(time_us: u64, contacts: Vec<Contact>) -> Self {
        Self { time_us, contacts, hovers: Vec::new(), missing: Vec::new() }
    }

    /// Nothing changed.
    pub const fn is_empty(&self) -> bool {
        self.contacts.is_empty() && self.hovers.is_empty() && self.missing.is_empty()
    }
}
