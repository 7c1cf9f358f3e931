//! The key events of an emulated keyboard wedge, as the kernel's HID driver makes them.

use crate::event::{InputEvent, name};
use crate::keymap::{self, Layout};

/// `MSC_SCAN`, which comes before each key and names it as the device did.
const MSC_SCAN: u16 = 4;
/// Microseconds between two keys of a gun on USB.
pub const PACE_US: u64 = 4_000;
/// The key that `Ctrl` makes GS with: `]`.
const KEY_RIGHTBRACE: u16 = 27;
const GS: u8 = 0x1d;

/// A keyboard wedge.
#[derive(Clone, Debug)]
pub struct Keys {
    layout: Layout,
    /// Its clock.
    time_us: u64,
    pace_us: u64,
    events: Vec<InputEvent>,
}

impl Keys {
    /// One that types in this layout at this pace.
    pub fn new(layout: Layout, pace_us: u64) -> Self {
        Self { layout, time_us: 1_000_000_000, pace_us, events: Vec::new() }
    }

    /// Types text: printable ASCII by its keys, GS by Ctrl, carriage return, line feed and tabulator by theirs, any
    /// other byte by Alt and its number.
    pub fn text(mut self, text: &[u8]) -> Self {
        for byte in text {
            match *byte {
                b'\r' => self.stroke(name::KEY_ENTER, &[]),
                b'\t' => self.stroke(name::KEY_TAB, &[]),
                GS => self.stroke(KEY_RIGHTBRACE, &[name::KEY_LEFTCTRL]),
                byte => match key_of(self.layout, byte) {
                    Some((key, false)) => self.stroke(key, &[]),
                    Some((key, true)) => self.stroke(key, &[name::KEY_LEFTSHIFT]),
                    None => self.alt(u16::from(byte)),
                },
            }
        }
        self
    }

    /// Types a number on the keypad with Alt held, as guns send what no key writes.
    pub fn alt_number(mut self, number: u16) -> Self {
        self.alt(number);
        self
    }

    /// Presses and releases one key.
    pub fn key(mut self, key: u16) -> Self {
        self.stroke(key, &[]);
        self
    }

    /// All of it.
    pub fn events(self) -> Vec<InputEvent> {
        self.events
    }

    /// All of it, as the kernel's bytes.
    pub fn bytes(self) -> Vec<u8> {
        self.events.iter().flat_map(|event| event.to_bytes()).collect()
    }

    fn alt(&mut self, number: u16) {
        self.turn(name::KEY_LEFTALT, 1);
        for digit in format!("{number:03}").bytes() {
            let digit = u32::from(digit - b'0');
            let key = (0..=u16::from(u8::MAX)).find(|key| keymap::keypad_digit(*key) == Some(digit));
            self.stroke(key.unwrap_or_default(), &[]);
        }
        self.turn(name::KEY_LEFTALT, 0);
    }

    fn stroke(&mut self, key: u16, held: &[u16]) {
        self.time_us += self.pace_us;
        held.iter().for_each(|held| self.turn(*held, 1));
        self.turn(key, 1);
        self.turn(key, 0);
        held.iter().for_each(|held| self.turn(*held, 0));
    }

    fn turn(&mut self, key: u16, value: i32) {
        let time_us = self.time_us;
        self.events.extend([
            InputEvent { time_us, kind: name::EV_MSC, code: MSC_SCAN, value: 0x7_0000 + i32::from(key) },
            InputEvent { time_us, kind: name::EV_KEY, code: key, value },
            InputEvent { time_us, kind: name::EV_SYN, code: name::SYN_REPORT, value: 0 },
        ]);
    }
}

/// The key of the main block that writes this, and whether with Shift.
fn key_of(layout: Layout, byte: u8) -> Option<(u16, bool)> {
    let keys = (2..=13).chain(16..=27).chain(30..=41).chain(43..=53).chain([57]);
    let mut both = keys.flat_map(|key| [(key, false), (key, true)]);
    both.find(|(key, shift)| keymap::character(layout, *key, *shift, false) == Some(byte))
}
