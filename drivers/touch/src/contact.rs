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

/// Where a contact is in its life.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
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
    /// 0..=65535 of the tool's own range.
    pub pressure: Option<u16>,
    pub tool: ToolKind,
    /// The pen's serial number, where it has one.
    pub serial: Option<u32>,
}

/// All contacts that changed at one moment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Frame {
    /// Microseconds, of the source's clock.
    pub time_us: u64,
    pub contacts: Vec<Contact>,
}
