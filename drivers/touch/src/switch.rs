//! A switch for somebody who cannot touch: one key of a device of keys, as the adapters of switches have them.

use crate::source::{Read, Waker};
use crate::wire::Wire;
use crate::{TouchError, code};
use std::path::PathBuf;
use std::time::Duration;

/// A second press within this is the same hand trembling: adapters take out what the contact itself bounces.
const TREMOR_US: u64 = 200_000;
/// Names of `linux/input-event-codes.h` for keys that switches and their adapters send; others are given as numbers.
const NAMES: [(&str, u16); 22] = [
    ("KEY_ESC", 1),
    ("KEY_1", 2),
    ("KEY_2", 3),
    ("KEY_3", 4),
    ("KEY_4", 5),
    ("KEY_BACKSPACE", 14),
    ("KEY_TAB", 15),
    ("KEY_ENTER", 28),
    ("KEY_A", 30),
    ("KEY_B", 48),
    ("KEY_SPACE", 57),
    ("KEY_F1", 59),
    ("KEY_F2", 60),
    ("KEY_F3", 61),
    ("KEY_F4", 62),
    ("KEY_F13", 183),
    ("KEY_F14", 184),
    ("BTN_0", 0x100),
    ("BTN_1", 0x101),
    ("BTN_LEFT", 0x110),
    ("BTN_RIGHT", 0x111),
    ("BTN_TRIGGER", 0x120),
];

/// Which key of which device.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SwitchSpec {
    /// A device node, or a FIFO of `struct input_event`.
    pub path: PathBuf,
    /// As evdev numbers it.
    pub key: u16,
}

impl SwitchSpec {
    /// Reads `PATH,KEY`; the last comma divides, the key is a name or a number.
    ///
    /// # Errors
    /// [`TouchError::Switch`].
    pub fn parse(text: &str) -> Result<Self, TouchError> {
        let wrong = || TouchError::Switch(text.to_owned());
        let (path, key) = text.rsplit_once(',').ok_or_else(wrong)?;
        let named = NAMES.iter().find(|(name, _)| *name == key).map(|(_, number)| *number);
        let key = named.or_else(|| key.parse().ok()).ok_or_else(wrong)?;
        if path.is_empty() { Err(wrong()) } else { Ok(Self { path: path.into(), key }) }
    }
}

/// What came before the deadline.
#[derive(Debug)]
pub enum SwitchHeard {
    /// These keys went down, in order.
    Pressed(Vec<u16>),
    /// Nothing that counts.
    Nothing,
    /// The device has gone; open it again.
    Ended(Option<TouchError>),
}

/// An open device of keys; nothing else hears them meanwhile. Blocking: give it a thread.
#[derive(Debug)]
pub struct Switch {
    wire: Wire,
    waker: Waker,
    last_us: Option<u64>,
}

impl Switch {
    /// Opens the device.
    ///
    /// # Errors
    /// When it is not there, or another program holds it.
    pub fn open(path: &std::path::Path, waker: Waker) -> Result<Self, TouchError> {
        Ok(Self { wire: Wire::open_keys(path)?, waker, last_us: None })
    }

    /// Waits for a key, at most `wait`.
    pub fn next(&mut self, wait: Duration) -> SwitchHeard {
        match self.wire.read(&self.waker, wait) {
            Ok(Read::Events(events)) => {
                let downs: Vec<_> =
                    events.iter().filter(|event| event.kind == code::EV_KEY && event.value == 1).collect();
                let mut pressed = Vec::new();
                for down in downs {
                    let since = self.last_us.map(|last| down.time_us.wrapping_sub(last));
                    if since.is_none_or(|since| since >= TREMOR_US) {
                        self.last_us = Some(down.time_us);
                        pressed.push(down.code);
                    }
                }
                if pressed.is_empty() { SwitchHeard::Nothing } else { SwitchHeard::Pressed(pressed) }
            }
            Ok(Read::Nothing) => SwitchHeard::Nothing,
            Ok(Read::End) => SwitchHeard::Ended(None),
            Err(error) => SwitchHeard::Ended(Some(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    //! Through a file of the kernel's own bytes.
    use super::*;
    use crate::InputEvent;

    #[test]
    fn a_key_is_named_or_numbered() {
        let spec = SwitchSpec::parse("/dev/input/by-id/a,b,KEY_SPACE").unwrap();
        assert_eq!(spec, SwitchSpec { path: "/dev/input/by-id/a,b".into(), key: 57 });
        assert_eq!(SwitchSpec::parse("/a,183").unwrap().key, 183);
        for wrong in ["", "/a", "/a,", ",KEY_SPACE", "/a,KEY_WHAT", "/a,70000"] {
            let error = SwitchSpec::parse(wrong).unwrap_err().to_string();
            assert!(error.contains("KEY_SPACE"), "{error}");
        }
    }

    #[test]
    fn presses_count_once_and_trembling_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        let key = |ms: u64, code, value| InputEvent { time_us: ms * 1000, kind: code::EV_KEY, code, value };
        let events = [
            key(1000, 57, 1),
            key(1010, 57, 2),
            key(1050, 57, 0),
            // The hand trembles.
            key(1090, 57, 1),
            key(1100, 57, 0),
            key(1600, 57, 1),
            InputEvent { kind: code::EV_ABS, ..key(1700, 57, 1) },
            key(2000, 28, 1),
        ];
        let bytes: Vec<u8> = events.into_iter().flat_map(InputEvent::to_bytes).collect();
        std::fs::write(&path, bytes).unwrap();
        let mut switch = Switch::open(&path, Waker::new().unwrap()).unwrap();
        let SwitchHeard::Pressed(pressed) = switch.next(Duration::ZERO) else { panic!("nothing pressed") };
        assert_eq!(pressed, [57, 57, 28]);
        assert!(matches!(switch.next(Duration::ZERO), SwitchHeard::Ended(None)));
    }
}
