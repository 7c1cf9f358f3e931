//! A keyboard wedge: key events -> scans. Pure: the time is an argument.
//!
//! The characters follow from key codes by the gun's own layout, with Shift, CapsLock, Ctrl (control characters such
//! as GS) and Alt with a number on the keypad. Nothing is believed that keys cannot do: a key that is released must
//! have been pressed, none is pressed twice, none is held until it repeats, and the end key must be released before
//! its code counts. So an event that is lost or damaged spoils the code and never changes it.

use std::time::Instant;

use crate::code::Scan;
use crate::error::Fault;
use crate::event::{InputEvent, name};
use crate::framing::{Framing, Suffix};
use crate::keymap::{self, Layout};
use crate::pace::Pace;

/// Keys down at once: a gun has a character and a few modifiers, a USB keyboard at most fourteen.
const DOWN_MAX: usize = 16;
/// Digits of an Alt number: 65535 has five.
const ALT_DIGITS: usize = 5;

const SHIFTS: [u16; 2] = [name::KEY_LEFTSHIFT, name::KEY_RIGHTSHIFT];
const CONTROLS: [u16; 2] = [name::KEY_LEFTCTRL, name::KEY_RIGHTCTRL];
const ALTS: [u16; 2] = [name::KEY_LEFTALT, name::KEY_RIGHTALT];
/// Keys that write nothing and change nothing here.
const SILENT: [u16; 4] = [name::KEY_NUMLOCK, name::KEY_SCROLLLOCK, name::KEY_LEFTMETA, name::KEY_RIGHTMETA];

/// What an event led to.
#[derive(Debug, PartialEq, Eq)]
pub enum Fed {
    /// Nothing yet.
    Nothing,
    /// A code ended, whole or not.
    Told(Result<Scan, Fault>),
    /// The kernel dropped events: ask the device which keys are down and tell [`Wedge::hold`].
    AskKeys,
}

/// The state of a gun's keys.
#[derive(Debug)]
pub struct Wedge {
    layout: Layout,
    framing: Framing,
    down: Vec<u16>,
    caps: bool,
    /// The digits of an Alt number.
    alt: Vec<u32>,
    /// The end key, until it is released, and its character.
    ending: Option<(u16, u8)>,
    /// Between SYN_DROPPED and the end of its frame.
    dropping: bool,
    pace: Pace,
    was_gun: bool,
}

impl Wedge {
    /// A keyboard opened now, with CapsLock off.
    pub fn new(suffix: Suffix, layout: Layout, now: Instant) -> Self {
        Self {
            layout,
            framing: Framing::new(suffix, now),
            down: Vec::new(),
            caps: false,
            alt: Vec::new(),
            ending: None,
            dropping: false,
            pace: Pace::default(),
            was_gun: false,
        }
    }

    /// Where the code under way stands.
    pub fn framing(&self) -> &Framing {
        &self.framing
    }

    /// True where the last scan came as no person types.
    pub fn was_gun(&self) -> bool {
        self.was_gun
    }

    /// The keys that are down, after [`Fed::AskKeys`].
    pub fn hold(&mut self, down: &[u16]) {
        self.down = down.iter().copied().take(DOWN_MAX).collect();
    }

    /// Takes one event that arrived at `now`.
    pub fn feed(&mut self, event: InputEvent, now: Instant) -> Fed {
        match (event.kind, event.code) {
            (name::EV_SYN, name::SYN_REPORT) if self.dropping => {
                self.dropping = false;
                return Fed::AskKeys;
            }
            (name::EV_SYN, name::SYN_DROPPED) => {
                self.dropping = true;
                self.release_all();
                self.framing.spoil(Fault::Lost, now);
            }
            _ if self.dropping => {}
            (name::EV_SYN, name::SYN_REPORT)
            | (name::EV_MSC, ..=name::MSC_MAX)
            | (name::EV_LED, ..=name::LED_MAX)
            | (name::EV_REP, ..=name::REP_MAX) => {}
            (name::EV_KEY, key) => return self.key(key, event.value, event.time_us, now),
            _ => self.spoil(now),
        }
        Fed::Nothing
    }

    /// The line is quiet; to be called at the framing's deadline.
    pub fn idle(&mut self, now: Instant) -> Option<Result<Scan, Fault>> {
        let told = self.framing.idle(now);
        if self.framing.deadline().is_none() {
            // A frame does not wait: its end was dropped too.
            self.dropping = false;
            self.take_pace();
        }
        told
    }

