//! One kernel input event (`struct input_event` of `linux/input.h`) and the few codes that panels use.

use std::fmt;

/// One event, as the kernel writes it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct InputEvent {
    /// Microseconds, of the source's clock.
    pub time_us: u64,
    /// `EV_*`.
    pub kind: u16,
    pub code: u16,
    pub value: i32,
}

impl InputEvent {
    /// Bytes of one `struct input_event` on a 64-bit kernel: two 64-bit times, type, code, value.
    pub const BYTES: usize = 24;

    /// Shorthand for generated recordings.
    pub const fn new(time_us: u64, kind: u16, code: u16, value: i32) -> Self {
        Self { time_us, kind, code, value }
    }

    /// The end of a frame.
    pub const fn report(time_us: u64) -> Self {
        Self::new(time_us, code::EV_SYN, code::SYN_REPORT, 0)
    }

    /// From the kernel's bytes; a time before 1970 counts as 0.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let (seconds, rest) = bytes.split_at(8);
        let (micros, rest) = rest.split_at(8);
        let seconds = i64::from_ne_bytes(seconds.try_into().unwrap_or_default());
        let micros = i64::from_ne_bytes(micros.try_into().unwrap_or_default());
        let time = seconds.saturating_mul(1_000_000).saturating_add(micros);
        Self {
            time_us: u64::try_from(time).unwrap_or(0),
            kind: u16::from_ne_bytes([rest[0], rest[1]]),
            code: u16::from_ne_bytes([rest[2], rest[3]]),
            value: i32::from_ne_bytes([rest[4], rest[5], rest[6], rest[7]]),
        }
    }

    /// As the kernel would write it: for FIFOs in tests and for players of recordings.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        bytes[0..8]
            .copy_from_slice(&i64::try_from(self.time_us / 1_000_000).unwrap_or(i64::MAX).to_ne_bytes());
        bytes[8..16].copy_from_slice(&i64::try_from(self.time_us % 1_000_000).unwrap_or(0).to_ne_bytes());
        bytes[16..18].copy_from_slice(&self.kind.to_ne_bytes());
        bytes[18..20].copy_from_slice(&self.code.to_ne_bytes());
        bytes[20..24].copy_from_slice(&self.value.to_ne_bytes());
        bytes
    }
}

impl fmt::Debug for InputEvent {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{}us {:04x} {:04x} {}", self.time_us, self.kind, self.code, self.value)
    }
}

/// Names of `linux/input-event-codes.h`.
pub mod code {
    pub const EV_SYN: u16 = 0x00;
    pub const EV_KEY: u16 = 0x01;
    pub const EV_ABS: u16 = 0x03;
    pub const EV_MSC: u16 = 0x04;

    pub const INPUT_PROP_POINTER: u16 = 0;
    pub const INPUT_PROP_DIRECT: u16 = 1;

    pub const SYN_REPORT: u16 = 0;
    pub const SYN_DROPPED: u16 = 3;

    pub const MSC_SERIAL: u16 = 0;
    /// Microseconds of the device's own clock, 32 bits.
    pub const MSC_TIMESTAMP: u16 = 5;

    pub const BTN_TOOL_PEN: u16 = 0x140;
    pub const BTN_TOOL_RUBBER: u16 = 0x141;
    pub const BTN_TOOL_BRUSH: u16 = 0x142;
    pub const BTN_TOOL_PENCIL: u16 = 0x143;
    pub const BTN_TOOL_AIRBRUSH: u16 = 0x144;
    pub const BTN_TOOL_FINGER: u16 = 0x145;
    pub const BTN_STYLUS3: u16 = 0x149;
    pub const BTN_TOUCH: u16 = 0x14a;
    pub const BTN_STYLUS: u16 = 0x14b;
    pub const BTN_STYLUS2: u16 = 0x14c;

    pub const ABS_X: u16 = 0x00;
    pub const ABS_Y: u16 = 0x01;
    /// A pen's turn around its own axis.
    pub const ABS_Z: u16 = 0x02;
    pub const ABS_PRESSURE: u16 = 0x18;
    pub const ABS_DISTANCE: u16 = 0x19;
    pub const ABS_TILT_X: u16 = 0x1a;
    pub const ABS_TILT_Y: u16 = 0x1b;
    /// What kind of pen it is, where the maker numbers them.
    pub const ABS_MISC: u16 = 0x28;
    pub const ABS_MT_SLOT: u16 = 0x2f;
    pub const ABS_MT_TOUCH_MAJOR: u16 = 0x30;
    pub const ABS_MT_TOUCH_MINOR: u16 = 0x31;
    pub const ABS_MT_WIDTH_MAJOR: u16 = 0x32;
    pub const ABS_MT_WIDTH_MINOR: u16 = 0x33;
    pub const ABS_MT_ORIENTATION: u16 = 0x34;
    pub const ABS_MT_POSITION_X: u16 = 0x35;
    pub const ABS_MT_POSITION_Y: u16 = 0x36;
    pub const ABS_MT_TOOL_TYPE: u16 = 0x37;
    pub const ABS_MT_BLOB_ID: u16 = 0x38;
    pub const ABS_MT_TRACKING_ID: u16 = 0x39;
    pub const ABS_MT_PRESSURE: u16 = 0x3a;
    pub const ABS_MT_DISTANCE: u16 = 0x3b;
    pub const ABS_MT_TOOL_X: u16 = 0x3c;
    pub const ABS_MT_TOOL_Y: u16 = 0x3d;

    /// Values of `ABS_MT_TOOL_TYPE`.
    pub const MT_TOOL_PEN: i32 = 1;
    pub const MT_TOOL_PALM: i32 = 2;
}
