//! Keyboards, through the kernel's evdev.

use rustix::fd::{AsFd, OwnedFd};
use rustix::io::{Errno, Result};

use super::{Identity, ioctl, missing};
use crate::error::Missing;
use crate::event::{InputEvent, name};

const GET_ID: u8 = 0x02;
const GET_NAME: u8 = 0x06;
const GET_KEYS_DOWN: u8 = 0x18;
const GET_KEYS: u8 = 0x20 + name::EV_KEY as u8;
const SET_CLOCK: u8 = 0xa0;
const CLOCK_MONOTONIC: i32 = 1;
/// Bytes that hold one bit for every key (`KEY_MAX` is 0x2ff).
const KEY_BYTES: usize = 96;

/// Who an input device says it is; an error where this is none.
pub(super) fn identity(fd: impl AsFd) -> Result<Identity> {
    // `struct input_id`: bus, vendor, product, version.
    let mut id = [0; 8];
    ioctl::read_input(&fd, GET_ID, &mut id)?;
    let mut text = [0; 256];
    let length = ioctl::read_input(&fd, GET_NAME, &mut text)?;
    Ok(Identity {
        name: super::text(&text[..length.min(text.len())]),
        vendor: u16::from_ne_bytes([id[2], id[3]]),
        product: u16::from_ne_bytes([id[4], id[5]]),
    })
}

/// True where it has the keys of a gun: all digits and Enter.
pub(super) fn is_keyboard(fd: impl AsFd) -> Result<bool> {
    let keys = keys(fd, GET_KEYS)?;
    Ok((name::KEY_1..=name::KEY_0).chain([name::KEY_ENTER]).all(|key| keys.contains(&key)))
}

/// The keys that are down.
pub(super) fn keys_down(fd: impl AsFd) -> Result<Vec<u16>> {
    keys(fd, GET_KEYS_DOWN)
}

/// Has the device stamp its events with the monotonic clock: a clock that is set back says nothing of a gun's pace.
pub(super) fn set_clock(fd: impl AsFd) -> std::result::Result<(), Missing> {
    ioctl::write_input(fd, SET_CLOCK, CLOCK_MONOTONIC).map_err(missing)
}

/// Takes the keyboard for ourselves, so that codes never reach a text field, and switches its CapsLock off, so that
/// guns that heed it and guns that don't write the same.
pub(super) fn claim(fd: impl AsFd) -> std::result::Result<(), Missing> {
    ioctl::grab(&fd).map_err(missing)?;
    let off = InputEvent { time_us: 0, kind: name::EV_LED, code: name::LED_CAPSL, value: 0 };
    let report = InputEvent { time_us: 0, kind: name::EV_SYN, code: name::SYN_REPORT, value: 0 };
    let bytes = [off.to_bytes(), report.to_bytes()].concat();
    match rustix::io::write(fd, &bytes) {
        Ok(_) => {}
        // Opened for reading alone, or a keyboard without the light.
        Err(error) => tracing::debug!(%error, "the scanner's CapsLock light stays as it is"),
    }
    Ok(())
}

/// Opens a keyboard: for writing too where that is allowed.
pub(super) fn open(path: &std::path::Path) -> std::result::Result<OwnedFd, Errno> {
    super::open(path, true)
        .or_else(|error| if error == Errno::ACCESS { super::open(path, false) } else { Err(error) })
}

fn keys(fd: impl AsFd, number: u8) -> Result<Vec<u16>> {
    let mut bits = [0u8; KEY_BYTES];
    ioctl::read_input(fd, number, &mut bits)?;
    let bits = bits.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1));
    Ok((0u16..).zip(bits).filter_map(|(key, set)| set.then_some(key)).collect())
}
