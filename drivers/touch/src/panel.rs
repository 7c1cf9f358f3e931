//! What a panel is: its axes, its slots, and how its units become micrometres.

use crate::event::code;
use crate::placement::Facing;
use crate::{PanelPoint, Placement, Tilt, TouchError};
use std::collections::{BTreeMap, BTreeSet};

/// The range of one absolute axis (`struct input_absinfo`).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Axis {
    pub min: i32,
    pub max: i32,
    /// Units per millimetre; 0 = the panel does not say.
    pub resolution: i32,
}

/// Which product it is (`struct input_id`); all 0 where it is not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Identity {
    pub bus: u16,
    pub vendor: u16,
    pub product: u16,
    pub version: u16,
}

impl Identity {
    /// `vendor:product`, as it is written in the configuration.
    pub fn key(self) -> String {
        format!("{:04x}:{:04x}", self.vendor, self.product)
    }
}

/// What a device says about itself, from its ioctls or from an evemu description.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Description {
    pub name: String,
    pub identity: Identity,
    /// Which of several alike it is (`EVIOCGUNIQ`); empty where it does not say, and in evemu's format.
    pub serial: String,
    /// `INPUT_PROP_*` that it has.
    pub properties: BTreeSet<u16>,
    /// `EV_KEY` codes it can send.
    pub keys: BTreeSet<u16>,
    pub axes: BTreeMap<u16, Axis>,
}

impl Description {
    /// `vendor:product`, and `:serial` where it has one.
    pub fn key(&self) -> String {
        let product = self.identity.key();
        if self.serial.is_empty() { product } else { format!("{product}:{}", self.serial) }
    }

    /// Whether it lies on a screen: a touch pad and a tablet on the desk do not, nor does a mouse.
    pub fn is_on_screen(&self) -> bool {
        let has = |key| self.keys.contains(&key);
        // Old drivers of touch screens do not tell, but then nothing else of theirs looks like a pad or a pen.
        let old = has(code::BTN_TOUCH) && !has(code::BTN_TOOL_FINGER) && !has(code::BTN_TOOL_PEN);
        let told = self.properties.contains(&code::INPUT_PROP_DIRECT);
        let pointer = self.properties.contains(&code::INPUT_PROP_POINTER);
        (told || (old && !pointer)) && Panel::new(self, Some((1, 1))).is_ok()
    }
}

/// Which protocol a device speaks.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Protocol {
    /// Multi-touch protocol B with this many slots.
    Slots(usize),
    /// A pen tablet: one tip, with proximity.
    Pen,
    /// One finger only.
    Single,
}

/// A described panel with a known size.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Panel {
    name: String,
    key: String,
    identity: Identity,
    protocol: Protocol,
    has_touch_key: bool,
    axes: BTreeMap<u16, Axis>,
    x: Axis,
    y: Axis,
    size_um: (i32, i32),
    placement: Placement,
    facing: Facing,
}

impl Panel {
    /// More contacts than eight people have fingers: a description with more is broken, not generous.
    pub const SLOT_LIMIT: usize = 256;

    /// A panel from its description. `fit_um` is the size of the screen it lies on; without it the panel's own
    /// resolution gives the size.
    pub fn new(description: &Description, fit_um: Option<(i32, i32)>) -> Result<Self, TouchError> {
        Self::placed(description, fit_um, Placement::STRAIGHT)
    }