    fn key(&mut self, key: u16, value: i32, time_us: u64, now: Instant) -> Fed {
        match value {
            1 => {
                self.press(key, time_us, now);
                Fed::Nothing
            }
            0 => self.release(key, now).map_or(Fed::Nothing, Fed::Told),
            _ => {
                self.spoil(now);
                Fed::Nothing
            }
        }
    }

    fn press(&mut self, key: u16, time_us: u64, now: Instant) {
        if self.framing.deadline().is_none() {
            // A gun that was quiet holds no key and has left CapsLock as it found it, whatever seemed to be.
            self.release_all();
        }
        if self.down.contains(&key) || self.down.len() >= DOWN_MAX || self.ending.is_some() {
            return self.spoil(now);
        }
        self.down.push(key);
        self.framing.stir(now);
        if SHIFTS.contains(&key) || CONTROLS.contains(&key) || SILENT.contains(&key) {
            return;
        }
        if ALTS.contains(&key) {
            return self.alt.clear();
        }
        if key == name::KEY_CAPSLOCK {
            self.caps = !self.caps;
            return;
        }
        self.pace.press(time_us);
        match self.character(key) {
            Written::Character(byte) if self.framing.is_end(byte) => self.ending = Some((key, byte)),
            // It is no end, so it tells nothing yet.
            Written::Character(byte) => drop(self.framing.push(byte, now)),
            Written::AltDigit(digit) if self.alt.len() < ALT_DIGITS => self.alt.push(digit),
            Written::AltDigit(_) | Written::Nothing => self.spoil(now),
        }
    }

    fn character(&self, key: u16) -> Written {
        let held = |keys: [u16; 2]| keys.iter().any(|key| self.down.contains(key));
        if held(ALTS) {
            return keymap::keypad_digit(key).map_or(Written::Nothing, Written::AltDigit);
        }
        let byte = match key {
            name::KEY_ENTER | name::KEY_KPENTER => Some(b'\r'),
            name::KEY_TAB => Some(b'\t'),
            _ => keymap::character(self.layout, key, held(SHIFTS), self.caps),
        };
        let byte = if held(CONTROLS) { byte.and_then(keymap::control) } else { byte };
        byte.map_or(Written::Nothing, Written::Character)
    }

    fn release(&mut self, key: u16, now: Instant) -> Option<Result<Scan, Fault>> {
        let Some(index) = self.down.iter().position(|down| *down == key) else {
            self.spoil(now);
            return None;
        };
        self.down.remove(index);
        if let Some((_, byte)) = self.ending.take_if(|(ending, _)| *ending == key) {
            return self.end(byte, now);
        }
        if ALTS.contains(&key) {
            return self.alt_number(now);
        }
        None
    }

    /// What an Alt number means: up to 255 that byte, above it two bytes, as guns send GBK.
    fn alt_number(&mut self, now: Instant) -> Option<Result<Scan, Fault>> {
        let digits = std::mem::take(&mut self.alt);
        let number = digits.iter().fold(0u32, |number, digit| number * 10 + digit);
        let bytes = match u16::try_from(number) {
            _ if digits.is_empty() => return None,
            Ok(number) if number > 255 => number.to_be_bytes().to_vec(),
            Ok(number) => vec![number as u8],
            Err(_) => {
                self.spoil(now);
                return None;
            }
        };
        if let [end] = bytes[..]
            && self.framing.is_end(end)
        {
            return self.end(end, now);
        }
        for byte in bytes {
            if !self.framing.is_end(byte) {
                drop(self.framing.push(byte, now));
            } else {
                self.spoil(now);
            }
        }
        None
    }

    fn end(&mut self, byte: u8, now: Instant) -> Option<Result<Scan, Fault>> {
        let told = self.framing.push(byte, now);
        self.take_pace();
        told
    }

    fn take_pace(&mut self) {
        self.was_gun = std::mem::take(&mut self.pace).is_gun();
    }

    fn spoil(&mut self, now: Instant) {
        self.ending = None;
        self.framing.spoil(Fault::Garbled, now);
    }

    fn release_all(&mut self) {
        self.down.clear();
        self.caps = false;
        self.alt.clear();
        self.ending = None;
    }
}

/// What a key press writes.
enum Written {
    Character(u8),
    AltDigit(u32),
    Nothing,
}

#[cfg(test)]
mod tests;
