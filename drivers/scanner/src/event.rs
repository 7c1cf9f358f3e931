//! One kernel input event (`struct input_event` of `linux/input.h`) and the few codes that keyboards use.

/// One event, as the kernel writes it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct InputEvent {
    /// Microseconds, of the device's clock.
    pub time_us: u64,
    /// `EV_*`.
    pub kind: u16,
    /// `KEY_*`, `SYN_*` and so on.
    pub code: u16,
    /// 1 pressed, 0 released, 2 repeated.
    pub value: i32,
}

impl InputEvent {
    /// Bytes of one `struct input_event` on a 64-bit kernel: two 64-bit times, type, code, value.
    pub const BYTES: usize = 24;

    /// From the kernel's bytes; a time before 1970 counts as 0.
    pub fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let eight = |at: usize| {
            let mut part = [0; 8];
            part.copy_from_slice(&bytes[at..at + 8]);
            i64::from_ne_bytes(part)
        };
        let micros = eight(0).saturating_mul(1_000_000).saturating_add(eight(8));
        Self {
            time_us: u64::try_from(micros).unwrap_or(0),
            kind: u16::from_ne_bytes([bytes[16], bytes[17]]),
            code: u16::from_ne_bytes([bytes[18], bytes[19]]),
            value: i32::from_ne_bytes([bytes[20], bytes[21], bytes[22], bytes[23]]),
        }
    }

    /// As the kernel would write it.
    pub fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let (seconds, micros) = (self.time_us / 1_000_000, self.time_us % 1_000_000);
        bytes[0..8].copy_from_slice(&seconds.to_ne_bytes());
        bytes[8..16].copy_from_slice(&micros.to_ne_bytes());
        bytes[16..18].copy_from_slice(&self.kind.to_ne_bytes());
        bytes[18..20].copy_from_slice(&self.code.to_ne_bytes());
        bytes[20..24].copy_from_slice(&self.value.to_ne_bytes());
        bytes
    }
}

/// What a key press carries may be a pay code, so an event prints without its key.
impl std::fmt::Debug for InputEvent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "InputEvent(type {})", self.kind)
    }
}

/// Names of `linux/input-event-codes.h`.
pub mod name {
    #![allow(missing_docs)]
    pub const EV_SYN: u16 = 0x00;
    pub const EV_KEY: u16 = 0x01;
    pub const EV_MSC: u16 = 0x04;
    pub const EV_LED: u16 = 0x11;
    pub const EV_REP: u16 = 0x14;

    pub const SYN_REPORT: u16 = 0;
    pub const SYN_DROPPED: u16 = 3;
    pub const MSC_MAX: u16 = 0x07;
    pub const LED_CAPSL: u16 = 0x01;
    pub const LED_MAX: u16 = 0x0f;
    pub const REP_MAX: u16 = 0x01;

    pub const KEY_1: u16 = 2;
    pub const KEY_0: u16 = 11;
    pub const KEY_TAB: u16 = 15;
    pub const KEY_ENTER: u16 = 28;
    pub const KEY_LEFTCTRL: u16 = 29;
    pub const KEY_LEFTSHIFT: u16 = 42;
    pub const KEY_RIGHTSHIFT: u16 = 54;
    pub const KEY_LEFTALT: u16 = 56;
    pub const KEY_CAPSLOCK: u16 = 58;
    pub const KEY_NUMLOCK: u16 = 69;
    pub const KEY_SCROLLLOCK: u16 = 70;
    pub const KEY_KPENTER: u16 = 96;
    pub const KEY_RIGHTCTRL: u16 = 97;
    pub const KEY_RIGHTALT: u16 = 100;
    pub const KEY_LEFTMETA: u16 = 125;
    pub const KEY_RIGHTMETA: u16 = 126;
}