    /// The same for a panel that does not lie straight on its screen.
    pub fn placed(
        description: &Description,
        fit_um: Option<(i32, i32)>,
        placement: Placement,
    ) -> Result<Self, TouchError> {
        let (name, key) = (description.name.clone(), description.key());
        let has = |axis: u16| description.axes.contains_key(&axis);
        let multi = has(code::ABS_MT_SLOT) && has(code::ABS_MT_POSITION_X) && has(code::ABS_MT_POSITION_Y);
        let (x, y) = if multi {
            (code::ABS_MT_POSITION_X, code::ABS_MT_POSITION_Y)
        } else {
            (code::ABS_X, code::ABS_Y)
        };
        let protocol = if multi {
            let most = description.axes.get(&code::ABS_MT_SLOT).map_or(0, |axis| axis.max);
            let slots = i64::from(most) + 1;
            match usize::try_from(slots) {
                Ok(count @ 1..=Self::SLOT_LIMIT) => Protocol::Slots(count),
                _ => return Err(TouchError::Slots { name, slots, limit: Self::SLOT_LIMIT as i64 }),
            }
        } else if description.keys.contains(&code::BTN_TOOL_PEN) {
            Protocol::Pen
        } else {
            Protocol::Single
        };
        let axis = |number: u16| -> Result<Axis, TouchError> {
            let axis = *description.axes.get(&number).ok_or_else(|| TouchError::NoPosition(name.clone()))?;
            if axis.max > axis.min {
                Ok(axis)
            } else {
                Err(TouchError::NoRange { name: name.clone(), axis: number })
            }
        };
        let (x, y) = (axis(x)?, axis(y)?);
        let size_um = match fit_um {
            Some(size) if size.0 > 0 && size.1 > 0 => size,
            _ => match (own_size_um(x), own_size_um(y)) {
                (Some(width), Some(height)) if placement.turn.swaps() => (height, width),
                (Some(width), Some(height)) => (width, height),
                _ => return Err(TouchError::NoSize(name)),
            },
        };
        let has_touch_key = description.keys.contains(&code::BTN_TOUCH);
        let (identity, axes) = (description.identity, description.axes.clone());
        let facing = placement.facing();
        Ok(Self { name, key, identity, protocol, has_touch_key, axes, x, y, size_um, placement, facing })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it is named in the configuration.
    pub fn key(&self) -> &str {
        &self.key
    }

    pub fn identity(&self) -> Identity {
        self.identity
    }

    pub fn protocol(&self) -> Protocol {
        self.protocol
    }

    /// Width and height of the screen below it, in micrometres.
    pub fn size_um(&self) -> (i32, i32) {
        self.size_um
    }

    pub(crate) fn has_touch_key(&self) -> bool {
        self.has_touch_key
    }

    pub(crate) fn axes(&self) -> impl Iterator<Item = u16> {
        self.axes.keys().copied()
    }

    /// Panel units to micrometres; units outside the range are drawn to its edge.
    pub(crate) fn point(&self, x: i32, y: i32) -> PanelPoint {
        let (x_um, y_um) = self.placement.place(part(x, self.x), part(y, self.y), self.size_um);
        PanelPoint { x_um, y_um }
    }

    /// A contact's width in micrometres. A finger is the same size on every panel, so the axis' own resolution
    /// counts, else that of the positions; only where neither is known is the panel's size used.
    pub(crate) fn length_um(&self, axis: u16, value: i32) -> Option<u32> {
        let own = self.axes.get(&axis)?;
        let value = i64::from(value.max(0));
        let resolution = if own.resolution > 0 { own.resolution } else { self.x.resolution };
        let um = if resolution > 0 {
            value.saturating_mul(1000) / i64::from(resolution)
        } else {
            let along = if self.placement.turn.swaps() { self.size_um.1 } else { self.size_um.0 };
            value.saturating_mul(i64::from(along)) / span(self.x)
        };
        Some(u32::try_from(um).unwrap_or(u32::MAX))
    }

    /// Pressure or distance as 0..=65535 of the axis' range.
    pub(crate) fn share(&self, axis: u16, value: i32) -> Option<u16> {
        let axis = *self.axes.get(&axis)?;
        if axis.max <= axis.min {
            return None;
        }
        u16::try_from(scale(value, axis, i32::from(u16::MAX))).ok()
    }

    /// How an ellipse lies, in hundredths of a degree clockwise from the vertical. The kernel's axis ends a quarter
    /// turn to the right; a touch that points at the writer may go twice as far.
    pub(crate) fn orientation(&self, value: i32) -> Option<i16> {
        let axis = self.axes.get(&code::ABS_MT_ORIENTATION).filter(|axis| axis.max > 0)?;
        let cdeg = (i64::from(value) * 9_000 / i64::from(axis.max)).clamp(-18_000, 18_000);
        let turned = self.facing.angle(i32::try_from(cdeg).ok()?);
        let once_around = if turned > 18_000 { turned - 36_000 } else { turned };
        i16::try_from(once_around).ok()
    }

    /// A pen's lean as it is seen on the screen, from both axes' values.
    pub(crate) fn tilt(&self, x: i32, y: i32) -> Option<Tilt> {
        let x_cdeg = self.lean(code::ABS_TILT_X, x)?;
        let y_cdeg = self.lean(code::ABS_TILT_Y, y)?;
        Some(self.facing.tilt(Tilt { x_cdeg, y_cdeg }))
    }

    /// A pen's lean along one axis in hundredths of a degree. The kernel's unit is the radian's part that the axis' resolution
    /// names; older drivers name none, count whole degrees, and stand upright in the middle of the range.
    fn lean(&self, axis: u16, value: i32) -> Option<i16> {
        /// 180/pi degrees, in units of 1/10000 degree.
        const RADIAN: i64 = 572_958;
        let axis = self.axes.get(&axis)?;
        let (min, max) = (i64::from(axis.min), i64::from(axis.max));
        let upright = if min < 0 { 0 } else { (min + max + 1) / 2 };
        let lean = i64::from(value).clamp(min.min(max), max.max(min)) - upright;
        let cdeg =
            if axis.resolution > 0 { lean * RADIAN / (100 * i64::from(axis.resolution)) } else { lean * 100 };
        i16::try_from(cdeg.clamp(-9_000, 9_000)).ok()
    }

    /// A pen's turn around itself: the axis' whole range is one turn.
    pub(crate) fn twist(&self, value: i32) -> Option<u16> {
        let axis = self.axes.get(&code::ABS_Z).filter(|axis| axis.max > axis.min)?;
        let cdeg = i64::from(value) * 36_000 / (span(*axis) + 1);
        let turned = self.facing.angle(i32::try_from(cdeg.rem_euclid(36_000)).ok()?);
        u16::try_from(turned.rem_euclid(36_000)).ok()
    }
}

fn span(axis: Axis) -> i64 {
    (i64::from(axis.max) - i64::from(axis.min)).max(1)
}

/// How far a value lies from the axis' beginning, and how long the axis is.
fn part(value: i32, axis: Axis) -> (i64, i64) {
    (i64::from(value.clamp(axis.min, axis.max)) - i64::from(axis.min), span(axis))
}

fn scale(value: i32, axis: Axis, to: i32) -> i32 {
    let (part, span) = part(value, axis);
    // Both factors fit 32 bits, so the product fits 64; the result is at most `to`.
    i32::try_from(part * i64::from(to) / span).unwrap_or(to)
}

fn own_size_um(axis: Axis) -> Option<i32> {
    if axis.resolution <= 0 {
        return None;
    }
    i32::try_from(span(axis).saturating_mul(1000) / i64::from(axis.resolution)).ok().filter(|size| *size > 0)
}
